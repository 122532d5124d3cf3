package storetest

import (
	"context"
	"iter"
	"slices"

	"skein/internal/mail"
	"skein/internal/store"
)

// tie returns the tie between two people over messages, or nil.
func (r *Reference) tie(from, to int, messages []*entry) *mail.Tie {
	tie := &mail.Tie{
		ID:   mail.TieID(r.people[from].hash, r.people[to].hash),
		From: r.people[from].id, To: r.people[to].id,
	}
	for _, e := range r.between(from, to, messages) {
		authors := r.times(e, mail.From, from)
		tie.ToCount += authors * r.times(e, mail.To, to)
		tie.CcCount += authors * r.times(e, mail.Cc, to)
		tie.BccCount += authors * r.times(e, mail.Bcc, to)
		tie.FirstAt, tie.LastAt = span(tie.FirstAt, tie.LastAt, e.sent())
	}
	if tie.Total() == 0 {
		return nil
	}
	return tie
}

// times counts the addresses of a person in one field of a message.
func (r *Reference) times(e *entry, role mail.Role, person int) int {
	n := 0
	for _, m := range e.Mentions {
		n += truth(m.Role == role && r.address(m.Address).person == person)
	}
	return n
}

// between returns the messages that one person wrote to another.
func (r *Reference) between(from, to int, messages []*entry) []*entry {
	var found []*entry
	for _, e := range messages {
		if slices.Contains(e.people[mail.From], from) && slices.Contains(e.got, to) {
			found = append(found, e)
		}
	}
	return found
}

// Correspondents implements store.Reader.
func (r *Reference) Correspondents(ctx context.Context, people []mail.ID, scope store.Scope, page store.Page) ([]store.List[mail.Tie], error) {
	messages := r.within(nil, scope)
	lists := make([]store.List[mail.Tie], len(people))
	for i, id := range people {
		from := r.person(id)
		if from < 0 {
			continue
		}
		var all []ranked[mail.Tie]
		for to, p := range r.people {
			if tie := r.tie(from, to, messages); tie != nil {
				all = append(all, ranked[mail.Tie]{*tie, store.Key{Sort: int64(tie.Total()), Hash: p.hash}})
			}
		}
		lists[i] = descending(all, page)
	}
	return lists, ctx.Err()
}

// Ties implements store.Reader.
func (r *Reference) Ties(ctx context.Context, pairs []store.Pair, scope store.Scope) ([]*mail.Tie, error) {
	messages := r.within(nil, scope)
	ties := make([]*mail.Tie, len(pairs))
	for i, pair := range pairs {
		if from, to := r.person(pair.From), r.person(pair.To); from >= 0 && to >= 0 {
			ties[i] = r.tie(from, to, messages)
		}
	}
	return ties, ctx.Err()
}

// TieMessages implements store.Reader.
func (r *Reference) TieMessages(ctx context.Context, pairs []store.Pair, scope store.Scope, want store.Want, page store.Page) ([]store.List[*mail.Entry], error) {
	messages := r.within(nil, scope)
	lists := make([]store.List[*mail.Entry], len(pairs))
	for i, pair := range pairs {
		from, to := r.person(pair.From), r.person(pair.To)
		if from < 0 || to < 0 {
			continue
		}
		found := keyed(r.between(from, to, messages), (*entry).newest)
		lists[i] = r.shownPage(descending(found, page), want)
	}
	return lists, ctx.Err()
}

// Edges implements store.Reader.
func (r *Reference) Edges(ctx context.Context, scope store.Scope) iter.Seq2[store.Edge, error] {
	return func(yield func(store.Edge, error) bool) {
		if err := ctx.Err(); err != nil {
			yield(store.Edge{}, err)
			return
		}
		messages := r.within(nil, scope)
		for from, p := range r.people {
			for to, q := range r.people {
				tie := r.tie(from, to, messages)
				if tie != nil && !yield(store.Edge{From: p.id, To: q.id, Count: tie.Total()}, nil) {
					return
				}
			}
		}
	}
}
