package graph

import (
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"skein/internal/ingest"
	"skein/internal/ingest/ingesttest"
	"skein/internal/mail"
	"skein/internal/store"
	"skein/internal/store/neo4j"
	"skein/internal/store/neo4j/neo4jtest"
	"skein/internal/store/sqlite"
	"skein/internal/store/sqlite/sqlitetest"
)

// revisions are how a store was loaded, not what it holds.
var revisions = regexp.MustCompile(`"(revision|since)": [^,\n]*`)

// TestLedgerAnswersAlike puts every operation to the ledger, which must answer
// with the same bytes as the reference.
func TestLedgerAnswersAlike(t *testing.T) { answersAlike(t, sqlitetest.Load(t, office(), 5)) }

// TestNeo4jAnswersAlike does so with Neo4j.
func TestNeo4jAnswersAlike(t *testing.T) {
	answersAlike(t, neo4jtest.Load(t, neo4jtest.Database(t), office(), 5))
}

func answersAlike(t *testing.T, engine store.Reader) {
	t.Helper()
	h := handler(engine, Options{})
	for _, file := range operations(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			document := read(t, file)
			got := string(pretty(t, post(t, h, document, variables(t, document))))
			want := read(t, strings.TrimSuffix(file, "graphql")+"json")
			if revisions.ReplaceAllString(got, "") != revisions.ReplaceAllString(want, "") {
				t.Errorf("%s:\ngot  %s\nwant %s", file, got, want)
			}
		})
	}
}

// TestEnginesAnswerAlike puts every operation, with ids of what is there, to
// both engines over the sample release and over real mail. They must answer
// with the same bytes, and so must they to a question for everything below
// every root field.
func TestEnginesAnswerAlike(t *testing.T) {
	t.Run("sample", func(t *testing.T) { enginesAnswerAlike(t, ingesttest.Sample(t)) })
	t.Run("cypherpunks-2013", func(t *testing.T) { enginesAnswerAlike(t, ingesttest.RealMail(t, "cypherpunks-2013.tar.xz")) })
}

func enginesAnswerAlike(t *testing.T, ledger *sqlite.Reader) {
	t.Helper()
	both := engines{ledger: handler(ledger, Options{MaxCost: 1 << 40}), graph: handler(published(t, ledger), Options{MaxCost: 1 << 40})}
	ids := idsOf(t, ledger)
	asked := 0
	for _, file := range operations(t) {
		document := read(t, file)
		for _, given := range ids.variables(t, document) {
			asked++
			both.ask(t, filepath.Base(file), document, given)
		}
	}
	schema := gqlparser.MustLoadSchema(&ast.Source{Input: Schema()})
	for name, arguments := range demoRoots(t, ledger) {
		w := writer{schema: schema, levels: 2}
		both.ask(t, name, "{ "+name+arguments+" "+w.selection(schema.Query.Fields.ForName(name).Type, nil)+" }", nil)
	}
	t.Logf("%d operations and %d root fields", asked, len(demoRoots(t, ledger)))
}

// published fills a Neo4j database with what a ledger holds.
func published(t *testing.T, ledger *sqlite.Reader) store.Reader {
	t.Helper()
	config := neo4jtest.Database(t)
	publisher, err := neo4j.OpenPublisher(t.Context(), config, ingest.Stages().Versions)
	if err != nil {
		t.Fatal(err)
	}
	until, err := ledger.Point(t.Context())
	if err == nil {
		err = publisher.Fill(t.Context(), until, ledger.Whole(t.Context(), 2000))
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := publisher.Close(); err != nil {
		t.Fatal(err)
	}
	reader, err := neo4j.OpenReader(t.Context(), config, ingest.Stages().Versions, ledger)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { reader.Close() })
	return reader
}

// engines are two servers over the same mail.
type engines struct{ ledger, graph http.Handler }

func (e engines) ask(t *testing.T, name, document string, given map[string]any) {
	t.Helper()
	want, got := string(post(t, e.ledger, document, given)), string(post(t, e.graph, document, given))
	if want == got {
		return
	}
	at := 0
	for at < min(len(want), len(got)) && want[at] == got[at] {
		at++
	}
	around := func(text string) string { return text[max(0, at-200):min(len(text), at+200)] }
	t.Errorf("%s %v: from byte %d on\nledger …%s…\nneo4j  …%s…", name, given, at, around(want), around(got))
}

// someIDs are ids of each kind, to put into operations.
type someIDs map[string][]string

func idsOf(t *testing.T, r store.Reader) someIDs {
	t.Helper()
	ids := someIDs{}
	add := func(kind string, id mail.ID) { ids[kind] = append(ids[kind], string(id)) }
	page := store.Page{First: 200}
	mails, err := r.Search(t.Context(), nil, store.Newest, 0, page)
	must(t, err)
	for i, e := range mails.Items {
		if i%20 == 0 || e.VariantCount > 0 {
			add("message", e.ID)
			add("thread", e.Threads[mail.Certain])
		}
	}
	missing, err := r.FindMissing(t.Context(), nil, store.Scope{}, 0, store.Page{First: 3})
	must(t, err)
	for _, e := range missing.Items {
		add("message", e.ID)
	}
	largest, err := r.FindThreads(t.Context(), nil, mail.Certain, store.LargestThread, store.Page{First: 3})
	must(t, err)
	for _, thread := range largest.Items {
		add("thread", thread.ID)
	}
	people, err := r.FindPeople(t.Context(), "", store.Scope{}, store.BusiestPerson, store.Page{First: 8})
	must(t, err)
	for i, p := range people.Items {
		add("person", p.ID)
		_, from, _ := p.ID.Parse()
		_, to, _ := people.Items[len(people.Items)-1-i].ID.Parse()
		add("tie", mail.TieID(from, to))
	}
	batches, err := r.Batches(t.Context())
	must(t, err)
	for _, b := range batches {
		add("batch", b.ID)
	}
	return ids
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// variables are those of a document with real ids in place of made up ones,
// as often as there are ids.
func (ids someIDs) variables(t *testing.T, document string) []map[string]any {
	t.Helper()
	line, _, _ := strings.Cut(document, "\n")
	line, ok := strings.CutPrefix(line, "# {")
	if !ok {
		return []map[string]any{nil}
	}
	most := 0
	for _, list := range ids {
		most = max(most, len(list))
	}
	var all []map[string]any
	for turn := range most {
		var given map[string]any
		must(t, json.Unmarshal([]byte("{"+line), &given))
		n := turn
		pick := func(text string) string {
			kind, _, _ := strings.Cut(text, ":")
			list := ids[kind]
			if len(list) == 0 {
				return text
			}
			n++ // so that two people of one operation are not the same
			return list[n%len(list)]
		}
		for _, name := range sortedNames(given) {
			switch v := given[name].(type) {
			case string:
				given[name] = pick(v)
			case []any:
				for i := range v {
					v[i] = pick(fmt.Sprint(v[i]))
				}
			}
		}
		all = append(all, given)
	}
	return all
}

func sortedNames(given map[string]any) []string {
	var names []string
	for name := range given {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
