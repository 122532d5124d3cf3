package sqlite_test

import (
	"database/sql"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Every column is dumped, or is left out for a reason, or is a row's number
// that only ties tables together.
const (
	dumped = "dumped"
	row    = "row"
)

// columns lists every column of every table. A reason is given where one is
// left out.
var columns = map[string]string{
	"meta.name": "how it was loaded", "meta.value": "how it was loaded",
	"collection.id": row, "collection.name": dumped, "collection.owners": dumped,
	"batch.id": row, "batch.hash": dumped, "batch.collection_id": row, "batch.name": dumped, "batch.published": dumped,
	"batch.url": "where a publisher shows it, not what was released", "batch.retracting": "how it is loaded",
	"source.id": row, "source.batch_id": row, "source.path": "a copy names its file itself",
	"source.fingerprint": "how it was loaded", "source.complete": "how it was loaded",
	"source.format": "how it was loaded", "source.size": "of the file on disk, see Certificate", "source.sha": "of the file on disk, see Certificate",
	"chunk.id": row, "chunk.batch_id": "how bytes are laid", "chunk.data": "content.sha stands for the bytes",
	"change.revision": "how it was loaded", "change.token": "how it was loaded", "change.at": "how it was loaded", "change.data": "what a round changed",
	"attachment.id": row, "attachment.sha": dumped, "attachment.size": dumped, "attachment.type": dumped,
	"attachment.note": "depends on the programs of the host", "attachment.text": "depends on the programs of the host",
	"attached.attachment_id": row, "attached.content_id": row,
	"content.id": row, "content.sha": dumped, "content.size": dumped, "content.chunk_id": row, "content.pos": "how bytes are laid",
	"content.text_sha": dumped, "content.entry_id": row, "content.keys": "the same as use", "content.facts": dumped,
	"copy.source_id": row, "copy.path": dumped, "copy.offset": dumped, "copy.part": dumped, "copy.content_id": row,
	"copy.publisher_id": dumped, "copy.fingerprint": "how it was loaded",
	"rejected.source_id": row, "rejected.path": dumped, "rejected.offset": dumped, "rejected.sha": dumped, "rejected.size": dumped,
	"rejected.reason": dumped, "rejected.chunk_id": row, "rejected.pos": "how bytes are laid", "rejected.fingerprint": "how it was loaded",
	"key.id": row, "key.hash": "of its text", "key.text": dumped, "key.entry_id": row, "key.poisoned": dumped,
	"use.key_id": row, "use.role": row, "use.content_id": row,
	"quote.content_id": row, "quote.position": "not filled yet", "quote.facts": "not filled yet",
	"correction.id": row, "correction.kind": "not filled yet", "correction.facts": "not filled yet",
	"entry.id": row, "entry.hash": dumped, "entry.missing": dumped, "entry.sent": dumped, "entry.offset": dumped,
	"entry.subject": dumped, "entry.message_ids": dumped, "entry.people": dumped, "entry.content_id": row, "entry.variants": dumped,
	"entry.size": dumped, "entry.copies": "each copy is dumped", "entry.recipients": "each is dumped with the people",
	"entry.cited": dumped, "entry.flags": "attachments and defects are dumped", "entry.list_id": "in the canonical content",
	"entry.certain_thread": row, "entry.certain_parent": row, "entry.probable_thread": row, "entry.probable_parent": row,
	"entry.body_mark": "how it was decided", "entry.place_mark": "how it was decided",
	"link.child_id": row, "link.rank": "follows from what is dumped and the facts", "link.parent_id": row, "link.kind": dumped,
	"link.confidence": dumped, "link.content_id": row, "link.key_id": row, "link.chosen": dumped,
	"thread.id": row, "thread.hash": dumped, "thread.views": dumped, "thread.subject": dumped, "thread.messages": dumped,
	"thread.missing": dumped, "thread.started": dumped, "thread.latest": dumped,
	"address.id": row, "address.hash": "of its text", "address.address": dumped, "address.person_id": row,
	"address.sent": dumped, "address.received": dumped,
	"name.address_id": row, "name.text": dumped, "name.count": "the order of names shows it",
	"person.id": row, "person.fold": "follows from the addresses", "person.hash": dumped, "person.name": dumped,
	"person.sent": "messages and their people are dumped", "person.received": "messages and their people are dumped",
	"person.search":     "made of the names and addresses",
	"recipient.from_id": row, "recipient.to_id": row, "recipient.sent": "that of the message", "recipient.entry_id": row,
	"recipient.role": "messages dump their people",
	"tie.from_id":    row, "tie.to_id": row, "tie.month": dumped, "tie.to_count": dumped, "tie.cc_count": dumped,
	"tie.bcc_count": dumped, "tie.first": dumped, "tie.last": dumped,
}

// fullText says whether a table is of the full text, which is made of what is
// dumped by its SHA-256.
func fullText(table string) bool { return table == "fts" || strings.HasPrefix(table, "fts_") }

// others are values for columns that cannot hold just anything.
var others = map[string]string{
	"collection.owners": `'["cyd@gmail.com"]'`, "content.facts": `'{}'`, "content.keys": `x'02'`,
	"entry.message_ids": `'["zz"]'`, "entry.people": `'[]'`, "entry.variants": `'["00"]'`, "entry.missing": `1 - missing`,
	"key.poisoned": `1 - poisoned`, "thread.views": `3 - views`, "link.chosen": `3 - chosen`, "tie.month": `month + 1`,
	"chunk.data": `data`, "meta.name": `name`, "meta.value": `value`,
}

// TestEveryColumnIsDumped changes each column in a ledger of its own: what is
// listed as dumped shows in the dump, what is left out does not.
func TestEveryColumnIsDumped(t *testing.T) {
	path := full(t)
	want, err := dump(t, path)
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	unlisted := maps.Clone(columns)
	for _, c := range stored(t, path) {
		name := c.table + "." + c.name
		listed, ok := columns[name]
		if !ok {
			t.Errorf("%s is neither listed as dumped nor left out for a reason", name)
		}
		delete(unlisted, name)
		if listed == row || c.empty {
			continue
		}
		changed := filepath.Join(t.TempDir(), "skein.db")
		if err := os.WriteFile(changed, file, 0o600); err != nil {
			t.Fatal(err)
		}
		c.change(t, changed)
		got, err := dump(t, changed)
		if shows := err != nil || got != want; shows != (listed == dumped) {
			t.Errorf("%s is listed %q, but changing it shows in the dump: %t (error %v)", name, listed, shows, err)
		}
	}
	if len(unlisted) > 0 {
		t.Errorf("listed but not there: %q", slices.Sorted(maps.Keys(unlisted)))
	}
}

// column is a column of a table.
type column struct {
	table, name, kind string
	empty             bool // the table has no rows
}

func stored(t *testing.T, path string) []column {
	t.Helper()
	db := open(t, path)
	rows, err := db.Query(`SELECT m.name, c.name, c.type FROM sqlite_schema m JOIN pragma_table_info(m.name) c
		WHERE m.type = 'table' ORDER BY m.name, c.cid`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var all []column
	for rows.Next() {
		var c column
		if err := rows.Scan(&c.table, &c.name, &c.kind); err != nil {
			t.Fatal(err)
		}
		if !fullText(c.table) && !strings.HasPrefix(c.table, "sqlite_") { // the planner's statistics
			all = append(all, c)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	for i := range all {
		all[i].empty = isEmpty(t, db, all[i].table)
	}
	return all
}

// isEmpty says whether a table has no rows. Those that are not filled yet are
// all that may be.
func isEmpty(t *testing.T, db *sql.DB, table string) bool {
	t.Helper()
	var n int
	if err := db.QueryRow(`SELECT count(*) FROM ` + table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	if n == 0 && table != "quote" && table != "correction" {
		t.Errorf("table %s is empty, so nothing of it is tried", table)
	}
	return n == 0
}

// change gives every row another value, and different rows different ones.
func (c column) change(t *testing.T, path string) {
	t.Helper()
	other, ok := others[c.table+"."+c.name]
	switch {
	case ok:
	case c.kind == "INTEGER":
		other = c.name + " + 86400000"
	case c.kind == "BLOB":
		other = fmt.Sprintf("unhex(substr(hex(%[1]s), 3) || substr(hex(%[1]s), 1, 2))", c.name)
	default:
		other = c.name + " || 'x'"
	}
	db := open(t, path)
	defer db.Close()
	if _, err := db.Exec(fmt.Sprintf("UPDATE %s SET %s = %s", c.table, c.name, other)); err != nil {
		t.Fatalf("change %s.%s: %v", c.table, c.name, err)
	}
}
