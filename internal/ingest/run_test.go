package ingest

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"skein/internal/store"
	"skein/internal/store/sqlite"
)

// TestRounds checks that rounds are cut exactly, through the files and the
// jobs, and that progress is told after each.
func TestRounds(t *testing.T) {
	b := newBox(t)
	b.write("a.mbox", mbox(0, 10))
	b.write("b.mbox", mbox(10, 13))
	b.write("c/1.eml", letter(13))
	b.write("c/2.eml", letter(14))
	b.write("d.mbox", mbox(15, 100))
	for _, test := range []struct {
		round int
		want  []int // found after each round
	}{
		{30, []int{30, 60, 90, 100}},
		{7, []int{7, 14, 21, 28, 35, 42, 49, 56, 63, 70, 77, 84, 91, 98, 100}},
		{1000, []int{100}},
	} {
		b := b.another()
		var found []int
		var bytes int64
		report := b.load(Options{Round: test.round, Progress: func(p Progress) {
			if p.Found != p.New+p.Known+p.Rejected || p.BytesRead < bytes || p.Source == "" {
				t.Errorf("rounds of %d: progress %+v after %d bytes", test.round, p, bytes)
			}
			bytes = p.BytesRead
			if len(found) == 0 || found[len(found)-1] != p.Found { // a last round may only end a file
				found = append(found, p.Found)
			}
		}})
		if !slices.Equal(found, test.want) {
			t.Errorf("rounds of %d: found %v, want %v", test.round, found, test.want)
		}
		counts(t, "load", report, 100, 100, 0, 0)
		if report.Threads != 1 || report.Missing != 1 || report.Messages != 100 {
			t.Errorf("got %d threads, %d missing, %d messages, want 1, 1, 100", report.Threads, report.Missing, report.Messages)
		}
	}
}

// TestKnownSourcesAreNotRead replaces what was loaded behind its size and time
// of change: the second run must not notice.
func TestKnownSourcesAreNotRead(t *testing.T) {
	b := newBox(t)
	files := map[string]string{
		"a.mbox": mbox(0, 5), "b/1.eml": letter(5), "b/2": letter(6), "box/cur/1.x:2,S": letter(7),
		"c.tar": tarOf(t, "x/1.eml", letter(8), "x/y.mbox", mbox(9, 12)),
	}
	for name, content := range files {
		b.write(name, content)
	}
	b.write("b/3.eml", "\x00\x01\x02 this is no mail")
	counts(t, "first", b.load(Options{}), 13, 12, 0, 1)
	dump := b.dump()
	for name := range files {
		b.spoil(name)
	}
	b.spoil("b/3.eml")
	again := b.load(Options{})
	counts(t, "again", again, 13, 0, 12, 1)
	if len(again.Problems) > 0 || len(again.Rejections) > 0 {
		t.Errorf("again: problems %q, rejections %v, want none", again.Problems, again.Rejections)
	}
	same(t, "again", b.dump(), dump)
	// The same bytes do show when the time differs, so the proof is one.
	b.touch("a.mbox")
	if r, err := b.try(Options{}); err != nil || r.New+r.Rejected < 2 {
		t.Errorf("after a touch: got %+v, error %v, want the spoiled mbox read", r, err)
	}
}

func TestGrownMbox(t *testing.T) {
	b := newBox(t)
	b.write("a.mbox", mbox(0, 5))
	b.load(Options{})
	b.write("a.mbox", mbox(0, 8))
	counts(t, "grown", b.load(Options{}), 8, 3, 5, 0)
	counts(t, "again", b.load(Options{}), 8, 0, 8, 0)
	at := b.another()
	at.load(Options{})
	same(t, "grown", b.dump(), at.dump())
}

// TestChangedFile checks that another content at the same path is added, never
// put in the place of the first, and that neither is read again afterwards.
func TestChangedFile(t *testing.T) {
	b := newBox(t)
	b.write("1.eml", letter(1))
	b.write("2.eml", letter(2))
	b.load(Options{})
	b.write("1.eml", letter(3))
	counts(t, "changed", b.load(Options{}), 2, 1, 1, 0)
	if corpus, err := b.reader().Corpus(t.Context()); err != nil || corpus.Messages != 3 || corpus.Copies != 3 {
		t.Errorf("after the change: got %+v, error %v, want 3 messages and copies", corpus, err)
	}
	// Back to what it was, then only touched: known both times, and not read
	// at all from then on.
	b.write("1.eml", letter(1))
	counts(t, "changed back", b.load(Options{}), 2, 0, 2, 0)
	b.spoil("1.eml")
	counts(t, "not read", b.load(Options{}), 2, 0, 2, 0)
	b.touch("2.eml")
	counts(t, "touched", b.load(Options{}), 2, 0, 2, 0)
	b.spoil("2.eml")
	counts(t, "touched and not read", b.load(Options{}), 2, 0, 2, 0)
}

