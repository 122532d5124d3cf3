package neo4j

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"skein/internal/query"
)

// TestConditionShape asks for one word and for many, which must be one
// statement to the database, so that its plan is kept.
func TestConditionShape(t *testing.T) {
	word := func(text string) query.Expr { return query.Words{Field: query.InBody, Tokens: []string{text}} }
	written := func(parts ...query.Expr) string {
		c := condition{params: map[string]any{}}
		return c.all(parts)
	}
	one := written(word("secret"), query.Not{Expr: word("secret")})
	many := written(word("a"), query.Not{Expr: word("b")}, word("c"), query.Not{Expr: word("d")}, word("e"))
	if one != many {
		t.Errorf("got %s for two words and %s for five, want the same", one, many)
	}
	if strings.Contains(one, "secret") {
		t.Errorf("got %s, want no word in the text", one)
	}
}

// TestConditionNests negates all of some and any of some.
func TestConditionNests(t *testing.T) {
	reply, variant := query.Is{Property: query.Duplicate}, query.Is{Property: query.Variant}
	for _, test := range []struct {
		expr   query.Expr
		cypher string
		params []any
	}{
		{query.And{}, `(($p0))`, []any{true}},
		{query.Or{}, `(($p0))`, []any{false}},
		{query.Not{}, `(NOT ($p0))`, []any{true}},
		{query.Not{Expr: query.And{reply, variant}}, `(NOT ((m.copyCount > 1 AND m.variantCount > 0)))`, nil},
		{query.Or{query.Not{Expr: reply}, query.Not{Expr: variant}}, `((NOT (m.copyCount > 1 AND m.variantCount > 0)))`, nil},
		{query.And{query.Not{Expr: reply}, query.Not{Expr: variant}}, `((NOT (m.copyCount > 1 OR m.variantCount > 0)))`, nil},
		{query.Or{reply, reply, variant}, `((m.copyCount > 1 OR m.variantCount > 0))`, nil},
		{query.Is{Property: 99}, `($p0)`, []any{false}},
	} {
		c := condition{params: map[string]any{}}
		got := c.all([]query.Expr{test.expr})
		params := slices.Collect(maps.Values(c.params))
		if got != test.cypher || !slices.Equal(params, test.params) {
			t.Errorf("%v: got %s with %v, want %s with %v", test.expr, got, params, test.cypher, test.params)
		}
	}
}
