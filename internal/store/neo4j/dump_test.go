package neo4j_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	bolt "github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"skein/internal/store"
	"skein/internal/store/neo4j"
	"skein/internal/store/neo4j/neo4jtest"
)

// TestDump compares the dumps of both engines, in pages of every size up to
// one that holds everything.
func TestDump(t *testing.T) {
	graph, ledger := graphOf(t, neo4jtest.Database(t), full())
	want := dumpOf(t, ledger)
	for _, rows := range []int{1, 2, 3, 7, 1000} {
		t.Run(fmt.Sprint(rows), func(t *testing.T) {
			neo4j.DumpRows(t, rows)
			sameLines(t, dumpOf(t, graph), want)
		})
	}
	lines := strings.Count(want, "\n")
	for _, after := range []int{1, 30, lines - 1} {
		got := 0
		for _, err := range graph.Dump(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			if got++; got == after {
				break
			}
		}
		if got != after {
			t.Errorf("stopped after %d records, got %d", after, got)
		}
	}
}

// TestDumpOfOneState publishes while the graph is dumped.
func TestDumpOfOneState(t *testing.T) {
	p := publish(t)
	r := p.open(t)
	neo4j.DumpRows(t, 5)
	records := 0
	var failed error
	for _, err := range r.Dump(t.Context()) {
		if failed = err; err != nil {
			break
		}
		if records++; records == 10 {
			p.write(t, `MATCH (s:Skein) SET s.revision = s.revision + 1, s.token = 'another'`)
		}
	}
	if !errors.Is(failed, store.ErrBusy) || !strings.Contains(failed.Error(), "changed while it was dumped") {
		t.Errorf("got %v after %d records, want %v", failed, records, store.ErrBusy)
	}
	if records >= 30 {
		t.Errorf("got %d records, want the dump to end at the next page", records)
	}
	if dumpOf(t, r) == "" {
		t.Error("got nothing, want the dump of the next state")
	}
}

const dumped = "dumped"