func TestMaildirWithAddedFile(t *testing.T) {
	b := newBox(t)
	b.write("cur/100.a:2,S", letter(0))
	b.write("new/101.b", letter(1))
	b.write("tmp/102.c", letter(2))
	counts(t, "first", b.load(Options{}), 2, 2, 0, 0)
	b.spoil("cur/100.a:2,S")
	b.write("new/103.d", letter(3))
	counts(t, "one more", b.load(Options{}), 3, 1, 2, 0)
}

// manifest writes and reads a manifest.
func manifest(t *testing.T, text string) *Manifest {
	t.Helper()
	m, err := parseManifest(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// archived is a box with one archive whose members belong to several batches.
func archived(t *testing.T) (*box, Options) {
	b := newBox(t)
	b.write("all.tar", tarOf(t,
		"one/a.mbox", mbox(0, 20), "two/1.eml", letter(20), "one/b.mbox", mbox(21, 25), "three/c.mbox", mbox(25, 40),
		"two/bad", "\x00\x01 no mail", "stray.eml", letter(40)))
	m := manifest(t, "path,batch,published\nall.tar/one,1,2016-10-07\nall.tar/two,2,2016-10-14\nall.tar/three,3,\n")
	return b, Options{Manifest: m, Batch: "rest", Round: 6}
}

// TestArchiveOfSeveralBatches checks that the second run reads nothing and
// still counts everything.
func TestArchiveOfSeveralBatches(t *testing.T) {
	b, o := archived(t)
	counts(t, "first", b.load(o), 42, 41, 0, 1)
	dump := b.dump()
	batches, err := b.reader().Batches(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, batch := range batches {
		got = append(got, batch.Name+":"+batch.Published)
	}
	if want := []string{"3:", "rest:", "1:2016-10-07", "2:2016-10-14"}; !slices.Equal(got, want) {
		t.Errorf("batches: got %q, want %q", got, want)
	}
	b.spoil("all.tar")
	counts(t, "again", b.load(o), 42, 0, 41, 1)
	same(t, "again", b.dump(), dump)
}

// TestArchiveInterrupted stops a load of such an archive behind each round;
// the next run must not take the part for the whole.
func TestArchiveInterrupted(t *testing.T) {
	b, o := archived(t)
	b.load(o)
	want := b.dump()
	for n := 1; ; n++ {
		b := b.another()
		ctx, cancel := context.WithCancel(t.Context())
		rounds, stopped := 0, o
		stopped.Ledger, stopped.Paths = b.ledger, []string{b.mail}
		stopped.Progress = func(Progress) {
			if rounds++; rounds == n {
				cancel()
			}
		}
		_, err := Run(ctx, stopped)
		cancel()
		if err == nil {
			if n < 7 {
				t.Fatalf("a load had only %d rounds", n-1)
			}
			return
		}
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("stopped behind round %d: got %v, want %v", n, err, context.Canceled)
		}
		counts := b.load(o)
		if counts.Found != 42 {
			t.Errorf("after a stop behind round %d: found %d, want 42", n, counts.Found)
		}
		same(t, "after a stop", b.dump(), want)
	}
}

func TestPublisherIDs(t *testing.T) {
	b := newBox(t)
	b.write("r/4711.eml", letter(1))
	b.write("r/box.mbox", mbox(2, 5))
	b.write("r/none.eml", letter(5))
	b.load(Options{PublisherID: regexp.MustCompile(`(\d+)\.eml$`), PublisherURL: "https://example.org/{id}"})
	var ids []string
	for record, err := range b.reader().Dump(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if c, ok := record.(store.CopyRecord); ok && c.PublisherID != "" {
			ids = append(ids, c.Source+" "+c.PublisherID)
		}
	}
	if want := []string{"r/4711.eml 4711"}; !slices.Equal(ids, want) {
		t.Errorf("publisher ids: got %q, want %q", ids, want)
	}
	found, err := b.reader().Published(t.Context(), "4711", "", store.WantCopies)
	if err != nil || len(found) != 1 || found[0].Copies[0].PublisherURL != "https://example.org/4711" {
		t.Errorf("Published(4711): got %v, error %v, want one with its page", found, err)
	}
	o := Options{PublisherID: regexp.MustCompile(`\d+`)}
	if got := o.publisherID("a/12-34.eml"); got != "12" {
		t.Errorf("publisher id without a group: got %q, want 12", got)
	}
}

// TestProblems checks that what cannot be read is reported and costs nothing
// else.
func TestProblems(t *testing.T) {
	b := newBox(t)
	b.write("a/1.eml", letter(1))
	b.write("b/2.eml", letter(2))
	gone := filepath.Join(b.mail, "gone")
	report, err := b.try(Options{Paths: []string{filepath.Join(b.mail, "a"), gone, filepath.Join(b.mail, "b")}})
	if !errors.Is(err, ErrIncomplete) {
		t.Errorf("got error %v, want %v", err, ErrIncomplete)
	}
	counts(t, "load", report, 2, 2, 0, 0)
	if len(report.Problems) != 1 || !strings.Contains(report.Problems[0], gone+": no such file or folder") {
		t.Errorf("problems: got %q, want one about %s", report.Problems, gone)
	}
	b.write("c/link", "")
	if err := os.Remove(filepath.Join(b.mail, "c/link")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/etc", filepath.Join(b.mail, "c/link")); err != nil {
		t.Fatal(err)
	}
	report = b.load(Options{Paths: []string{filepath.Join(b.mail, "c")}})
	counts(t, "a link", report, 1, 0, 0, 1)
	if len(report.Rejections) != 1 || report.Rejections[0].Path != "link" {
		t.Errorf("rejections: got %v, want the link", report.Rejections)
	}
}

// TestCancelled stops a load in the middle: whole rounds are kept, and the
// next run goes on to the same graph.
func TestCancelled(t *testing.T) {
	b := newBox(t)
	b.write("a.mbox", mbox(0, 400))
	whole := b.another()
	whole.load(Options{})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	report, err := Run(ctx, Options{Ledger: b.ledger, Paths: []string{b.mail}, Round: 30, Progress: func(p Progress) {
		if p.Found >= 90 {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("got error %v, want %v", err, context.Canceled)
	}
	corpus, err := b.reader().Corpus(t.Context())
	if err != nil || corpus.Copies != report.Found || corpus.Copies%30 != 0 || corpus.Copies < 90 || corpus.Copies >= 400 {
		t.Errorf("kept %d copies, error %v, want whole rounds of 30, from 90 on, as reported: %d", corpus.Copies, err, report.Found)
	}
	counts(t, "goes on", b.load(Options{}), 400, 400-corpus.Copies, corpus.Copies, 0)
	same(t, "goes on", b.dump(), whole.dump())
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Run(ended, Options{Ledger: b.another().ledger, Paths: []string{b.mail}}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled before: got %v, want %v", err, context.Canceled)
	}
}

// TestLedgerInsideTheFolder loads the folder that the ledger lies in.
func TestLedgerInsideTheFolder(t *testing.T) {
	b := newBox(t)
	b.write("x/1.eml", letter(1))
	for _, ledger := range []string{"skein.db", "x/deep.db"} {
		b.ledger = filepath.Join(b.mail, ledger)
		for range 2 {
			if r := b.load(Options{}); r.Found != 1 || r.Rejected != 0 {
				t.Errorf("ledger at %s: got found %d, rejected %d, want the mail alone", ledger, r.Found, r.Rejected)
			}
		}
		for _, suffix := range []string{"", ".lock"} {
			if err := os.Remove(b.ledger + suffix); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestWait(t *testing.T) {
	b := newBox(t)
	b.write("1.eml", letter(1))
	holder, err := sqlite.Open(t.Context(), b.ledger, Stages())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.try(Options{}); !errors.Is(err, store.ErrBusy) {
		t.Errorf("held by another: got %v, want %v", err, store.ErrBusy)
	}
	if _, err := b.try(Options{Wait: 300 * time.Millisecond}); !errors.Is(err, store.ErrBusy) {
		t.Errorf("held too long: got %v, want %v", err, store.ErrBusy)
	}
	for name, err := range map[string]error{"rebuild": rebuildErr(b), "retract": retractErr(b, "mail")} {
		if !errors.Is(err, store.ErrBusy) {
			t.Errorf("%s of a held ledger: got %v, want %v", name, err, store.ErrBusy)
		}
	}
	go func() {
		time.Sleep(300 * time.Millisecond)
		holder.Close()
	}()
	counts(t, "freed", b.load(Options{Wait: 20 * time.Second}), 1, 1, 0, 0)
}

func rebuildErr(b *box) error {
	_, err := Rebuild(b.t.Context(), Options{Ledger: b.ledger})
	return err
}

func retractErr(b *box, batch string) error {
	_, err := Retract(b.t.Context(), Options{Ledger: b.ledger, Batch: batch})
	return err
}
