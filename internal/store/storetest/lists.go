package storetest

import (
	"context"
	"fmt"

	"skein/internal/mail"
	"skein/internal/query"
	"skein/internal/store"
)

// pageSizes are walked to the end of every list; the last one is more than
// most lists hold.
var pageSizes = []int{1, 2, 3, 7, 200}

// alone is the one key of a list that has none.
var alone = []struct{}{{}}

// one adapts a method that answers a single list.
func one[T any](list func(store.Reader, store.Page) (store.List[T], error)) func(store.Reader, []struct{}, store.Page) ([]store.List[T], error) {
	return func(r store.Reader, _ []struct{}, page store.Page) ([]store.List[T], error) {
		l, err := list(r, page)
		return []store.List[T]{l}, err
	}
}

// walk compares lists page by page: the first page of all keys in one call,
// what follows for each key alone. Where every is set it walks all page sizes
// to the end, else the largest, and now and then a few pages of another.
func walk[K, T any](s *suite, call string, keys []K, every bool, ask func(store.Reader, []K, store.Page) ([]store.List[T], error)) {
	s.turn++
	for n, size := range pageSizes {
		largest := n == len(pageSizes)-1
		if !every && !largest && s.turn%12 != 3*n {
			continue
		}
		page := store.Page{First: size, Total: largest || size == 2}
		lists, ok := pageOf(s, call, keys, page, ask)
		walked := 0
		for i := range lists {
			if ok && lists[i].More && (every || walked < 3) {
				walked++
				onward(s, call, keys[i:i+1], page, lists[i].Keys, every || largest, ask)
			}
		}
		if ok && largest && len(lists) > 0 && every {
			between(s, call, keys[:1], lists[0].Keys, ask)
		}
	}
}

// pageOf compares one page and returns the reference's.
func pageOf[K, T any](s *suite, call string, keys []K, page store.Page, ask func(store.Reader, []K, store.Page) ([]store.List[T], error)) ([]store.List[T], bool) {
	got, gotErr := ask(s.engine, keys, page)
	want, wantErr := ask(s.want, keys, page)
	return want, s.same(fmt.Sprintf("%s, page %s", call, show(page)), got, gotErr, want, wantErr) && wantErr == nil
}

// onward walks the rest of one list, or a few pages of it.
func onward[K, T any](s *suite, call string, key []K, page store.Page, after []store.Key, whole bool, ask func(store.Reader, []K, store.Page) ([]store.List[T], error)) {
	for pages := 0; len(after) > 0 && (whole || pages < 2); pages++ {
		page.After = &after[len(after)-1]
		lists, ok := pageOf(s, call, key, page, ask)
		if !ok || !lists[0].More {
			return
		}
		after = lists[0].Keys
	}
}

// between asks for what follows places where no item stands: a page may begin
// after an item that is gone.
func between[K, T any](s *suite, call string, key []K, items []store.Key, ask func(store.Reader, []K, store.Page) ([]store.List[T], error)) {
	places := []store.Key{{Sort: 1 << 61}, {Sort: -1 << 61}, {Sort: store.Undated}, {Sort: -store.Undated}}
	for _, item := range thin(items, 3) {
		low, high := item, item
		low.Hash, high.Hash = mail.Hash{}, mail.Hash{}
		for i := range high.Hash {
			high.Hash[i] = 0xff
		}
		places = append(places, low, high)
	}
	for _, place := range places {
		pageOf(s, call, key, store.Page{First: 3, After: &place, Total: true}, ask)
	}
}

// lists compares the lists that search.
func (s *suite) lists() {
	for n, expr := range s.args.exprs(s.size.atoms, s.size.compounds) {
		every := n == 0
		s.search(expr, store.SearchOrder(n%2), every)
		if every {
			s.search(expr, store.Oldest, every)
		}
		if every || n%3 == 0 {
			s.findThreads(expr, mail.View(n/3%mail.Views), store.ThreadOrder(n/6%2), every)
		}
		if every || n%3 == 1 {
			s.findMissing(expr, store.Scope{}, every)
		}
	}
	s.findThreads(nil, mail.Probable, store.LargestThread, true)
	s.findThreads(nil, mail.Probable, store.LatestThread, false)
	s.findThreads(nil, mail.Certain, store.LargestThread, false)
	for n, text := range thin(s.args.texts, s.size.texts) {
		s.findPeople(text, store.Scope{}, store.PersonOrder(n%3), false)
	}
	exprs := s.args.exprs(10, 0)
	for n, scope := range thin(s.args.scopes(), s.size.scopes) {
		s.findPeople("", scope, store.PersonOrder(n%3), n == 0)
		s.findPeople("e", scope, store.PersonOrder(n/3%3), false)
		s.findMissing(nil, scope, false)
		s.findMissing(exprs[n%len(exprs)], scope, false)
	}
	s.clamped()
}

func (s *suite) search(expr query.Expr, order store.SearchOrder, every bool) {
	want := []store.Want{0, wantAll}[truth(every)]
	walk(s, fmt.Sprintf("Search(%s, order %d)", show(expr), order), alone, every,
		one(func(r store.Reader, page store.Page) (store.List[*mail.Entry], error) {
			return r.Search(context.Background(), expr, order, want, page)
		}))
}

func (s *suite) findThreads(expr query.Expr, view mail.View, order store.ThreadOrder, every bool) {
	walk(s, fmt.Sprintf("FindThreads(%s, view %d, order %d)", show(expr), view, order), alone, every,
		one(func(r store.Reader, page store.Page) (store.List[*mail.Thread], error) {
			return r.FindThreads(context.Background(), expr, view, order, page)
		}))
}

