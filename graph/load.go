package graph

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/graph-gophers/dataloader/v7"

	"skein/internal/mail"
	"skein/internal/store"
)

// How a loader waits for the rest of a level; each level of a query waits once.
// A fixed time would cut a wide level on a busy machine into many calls, so a
// loader first collects for a moment, and then until the operation has resolved
// nothing for a while, but not for ever.
const (
	loadWait   = 200 * time.Microsecond
	lookWait   = 250 * time.Microsecond
	quietLooks = 4
	maxLooks   = 200
)

// key is what a loader looks up: a thing, and how it is asked for. Things that
// are asked for alike are one call to the store.
type key[ID, Args comparable] struct {
	id   ID
	args Args
}

type loader[ID, Args comparable, V any] struct {
	*dataloader.Loader[key[ID, Args], V]
	asked *activity
}

// activity counts the fields an operation resolves and what it asks its
// loaders.
type activity struct{ atomic.Int64 }

// settle returns when nothing happened for a while, ctx ended, or done says
// that there is nothing left to wait for. It looks
// several times: after a single wait in which the machine did something else,
// the operation would only seem to be quiet.
func (a *activity) settle(ctx context.Context, done func() bool) {
	before, quiet := a.Load(), 0
	for range maxLooks {
		if done() {
			return
		}
		runtime.Gosched()
		select {
		case <-time.After(lookWait):
		case <-ctx.Done():
			return
		}
		quiet++
		if now := a.Load(); now != before {
			before, quiet = now, 0
		}
		if quiet == quietLooks {
			return
		}
	}
}

// The arguments of the loaders.
type (
	none     struct{}
	viewArgs struct {
		view mail.View
		want store.Want
		page page
	}
	scopeArgs struct {
		scope string
		want  store.Want
		page  page
	}
)

// session is one operation: its loaders, which remember what they found, and
// the scopes it named.
type session struct {
	reader    store.Reader
	snapshots *snapshots
	activity  *activity

	mu       sync.Mutex
	scopes   map[string]store.Scope
	reported map[string]bool // internal errors that were logged

	corpus         loader[none, none, mail.Corpus]
	batches        loader[none, none, []mail.Batch]
	entries        loader[mail.ID, store.Want, *mail.Entry]
	threads        loader[mail.ID, mail.View, *mail.Thread]
	people         loader[mail.ID, none, *mail.Person]
	replies        loader[mail.ID, viewArgs, store.List[*mail.Entry]]
	threadEntries  loader[mail.ID, viewArgs, store.List[mail.Placed]]
	participants   loader[mail.ID, viewArgs, store.List[*mail.Person]]
	correspondents loader[mail.ID, scopeArgs, store.List[mail.Tie]]
	ties           loader[store.Pair, string, *mail.Tie]
	tieMessages    loader[store.Pair, scopeArgs, store.List[*mail.Entry]]
	files          loader[mail.SHA, store.Want, *mail.File]
	fileMessages   loader[mail.SHA, viewArgs, store.List[*mail.Entry]]
}

func newSession(r store.Reader, snapshots *snapshots) *session {
	s := &session{
		activity:  &activity{},
		reader:    r,
		snapshots: snapshots,
		scopes:    map[string]store.Scope{"": {}},
		reported:  map[string]bool{},
	}
	asked := s.activity
	s.corpus = newLoader(asked, func(ctx context.Context, _ []none, _ none) ([]mail.Corpus, error) {
		return alone(r.Corpus(ctx))
	})
	s.batches = newLoader(asked, func(ctx context.Context, _ []none, _ none) ([][]mail.Batch, error) {
		return alone(r.Batches(ctx))
	})
	s.entries = newLoader(asked, r.Entries)
	s.threads = newLoader(asked, r.Threads)
	s.people = newLoader(asked, func(ctx context.Context, ids []mail.ID, _ none) ([]*mail.Person, error) {
		return r.People(ctx, ids)
	})
	s.replies = newLoader(asked, func(ctx context.Context, ids []mail.ID, a viewArgs) ([]store.List[*mail.Entry], error) {
		return r.Replies(ctx, ids, a.view, a.want, a.page.store())
	})
	s.threadEntries = newLoader(asked, func(ctx context.Context, ids []mail.ID, a viewArgs) ([]store.List[mail.Placed], error) {
		return r.ThreadEntries(ctx, ids, a.view, a.want, a.page.store())
	})
	s.participants = newLoader(asked, func(ctx context.Context, ids []mail.ID, a viewArgs) ([]store.List[*mail.Person], error) {
		return r.Participants(ctx, ids, a.view, a.page.store())
	})
	s.correspondents = newLoader(asked, func(ctx context.Context, ids []mail.ID, a scopeArgs) ([]store.List[mail.Tie], error) {
		return r.Correspondents(ctx, ids, s.scope(a.scope), a.page.store())
	})
	s.ties = newLoader(asked, func(ctx context.Context, pairs []store.Pair, scope string) ([]*mail.Tie, error) {
		return r.Ties(ctx, pairs, s.scope(scope))
	})
	s.tieMessages = newLoader(asked, func(ctx context.Context, pairs []store.Pair, a scopeArgs) ([]store.List[*mail.Entry], error) {
		return r.TieMessages(ctx, pairs, s.scope(a.scope), a.want, a.page.store())
	})
	s.files = newLoader(asked, r.Attachments)
	s.fileMessages = newLoader(asked, func(ctx context.Context, files []mail.SHA, a viewArgs) ([]store.List[*mail.Entry], error) {
		return r.AttachmentMessages(ctx, files, a.want, a.page.store())
	})
	return s
}

