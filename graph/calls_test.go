package graph

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"skein/internal/mail"
	"skein/internal/query"
	"skein/internal/store"
	"skein/internal/store/storetest"
)

// counter is a reader that counts its calls by name.
type counter struct {
	store.Reader
	mu    sync.Mutex
	calls map[string]int
	wants store.Want // all that was asked for of entries
}

func (c *counter) count(name string, want store.Want) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls[name]++
	c.wants |= want
}

func (c *counter) total() int {
	total := 0
	for n := range maps.Values(c.calls) {
		total += n
	}
	return total
}

func (c *counter) Corpus(ctx context.Context) (mail.Corpus, error) {
	c.count("Corpus", 0)
	return c.Reader.Corpus(ctx)
}

func (c *counter) Batches(ctx context.Context) ([]mail.Batch, error) {
	c.count("Batches", 0)
	return c.Reader.Batches(ctx)
}

func (c *counter) Entries(ctx context.Context, ids []mail.ID, want store.Want) ([]*mail.Entry, error) {
	c.count("Entries", want)
	return c.Reader.Entries(ctx, ids, want)
}

func (c *counter) Threads(ctx context.Context, ids []mail.ID, view mail.View) ([]*mail.Thread, error) {
	c.count("Threads", 0)
	return c.Reader.Threads(ctx, ids, view)
}

func (c *counter) People(ctx context.Context, ids []mail.ID) ([]*mail.Person, error) {
	c.count("People", 0)
	return c.Reader.People(ctx, ids)
}

func (c *counter) Published(ctx context.Context, id string, batch mail.ID, want store.Want) ([]*mail.Entry, error) {
	c.count("Published", want)
	return c.Reader.Published(ctx, id, batch, want)
}

func (c *counter) Search(ctx context.Context, e query.Expr, o store.SearchOrder, want store.Want, p store.Page) (store.List[*mail.Entry], error) {
	c.count("Search", want)
	return c.Reader.Search(ctx, e, o, want, p)
}

func (c *counter) FindThreads(ctx context.Context, e query.Expr, v mail.View, o store.ThreadOrder, p store.Page) (store.List[*mail.Thread], error) {
	c.count("FindThreads", 0)
	return c.Reader.FindThreads(ctx, e, v, o, p)
}

func (c *counter) FindPeople(ctx context.Context, t string, s store.Scope, o store.PersonOrder, p store.Page) (store.List[*mail.Person], error) {
	c.count("FindPeople", 0)
	return c.Reader.FindPeople(ctx, t, s, o, p)
}

func (c *counter) FindMissing(ctx context.Context, e query.Expr, s store.Scope, want store.Want, p store.Page) (store.List[*mail.Entry], error) {
	c.count("FindMissing", want)
	return c.Reader.FindMissing(ctx, e, s, want, p)
}

func (c *counter) Replies(ctx context.Context, ids []mail.ID, v mail.View, want store.Want, p store.Page) ([]store.List[*mail.Entry], error) {
	c.count("Replies", want)
	return c.Reader.Replies(ctx, ids, v, want, p)
}

func (c *counter) ThreadEntries(ctx context.Context, ids []mail.ID, v mail.View, want store.Want, p store.Page) ([]store.List[mail.Placed], error) {
	c.count("ThreadEntries", want)
	return c.Reader.ThreadEntries(ctx, ids, v, want, p)
}

func (c *counter) Participants(ctx context.Context, ids []mail.ID, v mail.View, p store.Page) ([]store.List[*mail.Person], error) {
	c.count("Participants", 0)
	return c.Reader.Participants(ctx, ids, v, p)
}

func (c *counter) Correspondents(ctx context.Context, ids []mail.ID, s store.Scope, p store.Page) ([]store.List[mail.Tie], error) {
	c.count("Correspondents", 0)
	return c.Reader.Correspondents(ctx, ids, s, p)
}

func (c *counter) Ties(ctx context.Context, pairs []store.Pair, s store.Scope) ([]*mail.Tie, error) {
	c.count("Ties", 0)
	return c.Reader.Ties(ctx, pairs, s)
}

func (c *counter) TieMessages(ctx context.Context, pairs []store.Pair, s store.Scope, want store.Want, p store.Page) ([]store.List[*mail.Entry], error) {
	c.count("TieMessages", want)
	return c.Reader.TieMessages(ctx, pairs, s, want, p)
}

func (c *counter) Attachments(ctx context.Context, files []mail.SHA, want store.Want) ([]*mail.File, error) {
	c.count("Attachments", want)
	return c.Reader.Attachments(ctx, files, want)
}

