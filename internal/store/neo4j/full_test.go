package neo4j_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"slices"
	"testing"

	"skein/internal/mail"
	"skein/internal/store"
	"skein/internal/store/neo4j"
	"skein/internal/store/sqlite"
	"skein/internal/store/sqlite/sqlitetest"
	"skein/internal/store/storetest"
)

// letter is a mail of these tests: its bytes are its text.
func letter(id, parent, from, to string, change ...func(*store.Item)) store.Item {
	it := store.Item{Path: id + ".eml", Raw: []byte("id " + id + "\n\nmail " + id + " to " + parent), Facts: mail.Facts{
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
	it.SHA = sha256.Sum256(it.Raw)
	if it.Rejected == "" {
		it.Text = storetest.Text(it.Raw)
	}
	return it
}

// full is mail with something in every property of a graph.
func full() []storetest.Release {
	rich := func(it *store.Item) {
		f := &it.Facts
		f.Mentions = append(f.Mentions,
			mail.Mention{Role: mail.To, Address: "ann@x"}, mail.Mention{Role: mail.Cc, Address: "cy.d+a@gmail.com", Name: "Cy"},
			mail.Mention{Role: mail.Bcc, Address: "cyd@googlemail.com", Name: "Cy D"})
		f.Attachments = []mail.Attachment{{Name: "a.pdf", Type: "application/pdf", Size: 9, SHA: mail.SHA{7}, Part: "2", Inline: true, ContentID: "a@x"}}
		f.HTML, it.Files = true, []mail.File{{SHA: mail.SHA{7}, Size: 9, Type: "application/pdf", Text: "Harbour dues", Note: "only some"}}
		f.Defects = []mail.Defect{{Kind: "bad-date", Offset: 4}}
		f.ListID, f.References = "list.x", []string{"gone", "root"}
		it.PublisherID, it.Part, it.Offset, it.Fingerprint = "4711", "2", 7, 99
	}
	undated := func(it *store.Item) { it.Facts.Sent, it.Facts.HasSubject, it.Facts.Subject = nil, false, "" }
	variant := func(it *store.Item) {
		it.Facts.MessageIDs, it.Path, it.Facts.Defects = []string{"answer"}, "variant.eml", make([]mail.Defect, 3)
	}
	silent := func(it *store.Item) { it.Raw = []byte("nothing\n\n") }
	twoAuthors := func(it *store.Item) {
		it.Facts.Mentions = append(it.Facts.Mentions, mail.Mention{Role: mail.From, Address: "bo@x"})
	}
	refused := func(it *store.Item) { it.Rejected = "no mail at all" }
	first := []store.Item{
		letter("root", "", "ann@x", "bo@x"), letter("answer", "root", "bo@x", "ann@x", rich), letter("other", "root", "bo@x", "ann@x", variant),
		letter("late", "gone", "ann@x", "bo@x", undated), letter("bad", "", "", "", refused), letter("silent", "", "ann@x", "bo@x", silent),
		letter("maybe", "", "bo@x", "ann@x", func(it *store.Item) { it.Facts.InReplyTo = []string{"root", "silent", "never"} }),
	}
	second := []store.Item{letter("root", "", "ann@x", "bo@x"), letter("both", "late", "ann@x", "cyd@gmail.com", twoAuthors)}
	for n := range 7 {
		second = append(second, letter(fmt.Sprint("p", n), "", fmt.Sprintf("p%d@x", n%5), "ann@x", func(it *store.Item) {
			it.Facts.MessageIDs = append(it.Facts.MessageIDs, "everyone")
		}))
	}
	// Where addresses stand depends on how the engine compares text.
	for n, address := range []string{"é@x", "e\u0301@x", "z@x", "\uff5e@x", "\ue000@x", "\U0001f600@x", "\U00010400@x", "日本@x", "~@x"} {
		second = append(second, letter(fmt.Sprint("odd", n), "", address, "ann@x"))
	}
	return []storetest.Release{
		{Batch: store.Batch{Collection: "main", Name: "1", Published: "2016-10-07", URL: "https://x/{id}", Owners: []string{"ann@x"}}, Items: first},
		{Batch: store.Batch{Collection: "more", Name: "2"}, Items: second},
	}
}

// graphOf publishes releases in one piece, and gives a reader of both engines.
func graphOf(t *testing.T, c neo4j.Config, releases []storetest.Release, options ...func(*neo4j.Publisher)) (*neo4j.Reader, *sqlite.Reader) {
	t.Helper()
	publisher, err := neo4j.OpenPublisher(t.Context(), c, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer publisher.Close()
	for _, o := range options {
		o(publisher)
	}
	each := func(l *sqlite.Reader) { follow(t, publisher, l) }
	ledger := sqlitetest.LoadEach(t, releases, 5, each)
	reader, err := neo4j.OpenReader(t.Context(), c, nil, ledger)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { reader.Close() })
	return reader, ledger
}

// follow publishes what changed in the ledger.
func follow(t *testing.T, publisher *neo4j.Publisher, ledger *sqlite.Reader) {
	t.Helper()
	change, err := ledger.Publication(t.Context(), publisher.Point(), 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := publisher.Publish(t.Context(), change); err != nil {
		t.Fatal(err)
	}
}

func dumpOf(t *testing.T, r store.Reader) string {
	t.Helper()
	var out bytes.Buffer
	if err := store.WriteDump(&out, r.Dump(t.Context())); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// sameLines compares two texts and shows the first line in which they differ.
func sameLines(t *testing.T, got, want string) {
	t.Helper()
	g, w := bytes.Split([]byte(got), []byte("\n")), bytes.Split([]byte(want), []byte("\n"))
	for i := range min(len(g), len(w)) {
		if !slices.Equal(g[i], w[i]) {
			t.Fatalf("line %d:\n got %s\nwant %s", i+1, g[i], w[i])
		}
	}
	if len(g) != len(w) {
		t.Errorf("got %d lines, want %d", len(g), len(w))
	}
}