func (s *suite) findMissing(expr query.Expr, scope store.Scope, every bool) {
	walk(s, fmt.Sprintf("FindMissing(%s, %s)", show(expr), show(scope)), alone, every,
		one(func(r store.Reader, page store.Page) (store.List[*mail.Entry], error) {
			return r.FindMissing(context.Background(), expr, scope, wantAll, page)
		}))
}

func (s *suite) findPeople(text string, scope store.Scope, order store.PersonOrder, every bool) {
	walk(s, fmt.Sprintf("FindPeople(%q, %s, order %d)", text, show(scope), order), alone, every,
		one(func(r store.Reader, page store.Page) (store.List[*mail.Person], error) {
			return r.FindPeople(context.Background(), text, scope, order, page)
		}))
}

// clamped asks for pages of sizes that are not served.
func (s *suite) clamped() {
	for _, first := range []int{-1, 0, 201, 1 << 30} {
		ask(s, fmt.Sprintf("Search(nil), first %d", first), func(r store.Reader) (store.List[*mail.Entry], error) {
			return r.Search(context.Background(), nil, store.Newest, 0, store.Page{First: first, Total: true})
		})
	}
}

// threadLists compares the lists of threads and parents: most of them, then
// some in pages of every size.
func (s *suite) threadLists() {
	entries, threads := s.args.mixed(s.args.entries), s.args.mixed(s.args.threads)
	for _, view := range views {
		for _, want := range []store.Want{0, wantAll} {
			s.replies(entries, view, want, false)
			s.threadEntries(thin(threads, 60), view, want, false)
		}
		s.participants(thin(threads, 60), view, false)
	}
	s.replies(thin(entries, s.size.walked), mail.Probable, 0, true)
	s.threadEntries(thin(threads, s.size.walked), mail.Certain, 0, true)
	s.participants(thin(threads, s.size.walked), mail.Probable, true)
}

func (s *suite) replies(parents []mail.ID, view mail.View, want store.Want, every bool) {
	walk(s, fmt.Sprintf("Replies(%d ids, view %d, want %b)", len(parents), view, want), parents, every,
		func(r store.Reader, ids []mail.ID, page store.Page) ([]store.List[*mail.Entry], error) {
			return r.Replies(context.Background(), ids, view, want, page)
		})
}

func (s *suite) threadEntries(threads []mail.ID, view mail.View, want store.Want, every bool) {
	walk(s, fmt.Sprintf("ThreadEntries(%d ids, view %d, want %b)", len(threads), view, want), threads, every,
		func(r store.Reader, ids []mail.ID, page store.Page) ([]store.List[mail.Placed], error) {
			return r.ThreadEntries(context.Background(), ids, view, want, page)
		})
}

func (s *suite) participants(threads []mail.ID, view mail.View, every bool) {
	walk(s, fmt.Sprintf("Participants(%d ids, view %d)", len(threads), view), threads, every,
		func(r store.Reader, ids []mail.ID, page store.Page) ([]store.List[*mail.Person], error) {
			return r.Participants(context.Background(), ids, view, page)
		})
}

// tieLists compares what is between people, in every scope.
func (s *suite) tieLists() {
	people, pairs := s.args.mixed(s.args.people), s.args.pairs
	for n, scope := range thin(s.args.scopes(), s.size.scopes) {
		s.correspondents(people, scope, false)
		ask(s, fmt.Sprintf("Ties(%d pairs, %s)", len(pairs), show(scope)), func(r store.Reader) ([]*mail.Tie, error) {
			return r.Ties(context.Background(), pairs, scope)
		})
		want := []store.Want{0, store.WantPeople, wantAll}[n%3]
		s.tieMessages(thin(pairs, 80), scope, want, false)
		s.edges(scope)
	}
	s.correspondents(thin(people, s.size.walked), store.Scope{}, true)
	s.tieMessages(thin(pairs, s.size.walked), store.Scope{}, 0, true)
}

func (s *suite) correspondents(people []mail.ID, scope store.Scope, every bool) {
	walk(s, fmt.Sprintf("Correspondents(%d ids, %s)", len(people), show(scope)), people, every,
		func(r store.Reader, ids []mail.ID, page store.Page) ([]store.List[mail.Tie], error) {
			return r.Correspondents(context.Background(), ids, scope, page)
		})
}

func (s *suite) tieMessages(pairs []store.Pair, scope store.Scope, want store.Want, every bool) {
	walk(s, fmt.Sprintf("TieMessages(%d pairs, %s)", len(pairs), show(scope)), pairs, every,
		func(r store.Reader, pairs []store.Pair, page store.Page) ([]store.List[*mail.Entry], error) {
			return r.TieMessages(context.Background(), pairs, scope, want, page)
		})
}

// edges compares every edge, in whatever order they come.
func (s *suite) edges(scope store.Scope) {
	collect := func(r store.Reader) (map[store.Pair]int, error) {
		counts := map[store.Pair]int{}
		for edge, err := range r.Edges(context.Background(), scope) {
			if err != nil {
				return nil, err
			}
			pair := store.Pair{From: edge.From, To: edge.To}
			if counts[pair] != 0 {
				return nil, fmt.Errorf("%v comes twice", pair)
			}
			counts[pair] = edge.Count
		}
		return counts, nil
	}
	ask(s, "Edges("+show(scope)+")", func(r store.Reader) (map[store.Pair]int, error) { return collect(r) })
}
