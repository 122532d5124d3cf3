package storetest

import (
	"context"
	"slices"

	"skein/internal/mail"
	"skein/internal/query"
	"skein/internal/store"
)

// message is what conditions look at. Ids that a Message-ID gives find a
// message by condition even where the id is poisoned: nothing else lists who
// claims it.
func (r *Reference) message(e *entry) *query.Message {
	m := &query.Message{
		Document: query.NewDocument(e.facts.Subject, e.Mentions, e.facts.Attachments, e.read.Text, e.read.FileTexts()...),
		Sent:     e.sent(), Size: int64(len(e.read.Raw)), CopyCount: len(e.copies),
		HasParent: e.Parent[mail.Probable] >= 0, HasVariant: len(e.Variants) > 0, HasAttachment: len(e.facts.Attachments) > 0,
		Senders: r.addressIDs(e.people[mail.From]), Recipients: r.addressIDs(e.got),
	}
	for _, d := range e.facts.Defects {
		m.Defects = append(m.Defects, d.Kind)
	}
	for _, key := range e.Keys {
		m.IDs = append(m.IDs, key.Hash().ID(mail.MessageLetter))
	}
	for _, id := range e.messageIDs {
		m.IDs = append(m.IDs, mail.MessageIDKey(id).Hash().ID(mail.MessageLetter))
	}
	for _, o := range e.copies {
		m.Batches = append(m.Batches, r.batches[o.batch].Name)
	}
	for _, member := range r.threads[e.Thread[mail.Probable]].Members {
		for _, key := range r.entries[member].Keys {
			m.Threads = append(m.Threads, key.Hash().ID(mail.ThreadLetter))
		}
	}
	return m
}

// addressIDs returns the ids that every address of people gives.
func (r *Reference) addressIDs(people []int) []mail.ID {
	var ids []mail.ID
	for _, p := range people {
		for _, a := range r.people[p].addresses {
			ids = append(ids, mail.AddressHash(a.text).ID(mail.PersonLetter))
		}
	}
	return ids
}

// within returns the messages that satisfy expr and scope.
func (r *Reference) within(expr query.Expr, scope store.Scope) []*entry {
	var found []*entry
	for _, e := range r.entries {
		if !e.Missing() && query.Match(expr, e.message) && r.inScope(e, scope) {
			found = append(found, e)
		}
	}
	return found
}

func (r *Reference) inScope(e *entry, scope store.Scope) bool {
	sent := e.sent()
	if scope.Since != nil && (sent == nil || *sent < *scope.Since) {
		return false
	}
	if scope.Until != nil && (sent == nil || *sent >= *scope.Until) {
		return false
	}
	if scope.MaxRecipients > 0 && e.recipientCount() > scope.MaxRecipients {
		return false
	}
	released := slices.ContainsFunc(e.copies, func(o occurrence) bool {
		return slices.Contains(scope.Batches, r.ids[o.batch])
	})
	if len(scope.Batches) > 0 && !released {
		return false
	}
	for _, id := range scope.Without {
		p := r.person(id)
		if slices.Contains(e.people[mail.From], p) || slices.Contains(e.got, p) {
			return false
		}
	}
	return query.Match(scope.Match, e.message)
}

// Search implements store.Reader.
func (r *Reference) Search(ctx context.Context, expr query.Expr, order store.SearchOrder, want store.Want, page store.Page) (store.List[*mail.Entry], error) {
	found := r.within(expr, store.Scope{})
	if order == store.Oldest {
		return r.shownPage(ascending(keyed(found, (*entry).oldest), page), want), ctx.Err()
	}
	return r.shownPage(descending(keyed(found, (*entry).newest), page), want), ctx.Err()
}

// FindMissing implements store.Reader.
func (r *Reference) FindMissing(ctx context.Context, expr query.Expr, scope store.Scope, want store.Want, page store.Page) (store.List[*mail.Entry], error) {
	messages := r.within(expr, scope)
	var found []*entry
	for _, e := range r.entries {
		cited := slices.ContainsFunc(e.citing, func(c *entry) bool { return slices.Contains(messages, c) })
		if e.Missing() && cited {
			found = append(found, e)
		}
	}
	byCited := func(e *entry) store.Key { return store.Key{Sort: int64(len(e.citing)), Hash: e.hash} }
	return r.shownPage(descending(keyed(found, byCited), page), want), ctx.Err()
}

// keyed gives items their places.
func keyed[T any](items []T, key func(T) store.Key) []ranked[T] {
	var all []ranked[T]
	for _, item := range items {
		all = append(all, ranked[T]{item, key(item)})
	}
	return all
}

func (r *Reference) shownPage(list store.List[*entry], want store.Want) store.List[*mail.Entry] {
	return each(list, func(e *entry) *mail.Entry { return r.shown(e, want) })
}
