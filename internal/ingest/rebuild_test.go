package ingest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"skein/internal/store"
	"skein/internal/store/sqlite"
)

// files lists what lies beside the ledger.
func (b *box) files() (names []string) {
	b.t.Helper()
	entries, err := os.ReadDir(filepath.Dir(b.ledger))
	if err != nil {
		b.t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// TestRebuild decides anew what hangs together in ways that are easy to lose:
// equal names of batches in two collections, rejected items, an archive of
// several batches, a batch without anything.
func TestRebuild(t *testing.T) {
	b, o := archived(t)
	b.load(o)
	other := newBox(t)
	other.write("1.eml", letter(200))
	other.write("bad", "\x00\x01 no mail")
	for _, collection := range []string{"main", "other"} {
		b.load(Options{Collection: collection, Batch: "1", Owners: []string{"ann@example.org"}, Paths: []string{other.mail}})
	}
	empty := newBox(t)
	empty.write("empty.tar", tarOf(t))
	b.load(Options{Batch: "empty", Paths: []string{empty.mail}})
	dump := b.dump()
	for range 2 {
		if err := rebuildErr(b); err != nil {
			t.Fatal(err)
		}
		same(t, "rebuilt", b.dump(), dump)
	}
	// What was read to its end still counts as such.
	b.spoil("all.tar")
	counts(t, "loaded after a rebuild", b.load(o), 42, 0, 41, 1)
	same(t, "loaded after a rebuild", b.dump(), dump)
}

// TestRebuildOfAnInterruptedRetraction checks that a batch that is half taken
// back does not come to stay.
func TestRebuildOfAnInterruptedRetraction(t *testing.T) {
	b := newBox(t)
	b.write("a.mbox", mbox(0, 20))
	b.load(Options{Batch: "stays"})
	want := b.dump()
	for n := 20; n < 60; n++ {
		b.write(fmt.Sprint("b/", n), letter(n))
	}
	b.load(Options{Batch: "goes"})
	ledger, err := sqlite.Open(t.Context(), b.ledger, Stages())
	if err != nil {
		t.Fatal(err)
	}
	rounds, interrupted := 0, errors.New("interrupted")
	err = ledger.Retract(t.Context(), "main", "goes", 7, func() error {
		if rounds++; rounds == 3 {
			return interrupted
		}
		return nil
	})
	if !errors.Is(err, interrupted) {
		t.Fatalf("got %v, want %v", err, interrupted)
	}
	if err := ledger.Close(); err != nil {
		t.Fatal(err)
	}
	if err := rebuildErr(b); err != nil {
		t.Fatal(err)
	}
	same(t, "rebuilt", b.dump(), want)
}

func TestRebuildAndRetractOfNothing(t *testing.T) {
	b := newBox(t)
	for name, err := range map[string]error{"rebuild": rebuildErr(b), "retract": retractErr(b, "x")} {
		if !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s of a missing ledger: got %v, want %v", name, err, store.ErrNotFound)
		}
	}
	if files := b.files(); len(files) > 0 {
		t.Errorf("left behind: %q, want nothing", files)
	}
	b.write("1.eml", letter(1))
	b.load(Options{})
	dump := b.dump()
	if err := retractErr(b, "no such batch"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("retract of an unknown batch: got %v, want %v", err, store.ErrNotFound)
	}
	same(t, "after a refused retraction", b.dump(), dump)
}

// TestRebuildCancelled leaves the old ledger as it was.
func TestRebuildCancelled(t *testing.T) {
	b := newBox(t)
	b.write("a.mbox", mbox(0, 60))
	b.load(Options{})
	dump := b.dump()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	_, err := Rebuild(ctx, Options{Ledger: b.ledger, Round: 10, Progress: func(Progress) { cancel() }})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
	same(t, "after the stop", b.dump(), dump)
	if _, err := os.Stat(b.ledger + ".rebuild"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the half-made ledger: got %v, want it gone", err)
	}
}

// TestReaderOutlivesRebuild checks that who reads the old file goes on reading
// it when another takes its place.
func TestReaderOutlivesRebuild(t *testing.T) {
	b := newBox(t)
	b.write("a.mbox", mbox(0, 30))
	b.load(Options{})
	old := b.reader()
	if err := rebuildErr(b); err != nil {
		t.Fatal(err)
	}
	b.write("b.mbox", mbox(30, 40))
	b.load(Options{})
	for name, want := range map[string]int{"old": 30, "new": 40} {
		r := old
		if name == "new" {
			r = b.reader()
		}
		corpus, err := r.Corpus(t.Context())
		if err != nil || corpus.Messages != want {
			t.Errorf("%s reader: got %d messages, error %v, want %d", name, corpus.Messages, err, want)
		}
		list, err := r.Search(t.Context(), nil, store.Newest, 0, store.Page{First: 200})
		if err != nil || len(list.Items) != want {
			t.Errorf("%s reader: found %d messages, error %v, want %d", name, len(list.Items), err, want)
		}
	}
}
