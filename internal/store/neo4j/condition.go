package neo4j

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"skein/internal/query"
	"skein/internal/store"
)

// condition is a Cypher predicate over a message m, with its parameters.
// Values never stand in the text. It is true or false, never null, for every
// message that is present.
//
// The leaves of one kind in a conjunction or an alternative are one predicate
// over a list: the database takes milliseconds to plan each predicate, and a
// plan made for one word serves for any number of them.
type condition struct {
	params map[string]any
	known  known
}

// all says that all parts hold.
func (c *condition) all(parts []query.Expr) string { return c.join(parts, true) }

// join says that all, or any, of the parts hold.
func (c *condition) join(parts []query.Expr, all bool) string {
	with, quantifier := " OR ", "any"
	if all {
		with, quantifier = " AND ", "all"
	}
	g := c.gather(parts)
	var predicates []string
	for _, test := range g.tests {
		predicates = append(predicates, quantifier+"(one IN "+c.param(g.values[test])+" WHERE coalesce("+test+", false))")
	}
	predicates = append(predicates, g.plain...)
	for _, constant := range g.constants {
		predicates = append(predicates, c.param(constant))
	}
	for _, nested := range g.nested {
		predicates = append(predicates, c.nested(nested))
	}
	if len(g.negated) > 0 {
		predicates = append(predicates, "NOT "+c.join(g.negated, !all)) // none of them, or not all of them
	}
	if len(predicates) == 0 {
		predicates = append(predicates, c.param(all))
	}
	return "(" + strings.Join(predicates, with) + ")"
}

func (c *condition) nested(e query.Expr) string {
	if any, ok := e.(query.Or); ok {
		return c.join(any, false)
	}
	return c.join(e.(query.And), true)
}

func (c *condition) param(value any) string {
	name := "p" + strconv.Itoa(len(c.params))
	c.params[name] = value
	return "$" + name
}

// gathered is parts sorted by what becomes of them.
type gathered struct {
	tests     []string         // of each kind of leaf, for one value
	values    map[string][]any // the values of each test
	plain     []string         // predicates without a value
	constants []bool           // parameters, or the planner would drop what stands beside them
	nested    []query.Expr     // And or Or
	negated   []query.Expr
}

func (c *condition) gather(parts []query.Expr) gathered {
	g := gathered{values: map[string][]any{}}
	for _, part := range parts {
		switch e := part.(type) {
		case nil:
			g.constants = append(g.constants, true)
		case query.And, query.Or:
			g.nested = append(g.nested, e)
		case query.Not:
			g.negated = append(g.negated, e.Expr)
		case query.Is:
			g.is(e.Property)
		default:
			test, value := c.leaf(e)
			if test == "" {
				g.constants = append(g.constants, false)
				continue
			}
			if g.values[test] == nil {
				g.tests = append(g.tests, test)
			}
			g.values[test] = append(g.values[test], value)
		}
	}
	return g
}

func (g *gathered) is(p query.Property) {
	predicate, known := states[p]
	switch {
	case !known:
		g.constants = append(g.constants, false)
	case !slices.Contains(g.plain, predicate):
		g.plain = append(g.plain, predicate)
	}
}

var states = map[query.Property]string{
	query.Root:          `NOT EXISTS { (m)-[reply:REPLY_TO]->() WHERE 'PROBABLE' IN reply.view }`,
	query.Reply:         `EXISTS { (m)-[reply:REPLY_TO]->() WHERE 'PROBABLE' IN reply.view }`,
	query.Duplicate:     `m.copyCount > 1`,
	query.Variant:       `m.variantCount > 0`,
	query.Defective:     `m.defects IS NOT NULL`,
	query.HasAttachment: `m.attachments IS NOT NULL`,
	query.Undated:       `m.sentMs = ` + strconv.FormatInt(store.Undated, 10),
}

// leaf gives the test of one value, and the value; "" for what holds for
// nothing.
func (c *condition) leaf(e query.Expr) (test string, value any) {
	switch e := e.(type) {
	case query.Words:
		return words[e.Field], phrase(e)
	case query.Sent:
		low, high := between(e.Since, e.Until)
		return `m.sentMs >= one[0] AND m.sentMs <= one[1]`, []int64{low, high}
	case query.MessageID:
		_, h, _ := e.PublicID().Parse()
		key := hexHash(h) + " "
		return `any(key IN one WHERE (' ' + m.searchKeys + ' ') CONTAINS key)`, []string{" " + key, " " + poisonMark + key}
	case query.InThread:
		return `one IN [(m)-[:IN_THREAD]->(thread:Probable) | thread.id]`, c.known.threads[e.ID]
	case query.InBatch:
		return inBatches, c.known.named[e.Name]
	case batches:
		return inBatches, e.ids
	case query.By:
		return `any(at IN range(0, coalesce(size(m.people), 0) - 3, 3) WHERE m.people[at] = 'from' AND m.people[at + 1] IN one)`,
			c.known.people[e.Person].addresses
	case query.With:
		return `any(at IN range(0, coalesce(size(m.people), 0) - 3, 3) WHERE m.people[at + 1] IN one)`, c.known.people[e.Person].addresses
	case query.HasDefect:
		return `one IN m.defects`, string(e.Kind)
	case query.Size:
		return `m.size >= one[0] AND m.size <= one[1]`, []int64{e.Min, bound(e.Max)}
	case recipients:
		return `m.recipientCount <= one`, int64(e.most)
	}
	return "", nil
}

const inBatches = `any(id IN [(m)<-[:COPY_OF]-(:Copy)-[:IN_BATCH]->(batch:Batch) | batch.id] WHERE id IN one)`

// words test a phrase in a field, or in one of all of them.
var words = func() map[query.Field]string {
	tests := map[query.Field]string{}
	var each []string
	for _, f := range anywhere {
		tests[f] = `(' ' + m.` + fields[f] + ` + ' ') CONTAINS one`
		each = append(each, tests[f])
	}
	tests[query.Anywhere] = strings.Join(each, " OR ")
	return tests
}()

// phrase is words as they stand in a folded text that has a blank at either
// end.
func phrase(w query.Words) string {
	text := " " + strings.Join(w.Tokens, " ")
	if !w.Prefix {
		text += " "
	}
	return strings.ToValidUTF8(text, "\uFFFD")
}

func bound(most int64) int64 {
	if most == 0 {
		return math.MaxInt64
	}
	return most
}

// between are the bounds, both included, of what is dated in [since, until).
func between(since, until *int64) (low, high int64) {
	low, high = store.Undated+1, math.MaxInt64
	if since != nil {
		low = max(low, *since)
	}
	if until != nil {
		high = max(*until, low) - 1
	}
	return low, high
}
