package neo4j_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	bolt "github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"skein/internal/mail"
	"skein/internal/query"
	"skein/internal/store"
	"skein/internal/store/neo4j"
	"skein/internal/store/neo4j/neo4jtest"
)

// scans read a whole label, or everything, where an index should be asked.
var scans = []string{
	"NodeByLabelScan", "AllNodesScan", "UnionNodeByLabelsScan", "IntersectionNodeByLabelsScan", "SubtractionNodeByLabelsScan",
	"UndirectedAllRelationshipsScan", "DirectedAllRelationshipsScan",
}

// sorts hold all rows before they give the first.
var sorts = []string{"Sort", "Top", "PartialSort", "PartialTop", "Top1WithTies"}

// exceptions are statements in which an operator that is forbidden elsewhere
// is what is wanted, by how they begin, with the reason.
var exceptions = []struct{ begins, operator, reason string }{
	{`MATCH (a:Address)-[w:TIE]->(b:Address) RETURN`, "NodeByLabelScan", "all ties are asked for, so all are read"},
}

// TestPlansOfReading explains every statement that a reader sends when it is
// asked everything there is to ask.
func TestPlansOfReading(t *testing.T) {
	c := neo4jtest.Database(t)
	graph, _ := sampled(t, c, oddMail(t))
	statements := map[string]map[string]any{}
	graph.Observe(func(cypher string, params map[string]any) {
		if _, ok := statements[cypher]; !ok {
			statements[cypher] = params
		}
	})
	askEverything(t, graph)
	db := plain(t, c)
	// For a while after a load a server may plan as if there was nothing yet, and
	// sorts then. What is judged here are the plans of one that has counted.
	db.run(t, `CALL db.prepareForReplanning(120)`, nil)
	used := map[int]bool{}
	for cypher, params := range statements {
		for _, found := range judge(db.explain(t, cypher, params)) {
			if n := excepted(cypher, found); n >= 0 {
				used[n] = true
				continue
			}
			t.Errorf("%s in %s", found, cypher)
		}
	}
	for n, e := range exceptions {
		if !used[n] {
			t.Errorf("no statement that begins %q has %s any more", e.begins, e.operator)
		}
	}
	t.Logf("%d statements", len(statements))
}

func excepted(cypher, operator string) int {
	return slices.IndexFunc(exceptions, func(e struct{ begins, operator, reason string }) bool {
		return strings.HasPrefix(strings.Join(strings.Fields(cypher), " "), e.begins) && operator == e.operator
	})
}

// step is an operator of a plan, without the database it runs in.
type step struct {
	operator string
	children []step
}

func stepOf(p bolt.Plan) step {
	s := step{operator: strings.TrimSuffix(p.Operator(), "@neo4j")}
	for _, child := range p.Children() {
		s.children = append(s.children, stepOf(child))
	}
	return s
}

// any says whether s or a step below it has one of the operators.
func (s step) any(operators ...string) bool {
	return slices.Contains(operators, s.operator) || slices.ContainsFunc(s.children, func(c step) bool { return c.any(operators...) })
}

// judge names what is forbidden in a plan: scans of a label, operators that
// hold all rows, and sorts but one of a bounded number of rows, or of hits of
// the full-text index.
func judge(s step) []string {
	var found []string
	switch {
	case slices.Contains(scans, s.operator), s.operator == "Eager":
		found = append(found, s.operator)
	case slices.Contains(sorts, s.operator) && !(s.operator == "Top" && s.bounded()):
		found = append(found, s.operator)
	}
	for _, child := range s.children {
		found = append(found, judge(child)...)
	}
	return found
}

// bounded says whether the rows below come of the full-text index or of things
// named one by one, rather than from a walk.
func (s step) bounded() bool {
	return !s.any(append(scans, "NodeIndexScan", "NodeIndexSeekByRange")...) && s.any("ProcedureCall", "NodeUniqueIndexSeek", "NodeIndexSeek")
}

func (db plainDatabase) explain(t *testing.T, cypher string, params map[string]any) step {
	t.Helper()
	result, err := db.Run(t.Context(), "EXPLAIN "+cypher, params)
	if err != nil {
		t.Fatalf("%v in %s", err, cypher)
	}
	summary, err := result.Consume(t.Context())
	if err != nil {
		t.Fatalf("%v in %s", err, cypher)
	}
	return stepOf(summary.Plan())
}

