package ingest

import (
	"context"
	"crypto/sha256"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"skein/internal/store/sqlite"
)

// certified returns the only source of the ledger, as it is certified.
func (b *box) certified() *sqlite.CertifiedSource {
	b.t.Helper()
	c, err := b.reader().Certificate(b.t.Context(), "", "", false)
	if err != nil {
		b.t.Fatal(err)
	}
	if len(c.Batches) != 1 || len(c.Batches[0].Sources) != 1 {
		b.t.Fatalf("got %+v, want one batch of one source", c.Batches)
	}
	return c.Batches[0].Sources[0]
}

// large is an mbox of so many mails, each of which is a job of its own.
func large(mails int) string {
	return strings.ReplaceAll(mbox(0, mails), "\n\nThis", "\n\n"+strings.Repeat("All the same.\n", jobBytes/14+1)+"This")
}

// TestDigest: a file of many mails is certified with its size and SHA-256 once
// it was read to its end, and not while another of its name is read.
func TestDigest(t *testing.T) {
	b := newBox(t)
	is := func(what, content string, found int) {
		t.Helper()
		s := b.certified()
		if s.Complete == nil || *s.Complete != (content != "") || s.Total.Found != found {
			t.Fatalf("%s: got %+v, want %d items", what, s, found)
		}
		switch {
		case content == "" && (s.Size != nil || s.SHA != nil):
			t.Errorf("%s: got %v bytes and SHA-256 %v, want none", what, s.Size, s.SHA)
		case content != "" && (s.Size == nil || *s.Size != int64(len(content)) || s.SHA == nil || *s.SHA != sha256.Sum256([]byte(content))):
			t.Errorf("%s: got %v bytes and SHA-256 %v, want those of the file", what, s.Size, s.SHA)
		}
	}
	stopped := func() {
		t.Helper()
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		_, err := Run(ctx, Options{Ledger: b.ledger, Paths: []string{b.mail}, Round: 1, Progress: func(Progress) { cancel() }})
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("got %v, want %v", err, context.Canceled)
		}
	}
	b.write("box.mbox", mbox(0, 4))
	stopped()
	is("stopped", "", 1)
	b.load(Options{})
	is("loaded", mbox(0, 4), 4)
	b.write("box.mbox", mbox(0, 4)+mbox(10, 12))
	stopped()
	is("stopped in a longer one", "", 4) // its first mail was there
	b.load(Options{})
	is("loaded a longer one", mbox(0, 4)+mbox(10, 12), 6)
	if _, err := Rebuild(t.Context(), Options{Ledger: b.ledger}); err != nil {
		t.Fatal(err)
	}
	is("rebuilt", mbox(0, 4)+mbox(10, 12), 6)
}

// TestChangedWhileRead: a file that changes while it is read has no digest, and
// the run says so; the next one reads it again.
func TestChangedWhileRead(t *testing.T) {
	b := newBox(t)
	const mails = 90 // more than are read ahead of the first round
	b.write("box.mbox", large(mails))
	changed := false
	report, err := Run(t.Context(), Options{Ledger: b.ledger, Paths: []string{b.mail}, Jobs: 1, Round: 1, Progress: func(Progress) {
		if !changed {
			b.touch("box.mbox")
			changed = true
		}
	}})
	want := filepath.Join(b.mail, "box.mbox") + ": the file changed while it was read"
	if !errors.Is(err, ErrIncomplete) || len(report.Problems) != 1 || !strings.HasPrefix(report.Problems[0], want) {
		t.Fatalf("got %v and problems %q, want %v and %q", err, report.Problems, ErrIncomplete, want)
	}
	if s := b.certified(); *s.Complete || s.SHA != nil || s.Total.Found != mails {
		t.Errorf("got %+v, want %d items and no digest", s, mails)
	}
	counts(t, "again", b.load(Options{}), mails, 0, mails, 0)
	if s := b.certified(); !*s.Complete || s.SHA == nil {
		t.Errorf("loaded again: got %+v, want a digest", s)
	}
}
