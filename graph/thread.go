package graph

import (
	"context"

	"skein/graph/internal/gen"
	"skein/graph/internal/model"
)

// thread resolves the lists of a thread.
type thread struct{}

// Participants answers who wrote or received messages of it.
func (thread) Participants(ctx context.Context, t *model.Thread, first int, after *string) (*gen.PersonConnection, error) {
	p, err := newPage(ctx, threadPeople, first, after)
	if err != nil {
		return nil, err
	}
	list, err := from(ctx).participants.load(ctx, t.Record.ID, viewArgs{view: t.View, page: p})
	if err != nil {
		return nil, err
	}
	return personConnection(list, p), nil
}

// Entries answers the members in reading order.
func (thread) Entries(ctx context.Context, t *model.Thread, first int, after *string) (*gen.ThreadEntryConnection, error) {
	p, err := newPage(ctx, threadReading, first, after)
	if err != nil {
		return nil, err
	}
	args := viewArgs{view: t.View, want: wantedNodes(ctx), page: p}
	list, err := from(ctx).threadEntries.load(ctx, t.Record.ID, args)
	if err != nil {
		return nil, err
	}
	return placedConnection(list, p), nil
}
