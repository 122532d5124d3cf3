package neo4j

// modelVersion is raised with every change of the labels, the properties or
// the indexes.
const modelVersion = 2

// constraints are made before anything is written, for MERGE and MATCH by id
// rest on them. All names begin with skein_, so that they are known as ours.
var constraints = []string{
	`CREATE CONSTRAINT skein_message_id IF NOT EXISTS FOR (m:Message) REQUIRE m.id IS UNIQUE`,
	`CREATE CONSTRAINT skein_thread_key IF NOT EXISTS FOR (t:Thread) REQUIRE t.key IS UNIQUE`,
	`CREATE CONSTRAINT skein_person_id IF NOT EXISTS FOR (p:Person) REQUIRE p.id IS UNIQUE`,
	`CREATE CONSTRAINT skein_address_id IF NOT EXISTS FOR (a:Address) REQUIRE a.id IS UNIQUE`,
	`CREATE CONSTRAINT skein_attachment_sha IF NOT EXISTS FOR (f:Attachment) REQUIRE f.sha256 IS UNIQUE`,
	`CREATE CONSTRAINT skein_batch_id IF NOT EXISTS FOR (b:Batch) REQUIRE b.id IS UNIQUE`,
	`CREATE CONSTRAINT skein_poisoned_id IF NOT EXISTS FOR (p:PoisonedId) REQUIRE p.id IS UNIQUE`,
	`CREATE CONSTRAINT skein_state IF NOT EXISTS FOR (s:Skein) REQUIRE s.name IS UNIQUE`,
	`CREATE CONSTRAINT skein_lease IF NOT EXISTS FOR (l:SkeinLease) REQUIRE l.name IS UNIQUE`,
}

// indexes serve lists in their order, and look-ups by what people know.
var indexes = []string{
	`CREATE INDEX skein_message_sent IF NOT EXISTS FOR (m:Message) ON (m.sentMs, m.id)`,
	`CREATE INDEX skein_missing_cited IF NOT EXISTS FOR (m:Missing) ON (m.citedCount, m.id)`,
	`CREATE INDEX skein_thread_id IF NOT EXISTS FOR (t:Thread) ON (t.id)`,
	`CREATE INDEX skein_thread_latest IF NOT EXISTS FOR (t:Thread) ON (t.latestMs, t.id)`,
	`CREATE INDEX skein_thread_size IF NOT EXISTS FOR (t:Thread) ON (t.messageCount, t.id)`,
	`CREATE INDEX skein_person_total IF NOT EXISTS FOR (p:Person) ON (p.totalCount, p.id)`,
	`CREATE INDEX skein_person_sent IF NOT EXISTS FOR (p:Person) ON (p.sentCount, p.id)`,
	`CREATE INDEX skein_person_received IF NOT EXISTS FOR (p:Person) ON (p.receivedCount, p.id)`,
	`CREATE INDEX skein_address IF NOT EXISTS FOR (a:Address) ON (a.address)`,
	`CREATE INDEX skein_copy_publisher IF NOT EXISTS FOR (c:Copy) ON (c.publisherId)`,
	`CREATE INDEX skein_rejected_batch IF NOT EXISTS FOR (r:Rejected) ON (r.batchId)`,
}

// searchIndex is the full-text index. Everything in it is folded before
// (query.Fold), so its analyzer only splits at blanks; searchKeys holds the
// hash of each key that finds the message, in hex, and that of each poisoned
// Message-ID it states after a "p".
const searchIndex = `CREATE FULLTEXT INDEX skein_search IF NOT EXISTS FOR (m:Message)
	ON EACH [m.searchSubject, m.searchBody, m.searchFrom, m.searchTo, m.searchCc, m.searchBcc, m.searchFiles, m.searchAttached, m.searchKeys]
	OPTIONS {indexConfig: {` + "`fulltext.analyzer`: 'whitespace', `fulltext.eventually_consistent`: false}}"
