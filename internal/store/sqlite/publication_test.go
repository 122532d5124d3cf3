package sqlite_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"skein/internal/mail"
	"skein/internal/store"
	"skein/internal/store/sqlite"
)

// graph is a published graph as an engine keeps it: things by their names, and
// relationships that go with either of their ends.
type graph struct {
	t     *testing.T
	nodes map[string]string // what is said of a thing
	edges map[[3]string]bool
	point store.Point
}

func newGraph(t *testing.T) *graph {
	return &graph{t: t, nodes: map[string]string{}, edges: map[[3]string]bool{}}
}

// put says something of a thing, which must be there unless it is new.
func (g *graph) put(name string, isNew bool, what any) {
	g.t.Helper()
	if _, there := g.nodes[name]; there == isNew {
		g.t.Fatalf("%s: told that it is new: %t, in the graph before: %t", name, isNew, there)
	}
	text, err := json.Marshal(what)
	if err != nil {
		g.t.Fatal(err)
	}
	g.nodes[name] = string(text)
}

func (g *graph) remove(name string) {
	delete(g.nodes, name)
	maps.DeleteFunc(g.edges, func(e [3]string, _ bool) bool { return e[0] == name || e[2] == name })
}

func (g *graph) relate(from, kind, to string) {
	g.t.Helper()
	for _, end := range []string{from, to} {
		if _, there := g.nodes[end]; !there {
			g.t.Fatalf("%s of %s and %s: %s is not in the graph", kind, from, to, end)
		}
	}
	g.edges[[3]string{from, kind, to}] = true
}

// drop deletes the relationships of some kinds that begin at a thing.
func (g *graph) drop(from string, kinds ...string) {
	maps.DeleteFunc(g.edges, func(e [3]string, _ bool) bool {
		return e[0] == from && slices.Contains(kinds, strings.Fields(e[1])[0])
	})
}

func threadName(k store.ThreadKey) string { return fmt.Sprint(k.ID, k.Views) }

func (g *graph) apply(p *store.Publication) {
	g.t.Helper()
	for _, id := range slices.Concat(p.Gone.Messages, p.Gone.People, p.Gone.Batches) {
		g.remove(string(id))
	}
	for _, id := range p.Gone.Addresses {
		g.remove("address " + string(id))
	}
	for _, k := range p.Gone.Threads {
		g.remove(threadName(k))
	}
	for _, b := range p.Batches {
		g.nodes[string(b.ID)] = fmt.Sprint(b)
	}
	for _, j := range p.Rejected {
		name := fmt.Sprint("rejected ", j)
		g.nodes[name] = name
		g.relate(name, "REJECTED_FROM", string(j.Batch))
	}
	for _, h := range p.People {
		g.put(string(h.ID), h.New, []any{h.Name, h.SentCount, h.ReceivedCount, h.Owner, h.Search})
	}
	byText := map[string]string{}
	for _, a := range p.Addresses {
		name := "address " + string(a.ID)
		byText[a.Address.Address] = name
		g.put(name, a.New, a.Address)
		if a.Uses {
			g.relate(string(a.Person), "USES", name)
		}
	}
	for _, t := range p.Threads {
		g.put(threadName(t.Key()), t.New, t.Thread)
	}
	g.messages(p)
	for _, t := range p.Ties {
		from, to := address(t.From), address(t.To)
		maps.DeleteFunc(g.edges, func(e [3]string, _ bool) bool {
			return e[0] == from && e[2] == to && strings.HasPrefix(e[1], "TIE")
		})
		if len(t.Months) > 0 {
			months, _ := json.Marshal(t.Months)
			g.relate(from, "TIE "+string(months), to)
		}
	}
	// What a batch that is gone refused goes with it.
	for name := range g.nodes {
		if strings.HasPrefix(name, "rejected ") && !slices.ContainsFunc(slices.Collect(maps.Keys(g.edges)), func(e [3]string) bool { return e[0] == name }) {
			delete(g.nodes, name)
		}
	}
	g.point = p.Until
}

