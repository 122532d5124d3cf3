// Package storetest is the reading contract of package store, executable.
//
// Run loads small mailboxes into an engine and compares every answer with
// those of a Reference, which keeps plain slices and looks at all of them for
// every question: slow, and easily seen to be right. Some places are also
// written down by hand, so that the two cannot be wrong together.
package storetest

import (
	"bytes"
	"cmp"
	"context"
	"slices"

	"skein/internal/mail"
	"skein/internal/query"
	"skein/internal/store"
	"skein/internal/thread"
)

// Release is a batch with what it holds.
type Release struct {
	store.Batch
	Items []store.Item
}

// Reference is a store.Reader that answers by looking at everything. It
// decides all facts at once and keeps nothing but the result.
type Reference struct {
	batches   []store.Batch // in batch order
	ids       []mail.ID     // of the batches
	items     []occurrence  // copies and rejected items, each once, in batch order
	contents  []thread.Content
	read      []*store.Item // what was read of each content
	poisoned  map[mail.Key]bool
	threads   []thread.Thread
	entries   []*entry
	addresses []*address // by text
	people    []*person
}

// occurrence is one item with the index of its batch.
type occurrence struct {
	*store.Item
	batch int
}

// entry is a decided message or missing message with what its questions need.
type entry struct {
	thread.Entry
	hash       mail.Hash
	facts      *mail.Facts // of the canonical content; nil when missing
	read       *store.Item // an item with the canonical content; nil when missing
	copies     []occurrence
	messageIDs []string
	citing     []*entry            // messages that cite it, itself left out
	people     [mail.Bcc + 1][]int // by role, each once
	got        []int               // people in To, Cc or Bcc, each once
	message    *query.Message      // what conditions look at; nil when missing
}

var _ store.Reader = (*Reference)(nil)

// NewReference decides everything that releases hold. Releases of one batch
// add up, as do the owners of one collection; an item that comes twice counts
// once.
func NewReference(releases []Release) *Reference {
	r := &Reference{poisoned: map[mail.Key]bool{}}
	r.addBatches(releases)
	for _, release := range releases {
		at := slices.IndexFunc(r.batches, func(b store.Batch) bool { return sameBatch(b, release.Batch) })
		for i := range release.Items {
			r.add(occurrence{&release.Items[i], at})
		}
	}
	slices.SortFunc(r.items, compareOccurrences)
	r.addContents()
	r.poison()
	decision := thread.Decide(r.contents, r.poisoned)
	r.threads = decision.Threads
	for _, e := range decision.Entries {
		r.entries = append(r.entries, r.entry(e))
	}
	r.addPeople(releases)
	for _, e := range r.entries {
		e.citing = r.citingOf(e)
		if !e.Missing() {
			e.message = r.message(e)
		}
	}
	return r
}

func sameBatch(a, b store.Batch) bool { return a.Collection == b.Collection && a.Name == b.Name }

func (r *Reference) addBatches(releases []Release) {
	for _, release := range releases {
		at := slices.IndexFunc(r.batches, func(b store.Batch) bool { return sameBatch(b, release.Batch) })
		if at < 0 {
			r.batches = append(r.batches, release.Batch)
			continue
		}
		known := &r.batches[at]
		known.Published = cmp.Or(release.Published, known.Published)
		known.URL = cmp.Or(release.URL, known.URL)
	}
	slices.SortFunc(r.batches, func(a, b store.Batch) int {
		return cmp.Or(
			cmp.Compare(a.Published, b.Published),
			store.CompareNatural(a.Name, b.Name),
			cmp.Compare(a.Collection, b.Collection),
		)
	})
	for _, b := range r.batches {
		r.ids = append(r.ids, mail.BatchHash(b.Collection, b.Name).ID(mail.BatchLetter))
	}
}

// add keeps an item unless the same bytes are known from the same place.
func (r *Reference) add(o occurrence) {
	known := slices.ContainsFunc(r.items, func(k occurrence) bool { return compareOccurrences(k, o) == 0 })
	if !known {
		r.items = append(r.items, o)
	}
}

// compareOccurrences is the order of copies.
func compareOccurrences(a, b occurrence) int {
	return cmp.Or(
		cmp.Compare(a.batch, b.batch),
		cmp.Compare(a.Path, b.Path),
		cmp.Compare(a.Part, b.Part),
		cmp.Compare(a.Offset, b.Offset),
		bytes.Compare(a.SHA[:], b.SHA[:]),
	)
}

// addContents lists each distinct mail once, by SHA-256.
func (r *Reference) addContents() {
	for _, o := range r.items {
		known := slices.ContainsFunc(r.read, func(i *store.Item) bool { return i.SHA == o.SHA })
		if o.Rejected == "" && !known {
			r.read = append(r.read, o.Item)
		}
	}
	slices.SortFunc(r.read, func(a, b *store.Item) int { return bytes.Compare(a.SHA[:], b.SHA[:]) })
	for _, item := range r.read {
		r.contents = append(r.contents, thread.Content{SHA: item.SHA, Facts: &item.Facts})
	}
}

