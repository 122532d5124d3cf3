package neo4j

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"skein/internal/store"
)

// Publisher writes a published graph. It holds the graph's lease from
// OpenPublisher to Close and is used by one goroutine.
type Publisher struct {
	db       *database
	versions string
	point    store.Point
	partial  bool // what is there is not whole: Fill comes first
	lease    lease
	written  int // items, since the database's statistics were made

	// Of tests; each may be nil.
	observe     func(cypher string) // is told every statement of a transaction
	beforeFence func() error        // is called before a transaction checks the lease
	committed   func() error        // says what became of the answer to a commit
}

// Option changes how a graph is opened for publishing.
type Option uint8

// Replace takes a graph of any version. Point is zero then, and what is
// published stays until Fill puts another graph in its place.
const Replace Option = 1

// OpenPublisher takes the lease of a graph, and makes what the database lacks:
// constraints, the node that keeps the state, and, where a graph is published,
// its indexes. versions are those of the stages, as in sqlite.Stages. Another holder whose lease has not run out gives
// store.ErrBusy; a model or a stage of another version store.ErrVersion; a
// database that holds something else, ErrForeign.
func OpenPublisher(ctx context.Context, c Config, versions map[string]int, options ...Option) (*Publisher, error) {
	db, err := connect(ctx, c)
	if err != nil {
		return nil, err
	}
	replace := slices.Contains(options, Replace)
	p := &Publisher{db: db, versions: versionsText(versions), partial: replace}
	if err := p.open(ctx, replace); err != nil {
		return nil, errors.Join(db.failed(err), p.Close())
	}
	return p, nil
}

func (p *Publisher) open(ctx context.Context, replace bool) error {
	// Looked at before anything is written, for it may be somebody else's.
	found, err := p.db.state(ctx)
	if err == nil && !replace {
		err = found.check(p.versions)
	}
	if err != nil {
		return err
	}
	if err := p.db.define(ctx, constraints); err != nil {
		return err
	}
	if err := p.takeLease(ctx); err != nil {
		return err
	}
	// Another run may have come between.
	if found, err = p.db.state(ctx); err != nil {
		return err
	}
	if !replace {
		if err := found.check(p.versions); err != nil {
			return err
		}
		p.partial = found.partial
		if !p.partial {
			p.point = found.point
		}
	}
	if p.point == (store.Point{}) {
		return nil // they come with what is published first
	}
	return p.defineIndexes(ctx)
}

func (p *Publisher) defineIndexes(ctx context.Context) error {
	if err := p.db.dropOldSearch(ctx); err != nil {
		return err
	}
	return p.db.define(ctx, append([]string{searchIndex}, indexes...))
}

// Point is the state of the ledger that is published; the zero Point when
// nothing is, or when a Fill did not end.
func (p *Publisher) Point() store.Point { return p.point }

// Publish writes pub in one transaction, which also moves Point from Since to
// Until. Where another holder took the lease meanwhile, nothing is written
// and the error is store.ErrBusy.
func (p *Publisher) Publish(ctx context.Context, pub *store.Publication) error {
	if p.partial {
		return p.db.failed(errors.New("internal error: a graph that is not whole is brought up to date"))
	}
	if pub.Since != p.point {
		return p.db.failed(fmt.Errorf("internal error: revision %d is published, not %d", p.point.Revision, pub.Since.Revision))
	}
	if p.point == (store.Point{}) {
		if err := p.db.failed(p.defineIndexes(ctx)); err != nil {
			return err
		}
	}
	err := p.transact(ctx, items(pub), pointState(pub.Until), func(w *writing) error {
		if err := w.at(pub.Since); err != nil {
			return err
		}
		return w.publication(pub)
	})
	if err != nil {
		p.written = 0 // Close need not wait for a database that is gone
		return err
	}
	p.point = pub.Until
	p.written += items(pub)
	return nil
}

// manyItems is how many items written make the statistics of the database old.
const manyItems = 1000

// resample has the database look anew at what its indexes hold, and forget the
// plans it made when they held less: of a graph that was just loaded it goes on
// to believe that it is empty. Where that fails, answers are slower, not wrong.
func (p *Publisher) resample(ctx context.Context) {
	if p.written >= manyItems {
		_ = p.db.run(ctx, nil, `CALL db.prepareForReplanning(60)`, nil)
		p.written = 0
	}
}

// Fill takes out whatever is published and writes pieces, the whole graph at
// until; readers get store.ErrUnavailable meanwhile. When it does not end,
// Point is zero, and only Fill goes on. Indexes that are not there are made
// behind the last piece: to build one takes less than to keep it up to date.
func (p *Publisher) Fill(ctx context.Context, until store.Point, pieces iter.Seq2[*store.Publication, error]) error {
	p.point, p.partial = store.Point{}, true
	if err := p.fill(ctx, until, pieces); err != nil {
		p.written = 0 // as above
		return err
	}
	p.point, p.partial = until, false
	return nil
}

func (p *Publisher) fill(ctx context.Context, until store.Point, pieces iter.Seq2[*store.Publication, error]) error {
	state := pointState(store.Point{})
	state["state"], state["model"], state["versions"] = stateFilling, modelVersion, p.versions
	if err := p.transact(ctx, 0, state, func(*writing) error { return nil }); err != nil {
		return err
	}
	if err := p.wipe(ctx); err != nil {
		return err
	}
	for piece, err := range pieces {
		if err != nil {
			return err
		}
		err = p.transact(ctx, items(piece), nil, func(w *writing) error {
			w.whole = true
			return w.publication(piece)
		})
		if err != nil {
			return err
		}
		p.written += items(piece)
	}
	if err := p.defineIndexes(ctx); err != nil {
		return err
	}
	p.resample(ctx)
	return p.transact(ctx, 0, pointState(until), func(*writing) error { return nil })
}

// wipe takes out every node but those that keep the state and the lease. Ties
// go first, for some addresses have very many, and each label goes by its
// index, for to look for what is left in a store full of holes takes long.
func (p *Publisher) wipe(ctx context.Context) error {
	if err := p.drain(ctx, `MATCH ()-[n:TIE]->() WITH n LIMIT $rows DELETE n`); err != nil {
		return err
	}
	for _, label := range []string{`:Copy`, `:Variant`, `:Attachment`, `:Rejected`, `:Message`, `:Thread`, `:Person`, `:Address`, ``} {
		err := p.drain(ctx, `MATCH (n`+label+`) WHERE NOT n:Skein|SkeinLease WITH n LIMIT $rows DETACH DELETE n`)
		if err != nil {
			return err
		}
	}
	return nil
}

// wipeRows bounds what one transaction takes out.
const wipeRows = 2000

// drain runs a statement that takes things out until nothing is left.
func (p *Publisher) drain(ctx context.Context, cypher string) error {
	for gone := int64(1); gone > 0; {
		err := p.transact(ctx, wipeRows, nil, func(w *writing) error {
			var err error
			gone, err = w.number(cypher+` RETURN count(*)`, map[string]any{"rows": wipeRows})
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Close gives the lease back.
func (p *Publisher) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	p.resample(ctx)
	return errors.Join(p.db.failed(p.releaseLease()), p.db.close())
}