func (c *counter) AttachmentMessages(ctx context.Context, files []mail.SHA, want store.Want, p store.Page) ([]store.List[*mail.Entry], error) {
	c.count("AttachmentMessages", want)
	return c.Reader.AttachmentMessages(ctx, files, want, p)
}

func (c *counter) Edges(ctx context.Context, s store.Scope) iter.Seq2[store.Edge, error] {
	c.count("Edges", 0)
	return c.Reader.Edges(ctx, s)
}

// wide is a release in which every list is long: sixty threads of two mails
// and a missing one, between as many people.
func wide() *storetest.Reference {
	var letters []letter
	day := time.Date(2015, 3, 1, 9, 0, 0, 0, time.UTC)
	for n := range 60 {
		ann, bob := fmt.Sprintf("Ann %d <ann%d>", n, n), fmt.Sprintf("Bob <bob%d>", n)
		at := func(hours int) string {
			return day.AddDate(0, 0, n).Add(time.Duration(hours) * time.Hour).Format(time.RFC3339)
		}
		letters = append(letters,
			letter{
				id: fmt.Sprint("a", n), from: ann, to: bob, cc: "cy", date: at(0), references: fmt.Sprint("x", n),
				subject: fmt.Sprint("Matter ", n), body: "Here it is.", publisher: fmt.Sprint(n),
				files: []mail.Attachment{{Name: "a.txt", Type: "text/plain", Size: 1, SHA: mail.SHA{byte(n + 1)}, Part: "2"}},
			},
			letter{
				id: fmt.Sprint("b", n), from: bob, to: ann, date: at(1), references: fmt.Sprint("x", n, " a", n),
				subject: fmt.Sprint("Re: Matter ", n), body: "Thanks.", publisher: "same",
				files: []mail.Attachment{{Name: "b.txt", Type: "text/plain", Size: 1, SHA: mail.SHA{byte(n + 1)}, Part: "2"}},
			})
	}
	return storetest.NewReference([]storetest.Release{release("1", "2015-10-01", letters)})
}

// storeFields are the fields that ask the store; each is one call for all of
// its level.
var storeFields = map[string]bool{
	"thread": true, "parent": true, "replies": true, "person": true, "batch": true, "citedBy": true,
	"participants": true, "entries": true, "correspondents": true, "reverse": true, "messages": true,
	"Attachment.text": true, "Attachment.textNote": true, "Attachment.detectedType": true,
	"Tie.from": true, "Tie.to": true, "Hop.from": true, "Hop.to": true,
}

// TestCallsByDepth runs every field of the schema, three levels of things
// deep, one wide and fifty wide: the calls to the store are bounded by the
// fields of the document, not by what they answer.
func TestCallsByDepth(t *testing.T) {
	reference := wide()
	schema := gqlparser.MustLoadSchema(&ast.Source{Input: Schema()})
	for _, root := range roots(t, reference) {
		t.Run(root.name, func(t *testing.T) {
			narrow := callsOf(t, reference, schema, root, 1)
			broad := callsOf(t, reference, schema, root, 50)
			if broad > narrow+fewer {
				t.Errorf("%s: %d calls at 50 wide, %d at 1 wide", root.name, broad, narrow)
			}
		})
	}
}

// rootField is a root field with its arguments; %d is the width.
type rootField struct {
	name, arguments string
	levels          int // of things; 3 when 0
}

// fewer is how many calls less one thing alone may need: it may have no
// parent, say.
const fewer = 4

func roots(t *testing.T, r store.Reader) []rootField {
	t.Helper()
	people, err := r.FindPeople(t.Context(), "", store.Scope{}, store.BusiestPerson, store.Page{First: 200})
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, p := range people.Items[:50] {
		ids = append(ids, string(p.ID))
	}
	list, _ := json.Marshal(ids)
	return []rootField{
		{name: "corpus"},
		{name: "batches"},
		{name: "search", arguments: `(query: "", first: %d)`},
		{name: "threads", arguments: `(first: %d)`},
		{name: "people", arguments: `(first: %d)`},
		{name: "missingMessages", arguments: `(first: %d)`},
		{name: "messagesByPublisherId", arguments: `(publisherId: "same")`},
		{name: "nodes", arguments: `(ids: ` + string(list) + `)`, levels: 2},
		{name: "paths", arguments: fmt.Sprintf(`(from: %q, to: %q, limit: %%d)`, personID("ann1"), personID("ann2"))},
	}
}

