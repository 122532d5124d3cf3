package neo4j

import (
	"context"
	"errors"
	"iter"

	"skein/internal/store"
)

// Publisher writes a published graph. It holds the graph's lease from
// OpenPublisher to Close and is used by one goroutine.
type Publisher struct {
	db    *database
	point store.Point
}

// OpenPublisher takes the lease of a graph, and makes what an empty database
// lacks: constraints, indexes, the node that keeps the state. versions are those of the
// stages, as in sqlite.Stages. Another holder whose lease has not run out gives
// store.ErrBusy; a model or a stage of another version store.ErrVersion; a
// database that holds something else, ErrForeign.
func OpenPublisher(ctx context.Context, c Config, versions map[string]int) (*Publisher, error) {
	return nil, errors.New("TODO")
}

// ErrForeign says that a database holds nodes that are not ours.
var ErrForeign = errors.New("the database holds something else")

// Point is the state of the ledger that is published; the zero Point when
// nothing is, or when a Fill did not end.
func (p *Publisher) Point() store.Point { return p.point }

// Publish writes p in one transaction, which also moves Point from Since to
// Until. Where another holder took the lease meanwhile, nothing is written
// and the error is store.ErrBusy.
func (p *Publisher) Publish(ctx context.Context, pub *store.Publication) error {
	return errors.New("TODO")
}

// Fill takes out whatever is published and writes pieces, the whole graph at
// until; readers get store.ErrUnavailable meanwhile.
func (p *Publisher) Fill(ctx context.Context, until store.Point, pieces iter.Seq2[*store.Publication, error]) error {
	return errors.New("TODO")
}

// Close gives the lease back.
func (p *Publisher) Close() error { return p.db.close() }
