package ingest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"skein/internal/store"
	"skein/internal/store/sqlite"
)

// Publisher writes a published graph, which it holds from when it is opened
// until it is closed. One goroutine uses it at a time.
type Publisher interface {
	// Point is the state of the ledger that is published; the zero Point when
	// none is.
	Point() store.Point
	// Publish brings the graph to a later state, wholly or not at all.
	Publish(context.Context, *store.Publication) error
	// Fill puts the pieces of a whole graph in the place of what is published.
	Fill(ctx context.Context, until store.Point, pieces iter.Seq2[*store.Publication, error]) error
	Close() error
}

// Published is what a publication came to.
type Published struct {
	Revision int64   `json:"revision"` // of the ledger
	Messages int     `json:"messages"`
	Seconds  float64 `json:"seconds"`
	Filled   bool    `json:"filled"` // the graph was written whole
}

// Publish brings the graph to where the ledger is. With replace it takes out
// whatever is published, by whichever ledger and version, and fills it anew.
func Publish(ctx context.Context, o Options, replace bool) (Published, error) {
	o = o.withDefaults()
	started, deadline := time.Now(), time.Now().Add(o.Wait)
	if err := present(o.Ledger); err != nil {
		return Published{}, err
	}
	lease, err := await(ctx, deadline, func() (*flock.Flock, error) { return sqlite.Lease(ctx, o.Ledger) })
	if err != nil {
		return Published{}, err
	}
	defer lease.Close()
	p, err := openGraph(ctx, o, Stages(), deadline, replace)
	if err != nil {
		return Published{}, err
	}
	filled, err := p.catchUp(ctx)
	done := Published{Revision: p.graph.Point().Revision, Messages: p.messages, Filled: filled}
	err = first(err, p.close())
	done.Seconds = time.Since(started).Seconds()
	return done, err
}

// first returns the first error there is: the later ones come of it.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// publishing brings a graph after the ledger, while the run goes on with the
// ledger.
type publishing struct {
	graph    Publisher
	ledger   *sqlite.Reader
	tell     func(done, total int)
	messages int  // that the ledger held when it was opened
	whole    bool // the graph is written at the end of the run

	rounds  chan struct{} // one for each that was committed
	reading sync.WaitGroup
	ended   chan struct{} // closed when nothing is published any more
	failed  error         // why; read behind ended
}

// openGraph takes the lease of the graph, waiting for another holder to end,
// and opens the ledger for what is to be published.
func openGraph(ctx context.Context, o Options, stages sqlite.Stages, deadline time.Time, replace bool) (*publishing, error) {
	graph, err := await(ctx, deadline, func() (Publisher, error) { return o.OpenGraph(ctx, replace) })
	if err != nil {
		return nil, err
	}
	p := &publishing{graph: graph, tell: o.Publishing}
	if err := p.read(ctx, o.Ledger, stages); err != nil {
		return nil, errors.Join(err, p.close())
	}
	return p, nil
}

// read opens the ledger that is published.
func (p *publishing) read(ctx context.Context, ledger string, stages sqlite.Stages) error {
	reader, err := sqlite.OpenReader(ctx, ledger, stages)
	if err != nil {
		return err
	}
	p.ledger = reader
	corpus, err := reader.Corpus(ctx)
	p.messages = corpus.Messages
	return err
}

// mostMessages is how many changed messages are published at once. For more,
// one transaction may be too large for the database, and to write the whole
// graph takes no longer.
const mostMessages = 20_000

// lag returns what changed in the ledger since the graph's state, nil when
// nothing did. whole is set when the graph has to be written whole.
func (p *publishing) lag(ctx context.Context) (change *store.Publication, whole bool, err error) {
	since := p.graph.Point()
	if since == (store.Point{}) {
		return nil, true, nil
	}
	change, err = p.ledger.Publication(ctx, since, mostMessages)
	switch {
	case errors.Is(err, sqlite.ErrMany):
		return nil, true, nil
	case errors.Is(err, sqlite.ErrDiverged):
		err = fmt.Errorf("%w: another ledger published what is in Neo4j, or this one before it was rebuilt or restored; "+
			"`ingest publish --replace` puts this ledger's graph in its place", err)
	}
	return change, false, err
}

// catchUp brings the graph to where the ledger is, and says whether it had to
// be written whole.
func (p *publishing) catchUp(ctx context.Context) (filled bool, err error) {
	change, whole, err := p.lag(ctx)
	switch {
	case err != nil:
		return false, err
	case whole:
		return true, p.fill(ctx)
	case change != nil:
		return false, p.publish(ctx, change)
	}
	return false, nil
}

