package network

import (
	"slices"

	"skein/internal/mail"
)

// MaxLength is the most hops that Paths looks for.
const MaxLength = 64

// Hop is one step of a path, in the direction that carried more messages; from
// the lesser id when both carried the same.
type Hop struct {
	From, To mail.ID
	Sent     int // messages that From wrote to To
	Back     int // messages that To wrote to From; at most Sent
}

// Path is a chain of people of whom neighbours have written to one another.
type Path struct {
	People []mail.ID // from one end to the other, each once
	Hops   []Hop     // one fewer than People
}

// Paths returns at most limit paths of at most maxLength hops between two
// people: all the shortest first, then longer ones that meet nobody twice.
// Paths of one length are ordered by their messages, both ways and all hops
// together, most first, then by the ids along them.
//
// Truncated says that there are more, or may be: the work on one question is
// bounded, and what is returned then is the beginning of the whole list. A
// shortest path is found whatever the work. There is no path from a person to
// itself, nor to one that is not in the graph.
func (g *Graph) Paths(from, to mail.ID, limit, maxLength int) (paths []Path, truncated bool) {
	start, hasStart := g.index[from]
	end, hasEnd := g.index[to]
	if !hasStart || !hasEnd || start == end || limit < 1 {
		return nil, false
	}
	s := newSearch(g, start, end)
	var chains [][]int32
	for length := 1; length <= min(maxLength, MaxLength) && s.more(length); length++ {
		chains = s.chains(chains, length, limit+1)
		if len(chains) > limit {
			chains, truncated = chains[:limit], true
			break
		}
	}
	for _, chain := range chains {
		paths = append(paths, g.path(chain))
	}
	return paths, truncated || s.exhausted
}

func (g *Graph) path(chain []int32) Path {
	p := Path{People: make([]mail.ID, len(chain)), Hops: make([]Hop, len(chain)-1)}
	for i, person := range chain {
		p.People[i] = g.people[person]
		if i > 0 {
			p.Hops[i-1] = g.hop(chain[i-1], person)
		}
	}
	return p
}

func (g *Graph) hop(a, b int32) Hop {
	at := g.place(a, b)
	sent, got := g.sent[at], g.got[at]
	if sent < got || sent == got && b < a {
		return Hop{g.people[b], g.people[a], int(got), int(sent)}
	}
	return Hop{g.people[a], g.people[b], int(sent), int(got)}
}

// search is one question. For each length it goes through the beginnings of
// paths, always on from the one that can still carry the most messages (A*).
// What the rest of a path can carry is bounded by the best walk of that many
// hops that neither turns back at once nor touches the ends on its way; the
// bound is exact for paths of up to four hops and for the shortest ones, and is
// computed once for each person and number of hops.
type search struct {
	g          *Graph
	start, end int32
	distance   []int8  // hops to end, not by way of start; -1 when unknown
	frontier   []int32 // the people found last
	reached    int     // how far the distances are known
	bounds     map[rest]bound
	work       int // neighbours looked at; a step kept counts as keepCost
	budget     int
	exhausted  bool
	steps      []step
	queue      queue
}

// The work on one question: some fractions of a second and tens of megabytes,
// and besides what the first shortest path may take, which is to keep every
// neighbour of everybody once.
const (
	baseBudget = 4_000_000
	keepCost   = 16
)

// rest is a walk still to be made: so many hops from a person to the end.
type rest struct{ person, hops int32 }

// bound is the most messages of such walks: of the best, and of the best among
// those with another first hop. None is -1.
type bound struct {
	best, second int64
	first        int32 // where the first hop of the best leads
}

const none = -1

// except returns the bound for walks that do not lead to person first.
func (b bound) except(person int32) int64 {
	if b.first == person {
		return b.second
	}
	return b.best
}

// step is the end of a beginning of a path.
type step struct {
	total  int64 // messages so far
	person int32
	before int32 // index into steps, none at the start
	hops   int32 // so far
}

func newSearch(g *Graph, start, end int32) *search {
	s := &search{
		g: g, start: start, end: end,
		distance: slices.Repeat([]int8{none}, len(g.people)),
		frontier: []int32{end},
		bounds:   make(map[rest]bound),
		budget:   baseBudget + (keepCost+2)*len(g.other),
	}
	s.distance[end] = 0
	return s
}

