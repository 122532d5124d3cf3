package neo4j_test

import (
	"path/filepath"
	"regexp"
	"testing"

	"skein/internal/ingest"
	"skein/internal/sample"
	"skein/internal/store/neo4j"
	"skein/internal/store/sqlite"
)

// sampled loads the sample release as the demo is loaded, and other folders,
// fills a graph with it and gives a reader of both engines.
func sampled(t *testing.T, c neo4j.Config, others ...string) (*neo4j.Reader, *sqlite.Reader) {
	t.Helper()
	dir := t.TempDir()
	if _, err := sample.Write(t.Context(), filepath.Join(dir, "sample"), sample.Options{}); err != nil {
		t.Fatal(err)
	}
	manifest, err := ingest.ReadManifest(filepath.Join(dir, "sample", "manifest.csv"))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "skein.db")
	_, err = ingest.Run(t.Context(), ingest.Options{
		Ledger: path, Manifest: manifest, PublisherID: regexp.MustCompile(`(\d{5})\.eml$`), Owners: sample.Owners(),
		Paths: []string{filepath.Join(dir, "sample", "release")},
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(others) > 0 {
		if _, err := ingest.Run(t.Context(), ingest.Options{Ledger: path, Paths: others}); err != nil {
			t.Fatal(err)
		}
	}
	ledger, err := sqlite.OpenReader(t.Context(), path, ingest.Stages())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ledger.Close() })
	fill(t, c, ledger)
	graph, err := neo4j.OpenReader(t.Context(), c, ingest.Stages().Versions, ledger)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { graph.Close() })
	return graph, ledger
}

func fill(t *testing.T, c neo4j.Config, ledger *sqlite.Reader) {
	t.Helper()
	publisher, err := neo4j.OpenPublisher(t.Context(), c, ingest.Stages().Versions)
	if err != nil {
		t.Fatal(err)
	}
	defer publisher.Close()
	until, err := ledger.Point(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := publisher.Fill(t.Context(), until, ledger.Whole(t.Context(), 1000)); err != nil {
		t.Fatal(err)
	}
}
