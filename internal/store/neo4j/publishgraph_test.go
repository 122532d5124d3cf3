package neo4j_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"skein/internal/mail"
	"skein/internal/query"
	"skein/internal/store"
	"skein/internal/store/neo4j/neo4jtest"
)

// The parts of a small graph.
var (
	batchOne  = store.PublishedBatch{Batch: mail.Batch{ID: mail.BatchHash("main", "1").ID(mail.BatchLetter), Collection: "main", Name: "1", Sources: 2}}
	both      = [mail.Views]bool{true, true}
	shaA      = mail.SHA{0xa}
	shaB      = mail.SHA{0xb}
	dayOne    = int64(1_000_000_000_123)
	dayTwo    = dayOne + 86_400_000
	dayOneRow = "2001-09-09T01:46:40.123Z"
)

func messageID(name string) mail.ID { return mail.MessageIDKey(name).Hash().ID(mail.MessageLetter) }

func personID(address string) mail.ID { return mail.AddressHash(address).ID(mail.PersonLetter) }

func threadOf(name string, views [mail.Views]bool) store.ThreadKey {
	return store.ThreadKey{ID: mail.MessageIDKey(name).Hash().ID(mail.ThreadLetter), Views: views}
}

// mailOf is a message in a thread that both views hold together.
func mailOf(name, thread, from, to string) store.PublishedMessage {
	k := threadOf(thread, both)
	m := store.PublishedMessage{
		Entry: &mail.Entry{
			ID: messageID(name), MessageIDs: []string{name}, Subject: "On " + name, HasSubject: true,
			Sent: &mail.Date{Milli: dayOne, Offset: 3600}, Size: 10, CopyCount: 1, RecipientCount: 1, Text: "Text of " + name,
			From: []mail.Correspondent{{Address: from, Name: "Some One"}}, To: []mail.Correspondent{{Address: to}},
			Copies: []mail.Copy{{Batch: batchOne.ID, Source: name + ".eml", Length: 10, SHA: shaA, PublisherID: "7"}},
		},
		New: true, Body: true, Place: true, Keys: []mail.Hash{mail.MessageIDKey(name).Hash()}, Canonical: shaA,
		ThreadOf: [mail.Views]store.ThreadKey{k, k},
	}
	m.Document = query.NewDocument(m.Subject, mentions(m.Entry), nil, m.Text)
	return m
}

// missingMail is a message that is cited only.
func missingMail(name, thread string) store.PublishedMessage {
	k := threadOf(thread, both)
	return store.PublishedMessage{
		Entry: &mail.Entry{ID: messageID(name), Missing: true, MessageIDs: []string{name}, CitedCount: 1},
		New:   true, Body: true, Place: true, Keys: []mail.Hash{mail.MessageIDKey(name).Hash()},
		ThreadOf: [mail.Views]store.ThreadKey{k, k},
	}
}

// replyTo has m reply to another message.
func replyTo(m store.PublishedMessage, parent string) store.PublishedMessage {
	l := mail.Link{Parent: messageID(parent), Kind: mail.ByInReplyTo, Confidence: 950, Evidence: []mail.Evidence{{SHA: shaA, Value: parent}}}
	m.Candidates, m.Links = []mail.Link{l}, [mail.Views]*mail.Link{&l, &l}
	m.Cites = []mail.ID{l.Parent}
	return m
}

func threadIn(name string, views [mail.Views]bool, messages int) store.PublishedThread {
	k := threadOf(name, views)
	return store.PublishedThread{
		Thread: mail.Thread{ID: k.ID, Subject: "On " + name, MessageCount: messages, StartedAt: &dayOne, LatestAt: &dayOne}, Views: views, New: true,
	}
}

func personOf(address string, more ...string) store.PublishedPerson {
	return store.PublishedPerson{
		Person: mail.Person{ID: personID(address), Name: address, SentCount: 1, ReceivedCount: len(more)}, New: true, Search: " " + address,
	}
}

func addressOf(address, owner string) store.PublishedAddress {
	return store.PublishedAddress{Address: mail.Address{Address: address}, ID: personID(address), Person: personID(owner), New: true, Uses: true}
}

func tieOf(from, to string, counts ...[3]int) store.PublishedTie {
	t := store.PublishedTie{From: from, To: to}
	for i, count := range counts {
		m := store.TieMonth{Count: count}
		if i > 0 {
			m.Month, m.First, m.Last = 200109, &dayOne, &dayTwo
		}
		t.Months = append(t.Months, m)
	}
	return t
}

