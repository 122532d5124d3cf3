package neo4j_test

import (
	"testing"

	"skein/internal/mail"
	"skein/internal/query"
	"skein/internal/store"
	"skein/internal/store/neo4j/neo4jtest"
)

// TestFilesGoWithTheirMessages: a file is one node while a message carries it.
func TestFilesGoWithTheirMessages(t *testing.T) {
	c := neo4jtest.Database(t)
	p := openPublisher(t, c)
	shared, own := mail.File{SHA: mail.SHA{1}, Size: 1, Type: "text/plain"}, mail.File{SHA: mail.SHA{2}, Size: 2, Type: "text/plain"}
	pub := smallGraph()
	carries := func(m *store.PublishedMessage, files ...mail.File) {
		m.Attachments = nil
		for _, f := range files {
			m.Attachments = append(m.Attachments, mail.Attachment{SHA: f.SHA, Size: f.Size, Type: f.Type, Part: "2"})
		}
	}
	carries(&pub.Messages[0], shared, own)
	carries(&pub.Messages[1], shared)
	pub.Files = []mail.File{shared, own}
	publishTo(t, p, pub)
	const all = `MATCH (f:Attachment) RETURN f.size, COUNT { (f)<-[:ATTACHES]-() } ORDER BY f.size`
	wantRows(t, "files", askGraph(t, c, all), "1|2", "2|1")

	// The second message comes anew with the other file, and the first goes.
	b := pub.Messages[1]
	b.New, b.Place = false, false
	carries(&b, own)
	next := &store.Publication{
		Since: pub.Until, Until: store.Point{Revision: 2, Token: "two"}, Files: []mail.File{own}, Messages: []store.PublishedMessage{b},
		Gone: store.Gone{Messages: []mail.ID{pub.Messages[0].ID}},
	}
	publishTo(t, p, next)
	wantRows(t, "files when one message is gone", askGraph(t, c, all), "2|1")

	last := &store.Publication{Since: next.Until, Until: store.Point{Revision: 3, Token: "three"}, Gone: store.Gone{Messages: []mail.ID{b.ID}}}
	publishTo(t, p, last)
	wantRows(t, "files when both are gone", askGraph(t, c, all))
}

// TestSearchIndexOfAnotherModel: a graph that is filled anew has an index of
// every field, whichever version made the one before.
func TestSearchIndexOfAnotherModel(t *testing.T) {
	c := neo4jtest.Database(t)
	askGraph(t, c, `DROP INDEX skein_search IF EXISTS`)
	askGraph(t, c, `CREATE FULLTEXT INDEX skein_search FOR (m:Message) ON EACH [m.searchSubject]`)
	graph, ledger := sampled(t, c)
	for _, r := range []store.Reader{graph, ledger} {
		found, err := r.Search(t.Context(), query.Words{Field: query.InAttached, Tokens: []string{"retainer"}}, store.Newest, 0, store.Page{First: 1})
		if err != nil || len(found.Items) != 1 {
			t.Errorf("got %v, %v, want a message", found.Items, err)
		}
	}
}
