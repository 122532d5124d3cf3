// Package sqlitetest loads the releases of package storetest into a ledger, for
// the tests that compare the two.
package sqlitetest

import (
	"context"
	"crypto/sha256"
	"path/filepath"
	"testing"

	"skein/internal/mail"
	"skein/internal/query"
	"skein/internal/store"
	"skein/internal/store/sqlite"
	"skein/internal/store/storetest"
	"skein/internal/thread"
)

// Load keeps releases in a ledger of the test's own, in rounds of that many
// items, and opens it for reading.
func Load(t testing.TB, releases []storetest.Release, size int) store.Reader {
	t.Helper()
	return LoadEach(t, releases, size, func(*sqlite.Reader) {})
}

// LoadEach loads as Load does and calls each after every round.
func LoadEach(t testing.TB, releases []storetest.Release, size int, each func(*sqlite.Reader)) *sqlite.Reader {
	t.Helper()
	ctx := context.Background()
	texts := map[mail.SHA]string{}
	for _, release := range releases {
		for _, it := range release.Items {
			texts[it.SHA] = it.Text
		}
	}
	stages := sqlite.Stages{Text: func(raw []byte) string { return texts[sha256.Sum256(raw)] }}
	path := filepath.Join(t.TempDir(), "skein.db")
	ledger, err := sqlite.Open(ctx, path, stages)
	if err != nil {
		t.Fatal(err)
	}
	reader, err := sqlite.OpenReader(ctx, path, stages)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { reader.Close() })
	for _, release := range releases {
		keep(t, ledger, release, size, func() { each(reader) })
	}
	if err := ledger.Close(); err != nil {
		t.Fatal(err)
	}
	return reader
}

func keep(t testing.TB, ledger *sqlite.Ledger, release storetest.Release, size int, each func()) {
	t.Helper()
	items := make([]store.Item, len(release.Items))
	for i, it := range release.Items {
		it.Index = query.NewDocument(it.Facts.Subject, thread.Mentions(&it.Facts), it.Facts.Attachments, it.Text, it.FileTexts()...)
		if err := it.Seal(); err != nil {
			t.Fatal(err)
		}
		items[i] = it
	}
	for at := 0; at == 0 || at < len(items); at += size {
		err := ledger.Update(context.Background(), func(r *sqlite.Round) error {
			batch, err := r.Batch(release.Batch)
			if err != nil {
				return err
			}
			source, err := r.Source(batch, "all", "message")
			if err != nil {
				return err
			}
			if _, err := r.Add(source, items[at:min(at+size, len(items))]); err != nil {
				return err
			}
			return r.Settle()
		})
		if err != nil {
			t.Fatal(err)
		}
		each()
	}
}