// askEverything asks each question in each way that is a statement of its own.
func askEverything(t *testing.T, r *neo4j.Reader) {
	t.Helper()
	a := newAsking(t, r)
	a.lookups()
	for _, expr := range a.exprs() {
		a.lists(expr)
	}
	for _, scope := range a.scopes() {
		a.ties(scope)
	}
	a.drain(func(yield func(error) bool) {
		for _, err := range r.Dump(t.Context()) {
			if !yield(err) {
				return
			}
		}
	})
}

// asking holds what questions are asked about.
type asking struct {
	*testing.T
	r        *neo4j.Reader
	messages []mail.ID
	threads  []mail.ID
	people   []mail.ID
	batch    mail.Batch
	since    int64
	after    *store.Key
}

func newAsking(t *testing.T, r *neo4j.Reader) *asking {
	t.Helper()
	a := &asking{T: t, r: r}
	page := store.Page{First: 5}
	found, err := r.Search(t.Context(), nil, store.Newest, 0, page)
	a.must(err)
	for _, e := range found.Items {
		a.messages, a.threads = append(a.messages, e.ID), append(a.threads, e.Threads[mail.Probable])
	}
	a.since, a.after = found.Keys[3].Sort, &found.Keys[3]
	people, err := r.FindPeople(t.Context(), "", store.Scope{}, store.BusiestPerson, page)
	a.must(err)
	for _, p := range people.Items {
		a.people = append(a.people, p.ID)
	}
	batches, err := r.Batches(t.Context())
	a.must(err)
	a.batch = batches[0]
	return a
}

func (a *asking) must(err error) {
	a.Helper()
	if err != nil {
		a.Fatal(err)
	}
}

func (a *asking) drain(all func(yield func(error) bool)) {
	a.Helper()
	all(func(err error) bool {
		a.must(err)
		return true
	})
}

// everyWant is every group of fields.
const everyWant = store.WantPeople | store.WantLinks | store.WantCandidates | store.WantCopies | store.WantParts |
	store.WantVariants | store.WantText | store.WantCitedBy

func (a *asking) lookups() {
	a.Helper()
	ctx := a.Context()
	_, err := a.r.Corpus(ctx)
	a.must(err)
	_, err = a.r.Point(ctx)
	a.must(err)
	other := mail.HashOf("no key").ID(mail.MessageLetter) // is looked for among the keys as well
	for want := store.Want(0); want <= store.WantCitedBy; want = max(1, 2*want) {
		_, err = a.r.Entries(ctx, append(a.messages, other), want)
		a.must(err)
	}
	_, err = a.r.Entries(ctx, a.messages, everyWant)
	a.must(err)
	_, err = a.r.People(ctx, a.people)
	a.must(err)
	for _, want := range []store.Want{0, store.WantText} {
		_, err = a.r.Attachments(ctx, []mail.SHA{{}, {1}}, want)
		a.must(err)
	}
	_, err = a.r.AttachmentMessages(ctx, []mail.SHA{{}, {1}}, 0, store.Page{})
	a.must(err)
	for _, batch := range []mail.ID{"", a.batch.ID} {
		_, err = a.r.Published(ctx, "00017", batch, 0)
		a.must(err)
	}
	for view := range mail.View(mail.Views) {
		_, err = a.r.Threads(ctx, a.threads, view)
		a.must(err)
		_, err = a.r.Replies(ctx, a.messages, view, 0, store.Page{})
		a.must(err)
		_, err = a.r.ThreadEntries(ctx, a.threads, view, 0, store.Page{})
		a.must(err)
		_, err = a.r.Participants(ctx, a.threads, view, store.Page{})
		a.must(err)
	}
}