// smallGraph is a graph of a message, its reply, and a missing one it cites.
func smallGraph() *store.Publication {
	return &store.Publication{
		Until: store.Point{Revision: 1, Token: "one", At: dayOne}, Batches: []store.PublishedBatch{batchOne},
		Rejected:  []store.PublishedRejected{{Batch: batchOne.ID, Source: "x.eml", Length: 3, Reason: "no mail", SHA: shaB}},
		People:    []store.PublishedPerson{personOf("ann@x"), personOf("bo@x", "bob@x")},
		Addresses: []store.PublishedAddress{addressOf("ann@x", "ann@x"), addressOf("bo@x", "bo@x"), addressOf("bob@x", "bo@x")},
		Threads:   []store.PublishedThread{threadIn("a", both, 2)},
		Messages: []store.PublishedMessage{
			mailOf("a", "a", "ann@x", "bo@x"), replyTo(mailOf("b", "a", "bo@x", "ann@x"), "c"), missingMail("c", "a"),
		},
		Ties: []store.PublishedTie{tieOf("ann@x", "bo@x", [3]int{1, 0, 0}, [3]int{2, 1, 0}), tieOf("bo@x", "ann@x", [3]int{1, 0, 0})},
	}
}

// TestPublishSmall reads a small graph back, property by property.
func TestPublishSmall(t *testing.T) {
	c := neo4jtest.Database(t)
	p := openPublisher(t, c)
	if got := p.Point(); got != (store.Point{}) {
		t.Errorf("point of an empty graph: got %v, want none", got)
	}
	pub := smallGraph()
	a := pub.Messages[0]
	a.Attachments = []mail.Attachment{{Type: "image/png", Size: 3, Part: "2"}, {Name: "b.pdf", Type: "application/pdf", Part: "3"}}
	pub.Files = []mail.File{{Size: 3, Type: "image/png", Text: "Said", Note: "read in part"}}
	a.Document.Attached = "said"
	a.Defects = []mail.Defect{{Kind: "bad-date", Offset: 5}}
	a.Poisoned, a.ListID = []string{"1@localhost"}, "list"
	a.Variants = []mail.Variant{{SHA: shaB, Subject: "Other", Sent: a.Sent, From: []mail.Mention{{Address: "ann@x", Name: "Ann"}}, Copies: a.Copies}}
	a.To = append(a.To, a.To[0])
	pub.Messages[0] = a
	publishTo(t, p, pub)

	wantRows(t, "state", askGraph(t, c, `MATCH (s:Skein) RETURN s.model, s.versions, s.state, s.revision, s.token, s.at`),
		"2|parse 1, thread 1|ready|1|one|1000000000123")
	wantRows(t, "message", askGraph(t, c, `MATCH (m:Message {id: '`+string(a.ID)+`'}) RETURN m.messageIds, m.subject, toString(m.sentAt), m.sentMs, m.dateOffset,
		m.size, m.copyCount, m.variantCount, m.recipientCount, m.citedCount, m.listId, m.text, m.people, m.attachments, m.defects,
		m.searchSubject, m.searchBody, m.searchFrom, m.searchTo, m.searchCc`),
		"[a]|On a|"+dayOneRow+"|1000000000123|3600|10|1|0|1|0|list|Text of a|[from ann@x Some One to bo@x  to bo@x ]|[ b.pdf]|[bad-date]|"+
			"on a|text of a|some one ann x|bo x|<nil>")
	wantRows(t, "keys and parts", askGraph(t, c, `MATCH (m:Message {id: '`+string(a.ID)+`'}) RETURN m.searchKeys, m.parts`),
		string(a.ID[2:])+" p"+string(messageID("1@localhost")[2:])+"|"+
			`{"a":[{"t":"image/png","s":3,"h":"`+strings.Repeat("0", 64)+`","p":"2"},{"n":"b.pdf","t":"application/pdf","s":0,"h":"`+
			strings.Repeat("0", 64)+`","p":"3"}],"d":[{"k":"bad-date","o":5}]}`)
	wantRows(t, "missing", askGraph(t, c, `MATCH (m:Missing) RETURN m:Message, properties(m)`), "true|"+fmt.Sprint(map[string]any{
		"id": string(messageID("c")), "messageIds": []any{"c"}, "citedCount": 1, "searchKeys": string(messageID("c")[2:]),
	}))
	for _, test := range []struct{ what, cypher, want string }{
		{
			"recipients, once each", `MATCH (f)-[:SENT]->(m)-[:TO]->(a) RETURN f.address, m.subject, a.address ORDER BY m.subject`,
			"ann@x|On a|bo@x\nbo@x|On b|ann@x",
		},
		{
			"reply", `MATCH (m)-[l:REPLY_TO]->(p) RETURN m.subject, p.messageIds, l.kind, l.confidence, l.view, l.rank, l.evidenceSha = m.sha256, l.evidenceValue`,
			"On b|[c]|IN_REPLY_TO|950|[CERTAIN PROBABLE]|0|true|c",
		},
		{
			"attachments", `MATCH (m)-[a:ATTACHES]->(f:Attachment) RETURN m.subject, a.part, a.name, a.type, f.sha256 = '` + strings.Repeat("0", 64) +
				`', f.size, f.type, f.text, f.note, m.searchAttached ORDER BY a.part`,
			"On a|2|<nil>|image/png|true|3|image/png|Said|read in part|said\nOn a|3|b.pdf|application/pdf|true|3|image/png|Said|read in part|said",
		},
		{"cites", `MATCH (m)-[:CITES]->(p) RETURN m.subject, p.messageIds`, "On b|[c]"},
		{
			"thread", `MATCH (m)-[i:IN_THREAD]->(t:Thread) RETURN count(m), labels(t), properties(i), t.key = t.id, t.subject, t.messageCount, t.missingCount, toString(t.startedAt), t.latestMs`,
			"3|[Thread Certain Probable]|map[]|true|On a|2|0|" + dayOneRow + "|1000000000123",
		},
		{
			"copy", `MATCH (c:Copy)-[:COPY_OF]->({subject: 'On a'}), (c)-[:IN_BATCH]->(b) RETURN c.source, c.part, c.offset, c.length, c.publisherId, b.name, b.sources, b.published`,
			"a.eml||0|10|7|1|2|<nil>",
		},
		{
			"variant", `MATCH (v:Variant)-[:VARIANT_OF]->(m) RETURN v.sha256 = '` + shaB.String() + `', v.subject, v.people, v.shas = [m.sha256, v.sha256], v.rank`,
			"true|Other|[from ann@x Ann]|true|0",
		},
		{"claim", `MATCH (m)-[:CLAIMS]->(p:PoisonedId) RETURN m.subject, p.id = '` + string(messageID("1@localhost")) + `', p.messageId`, "On a|true|1@localhost"},
		{"rejected", `MATCH (r)-[:REJECTED_FROM]->(b) RETURN r.source, r.batchId = b.id, r.reason, r.offset, r.length`, "x.eml|true|no mail|0|3"},
		{
			"people", `MATCH (p:Person)-[:USES]->(a) RETURN p.name, p.totalCount, p.owner, a.address ORDER BY a.address`,
			"ann@x|1|<nil>|ann@x\nbo@x|2|<nil>|bo@x\nbo@x|2|<nil>|bob@x",
		},
		{
			"tie", `MATCH (f)-[w:TIE]->(t) RETURN f.address, w.count, w.toCount, w.ccCount, w.bccCount, w.months, w.monthCounts, w.monthFirst, w.monthLast, toString(w.firstAt), toString(w.lastAt) ORDER BY f.address`,
			"ann@x|4|3|1|0|[0 200109]|[1 0 0 2 1 0]|[-4611686018427387904 1000000000123]|[-4611686018427387904 1000086400123]|" + dayOneRow + "|2001-09-10T01:46:40.123Z\n" +
				"bo@x|1|1|0|0|[0]|[1 0 0]|[-4611686018427387904]|[-4611686018427387904]|<nil>|<nil>",
		},
	} {
		wantRows(t, test.what, askGraph(t, c, test.cypher), strings.Split(test.want, "\n")...)
	}
	if got := p.Point(); got != pub.Until {
		t.Errorf("point: got %v, want %v", got, pub.Until)
	}
}

