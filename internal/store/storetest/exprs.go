package storetest

import (
	"math/rand/v2"
	"slices"
	"strings"

	"skein/internal/mail"
	"skein/internal/query"
	"skein/internal/store"
)

// atoms are conditions without parts: what mails say, nearly say, and what
// none says.
func (a arguments) atoms() []query.Expr {
	return slices.Concat(a.words(), a.dates(), a.names(), []query.Expr{
		query.Is{Property: query.Root},
		query.Is{Property: query.Reply},
		query.Is{Property: query.Duplicate},
		query.Is{Property: query.Variant},
		query.Is{Property: query.Defective},
		query.HasDefect{Kind: "bad-charset"},
		query.HasDefect{Kind: "bad-date"},
		query.HasDefect{Kind: "none"},
		query.Is{Property: query.HasAttachment},
		query.Is{Property: query.Undated},
		query.Size{Min: 1000},
		query.Size{Min: 1001},
		query.Size{Max: 1000},
		query.Size{Max: 999},
		query.Size{Min: 1000, Max: 1001},
		query.Size{},
		query.Size{Min: 1 << 40},
	})
}

// words are words, beginnings and phrases of the fields of some mails, in
// that field, in all and in another.
func (a arguments) words() []query.Expr {
	exprs := []query.Expr{
		query.Words{Tokens: []string{"nowhere"}},
		query.Words{Tokens: []string{"the", "nowhere"}},
		query.Words{Tokens: []string{"or"}},
		query.Words{Tokens: []string{"near"}, Prefix: true},
		query.Words{Tokens: []string{"pear", "12"}, Prefix: true},
		query.Words{Field: query.InSubject, Tokens: []string{"re"}},
		query.Words{Tokens: []string{"quick", "brown"}},
		query.Words{Tokens: []string{"brown", "quick"}},
		query.Words{Tokens: []string{"example", "org", "bob"}},
		query.Words{Field: query.InTo, Tokens: []string{"org", "bob"}}, // of two people
		query.Words{Field: query.InTo, Tokens: []string{"org", "c"}, Prefix: true},
		query.Words{Field: query.InFiles, Tokens: []string{"doc", "quick"}}, // of two files
		query.Words{Tokens: []string{"harbour"}},
		query.Words{Field: query.InAttached, Tokens: []string{"the", "harb"}, Prefix: true},
		query.Words{Field: query.InAttached, Tokens: []string{"harbour", "page"}}, // of two files
	}
	for _, e := range thin(a.reference.entries, 9) {
		if e.Missing() {
			continue
		}
		d := e.message
		for field, text := range map[query.Field]string{
			query.InSubject: d.Subject, query.InBody: d.Body, query.InFrom: d.From, query.InTo: d.To,
			query.InCc: d.Cc, query.InBcc: d.Bcc, query.InFiles: d.Files,
			query.InAttached: d.Attached,
		} {
			exprs = append(exprs, phrases(field, strings.Fields(text))...)
		}
	}
	return distinct(exprs)
}

// phrases takes words at the beginning and the end of a field.
func phrases(field query.Field, tokens []string) []query.Expr {
	tokens = slices.DeleteFunc(tokens, func(token string) bool { return token == query.Boundary })
	if len(tokens) == 0 {
		return nil
	}
	last := []rune(tokens[len(tokens)-1])
	exprs := []query.Expr{
		query.Words{Field: field, Tokens: tokens[:1]},
		query.Words{Tokens: tokens[:1]},
		query.Words{Field: field, Tokens: []string{string(last[:(len(last)+1)/2])}, Prefix: true},
		query.Words{Field: (field + 1) % (query.InAttached + 1), Tokens: tokens[len(tokens)-1:]},
	}
	if len(tokens) > 1 {
		exprs = append(exprs,
			query.Words{Field: field, Tokens: tokens[:2]},
			query.Words{Field: field, Tokens: tokens[len(tokens)-2:], Prefix: true},
			query.Words{Tokens: []string{tokens[1], tokens[0]}},
		)
	}
	return exprs
}

// distinct orders expressions by their text, so that runs are alike.
func distinct(exprs []query.Expr) []query.Expr {
	slices.SortFunc(exprs, func(a, b query.Expr) int { return strings.Compare(show(a), show(b)) })
	return slices.CompactFunc(exprs, func(a, b query.Expr) bool { return show(a) == show(b) })
}

