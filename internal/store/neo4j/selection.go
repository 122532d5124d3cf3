package neo4j

import (
	"maps"
	"math"
	"slices"
	"strings"

	"skein/internal/mail"
	"skein/internal/query"
	"skein/internal/store"
)

// batches and recipients are the conditions of a scope that the search
// language has no word for. What they embed is never called; it makes them
// expressions.
type (
	batches struct {
		query.Expr
		ids []string
	}
	recipients struct {
		query.Expr
		most int
	}
)

// selection is the messages that satisfy an expression and a scope, as
// statements ask for them.
type selection struct {
	parts     []query.Expr // all must hold
	low, high int64        // bounds of sentMs, included
	known     known
	from      source
}

// selection makes a selection, and finds what its ids stand for and where its
// messages are best looked for.
func (v *view) selection(expr query.Expr, scope store.Scope) (*selection, error) {
	s := &selection{low: store.Undated, high: math.MaxInt64}
	s.add(expr)
	s.addScope(scope)
	var err error
	if s.known, err = v.known(s.parts); err != nil {
		return nil, err
	}
	s.from, err = v.source(s)
	return s, err
}

// add takes a conjunction apart. Dates become bounds, which an index knows.
func (s *selection) add(e query.Expr) {
	switch e := e.(type) {
	case nil:
	case query.And:
		for _, part := range e {
			s.add(part)
		}
	case query.Sent:
		low, high := between(e.Since, e.Until)
		s.low, s.high = max(s.low, low), min(s.high, high)
	default:
		s.parts = append(s.parts, e)
	}
}

func (s *selection) addScope(scope store.Scope) {
	s.add(scope.Match)
	if scope.Since != nil || scope.Until != nil {
		s.add(query.Sent{Since: scope.Since, Until: scope.Until})
	}
	if len(scope.Batches) > 0 {
		s.add(batches{ids: validIDs(scope.Batches, mail.BatchLetter)})
	}
	for _, id := range scope.Without {
		s.add(query.Not{Expr: query.With{Person: id}})
	}
	if scope.MaxRecipients > 0 {
		s.add(recipients{most: scope.MaxRecipients})
	}
}

// validIDs are the ids that are well formed, once each.
func validIDs(ids []mail.ID, letter byte) []string {
	valid := []string{}
	for _, id := range distinct(ids) {
		if got, _, ok := id.Parse(); ok && got == letter {
			valid = append(valid, string(id))
		}
	}
	return valid
}

// all says whether s is every message.
func (s *selection) all() bool {
	return len(s.parts) == 0 && s.low == store.Undated && s.high == math.MaxInt64
}

// source is a list that holds all messages of a selection.
type source struct {
	cypher string // binds m to each of them once
	params map[string]any
	size   int64        // how many those are
	rest   []query.Expr // what they must still be asked for
}

// everything is the messages by date.
const everything = `MATCH (m:Message) USING INDEX m:Message(sentMs, id)`

// manyMessages is from how many messages in a source on it is cheaper for a
// page to go through all messages in the order of the list, and ask each, than
// to read and sort those.
const manyMessages = 10000

// each binds m to each message of s, from its source. The statement goes on
// with the parameters that are returned.
func (s *selection) each() (string, map[string]any) { return s.through(s.from) }

// few says whether a page of s is best made of its source.
func (s *selection) few() bool { return s.from.cypher != everything && s.from.size <= manyMessages }

// walk binds m to each message of s, going through all by date.
func (s *selection) walk() (string, map[string]any) {
	return s.through(source{cypher: everything, rest: s.parts})
}

func (s *selection) through(from source) (string, map[string]any) {
	where, params := s.ask(from.rest)
	maps.Copy(params, from.params)
	return from.cypher + " WHERE " + where, params
}

// holds is whether a message m is one of s.
func (s *selection) holds() (string, map[string]any) { return s.ask(s.parts) }

// ask writes parts, and the bounds. A missing message has no sentMs, so it is
// in no selection.
func (s *selection) ask(parts []query.Expr) (string, map[string]any) {
	c := condition{params: map[string]any{"low": s.low, "high": s.high}, known: s.known}
	where := "m.sentMs >= $low AND m.sentMs <= $high AND m.id IS NOT NULL"
	if len(parts) > 0 {
		where += " AND " + c.all(parts)
	}
	return where, c.params
}

// fewMessages is a source so small that no better one is looked for.
const fewMessages = 200

// source finds the smallest list that holds all messages of s.
func (v *view) source(s *selection) (source, error) {
	best := source{cypher: everything, size: math.MaxInt64, rest: s.parts}
	for i, part := range s.parts {
		from, ok := s.known.source(part)
		if ok && from.size < best.size {
			from.rest = slices.Concat(s.parts[:i], s.parts[i+1:])
			best = from
		}
	}
	if best.size <= fewMessages {
		return best, nil
	}
	search, rest := searchAll(s.parts)
	if search.text == "" {
		return best, nil
	}
	params := map[string]any{"search": strings.ToValidUTF8(search.text, "\uFFFD")}
	hits, err := v.number(`CALL db.index.fulltext.queryNodes('skein_search', $search) YIELD node RETURN count(node)`, params)
	if hits < best.size {
		best = source{searched, params, hits, rest}
	}
	return best, err
}

const searched = `CALL db.index.fulltext.queryNodes('skein_search', $search) YIELD node AS m WITH m`

// counted says whether the number of messages of s is that of its source.
func (s *selection) counted() bool {
	return s.from.cypher == searched && len(s.from.rest) == 0 && s.low == store.Undated && s.high == math.MaxInt64
}
