package neo4j_test

import (
	"reflect"
	"strings"
	"testing"

	"skein/internal/mail"
	"skein/internal/query"
	"skein/internal/store"
	"skein/internal/store/neo4j/neo4jtest"
)

// TestTiesByMessages asks for ties in scopes of few messages, of one who wrote
// more, so that they are looked for by the messages, and of many people. Both
// must be what the ledger answers.
func TestTiesByMessages(t *testing.T) {
	graph, ledger := sampled(t, neo4jtest.Database(t))
	busiest, err := ledger.FindPeople(t.Context(), "", store.Scope{}, store.MostSent, store.Page{First: 30})
	if err != nil {
		t.Fatal(err)
	}
	all, err := ledger.Correspondents(t.Context(), []mail.ID{busiest.Items[0].ID}, store.Scope{}, store.Page{First: 5})
	if err != nil {
		t.Fatal(err)
	}
	var many []mail.ID
	for _, p := range busiest.Items {
		many = append(many, p.ID)
	}
	var pairs []store.Pair
	for _, tie := range all[0].Items {
		pairs = append(pairs, store.Pair{From: tie.From, To: tie.To})
	}
	byMessages := 0
	graph.Observe(func(cypher string, params map[string]any) {
		if strings.Contains(cypher, "UNWIND $rows AS row WITH *") {
			byMessages++
		}
	})
	found := 0
	for _, n := range []int{0, 1, 2} {
		message, err := ledger.TieMessages(t.Context(), pairs[n:n+1], store.Scope{}, 0, store.Page{First: 1})
		if err != nil {
			t.Fatal(err)
		}
		scope := store.Scope{Match: query.MessageID{ID: string(message[0].Items[0].ID)}}
		for _, people := range [][]mail.ID{many[:1], many} {
			got, err := graph.Correspondents(t.Context(), people, scope, store.Page{First: 50, Total: true})
			want, _ := ledger.Correspondents(t.Context(), people, scope, store.Page{First: 50, Total: true})
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("Correspondents of %d people by message %d: got %v, error %v, want %v", len(people), n, got, err, want)
			}
			found += len(want[0].Items)
		}
		for _, some := range [][]store.Pair{pairs[n : n+1], pairs} {
			got, err := graph.Ties(t.Context(), some, scope)
			want, _ := ledger.Ties(t.Context(), some, scope)
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("Ties of %d pairs by message %d: got %v, error %v, want %v", len(some), n, got, err, want)
			}
			lists, err := graph.TieMessages(t.Context(), some, scope, 0, store.Page{First: 50, Total: true})
			listed, _ := ledger.TieMessages(t.Context(), some, scope, 0, store.Page{First: 50, Total: true})
			if err != nil || !reflect.DeepEqual(lists, listed) {
				t.Errorf("TieMessages of %d pairs by message %d: got %v, error %v, want %v", len(some), n, lists, err, listed)
			}
		}
	}
	if byMessages == 0 || found == 0 {
		t.Errorf("got %d statements that go by the messages and %d ties, want some of both", byMessages, found)
	}
}