func alone[V any](v V, err error) ([]V, error) { return []V{v}, err }

// load looks one thing up together with all that is looked up at the same
// time.
func (l loader[ID, Args, V]) load(ctx context.Context, id ID, args Args) (V, error) {
	return l.enter(ctx, id, args)()
}

// enter asks for one thing and returns how to wait for it.
func (l loader[ID, Args, V]) enter(ctx context.Context, id ID, args Args) func() (V, error) {
	l.asked.Add(1)
	return l.Load(ctx, key[ID, Args]{id, args})
}

// loadAll looks things up in order; it asks for all before it waits for one.
func (l loader[ID, Args, V]) loadAll(ctx context.Context, ids []ID, args Args) ([]V, error) {
	thunks := make([]func() (V, error), len(ids))
	for i, id := range ids {
		thunks[i] = l.enter(ctx, id, args)
	}
	found := make([]V, len(ids))
	for i, thunk := range thunks {
		v, err := thunk()
		if err != nil {
			return nil, err
		}
		found[i] = v
	}
	return found, nil
}

// newLoader adapts a look-up of the store, which answers in the order it was
// asked, to the loader, which mixes what is asked for in several ways. It
// remembers what was found itself: the loader's own memory has all who ask for
// one thing wait for one another.
func newLoader[ID, Args comparable, V any](asked *activity, find func(context.Context, []ID, Args) ([]V, error)) loader[ID, Args, V] {
	m := &memory[ID, Args, V]{find: find, asked: asked, known: map[key[ID, Args]]*dataloader.Result[V]{}}
	return loader[ID, Args, V]{dataloader.NewBatchedLoader(m.answer,
		dataloader.WithWait[key[ID, Args], V](loadWait),
		dataloader.WithCache(&dataloader.NoCache[key[ID, Args], V]{})), asked}
}

// memory is what one operation has looked up in one way.
type memory[ID, Args comparable, V any] struct {
	find  func(context.Context, []ID, Args) ([]V, error)
	asked *activity

	collecting sync.Mutex
	waiting    []key[ID, Args] // asked for since the last call

	mu    sync.Mutex // held during a call
	known map[key[ID, Args]]*dataloader.Result[V]
}

// answer looks up the keys that are not known, together with those that were
// collected meanwhile.
func (m *memory[ID, Args, V]) answer(ctx context.Context, keys []key[ID, Args]) []*dataloader.Result[V] {
	m.collecting.Lock()
	m.waiting = append(m.waiting, keys...)
	m.collecting.Unlock()
	m.asked.settle(ctx, m.nothingWaits)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.askAll(ctx, m.take())
	results := make([]*dataloader.Result[V], len(keys))
	for i, k := range keys {
		results[i] = m.known[k]
	}
	return results
}

func (m *memory[ID, Args, V]) nothingWaits() bool {
	m.collecting.Lock()
	defer m.collecting.Unlock()
	return len(m.waiting) == 0
}

func (m *memory[ID, Args, V]) take() []key[ID, Args] {
	m.collecting.Lock()
	defer m.collecting.Unlock()
	taken := m.waiting
	m.waiting = nil
	return taken
}

// askAll looks up keys, those of equal arguments with one call.
func (m *memory[ID, Args, V]) askAll(ctx context.Context, keys []key[ID, Args]) {
	var order []Args
	groups := map[Args][]ID{}
	for _, k := range keys {
		if _, known := m.known[k]; known {
			continue
		}
		m.known[k] = nil
		if groups[k.args] == nil {
			order = append(order, k.args)
		}
		groups[k.args] = append(groups[k.args], k.id)
	}
	for _, args := range order {
		m.ask(ctx, groups[args], args)
	}
}

// ask looks up one group and remembers the answers, or the error as the answer
// of each.
func (m *memory[ID, Args, V]) ask(ctx context.Context, ids []ID, args Args) {
	found, err := guarded(func() ([]V, error) { return m.find(ctx, ids, args) })
	if err == nil && len(found) != len(ids) {
		err = fmt.Errorf("store answered %d of %d keys", len(found), len(ids))
	}
	for i, id := range ids {
		result := &dataloader.Result[V]{Error: err}
		if err == nil {
			result.Data = found[i]
		}
		m.known[key[ID, Args]{id, args}] = result
	}
}

// guarded turns a panic in another goroutine than the resolver's into an
// error, so that both meet in the presenter.
func guarded[V any](call func() (V, error)) (v V, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = &panicError{value: r, stack: debug.Stack()}
		}
	}()
	return call()
}

type sessionKey struct{}

func withSession(ctx context.Context, s *session) context.Context {
	return context.WithValue(ctx, sessionKey{}, s)
}

// from returns the session of the operation that ctx belongs to; nil before
// there is one.
func from(ctx context.Context) *session {
	s, _ := ctx.Value(sessionKey{}).(*session)
	return s
}

// firstTime says whether an error is new to the operation: a level of a query
// fails as one, but is presented for each of its fields.
func (s *session) firstTime(message string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.reported[message] || len(s.reported) >= maxErrors {
		return false
	}
	s.reported[message] = true
	return true
}
