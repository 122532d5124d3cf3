package storetest

import (
	"context"

	"skein/internal/mail"
	"skein/internal/query"
	"skein/internal/store"
)

// thread returns the index of the thread that holds, in view, the entry with
// a key of the hash of id, or -1.
func (r *Reference) thread(id mail.ID, view mail.View) int {
	at := r.find(id, mail.ThreadLetter)
	if at < 0 {
		return -1
	}
	return r.entries[at].Thread[view]
}

// Threads implements store.Reader.
func (r *Reference) Threads(ctx context.Context, ids []mail.ID, view mail.View) ([]*mail.Thread, error) {
	found := make([]*mail.Thread, len(ids))
	for i, id := range ids {
		if at := r.thread(id, view); at >= 0 {
			found[i] = r.shownThread(at)
		}
	}
	return found, ctx.Err()
}

func (r *Reference) shownThread(at int) *mail.Thread {
	t := r.threads[at]
	return &mail.Thread{
		ID: t.Key.Hash().ID(mail.ThreadLetter), Subject: t.Subject,
		MessageCount: t.Messages, MissingCount: t.Missing,
		StartedAt: t.Started, LatestAt: t.Latest,
	}
}

// FindThreads implements store.Reader.
func (r *Reference) FindThreads(ctx context.Context, expr query.Expr, view mail.View, order store.ThreadOrder, page store.Page) (store.List[*mail.Thread], error) {
	var all []ranked[*mail.Thread]
	for at, t := range r.threads {
		if !t.Views[view] || !r.anyMember(at, expr) {
			continue
		}
		key := store.Key{Sort: newestSort(t.Latest), Hash: t.Key.Hash()}
		if order == store.LargestThread {
			key.Sort = int64(t.Messages)
		}
		all = append(all, ranked[*mail.Thread]{r.shownThread(at), key})
	}
	return descending(all, page), ctx.Err()
}

// anyMember says whether a message of the thread matches.
func (r *Reference) anyMember(at int, expr query.Expr) bool {
	for _, member := range r.threads[at].Members {
		if e := r.entries[member]; !e.Missing() && query.Match(expr, e.message) {
			return true
		}
	}
	return false
}

// Replies implements store.Reader.
func (r *Reference) Replies(ctx context.Context, parents []mail.ID, view mail.View, want store.Want, page store.Page) ([]store.List[*mail.Entry], error) {
	lists := make([]store.List[*mail.Entry], len(parents))
	for i, id := range parents {
		parent := r.find(id, mail.MessageLetter)
		if parent < 0 {
			continue
		}
		var found []*entry
		for _, e := range r.entries {
			if e.Parent[view] == parent {
				found = append(found, e)
			}
		}
		lists[i] = r.shownPage(ascending(keyed(found, (*entry).oldest), page), want)
	}
	return lists, ctx.Err()
}

// ThreadEntries implements store.Reader.
func (r *Reference) ThreadEntries(ctx context.Context, threads []mail.ID, view mail.View, want store.Want, page store.Page) ([]store.List[mail.Placed], error) {
	lists := make([]store.List[mail.Placed], len(threads))
	for i, id := range threads {
		at := r.thread(id, view)
		if at < 0 {
			continue
		}
		members := r.threads[at].Members
		var all []ranked[store.Step]
		for position, step := range store.Arrange(r.nodes(members, view)) {
			all = append(all, ranked[store.Step]{step, store.Key{Sort: int64(position), Hash: r.entries[members[step.Node]].hash}})
		}
		lists[i] = each(ascending(all, page), func(step store.Step) mail.Placed {
			return mail.Placed{Entry: r.shown(r.entries[members[step.Node]], want), Depth: step.Depth}
		})
	}
	return lists, ctx.Err()
}

func (r *Reference) nodes(members []int, view mail.View) []store.Node {
	at := map[int]int{-1: -1} // entry to node
	for n, member := range members {
		at[member] = n
	}
	var nodes []store.Node
	for _, member := range members {
		e := r.entries[member]
		nodes = append(nodes, store.Node{Hash: e.hash, Parent: at[e.Parent[view]], Sent: e.sent()})
	}
	return nodes
}