func address(text string) string {
	return "address " + string(mail.AddressHash(text).ID(mail.PersonLetter))
}

func (g *graph) messages(p *store.Publication) {
	g.t.Helper()
	for _, m := range p.Messages {
		if !m.Body {
			continue
		}
		name := string(m.ID)
		g.put(name, m.New, []any{
			m.MessageIDs, m.Subject, m.HasSubject, m.Sent, m.Size, m.CopyCount, m.VariantCount, m.RecipientCount, m.ListID, m.Copies,
			m.Attachments, m.Defects, m.Variants, m.Text, m.Keys, m.Poisoned, m.Canonical, m.Document, m.Missing,
		})
		g.drop(name, "from", "to", "cc", "bcc", "IN_BATCH")
		for role, list := range [][]mail.Correspondent{mail.From: m.From, mail.To: m.To, mail.Cc: m.Cc, mail.Bcc: m.Bcc} {
			for _, c := range list {
				g.relate(name, fmt.Sprint(mail.Role(role), " ", c.Name), address(c.Address))
			}
		}
		for _, c := range m.Copies {
			g.relate(name, "IN_BATCH", string(c.Batch))
		}
	}
	for _, m := range p.Messages {
		if !m.Place {
			continue
		}
		name := string(m.ID)
		g.drop(name, "REPLY_TO", "CITES", "IN_THREAD", "CITED")
		for rank, l := range m.Candidates {
			text, _ := json.Marshal(l)
			var views []int
			for view, chosen := range m.Links {
				if chosen != nil && chosen.Parent == l.Parent && chosen.Kind == l.Kind {
					views = append(views, view)
				}
			}
			g.relate(name, fmt.Sprint("REPLY_TO ", rank, views, string(text)), string(l.Parent))
		}
		for _, id := range m.Cites {
			g.relate(name, "CITES", string(id))
		}
		for view, k := range m.ThreadOf {
			g.relate(name, fmt.Sprint("IN_THREAD ", view), threadName(k))
			if m.Threads[view] != k.ID {
				g.t.Errorf("%s: thread %s and key %v", name, m.Threads[view], k)
			}
		}
		g.relate(name, fmt.Sprint("CITED ", m.CitedCount), name)
	}
}

func (g *graph) text() string {
	var all []string
	for name, what := range g.nodes {
		all = append(all, name+" "+what)
	}
	for e := range g.edges {
		all = append(all, strings.Join(e[:], " "))
	}
	slices.Sort(all)
	return strings.Join(all, "\n")
}

// catchUp publishes what changed since the graph's state.
func (g *graph) catchUp(r *sqlite.Reader) bool {
	g.t.Helper()
	p, err := r.Publication(g.t.Context(), g.point, 0)
	if err != nil {
		g.t.Fatal(err)
	}
	if p != nil {
		g.apply(p)
	}
	return p != nil
}

// wholly compares the graph with one that is filled at once.
func (g *graph) wholly(what string, r *sqlite.Reader, size int) {
	g.t.Helper()
	whole := newGraph(g.t)
	for p, err := range r.Whole(g.t.Context(), size) {
		if err != nil {
			g.t.Fatal(err)
		}
		whole.apply(p)
	}
	lines(g.t, what, g.text(), whole.text())
	if now, err := r.Point(g.t.Context()); err != nil || now != g.point {
		g.t.Fatalf("%s: the ledger is at %v (%v), the graph at %v", what, now, err, g.point)
	}
}