// more prepares for paths of length hops, and reports whether there may be
// some of that length or a greater one.
func (s *search) more(length int) bool {
	for ; s.reached < length-1 && len(s.frontier) > 0; s.reached++ {
		s.spread()
	}
	return !s.exhausted && (len(s.frontier) > 0 || s.distance[s.start] != none)
}

// spread finds the people one hop further from the end.
func (s *search) spread() {
	var next []int32
	for _, person := range s.frontier {
		from, to := s.g.row(person)
		for _, other := range s.g.other[from:to] {
			if s.distance[other] != none {
				continue
			}
			s.distance[other] = int8(s.reached + 1)
			if other != s.start {
				next = append(next, other)
			}
		}
	}
	s.frontier = next
}

// passes reports whether a path may come by person with so many hops left.
func (s *search) passes(person, hops int32) bool {
	if hops == 0 {
		return person == s.end
	}
	distance := s.distance[person]
	return distance > 0 && int32(distance) <= hops && person != s.start
}

// bound answers for one rest. It calls itself once for every hop, and there
// are at most MaxLength.
func (s *search) bound(r rest) bound {
	if r.hops == 0 {
		return bound{best: 0, second: none, first: none}
	}
	if b, found := s.bounds[r]; found {
		return b
	}
	b := bound{none, none, none}
	from, to := s.g.row(r.person)
	s.spend(int(to - from))
	for at := from; at < to && !s.exhausted; at++ {
		other := s.g.other[at]
		if !s.passes(other, r.hops-1) {
			continue
		}
		onward := s.bound(rest{other, r.hops - 1}).except(r.person)
		if onward == none {
			continue
		}
		b.add(onward+s.g.weight(at), other)
	}
	s.bounds[r] = b
	return b
}

func (b *bound) add(total int64, first int32) {
	if total > b.best {
		b.best, b.second, b.first = total, b.best, first
		return
	}
	b.second = max(b.second, total)
}

func (s *search) spend(work int) {
	s.work += work
	s.exhausted = s.exhausted || s.work > s.budget
}

// chains appends the paths of exactly length hops, in order, until there are
// limit chains or the work is spent.
func (s *search) chains(found [][]int32, length, limit int) [][]int32 {
	s.steps, s.queue.items = s.steps[:0], s.queue.items[:0]
	b := s.bound(rest{s.start, int32(length)})
	if b.best != none {
		s.keep(step{person: s.start, before: none}, b.best)
	}
	for len(s.queue.items) > 0 && len(found) < limit && !s.exhausted {
		at := s.queue.pop(s)
		hops := int32(length) - s.steps[at].hops
		if hops == 0 {
			found = append(found, s.chain(at))
			continue
		}
		s.extend(at, hops)
	}
	return found
}

// extend keeps every beginning that is one hop longer than that at steps[at],
// which has so many hops to go.
func (s *search) extend(at, hops int32) {
	last := s.steps[at]
	from, to := s.g.row(last.person)
	s.spend(int(to - from))
	for place := from; place < to; place++ {
		other := s.g.other[place]
		if !s.passes(other, hops-1) || s.meets(at, other) {
			continue
		}
		onward := s.bound(rest{other, hops - 1}).except(last.person)
		if onward == none {
			continue
		}
		total := last.total + s.g.weight(place)
		s.keep(step{total, other, at, last.hops + 1}, total+onward)
	}
}

func (s *search) keep(st step, bound int64) {
	s.spend(keepCost)
	s.steps = append(s.steps, st)
	s.queue.push(s, candidate{bound, int32(len(s.steps) - 1)})
}

// meets reports whether the beginning that ends at steps[at] has met person.
func (s *search) meets(at, person int32) bool {
	for ; at != none; at = s.steps[at].before {
		if s.steps[at].person == person {
			return true
		}
	}
	return false
}

// chain returns the people of the beginning that ends at steps[at].
func (s *search) chain(at int32) []int32 {
	chain := make([]int32, s.steps[at].hops+1)
	for ; at != none; at = s.steps[at].before {
		chain[s.steps[at].hops] = s.steps[at].person
	}
	return chain
}
