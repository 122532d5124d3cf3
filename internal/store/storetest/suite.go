package storetest

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"skein/internal/mail"
	"skein/internal/store"
)

// Opener loads releases into an empty engine, in their order, and returns a
// reader of it.
type Opener func(t *testing.T, releases []Release) store.Reader

// Run loads each mailbox into an engine through open and compares every
// answer of the engine with those of the reference. It closes what open
// returns. In short mode fewer arguments are tried.
func Run(t *testing.T, open Opener) { runAll(t, open, testing.Short()) }

// RunFew does as Run and tries fewer arguments and fewer orders of loading, for
// an engine whose every answer takes a while and that decides nothing itself.
func RunFew(t *testing.T, open Opener) { runAll(t, open, true) }

func runAll(t *testing.T, open Opener, few bool) {
	for _, box := range mailboxes() {
		t.Run(box.name, func(t *testing.T) {
			s := start(t, box.releases, open, few)
			if box.outline != "" {
				s.outline(box.outline)
			}
			s.answers()
			s.dump()
		})
	}
	for seed := range uint64(3) {
		t.Run(fmt.Sprint("by chance ", seed), func(t *testing.T) {
			s := start(t, randomMail(2+seed, 40), open, few)
			s.answers()
			s.dump()
		})
	}
	t.Run("everything", func(t *testing.T) { runEverything(t, open, few) })
	t.Run("nothing", func(t *testing.T) {
		s := start(t, nil, open, few)
		s.answers()
		s.dump()
	})
}

// runEverything loads all mailboxes into one store, in several orders.
func runEverything(t *testing.T, open Opener, few bool) {
	all := everything().releases
	t.Run("forwards", func(t *testing.T) {
		s := start(t, all, open, few)
		if !few {
			s.size = large
		}
		s.answers()
		s.dump()
		s.stops()
		s.together()
		s.cancelled()
	})
	orders := []struct {
		name     string
		releases []Release
	}{
		{"in pieces", inPieces(all)},
		{"backwards", backwards(all)},
		{"twice", append(slices.Clone(all), all...)},
	}
	if few {
		orders = orders[:1]
	}
	for _, order := range orders {
		t.Run(order.name, func(t *testing.T) {
			s := start(t, order.releases, open, few)
			s.want, s.size = NewReference(all), quick
			s.answers()
			s.dump()
		})
	}
}

// mostFailures is how many failures of one method a case shows.
const mostFailures = 3

// suite compares an engine with the reference.
type suite struct {
	engine, want store.Reader
	args         arguments
	fail         func(text string)
	size         size
	turn         int // lists walked so far, to vary what need not be complete
}

// size says how much is tried.
type size struct {
	atoms, compounds int // of conditions
	scopes, texts    int
	walked           int // lists of many keys, walked in pages of every size
}

var (
	quick  = size{atoms: 12, compounds: 4, scopes: 6, texts: 8, walked: 2}
	middle = size{atoms: 60, compounds: 20, scopes: 18, texts: 20, walked: 4}
	large  = size{atoms: 150, compounds: 100, scopes: 40, texts: 40, walked: 8}
)

func start(t *testing.T, releases []Release, open Opener, few bool) *suite {
	t.Helper()
	engine := open(t, releases)
	t.Cleanup(func() {
		if err := engine.Close(); err != nil {
			t.Errorf("Close: got %v, want no error", err)
		}
	})
	s := newSuite(engine, releases, failures(t))
	if few {
		s.size = quick
	}
	return s
}

// failures shows the first failures of each method and counts the others.
func failures(t *testing.T) func(text string) {
	counts := map[string]int{}
	t.Cleanup(func() {
		for method, n := range counts {
			if n > mostFailures {
				t.Errorf("%s failed %d times", method, n)
			}
		}
	})
	return func(text string) {
		t.Helper()
		method := text[:strings.IndexAny(text+"(", "(:, ")]
		if counts[method]++; counts[method] <= mostFailures {
			t.Error(text)
		}
	}
}

