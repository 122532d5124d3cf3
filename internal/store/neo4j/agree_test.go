package neo4j_test

import (
	"testing"

	"skein/internal/store/neo4j/neo4jtest"
)

// agreements find what two places of the graph say differently. A dump reads
// only one of the two.
var agreements = map[string]string{
	"people and SENT, TO, CC, BCC": `MATCH (m:Message) WHERE NOT m:Missing
		WITH m, [at IN range(0, size(coalesce(m.people, [])) - 1, 3) | m.people[at] + ' ' + m.people[at + 1]] AS said,
			[(m)<-[:SENT]-(a:Address) | 'from ' + a.address] + [(m)-[r:TO|CC|BCC]->(a:Address) | toLower(type(r)) + ' ' + a.address] AS drawn
		WHERE NOT all(one IN said WHERE one IN drawn) OR NOT all(one IN drawn WHERE one IN said)
			OR any(one IN drawn WHERE size([other IN drawn WHERE other = one]) > 1) RETURN count(m)`,
	"recipientCount": `MATCH (m:Message) WHERE NOT m:Missing
		WITH m, COUNT { MATCH (m)-[:TO|CC|BCC]->(a:Address) RETURN DISTINCT a } AS n WHERE n <> m.recipientCount RETURN count(m)`,
	"copyCount":               `MATCH (m:Message) WHERE COUNT { (m)<-[:COPY_OF]-() } <> coalesce(m.copyCount, 0) RETURN count(m)`,
	"variantCount":            `MATCH (m:Message) WHERE COUNT { (m)<-[:VARIANT_OF]-() } <> coalesce(m.variantCount, 0) RETURN count(m)`,
	"citedCount":              `MATCH (m:Message) WHERE COUNT { (m)<-[:CITES]-() } <> m.citedCount RETURN count(m)`,
	"sha256":                  `MATCH (m:Message) WHERE NOT m:Missing AND NOT EXISTS { MATCH (m)<-[:COPY_OF]-(c) WHERE c.sha256 = m.sha256 } RETURN count(m)`,
	"sentMs":                  `MATCH (m:Message) WHERE m.sentAt IS NOT NULL AND m.sentAt.epochMillis <> m.sentMs OR m.sentAt IS NULL AND m.sentMs > -4611686018427387904 RETURN count(m)`,
	"one thread in each view": `MATCH (m:Message) WHERE COUNT { (m)-[:IN_THREAD]->(:Certain) } <> 1 OR COUNT { (m)-[:IN_THREAD]->(:Probable) } <> 1 RETURN count(m)`,
	"one chosen parent":       `MATCH (m:Message)-[l:REPLY_TO]->() UNWIND l.view AS view WITH m, view, count(*) AS n WHERE n > 1 RETURN count(m)`,
	"labels of threads and keys": `MATCH (t:Thread) WHERE t.key <> t.id + CASE WHEN t:Certain AND t:Probable THEN '' WHEN t:Certain THEN '/CERTAIN'
		WHEN t:Probable THEN '/PROBABLE' ELSE '/' END RETURN count(t)`,
	"threads of two views": `MATCH (c:Certain), (p:Probable {id: c.id}) WHERE c <> p AND (c:Probable OR p:Certain) RETURN count(c)`,
	"parents in the same thread": `MATCH (m:Message)-[l:REPLY_TO]->(p:Message)
		WHERE 'CERTAIN' IN l.view AND NOT EXISTS { MATCH (m)-[:IN_THREAD]->(t:Certain) MATCH (t)<-[:IN_THREAD]-(p) }
			OR 'PROBABLE' IN l.view AND NOT EXISTS { MATCH (m)-[:IN_THREAD]->(t:Probable) MATCH (t)<-[:IN_THREAD]-(p) } RETURN count(m)`,
	"counts of threads": `MATCH (t:Thread) WHERE COUNT { MATCH (t)<-[:IN_THREAD]-(m) WHERE NOT m:Missing } <> t.messageCount
		OR COUNT { (t)<-[:IN_THREAD]-(:Missing) } <> t.missingCount RETURN count(t)`,
	"dates of threads": `MATCH (t:Thread)<-[:IN_THREAD]-(m) WITH t, min(m.sentAt) AS first, max(m.sentAt) AS last
		WHERE coalesce(first <> t.startedAt, first IS NOT NULL OR t.startedAt IS NOT NULL) OR coalesce(last <> t.latestAt, last IS NOT NULL OR t.latestAt IS NOT NULL)
			OR t.latestMs <> coalesce(last.epochMillis, -4611686018427387904) RETURN count(t)`,
	"counts of addresses": `MATCH (a:Address) WHERE COUNT { (a)-[:SENT]->() } <> a.sentCount
		OR COUNT { MATCH (a)<-[:TO|CC|BCC]-(m) RETURN DISTINCT m } <> a.receivedCount RETURN count(a)`,
	"counts of people": `MATCH (p:Person) WHERE COUNT { MATCH (p)-[:USES]->()-[:SENT]->(m) RETURN DISTINCT m } <> p.sentCount
		OR COUNT { MATCH (p)-[:USES]->()<-[:TO|CC|BCC]-(m) RETURN DISTINCT m } <> p.receivedCount OR p.totalCount <> p.sentCount + p.receivedCount RETURN count(p)`,
	"one person": `MATCH (a:Address) WHERE COUNT { (a)<-[:USES]-() } <> 1 RETURN count(a)`,
	"sums of ties": `MATCH ()-[t:TIE]->() WHERE t.count <> t.toCount + t.ccCount + t.bccCount OR t.count <> reduce(n = 0, one IN t.monthCounts | n + one)
		OR t.toCount <> reduce(n = 0, i IN range(0, size(t.months) - 1) | n + t.monthCounts[3*i]) RETURN count(t)`,
	"ties and messages": `MATCH (a:Address)-[:SENT]->(m:Message)-[r:TO|CC|BCC]->(b:Address) WITH a, b, count(r) AS n, min(m.sentAt) AS first, max(m.sentAt) AS last
		OPTIONAL MATCH (a)-[t:TIE]->(b) WITH n, first, last, t
		WHERE t IS NULL OR t.count <> n OR t.firstAt <> first OR t.lastAt <> last RETURN count(n)`,
	"ties without messages": `MATCH (a:Address)-[t:TIE]->(b:Address) WHERE NOT EXISTS { (a)-[:SENT]->()-[:TO|CC|BCC]->(b) } RETURN count(t)`,
	"batches of items":      `MATCH (j:Rejected) WHERE NOT EXISTS { (j)-[:REJECTED_FROM]->(:Batch {id: j.batchId}) } RETURN count(j)`,
	"what is missing":       `MATCH (m:Missing) WHERE m.sentMs IS NOT NULL OR m.text IS NOT NULL OR EXISTS { (m)<-[:COPY_OF|SENT]-() } RETURN count(m)`,
}

// TestGraphAgrees looks for disagreements in the sample release, and in mail
// that is odd in every way.
func TestGraphAgrees(t *testing.T) {
	c := neo4jtest.Database(t)
	db := plain(t, c)
	agree := func(t *testing.T) {
		t.Helper()
		for name, cypher := range agreements {
			if n := db.run(t, cypher, nil)[0][0]; n != int64(0) {
				t.Errorf("%s: %d disagree", name, n)
			}
		}
	}
	t.Run("sample", func(t *testing.T) {
		sampled(t, neo4jtest.Database(t))
		agree(t)
	})
	t.Run("odd", func(t *testing.T) {
		graphOf(t, neo4jtest.Database(t), full())
		agree(t)
		// Every disagreement would be found.
		db.run(t, `MATCH (m:Message {citedCount: 1}) SET m.citedCount = 7`, nil)
		if n := db.run(t, agreements["citedCount"], nil)[0][0]; n == int64(0) {
			t.Error("a wrong count is not found")
		}
	})
}
