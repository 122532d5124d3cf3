package graph

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"skein/internal/ingest/ingesttest"
	"skein/internal/mail"
	"skein/internal/query"
	"skein/internal/store"
)

// TestDemoAnswersEveryField asks the sample release, loaded from disk as the
// demo is, for every root field with every field below it.
func TestDemoAnswersEveryField(t *testing.T) {
	reader := ingesttest.Sample(t)
	h := handler(reader, Options{MaxCost: 1 << 40})
	schema := gqlparser.MustLoadSchema(&ast.Source{Input: Schema()})
	asked := map[string]bool{"__schema": true, "__type": true}
	for name, arguments := range demoRoots(t, reader) {
		asked[name] = true
		w := writer{schema: schema, levels: 2}
		body := w.selection(schema.Query.Fields.ForName(name).Type, nil)
		var answer struct {
			Data   map[string]json.RawMessage
			Errors []struct{ Message string }
		}
		got := post(t, h, "{ "+name+arguments+" "+body+" }", nil)
		if err := json.Unmarshal(got, &answer); err != nil || len(answer.Errors) > 0 {
			t.Errorf("%s: %v, %.300q", name, err, answer.Errors)
		}
		if data := string(answer.Data[name]); data == "null" || data == "[]" || data == "" {
			t.Errorf("%s%s: got %q, want something", name, arguments, data)
		}
	}
	for _, field := range schema.Query.Fields {
		if !asked[field.Name] {
			t.Errorf("%s was not asked for", field.Name)
		}
	}
}

// demoRoots are the root fields with arguments that find something.
func demoRoots(t *testing.T, r store.Reader) map[string]string {
	t.Helper()
	people, err := r.FindPeople(t.Context(), "", store.Scope{}, store.MostSent, store.Page{First: 3})
	if err != nil {
		t.Fatal(err)
	}
	mails, err := r.Search(t.Context(), nil, store.Oldest, store.WantCopies, store.Page{First: 200})
	if err != nil {
		t.Fatal(err)
	}
	carried, err := r.Search(t.Context(), query.Is{Property: query.HasAttachment}, store.Newest, store.WantParts, store.Page{First: 1})
	if err != nil || len(carried.Items) == 0 {
		t.Fatalf("no message with an attachment: %v", err)
	}
	message, publisherID := mails.Items[0], ""
	for _, e := range mails.Items {
		for _, c := range e.Copies {
			if c.PublisherID != "" && len(e.MessageIDs) > 0 {
				message, publisherID = e, c.PublisherID
			}
		}
	}
	first, last := people.Items[0], people.Items[2]
	id := func(id mail.ID) string { return fmt.Sprintf(`(id: %q)`, id) }
	return map[string]string{
		"corpus": "", "batches": "",
		"search": `(query: "", first: 20)`, "threads": `(first: 20)`, "people": `(first: 20)`, "missingMessages": `(first: 20)`,
		"node": id(message.ID), "nodes": fmt.Sprintf(`(ids: [%q, %q])`, message.ID, first.ID), "message": id(message.ID),
		"entryByMessageId":      fmt.Sprintf(`(messageId: %q)`, message.MessageIDs[0]),
		"messagesByPublisherId": fmt.Sprintf(`(publisherId: %q)`, publisherID),
		"attachment":            fmt.Sprintf(`(sha256: %q)`, carried.Items[0].Attachments[0].SHA),
		"thread":                id(message.Threads[mail.Probable]), "person": id(first.ID),
		"personByAddress": fmt.Sprintf(`(address: %q)`, first.Addresses[0].Address),
		"paths":           fmt.Sprintf(`(from: %q, to: %q, limit: 2)`, first.ID, last.ID),
	}
}
