package network

import (
	"cmp"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"gonum.org/v1/gonum/graph/path"
	"gonum.org/v1/gonum/graph/simple"

	"skein/internal/mail"
)

// allPaths finds every path by trying everything, in the order of Paths.
func allPaths(edges []Edge, from, to mail.ID, maxLength int) [][]mail.ID {
	sent := make(map[[2]mail.ID]int)
	next := make(map[mail.ID][]mail.ID)
	for _, e := range edges {
		if e.From == e.To || e.Count == 0 {
			continue
		}
		if sent[[2]mail.ID{e.From, e.To}]+sent[[2]mail.ID{e.To, e.From}] == 0 {
			next[e.From] = append(next[e.From], e.To)
			next[e.To] = append(next[e.To], e.From)
		}
		sent[[2]mail.ID{e.From, e.To}] += e.Count
	}
	var found [][]mail.ID
	var walk func(chain []mail.ID)
	walk = func(chain []mail.ID) {
		last := chain[len(chain)-1]
		if last == to {
			found = append(found, slices.Clone(chain))
			return
		}
		if len(chain) > maxLength {
			return
		}
		for _, other := range next[last] {
			if !slices.Contains(chain, other) {
				walk(append(chain, other))
			}
		}
	}
	walk([]mail.ID{from})
	messages := func(chain []mail.ID) (sum int) {
		for i, id := range chain[1:] {
			sum += sent[[2]mail.ID{chain[i], id}] + sent[[2]mail.ID{id, chain[i]}]
		}
		return sum
	}
	slices.SortFunc(found, func(a, b []mail.ID) int {
		return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(messages(b), messages(a)), slices.Compare(a, b))
	})
	return found
}

func people(paths []Path) [][]mail.ID {
	var chains [][]mail.ID
	for _, p := range paths {
		chains = append(chains, p.People)
	}
	return chains
}

func TestPathsAgainstBruteForce(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	found, cut := 0, 0
	for range 400 {
		size := 2 + r.IntN(8)
		edges := randomEdges(r, size, r.IntN(3*size))
		g := New(slices.Values(edges))
		from, to := person(0), person(1)
		maxLength := 1 + r.IntN(8)
		all := allPaths(edges, from, to, maxLength)
		for _, limit := range []int{1, 2, 1 + r.IntN(20), 1 << 20} {
			paths, truncated := g.Paths(from, to, limit, maxLength)
			want := all[:min(limit, len(all))]
			if got := people(paths); !slices.EqualFunc(got, want, slices.Equal) {
				t.Fatalf("Paths(limit %d, length %d) in %v = %v, want %v", limit, maxLength, edges, got, want)
			}
			if truncated != (len(all) > limit) {
				t.Fatalf("Paths(limit %d, length %d): truncated = %v, of %d paths", limit, maxLength, truncated, len(all))
			}
			found += len(paths)
			if truncated {
				cut++
			}
		}
	}
	if found < 1000 || cut < 100 {
		t.Errorf("%d paths and %d cut answers were compared, want more of both", found, cut)
	}
}

func TestShortestPathsAgainstGonum(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for _, edgeCount := range []int{150, 250, 1000} {
		const size, maxLength = 200, 12
		edges := randomEdges(r, size, edgeCount)
		g := New(slices.Values(edges))
		oracle := simple.NewUndirectedGraph()
		number := make(map[mail.ID]int64)
		for i := range size {
			number[person(i)] = int64(i)
			oracle.AddNode(simple.Node(i))
		}
		for _, e := range edges {
			if e.From != e.To && e.Count > 0 {
				oracle.SetEdge(simple.Edge{F: simple.Node(number[e.From]), T: simple.Node(number[e.To])})
			}
		}
		for from := range 10 {
			shortest := path.DijkstraFrom(simple.Node(from), oracle)
			for to := 20; to < size; to++ {
				want := shortest.WeightTo(int64(to))
				if want > maxLength {
					want = math.Inf(1)
				}
				got := math.Inf(1)
				if paths, _ := g.Paths(person(from), person(to), 1, maxLength); len(paths) > 0 {
					got = float64(len(paths[0].Hops))
				}
				if got != want {
					t.Errorf("%d edges, %d to %d: %v hops, want %v", edgeCount, from, to, got, want)
				}
			}
		}
	}
}

