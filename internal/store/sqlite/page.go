package sqlite

import (
	"slices"

	"skein/internal/mail"
	"skein/internal/store"
)

// keyed is a row with its place in a list, and slice the part of a list that a
// page asks for.
type (
	keyed = store.Ranked[int64]
	slice = store.List[int64]
)

func newest(sent int64) int64 { return sent }

// scanKeyed reads a row's id, sort value and hash.
func scanKeyed(scan func(...any) error, sort func(int64) int64) (keyed, error) {
	var k keyed
	var hash []byte
	if err := scan(&k.Item, &k.Sort, &hash); err != nil {
		return k, err
	}
	k.Sort, k.Hash = sort(k.Sort), mail.Hash(hash)
	return k, nil
}

func sortBatches(batches []mail.Batch) { slices.SortFunc(batches, store.CompareBatches) }
