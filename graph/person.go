package graph

import (
	"context"

	"skein/graph/internal/gen"
	"skein/graph/internal/model"
)

// person resolves the ties of a person.
type person struct{}

// Correspondents answers to whom the person wrote.
func (person) Correspondents(ctx context.Context, who *model.Person, scope *gen.Scope, first int, after *string) (*gen.TieConnection, error) {
	p, err := newPage(ctx, personTies, first, after)
	if err != nil {
		return nil, err
	}
	name, err := from(ctx).remember(scope)
	if err != nil {
		return nil, err
	}
	list, err := from(ctx).correspondents.load(ctx, who.Record.ID, scopeArgs{scope: name, page: p})
	if err != nil {
		return nil, err
	}
	return tieConnection(list, name, p), nil
}
