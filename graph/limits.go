package graph

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// The bounds of one operation, besides those of Options.
const (
	maxBody     = 1 << 20  // bytes of a request
	maxDocument = 64 << 10 // bytes of a query document
	maxTokens   = 3000     // of a query document
	maxAliases  = 100
	maxRoots    = 30     // root fields
	maxVisits   = 20_000 // fields, each fragment counted wherever it is spread
	maxErrors   = 100    // in a response
)

// limits refuses operations that ask for too much before anything is read.
//
// Cost estimates how many things an answer may hold: a field is 1, and what is
// selected of a list counts as often as the list may be long, by its argument
// where it has one. Text counts for its length.
type limits struct{ cost, depth int }

var _ interface {
	graphql.HandlerExtension
	graphql.OperationContextMutator
} = limits{}

// ExtensionName names the extension.
func (limits) ExtensionName() string { return "Limits" }

// Validate accepts every schema.
func (limits) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationContext walks the operation once. Validation has excluded
// fragments that spread themselves.
func (l limits) MutateOperationContext(_ context.Context, op *graphql.OperationContext) *gqlerror.Error {
	w := &walk{limits: l, variables: op.Variables}
	cost := w.selections(op.Operation.SelectionSet, 1)
	switch {
	case w.tooDeep:
		return tooCostly("the operation nests fields deeper than %d levels", l.depth)
	case w.aliases > maxAliases:
		return tooCostly("the operation has more than %d aliases", maxAliases)
	case w.roots > maxRoots:
		return tooCostly("the operation has more than %d root fields", maxRoots)
	case w.visits > maxVisits:
		return tooCostly("the operation selects more than %d fields", maxVisits)
	case cost > l.cost:
		return tooCostly("the operation costs more than %d: ask for smaller pages or fewer levels", l.cost)
	}
	return nil
}

func tooCostly(format string, args ...any) *gqlerror.Error {
	err := gqlerror.Errorf(format, args...)
	err.Extensions = map[string]any{"code": codeCost}
	return err
}

// walk is one pass over an operation. Its recursion ends at the depth limit,
// its work at maxVisits, so fragments that double at each level cost no more
// than any other document.
type walk struct {
	limits
	variables              map[string]any
	visits, aliases, roots int
	tooDeep                bool
}

func (w *walk) selections(set ast.SelectionSet, depth int) int {
	cost := 0
	for _, selection := range set {
		if w.visits > maxVisits || w.tooDeep {
			return cost
		}
		switch s := selection.(type) {
		case *ast.Field:
			cost += w.field(s, depth)
		case *ast.InlineFragment:
			w.visits++
			cost += w.selections(s.SelectionSet, depth)
		case *ast.FragmentSpread:
			w.visits++
			cost += w.selections(s.Definition.SelectionSet, depth)
		}
		cost = min(cost, w.cost+1)
	}
	return cost
}

func (w *walk) field(f *ast.Field, depth int) int {
	w.visits++
	if depth == 1 {
		w.roots++
	}
	if f.Alias != f.Name {
		w.aliases++
	}
	if depth > w.limits.depth {
		w.tooDeep = true
		return 0
	}
	if f.Name == "__typename" {
		return 0
	}
	args := f.ArgumentMap(w.variables)
	inner := min(w.selections(f.SelectionSet, depth+1), w.limits.cost+1)
	return min(1+textCost(f, args)+inner*times(f, args), w.limits.cost+1)
}

// textCost is how many things a text is worth: one for 500 characters.
func textCost(f *ast.Field, args map[string]any) int {
	if f.Definition.Type.Name() != "Text" {
		return 0
	}
	return bounded(args["maxLength"], maxText) / 500
}

// usualLength is how long lists without a size are taken to be, by type and
// field.
var usualLength = map[string]int{
	"Query.batches":               50,
	"Query.messagesByPublisherId": 5,
	"PathResult.paths":            1, // counted at Query.paths
	"from":                        1,
	"to":                          5,
	"cc":                          5,
	"bcc":                         2,
	"variants":                    2,
	"attachments":                 2,
	"defects":                     2,
	"evidence":                    2,
	"addresses":                   3,
	"__Schema.types":              60,
	"__Schema.directives":         5,
	"__Type.fields":               8,
	"__Type.inputFields":          2,
	"__Type.enumValues":           3,
	"__Type.interfaces":           2,
	"__Type.possibleTypes":        2,
	"__Field.args":                2,
	"__Directive.args":            2,
}

// times says how often what is selected of a field may be answered.
func times(f *ast.Field, args map[string]any) int {
	name := f.ObjectDefinition.Name + "." + f.Name
	switch {
	case name == "Query.paths":
		return bounded(args["limit"], maxPaths) * bounded(args["maxLength"], maxHops)
	case name == "Query.nodes":
		return listLength(args["ids"])
	case f.Definition.Arguments.ForName("first") != nil:
		return bounded(args["first"], maxPage)
	case usualLength[name] > 0:
		return usualLength[name]
	case f.Definition.Type.Elem != nil && usualLength[f.Name] > 0:
		return usualLength[f.Name]
	}
	return 1
}

// bounded reads a number of 1 to most. What is outside will be refused by the
// resolver; until then it counts as the most it could be, so that no negative
// number pays for the rest.
func bounded(value any, most int) int {
	n := int64(most)
	switch v := value.(type) {
	case int:
		n = int64(v)
	case int64:
		n = v
	case float64:
		n = int64(v)
	case json.Number:
		if parsed, err := v.Int64(); err == nil {
			n = parsed
		}
	}
	if n < 1 || n > int64(most) {
		return most
	}
	return int(n)
}

func listLength(value any) int {
	switch v := value.(type) {
	case []any:
		return max(1, min(len(v), maxIDs))
	case nil:
		return 1
	}
	return maxIDs
}

// introspection lets clients read the schema.
type introspection struct{}

// ExtensionName names the extension.
func (introspection) ExtensionName() string { return "Introspection" }

// Validate accepts every schema.
func (introspection) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationContext allows it in every operation.
func (introspection) MutateOperationContext(_ context.Context, op *graphql.OperationContext) *gqlerror.Error {
	op.DisableIntrospection = false
	return nil
}

// documents remembers parsed documents, the short ones, so that its memory is
// bounded whatever is sent.
type documents struct {
	*lru.LRU[*ast.QueryDocument]
}

const (
	maxDocuments = 256
	maxKept      = 16 << 10 // bytes
)

func newDocuments() documents {
	return documents{lru.New[*ast.QueryDocument](maxDocuments)}
}

// Add remembers a document that is short enough.
func (d documents) Add(ctx context.Context, text string, parsed *ast.QueryDocument) {
	if len(text) <= maxKept {
		d.LRU.Add(ctx, strings.Clone(text), parsed)
	}
}
