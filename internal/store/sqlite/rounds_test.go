package sqlite_test

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"skein/internal/mail"
	"skein/internal/store"
	"skein/internal/store/sqlite"
)

// long makes a mail of size bytes that do not compress to nothing.
func long(id string, size int) store.Item {
	return letter(id, "", "ann@x", "bo@x", func(it *store.Item) {
		for n := 0; len(it.Raw) < size; n++ {
			it.Raw = fmt.Append(it.Raw, " word", n*n%7919)
		}
		it.Raw = it.Raw[:size]
	})
}

func original(t *testing.T, r *sqlite.Reader, it store.Item) {
	t.Helper()
	got, err := r.Original(t.Context(), it.SHA)
	if err != nil || !bytes.Equal(got, it.Raw) {
		t.Errorf("original of %s: got %d bytes, error %v, want its %d bytes", it.Path, len(got), err, len(it.Raw))
	}
}

// TestLongMail keeps mails that go on through several chunks.
func TestLongMail(t *testing.T) {
	path := filepath.Join(t.TempDir(), "skein.db")
	l := ledger(t, path)
	items := []store.Item{long("short", 100), long("long", 3<<20), long("longer", 5<<20+1), long("last", 10)}
	items = append(items, letter("bad", "", "", "", func(it *store.Item) {
		it.Raw, it.Rejected = bytes.Repeat([]byte("no mail "), 300_000), "no mail"
	}))
	add(t, l, store.Batch{Collection: "main", Name: "1"}, items...)
	r := reader(t, path)
	for _, it := range items {
		original(t, r, it)
	}
	text, err := r.Entries(t.Context(), []mail.ID{mail.MessageIDKey("long").Hash().ID(mail.MessageLetter)}, store.WantText)
	if err != nil || text[0] == nil || text[0].Text != string(items[1].Raw) {
		t.Errorf("text of the long mail: got error %v, want its bytes", err)
	}
	if _, err := r.Original(t.Context(), mail.SHA{1}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("original of nothing: got %v, want %v", err, store.ErrNotFound)
	}
}

func retract(t *testing.T, l *sqlite.Ledger, batch string, size int) {
	t.Helper()
	if err := l.Retract(t.Context(), "main", batch, size, func() error { return nil }); err != nil {
		t.Fatal(err)
	}
}

