package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"skein/internal/store"
)

// wantOf says which group of an entry each field is read from. A field that is
// not named here is always there.
var wantOf = map[string]store.Want{
	"from":            store.WantPeople,
	"to":              store.WantPeople,
	"cc":              store.WantPeople,
	"bcc":             store.WantPeople,
	"replyLink":       store.WantLinks,
	"replyCandidates": store.WantCandidates,
	"copies":          store.WantCopies,
	"attachments":     store.WantParts,
	"htmlUrl":         store.WantParts,
	"defects":         store.WantParts,
	"variants":        store.WantVariants,
	"text":            store.WantText,
	"citedBy":         store.WantCitedBy,
}

// wanted returns the groups that the fields selected of the current field,
// an entry, are read from.
func wanted(ctx context.Context) store.Want {
	return wantIn(graphql.GetOperationContext(ctx), graphql.GetFieldContext(ctx).Field.Selections)
}

// wantedNodes returns the groups that the nodes of the current field, a
// connection of entries, are read from.
func wantedNodes(ctx context.Context) store.Want {
	op := graphql.GetOperationContext(ctx)
	var want store.Want
	for _, field := range graphql.CollectFields(op, graphql.GetFieldContext(ctx).Field.Selections, nil) {
		switch field.Name {
		case "nodes":
			want |= wantIn(op, field.Selections)
		case "edges":
			for _, inner := range graphql.CollectFields(op, field.Selections, nil) {
				if inner.Name == "node" {
					want |= wantIn(op, inner.Selections)
				}
			}
		}
	}
	return want
}

// wantIn takes the fields of every fragment, whatever type it is on: what an
// entry turns out to be is not known before it is read.
func wantIn(op *graphql.OperationContext, selections ast.SelectionSet) store.Want {
	var want store.Want
	for _, field := range graphql.CollectFields(op, selections, nil) {
		want |= wantOf[field.Name]
	}
	return want
}

// selected says whether the current field is asked for a field of that name.
func selected(ctx context.Context, name string) bool {
	op := graphql.GetOperationContext(ctx)
	for _, field := range graphql.CollectFields(op, graphql.GetFieldContext(ctx).Field.Selections, nil) {
		if field.Name == name {
			return true
		}
	}
	return false
}
