package neo4j_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	bolt "github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"skein/internal/mail"
	"skein/internal/query"
	"skein/internal/store"
	"skein/internal/store/neo4j"
	"skein/internal/store/neo4j/neo4jtest"
)

var versions = map[string]int{"parse": 1, "thread": 1}

func openPublisher(t testing.TB, c neo4j.Config, options ...neo4j.Option) *neo4j.Publisher {
	t.Helper()
	p, err := neo4j.OpenPublisher(t.Context(), c, versions, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

func publishTo(t testing.TB, p *neo4j.Publisher, pub *store.Publication) {
	t.Helper()
	if err := p.Publish(t.Context(), pub); err != nil {
		t.Fatal(err)
	}
}

// askGraph runs a statement and returns each row as text, its columns between bars.
func askGraph(t testing.TB, c neo4j.Config, cypher string) []string {
	t.Helper()
	ctx := context.Background()
	driver, err := bolt.NewDriverWithContext(c.URL, bolt.BasicAuth("neo4j", c.Password, ""))
	if err != nil {
		t.Fatal(err)
	}
	defer driver.Close(ctx)
	result, err := bolt.ExecuteQuery(ctx, driver, cypher, nil, bolt.EagerResultTransformer, bolt.ExecuteQueryWithDatabase("neo4j"))
	if err != nil {
		t.Fatalf("%s: %v", cypher, err)
	}
	var rows []string
	for _, r := range result.Records {
		var columns []string
		for _, value := range r.Values {
			columns = append(columns, fmt.Sprint(value))
		}
		rows = append(rows, strings.Join(columns, "|"))
	}
	return rows
}

// wholeGraph is every node and relationship but state and lease, sorted.
func wholeGraph(t testing.TB, c neo4j.Config) []string {
	t.Helper()
	const name = `coalesce(%[1]s.key, %[1]s.id, %[1]s.source, %[1]s.sha256)`
	all := append(
		askGraph(t, c, `MATCH (n) WHERE NOT n:Skein AND NOT n:SkeinLease RETURN labels(n), properties(n)`),
		askGraph(t, c, `MATCH (a)-[r]->(b) RETURN `+fmt.Sprintf(name, "a")+`, type(r), `+fmt.Sprintf(name, "b")+`, properties(r)`)...,
	)
	slices.Sort(all)
	return all
}

func wantRows(t testing.TB, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got\n%s\nwant\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// rounds makes publications of n messages each, shaped like mail: one author,
// one to five recipients, half a kilobyte to one of text, threads of three.
type rounds struct {
	n, round int
	random   *rand.Rand
	people   int
	ties     map[[2]string]*store.TieMonth
	at       store.Point
}

func newRounds(n int) *rounds {
	return &rounds{n: n, random: rand.New(rand.NewPCG(1, 2)), ties: map[[2]string]*store.TieMonth{}}
}

func (r *rounds) next() *store.Publication {
	p := &store.Publication{Since: r.at, Until: store.Point{Revision: r.at.Revision + 1, Token: fmt.Sprint("t", r.round), At: 1}}
	r.at = p.Until
	batch := mail.BatchHash("main", "1").ID(mail.BatchLetter)
	p.Batches = []store.PublishedBatch{{Batch: mail.Batch{ID: batch, Collection: "main", Name: "1", Sources: 1}}}
	sent, received := map[string]int{}, map[string]int{}
	touched := map[[2]string]bool{}
	for i := range r.n {
		serial := r.round*r.n + i
		m := r.message(serial, batch)
		p.Messages = append(p.Messages, m)
		from := m.From[0].Address
		sent[from]++
		for _, c := range append(m.To, m.Cc...) {
			received[c.Address]++
			pair := [2]string{from, c.Address}
			if r.ties[pair] == nil {
				r.ties[pair] = &store.TieMonth{Month: 201610, First: &m.Sent.Milli}
			}
			r.ties[pair].Count[0]++
			r.ties[pair].Last = &m.Sent.Milli
			touched[pair] = true
		}
		if serial%3 == 0 || i == 0 {
			p.Threads = append(p.Threads, store.PublishedThread{
				Thread: mail.Thread{ID: m.Threads[0], Subject: m.Subject, MessageCount: 3, StartedAt: &m.Sent.Milli, LatestAt: &m.Sent.Milli},
				Views:  [mail.Views]bool{true, true}, New: serial%3 == 0,
			})
		}
	}
	for pair := range touched {
		p.Ties = append(p.Ties, store.PublishedTie{From: pair[0], To: pair[1], Months: []store.TieMonth{*r.ties[pair]}})
	}
	before := r.people
	for k := range r.people + r.n/10 {
		text := address(k)
		if k >= before || sent[text]+received[text] > 0 {
			id := mail.AddressHash(text).ID(mail.PersonLetter)
			isNew := k >= before
			a := mail.Address{Address: text, Names: []string{"Person " + text}, SentCount: sent[text], ReceivedCount: received[text]}
			p.Addresses = append(p.Addresses, store.PublishedAddress{Address: a, ID: id, Person: id, New: isNew, Uses: isNew})
			p.People = append(p.People, store.PublishedPerson{Person: mail.Person{ID: id, Name: a.Names[0], SentCount: 1}, New: isNew, Search: " person " + text})
		}
	}
	r.people += r.n / 10
	r.round++
	return p
}

func address(k int) string { return fmt.Sprintf("someone%d@example%d.org", k, k%50) }

// someone is an address; some write much more than others.
func (r *rounds) someone() mail.Correspondent {
	f := r.random.Float64()
	text := address(int(f * f * f * float64(r.people+r.n/10)))
	return mail.Correspondent{Address: text, Name: "Person " + text}
}

func key(serial int) mail.Key {
	return mail.MessageIDKey(fmt.Sprintf("message.%d@example.org", serial))
}

func (r *rounds) message(serial int, batch mail.ID) store.PublishedMessage {
	k, root := key(serial), key(serial-serial%3)
	var text strings.Builder
	for text.Len() < 500+r.random.IntN(500) {
		fmt.Fprintf(&text, "word%d and more ", int(r.random.ExpFloat64()*3000))
	}
	thread := root.Hash().ID(mail.ThreadLetter)
	e := &mail.Entry{
		ID: k.Hash().ID(mail.MessageLetter), MessageIDs: []string{string(k[4:])}, Subject: fmt.Sprint("Re: the meeting ", serial/3), HasSubject: true,
		Sent: &mail.Date{Milli: 1.2e12 + int64(serial)*1000, Offset: 3600}, Threads: [mail.Views]mail.ID{thread, thread}, Size: 3000, CopyCount: 1,
		From: []mail.Correspondent{r.someone()}, Text: text.String(),
	}
	for range 1 + r.random.IntN(4) {
		e.To = append(e.To, r.someone())
	}
	if r.random.IntN(2) == 0 {
		e.Cc = append(e.Cc, r.someone())
	}
	sha := mail.SHA{byte(serial), byte(serial >> 8), byte(serial >> 16)}
	e.Copies = []mail.Copy{{Batch: batch, Source: fmt.Sprintf("box/%d.eml", serial), Length: 3000, SHA: sha, PublisherID: fmt.Sprint(serial)}}
	tk := store.ThreadKey{ID: thread, Views: [mail.Views]bool{true, true}}
	m := store.PublishedMessage{
		Entry: e, New: true, Body: true, Place: true, Keys: []mail.Hash{k.Hash(), {byte(serial), 9}}, Canonical: sha,
		Document: query.NewDocument(e.Subject, mentions(e), nil, e.Text), ThreadOf: [mail.Views]store.ThreadKey{tk, tk},
	}
	if serial%3 > 0 {
		parent := key(serial - 1).Hash().ID(mail.MessageLetter)
		l := mail.Link{Parent: parent, Kind: mail.ByInReplyTo, Confidence: 1000, Evidence: []mail.Evidence{{SHA: sha, Value: string(key(serial - 1)[4:])}}}
		e.Candidates, e.Links = []mail.Link{l}, [mail.Views]*mail.Link{&l, &l}
		m.Cites = []mail.ID{parent}
	}
	return m
}

func mentions(e *mail.Entry) []mail.Mention {
	var all []mail.Mention
	for role, field := range [][]mail.Correspondent{mail.From: e.From, mail.To: e.To, mail.Cc: e.Cc} {
		for _, c := range field {
			all = append(all, mail.Mention{Role: mail.Role(role), Address: c.Address, Name: c.Name})
		}
	}
	return all
}

// BenchmarkPublish publishes rounds of 5,000 messages, each upon the ones
// before.
func BenchmarkPublish(b *testing.B) {
	p, err := neo4j.OpenPublisher(b.Context(), neo4jtest.Database(b), versions)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { p.Close() })
	r := newRounds(5000)
	b.ResetTimer()
	for range b.N {
		b.StopTimer()
		pub := r.next()
		b.StartTimer()
		if err := p.Publish(b.Context(), pub); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(5000*b.N)/b.Elapsed().Seconds(), "messages/s")
}

// BenchmarkFill writes 20,000 messages in place of as many.
func BenchmarkFill(b *testing.B) {
	p, err := neo4j.OpenPublisher(b.Context(), neo4jtest.Database(b), versions)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { p.Close() })
	for range b.N {
		r := newRounds(2000)
		err := p.Fill(b.Context(), store.Point{Revision: 1}, func(yield func(*store.Publication, error) bool) {
			seen := map[[2]string]bool{}
			for range 10 {
				piece := r.next()
				piece.Ties = slices.DeleteFunc(piece.Ties, func(t store.PublishedTie) bool {
					pair := [2]string{t.From, t.To}
					defer func() { seen[pair] = true }()
					return seen[pair] // in a whole graph each comes once
				})
				if !yield(piece, nil) {
					return
				}
			}
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(20_000*b.N)/b.Elapsed().Seconds(), "messages/s")
}