// dates are ranges that begin and end at the very moment of some mails.
func (a arguments) dates() []query.Expr {
	var exprs []query.Expr
	for _, at := range a.moments() {
		next := at + 1
		exprs = append(exprs, query.Sent{Since: &at}, query.Sent{Until: &at}, query.Sent{Since: &at, Until: &next})
	}
	return exprs
}

// moments are the dates of a few mails.
func (a arguments) moments() []int64 {
	var all []int64
	for _, e := range a.reference.entries {
		if sent := e.sent(); sent != nil {
			all = append(all, *sent)
		}
	}
	slices.Sort(all)
	return thin(slices.Compact(all), 4)
}

// names are conditions that name something by any of its keys, and some that
// name nothing.
func (a arguments) names() []query.Expr {
	exprs := []query.Expr{
		query.MessageID{ID: "none"},
		query.InBatch{Name: "none"},
		query.InBatch{Name: "1"},
		query.InThread{ID: a.bad[1]},
		query.By{Person: a.bad[2]},
		query.With{Person: a.bad[2]},
		query.InThread{ID: "x"},
		query.By{Person: "x"},
		query.With{Person: "M_"},
	}
	var ids []string
	for _, e := range a.reference.entries {
		ids = append(ids, e.messageIDs...)
	}
	for _, id := range thin(ids, 20) {
		exprs = append(exprs, query.MessageID{ID: id})
	}
	for _, id := range thin(a.threads, 12) {
		exprs = append(exprs, query.InThread{ID: id})
	}
	for _, id := range thin(a.people, 12) {
		exprs = append(exprs, query.By{Person: id}, query.With{Person: id})
	}
	for _, b := range thin(a.reference.batches, 4) {
		exprs = append(exprs, query.InBatch{Name: b.Name})
	}
	return exprs
}

// exprs are everything, nothing, some atoms, and compounds put together by
// chance, the same in every run.
func (a arguments) exprs(atoms, compounds int) []query.Expr {
	all := a.atoms()
	exprs := append([]query.Expr{nil, query.And{}, query.Or{}, query.Not{Expr: query.Or{}}, query.Not{}}, thin(all, atoms)...)
	dice := rand.New(rand.NewPCG(uint64(len(all)), 2))
	for range compounds {
		exprs = append(exprs, compound(dice, all, 2))
	}
	return exprs
}

// compound joins atoms to a tree that is depth high at most.
func compound(dice *rand.Rand, atoms []query.Expr, depth int) query.Expr {
	if depth == 0 {
		return atoms[dice.IntN(len(atoms))]
	}
	parts := make([]query.Expr, 1+dice.IntN(3))
	for i := range parts {
		parts[i] = compound(dice, atoms, depth-1)
	}
	switch dice.IntN(4) {
	case 0:
		return query.Not{Expr: parts[0]}
	case 1:
		return query.And(parts)
	case 2:
		return append(query.And{query.Not{Expr: atoms[dice.IntN(len(atoms))]}}, parts...)
	}
	return query.Or(parts)
}

// scopes are everything, each of the conditions, and some of them at once.
func (a arguments) scopes() []store.Scope {
	ann := query.Words{Field: query.InFrom, Tokens: []string{"ann"}}
	scopes := []store.Scope{
		{},
		{MaxRecipients: 1},
		{MaxRecipients: 2},
		{Match: ann},
		{Match: query.Not{Expr: ann}},
		{Match: query.Is{Property: query.Reply}, MaxRecipients: 3},
		{Match: query.Or{}},
		{Match: query.And{}},
		{Batches: []mail.ID{a.bad[3]}},
		{Batches: []mail.ID{"x"}},
		{Without: []mail.ID{a.bad[2]}},
		{Without: []mail.ID{"x"}},
	}
	for _, at := range a.moments() {
		next := at + 1
		scopes = append(scopes, store.Scope{Since: &at}, store.Scope{Until: &at}, store.Scope{Since: &at, Until: &next})
	}
	for _, id := range thin(a.people, 5) {
		scopes = append(scopes, store.Scope{Without: []mail.ID{id}}, store.Scope{Without: []mail.ID{id}, Match: ann})
	}
	for n, id := range thin(a.batches, 4) {
		scopes = append(scopes,
			store.Scope{Batches: []mail.ID{id}},
			store.Scope{Batches: []mail.ID{a.batches[0], id, a.bad[3]}, Without: a.people[:min(n, len(a.people))], MaxRecipients: 4},
		)
	}
	return scopes
}