// TestPublications publishes random mail, after every round and after several,
// and takes batches back: the graph is what filling it at once makes.
func TestPublications(t *testing.T) {
	for seed := range uint64(25) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			dice := rand.New(rand.NewPCG(seed, 6))
			items := anything(dice, 15+dice.IntN(50))
			aliases(dice, items)
			all := pieces(dice, items, 3)
			path := filepath.Join(t.TempDir(), "skein.db")
			l := ledger(t, path)
			r := reader(t, path)
			steady, lagging := newGraph(t), newGraph(t)
			step := func() {
				steady.catchUp(r)
				if dice.IntN(4) == 0 {
					lagging.catchUp(r)
				}
			}
			for _, p := range all {
				p.add(t, l)
				step()
			}
			steady.wholly("loaded", r, 1+dice.IntN(30))
			for gone := range 3 {
				retractEach(t, l, fmt.Sprint(gone), 1+dice.IntN(20), step)
				steady.wholly(fmt.Sprint("without ", gone), r, 1+dice.IntN(30))
			}
			lagging.catchUp(r)
			lagging.wholly("lagging", r, 7)
			if len(steady.nodes) > 0 {
				t.Errorf("%d things are left of nothing", len(steady.nodes))
			}
		})
	}
}

// aliases gives some people addresses that fold into one, some items a refusal.
func aliases(dice *rand.Rand, items []store.Item) {
	for i := range items {
		for n := range items[i].Facts.Mentions {
			if m := &items[i].Facts.Mentions[n]; dice.IntN(3) == 0 {
				m.Address = []string{"a.b@gmail.com", "ab+c@gmail.com", "ab@googlemail.com"}[dice.IntN(3)]
			}
		}
		if dice.IntN(10) == 0 {
			items[i].Rejected = "no mail"
		}
	}
}

func retractEach(t *testing.T, l *sqlite.Ledger, name string, size int, each func()) {
	t.Helper()
	err := l.Retract(t.Context(), "main", name, size, func() error { each(); return nil })
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		t.Fatal(err)
	}
}

// TestPublicationOfNothing loads the same again: nothing is to be published,
// and the state stays.
func TestPublicationOfNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "skein.db")
	l := ledger(t, path)
	batch := store.Batch{Collection: "main", Name: "1", Owners: []string{"ann@x"}}
	mails := []store.Item{letter("a", "", "ann@x", "bo@x"), letter("b", "a", "bo@x", "ann@x")}
	add(t, l, batch, mails...)
	r := reader(t, path)
	g := newGraph(t)
	if !g.catchUp(r) {
		t.Error("nothing to publish of two mails")
	}
	add(t, l, batch, mails...)
	if g.catchUp(r) {
		t.Error("loaded again, there is something to publish")
	}
	add(t, l, store.Batch{Collection: "main", Name: "1", Owners: []string{"ann@x", "bo@x"}, Published: "2016-10-07"}, mails...)
	if !g.catchUp(r) {
		t.Error("another owner and a date are nothing to publish")
	}
	g.wholly("another owner", r, 10)
}

// TestDiverged asks for what changed since states that a ledger never was in.
func TestDiverged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "skein.db")
	l := ledger(t, path)
	add(t, l, store.Batch{Collection: "main", Name: "1"}, letter("a", "", "ann@x", "bo@x"))
	r := reader(t, path)
	now, err := r.Point(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	later, other := now, now
	later.Revision++
	other.Token = "another"
	for _, p := range []store.Point{later, other} {
		if _, err := r.Publication(t.Context(), p, 0); !errors.Is(err, sqlite.ErrDiverged) {
			t.Errorf("since %v: %v, want ErrDiverged", p, err)
		}
	}
	add(t, l, store.Batch{Collection: "main", Name: "1"}, letter("b", "", "ann@x", "bo@x"), letter("c", "", "ann@x", "bo@x"))
	if _, err := r.Publication(t.Context(), now, 1); !errors.Is(err, sqlite.ErrMany) {
		t.Errorf("two mails where one is the most: %v, want ErrMany", err)
	}
	if p, err := r.Publication(t.Context(), now, 2); err != nil || len(p.Messages) != 2 {
		t.Errorf("two mails where two are the most: %v, %v", p, err)
	}
}
