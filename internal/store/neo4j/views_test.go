package neo4j_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"skein/internal/mail"
	"skein/internal/query"
	"skein/internal/store"
	"skein/internal/store/neo4j"
	"skein/internal/store/neo4j/neo4jtest"
)

// splitGraph has b as a reply to a in the Probable view alone, so that the
// thread of a is another in each view, under the same id. c replies to b, and
// x stands alone, in both.
func splitGraph() *store.Publication {
	certain, probable := [mail.Views]bool{mail.Certain: true}, [mail.Views]bool{mail.Probable: true}
	a, b, c := mailOf("a", "a", "ann@x", "bo@x"), mailOf("b", "b", "bo@x", "cy@x"), replyTo(mailOf("c", "b", "cy@x", "bo@x"), "b")
	x := mailOf("x", "x", "ann@x", "cy@x")
	guess := mail.Link{Parent: a.ID, Kind: mail.BySubject, Confidence: 100, Evidence: []mail.Evidence{{SHA: shaA}}}
	b.Candidates, b.Links[mail.Probable] = []mail.Link{guess}, &guess
	a.ThreadOf = [mail.Views]store.ThreadKey{threadOf("a", certain), threadOf("a", probable)}
	b.ThreadOf = [mail.Views]store.ThreadKey{threadOf("b", certain), threadOf("a", probable)}
	c.ThreadOf = b.ThreadOf
	return &store.Publication{
		Until: store.Point{Revision: 1, Token: "split", At: dayOne}, Batches: []store.PublishedBatch{batchOne},
		People:    []store.PublishedPerson{personOf("ann@x"), personOf("bo@x"), personOf("cy@x")},
		Addresses: []store.PublishedAddress{addressOf("ann@x", "ann@x"), addressOf("bo@x", "bo@x"), addressOf("cy@x", "cy@x")},
		Threads: []store.PublishedThread{
			threadIn("a", certain, 1), threadIn("b", certain, 2), threadIn("a", probable, 3), threadIn("x", both, 1),
		},
		Messages: []store.PublishedMessage{a, b, c, x},
	}
}

// namesOf gives ids of any kind the names that splitGraph calls them by.
func namesOf(ids ...mail.ID) string {
	var names []string
	for _, id := range ids {
		for _, name := range []string{"a", "b", "c", "x"} {
			if id == messageID(name) || id == threadOf(name, both).ID {
				names = append(names, name)
			}
		}
	}
	return strings.Join(names, " ")
}

// TestViews reads threads that differ between the views.
func TestViews(t *testing.T) {
	c := neo4jtest.Database(t)
	publishTo(t, openPublisher(t, c), splitGraph())
	r, err := neo4j.OpenReader(t.Context(), c, versions, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	entries, err := r.Entries(t.Context(), []mail.ID{messageID("a"), messageID("b"), messageID("c"), messageID("x")}, 0)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"a a", "b a", "b a", "x x"} {
		if got := namesOf(entries[i].Threads[:]...); got != want {
			t.Errorf("threads of %s: got %s, want %s", namesOf(entries[i].ID), got, want)
		}
	}
	for view, want := range [mail.Views]string{
		mail.Certain:  "b of 2 holds b c, names 2 people; a of 1, b of 2, x of 1",
		mail.Probable: "a of 3 holds a b c, names 3 people; a of 3, x of 1",
	} {
		if got := inView(t, r, mail.View(view)); got != want {
			t.Errorf("view %d: got %s, want %s", view, got, want)
		}
	}
	for _, test := range []struct {
		expr query.Expr
		want string
	}{
		{query.InThread{ID: threadOf("c", both).ID}, "a b c"},
		{query.Not{Expr: query.InThread{ID: threadOf("b", both).ID}}, "x"},
		{query.Or{query.InThread{ID: threadOf("b", both).ID}, query.InThread{ID: threadOf("none", both).ID}}, "a b c"},
	} {
		list, err := r.Search(t.Context(), test.expr, store.Newest, 0, store.Page{First: 9})
		if err != nil {
			t.Fatal(err)
		}
		var ids []mail.ID
		for _, e := range list.Items {
			ids = append(ids, e.ID)
		}
		got := strings.Fields(namesOf(ids...))
		if slices.Sort(got); strings.Join(got, " ") != test.want {
			t.Errorf("%v: got %s, want %s", test.expr, got, test.want)
		}
	}
}

// inView says what the thread of b is in a view, and which threads there are.
func inView(t *testing.T, r *neo4j.Reader, of mail.View) string {
	t.Helper()
	page, id := store.Page{First: 9}, []mail.ID{threadOf("b", both).ID}
	threads, err := r.Threads(t.Context(), id, of)
	if err != nil {
		t.Fatal(err)
	}
	if threads[0] == nil {
		return "no thread"
	}
	members, err := r.ThreadEntries(t.Context(), id, of, 0, page)
	if err != nil {
		t.Fatal(err)
	}
	var ids []mail.ID
	for _, m := range members[0].Items {
		ids = append(ids, m.Entry.ID)
	}
	people, err := r.Participants(t.Context(), id, of, page)
	if err != nil {
		t.Fatal(err)
	}
	found, err := r.FindThreads(t.Context(), nil, of, store.LatestThread, page)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, thread := range found.Items {
		all = append(all, fmt.Sprint(namesOf(thread.ID), " of ", thread.MessageCount))
	}
	slices.Sort(all)
	return fmt.Sprintf("%s of %d holds %s, names %d people; %s", namesOf(threads[0].ID), threads[0].MessageCount, namesOf(ids...),
		len(people[0].Items), strings.Join(all, ", "))
}
