package ingest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"skein/internal/mail"
	"skein/internal/store"
)

// enclosing is the n-th mail with another inside.
func enclosing(n int, inner string) string {
	mail := strings.Replace(letter(n), "\n\n", "\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"b"+fmt.Sprint(n)+"\"\n\n--b"+fmt.Sprint(n)+"\n\n", 1)
	return mail + fmt.Sprintf("--b%d\nContent-Type: message/rfc822\n\n%s\n--b%d--\n", n, inner, n)
}

// TestEmbedded: a mail inside another is a message, and a copy of the one that
// came by itself; loading again, rebuilding and taking back know of it.
func TestEmbedded(t *testing.T) {
	b := newBox(t)
	b.write("1/a.eml", enclosing(1, enclosing(2, letter(3))))
	b.write("1/b.eml", enclosing(4, "no mail at all"))
	b.write("2/c.eml", letter(3))
	o := Options{Paths: []string{b.mail + "/1"}}
	report := b.load(o)
	counts(t, "first", report, 2, 2, 0, 0)
	if report.Embedded != 2 || report.Messages != 4 {
		t.Errorf("got %d mails inside and %d messages, want 2 and 4", report.Embedded, report.Messages)
	}
	first := b.dump()
	o.Paths = append(o.Paths, b.mail+"/2")
	counts(t, "second", b.load(o), 3, 0, 3, 0) // the same bytes were inside
	r := b.reader()
	id := mail.MessageIDKey("m3@example.org").Hash().ID(mail.MessageLetter)
	entries, err := r.Entries(t.Context(), []mail.ID{id}, store.WantCopies)
	if err != nil || entries[0] == nil {
		t.Fatalf("got %v, %v, want the mail inside", entries, err)
	}
	var parts []string
	for _, c := range entries[0].Copies {
		parts = append(parts, c.Source+" "+c.Part)
	}
	if want := []string{"a.eml 2/2", "c.eml "}; !slices.Equal(parts, want) {
		t.Errorf("got copies %q, want %q", parts, want)
	}
	all := b.dump()
	if again := b.load(o); again.Embedded != 0 {
		t.Errorf("loaded again: %d mails inside were read, want none", again.Embedded)
	}
	same(t, "again", b.dump(), all)
	if _, err := Rebuild(t.Context(), Options{Ledger: b.ledger}); err != nil {
		t.Fatal(err)
	}
	same(t, "rebuilt", b.dump(), all)
	if _, err := Retract(t.Context(), Options{Ledger: b.ledger, Batch: "2"}); err != nil {
		t.Fatal(err)
	}
	same(t, "taken back", b.dump(), first)
}

// TestDeeplyEmbedded: what is deeper than the limit stays an attachment.
func TestDeeplyEmbedded(t *testing.T) {
	b := newBox(t)
	m := letter(0)
	for n := range 40 {
		m = enclosing(n+1, m)
	}
	b.write("a.eml", m)
	if report := b.load(Options{}); report.Embedded != 16 || report.Messages != 17 {
		t.Errorf("got %d mails inside and %d messages, want %d and %d", report.Embedded, report.Messages, 16, 17)
	}
}
