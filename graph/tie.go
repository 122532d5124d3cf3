package graph

import (
	"context"

	"skein/graph/internal/gen"
	"skein/graph/internal/model"
	"skein/internal/store"
)

// tie resolves the people and the messages of a tie.
type tie struct{}

// From answers who wrote.
func (tie) From(ctx context.Context, t *model.Tie) (*model.Person, error) {
	return from(ctx).knownPerson(ctx, t.Record.From)
}

// To answers who was written to.
func (tie) To(ctx context.Context, t *model.Tie) (*model.Person, error) {
	return from(ctx).knownPerson(ctx, t.Record.To)
}

// Reverse answers the tie the other way in the same scope.
func (tie) Reverse(ctx context.Context, t *model.Tie) (*model.Tie, error) {
	found, err := from(ctx).ties.load(ctx, store.Pair{From: t.Record.To, To: t.Record.From}, t.Scope)
	if err != nil || found == nil {
		return nil, err
	}
	return &model.Tie{Record: *found, Scope: t.Scope}, nil
}

// Messages answers what the tie counts.
func (tie) Messages(ctx context.Context, t *model.Tie, first int, after *string) (*gen.MessageConnection, error) {
	return pairMessages(ctx, store.Pair{From: t.Record.From, To: t.Record.To}, t.Scope, first, after)
}

func pairMessages(ctx context.Context, pair store.Pair, scope string, first int, after *string) (*gen.MessageConnection, error) {
	p, err := newPage(ctx, tieMessages, first, after)
	if err != nil {
		return nil, err
	}
	args := scopeArgs{scope: scope, want: wantedNodes(ctx), page: p}
	list, err := from(ctx).tieMessages.load(ctx, pair, args)
	if err != nil {
		return nil, err
	}
	return messageConnection(list, p), nil
}