func newSuite(engine store.Reader, releases []Release, fail func(string)) *suite {
	reference := NewReference(releases)
	return &suite{engine: engine, want: reference, args: newArguments(reference), fail: fail, size: middle}
}

// answers compares every list and look-up.
func (s *suite) answers() {
	s.corpus()
	s.lookups()
	s.lists()
	s.threadLists()
	s.tieLists()
}

// same reports whether an answer is the reference's.
func (s *suite) same(call string, got any, gotErr error, want any, wantErr error) bool {
	if gotErr != nil || wantErr != nil {
		if gotErr == nil || wantErr == nil {
			s.fail(fmt.Sprintf("%s: got error %v, want %v", call, gotErr, wantErr))
			return false
		}
		return true
	}
	g, w := show(got), show(want)
	if g == w {
		return true
	}
	g, w = brief(g, w)
	s.fail(fmt.Sprintf("%s:\n got %s\nwant %s", call, g, w))
	return false
}

// ask calls both readers and compares.
func ask[T any](s *suite, call string, question func(store.Reader) (T, error)) {
	got, gotErr := question(s.engine)
	want, wantErr := question(s.want)
	s.same(call, got, gotErr, want, wantErr)
}

// outline compares where the messages stand with what was written by hand.
func (s *suite) outline(want string) {
	var threads []mail.ID
	found, err := s.engine.FindThreads(context.Background(), nil, mail.Certain, store.LatestThread, store.Page{First: 200})
	if err != nil {
		s.fail(fmt.Sprintf("FindThreads: got error %v", err))
		return
	}
	slices.SortStableFunc(found.Items, func(a, b *mail.Thread) int {
		return compareDates(a.StartedAt, b.StartedAt)
	})
	for _, t := range found.Items {
		threads = append(threads, t.ID)
	}
	lists, err := s.engine.ThreadEntries(context.Background(), threads, mail.Certain, 0, store.Page{First: 200})
	if err != nil {
		s.fail(fmt.Sprintf("ThreadEntries: got error %v", err))
		return
	}
	var got strings.Builder
	for _, list := range lists {
		for _, placed := range list.Items {
			fmt.Fprintln(&got, strings.Repeat(" ", placed.Depth)+label(placed.Entry))
		}
	}
	if g, w := strings.TrimSpace(got.String()), strings.TrimSpace(want); g != w {
		s.fail(fmt.Sprintf("ThreadEntries in all threads:\ngot\n%s\nwant\n%s", g, w))
	}
}

func compareDates(a, b *int64) int {
	switch x, y := oldestSort(a), oldestSort(b); {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

// label names an entry as outlines do.
func label(e *mail.Entry) string {
	name := strings.ReplaceAll(strings.Join(e.MessageIDs, "+"), domain, "")
	if name == "" {
		name = `"` + e.Subject + `"`
	}
	if e.Missing {
		return "?" + name
	}
	return name
}

// dump compares the dumps line by line.
func (s *suite) dump() {
	var got, want bytes.Buffer
	if err := store.WriteDump(&got, s.engine.Dump(context.Background())); err != nil {
		s.fail(fmt.Sprintf("Dump: got error %v, want none", err))
		return
	}
	if err := store.WriteDump(&want, s.want.Dump(context.Background())); err != nil {
		s.fail(fmt.Sprintf("Dump of the reference: %v", err))
		return
	}
	gotLines, wantLines := strings.Split(got.String(), "\n"), strings.Split(want.String(), "\n")
	for n := range max(len(gotLines), len(wantLines)) {
		line := func(lines []string) string {
			if n < len(lines) {
				return lines[n]
			}
			return "no line"
		}
		if g, w := line(gotLines), line(wantLines); g != w {
			g, w = brief(g, w)
			s.fail(fmt.Sprintf("Dump, line %d:\n got %s\nwant %s", n+1, g, w))
			return
		}
	}
}