// model lists every property of the graph: it is dumped, or left out for a
// reason.
var model = map[string]string{
	"Message.id": dumped, "Message.messageIds": dumped, "Message.subject": dumped, "Message.sentMs": dumped,
	"Message.sentAt": "sentMs for people", "Message.dateOffset": dumped, "Message.size": dumped,
	"Message.copyCount": "each copy is dumped", "Message.variantCount": "each variant is dumped",
	"Message.recipientCount": "each is dumped with the people", "Message.citedCount": dumped, "Message.listId": "in the canonical content",
	"Message.text": dumped, "Message.sha256": dumped, "Message.people": dumped, "Message.attachments": "names of what parts holds",
	"Message.defects": "kinds of what parts holds", "Message.parts": dumped,
	"Message.searchSubject": folded, "Message.searchBody": folded, "Message.searchFrom": folded, "Message.searchTo": folded,
	"Message.searchCc": folded, "Message.searchBcc": folded, "Message.searchFiles": folded, "Message.searchKeys": "made of the keys",
	"Message.searchAttached": folded,
	"Attachment.sha256":      dumped, "Attachment.size": dumped, "Attachment.type": dumped,
	"Attachment.text": "depends on the programs of the host", "Attachment.note": "depends on the programs of the host",
	"ATTACHES.part": parted, "ATTACHES.name": parted, "ATTACHES.type": parted, "ATTACHES.contentId": parted, "ATTACHES.inline": parted,
	"-ATTACHES":  parted,
	"Address.id": "of its text", "Address.address": dumped, "Address.names": dumped, "Address.sentCount": dumped, "Address.receivedCount": dumped,
	"Person.id": dumped, "Person.name": dumped, "Person.owner": dumped, "Person.sentCount": "messages and their people are dumped",
	"Person.receivedCount": "messages and their people are dumped", "Person.totalCount": "the sum of both",
	"Person.search": "made of the names and addresses",
	"Thread.key":    "made of the id and the views", "Thread.id": dumped, "Thread.subject": dumped, "Thread.messageCount": dumped,
	"Thread.missingCount": dumped, "Thread.startedAt": dumped, "Thread.latestAt": dumped, "Thread.latestMs": "latestAt for the index",
	"Copy.source": dumped, "Copy.part": dumped, "Copy.offset": dumped, "Copy.length": dumped, "Copy.sha256": dumped, "Copy.publisherId": dumped,
	"Batch.id": dumped, "Batch.collection": dumped, "Batch.name": dumped, "Batch.published": dumped,
	"Batch.url": "where a publisher shows it, not what was released", "Batch.sources": "a copy names its file itself",
	"Rejected.batchId": dumped, "Rejected.source": dumped, "Rejected.offset": dumped, "Rejected.length": dumped, "Rejected.reason": dumped,
	"Rejected.sha256": dumped,
	"Variant.sha256":  dumped, "Variant.rank": "the order of hashes already", "Variant.subject": "in the content of its hash",
	"Variant.sentAt": "in the content of its hash", "Variant.dateOffset": "in the content of its hash",
	"Variant.people": "in the content of its hash", "Variant.shas": "copies are dumped",
	"PoisonedId.id": "of its text", "PoisonedId.messageId": dumped,
	"REPLY_TO.kind": dumped, "REPLY_TO.confidence": dumped, "REPLY_TO.view": dumped, "REPLY_TO.evidenceSha": dumped,
	"REPLY_TO.rank": "follows from what is dumped and the facts", "REPLY_TO.evidenceValue": "an id of the parent",
	"MAY_REPLY_TO.kind": dumped, "MAY_REPLY_TO.confidence": dumped, "MAY_REPLY_TO.evidenceSha": dumped,
	"MAY_REPLY_TO.rank": "follows from what is dumped and the facts", "MAY_REPLY_TO.evidenceValue": "an id of the parent",
	"TIE.count": sum, "TIE.toCount": sum, "TIE.ccCount": sum, "TIE.bccCount": sum, "TIE.firstAt": sum, "TIE.lastAt": sum,
	"TIE.months": dumped, "TIE.monthCounts": dumped, "TIE.monthFirst": dumped, "TIE.monthLast": dumped,

	":Missing": dumped, ":Certain": dumped, ":Probable": dumped,
	"-SENT":          "messages dump their people",
	"-TO":            "messages dump their people",
	"-CC":            "messages dump their people",
	"-BCC":           "messages dump their people",
	"-CITES":         "follows from the facts, and is counted",
	"-REJECTED_FROM": "the item names its batch",
	"-IN_THREAD":     dumped, "-REPLY_TO": dumped, "-MAY_REPLY_TO": dumped, "-COPY_OF": dumped, "-IN_BATCH": dumped, "-VARIANT_OF": dumped, "-CLAIMS": dumped,
	"-USES": dumped, "-TIE": dumped,
}

const (
	folded = "made of what is dumped, folded"
	sum    = "the sum of the months"
	parted = "the message dumps its parts"
)

// TestEveryPropertyIsDumped changes each property in turn, and takes out each
// label that may be missing and each kind of relationship: what is listed as
// dumped shows in the dump, what is left out does not.
func TestEveryPropertyIsDumped(t *testing.T) {
	c := neo4jtest.Database(t)
	graph, _ := graphOf(t, c, full())
	db := plain(t, c)
	before := attempt(t, graph)
	unlisted := maps.Clone(model)
	judge := func(name, after string) {
		t.Helper()
		listed, ok := model[name]
		if !ok {
			t.Errorf("%s is neither listed as dumped nor left out for a reason", name)
		} else if shows := after != before; shows != (listed == dumped) {
			t.Errorf("%s is listed %q, but changing it shows in the dump: %t", name, listed, shows)
		}
		delete(unlisted, name)
	}
	for _, p := range stored(t, db) {
		p.change(t, db)
		judge(p.owner+"."+p.name, attempt(t, graph))
		p.restore(t, db)
	}
	for _, label := range []string{"Missing", "Probable", "Certain"} {
		nodes := db.run(t, `MATCH (n:`+label+`) REMOVE n:`+label+` RETURN elementId(n)`, nil)
		judge(":"+label, attempt(t, graph))
		db.run(t, `UNWIND $rows AS r MATCH (n) WHERE elementId(n) = r[0] SET n:`+label, map[string]any{"rows": nodes})
	}
	for _, row := range db.run(t, `MATCH ()-[x]->() RETURN DISTINCT type(x)`, nil) {
		kind := row[0].(string)
		gone := db.run(t, `MATCH (a)-[r:`+kind+`]->(b) WITH a, b, r, properties(r) AS all DELETE r RETURN elementId(a), elementId(b), all`, nil)
		judge("-"+kind, attempt(t, graph))
		db.run(t, `UNWIND $rows AS r MATCH (a) WHERE elementId(a) = r[0] MATCH (b) WHERE elementId(b) = r[1]
			CREATE (a)-[x:`+kind+`]->(b) SET x = r[2]`, map[string]any{"rows": gone})
	}
	sameLines(t, attempt(t, graph), before)
	if len(unlisted) > 0 {
		t.Errorf("listed but not there: %q", slices.Sorted(maps.Keys(unlisted)))
	}
}

