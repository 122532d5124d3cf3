package storetest

import (
	"bytes"
	"cmp"
	"slices"

	"skein/internal/store"
)

// ranked is an item with its place in a list.
type ranked[T any] struct {
	item T
	key  store.Key
}

func compareKeys(a, b store.Key) int {
	return cmp.Or(cmp.Compare(a.Sort, b.Sort), bytes.Compare(a.Hash[:], b.Hash[:]))
}

// ascending and descending answer a page of all in that direction.
func ascending[T any](all []ranked[T], page store.Page) store.List[T] {
	return paged(all, page, compareKeys)
}

func descending[T any](all []ranked[T], page store.Page) store.List[T] {
	return paged(all, page, func(a, b store.Key) int { return compareKeys(b, a) })
}

func paged[T any](all []ranked[T], page store.Page, compare func(a, b store.Key) int) store.List[T] {
	slices.SortFunc(all, func(a, b ranked[T]) int { return compare(a.key, b.key) })
	var list store.List[T]
	if page.Total {
		list.Total = len(all)
	}
	for _, one := range all {
		if page.After != nil && compare(one.key, *page.After) <= 0 {
			continue
		}
		if len(list.Items) == min(max(page.First, 1), 200) {
			list.More = true
			break
		}
		list.Items = append(list.Items, one.item)
		list.Keys = append(list.Keys, one.key)
	}
	return list
}

// newestSort and oldestSort are the sort values of a date, by which undated
// items come last in either direction.
func newestSort(sent *int64) int64 {
	if sent == nil {
		return store.Undated
	}
	return *sent
}

func oldestSort(sent *int64) int64 {
	if sent == nil {
		return -store.Undated
	}
	return *sent
}

// each turns the items of a page into what is answered.
func each[T, U any](list store.List[T], answer func(T) U) store.List[U] {
	answers := store.List[U]{Keys: list.Keys, More: list.More, Total: list.Total}
	for _, item := range list.Items {
		answers.Items = append(answers.Items, answer(item))
	}
	return answers
}
