package sqlite_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"skein/internal/store"
	"skein/internal/store/sqlite"
)

func TestLease(t *testing.T) {
	path := filepath.Join(t.TempDir(), "skein.db")
	l := ledger(t, path)
	_, err := sqlite.Open(t.Context(), path, stages)
	if !errors.Is(err, store.ErrBusy) || !strings.Contains(err.Error(), path) {
		t.Errorf("second writer: got %v, want %v with the path", err, store.ErrBusy)
	}
	r := reader(t, path)
	if corpus, err := r.Corpus(t.Context()); err != nil || !corpus.Loading {
		t.Errorf("while a writer holds it: got %+v, error %v, want Loading", corpus, err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if corpus, err := r.Corpus(t.Context()); err != nil || corpus.Loading {
		t.Errorf("after the writer: got %+v, error %v, want not Loading", corpus, err)
	}
	ledger(t, path)
}

// TestReadersTakeNoLease has readers ask who writes, all the time, while
// writers come and go.
func TestReadersTakeNoLease(t *testing.T) {
	path := filepath.Join(t.TempDir(), "skein.db")
	ledger(t, path).Close()
	stop := make(chan struct{})
	var readers sync.WaitGroup
	for range 2 {
		r := reader(t, path)
		readers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if _, err := r.Corpus(t.Context()); err != nil {
					t.Errorf("Corpus: %v", err)
					return
				}
			}
		})
	}
	for n := range 40 {
		l, err := sqlite.Open(t.Context(), path, stages)
		if err != nil {
			t.Errorf("writer %d: got %v, want no reader in its way", n, err)
			break
		}
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	}
	close(stop)
	readers.Wait()
}

// holding names the ledger that a process of this test holds.
const holding = "SKEIN_TEST_HOLDS"

// TestHolder is the other process of TestKilledHolder: it holds the ledger in
// the middle of a round until it is killed.
func TestHolder(t *testing.T) {
	path := os.Getenv(holding)
	if path == "" {
		t.Skip("run by TestKilledHolder")
	}
	l := ledger(t, path)
	add(t, l, store.Batch{Collection: "main", Name: "1"}, letter("a", "", "ann@x", "bo@x"))
	err := l.Update(t.Context(), func(r *sqlite.Round) error {
		if _, err := r.Batch(store.Batch{Collection: "main", Name: "half"}); err != nil {
			return err
		}
		fmt.Println("held")
		select {}
	})
	t.Fatal(err)
}

func TestKilledHolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "skein.db")
	holder := exec.Command(os.Args[0], "-test.run=^TestHolder$", "-test.v")
	holder.Env = append(os.Environ(), holding+"="+path)
	out, err := holder.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := holder.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() && !strings.Contains(lines.Text(), "held") {
	}
	if _, err := sqlite.Open(t.Context(), path, stages); !errors.Is(err, store.ErrBusy) {
		t.Errorf("beside the holder: got %v, want %v", err, store.ErrBusy)
	}
	if err := holder.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = holder.Wait() // it was killed
	l := ledger(t, path)
	add(t, l, store.Batch{Collection: "main", Name: "2"}, letter("b", "a", "bo@x", "ann@x"))
	batches, err := reader(t, path).Batches(t.Context())
	if err != nil || len(batches) != 2 || batches[0].Name != "1" || batches[1].Name != "2" {
		t.Errorf("after the kill: got batches %v, error %v, want 1 and 2, and nothing of the half round", batches, err)
	}
}

func TestVersions(t *testing.T) {
	path := full(t)
	for _, test := range []struct{ statement, want string }{
		{`UPDATE meta SET value = 9 WHERE name = 'stage parse'`, "parse 9 (here 3)"},
		{`DELETE FROM meta WHERE name = 'stage thread'`, "thread 0 (here 1)"},
	} {
		db := open(t, path)
		if _, err := db.Exec(test.statement); err != nil {
			t.Fatal(err)
		}
		_, writing := sqlite.Open(t.Context(), path, stages)
		_, reading := sqlite.OpenReader(t.Context(), path, stages)
		for _, err := range []error{writing, reading} {
			if !errors.Is(err, store.ErrVersion) || !strings.Contains(err.Error(), "`ingest rebuild`") || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%s: got %v, want %v with %q and `ingest rebuild`", test.statement, err, store.ErrVersion, test.want)
			}
		}
	}
	if r, err := sqlite.OpenAnyVersion(t.Context(), path); err != nil {
		t.Errorf("OpenAnyVersion: %v", err)
	} else {
		r.Close()
	}
	if _, err := open(t, path).Exec(`UPDATE meta SET value = 99 WHERE name = 'ledger'`); err != nil {
		t.Fatal(err)
	}
	for _, open := range []func() error{
		func() error { _, err := sqlite.Open(t.Context(), path, stages); return err },
		func() error { _, err := sqlite.OpenAnyVersion(t.Context(), path); return err },
	} {
		if err := open(); !errors.Is(err, store.ErrVersion) || !strings.Contains(err.Error(), "tables are version 99") {
			t.Errorf("other tables: got %v, want %v that says so", err, store.ErrVersion)
		}
	}
}

// TestNotALedger refuses what is none, and leaves it as it was.
func TestNotALedger(t *testing.T) {
	dir := t.TempDir()
	foreign := filepath.Join(dir, "foreign.db")
	db := open(t, foreign)
	if _, err := db.Exec(`CREATE TABLE ours(a); INSERT INTO ours VALUES(1)`); err != nil {
		t.Fatal(err)
	}
	db.Close()
	text := filepath.Join(dir, "notes.txt")
	if err := os.WriteFile(text, bytes.Repeat([]byte("some notes\n"), 100), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{foreign, text} {
		before, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		_, writing := sqlite.Open(t.Context(), path, stages)
		_, reading := sqlite.OpenReader(t.Context(), path, stages)
		for _, err := range []error{writing, reading} {
			if err == nil || !strings.Contains(err.Error(), "not a ledger of Skein") || strings.Contains(err.Error(), "\n") {
				t.Errorf("%s: got %v, want one line that says it is no ledger", path, err)
			}
		}
		if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
			t.Errorf("%s was changed (error %v)", path, err)
		}
	}
	if _, err := sqlite.Open(t.Context(), filepath.Join(dir, "none", "x.db"), stages); err == nil || !strings.Contains(err.Error(), "its folder does not exist") {
		t.Errorf("missing folder: got %v, want it said", err)
	}
	if _, err := sqlite.OpenReader(t.Context(), filepath.Join(dir, "none.db"), stages); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("missing file: got %v, want %v", err, store.ErrNotFound)
	}
	if _, err := os.Stat(filepath.Join(dir, "none.db")); err == nil {
		t.Error("a reader made the file that it did not find")
	}
	odd := filepath.Join(dir, "a b%20?mode=memory#c.db")
	ledger(t, odd)
	if _, err := os.Stat(odd); err != nil {
		t.Errorf("a path of odd letters: %v", err)
	}
}