// attempt dumps a graph that may be broken; an error shows too.
func attempt(t *testing.T, r store.Reader) string {
	t.Helper()
	var out strings.Builder
	err := store.WriteDump(&out, r.Dump(t.Context()))
	return fmt.Sprint(out.String(), err)
}

// property is one of all nodes of a label, or of all relationships of a type.
type property struct {
	owner, name, pattern string
	values               [][]any // id and value, as they were
}

// stored lists the properties of a graph, but those that say how it was
// published.
func stored(t *testing.T, db plainDatabase) []*property {
	t.Helper()
	var all []*property
	for _, row := range db.run(t, `MATCH (x) WHERE NOT x:Skein AND NOT x:SkeinLease
		UNWIND keys(x) AS name RETURN DISTINCT labels(x)[0], name, 'node' ORDER BY labels(x)[0], name`, nil) {
		all = append(all, &property{owner: row[0].(string), name: row[1].(string), pattern: `(x:` + row[0].(string) + `)`})
	}
	for _, row := range db.run(t, `MATCH ()-[x]->() UNWIND keys(x) AS name RETURN DISTINCT type(x), name ORDER BY type(x), name`, nil) {
		all = append(all, &property{owner: row[0].(string), name: row[1].(string), pattern: `()-[x:` + row[0].(string) + `]->()`})
	}
	return all
}

// change gives every value another one, and different values different ones.
func (p *property) change(t *testing.T, db plainDatabase) {
	t.Helper()
	p.values = db.run(t, `MATCH `+p.pattern+` WHERE x[$name] IS NOT NULL RETURN elementId(x), x[$name]`, map[string]any{"name": p.name})
	others := make([][]any, len(p.values))
	for i, row := range p.values {
		others[i] = []any{row[0], other(t, p.name, row[1])}
	}
	p.set(t, db, others)
}

func (p *property) restore(t *testing.T, db plainDatabase) {
	t.Helper()
	p.set(t, db, p.values)
}

func (p *property) set(t *testing.T, db plainDatabase, rows [][]any) {
	t.Helper()
	db.run(t, `UNWIND $rows AS r MATCH `+p.pattern+` WHERE elementId(x) = r[0] SET x.`+p.name+` = r[1]`, map[string]any{"rows": rows})
}

func other(t *testing.T, name string, value any) any {
	t.Helper()
	switch value := value.(type) {
	case string:
		if name == "parts" {
			return `{}`
		}
		return value + "x"
	case int64:
		return value + 86_400_000
	case bool:
		return !value
	case time.Time:
		return value.AddDate(0, 0, 1)
	case []any:
		var others []any
		for _, one := range value {
			others = append(others, other(t, name, one))
		}
		return others
	}
	t.Fatalf("%s has a value of type %T", name, value)
	return nil
}

// plainDatabase is a database as any program sees it.
type plainDatabase struct{ bolt.SessionWithContext }

func plain(t *testing.T, c neo4j.Config) plainDatabase { return plainDatabase{neo4jtest.Session(t, c)} }

func (db plainDatabase) run(t *testing.T, cypher string, params map[string]any) [][]any {
	t.Helper()
	result, err := db.Run(t.Context(), cypher, params)
	if err != nil {
		t.Fatalf("%v in %q", err, cypher)
	}
	var rows [][]any
	for result.Next(t.Context()) {
		rows = append(rows, result.Record().Values)
	}
	if err := result.Err(); err != nil {
		t.Fatalf("%v in %q", err, cypher)
	}
	return rows
}
