package network

import "cmp"

// candidate is a beginning of a path with the most messages it may come to.
type candidate struct {
	bound int64
	at    int32 // index into search.steps
}

// queue is a binary heap of candidates, the best first. It is written out
// because container/heap allocates for every one.
type queue struct{ items []candidate }

func (q *queue) push(s *search, c candidate) {
	q.items = append(q.items, c)
	for at := len(q.items) - 1; at > 0; {
		up := (at - 1) / 2
		if !s.before(q.items[at], q.items[up]) {
			return
		}
		q.items[at], q.items[up] = q.items[up], q.items[at]
		at = up
	}
}

// pop takes the best candidate, of which there must be one.
func (q *queue) pop(s *search) (at int32) {
	best, last := q.items[0], len(q.items)-1
	q.items[0] = q.items[last]
	q.items = q.items[:last]
	for at, down := 0, 1; down < last; down = 2*at + 1 {
		if down+1 < last && s.before(q.items[down+1], q.items[down]) {
			down++
		}
		if !s.before(q.items[down], q.items[at]) {
			break
		}
		q.items[at], q.items[down] = q.items[down], q.items[at]
		at = down
	}
	return best.at
}

// before reports whether a comes before b: by bound, most first, then by the
// people along the way. One is never the beginning of the other, for a
// beginning leaves the queue as it is extended.
func (s *search) before(a, b candidate) bool {
	if a.bound != b.bound {
		return a.bound > b.bound
	}
	return s.compare(a.at, b.at) < 0
}

func (s *search) compare(a, b int32) int {
	for s.steps[a].hops > s.steps[b].hops {
		a = s.steps[a].before
	}
	for s.steps[b].hops > s.steps[a].hops {
		b = s.steps[b].before
	}
	for s.steps[a].before != s.steps[b].before {
		a, b = s.steps[a].before, s.steps[b].before
	}
	return cmp.Compare(s.steps[a].person, s.steps[b].person)
}
