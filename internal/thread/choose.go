package thread

import (
	"cmp"
	"slices"

	"skein/internal/mail"
)

// holds says whether a link of that kind counts in view: headers and people
// state, everything else is inferred.
func holds(kind mail.LinkKind, view mail.View) bool {
	if view == mail.Probable {
		return true
	}
	switch kind {
	case mail.ByReferences, mail.ByInReplyTo, mail.ByThreadIndex, mail.ByEmbedded, mail.ByCorrection:
		return true
	}
	return false
}

// choose gives every entry the best parent that makes no loop. Where choices
// do loop, the weakest of the loop gives way to its next candidate; loops of
// one pass share no entry, so their order does not matter.
func (c *closure) choose(view mail.View) {
	next := make([]int, len(c.entries)) // index into Links of the present choice
	changed := make([]int, len(c.entries))
	for i := range c.entries {
		next[i], changed[i] = c.skip(i, 0, view), i
	}
	search := loopSearch{c: c, next: next, walk: make([]int, len(c.entries))}
	for len(changed) > 0 {
		loops := search.from(changed)
		changed = nil
		for _, loop := range loops {
			weakest := slices.MaxFunc(loop, func(a, b int) int { return c.weaker(a, b, next) })
			next[weakest] = c.skip(weakest, next[weakest]+1, view)
			changed = append(changed, weakest)
		}
	}
	for i := range c.entries {
		e := &c.entries[i]
		e.Parent[view] = -1
		if next[i] < len(e.Links) {
			e.Parent[view] = e.Links[next[i]].Parent
			e.Links[next[i]].Chosen[view] = true
		}
	}
}

// skip returns the first candidate from at on that holds in view.
func (c *closure) skip(entry, at int, view mail.View) int {
	links := c.entries[entry].Links
	for at < len(links) && !holds(links[at].Kind, view) {
		at++
	}
	return at
}

// loopSearch finds the loops of the present choices.
type loopSearch struct {
	c     *closure
	next  []int
	walk  []int // by entry, the walk that came by last; 0 for none
	walks int
}

// from returns the entries of every loop that can be reached from starts. A
// new loop holds a choice that has changed, so those are starts enough.
func (s *loopSearch) from(starts []int) [][]int {
	var found [][]int
	pass := s.walks
	for _, start := range starts {
		s.walks++
		at := start
		for at >= 0 && s.walk[at] <= pass {
			s.walk[at] = s.walks
			at = s.parent(at)
		}
		if at < 0 || s.walk[at] != s.walks {
			continue
		}
		loop := []int{at}
		for i := s.parent(at); i != at; i = s.parent(i) {
			loop = append(loop, i)
		}
		found = append(found, loop)
	}
	return found
}

// parent returns the present choice of an entry, -1 for none.
func (s *loopSearch) parent(entry int) int {
	if links := s.c.entries[entry].Links; s.next[entry] < len(links) {
		return links[s.next[entry]].Parent
	}
	return -1
}

// weaker orders two entries by the strength of their choices, strongest first.
func (c *closure) weaker(a, b int, next []int) int {
	x, y := &c.entries[a].Links[next[a]], &c.entries[b].Links[next[b]]
	return cmp.Or(
		cmp.Compare(y.Confidence, x.Confidence),
		cmp.Compare(y.votes, x.votes),
		c.entries[a].Keys[0].Compare(c.entries[b].Keys[0]),
	)
}

// threads groups the entries of each view by the links that hold in it.
func (c *closure) threads() []Thread {
	var threads []Thread
	known := map[int]int{} // least member to thread, for the view before
	for view := range mail.View(mail.Views) {
		for _, members := range c.components(view) {
			if at, ok := known[members[0]]; ok && slices.Equal(threads[at].Members, members) {
				threads[at].Views[view] = true
				continue
			}
			t := c.thread(members)
			t.Views[view] = true
			known[members[0]] = len(threads)
			threads = append(threads, t)
		}
	}
	slices.SortStableFunc(threads, func(a, b Thread) int { return a.Key.Compare(b.Key) })
	for at, t := range threads {
		for view, stands := range t.Views {
			if !stands {
				continue
			}
			for _, m := range t.Members {
				c.entries[m].Thread[view] = at
			}
		}
	}
	return threads
}

func (c *closure) components(view mail.View) [][]int {
	groups := newSets(len(c.entries))
	for i := range c.entries {
		for _, l := range c.entries[i].Links {
			if holds(l.Kind, view) {
				groups.union(i, l.Parent)
			}
		}
	}
	return groups.all()
}

// thread counts and dates one thread. Its members are ascending, so the first
// has the least key.
func (c *closure) thread(members []int) Thread {
	t := Thread{Key: c.entries[members[0]].Keys[0], Members: members}
	first := -1
	for _, m := range members {
		e := &c.entries[m]
		if e.Missing() {
			t.Missing++
			continue
		}
		t.Messages++
		sent := c.sent(m)
		if first < 0 || earlier(sent, t.Started) {
			first, t.Started = m, sent
		}
		if sent != nil && (t.Latest == nil || *sent > *t.Latest) {
			t.Latest = sent
		}
	}
	if first >= 0 {
		t.Subject = c.contents[c.entries[first].Contents[0]].Facts.Subject
	}
	return t
}

// earlier says whether a is dated and b is later or undated.
func earlier(a, b *int64) bool { return a != nil && (b == nil || *a < *b) }
