package graph

import (
	"context"
	"fmt"

	"skein/graph/internal/gen"
	"skein/graph/internal/model"
	"skein/internal/mail"
)

// What messages and missing messages answer alike.

func entryThread(ctx context.Context, e *mail.Entry, view mail.View) (*model.Thread, error) {
	found, err := from(ctx).thread(ctx, e.Threads[view], view)
	if err == nil && found == nil {
		return nil, fmt.Errorf("thread %s of entry %s is not stored", e.Threads[view], e.ID)
	}
	return found, err
}

func candidates(e *mail.Entry, first int) ([]model.ReplyLink, error) {
	if err := checkRange("first", first, maxPage); err != nil {
		return nil, err
	}
	return model.ReplyLinks(e.Candidates, first), nil
}

func replies(ctx context.Context, e *mail.Entry, first int, after *string, view mail.View) (*gen.ThreadEntryConnection, error) {
	p, err := newPage(ctx, threadReplies, first, after)
	if err != nil {
		return nil, err
	}
	list, err := from(ctx).replies.load(ctx, e.ID, viewArgs{view: view, want: wantedNodes(ctx), page: p})
	if err != nil {
		return nil, err
	}
	return entryConnection(list, p), nil
}

// replyLink resolves the entry that a link leads to.
type replyLink struct{}

// Parent answers the entry that is answered.
func (replyLink) Parent(ctx context.Context, l *model.ReplyLink) (model.ThreadEntry, error) {
	entry, err := from(ctx).entry(ctx, l.Record.Parent, wanted(ctx))
	if err == nil && entry == nil {
		return nil, fmt.Errorf("entry %s is linked to but not stored", l.Record.Parent)
	}
	return model.NewEntry(entry), err
}
