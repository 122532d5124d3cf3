package graph

import (
	"context"

	"skein/graph/internal/gen"
	"skein/graph/internal/model"
	"skein/internal/mail"
	"skein/internal/store"
)

// missing resolves the fields of MissingMessage that take arguments or ask the
// store.
type missing struct{}

// CitedBy answers the first 200 messages that cite it, a page at a time. Their
// place in that list is the sort value of a cursor.
func (missing) CitedBy(ctx context.Context, m *model.MissingMessage, first int, after *string) (*gen.MessageConnection, error) {
	p, err := newPage(ctx, citations, first, after)
	if err != nil {
		return nil, err
	}
	ids := m.Record.CitedBy
	start := 0
	if p.resumed {
		start = int(min(max(p.after.Sort+1, 0), int64(len(ids))))
	}
	end := min(start+first, len(ids))
	found, err := from(ctx).entries.loadAll(ctx, ids[start:end], wantedNodes(ctx))
	if err != nil {
		return nil, err
	}
	list := store.List[*mail.Entry]{More: end < len(ids), Total: m.Record.CitedCount}
	for i, entry := range found {
		if entry == nil || entry.Missing {
			continue
		}
		_, hash, _ := entry.ID.Parse()
		list.Items = append(list.Items, entry)
		list.Keys = append(list.Keys, store.Key{Sort: int64(start + i), Hash: hash})
	}
	return messageConnection(list, p), nil
}

// RecoveredText answers null: what quotes tell of a missing message is not
// known to the store.
func (missing) RecoveredText(_ context.Context, _ *model.MissingMessage, maxLength int) (*model.Text, error) {
	return nil, checkRange("maxLength", maxLength, maxText)
}

// Thread answers the thread that holds the entry.
func (missing) Thread(ctx context.Context, m *model.MissingMessage, view mail.View) (*model.Thread, error) {
	return entryThread(ctx, m.Record, view)
}

// ReplyLink answers why it is taken to answer another.
func (missing) ReplyLink(_ context.Context, m *model.MissingMessage, view mail.View) (*model.ReplyLink, error) {
	return m.Link(view), nil
}

// ReplyCandidates answers every link considered.
func (missing) ReplyCandidates(_ context.Context, m *model.MissingMessage, first int) ([]model.ReplyLink, error) {
	return candidates(m.Record, first)
}

// Replies answers the entries that answer it.
func (missing) Replies(ctx context.Context, m *model.MissingMessage, first int, after *string, view mail.View) (*gen.ThreadEntryConnection, error) {
	return replies(ctx, m.Record, first, after, view)
}
