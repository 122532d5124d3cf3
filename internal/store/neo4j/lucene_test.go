package neo4j

import (
	"slices"
	"strings"
	"testing"

	"skein/internal/mail"
	"skein/internal/query"
)

func TestSearchOf(t *testing.T) {
	ann := query.Words{Field: query.InFrom, Tokens: []string{"ann"}}
	hello := query.Words{Field: query.InSubject, Tokens: []string{"hello", "or"}}
	begins := query.Words{Field: query.InSubject, Tokens: []string{"he"}, Prefix: true}
	goesOn := query.Words{Field: query.InBody, Tokens: []string{"the", "end", "o"}, Prefix: true}
	reply := query.Is{Property: query.Reply}
	key := mail.MessageIDKey("a@b").Hash()
	for _, test := range []struct {
		name  string
		expr  query.Expr
		text  string
		exact bool
	}{
		{"everything", nil, "", false},
		{"a word", ann, `(searchFrom:"ann")`, true},
		{"a phrase", hello, `(searchSubject:"hello or")`, true},
		{"a beginning", begins, `(searchSubject:he*)`, true},
		{"a phrase that goes on", goesOn, `((+searchBody:"the end" +searchBody:o*))`, false},
		{
			"anywhere",
			query.Words{Tokens: []string{"x"}},
			`(searchSubject:"x" searchBody:"x" searchFrom:"x" searchTo:"x" searchCc:"x" searchBcc:"x" searchFiles:"x" searchAttached:"x")`, true,
		},
		{"another script", query.Words{Field: query.InTo, Tokens: []string{"東"}, Prefix: true}, `(searchTo:東*)`, true},
		{"what means something", query.Words{Field: query.InTo, Tokens: []string{`*a"\`}, Prefix: true}, `(searchTo:\*a\"\\*)`, true},
		{"the same in quotes", query.Words{Field: query.InTo, Tokens: []string{`*a"\`}}, `(searchTo:"*a\"\\")`, true},
		{"no words", query.Words{Field: query.InTo}, "", false},
		{"both", query.And{ann, hello}, `(+(searchFrom:"ann") +(searchSubject:"hello or"))`, true},
		{"one and what the index does not hold", query.And{reply, ann}, `(+(searchFrom:"ann"))`, false},
		{"either", query.Or{ann, goesOn}, `((searchFrom:"ann") ((+searchBody:"the end" +searchBody:o*)))`, false},
		{"either, of words", query.Or{ann, begins}, `((searchFrom:"ann") (searchSubject:he*))`, true},
		{"either it or what the index does not hold", query.Or{ann, reply}, "", false},
		{"either of some", query.Or{query.And{ann, reply}, begins}, `((+(searchFrom:"ann")) (searchSubject:he*))`, false},
		{"not a word", query.Not{Expr: ann}, "", false},
		{"and not a word", query.And{hello, query.Not{Expr: ann}}, `(+(searchSubject:"hello or"))`, false},
		{"nothing", query.Or{}, "", false},
		{"all of nothing", query.And{}, "", false},
		{"a Message-ID", query.MessageID{ID: "a@b"}, "(searchKeys:" + hexHash(key) + " searchKeys:p" + hexHash(key) + ")", false},
		{"a batch", query.InBatch{Name: "1"}, "", false},
	} {
		got := searchOf(test.expr)
		if got.text != test.text || got.exact != test.exact {
			t.Errorf("%s: got %s, exact %t, want %s, exact %t", test.name, got.text, got.exact, test.text, test.exact)
		}
	}
}

// TestSearchRest fixes what the hits of a search must still be asked for.
func TestSearchRest(t *testing.T) {
	ann := query.Words{Field: query.InFrom, Tokens: []string{"ann"}}
	goesOn := query.Words{Field: query.InBody, Tokens: []string{"the", "e"}, Prefix: true}
	reply := query.Is{Property: query.Reply}
	got, rest := searchAll([]query.Expr{ann, reply, goesOn})
	want := `(+(searchFrom:"ann") +((+searchBody:"the" +searchBody:e*)))`
	if got.text != want || len(rest) != 2 || rest[0] != reply || query.String(rest[1]) != query.String(goesOn) {
		t.Errorf("got %s and %v, want %s and %v", got.text, rest, want, []query.Expr{reply, goesOn})
	}
}

// TestSearchLimit asks for more than the index takes.
func TestSearchLimit(t *testing.T) {
	var many []query.Expr
	for range query.MaxTerms {
		many = append(many, query.Words{Tokens: []string{"x"}})
	}
	all, rest := searchAll(many)
	asked := strings.Count(all.text, "searchBody")
	if all.terms > maxTerms || asked == 0 || asked+len(rest) != len(many) {
		t.Errorf("all of %d words: got %d asked by %d terms and %d left, want at most %d terms and no word lost", len(many), asked, all.terms, len(rest), maxTerms)
	}
	if got := searchAny(many); got.text != "" {
		t.Errorf("any of %d words: got a search by %d terms, want none", len(many), got.terms)
	}
	if got := searchOf(query.Words{Tokens: slices.Repeat([]string{"x"}, maxTerms)}); got.text != "" {
		t.Errorf("a phrase of %d words in all fields: got a search by %d terms, want none", maxTerms, got.terms)
	}
}
