package store_test

import (
	"slices"
	"testing"

	"skein/internal/mail"
	"skein/internal/store"
)

func TestCut(t *testing.T) {
	at := func(sort int64, hash byte) store.Ranked[string] {
		return store.Ranked[string]{Key: store.Key{Sort: sort, Hash: mail.Hash{hash}}, Item: string(rune('a' + hash))}
	}
	// Not in order, and one of them twice.
	all := []store.Ranked[string]{at(2, 0), at(1, 2), at(3, 3), at(1, 1), at(2, 0)}
	for _, test := range []struct {
		name  string
		d     store.Direction
		page  store.Page
		want  []string
		more  bool
		total int
	}{
		{"whole", store.Ascending, store.Page{First: 9, Total: true}, []string{"b", "c", "a", "d"}, false, 4},
		{"downwards", store.Descending, store.Page{First: 9}, []string{"d", "a", "c", "b"}, false, 0},
		{"first", store.Ascending, store.Page{First: 2}, []string{"b", "c"}, true, 0},
		{"less than one is one", store.Ascending, store.Page{First: -1}, []string{"b"}, true, 0},
		{"after", store.Ascending, store.Page{First: 2, After: &store.Key{Sort: 1, Hash: mail.Hash{1}}}, []string{"c", "a"}, true, 0},
		{"after what is not there", store.Descending, store.Page{First: 2, After: &store.Key{Sort: 2, Hash: mail.Hash{9}}}, []string{"a", "c"}, true, 0},
		{"after the last", store.Ascending, store.Page{First: 2, After: &store.Key{Sort: 9}, Total: true}, nil, false, 4},
	} {
		got := store.Cut(slices.Clone(all), test.d, test.page)
		if !slices.Equal(got.Items, test.want) || got.More != test.more || got.Total != test.total || len(got.Keys) != len(got.Items) {
			t.Errorf("%s: got %+v, want items %v, more %t, total %d", test.name, got, test.want, test.more, test.total)
		}
	}
}

func TestOldestFirst(t *testing.T) {
	for sent, want := range map[int64]int64{0: 0, -5: -5, 7: 7, store.Undated: -store.Undated, -store.Undated: store.Undated} {
		if got := store.OldestFirst(sent); got != want {
			t.Errorf("OldestFirst(%d): got %d, want %d", sent, got, want)
		}
	}
}
