package neo4j_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"skein/internal/store"
	"skein/internal/store/neo4j"
	"skein/internal/store/neo4j/neo4jtest"
)

func wantBusy(t testing.TB, what string, err error, text string) {
	t.Helper()
	if !errors.Is(err, store.ErrBusy) || !strings.Contains(err.Error(), text) {
		t.Errorf("%s: got %v, want %v with %q", what, err, store.ErrBusy, text)
	}
}

func TestPublisherLease(t *testing.T) {
	c := neo4jtest.Database(t)
	p := openPublisher(t, c)
	_, err := neo4j.OpenPublisher(t.Context(), c, versions)
	wantBusy(t, "second publisher", err, "is publishing to it, since 20")
	_, err = neo4j.OpenPublisher(t.Context(), c, versions, neo4j.Replace)
	wantBusy(t, "second publisher that replaces", err, c.URL)
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	openPublisher(t, c)
}

// TestOneOfMany has many open an empty graph at once.
func TestOneOfMany(t *testing.T) {
	c := neo4jtest.Database(t)
	var all sync.WaitGroup
	held := make(chan *neo4j.Publisher, 8)
	for range cap(held) {
		all.Go(func() {
			p, err := neo4j.OpenPublisher(t.Context(), c, versions)
			if err == nil {
				held <- p
			} else if !errors.Is(err, store.ErrBusy) {
				t.Errorf("got %v, want %v", err, store.ErrBusy)
			}
		})
	}
	all.Wait()
	close(held)
	if len(held) != 1 {
		t.Errorf("got %d holders, want 1", len(held))
	}
	for p := range held {
		p.Close()
	}
}

// TestHeartbeat shows that a holder who does nothing keeps the lease.
func TestHeartbeat(t *testing.T) {
	c := neo4jtest.Database(t)
	neo4j.SetLeaseTime(t, 3*time.Second)
	p := openPublisher(t, c)
	for range 5 {
		time.Sleep(time.Second)
		_, err := neo4j.OpenPublisher(t.Context(), c, versions)
		wantBusy(t, "beside a holder who does nothing", err, "")
	}
	publishTo(t, p, smallGraph())
}

// TestPausedPublisher stops a holder's signs of life, as when its process is
// paused; another takes over, and what the first writes then must not be.
func TestPausedPublisher(t *testing.T) {
	c := neo4jtest.Database(t)
	neo4j.SetLeaseTime(t, 2*time.Second)
	paused := openPublisher(t, c)
	publishTo(t, paused, smallGraph())
	paused.Pause()
	time.Sleep(2100 * time.Millisecond)
	other := openPublisher(t, c)
	publishTo(t, other, laterGraph())
	want := wholeGraph(t, c)
	wantBusy(t, "publishing again", paused.Publish(t.Context(), laterGraph()), "another run took over")
	wantBusy(t, "filling", paused.Fill(t.Context(), smallGraph().Until, pieces(smallGraph())), "another run took over")
	wantRows(t, "graph", wholeGraph(t, c), want...)
	if err := paused.Close(); err != nil {
		t.Errorf("close: got %v, want none", err)
	}
	_, err := neo4j.OpenPublisher(t.Context(), c, versions)
	wantBusy(t, "after the paused one closed", err, "")
}

// TestTakenBetween has the lease taken between the statements of a transaction
// and its end.
func TestTakenBetween(t *testing.T) {
	c := neo4jtest.Database(t)
	neo4j.SetLeaseTime(t, 300*time.Millisecond)
	paused := openPublisher(t, c)
	paused.Pause()
	paused.BeforeFence(func() error {
		time.Sleep(400 * time.Millisecond)
		openPublisher(t, c)
		return nil
	})
	wantBusy(t, "publishing", paused.Publish(t.Context(), smallGraph()), "another run took over")
	wantRows(t, "graph", wholeGraph(t, c))
	wantRows(t, "revision", askGraph(t, c, `MATCH (s:Skein) RETURN s.revision`), "0")
}

// TestLateHolder shows that a holder who is late but whom nobody replaced goes
// on.
func TestLateHolder(t *testing.T) {
	c := neo4jtest.Database(t)
	neo4j.SetLeaseTime(t, 100*time.Millisecond)
	p := openPublisher(t, c)
	p.Pause()
	time.Sleep(200 * time.Millisecond)
	publishTo(t, p, smallGraph())
}

// pieces yields a whole graph in one piece.
func pieces(all ...*store.Publication) func(func(*store.Publication, error) bool) {
	return func(yield func(*store.Publication, error) bool) {
		for _, p := range all {
			if !yield(p, nil) {
				return
			}
		}
	}
}

// TestLostAnswer loses the answer to a commit, which came through: it is not
// published twice, and not given up.
func TestLostAnswer(t *testing.T) {
	p := openPublisher(t, neo4jtest.Database(t))
	commits := 0
	p.Committed(func() error {
		commits++
		return lostConnection()
	})
	publishTo(t, p, smallGraph())
	if commits != 1 {
		t.Errorf("got %d commits, want 1", commits)
	}
}

// TestLostBefore loses the connection in the middle of a transaction, which is
// begun again.
func TestLostBefore(t *testing.T) {
	p := openPublisher(t, neo4jtest.Database(t))
	tries := 0
	p.BeforeFence(func() error {
		if tries++; tries < 3 {
			return lostConnection()
		}
		return nil
	})
	publishTo(t, p, smallGraph())
	if tries != 3 {
		t.Errorf("got %d tries, want 3", tries)
	}
}