// laterGraph changes everything that small can hold into something else.
func laterGraph() *store.Publication {
	b := replyTo(mailOf("b", "b", "ann@x", "cy@x"), "d")
	b.New, b.Subject, b.HasSubject = false, "", false
	b.ThreadOf = [mail.Views]store.ThreadKey{threadOf("b", [mail.Views]bool{true, false}), threadOf("c", [mail.Views]bool{false, true})}
	b.Links[mail.Certain] = nil
	b.Candidates = append(b.Candidates, mail.Link{Parent: messageID("c"), Kind: mail.BySubject, Confidence: 100})
	here := mailOf("c", "c", "cy@x", "ann@x") // was missing
	here.New = false
	here.ThreadOf = [mail.Views]store.ThreadKey{threadOf("c", [mail.Views]bool{true, false}), threadOf("c", [mail.Views]bool{false, true})}
	gone := missingMail("d", "d") // d is cited now; a goes
	gone.ThreadOf = [mail.Views]store.ThreadKey{threadOf("d", both), threadOf("d", both)}
	bob := addressOf("bob@x", "bob@x")
	bob.New = false
	ann := personOf("ann@x")
	ann.New, ann.Owner, ann.SentCount = false, true, 9
	only := func(name string, certain bool) store.PublishedThread {
		return threadIn(name, [mail.Views]bool{certain, !certain}, 1)
	}
	return &store.Publication{
		Since: smallGraph().Until, Until: store.Point{Revision: 2, Token: "two", At: dayTwo},
		Gone: store.Gone{
			Messages: []mail.ID{messageID("a"), messageID("never")}, Threads: []store.ThreadKey{threadOf("a", both)},
			People: []mail.ID{personID("bo@x")}, Addresses: []mail.ID{personID("bo@x")}, Batches: []mail.ID{batchOne.ID},
		},
		Batches:   []store.PublishedBatch{batchOne},
		People:    []store.PublishedPerson{ann, personOf("bob@x"), personOf("cy@x")},
		Addresses: []store.PublishedAddress{bob, addressOf("cy@x", "cy@x")},
		Threads:   []store.PublishedThread{only("b", true), only("c", true), only("c", false), threadIn("d", both, 0)},
		Messages:  []store.PublishedMessage{b, here, gone},
		Ties:      []store.PublishedTie{tieOf("ann@x", "cy@x", [3]int{1, 0, 0}), tieOf("ann@x", "bob@x", [3]int{0, 2, 0}), tieOf("bob@x", "ann@x")},
	}
}

