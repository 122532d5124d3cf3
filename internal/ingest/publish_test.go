package ingest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"sync"
	"testing"
	"time"

	"skein/internal/mail"
	"skein/internal/store"
)

// graph is a published graph of which only the messages' ids are kept.
type graph struct {
	mu       sync.Mutex
	held     bool
	at       store.Point
	messages map[mail.ID]bool
	writes   int
	fills    int
	publish  func(ctx context.Context, writes int) error // called before a write; may be nil
}

func (g *graph) open(_ context.Context, replace bool) (Publisher, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.held {
		return nil, fmt.Errorf("graph: %w: another run is publishing", store.ErrBusy)
	}
	g.held = true
	if replace {
		return &replacing{g, false}, nil
	}
	return g, nil
}

func (g *graph) Point() store.Point { return g.at }

func (g *graph) Publish(ctx context.Context, p *store.Publication) error {
	if p.Since != g.at {
		return fmt.Errorf("published since %v, want %v", p.Since, g.at)
	}
	if err := g.write(ctx, p); err != nil {
		return err
	}
	g.at = p.Until
	return nil
}

func (g *graph) write(ctx context.Context, p *store.Publication) error {
	if g.publish != nil {
		if err := g.publish(ctx, g.writes+1); err != nil {
			return err
		}
	}
	g.writes++
	for _, id := range p.Gone.Messages {
		delete(g.messages, id)
	}
	for _, m := range p.Messages {
		switch {
		case m.Body && m.Missing:
			delete(g.messages, m.ID)
		case m.Body:
			g.messages[m.ID] = true
		}
	}
	return nil
}

func (g *graph) Fill(ctx context.Context, until store.Point, pieces iter.Seq2[*store.Publication, error]) error {
	g.at, g.messages = store.Point{}, map[mail.ID]bool{}
	g.fills++
	for piece, err := range pieces {
		if err == nil {
			err = g.write(ctx, piece)
		}
		if err != nil {
			return err
		}
	}
	g.at = until
	return nil
}

func (g *graph) Close() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.held = false
	return nil
}

// replacing is the graph for who replaces it.
type replacing struct {
	*graph
	filled bool
}

func (r *replacing) Point() store.Point {
	if r.filled {
		return r.at
	}
	return store.Point{}
}

func (r *replacing) Fill(ctx context.Context, until store.Point, pieces iter.Seq2[*store.Publication, error]) error {
	r.filled = true
	return r.graph.Fill(ctx, until, pieces)
}

// published fails when the graph is not where the ledger is.
func (b *box) published(g *graph) {
	b.t.Helper()
	r := b.reader()
	at, err := r.Point(b.t.Context())
	if err != nil {
		b.t.Fatal(err)
	}
	corpus, err := r.Corpus(b.t.Context())
	if err != nil {
		b.t.Fatal(err)
	}
	if g.at != at || len(g.messages) != corpus.Messages || g.held {
		b.t.Errorf("graph at %v with %d messages, held %t, want %v, %d, not held", g.at, len(g.messages), g.held, at, corpus.Messages)
	}
}

func (b *box) publish(g *graph, replace bool) (Published, error) {
	return Publish(b.t.Context(), Options{Ledger: b.ledger, OpenGraph: g.open}, replace)
}