func TestHopShowsTheBusierDirection(t *testing.T) {
	g := New(slices.Values([]Edge{{"P_b", "P_a", 1}, {"P_a", "P_b", 1}, {"P_b", "P_c", 1}, {"P_c", "P_b", 4}}))
	paths, _ := g.Paths("P_c", "P_a", 1, 6)
	want := []Path{{
		People: []mail.ID{"P_c", "P_b", "P_a"},
		Hops:   []Hop{{"P_c", "P_b", 4, 1}, {"P_a", "P_b", 1, 1}},
	}}
	if !reflect.DeepEqual(paths, want) {
		t.Errorf("Paths = %+v, want %+v", paths, want)
	}
}

func TestPathsThatAreNone(t *testing.T) {
	g := New(slices.Values([]Edge{{"P_a", "P_b", 1}, {"P_b", "P_c", 1}, {"P_x", "P_y", 1}}))
	for _, test := range []struct {
		from, to         mail.ID
		limit, maxLength int
	}{
		{"P_a", "P_a", 1, 6},
		{"P_a", "P_none", 1, 6},
		{"P_none", "P_a", 1, 6},
		{"P_a", "P_x", 5, 1 << 40},
		{"P_a", "P_c", 0, 6},
		{"P_a", "P_c", -1, 6},
		{"P_a", "P_c", 1, 1},
		{"P_a", "P_c", 1, 0},
		{"P_a", "P_c", 1, -5},
	} {
		paths, truncated := g.Paths(test.from, test.to, test.limit, test.maxLength)
		if paths != nil || truncated {
			t.Errorf("Paths%v = %v, %v, want none", test, paths, truncated)
		}
	}
}

func TestPathsBoundTheWork(t *testing.T) {
	var edges []Edge
	const size = 60 // everybody with everybody: more paths than atoms
	for i := range size {
		for j := range i {
			edges = append(edges, Edge{person(i), person(j), 1 + (i*j)%7})
		}
	}
	g := New(slices.Values(edges))
	paths, truncated := g.Paths(person(0), person(1), 1_000_000, MaxLength)
	if !truncated || len(paths) < 1+(size-2) {
		t.Errorf("%d paths, truncated %v, want at least those of two hops, truncated", len(paths), truncated)
	}
	for i, p := range paths[1:] {
		if len(p.Hops) < len(paths[i].Hops) {
			t.Fatalf("path %d has %d hops after one of %d", i+1, len(p.Hops), len(paths[i].Hops))
		}
	}
}

func TestPathsAlongAChain(t *testing.T) {
	var edges []Edge
	for i := range 200 {
		edges = append(edges, Edge{person(i), person(i + 1), 1})
	}
	g := New(slices.Values(edges))
	if paths, truncated := g.Paths(person(0), person(MaxLength), 5, 1000); len(paths) != 1 || truncated {
		t.Errorf("%d paths of %d hops, truncated %v, want one", len(paths), MaxLength, truncated)
	}
	if paths, truncated := g.Paths(person(0), person(MaxLength+1), 5, 1000); paths != nil || truncated {
		t.Errorf("%d paths of %d hops, truncated %v, want none", len(paths), MaxLength+1, truncated)
	}
}

func BenchmarkPaths(b *testing.B) {
	g := New(slices.Values(benchmarkEdges()))
	for name, limit := range map[string]int{"one": 1, "ten": 10, "hundred": 100} {
		b.Run(name, func(b *testing.B) {
			r := rand.New(rand.NewPCG(9, 9))
			b.ReportAllocs()
			for b.Loop() {
				g.Paths(g.people[r.IntN(len(g.people))], g.people[r.IntN(len(g.people))], limit, 6)
			}
		})
	}
}
