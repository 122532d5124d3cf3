package network

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"skein/internal/mail"
)

func person(i int) mail.ID {
	return mail.AddressHash(fmt.Sprintf("person%d@x.org", i)).ID(mail.PersonLetter)
}

// randomEdges draws edges with few different counts, so that sums tie.
func randomEdges(r *rand.Rand, people, edges int) []Edge {
	drawn := make([]Edge, edges)
	for i := range drawn {
		drawn[i] = Edge{person(r.IntN(people)), person(r.IntN(people)), r.IntN(4)}
	}
	return drawn
}

func TestNewAddsUpAndLeavesOut(t *testing.T) {
	g := New(slices.Values([]Edge{
		{"P_b", "P_a", 2}, {"P_a", "P_b", 3}, {"P_b", "P_a", 5}, {"P_a", "P_a", 9}, {"P_c", "P_d", 0}, {"P_c", "P_b", 1},
	}))
	if got, want := g.People(), 3; got != want {
		t.Errorf("People = %d, want %d", got, want)
	}
	paths, truncated := g.Paths("P_a", "P_c", 10, 10)
	want := []Path{{
		People: []mail.ID{"P_a", "P_b", "P_c"},
		Hops:   []Hop{{"P_b", "P_a", 7, 3}, {"P_c", "P_b", 1, 0}},
	}}
	if !reflect.DeepEqual(paths, want) || truncated {
		t.Errorf("Paths = %+v, %v, want %+v and no more", paths, truncated, want)
	}
}

func TestNewInAnyOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	edges := randomEdges(r, 30, 200)
	want := New(slices.Values(edges))
	for range 5 {
		r.Shuffle(len(edges), func(i, j int) { edges[i], edges[j] = edges[j], edges[i] })
		if got := New(slices.Values(edges)); !reflect.DeepEqual(got, want) {
			t.Fatalf("graph of shuffled edges = %+v, want %+v", got, want)
		}
	}
}

func TestNewEmpty(t *testing.T) {
	g := New(slices.Values([]Edge(nil)))
	if paths, truncated := g.Paths("P_a", "P_b", 1, 6); paths != nil || truncated || g.People() != 0 {
		t.Errorf("Paths in the empty graph = %v, %v, want none", paths, truncated)
	}
}

func BenchmarkNew(b *testing.B) {
	edges := benchmarkEdges()
	b.ReportAllocs()
	for b.Loop() {
		New(slices.Values(edges))
	}
}

// benchmarkEdges are 300,000 ties of 20,000 people, some of whom write to many.
func benchmarkEdges() []Edge {
	const people, ties = 20_000, 300_000
	r := rand.New(rand.NewPCG(7, 7))
	ids := make([]mail.ID, people)
	for i := range ids {
		ids[i] = person(i)
	}
	skewed := func() mail.ID { return ids[int(float64(people)*r.Float64()*r.Float64())] }
	edges := make([]Edge, ties)
	for i := range edges {
		edges[i] = Edge{skewed(), ids[r.IntN(people)], 1 + int(20*r.ExpFloat64())}
	}
	return edges
}
