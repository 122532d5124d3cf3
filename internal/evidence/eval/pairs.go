package main

import (
	"cmp"
	"maps"
	"slices"
)

// grouping says in which group each mail is.
type grouping map[string]string

// agreement compares two groupings over the mails both know, by pairs: are
// they in one group or not.
type agreement struct {
	mails        int
	ours, theirs int      // pairs put together
	both         int      // pairs put together by both
	onlyOurs     []string // mails that the other does not know
	onlyTheirs   []string
	differences  []difference
}

// difference is a smallest set of groups of which the mails are the same, and
// the division is not.
type difference struct {
	ours, theirs map[string][]string // groups
}

func compare(ours, theirs grouping) agreement {
	type cell struct{ ours, theirs string }
	cells, left, right := map[cell]int{}, map[string]int{}, map[string]int{}
	var a agreement
	for id, group := range ours {
		other, known := theirs[id]
		if !known {
			a.onlyOurs = append(a.onlyOurs, id)
			continue
		}
		a.mails++
		cells[cell{group, other}]++
		left[group]++
		right[other]++
	}
	for id := range theirs {
		if _, known := ours[id]; !known {
			a.onlyTheirs = append(a.onlyTheirs, id)
		}
	}
	a.both, a.ours, a.theirs = pairsOf(maps.Values(cells)), pairsOf(maps.Values(left)), pairsOf(maps.Values(right))
	a.differences = differences(ours, theirs)
	return a
}

func pairsOf(sizes func(func(int) bool)) int {
	pairs := 0
	for n := range sizes {
		pairs += n * (n - 1) / 2
	}
	return pairs
}

// together is the share of pairs put together by both among those put
// together by either.
func (a agreement) together() float64 {
	either := a.ours + a.theirs - a.both
	if either == 0 {
		return 1
	}
	return float64(a.both) / float64(either)
}

// all is the share of pairs, together or apart, that both treat alike.
func (a agreement) all() float64 {
	pairs := a.mails * (a.mails - 1) / 2
	if pairs == 0 {
		return 1
	}
	return 1 - float64(a.ours+a.theirs-2*a.both)/float64(pairs)
}

// differences returns the differences, those of least id first.
func differences(ours, theirs grouping) []difference {
	shared := slices.Sorted(maps.Keys(ours))
	shared = slices.DeleteFunc(shared, func(id string) bool { _, known := theirs[id]; return !known })
	mine, other := members(ours, shared), members(theirs, shared)
	seen := map[string]bool{}
	var found []difference
	for _, id := range shared {
		if seen[id] {
			continue
		}
		d := difference{map[string][]string{}, map[string][]string{}}
		for queue := []string{id}; len(queue) > 0; queue = queue[1:] {
			if seen[queue[0]] {
				continue
			}
			seen[queue[0]] = true
			g, h := ours[queue[0]], theirs[queue[0]]
			d.ours[g], d.theirs[h] = mine[g], other[h]
			queue = append(append(queue, mine[g]...), other[h]...)
		}
		if len(d.ours) > 1 || len(d.theirs) > 1 {
			found = append(found, d)
		}
	}
	return found
}

// members returns the ids of each group, ascending.
func members(of grouping, ids []string) map[string][]string {
	groups := map[string][]string{}
	for _, id := range ids {
		groups[of[id]] = append(groups[of[id]], id)
	}
	return groups
}

// sizes returns the sizes of groups, greatest first.
func sizes(groups map[string][]string) []int {
	var all []int
	for _, g := range groups {
		all = append(all, len(g))
	}
	slices.SortFunc(all, func(a, b int) int { return cmp.Compare(b, a) })
	return all
}
