package neo4j

import (
	"strings"
	"unicode"

	"skein/internal/mail"
	"skein/internal/query"
)

// fields are the properties of the full text, by field.
var fields = map[query.Field]string{
	query.InSubject: "searchSubject", query.InBody: "searchBody", query.InFrom: "searchFrom", query.InTo: "searchTo",
	query.InCc: "searchCc", query.InBcc: "searchBcc", query.InFiles: "searchFiles",
	query.InAttached: "searchAttached",
}

// anywhere are all fields, in one order.
var anywhere = []query.Field{
	query.InSubject, query.InBody, query.InFrom, query.InTo, query.InCc, query.InBcc, query.InFiles, query.InAttached,
}

func fieldsOf(f query.Field) []query.Field {
	if f == query.Anywhere {
		return anywhere
	}
	return []query.Field{f}
}

// search is a question to the full-text index. Every message for which an
// expression holds is among its hits.
type search struct {
	text  string // in the language of Lucene; "" when the index cannot help
	terms int    // that the index looks for
	exact bool   // every hit is a message for which the expression holds
}

// maxTerms is how many terms a search has; the index itself takes no more than
// 1,024 of them.
const maxTerms = 1000

// searchOf turns an expression into a search.
func searchOf(e query.Expr) search {
	switch e := e.(type) {
	case query.Words:
		return searchWords(e)
	case query.MessageID:
		// A missing message is a hit as well, so this is never exact.
		_, h, _ := e.PublicID().Parse()
		return search{text: searchKeys(h), terms: 2}
	case query.And:
		s, _ := searchAll(e)
		return s
	case query.Or:
		return searchAny(e)
	}
	return search{}
}

// searchKeys looks for what a key finds, poisoned or not.
func searchKeys(h mail.Hash) string {
	return "(searchKeys:" + hexHash(h) + " searchKeys:" + poisonMark + hexHash(h) + ")"
}

// poisonMark stands before the hash of a poisoned Message-ID in searchKeys.
const poisonMark = "p"

// searchAll joins what the index can tell of the parts of a conjunction. rest
// are the parts that a hit must still be asked for.
func searchAll(parts []query.Expr) (all search, rest []query.Expr) {
	all.exact = true
	var texts []string
	for _, part := range parts {
		s := searchOf(part)
		asked := s.text != "" && all.terms+s.terms <= maxTerms
		if asked {
			texts = append(texts, "+"+s.text)
			all.terms += s.terms
		}
		if !asked || !s.exact {
			all.exact = false
			rest = append(rest, part)
		}
	}
	if len(texts) == 0 {
		return search{}, rest
	}
	all.text = "(" + strings.Join(texts, " ") + ")"
	return all, rest
}

// searchAny joins alternatives. When the index can tell nothing of one of
// them, it can tell nothing of the whole.
func searchAny(parts []query.Expr) search {
	either := search{exact: true}
	var texts []string
	for _, part := range parts {
		s := searchOf(part)
		either.terms += s.terms
		if s.text == "" || either.terms > maxTerms {
			return search{}
		}
		either.exact = either.exact && s.exact
		texts = append(texts, s.text)
	}
	if len(texts) == 0 {
		return search{}
	}
	either.text = "(" + strings.Join(texts, " ") + ")"
	return either
}

// searchWords looks for a phrase in its field, or in each of them. The index
// knows no phrase whose last word goes on; its other words as a phrase, and a
// word that begins so, are what such a phrase needs.
func searchWords(w query.Words) search {
	if len(w.Tokens) == 0 {
		return search{}
	}
	in := fieldsOf(w.Field)
	s := search{terms: len(in) * len(w.Tokens), exact: !w.Prefix || len(w.Tokens) == 1}
	if s.terms > maxTerms {
		return search{}
	}
	texts := make([]string, len(in))
	for i, f := range in {
		texts[i] = wordsIn(fields[f], w)
	}
	s.text = "(" + strings.Join(texts, " ") + ")"
	return s
}

func wordsIn(field string, w query.Words) string {
	if !w.Prefix {
		return field + ":" + quoted(w.Tokens)
	}
	last := len(w.Tokens) - 1
	goesOn := field + ":" + escaped(w.Tokens[last]) + "*"
	if last == 0 {
		return goesOn
	}
	return "(+" + field + ":" + quoted(w.Tokens[:last]) + " +" + goesOn + ")"
}

// quoted is a phrase. In quotes only the quotation mark and the backslash
// mean something.
func quoted(tokens []string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(strings.Join(tokens, " ")) + `"`
}

// escaped is a word of which no character means anything to Lucene. Tokens are
// letters and digits, but an expression may be built of anything.
func escaped(token string) string {
	var b strings.Builder
	for _, r := range token {
		if !unicode.In(r, unicode.L, unicode.N, unicode.M) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
