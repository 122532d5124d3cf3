package ingest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"skein/internal/mail"
	"skein/internal/parse"
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

// defects returns the kinds of defects of the mail with a Message-ID.
func (b *box) defects(id string) (kinds []string) {
	b.t.Helper()
	entries, err := b.reader().Entries(b.t.Context(), []mail.ID{mail.MessageIDKey(id).Hash().ID(mail.MessageLetter)}, store.WantParts)
	if err != nil || entries[0] == nil {
		b.t.Fatalf("%s: got %v, %v, want a message", id, entries, err)
	}
	for _, d := range entries[0].Defects {
		kinds = append(kinds, string(d.Kind))
	}
	return kinds
}

// TestEmbeddedDefects: what is inside a mail and was not taken out is told of
// that mail.
func TestEmbeddedDefects(t *testing.T) {
	b := newBox(t)
	deep := letter(0)
	for n := range 40 {
		deep = enclosing(n+1, deep)
	}
	b.write("deep.eml", deep)
	b.write("lost.eml", enclosing(100, "no mail at all"))
	b.write("sound.eml", enclosing(101, letter(102)))
	report := b.load(Options{})
	counts(t, "load", report, 3, 3, 0, 0)
	if report.Embedded != 17 || report.Messages != 20 {
		t.Errorf("got %d mails inside and %d messages, want 17 and 20", report.Embedded, report.Messages)
	}
	for id, want := range map[string][]string{
		"m40@example.org": {string(parse.EmbeddedCut)}, "m24@example.org": {string(parse.EmbeddedCut)},
		"m100@example.org": {string(parse.NoMail)}, "m101@example.org": nil, "m102@example.org": nil,
	} {
		if got := b.defects(id); !slices.Equal(got, want) {
			t.Errorf("%s: got defects %q, want %q", id, got, want)
		}
	}
}

// TestEmbeddedElsewhere finds mails inside those of an mbox, an archive and a
// Maildir, in any order, in rounds of one, and does so once.
func TestEmbeddedElsewhere(t *testing.T) {
	separator := "From ann@example.org Fri Oct  7 12:00:00 2016\n"
	b := newBox(t)
	b.write("a/box.mbox", mbox(3, 4)+separator+enclosing(1, letter(2))+"\n"+separator+enclosing(4, enclosing(5, letter(3))))
	b.write("b/c.tar", tarOf(t, "x/1.eml", enclosing(6, letter(2)), "x/2.eml", letter(7)))
	b.write("d/cur/1.x:2,S", enclosing(8, letter(9)))
	b.write("d/new/2.y", letter(10))
	paths := []string{b.mail + "/a", b.mail + "/b", b.mail + "/d"}
	report := b.load(Options{Paths: paths})
	counts(t, "load", report, 7, 7, 0, 0)
	if report.Embedded != 5 || report.Messages != 10 {
		t.Errorf("got %d mails inside and %d messages, want 5 and 10", report.Embedded, report.Messages)
	}
	want := b.dump()
	for _, file := range []string{"a/box.mbox", "b/c.tar", "d/cur/1.x:2,S", "d/new/2.y"} {
		b.spoil(file) // not read again, or it shows
	}
	counts(t, "again", b.load(Options{Paths: paths}), 7, 0, 7, 0)
	same(t, "again", b.dump(), want)
	for range 2 {
		if err := rebuildErr(b); err != nil {
			t.Fatal(err)
		}
		same(t, "rebuilt", b.dump(), want)
	}
}

// TestEmbeddedInAnyOrder loads mails and mails inside mails in both orders, in
// rounds of one, and stops behind each round.
func TestEmbeddedInAnyOrder(t *testing.T) {
	b := newBox(t)
	for n := range 12 {
		b.write(fmt.Sprintf("one/%d.eml", n), letter(n))
		b.write(fmt.Sprintf("two/%d.eml", n), enclosing(20+n, enclosing(40+n, strings.TrimSpace(letter(n)))))
	}
	one, two := b.mail+"/one", b.mail+"/two"
	report := b.load(Options{Paths: []string{one, two}})
	if report.Embedded != 24 || report.Messages != 36 {
		t.Errorf("got %d mails inside and %d messages, want 24 and 36", report.Embedded, report.Messages)
	}
	want := b.dump()
	for name, o := range map[string]Options{
		"the other order": {Paths: []string{two, one}}, "rounds of one": {Paths: []string{two, one}, Round: 1},
		"one worker": {Paths: []string{one, two}, Jobs: 1, Round: 5},
	} {
		other := b.another()
		other.load(o)
		same(t, name, other.dump(), want)
	}
	for n := 1; n <= 8; n += 3 {
		stopped := b.another()
		ctx, cancel := context.WithCancel(t.Context())
		rounds := 0
		_, err := Run(ctx, Options{Ledger: stopped.ledger, Paths: []string{two, one}, Round: 3, Progress: func(Progress) {
			if rounds++; rounds == n {
				cancel()
			}
		}})
		cancel()
		if n < 8 && !errors.Is(err, context.Canceled) {
			t.Fatalf("stopped behind round %d: got %v, want %v", n, err, context.Canceled)
		}
		stopped.load(Options{Paths: []string{two, one}})
		same(t, fmt.Sprint("stopped behind round ", n), stopped.dump(), want)
	}
}

// TestEmbeddedBytes: mails inside count for the memory of a round.
func TestEmbeddedBytes(t *testing.T) {
	b := newBox(t)
	body := strings.Repeat(strings.Repeat("QUJDREVG", 9)+"\n", 128<<10/73)
	for n := range 80 {
		inner := fmt.Sprintf("Message-ID: <i%d@x>\nContent-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n\n%s", n, body)
		for range 4 {
			inner = "From: a@x\nContent-Type: message/rfc822\n\n" + inner
		}
		b.write(fmt.Sprintf("%d.eml", n), inner)
	}
	rounds := 0
	report := b.load(Options{Progress: func(Progress) { rounds++ }})
	if report.Embedded != 320 || rounds < 2 {
		t.Errorf("got %d mails inside in %d rounds, want 320 in more than one", report.Embedded, rounds)
	}
}