// anew is p as it would be published to an empty graph.
func anew(p *store.Publication, more ...store.PublishedAddress) *store.Publication {
	q := *p
	q.Since, q.Gone = store.Point{}, store.Gone{}
	q.Addresses = slices.Concat(more, p.Addresses)
	q.People, q.Threads, q.Messages = slices.Clone(p.People), slices.Clone(p.Threads), slices.Clone(p.Messages)
	for i := range q.Addresses {
		q.Addresses[i].New = true
	}
	for i := range q.People {
		q.People[i].New = true
	}
	for i := range q.Threads {
		q.Threads[i].New = true
	}
	for i := range q.Messages {
		q.Messages[i].New = true
	}
	return &q
}

// TestPublishChanges brings a graph to a later state, which must be the same
// as when it is published at once, and the same as when it is filled.
func TestPublishChanges(t *testing.T) {
	c := neo4jtest.Database(t)
	p := openPublisher(t, c)
	publishTo(t, p, anew(laterGraph(), addressOf("ann@x", "ann@x")))
	want := wholeGraph(t, c)
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	t.Run("round by round", func(t *testing.T) {
		p := openPublisher(t, neo4jtest.Database(t))
		first := smallGraph()
		first.Messages[0].Poisoned = []string{"1@localhost"}
		first.Messages[0].Variants = []mail.Variant{{SHA: shaB}}
		publishTo(t, p, first)
		publishTo(t, p, laterGraph())
		wantRows(t, "graph", wholeGraph(t, c), want...)
	})
	t.Run("and back", func(t *testing.T) {
		p := openPublisher(t, neo4jtest.Database(t))
		publishTo(t, p, smallGraph())
		want := wholeGraph(t, c)
		// c is missing again, as if its batch had been taken back.
		present := mailOf("c", "a", "ann@x", "bo@x")
		present.New = false
		publishTo(t, p, &store.Publication{Since: p.Point(), Until: store.Point{Revision: 2}, Messages: []store.PublishedMessage{present}})
		absent := missingMail("c", "a")
		absent.New, absent.Place = false, false
		publishTo(t, p, &store.Publication{Since: p.Point(), Until: store.Point{Revision: 3}, Messages: []store.PublishedMessage{absent}})
		place := missingMail("c", "a")
		place.New, place.Body = false, false
		publishTo(t, p, &store.Publication{Since: p.Point(), Until: store.Point{Revision: 4}, Messages: []store.PublishedMessage{place}})
		wantRows(t, "graph", wholeGraph(t, c), want...)
		// How often it is cited is no part of its body.
		absent.Entry.CitedCount = 0
		publishTo(t, p, &store.Publication{Since: p.Point(), Until: store.Point{Revision: 5}, Messages: []store.PublishedMessage{absent}})
		wantRows(t, "graph after a body alone", wholeGraph(t, c), want...)
	})
	t.Run("filled", func(t *testing.T) {
		p := openPublisher(t, neo4jtest.Database(t))
		publishTo(t, p, smallGraph())
		whole := anew(laterGraph(), addressOf("ann@x", "ann@x"))
		bodies, places := *whole, store.Publication{Until: whole.Until, Ties: whole.Ties}
		bodies.Messages, bodies.Ties = slices.Clone(whole.Messages), nil
		for i := range bodies.Messages {
			place := bodies.Messages[i]
			place.New, place.Body = false, false
			places.Messages = append(places.Messages, place)
			bodies.Messages[i].Place = false
		}
		err := p.Fill(t.Context(), whole.Until, func(yield func(*store.Publication, error) bool) {
			_ = yield(&bodies, nil) && yield(&places, nil)
		})
		if err != nil {
			t.Fatal(err)
		}
		wantRows(t, "graph", wholeGraph(t, c), want...)
		if got := p.Point(); got != whole.Until {
			t.Errorf("point: got %v, want %v", got, whole.Until)
		}
	})
}