func number(t *testing.T, path, query string) (n int) {
	t.Helper()
	if err := open(t, path).QueryRow(query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestRetractOfSharedContent takes back the batch in whose chunks a mail lies
// that another batch holds, too.
func TestRetractOfSharedContent(t *testing.T) {
	for _, size := range []int{1, 2, 100} {
		t.Run(fmt.Sprint("rounds of ", size), func(t *testing.T) {
			path, alone := filepath.Join(t.TempDir(), "skein.db"), filepath.Join(t.TempDir(), "skein.db")
			shared := []store.Item{long("long", 3<<20), long("short", 50), long("answer", 70)}
			shared[0].Facts.Attachments = []mail.Attachment{{Type: "text/plain", SHA: mail.SHA{1}, Part: "2"}}
			shared[1].Facts.Attachments = []mail.Attachment{{Type: "text/plain", SHA: mail.SHA{1}, Part: "2"}, {SHA: mail.SHA{2}, Part: "3"}}
			bad := letter("bad", "", "", "", func(it *store.Item) { it.Rejected = "no mail" })
			l := ledger(t, path)
			first := append(slices.Clone(shared), long("only", 2<<20), bad)
			again := shared[1]
			again.Path = "again.eml"
			add(t, l, store.Batch{Collection: "main", Name: "1"}, append(first, again)...)
			second := append(slices.Clone(shared), bad)
			add(t, l, store.Batch{Collection: "main", Name: "2"}, second...)
			retract(t, l, "1", size)

			add(t, ledger(t, alone), store.Batch{Collection: "main", Name: "2"}, second...)
			got, err := dump(t, path)
			if err != nil {
				t.Fatal(err)
			}
			want, err := dump(t, alone)
			if err != nil {
				t.Fatal(err)
			}
			lines(t, "dump", got, want)
			r := reader(t, path)
			for _, it := range second {
				original(t, r, it)
			}
			if _, err := r.Original(t.Context(), first[3].SHA); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("a mail of the retracted batch alone: got %v, want %v", err, store.ErrNotFound)
			}
			retract(t, l, "2", size)
			for _, table := range []string{
				"batch", "collection", "source", "chunk", "attachment", "attached", "content", "copy", "rejected", "key", "use", "entry",
				"link", "thread", "address", "name", "person", "recipient", "tie", "fts_docsize",
			} {
				if n := number(t, path, `SELECT count(*) FROM `+table); n > 0 {
					t.Errorf("after both were retracted %s has %d rows, want none", table, n)
				}
			}
		})
	}
}

// TestFailedRound checks that nothing is left of a round that fails, and that
// the ledger goes on.
func TestFailedRound(t *testing.T) {
	path := filepath.Join(t.TempDir(), "skein.db")
	l := ledger(t, path)
	batch := store.Batch{Collection: "main", Name: "1"}
	add(t, l, batch, letter("a", "", "ann@x", "bo@x"))
	before, err := dump(t, path)
	if err != nil {
		t.Fatal(err)
	}
	failed := errors.New("failed")
	item := letter("b", "a", "bo@x", "ann@x")
	if err := item.Seal(); err != nil {
		t.Fatal(err)
	}
	for _, settle := range []bool{false, true} {
		err := l.Update(t.Context(), func(r *sqlite.Round) error {
			id, err := r.Batch(batch)
			if err != nil {
				return err
			}
			source, err := r.Source(id, "other", "message")
			if err != nil {
				return err
			}
			if _, err := r.Add(source, []store.Item{item}); err != nil {
				return err
			}
			if settle {
				if err := r.Settle(); err != nil {
					return err
				}
			}
			return failed
		})
		if !errors.Is(err, failed) || strings.Contains(err.Error(), "\n") {
			t.Errorf("settled %t: got %v, want %v alone", settle, err, failed)
		}
		after, err := dump(t, path)
		if err != nil {
			t.Fatal(err)
		}
		lines(t, "dump after a failed round", after, before)
	}
	add(t, l, batch, letter("b", "a", "bo@x", "ann@x"))
	if got := number(t, path, `SELECT count(*) FROM entry`); got != 2 {
		t.Errorf("after the next round: %d entries, want 2", got)
	}
}

// TestReadersSeeWholeRounds reads all the time while rounds of ten mails are
// written.
func TestReadersSeeWholeRounds(t *testing.T) {
	const rounds, size = 25, 10
	path := filepath.Join(t.TempDir(), "skein.db")
	l := ledger(t, path)
	var readers sync.WaitGroup
	stop := make(chan struct{})
	seen := make([]map[int]bool, 2)
	for i := range seen {
		seen[i] = map[int]bool{}
		r := reader(t, path)
		readers.Go(func() {
			for {
				n, err := wholeRounds(t, r, size)
				if err != nil {
					t.Error(err)
					return
				}
				seen[i][n] = true
				select {
				case <-stop:
					return
				default:
				}
			}
		})
	}
	for n := range rounds {
		var items []store.Item
		for i := range size {
			items = append(items, letter(fmt.Sprint("m", n*size+i), fmt.Sprint("m", n*size+i-1), "ann@x", "bo@x"))
		}
		add(t, l, store.Batch{Collection: "main", Name: "1"}, items...)
	}
	close(stop)
	readers.Wait()
	if len(seen[0])+len(seen[1]) < 8 {
		t.Errorf("the readers saw only the states %v", seen)
	}
}

// wholeRounds reads in several ways and returns how many messages there were.
func wholeRounds(t *testing.T, r *sqlite.Reader, size int) (int, error) {
	corpus, err := r.Corpus(t.Context())
	if err != nil || corpus.Messages%size != 0 || corpus.Copies != corpus.Messages {
		return 0, fmt.Errorf("counted %d messages and %d copies, error %w, want whole rounds", corpus.Messages, corpus.Copies, err)
	}
	list, err := r.Search(t.Context(), nil, store.Newest, store.WantPeople, store.Page{First: 200, Total: true})
	if err != nil || list.Total%size != 0 || len(list.Items) != min(list.Total, 200) {
		return 0, fmt.Errorf("found %d of %d messages, error %w, want whole rounds", len(list.Items), list.Total, err)
	}
	messages, ties := 0, 0
	for record, err := range r.Dump(t.Context()) {
		if err != nil {
			return 0, err
		}
		switch record := record.(type) {
		case store.MessageRecord:
			if record.Kind == "message" {
				messages++
			}
		case store.TieRecord:
			ties += record.Count[0]
		}
	}
	if messages%size != 0 || ties != messages {
		return 0, fmt.Errorf("dumped %d messages and ties of %d, want whole rounds", messages, ties)
	}
	return corpus.Messages, nil
}