// begin brings the graph to where the ledger is and publishes round by round
// from there on. A graph that has to be written whole waits for the end of the
// run: nobody can ask it before, and to write everything once costs half of
// what it costs to write it in rounds.
func (p *publishing) begin(ctx context.Context) error {
	change, whole, err := p.lag(ctx)
	if err != nil {
		return err
	}
	if p.whole = whole; whole {
		return nil
	}
	if change != nil {
		if err := p.publish(ctx, change); err != nil {
			return err
		}
	}
	p.start(ctx)
	return nil
}

// end writes the graph that waited for the end of the run.
func (p *publishing) end(ctx context.Context) error {
	if p == nil || !p.whole {
		return nil
	}
	if err := p.fill(ctx); err != nil {
		return unpublished(err)
	}
	return nil
}

// unpublished is why a run ended without all of it published.
func unpublished(err error) error {
	return fmt.Errorf("%w; what is loaded stays in the ledger, and the next run, or `ingest publish`, brings Neo4j up to date", err)
}

// publish writes what changed.
func (p *publishing) publish(ctx context.Context, change *store.Publication) error {
	return around(ctx, func() error { return p.graph.Publish(ctx, change) })
}

// pieceItems is how many messages are published at once when all are.
const pieceItems = 2000

// fill writes the whole graph. Nobody else may write the ledger meanwhile.
func (p *publishing) fill(ctx context.Context) error {
	until, err := p.ledger.Point(ctx)
	if err != nil {
		return err
	}
	corpus, err := p.ledger.Corpus(ctx)
	if err != nil {
		return err
	}
	return around(ctx, func() error { return p.graph.Fill(ctx, until, p.pieces(ctx, corpus.Messages+corpus.Missing)) })
}

// pieces yields the whole graph, and tells how far it is. Each entry comes
// twice: what it is, and where it stands.
func (p *publishing) pieces(ctx context.Context, total int) iter.Seq2[*store.Publication, error] {
	return func(yield func(*store.Publication, error) bool) {
		entries := 0
		for piece, err := range ahead(p.ledger.Whole(ctx, pieceItems)) {
			if err == nil {
				err = atPublish()
			}
			if !yield(piece, err) || err != nil {
				return
			}
			entries += len(piece.Messages)
			p.tell(entries/2, total)
		}
	}
}

// ahead yields what seq does, and has seq make the next while one is used.
func ahead[K, V any](seq iter.Seq2[K, V]) iter.Seq2[K, V] {
	type pair struct {
		k K
		v V
	}
	return func(yield func(K, V) bool) {
		made, left := make(chan pair), make(chan struct{})
		go func() {
			defer close(made)
			for k, v := range seq {
				select {
				case made <- pair{k, v}:
				case <-left:
					return
				}
			}
		}()
		for p := range made {
			if !yield(p.k, p.v) {
				close(left)
				for range made { // until seq has ended
				}
				return
			}
		}
	}
}

// around publishes between two failpoints. What a cancelled publication says
// is that it was cancelled.
func around(ctx context.Context, publish func() error) error {
	if err := atPublish(); err != nil {
		return err
	}
	if err := publish(); err != nil {
		return first(context.Cause(ctx), err)
	}
	return atPublish()
}

// start has every round that is told of published, beside the run: one round is
// written while the next is read from the ledger.
func (p *publishing) start(ctx context.Context) {
	p.rounds, p.ended = make(chan struct{}), make(chan struct{})
	changes := make(chan change)
	p.reading.Go(func() {
		defer close(changes)
		since := p.graph.Point()
		for range p.rounds {
			next, err := p.ledger.Publication(ctx, since, 0)
			if err == nil && next == nil {
				continue
			}
			select {
			case changes <- change{next, err}:
			case <-p.ended:
				return
			}
			if err != nil {
				return
			}
			since = next.Until
		}
	})
	go func() {
		defer close(p.ended)
		for c := range changes {
			if c.err == nil {
				c.err = p.publish(ctx, c.Publication)
			}
			if c.err != nil {
				p.failed = unpublished(c.err)
				return
			}
		}
	}()
}

// change is what is to be published, or why it could not be read.
type change struct {
	*store.Publication
	err error
}

// round tells of a committed round. It waits while two rounds before it are
// under way, and returns why nothing is published any more.
func (p *publishing) round() error {
	if p == nil || p.whole {
		return nil
	}
	select {
	case <-p.ended:
		return p.failed
	default:
	}
	select {
	case <-p.ended:
		return p.failed
	case p.rounds <- struct{}{}:
		return nil
	}
}

// close publishes what was told of, and gives the lease back.
func (p *publishing) close() error {
	if p == nil {
		return nil
	}
	if p.rounds != nil {
		close(p.rounds)
		<-p.ended
		p.reading.Wait()
	}
	var closed error
	if p.ledger != nil {
		closed = p.ledger.Close()
	}
	return first(p.failed, p.graph.Close(), closed)
}
