package sqlite

import (
	"bytes"
	"cmp"
	"slices"

	"skein/internal/mail"
	"skein/internal/store"
)

// maxPage is the most items of a page.
const maxPage = 200

// keyed is a row with its place in a list.
type keyed struct {
	store.Key
	row int64
}

// direction says which way a list is ordered.
type direction int

const (
	ascending  direction = 1
	descending direction = -1
)

func (d direction) compare(a, b store.Key) int {
	return int(d) * cmp.Or(cmp.Compare(a.Sort, b.Sort), bytes.Compare(a.Hash[:], b.Hash[:]))
}

// oldest is the sort value of a date in a list that begins with the oldest:
// the undated come last there too.
func oldest(sent int64) int64 {
	if sent == store.Undated {
		return -store.Undated
	}
	return sent
}

func newest(sent int64) int64 { return sent }

// scanKeyed reads a row's id, sort value and hash.
func scanKeyed(scan func(...any) error, sort func(int64) int64) (keyed, error) {
	var k keyed
	var hash []byte
	if err := scan(&k.row, &k.Sort, &hash); err != nil {
		return k, err
	}
	k.Sort, k.Hash = sort(k.Sort), mail.Hash(hash)
	return k, nil
}

// slice is the part of a list that a page asks for.
type slice struct {
	keys  []store.Key
	rows  []int64
	more  bool
	total int
}

func (s *slice) add(k keyed) {
	s.keys = append(s.keys, k.Key)
	s.rows = append(s.rows, k.row)
}

// cut sorts a whole list, each row once, and cuts the page out.
func cut(all []keyed, d direction, page store.Page) slice {
	slices.SortFunc(all, func(a, b keyed) int { return d.compare(a.Key, b.Key) })
	all = slices.CompactFunc(all, func(a, b keyed) bool { return a == b })
	var s slice
	if page.Total {
		s.total = len(all)
	}
	for _, k := range all {
		if page.After != nil && d.compare(k.Key, *page.After) <= 0 {
			continue
		}
		if len(s.rows) == first(page) {
			s.more = true
			break
		}
		s.add(k)
	}
	return s
}

func first(page store.Page) int { return min(max(page.First, 1), maxPage) }

// listed makes a list of the items of a slice.
func listed[T any](s slice, items []T) store.List[T] {
	return store.List[T]{Items: items, Keys: s.keys, More: s.more, Total: s.total}
}

func sortBatches(batches []mail.Batch) { slices.SortFunc(batches, store.CompareBatches) }

func compareCopies(a, b located) int {
	return cmp.Or(
		store.CompareBatches(a.batch, b.batch),
		cmp.Compare(a.Source, b.Source),
		cmp.Compare(a.Part, b.Part),
		cmp.Compare(a.Offset, b.Offset),
		bytes.Compare(a.SHA[:], b.SHA[:]),
	)
}
