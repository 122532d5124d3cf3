package graph

import (
	"context"

	"skein/graph/internal/gen"
	"skein/graph/internal/model"
	"skein/internal/mail"
	"skein/internal/store"
)

// The bounds of a search for paths.
const (
	maxPaths = 50
	maxHops  = 10
)

// Paths answers chains of people from one to another.
func (root) Paths(ctx context.Context, start, end mail.ID, limit, maxLength int, scope *gen.Scope) (*model.PathResult, error) {
	if err := checkRange("limit", limit, maxPaths); err != nil {
		return nil, err
	}
	if err := checkRange("maxLength", maxLength, maxHops); err != nil {
		return nil, err
	}
	name, err := from(ctx).remember(scope)
	if err != nil {
		return nil, err
	}
	return from(ctx).paths(ctx, start, end, limit, maxLength, name)
}

func (s *session) paths(ctx context.Context, start, end mail.ID, limit, maxLength int, scope string) (*model.PathResult, error) {
	ends, err := s.nodes(ctx, []mail.ID{start, end}, 0)
	if err != nil {
		return nil, err
	}
	one, isOne := ends[0].(*model.Person)
	other, isOther := ends[1].(*model.Person)
	if !isOne || !isOther {
		return &model.PathResult{Paths: []model.Path{}}, nil
	}
	people, err := s.snapshots.of(ctx, scope, s.scope(scope))
	if err != nil {
		return nil, err
	}
	chains, truncated := people.Paths(one.Record.ID, other.Record.ID, limit, maxLength)
	result := &model.PathResult{Paths: make([]model.Path, len(chains)), Truncated: truncated}
	for i, chain := range chains {
		for _, step := range chain.Hops {
			result.Paths[i].Hops = append(result.Paths[i].Hops, model.Hop{Record: step, Scope: scope})
		}
	}
	return result, nil
}

// hop resolves the people and the messages of a hop.
type hop struct{}

// From answers who wrote.
func (hop) From(ctx context.Context, h *model.Hop) (*model.Person, error) {
	return from(ctx).knownPerson(ctx, h.Record.From)
}

// To answers who was written to.
func (hop) To(ctx context.Context, h *model.Hop) (*model.Person, error) {
	return from(ctx).knownPerson(ctx, h.Record.To)
}

// Messages answers what the one wrote to the other.
func (hop) Messages(ctx context.Context, h *model.Hop, first int, after *string) (*gen.MessageConnection, error) {
	return pairMessages(ctx, store.Pair{From: h.Record.From, To: h.Record.To}, h.Scope, first, after)
}