// TestPublishes loads, loads again, retracts and rebuilds: the graph goes with
// the ledger, and where nothing changes nothing is written.
func TestPublishes(t *testing.T) {
	b, g := newBox(t), &graph{}
	b.write("1/a.mbox", mbox(0, 40))
	b.write("2/a.mbox", mbox(30, 70))
	o := Options{OpenGraph: g.open, Round: 10, Paths: []string{b.mail + "/1"}}
	b.load(o)
	b.published(g)
	if g.fills != 1 {
		t.Errorf("the first run filled the graph %d times, want once", g.fills)
	}
	o.Paths = append(o.Paths, b.mail+"/2")
	writes := g.writes
	b.load(o)
	b.published(g)
	if g.fills != 1 || g.writes < writes+3 {
		t.Errorf("4 more rounds were published in %d writes and %d fills", g.writes-writes, g.fills-1)
	}
	at := g.at
	writes = g.writes
	b.load(o)
	if g.at != at || g.writes != writes {
		t.Errorf("loaded again: at %v after %d writes, want %v, %d", g.at, g.writes, at, writes)
	}
	o.Ledger, o.Batch, o.Collection = b.ledger, "1", "main"
	if _, err := Retract(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	b.published(g)
	if len(g.messages) != 40 {
		t.Errorf("%d messages after the retraction, want 40", len(g.messages))
	}
	empty := &graph{}
	o.OpenGraph, o.Batch = empty.open, "no such batch"
	if _, err := Retract(t.Context(), o); err != nil && !errors.Is(err, store.ErrNotFound) {
		t.Fatal(err)
	}
	o.OpenGraph, o.Batch = g.open, "1"
	if _, err := Rebuild(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	b.published(g)
}

// TestPublishLater publishes a ledger that was loaded alone, into an empty
// graph and into one that lags.
func TestPublishLater(t *testing.T) {
	b, g := newBox(t), &graph{}
	b.write("1/a.mbox", mbox(0, 40))
	b.load(Options{})
	told := [2]int{}
	o := Options{Ledger: b.ledger, OpenGraph: g.open, Publishing: func(done, total int) { told = [2]int{done, total} }}
	done, err := Publish(t.Context(), o, false)
	if err != nil || !done.Filled || done.Messages != 40 || done.Revision != g.at.Revision {
		t.Errorf("into an empty graph: %+v, %v", done, err)
	}
	if told != [2]int{41, 41} { // one is missing
		t.Errorf("told last of %d entries of %d, want 41 of 41", told[0], told[1])
	}
	b.published(g)
	b.write("2/a.mbox", mbox(40, 50))
	b.load(Options{})
	if done, err := Publish(t.Context(), o, false); err != nil || done.Filled || done.Messages != 50 {
		t.Errorf("into a graph that lags: %+v, %v", done, err)
	}
	b.published(g)
	b.write("3/a.mbox", mbox(50, 60))
	b.load(Options{})
	b.write("4/a.mbox", mbox(60, 70))
	b.load(Options{OpenGraph: g.open})
	b.published(g)
}

// TestPublishingFails: the run ends, what is loaded stays, and the next run
// brings the graph up to date.
func TestPublishingFails(t *testing.T) {
	for _, first := range []bool{true, false} {
		t.Run(fmt.Sprintf("first run %t", first), func(t *testing.T) { publishingFails(t, first) })
	}
}

func publishingFails(t *testing.T, first bool) {
	b, g := newBox(t), &graph{}
	if !first {
		b.write("0.mbox", mbox(200, 201))
		b.load(Options{OpenGraph: g.open})
	}
	b.write("a.mbox", mbox(0, 200))
	broken, last := errors.New("the cable is out"), g.writes+4
	g.publish = func(_ context.Context, writes int) error {
		if writes == last {
			return broken
		}
		return nil
	}
	report, err := b.try(Options{OpenGraph: g.open, Round: 10})
	if !errors.Is(err, broken) || !strings.Contains(err.Error(), "`ingest publish`, brings Neo4j up to date") ||
		strings.Contains(err.Error(), "\n") {
		t.Errorf("got %v, want one sentence that says what to do", err)
	}
	if report.Found == 0 || first != (report.Found == 200) || g.held {
		t.Errorf("found %d, graph held %t, want all of the first run, some of the next, and the graph given back", report.Found, g.held)
	}
	g.publish = nil
	b.load(Options{OpenGraph: g.open, Round: 10})
	b.published(g)
	alone := b.another()
	alone.load(Options{})
	same(t, "after a failed publication", b.dump(), alone.dump())
}

// TestLedgerWaits: a slow graph lets the ledger run at most so many rounds
// ahead.
func TestLedgerWaits(t *testing.T) {
	b := newBox(t)
	b.write("0.mbox", mbox(100, 101))
	rounds, ahead := 0, 0
	g := &graph{}
	b.load(Options{OpenGraph: g.open})
	b.write("a.mbox", mbox(0, 100))
	g.publish = func(_ context.Context, writes int) error {
		time.Sleep(50 * time.Millisecond)
		at, err := b.reader().Point(context.Background())
		if err != nil {
			return err
		}
		ahead = max(ahead, int(at.Revision-g.at.Revision))
		return nil
	}
	b.load(Options{OpenGraph: g.open, Round: 5, Progress: func(Progress) { rounds++ }})
	b.published(g)
	// What is written and what is read are one round or two each, for a round
	// may end while one is read; one more waits to be told of.
	if rounds < 20 || ahead < 2 || ahead > 5 {
		t.Errorf("%d rounds in %d writes, the ledger up to %d ahead", rounds, g.writes, ahead)
	}
}

// TestOtherGraph refuses what another ledger has published, until it is told
// to replace it.
func TestOtherGraph(t *testing.T) {
	b, g := newBox(t), &graph{}
	b.write("a.mbox", mbox(0, 20))
	b.load(Options{OpenGraph: g.open})
	other := b.another()
	for _, what := range []string{"empty", "loaded"} {
		_, err := other.try(Options{OpenGraph: g.open})
		if err == nil || !strings.Contains(err.Error(), "`ingest publish --replace`") || g.held {
			t.Errorf("%s ledger: got %v, graph held %t, want to be told of --replace", what, err, g.held)
		}
		other.load(Options{})
	}
	if _, err := other.publish(g, false); err == nil {
		t.Error("another ledger's graph was published to")
	}
	b.published(g)
	if done, err := other.publish(g, true); err != nil || !done.Filled {
		t.Errorf("replace: %+v, %v", done, err)
	}
	other.published(g)
}

// TestGraphBusy waits for another publisher as for another writer.
func TestGraphBusy(t *testing.T) {
	b, g := newBox(t), &graph{held: true}
	b.write("a.mbox", mbox(0, 20))
	if _, err := b.try(Options{OpenGraph: g.open}); !errors.Is(err, store.ErrBusy) {
		t.Errorf("got %v, want ErrBusy", err)
	}
	if got := b.dump(); strings.Contains(got, "message") {
		t.Errorf("the ledger was written: %.200s", got)
	}
	time.AfterFunc(300*time.Millisecond, func() { g.Close() })
	b.load(Options{OpenGraph: g.open, Wait: 30 * time.Second})
	b.published(g)
}

// TestPublishingCancelled ends at once, and says that it was told to.
func TestPublishingCancelled(t *testing.T) {
	b := newBox(t)
	b.write("a.mbox", mbox(0, 100))
	ctx, cancel := context.WithCancel(t.Context())
	g := &graph{publish: func(ctx context.Context, writes int) error {
		if writes < 3 {
			return nil
		}
		cancel()
		<-ctx.Done()
		return errors.New("the connection was closed")
	}}
	_, err := Run(ctx, Options{Ledger: b.ledger, Paths: []string{b.mail}, OpenGraph: g.open, Round: 10})
	if !errors.Is(err, context.Canceled) || g.held {
		t.Errorf("got %v, graph held %t, want %v", err, g.held, context.Canceled)
	}
	g.publish = nil
	b.load(Options{OpenGraph: g.open})
	b.published(g)
}
