// Package ingesttest loads mail for tests of what is done with it.
package ingesttest

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"skein/internal/ingest"
	"skein/internal/sample"
	"skein/internal/store/sqlite"
)

// Sample loads the sample release as the demo is loaded, then other folders,
// and opens the ledger for reading.
func Sample(t testing.TB, others ...string) *sqlite.Reader {
	t.Helper()
	dir := t.TempDir()
	if _, err := sample.Write(t.Context(), filepath.Join(dir, "sample"), sample.Options{}); err != nil {
		t.Fatal(err)
	}
	manifest, err := ingest.ReadManifest(filepath.Join(dir, "sample", "manifest.csv"))
	if err != nil {
		t.Fatal(err)
	}
	return load(t, ingest.Options{
		Manifest: manifest, PublisherID: regexp.MustCompile(`(\d{5})\.eml$`), Owners: sample.Owners(),
		Paths: []string{filepath.Join(dir, "sample", "release")},
	}, others...)
}

// RealMail loads a packed collection of real mail and opens the ledger for
// reading. Without CORPORA t is skipped, or fails with REQUIRE_ALL=1.
func RealMail(t testing.TB, name string) *sqlite.Reader {
	t.Helper()
	return load(t, ingest.Options{Paths: []string{Corpus(t, name)}})
}

// Corpus returns the path of a packed collection of real mail. Without CORPORA
// t is skipped, or fails with REQUIRE_ALL=1.
func Corpus(t testing.TB, name string) string {
	t.Helper()
	folder := os.Getenv("CORPORA")
	if folder == "" && os.Getenv("REQUIRE_ALL") == "1" {
		t.Fatal("CORPORA is not set, and REQUIRE_ALL is")
	}
	if folder == "" {
		t.Skip("CORPORA is not set: real mail was not loaded")
	}
	path, err := filepath.Abs(filepath.Join(folder, name))
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// load loads mail into a ledger of the test's own.
func load(t testing.TB, o ingest.Options, others ...string) *sqlite.Reader {
	t.Helper()
	o.Ledger = filepath.Join(t.TempDir(), "skein.db")
	if _, err := ingest.Run(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	if len(others) > 0 {
		if _, err := ingest.Run(t.Context(), ingest.Options{Ledger: o.Ledger, Paths: others}); err != nil {
			t.Fatal(err)
		}
	}
	reader, err := sqlite.OpenReader(t.Context(), o.Ledger, ingest.Stages())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { reader.Close() })
	return reader
}
