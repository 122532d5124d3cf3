package neo4j

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	mathrand "math/rand/v2"
	"time"

	bolt "github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"skein/internal/store"
)

// patience is how long something is tried again after it failed first, which
// a restart of the database should not outlast.
const patience = 30 * time.Second

// persist calls try again while what fails may succeed.
func (d *database) persist(ctx context.Context, try func() error) error {
	var until time.Time
	for {
		err := try()
		if err == nil || !passing(err) {
			return err
		}
		if until.IsZero() {
			until = time.Now().Add(patience)
		}
		if time.Now().After(until) {
			return err
		}
		// By chance, so that two that met do not meet again.
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-time.After(20*time.Millisecond + mathrand.N(180*time.Millisecond)):
		}
	}
}

// passing says whether what failed may succeed when it is tried again.
func passing(err error) bool {
	var failed *bolt.Neo4jError
	if errors.As(err, &failed) && (outOfMemory[failed.Code] || readOnly[failed.Code]) {
		return false
	}
	return connectivity(err) || bolt.IsRetryable(err)
}

// writing is a transaction that publishes.
type writing struct {
	p     *Publisher
	ctx   context.Context // of the one call it serves
	tx    bolt.ExplicitTransaction
	whole bool  // a piece of a Fill: nothing is there that would have to go first
	ended bool  // it was told to commit
	loose []any // SHA-256 of files that messages let go of, unless they take them again
}

// transact runs write in a transaction of about size items that sets
// properties of the state as well, and ends well only while the lease is ours.
// It is tried again when it did not come through. A commit of which the answer
// was lost is known by the step it left in the state.
func (p *Publisher) transact(ctx context.Context, size int, state map[string]any, write func(*writing) error) error {
	state = maps.Clone(state)
	if state == nil {
		state = map[string]any{}
	}
	step := rand.Text()
	state["step"] = step
	unknown := false
	err := p.db.persist(ctx, func() error {
		if unknown {
			done, err := p.cameThrough(ctx, step)
			if done || err != nil {
				return err
			}
			unknown = false
		}
		if p.lease.lost.Load() {
			return errTaken
		}
		w := &writing{p: p, ctx: ctx}
		err := w.begin(size, func() error {
			if err := write(w); err != nil {
				return err
			}
			return w.fence(state)
		})
		unknown = w.ended && connectivity(err)
		return err
	})
	// Whatever else is wrong is because of the other's writing.
	if err != nil && ctx.Err() == nil && !connectivity(err) && p.taken(ctx) {
		err = errTaken
	}
	return p.db.failed(err)
}

// begin runs work in a transaction.
func (w *writing) begin(size int, work func() error) (err error) {
	session := w.p.db.session(w.ctx)
	defer session.Close(context.WithoutCancel(w.ctx))
	// A transaction whose client hangs must not hold its locks for ever.
	limit := 2*time.Minute + time.Duration(size)*10*time.Millisecond
	if w.tx, err = session.BeginTransaction(w.ctx, bolt.WithTxTimeout(limit), bolt.WithTxMetadata(ours)); err != nil {
		return err
	}
	tx := w.tx
	if err := work(); err != nil {
		_ = tx.Rollback(context.WithoutCancel(w.ctx)) // where this fails, the server does it
		return err
	}
	w.ended = true
	if err := tx.Commit(w.ctx); err != nil {
		return err
	}
	if w.p.committed != nil {
		return w.p.committed()
	}
	return nil
}

// ours is by what an administrator knows our transactions.
var ours = map[string]any{"skein": "publish"}

// cameThrough says whether the transaction with that step came through. The
// state is locked for it: the database may still be at it.
func (p *Publisher) cameThrough(ctx context.Context, step string) (done bool, err error) {
	err = p.db.run(ctx, func(values []any) { done = text(values[0]) == step },
		`MATCH (s:Skein {name: 'skein'}) SET s.name = 'skein' WITH s RETURN s.step`, nil)
	return done, err
}

// at sees to it that the graph is at a point.
func (w *writing) at(since store.Point) error {
	n, err := w.number(`MATCH (s:Skein {name: 'skein', revision: $revision, token: $token})
		WHERE s.state IN $states RETURN count(s)`,
		map[string]any{"revision": since.Revision, "token": since.Token, "states": []string{stateReady, stateNothing}})
	if err == nil && n != 1 {
		err = fmt.Errorf("internal error: the graph is not at revision %d any more", since.Revision)
	}
	return err
}

// number runs a statement and returns the one number that it gives.
func (w *writing) number(cypher string, params map[string]any) (int64, error) {
	var n int64
	err := w.query(cypher, params, func(values []any) { n = number(values[0]) })
	return n, err
}

// query runs a statement and calls row with each row.
func (w *writing) query(cypher string, params map[string]any, row func(values []any)) error {
	if w.p.observe != nil {
		w.p.observe(cypher)
	}
	result, err := w.tx.Run(w.ctx, cypher, params)
	if err != nil {
		return err
	}
	var record *bolt.Record
	for result.NextRecord(w.ctx, &record) {
		row(record.Values)
	}
	return result.Err()
}

// What one statement takes: so many rows, or so much text.
const (
	batchRows  = 2000
	batchBytes = 4 << 20
)

// rows runs a statement over rows, which it finds in $rows. It must return how
// many things it wrote: one for each row.
func (w *writing) rows(what, cypher string, rows []any) error {
	return w.batches(what, cypher, rows, func(batch []any) int { return len(batch) })
}

// batches runs a statement over rows, some at a time, and compares what it
// returns with what should be written; a negative number is not compared.
func (w *writing) batches(what, cypher string, rows []any, want func(batch []any) int) error {
	for len(rows) > 0 {
		batch := rows[:fitting(rows)]
		rows = rows[len(batch):]
		n, err := w.number(cypher, map[string]any{"rows": batch})
		if err != nil {
			return err
		}
		if want := want(batch); want >= 0 && n != int64(want) {
			return fmt.Errorf("internal error: of %d %s, %d were written; nothing of this round is kept", want, what, n)
		}
	}
	return nil
}

// remove runs a statement over rows of what may not be there.
func (w *writing) remove(cypher string, rows []any) error {
	return w.batches("", cypher, rows, func([]any) int { return -1 })
}

// fitting is how many rows go into one statement, at least one.
func fitting(rows []any) int {
	bytes := 0
	for i, row := range rows[:min(len(rows), batchRows)] {
		if bytes += textBytes(row); bytes > batchBytes && i > 0 {
			return i
		}
	}
	return min(len(rows), batchRows)
}

// textBytes is how much text a row holds.
func textBytes(value any) int {
	n := 0
	switch value := value.(type) {
	case string:
		n = len(value)
	case []string:
		for _, text := range value {
			n += len(text)
		}
	case []any:
		for _, one := range value {
			n += textBytes(one)
		}
	case properties:
		for _, one := range value {
			n += textBytes(one)
		}
	}
	return n
}