func (a *asking) exprs() []query.Expr {
	words := query.Words{Tokens: []string{"meeting"}}
	from := query.Words{Field: query.InFrom, Tokens: []string{"tobias"}}
	begins := query.Words{Field: query.InSubject, Tokens: []string{"the", "me"}, Prefix: true}
	by, with := query.By{Person: a.people[0]}, query.With{Person: a.people[1]}
	sent, reply := query.Sent{Since: &a.since}, query.Is{Property: query.Reply}
	exprs := []query.Expr{
		nil, words, begins, from, by, with, sent, reply,
		query.MessageID{ID: string(a.messages[0])},
		query.MessageID{ID: "none@none"},
		query.InThread{ID: a.threads[0]},
		query.InBatch{Name: a.batch.Name},
		query.Size{Min: 2000},
		query.Not{Expr: words},
		query.And{words, by, sent},
		query.Or{words, reply},
		query.Or{by, with},
		query.Or{words, from},
		query.Or{words, query.InThread{ID: a.threads[0]}},
		query.And{reply, query.Not{Expr: with}, query.Or{sent, query.Size{Max: 9000}}},
		query.Or{},
	}
	for p := query.Root; p <= query.Undated; p++ {
		exprs = append(exprs, query.Is{Property: p})
	}
	return exprs
}

func (a *asking) lists(expr query.Expr) {
	a.Helper()
	ctx := a.Context()
	for _, page := range []store.Page{{Total: true}, {After: a.after}} {
		for order := range store.Oldest + 1 {
			_, err := a.r.Search(ctx, expr, order, 0, page)
			a.must(err)
		}
		_, err := a.r.FindThreads(ctx, expr, mail.Certain, store.LatestThread, page)
		a.must(err)
		_, err = a.r.FindThreads(ctx, expr, mail.Probable, store.LargestThread, page)
		a.must(err)
		_, err = a.r.FindMissing(ctx, expr, store.Scope{}, 0, page)
		a.must(err)
	}
}

func (a *asking) scopes() []store.Scope {
	words := query.Words{Tokens: []string{"meeting"}}
	scopes := []store.Scope{
		{},
		{Since: &a.since},
		{Until: &a.since},
		{Batches: []mail.ID{a.batch.ID}},
		{Without: a.people[2:3]},
		{MaxRecipients: 3},
		{Match: words},
		{Match: query.By{Person: a.people[0]}},
		{Match: query.Is{Property: query.Reply}},
		{Since: &a.since, Batches: []mail.ID{a.batch.ID}, Match: query.Not{Expr: words}, Without: a.people[2:3], MaxRecipients: 3},
	}
	return scopes
}

func (a *asking) ties(scope store.Scope) {
	a.Helper()
	ctx, page := a.Context(), store.Page{Total: true}
	pairs := []store.Pair{{From: a.people[0], To: a.people[1]}, {From: a.people[1], To: a.people[0]}}
	_, err := a.r.Correspondents(ctx, a.people, scope, page)
	a.must(err)
	_, err = a.r.Ties(ctx, pairs, scope)
	a.must(err)
	_, err = a.r.TieMessages(ctx, pairs, scope, 0, page)
	a.must(err)
	for order := range store.MostReceived + 1 {
		_, err = a.r.FindPeople(ctx, "to qu", scope, order, page)
		a.must(err)
	}
	_, err = a.r.FindMissing(ctx, nil, scope, 0, page)
	a.must(err)
	a.drain(func(yield func(error) bool) {
		for _, err := range a.r.Edges(ctx, scope) {
			if !yield(err) {
				return
			}
		}
	})
}

// TestJudge shows what is forbidden.
func TestJudge(t *testing.T) {
	leaf := func(operator string) step { return step{operator: operator} }
	on := func(operator string, children ...step) step { return step{operator, children} }
	for _, c := range []struct {
		plan step
		want string
	}{
		{on("ProduceResults", leaf("NodeUniqueIndexSeek")), "[]"},
		{on("ProduceResults", on("Limit", leaf("NodeIndexSeekByRange"))), "[]"},
		{on("ProduceResults", leaf("NodeByLabelScan")), "[NodeByLabelScan]"},
		{on("Top", leaf("ProcedureCall")), "[]"},
		{on("Top", on("Expand(All)", leaf("NodeUniqueIndexSeek"))), "[]"},
		{on("Top", leaf("NodeIndexSeekByRange")), "[Top]"},
		{on("Top", on("Apply", leaf("NodeIndexScan"), leaf("NodeUniqueIndexSeek"))), "[Top]"},
		{on("Sort", leaf("NodeUniqueIndexSeek")), "[Sort]"},
		{on("Apply", leaf("AllNodesScan"), on("Eager", leaf("Argument"))), "[AllNodesScan Eager]"},
	} {
		if got := fmt.Sprint(judge(c.plan)); got != c.want {
			t.Errorf("%v: got %s, want %s", c.plan, got, c.want)
		}
	}
}