// TestFillInterrupted has a Fill end early: readers are turned away, and only
// another Fill goes on.
func TestFillInterrupted(t *testing.T) {
	c := neo4jtest.Database(t)
	p := openPublisher(t, c)
	publishTo(t, p, smallGraph())
	broken := errors.New("broken ledger")
	err := p.Fill(t.Context(), laterGraph().Until, func(yield func(*store.Publication, error) bool) {
		_ = yield(anew(laterGraph(), addressOf("ann@x", "ann@x")), nil) && yield(nil, broken)
	})
	if !errors.Is(err, broken) {
		t.Errorf("got %v, want %v", err, broken)
	}
	if _, err := neo4j.OpenReader(t.Context(), c, versions, nil); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("reader: got %v, want %v", err, store.ErrUnavailable)
	}
	p.Close()
	p = openPublisher(t, c)
	if got := p.Point(); got != (store.Point{}) {
		t.Errorf("point: got %v, want none", got)
	}
	if err := p.Publish(t.Context(), smallGraph()); err == nil {
		t.Error("publishing to half a graph: got no error, want one")
	}
	if err := p.Fill(t.Context(), smallGraph().Until, pieces(smallGraph())); err != nil {
		t.Fatal(err)
	}
	got := wholeGraph(t, c)
	publishTo(t, openPublisherAnew(t, p, neo4jtest.Database(t)), smallGraph())
	wantRows(t, "graph", got, wholeGraph(t, c)...)
}

// TestIndexesComeLast: what is published first, a whole graph or a round,
// brings the indexes that are not there.
func TestIndexesComeLast(t *testing.T) {
	for what, first := range map[string]func(testing.TB, *neo4j.Publisher){
		"fill": func(t testing.TB, p *neo4j.Publisher) {
			if err := p.Fill(t.Context(), smallGraph().Until, pieces(smallGraph())); err != nil {
				t.Fatal(err)
			}
		},
		"round": func(t testing.TB, p *neo4j.Publisher) { publishTo(t, p, smallGraph()) },
	} {
		t.Run(what, func(t *testing.T) {
			c := neo4jtest.Database(t)
			names := []string{"skein_message_sent", "skein_search"}
			for _, name := range names {
				askGraph(t, c, `DROP INDEX `+name+` IF EXISTS`)
			}
			online := `SHOW INDEXES YIELD name, state WHERE state = 'ONLINE' AND name IN ['skein_search', 'skein_message_sent'] RETURN name`
			p := openPublisher(t, c)
			wantRows(t, "indexes when it is opened", askGraph(t, c, online))
			first(t, p)
			wantRows(t, "indexes of what is published", askGraph(t, c, online), names...)
		})
	}
}

// openPublisherAnew closes p and opens another.
func openPublisherAnew(t testing.TB, p *neo4j.Publisher, c neo4j.Config) *neo4j.Publisher {
	t.Helper()
	p.Close()
	return openPublisher(t, c)
}

// TestMiscounted publishes what refers to what is not there: nothing is kept.
func TestMiscounted(t *testing.T) {
	c := neo4jtest.Database(t)
	p := openPublisher(t, c)
	pub := smallGraph()
	pub.Messages[0].To[0].Address = "nobody@x"
	err := p.Publish(t.Context(), pub)
	if err == nil || !strings.Contains(err.Error(), "internal error: of 2 addresses of messages, 1 were written") {
		t.Errorf("got %v, want an error with the counts", err)
	}
	wantRows(t, "graph", wholeGraph(t, c))
	publishTo(t, p, smallGraph())
	wrong := laterGraph()
	wrong.Since.Token = "another"
	if err := p.Publish(t.Context(), wrong); err == nil {
		t.Error("from another state: got no error, want one")
	}
}

// TestHostileText publishes what no mail should hold.
func TestHostileText(t *testing.T) {
	c := neo4jtest.Database(t)
	pub := smallGraph()
	m := pub.Messages[0]
	m.Subject, m.Text, m.Copies[0].Source = "a\xffb", "nul\x00 and \xed\xa0\x80", "\xfe"
	m.Sent.Milli, pub.Messages[1].Sent.Milli = -62_198_755_200_000, 253_402_300_799_999
	publishTo(t, openPublisher(t, c), pub)
	got := askGraph(t, c, `MATCH (m:Message)<-[:COPY_OF]-(c) RETURN m.subject, m.text, c.source, toString(m.sentAt) ORDER BY m.sentMs`)
	wantRows(t, "message", got, "a\uFFFDb|nul\x00 and \uFFFD|\uFFFD|-0001-01-01T00:00:00Z", "On b|Text of b|b.eml|9999-12-31T23:59:59.999Z")
}

// TestPlans looks at how the database runs what a publication of everything
// sends: it must never look at all there is.
func TestPlans(t *testing.T) {
	c := neo4jtest.Database(t)
	p := openPublisher(t, c)
	var seen []string
	p.Observe(func(cypher string) {
		if !slices.Contains(seen, cypher) {
			seen = append(seen, cypher)
		}
	})
	publishTo(t, p, smallGraph())
	publishTo(t, p, laterGraph())
	if len(seen) < 30 {
		t.Errorf("got %d statements, want all there are", len(seen))
	}
	for _, cypher := range seen {
		for _, operator := range neo4jPlan(t, c, cypher) {
			if strings.Contains(operator, "Scan") && !strings.Contains(cypher, "(p:PoisonedId) WHERE") {
				t.Errorf("%s: plan has %s", cypher, operator)
			}
		}
	}
}