// poison finds the Message-IDs that too many different mails claim.
func (r *Reference) poison() {
	contents := map[mail.Key]map[mail.Hash]bool{}
	senders := map[mail.Key]map[string]bool{}
	for _, c := range r.contents {
		for _, id := range c.Facts.MessageIDs {
			key := mail.MessageIDKey(id)
			if contents[key] == nil {
				contents[key], senders[key] = map[mail.Hash]bool{}, map[string]bool{}
			}
			contents[key][c.Facts.Content] = true
			if authors := c.Facts.Authors(); len(authors) > 0 {
				senders[key][authors[0].Address] = true
			}
		}
	}
	for key := range contents {
		if thread.Poisoned(len(contents[key]), len(senders[key])) {
			r.poisoned[key] = true
		}
	}
}

func (r *Reference) entry(decided thread.Entry) *entry {
	e := &entry{Entry: decided, hash: decided.Keys[0].Hash()}
	for _, key := range e.Keys {
		if id, ok := key.MessageID(); ok {
			e.messageIDs = append(e.messageIDs, id)
		}
	}
	for n, i := range e.Contents {
		if n == 0 {
			e.facts, e.read = r.contents[i].Facts, r.read[i]
		}
		e.copies = append(e.copies, r.copies(r.contents[i].SHA)...)
		e.messageIDs = append(e.messageIDs, r.contents[i].Facts.MessageIDs...)
	}
	slices.SortFunc(e.copies, compareOccurrences)
	slices.Sort(e.messageIDs)
	e.messageIDs = slices.Compact(e.messageIDs)
	return e
}

func (r *Reference) copies(sha mail.SHA) []occurrence {
	var found []occurrence
	for _, o := range r.items {
		if o.Rejected == "" && o.SHA == sha {
			found = append(found, o)
		}
	}
	return found
}

// sent returns the date of the canonical content, or nil.
func (e *entry) sent() *int64 {
	if e.facts == nil || e.facts.Sent == nil {
		return nil
	}
	return &e.facts.Sent.Milli
}

// find returns the index of the entry that has a key with the hash of id, or
// -1.
func (r *Reference) find(id mail.ID, letter byte) int {
	l, hash, ok := id.Parse()
	if !ok || l != letter {
		return -1
	}
	for i, e := range r.entries {
		for _, key := range e.Keys {
			if key.Hash() == hash {
				return i
			}
		}
	}
	return -1
}

// Corpus implements store.Reader. A reference never loads, so its revision is
// always 1.
func (r *Reference) Corpus(ctx context.Context) (mail.Corpus, error) {
	c := mail.Corpus{People: len(r.people), Addresses: len(r.addresses), Batches: len(r.batches), Revision: 1}
	for _, e := range r.entries {
		if e.Missing() {
			c.Missing++
			continue
		}
		c.Messages++
		c.Copies += len(e.copies)
		c.FirstAt, c.LastAt = span(c.FirstAt, c.LastAt, e.sent())
	}
	for _, t := range r.threads {
		for view, stands := range t.Views {
			if stands {
				c.Threads[view]++
			}
		}
	}
	return c, ctx.Err()
}

// span widens [first, last] to hold at, if there is one.
func span(first, last, at *int64) (*int64, *int64) {
	if at == nil {
		return first, last
	}
	if first == nil || *at < *first {
		first = at
	}
	if last == nil || *at > *last {
		last = at
	}
	return first, last
}

// Batches implements store.Reader. Sources is left at 0: releases do not tell
// by which arguments their items were loaded.
func (r *Reference) Batches(ctx context.Context) ([]mail.Batch, error) {
	var batches []mail.Batch
	for i, b := range r.batches {
		batch := mail.Batch{
			ID: r.ids[i], Collection: b.Collection, Name: b.Name, Published: b.Published,
		}
		for _, o := range r.items {
			if o.batch != i {
				continue
			}
			if o.Rejected != "" {
				batch.Rejected++
			} else {
				batch.CopyCount++
			}
		}
		for _, e := range r.entries {
			if slices.ContainsFunc(e.copies, func(o occurrence) bool { return o.batch == i }) {
				batch.MessageCount++
			}
		}
		batches = append(batches, batch)
	}
	return batches, ctx.Err()
}

// Originals implements store.Reader.
func (r *Reference) Originals() bool { return true }

// Original implements store.Reader.
func (r *Reference) Original(ctx context.Context, sha mail.SHA) ([]byte, error) {
	for _, o := range r.items {
		if o.SHA == sha {
			return o.Raw, ctx.Err()
		}
	}
	return nil, cmp.Or(ctx.Err(), store.ErrNotFound)
}

// Close implements store.Reader. There is nothing to close.
func (r *Reference) Close() error { return nil }
