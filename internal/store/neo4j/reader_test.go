package neo4j_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	bolt "github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"skein/internal/mail"
	"skein/internal/store"
	"skein/internal/store/neo4j"
	"skein/internal/store/neo4j/neo4jtest"
)

// published is a graph of 30 messages in threads of three, and who may write
// to it.
type published struct {
	neo4j.Config
	*neo4j.Reader
	publisher *neo4j.Publisher
	first     *store.Publication
}

func publish(t *testing.T) published {
	t.Helper()
	p := published{Config: neo4jtest.Database(t), first: newRounds(30).next()}
	var err error
	if p.publisher, err = neo4j.OpenPublisher(t.Context(), p.Config, versions); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.publisher.Close() })
	if err := p.publisher.Publish(t.Context(), p.first); err != nil {
		t.Fatal(err)
	}
	p.Reader = p.open(t)
	return p
}

func (p published) open(t *testing.T) *neo4j.Reader {
	t.Helper()
	r, err := neo4j.OpenReader(t.Context(), p.Config, versions, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

// write changes the graph behind everybody's back.
func (p published) write(t *testing.T, cypher string) {
	t.Helper()
	driver, err := bolt.NewDriverWithContext(p.URL, bolt.BasicAuth("neo4j", p.Password, ""))
	if err != nil {
		t.Fatal(err)
	}
	defer driver.Close(context.Background())
	if _, err := bolt.ExecuteQuery(t.Context(), driver, cypher, nil, bolt.EagerResultTransformer); err != nil {
		t.Fatal(err)
	}
}

func TestOpenReader(t *testing.T) {
	c := neo4jtest.Database(t)
	if _, err := neo4j.OpenReader(t.Context(), c, versions, nil); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("of an empty database: got error %v, want %v", err, store.ErrNotFound)
	}
	publisher, err := neo4j.OpenPublisher(t.Context(), c, versions)
	if err == nil {
		err = publisher.Close() // as of a run that was killed before it published
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := neo4j.OpenReader(t.Context(), c, versions, nil); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("where nothing was ever published: got error %v, want %v", err, store.ErrNotFound)
	}
	p := publish(t)
	for _, test := range []struct {
		name, change string
		want         error
	}{
		{"as it is", `RETURN 1`, nil},
		{"another model", `MATCH (s:Skein) SET s.model = 0`, store.ErrVersion},
		{"another stage", `MATCH (s:Skein) SET s.model = 2, s.versions = 'parse 0, thread 1'`, store.ErrVersion},
		{"not whole", `MATCH (s:Skein) SET s.versions = 'parse 1, thread 1', s.state = 'filling'`, store.ErrUnavailable},
		{"gone", `MATCH (s:Skein) DELETE s`, store.ErrNotFound},
	} {
		p.write(t, test.change)
		r, err := neo4j.OpenReader(t.Context(), p.Config, versions, nil)
		if !errors.Is(err, test.want) {
			t.Errorf("OpenReader, %s: got error %v, want %v", test.name, err, test.want)
		}
		if err == nil {
			r.Close()
		}
		// A reader that was open before learns of it too.
		if _, err := p.Entries(t.Context(), []mail.ID{p.first.Messages[0].ID}, 0); !errors.Is(err, test.want) {
			t.Errorf("Entries, %s: got error %v, want %v", test.name, err, test.want)
		}
	}
}

// TestAnyVersion opens a graph whatever the stages were, and not whatever the
// model is.
func TestAnyVersion(t *testing.T) {
	p := publish(t)
	r, err := neo4j.OpenReader(t.Context(), p.Config, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	p.write(t, `MATCH (s:Skein) SET s.model = 99`)
	if _, err := neo4j.OpenReader(t.Context(), p.Config, nil, nil); !errors.Is(err, store.ErrVersion) {
		t.Errorf("OpenReader of another model: got error %v, want %v", err, store.ErrVersion)
	}
}

const renamed = `MATCH (m:Message) SET m.subject = 'changed' WITH count(m) AS n MATCH (s:Skein) SET s.revision = s.revision + 1`

// TestLookAgain publishes between two statements of one call, and sees that the
// answer is of one state.
func TestLookAgain(t *testing.T) {
	p := publish(t)
	threads := []mail.ID{p.first.Threads[0].ID}
	var statements int
	p.Observe(func(cypher string, _ map[string]any) {
		if statements++; strings.Contains(cypher, "IN_THREAD") && statements == 1 {
			p.write(t, renamed)
		}
	})
	lists, err := p.ThreadEntries(t.Context(), threads, mail.Certain, 0, store.Page{First: 10})
	if err != nil {
		t.Fatal(err)
	}
	for _, placed := range lists[0].Items {
		if placed.Entry.Subject != "changed" {
			t.Errorf("subject: got %q, want %q", placed.Entry.Subject, "changed")
		}
	}
	if len(lists[0].Items) != 3 || statements != 6 {
		t.Errorf("got %d entries by %d statements, want 3 by 6: two and a look at what is published, twice", len(lists[0].Items), statements)
	}
}

// TestLookGivesUp changes the graph during every look.
func TestLookGivesUp(t *testing.T) {
	p := publish(t)
	p.Observe(func(cypher string, _ map[string]any) {
		if strings.Contains(cypher, "UNWIND") {
			p.write(t, renamed)
		}
	})
	entries, err := p.Entries(t.Context(), []mail.ID{p.first.Messages[0].ID}, 0)
	if !errors.Is(err, store.ErrBusy) {
		t.Errorf("Entries of a graph that keeps changing: got %v, error %v, want %v", entries, err, store.ErrBusy)
	}
	p.Observe(nil)
	if _, err := p.Entries(t.Context(), []mail.ID{p.first.Messages[0].ID}, 0); err != nil {
		t.Errorf("Entries afterwards: got error %v, want none", err)
	}
}

// TestFewStatements fixes how often a call asks the database, the look at what
// is published included.
func TestFewStatements(t *testing.T) {
	p := publish(t)
	var entries, threads, people []mail.ID
	for _, m := range p.first.Messages {
		entries = append(entries, m.ID)
	}
	for _, one := range p.first.Threads {
		threads = append(threads, one.ID)
	}
	for _, one := range p.first.People {
		people = append(people, one.ID)
	}
	other := mail.Hash{0, 9}.ID(mail.MessageLetter) // a second key of the first message
	const all = store.WantCitedBy<<1 - 1
	page := store.Page{First: 50, Total: true}
	ctx := t.Context()
	for _, test := range []struct {
		call string
		ask  func() error
		want int
	}{
		{"Entries", func() error { _, err := p.Entries(ctx, entries, all); return err }, 2},
		{"Entries by another key", func() error { _, err := p.Entries(ctx, append(slices.Clone(entries), other), all); return err }, 4},
		{"Entries of none", func() error { _, err := p.Entries(ctx, []mail.ID{"x"}, all); return err }, 1},
		{"Threads", func() error { _, err := p.Threads(ctx, threads, mail.Certain); return err }, 2},
		{"People", func() error { _, err := p.People(ctx, people); return err }, 2},
		{"Published", func() error { _, err := p.Published(ctx, "7", "", all); return err }, 3},
		{"Replies", func() error { _, err := p.Replies(ctx, entries, mail.Certain, all, page); return err }, 3},
		{"ThreadEntries", func() error { _, err := p.ThreadEntries(ctx, threads, mail.Certain, all, page); return err }, 3},
		{"Participants", func() error { _, err := p.Participants(ctx, threads, mail.Certain, page); return err }, 3},
		{"Corpus", func() error { _, err := p.Corpus(ctx); return err }, 3},
		{"Corpus again", func() error { _, err := p.Corpus(ctx); return err }, 2},
		{"Batches", func() error { _, err := p.Batches(ctx); return err }, 2},
		{"Batches again", func() error { _, err := p.Batches(ctx); return err }, 1},
	} {
		var got []string
		p.Observe(func(cypher string, _ map[string]any) { got = append(got, cypher) })
		if err := test.ask(); err != nil {
			t.Errorf("%s: got error %v, want none", test.call, err)
		}
		if len(got) != test.want {
			t.Errorf("%s: got %d statements, want %d:\n%s", test.call, len(got), test.want, strings.Join(got, "\n"))
		}
	}
}

// TestTooLong asks what does not end.
func TestTooLong(t *testing.T) {
	p := publish(t)
	p.QueryTimeout = 100 * time.Millisecond
	start := time.Now()
	err := p.open(t).Ask(t.Context(), `UNWIND range(1, 1000000000) AS i WITH i WHERE i % 7 = 8 RETURN count(i)`)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got error %v, want %v", err, context.DeadlineExceeded)
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("took %v, want it stopped after %v", took, p.QueryTimeout)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := p.Reader.Ask(ctx, `UNWIND range(1, 1000000000) AS i WITH i WHERE i % 7 = 8 RETURN count(i)`); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("with a deadline of the caller: got error %v, want %v", err, context.DeadlineExceeded)
	}
	if _, err := p.Batches(t.Context()); err != nil {
		t.Errorf("Batches afterwards: got error %v, want none", err)
	}
}

// TestLoading asks while a run holds the lease, and after it.
func TestLoading(t *testing.T) {
	p := publish(t)
	start := time.Now().Add(-time.Hour).UnixMilli()
	c, err := p.Corpus(t.Context())
	if err != nil || !c.Loading || c.Since == nil || *c.Since < start {
		t.Errorf("while a run publishes: got loading %t, since %v, error %v", c.Loading, c.Since, err)
	}
	if err := p.publisher.Close(); err != nil {
		t.Fatal(err)
	}
	c, err = p.Corpus(t.Context())
	if err != nil || c.Loading || c.Since == nil || *c.Since != p.first.Until.At || c.Revision != p.first.Until.Revision {
		t.Errorf("after the run: got loading %t, since %v, revision %d, error %v, want the last round", c.Loading, c.Since, c.Revision, err)
	}
}

// TestOriginalsElsewhere asks a graph without a ledger for an original.
func TestOriginalsElsewhere(t *testing.T) {
	p := publish(t)
	if p.Originals() {
		t.Error("Originals without a ledger: got true, want false")
	}
	_, err := p.Original(t.Context(), p.first.Messages[0].Canonical)
	if !errors.Is(err, store.ErrNotFound) || !strings.Contains(err.Error(), "original not available here") {
		t.Errorf("got error %v, want %v, and that it is not available here", err, store.ErrNotFound)
	}
}
