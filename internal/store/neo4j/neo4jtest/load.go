package neo4jtest

import (
	"context"
	"testing"

	"skein/internal/store"
	"skein/internal/store/neo4j"
	"skein/internal/store/sqlite"
	"skein/internal/store/sqlite/sqlitetest"
	"skein/internal/store/storetest"
)

// Load keeps releases in a ledger of the test's own, in rounds of that many
// items, publishes it to c after every round, and opens the published graph for
// reading, with the originals of the ledger. As in a run, the first round is
// published as a whole graph and each later one as what it changed.
func Load(t testing.TB, c neo4j.Config, releases []storetest.Release, size int) store.Reader {
	t.Helper()
	ctx := context.Background()
	publisher, err := neo4j.OpenPublisher(ctx, c, nil)
	if err != nil {
		t.Fatal(err)
	}
	each := func(ledger *sqlite.Reader) { publish(t, publisher, ledger) }
	ledger := sqlitetest.LoadEach(t, releases, size, each)
	if len(releases) == 0 {
		each(ledger)
	}
	if err := publisher.Close(); err != nil {
		t.Fatal(err)
	}
	reader, err := neo4j.OpenReader(ctx, c, nil, ledger)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { reader.Close() })
	return reader
}

// publish brings the graph to where the ledger is.
func publish(t testing.TB, publisher *neo4j.Publisher, ledger *sqlite.Reader) {
	t.Helper()
	ctx := context.Background()
	if since := publisher.Point(); since != (store.Point{}) {
		change, err := ledger.Publication(ctx, since, 0)
		if err != nil {
			t.Fatal(err)
		}
		if change == nil {
			return
		}
		if err := publisher.Publish(ctx, change); err != nil {
			t.Fatal(err)
		}
		return
	}
	until, err := ledger.Point(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := publisher.Fill(ctx, until, ledger.Whole(ctx, pieceItems)); err != nil {
		t.Fatal(err)
	}
}

// pieceItems is few, so that small releases come in several pieces too.
const pieceItems = 7
