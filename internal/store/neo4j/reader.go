package neo4j

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	bolt "github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"skein/internal/mail"
	"skein/internal/store"
)

// Reader implements store.Reader over a published graph. It never writes and
// keeps no state but what it counted of one revision.
type Reader struct {
	db        *database
	versions  string // of the stages; "" for any
	originals Originals
	known     atomic.Pointer[store.Point] // that of the last look
	counted   counted
	observe   func(cypher string, params map[string]any) // of tests: is told every statement; may be nil
}

// Originals are the bytes of the mails, which a published graph does not hold.
type Originals interface {
	Original(ctx context.Context, sha mail.SHA) ([]byte, error)
}

// OpenReader opens a published graph. versions are those of the stages, as in
// sqlite.Stages; nil takes any. originals may be nil; Original then answers
// store.ErrNotFound. Where nothing is published the error is
// store.ErrNotFound, where another version published store.ErrVersion, and
// while the graph is being filled store.ErrUnavailable.
func OpenReader(ctx context.Context, c Config, versions map[string]int, originals Originals) (*Reader, error) {
	db, err := connect(ctx, c)
	if err != nil {
		return nil, err
	}
	r := &Reader{db: db, versions: versionsText(versions), originals: originals}
	r.known.Store(&store.Point{})
	if err := r.look(ctx, func(*view) error { return nil }); err != nil {
		return nil, errors.Join(err, db.close())
	}
	return r, nil
}

// Close implements store.Reader.
func (r *Reader) Close() error { return r.db.close() }

// Originals implements store.Reader.
func (r *Reader) Originals() bool { return r.originals != nil }

// Original implements store.Reader.
func (r *Reader) Original(ctx context.Context, sha mail.SHA) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, r.db.failed(err)
	}
	if r.originals == nil {
		return nil, fmt.Errorf("original %s: %w: original not available here", sha, store.ErrNotFound)
	}
	return r.originals.Original(ctx, sha)
}

// view is one look at the graph: the statements of one call.
type view struct {
	r       *Reader
	ctx     context.Context // of the one call it serves
	session bolt.SessionWithContext
	at      store.Point // what is published, unless the look is made again
}

// maxLooks is how often a look is tried when the graph changes meanwhile.
const maxLooks = 3

// look runs ask over one state of the graph. The database shows each statement
// what is committed when it runs, so when something was published meanwhile,
// ask is called again, and must begin anew. Nothing of what it found may be
// used before look returns without an error.
func (r *Reader) look(ctx context.Context, ask func(v *view) error) error {
	if err := ctx.Err(); err != nil {
		return r.db.failed(err)
	}
	session := r.db.driver.NewSession(ctx, bolt.SessionConfig{DatabaseName: r.db.name, AccessMode: bolt.AccessModeRead})
	defer session.Close(context.WithoutCancel(ctx))
	v := &view{r: r, ctx: ctx, session: session}
	var err error
	for range maxLooks {
		var again bool
		if again, err = v.try(ask); !again {
			break
		}
	}
	if end := ctx.Err(); end != nil && err != nil {
		err = end
	}
	return r.db.failed(err)
}

// try calls ask once; again says that its answer is not to be used, and why.
func (v *view) try(ask func(v *view) error) (again bool, err error) {
	v.at = *v.r.known.Load()
	err = ask(v)
	if v.ctx.Err() != nil {
		return false, v.ctx.Err()
	}
	if connectivity(err) {
		return true, err // the pool's connections may all be of a server that was started anew
	}
	at, gone := v.point()
	if gone != nil {
		return connectivity(gone), gone
	}
	v.r.known.Store(&at)
	if at != v.at {
		return true, fmt.Errorf("%w: what is published changed again and again; try later", store.ErrBusy)
	}
	return err != nil && bolt.IsRetryable(err), err
}

// slack is how much longer than the database we wait for the end of a
// statement, which it should have ended itself.
const slack = 5 * time.Second

// query runs a statement and calls row with the values of each row, in the
// order they are returned. A statement that takes too long gives
// context.DeadlineExceeded.
func (v *view) query(row func(values []any) error, cypher string, params map[string]any) error {
	if v.r.observe != nil {
		v.r.observe(cypher, params)
	}
	ctx, cancel := context.WithTimeout(v.ctx, v.r.db.timeout+slack)
	defer cancel()
	result, err := v.session.Run(ctx, cypher, params, bolt.WithTxTimeout(v.r.db.timeout))
	if err != nil {
		return tooLong(ctx, err)
	}
	var record *bolt.Record
	for result.NextRecord(ctx, &record) {
		if err := row(record.Values); err != nil {
			return err
		}
	}
	return tooLong(ctx, result.Err())
}

// tooLong tells the end of a time-out, the database's or ours, from other
// errors.
func tooLong(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if end := ctx.Err(); end != nil {
		return end
	}
	var stopped *bolt.Neo4jError
	if errors.As(err, &stopped) && timedOut[stopped.Code] {
		return fmt.Errorf("%w: the database stopped the statement", context.DeadlineExceeded)
	}
	return err
}

var timedOut = map[string]bool{
	"Neo.ClientError.Transaction.TransactionTimedOut":                    true,
	"Neo.ClientError.Transaction.TransactionTimedOutClientConfiguration": true,
}

// number runs a statement that gives one number, 0 when it gives no row.
func (v *view) number(cypher string, params map[string]any) (int64, error) {
	var n int64
	err := v.query(func(values []any) error {
		n = number(values[0])
		return nil
	}, cypher, params)
	return n, err
}
