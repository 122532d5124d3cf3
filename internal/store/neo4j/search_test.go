package neo4j_test

import (
	"fmt"
	"slices"
	"testing"

	"skein/internal/query"
	"skein/internal/store"
)

// TestHostileSearch asks for what the index refuses, or would read as its own
// language, when it is asked as it stands.
func TestHostileSearch(t *testing.T) {
	p := publish(t)
	subject := query.Words{Tokens: []string{"nowhere"}}
	var words, beginnings, phrases []query.Expr
	for n := range query.MaxTerms {
		words = append(words, query.Words{Tokens: []string{fmt.Sprint("x", n)}})
		beginnings = append(beginnings, query.Words{Tokens: []string{"y", fmt.Sprint("x", n)}, Prefix: true})
		phrases = append(phrases, query.Words{Field: query.InBody, Tokens: []string{"and", "or", "not"}})
	}
	exprs := map[string]query.Expr{
		"any of many words":      query.Or(words),
		"all of many words":      query.And(words),
		"all of many beginnings": query.And(beginnings),
		"any of many phrases":    query.Or(phrases),
		"a long phrase":          query.Words{Tokens: slices.Repeat([]string{"x"}, 2000)},
		"a phrase at the limit":  query.Words{Field: query.InBody, Tokens: slices.Repeat([]string{"x"}, 1000)},
		"operators":              query.Words{Tokens: []string{"AND"}, Prefix: true},
	}
	for _, text := range []string{`"`, `\`, `*`, `?`, `a"b`, `a\`, `(`, `a:b`, `+a -b`, `/re/`, `a~`, `a^2`, `[a TO b]`, `{a}`, `&&`, `||`, `!`, "\u00b6", "\xff", "\x00"} {
		exprs["a token "+text] = query.Words{Tokens: []string{text + "zz", text}}
		exprs["a beginning "+text] = query.Words{Field: query.InSubject, Tokens: []string{text + "zz"}, Prefix: true}
		exprs["a batch "+text] = query.InBatch{Name: text}
		exprs["an id "+text] = query.MessageID{ID: text}
	}
	for name, expr := range exprs {
		for _, e := range []query.Expr{expr, query.And{expr, subject}, query.Not{Expr: query.Not{Expr: expr}}} {
			got, err := p.Search(t.Context(), e, store.Newest, 0, store.Page{First: 5, Total: true})
			if err != nil || len(got.Items) > 0 || got.Total > 0 {
				t.Errorf("%s: got %d of %d messages, error %v, want none", name, len(got.Items), got.Total, err)
			}
		}
	}
}