// callsOf runs one operation in a bubble, where a level is complete before the
// loader's wait is over, and checks it against the bound of its document.
func callsOf(t *testing.T, reference *storetest.Reference, schema *ast.Schema, root rootField, width int) int {
	t.Helper()
	arguments := root.arguments
	if strings.Contains(arguments, "%d") {
		arguments = fmt.Sprintf(arguments, width)
	}
	w := writer{schema: schema, levels: cmp.Or(root.levels, 3)}
	body := w.selection(schema.Query.Fields.ForName(root.name).Type, nil)
	counting := &counter{Reader: reference, calls: map[string]int{}}
	synctest.Test(t, func(t *testing.T) {
		h := handler(counting, Options{MaxCost: 1 << 40})
		var answer struct{ Errors []struct{ Message string } }
		got := post(t, h, "{ "+root.name+arguments+" "+body+" }", nil)
		if err := json.Unmarshal(got, &answer); err != nil || len(answer.Errors) > 0 {
			t.Fatalf("%s %d wide: %v, %.300q", root.name, width, err, answer.Errors)
		}
	})
	if bound := w.asking + 3; counting.total() > bound {
		t.Errorf("%s %d wide: %d calls, more than its %d fields that ask: %v", root.name, width, counting.total(), bound, counting.calls)
	}
	return counting.total()
}

// writer writes selections of every field.
type writer struct {
	schema *ast.Schema
	levels int
	asking int // fields written that ask the store
}

// selection writes all fields of a type; above are the types it stands in.
func (w *writer) selection(of *ast.Type, above []string) string {
	def := w.schema.Types[of.Name()]
	switch def.Kind {
	case ast.Object:
		return "{" + w.fields(def, above) + " }"
	case ast.Interface:
		var text strings.Builder
		text.WriteString("{ __typename")
		for _, possible := range w.schema.GetPossibleTypes(def) {
			if possible.Kind == ast.Object {
				text.WriteString(" ... on " + possible.Name + " {" + w.fields(possible, above) + "}")
			}
		}
		return text.String() + "}"
	}
	return ""
}

func (w *writer) fields(def *ast.Definition, above []string) string {
	above = append(slices.Clone(above), def.Name)
	things := 0
	for _, name := range above {
		if !strings.HasSuffix(name, "Connection") && !strings.HasSuffix(name, "Edge") {
			things++
		}
	}
	var text strings.Builder
	text.WriteString(" __typename")
	for _, field := range def.Fields {
		leaf := w.schema.Types[field.Type.Name()].IsLeafType()
		if strings.HasPrefix(field.Name, "__") || !leaf && things >= w.levels || field.Name == "edges" && things > 1 {
			continue
		}
		alias := ""
		if def.Name == "Tie" && !leaf {
			alias = "tie_" + field.Name + ": " // Message has other fields of that name
		}
		arguments := ""
		if field.Arguments.ForName("first") != nil {
			arguments = "(first: 2)"
		}
		inner := w.selection(field.Type, above)
		if storeFields[field.Name] || storeFields[def.Name+"."+field.Name] {
			w.asking++
		}
		text.WriteString(" " + alias + field.Name + arguments + inner)
	}
	return text.String()
}

// TestWants asks the store for no more of an entry than is selected.
func TestWants(t *testing.T) {
	for _, test := range []struct {
		document string
		want     store.Want
	}{
		{`{ search(query: "") { nodes { id subject sentAt size } totalCount } }`, 0},
		{`{ search(query: "") { nodes { from { name } } } }`, store.WantPeople},
		{`{ search(query: "") { edges { node { to { name } text { value } } } } }`, store.WantPeople | store.WantText},
		{
			`{ search(query: "") { nodes { ...m } } } fragment m on Message { copies { length } ...l } fragment l on ThreadEntry { replyLink { kind } }`,
			store.WantCopies | store.WantLinks,
		},
		{`{ search(query: "") { nodes { text @skip(if: true) { value } defects { kind } } } }`, store.WantParts},
		{`{ missingMessages { nodes { citedBy { nodes { variants { sha256 } } } } } }`, store.WantCitedBy | store.WantVariants},
		{
			`{ threads(first: 5) { nodes { entries { edges { node { ... on Message { attachments { name } } replyCandidates { kind } } } } } } }`,
			store.WantParts | store.WantCandidates,
		},
	} {
		counting := &counter{Reader: storetest.NewReference(office()), calls: map[string]int{}}
		post(t, handler(counting, Options{}), test.document, nil)
		if counting.wants != test.want {
			t.Errorf("%s: wants %b, want %b", test.document, counting.wants, test.want)
		}
	}
}
