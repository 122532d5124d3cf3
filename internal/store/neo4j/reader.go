package neo4j

import (
	"context"

	bolt "github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"skein/internal/mail"
)

// Reader implements store.Reader over a published graph. It never writes and
// keeps no state but what it counted of one revision.
type Reader struct {
	db        *database
	originals Originals
}

// Originals are the bytes of the mails, which a published graph does not hold.
type Originals interface {
	Original(ctx context.Context, sha mail.SHA) ([]byte, error)
}

// OpenReader opens a published graph. originals may be nil; Original then
// answers store.ErrNotFound.
func OpenReader(ctx context.Context, c Config, originals Originals) (*Reader, error) {
	db, err := connect(ctx, c)
	if err != nil {
		return nil, err
	}
	return &Reader{db: db, originals: originals}, nil
}

// view is one look at the graph: the statements of one call.
type view struct {
	r       *Reader
	ctx     context.Context // of the one call it serves
	session bolt.SessionWithContext
}

// look runs ask over the graph.
func (r *Reader) look(ctx context.Context, ask func(v *view) error) error {
	session := r.db.driver.NewSession(ctx, bolt.SessionConfig{DatabaseName: r.db.name, AccessMode: bolt.AccessModeRead})
	defer session.Close(context.WithoutCancel(ctx))
	return r.db.failed(ask(&view{r, ctx, session}))
}

// query runs a statement and calls row with the values of each row, in the
// order they are returned.
func (v *view) query(row func(values []any) error, cypher string, params map[string]any) error {
	result, err := v.session.Run(v.ctx, cypher, params, bolt.WithTxTimeout(v.r.db.timeout))
	if err != nil {
		return err
	}
	var record *bolt.Record
	for result.NextRecord(v.ctx, &record) {
		if err := row(record.Values); err != nil {
			return err
		}
	}
	return result.Err()
}
