// Package network answers how people hang together, from a snapshot of who
// wrote to whom. It is pure: equal ties give equal answers, in whatever order
// they are given.
//
// Two people are one hop apart when either has written to the other, in
// whichever direction: an investigator who asks how two people are connected
// wants to see the channel between them, and the directions as a property of
// it. So every hop tells how many messages went each way, and is shown in the
// direction that carried more.
package network

import (
	"cmp"
	"iter"
	"maps"
	"math"
	"slices"

	"skein/internal/mail"
)

// Edge says that one person wrote so many messages to another.
type Edge struct {
	From, To mail.ID
	Count    int
}

// Graph is a snapshot of ties, fit for many readers at once. Its size is the
// people and the pairs of people that have written, not the messages.
type Graph struct {
	people []mail.ID         // sorted; a person is known by the index
	index  map[mail.ID]int32 // into people
	rows   []int32           // the neighbours of person i are those at rows[i]:rows[i+1]
	other  []int32           // of each neighbour, the index; ascending within a row
	sent   []int32           // messages to the neighbour
	got    []int32           // messages from the neighbour
}

// New builds the graph of edges. Edges of one pair add up, to at most 2^31-1
// messages; those of a person to itself and those without messages are left
// out.
func New(edges iter.Seq[Edge]) *Graph {
	b := builder{seen: make(map[mail.ID]int32)}
	b.read(edges)
	g := &Graph{people: slices.Sorted(maps.Keys(b.seen)), index: b.seen}
	rank := make([]int32, len(g.people))
	for i, id := range g.people {
		rank[b.seen[id]] = int32(i)
		b.seen[id] = int32(i)
	}
	g.fill(b.sides(rank))
	return g
}

// People returns how many people the graph holds.
func (g *Graph) People() int { return len(g.people) }

// link is an edge between people numbered as they are first seen.
type link struct{ from, to, count int32 }

// chunk is how many links are allocated at once: they come without their
// number, and copying them as they grow would cost more than reading them.
const chunk = 8192

type builder struct {
	seen  map[mail.ID]int32
	links [][]link
}

func (b *builder) read(edges iter.Seq[Edge]) {
	var last []link
	var writer mail.ID // stores tend to give the ties of one person together
	var from int32
	for e := range edges {
		if e.From == e.To || e.Count <= 0 {
			continue
		}
		if e.From != writer {
			writer, from = e.From, b.number(e.From)
		}
		if len(last) == cap(last) {
			last = make([]link, 0, chunk)
			b.links = append(b.links, nil)
		}
		last = append(last, link{from, b.number(e.To), int32(min(e.Count, math.MaxInt32))})
		b.links[len(b.links)-1] = last
	}
}

func (b *builder) number(id mail.ID) int32 {
	n, found := b.seen[id]
	if !found {
		n = int32(len(b.seen))
		b.seen[id] = n
	}
	return n
}

// side is a link as a row holds it.
type side struct {
	other int32
	count int32 // messages to other; from other when negative
}

// sides returns both sides of every link in the row of its person, and where
// the rows start.
func (b *builder) sides(rank []int32) (sides []side, starts []int32) {
	starts = make([]int32, len(rank)+1)
	for _, links := range b.links {
		for i := range links {
			l := &links[i]
			l.from, l.to = rank[l.from], rank[l.to]
			starts[l.from+1]++
			starts[l.to+1]++
		}
	}
	for i := range rank {
		starts[i+1] += starts[i]
	}
	sides = make([]side, starts[len(rank)])
	next := slices.Clone(starts)
	for _, links := range b.links {
		for _, l := range links {
			sides[next[l.from]] = side{l.to, l.count}
			next[l.from]++
			sides[next[l.to]] = side{l.from, -l.count}
			next[l.to]++
		}
	}
	return sides, starts
}

// fill makes the rows. Every link has a side in two rows, so handing the sides
// on, row by row, to the row of the other end gives rows that are sorted.
func (g *Graph) fill(sides []side, starts []int32) {
	sorted := make([]side, len(sides))
	next := slices.Clone(starts)
	for person := range g.people {
		for _, s := range sides[starts[person]:starts[person+1]] {
			sorted[next[s.other]] = side{int32(person), -s.count}
			next[s.other]++
		}
	}
	g.rows = make([]int32, len(starts))
	g.other = make([]int32, len(sides))
	g.sent = make([]int32, len(sides))
	g.got = make([]int32, len(sides))
	end := int32(0)
	for person := range g.people {
		end = g.join(sorted[starts[person]:starts[person+1]], end)
		g.rows[person+1] = end
	}
	g.other, g.sent, g.got = g.other[:end], g.sent[:end], g.got[:end]
}

// join adds a row of sorted sides at a place, all links of a pair together,
// and returns the place after it.
func (g *Graph) join(sides []side, at int32) (end int32) {
	last := int32(-1)
	for _, s := range sides {
		if s.other != last {
			last = s.other
			g.other[at] = last
			at++
		}
		sent, got := max(s.count, 0), max(-s.count, 0)
		g.sent[at-1] += min(sent, math.MaxInt32-g.sent[at-1])
		g.got[at-1] += min(got, math.MaxInt32-g.got[at-1])
	}
	return at
}

// row returns where the neighbours of a person stand.
func (g *Graph) row(person int32) (start, end int32) { return g.rows[person], g.rows[person+1] }

// weight returns the messages both ways at one place of a row.
func (g *Graph) weight(at int32) int64 { return int64(g.sent[at]) + int64(g.got[at]) }

// place returns where other stands in the row of person, which it must.
func (g *Graph) place(person, other int32) int32 {
	start, end := g.row(person)
	at, _ := slices.BinarySearchFunc(g.other[start:end], other, cmp.Compare[int32])
	return start + int32(at)
}
