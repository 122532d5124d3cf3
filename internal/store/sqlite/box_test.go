package sqlite_test

import (
	"bytes"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"skein/internal/mail"
	"skein/internal/query"
	"skein/internal/store"
	"skein/internal/store/sqlite"
	"skein/internal/thread"
)

// stages reads the text of a mail of these tests again: all of it.
var stages = sqlite.Stages{Versions: map[string]int{"parse": 3, "thread": 1}, Text: func(raw []byte) string { return string(raw) }}

// letter is a mail of these tests: its bytes are its text.
func letter(id, parent, from, to string, change ...func(*store.Item)) store.Item {
	it := store.Item{Path: id + ".eml", Raw: []byte("mail " + id + " to " + parent), Facts: mail.Facts{
		MessageIDs: []string{id}, Content: mail.HashOf("content of " + id), Subject: "about " + id, HasSubject: true,
		Sent: &mail.Date{Milli: 1_475_800_000_000 + int64(len(id))*1000, Offset: 3600},
		Mentions: []mail.Mention{
			{Role: mail.From, Address: from, Name: "The " + from}, {Role: mail.To, Address: to, Name: "Dear " + to},
		},
	}}
	if parent != "" {
		it.Facts.InReplyTo, it.Facts.InReplyToStrict = []string{parent}, true
	}
	for _, c := range change {
		c(&it)
	}
	if it.Rejected == "" {
		it.Text = string(it.Raw)
		it.Index = query.NewDocument(it.Facts.Subject, thread.Mentions(&it.Facts), it.Facts.Attachments, it.Text, it.FileTexts()...)
	}
	it.SHA = sha256.Sum256(it.Raw)
	return it
}

// ledger opens a ledger at path, closed with the test.
func ledger(t *testing.T, path string) *sqlite.Ledger {
	t.Helper()
	l, err := sqlite.Open(t.Context(), path, stages)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

// add keeps items of a batch in one round.
func add(t *testing.T, l *sqlite.Ledger, batch store.Batch, items ...store.Item) {
	t.Helper()
	seal(t, items)
	err := l.Update(t.Context(), func(r *sqlite.Round) error {
		id, err := r.Batch(batch)
		if err != nil {
			return err
		}
		source, err := r.Source(id, "all", "message")
		if err != nil {
			return err
		}
		given := slices.Clone(items) // for Add takes their bytes
		for i := range given {
			given[i].Embedded = slices.Clone(given[i].Embedded)
		}
		if _, err := r.Add(source, given); err != nil {
			return err
		}
		return r.Settle()
	})
	if err != nil {
		t.Fatal(err)
	}
}

// seal seals items and those inside them, once.
func seal(t *testing.T, items []store.Item) {
	t.Helper()
	for i := range items {
		if items[i].Stored == nil {
			if err := items[i].Seal(); err != nil {
				t.Fatal(err)
			}
		}
		seal(t, items[i].Embedded)
	}
}

func reader(t *testing.T, path string) *sqlite.Reader {
	t.Helper()
	r, err := sqlite.OpenReader(t.Context(), path, stages)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

func dump(t *testing.T, path string) (string, error) {
	t.Helper()
	r := reader(t, path)
	defer r.Close()
	var out bytes.Buffer
	err := store.WriteDump(&out, r.Dump(t.Context()))
	return out.String(), err
}

// open opens a ledger as any program would.
func open(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// full makes a ledger with something in every table that is filled today.
func full(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "skein.db")
	l := ledger(t, path)
	rich := func(it *store.Item) {
		f := &it.Facts
		f.Mentions = append(f.Mentions,
			mail.Mention{Role: mail.To, Address: "ann@x"}, mail.Mention{Role: mail.Cc, Address: "cy.d+a@gmail.com", Name: "Cy"},
			mail.Mention{Role: mail.Bcc, Address: "cyd@googlemail.com", Name: "Cy D"})
		f.Attachments = []mail.Attachment{{Name: "a.pdf", Type: "application/pdf", Size: 9, SHA: mail.SHA{7}, Part: "2"}}
		it.Files = []mail.File{{SHA: mail.SHA{7}, Size: 9, Type: "application/pdf", Text: "Harbour dues", Note: "only some"}}
		f.Defects = []mail.Defect{{Kind: "bad-date", Offset: 4}}
		f.ListID, f.References = "list.x", []string{"gone", "root"}
		it.PublisherID, it.Part, it.Offset, it.Fingerprint = "4711", "2", 7, 99
	}
	undated := func(it *store.Item) { it.Facts.Sent, it.Facts.HasSubject, it.Facts.Subject = nil, false, "" }
	variant := func(it *store.Item) {
		it.Facts.MessageIDs, it.Path, it.Facts.Defects = []string{"answer"}, "variant.eml", make([]mail.Defect, 3)
	}
	twoAuthors := func(it *store.Item) {
		it.Facts.Mentions = append(it.Facts.Mentions, mail.Mention{Role: mail.From, Address: "bo@x"})
	}
	refused := func(it *store.Item) { it.Rejected = "no mail at all" }
	add(t, l, store.Batch{Collection: "main", Name: "1", Published: "2016-10-07", URL: "https://x/{id}", Owners: []string{"ann@x"}},
		letter("root", "", "ann@x", "bo@x"), letter("answer", "root", "bo@x", "ann@x", rich), letter("other", "root", "bo@x", "ann@x", variant),
		letter("late", "gone", "ann@x", "bo@x", undated), letter("bad", "", "", "", refused))
	second := store.Batch{Collection: "more", Name: "2"}
	add(t, l, second, letter("root", "", "ann@x", "bo@x"), letter("both", "late", "ann@x", "cyd@gmail.com", twoAuthors))
	var poison []store.Item
	for n := range 7 {
		poison = append(poison, letter(fmt.Sprint("p", n), "", fmt.Sprintf("p%d@x", n%5), "ann@x", func(it *store.Item) {
			it.Facts.MessageIDs = append(it.Facts.MessageIDs, "everyone")
		}))
	}
	add(t, l, second, poison...)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// lines compares two texts line by line.
func lines(t *testing.T, what, got, want string) {
	t.Helper()
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			t.Fatalf("%s, line %d\n got %.400s\nwant %.400s", what, i+1, a[i], b[i])
		}
	}
	if len(a) != len(b) {
		t.Fatalf("%s: got %d lines, want %d", what, len(a), len(b))
	}
}
