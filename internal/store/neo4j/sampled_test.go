package neo4j_test

import (
	"testing"

	"skein/internal/ingest"
	"skein/internal/ingest/ingesttest"
	"skein/internal/store/neo4j"
	"skein/internal/store/sqlite"
)

// sampled loads the sample release as the demo is loaded, and other folders,
// fills a graph with it and gives a reader of both engines.
func sampled(t *testing.T, c neo4j.Config, others ...string) (*neo4j.Reader, *sqlite.Reader) {
	t.Helper()
	ledger := ingesttest.Sample(t, others...)
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
