package store

import (
	"bytes"
	"cmp"
	"slices"
)

// maxPage is the most items of a page.
const maxPage = 200

// Size returns how many items p asks for.
func (p Page) Size() int { return min(max(p.First, 1), maxPage) }

// Direction says which way a list is ordered.
type Direction int

const (
	Ascending  Direction = 1
	Descending Direction = -1
)

// Compare orders keys as a list of that direction does.
func (d Direction) Compare(a, b Key) int {
	return int(d) * cmp.Or(cmp.Compare(a.Sort, b.Sort), bytes.Compare(a.Hash[:], b.Hash[:]))
}

// OldestFirst is the sort value of a date in a list that begins with the
// oldest: the undated come last there too. Its inverse is itself.
func OldestFirst(sent int64) int64 {
	if sent == Undated || sent == -Undated {
		return -sent
	}
	return sent
}

// Ranked is an item with its place in a list.
type Ranked[T any] struct {
	Key
	Item T
}

// Cut sorts a whole list, each item once, and cuts the page out.
func Cut[T comparable](all []Ranked[T], d Direction, page Page) List[T] {
	sortRanked(&all, d)
	var l List[T]
	if page.Total {
		l.Total = len(all)
	}
	for _, k := range all {
		if page.After != nil && d.Compare(k.Key, *page.After) <= 0 {
			continue
		}
		if len(l.Items) == page.Size() {
			l.More = true
			break
		}
		l.Add(k)
	}
	return l
}

// Sorted returns the items of a whole list in order, each once.
func Sorted[T comparable](all []Ranked[T], d Direction) []T {
	sortRanked(&all, d)
	var items []T
	for _, k := range all {
		items = append(items, k.Item)
	}
	return items
}

func sortRanked[T comparable](all *[]Ranked[T], d Direction) {
	slices.SortFunc(*all, func(a, b Ranked[T]) int { return d.Compare(a.Key, b.Key) })
	*all = slices.Compact(*all)
}

// Add puts k at the end of l.
func (l *List[T]) Add(k Ranked[T]) {
	l.Keys = append(l.Keys, k.Key)
	l.Items = append(l.Items, k.Item)
}

// Listed returns l with its items replaced by what they stand for.
func Listed[T, U any](l List[T], items []U) List[U] {
	return List[U]{Items: items, Keys: l.Keys, More: l.More, Total: l.Total}
}
