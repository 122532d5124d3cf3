package sqlite

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"slices"

	"skein/internal/mail"
	"skein/internal/query"
	"skein/internal/store"
	"skein/internal/thread"
)

// Flags of an entry.
const (
	flagAttachment = 1 << iota
	flagDefective
)

// noOffset stands for a date that is not known.
const noOffset = 1 << 20

// writeEntry writes what differs of one entry.
func (d *decision) writeEntry(i int) error {
	row := d.rows[i]
	body, place := d.bodyMark(i), d.placeMark(i)
	d.entryChanged(i, body != row.bodyMark, place != row.placeMark)
	if row.fresh || body != row.bodyMark {
		if err := d.writeBody(i, body, place); err != nil {
			return err
		}
		d.r.rewritten[row.id] = true
	}
	if row.fresh || place != row.placeMark {
		return d.writePlace(i, place)
	}
	return nil
}

// entryChanged notes what is other than it was. An entry that is known by
// another id is another to those who read.
func (d *decision) entryChanged(i int, body, place bool) {
	row, id := d.rows[i], d.Entries[i].Keys[0].Hash()
	renamed := !row.fresh && row.hash != id
	if renamed {
		d.entryGone(row)
	}
	switch {
	case row.fresh || renamed:
		d.r.changed.Entries.New[row.id] = true
	case body:
		d.r.changed.Entries.Changed[row.id] = true
	}
	if place {
		d.r.changed.Place[row.id] = true
	}
}

func (d *decision) entryGone(row *entryRow) {
	d.r.changed.Gone.Messages = append(d.r.changed.Gone.Messages, row.hash.ID(mail.MessageLetter))
}

// writeBody writes an entry's row, what is searched of it, and what it counts
// for.
func (d *decision) writeBody(i int, body, place int64) error {
	r, row, e := d.r, d.rows[i], &d.Entries[i]
	if !row.fresh {
		if err := r.withdraw(row); err != nil {
			return err
		}
	}
	messageIDs, err := json.Marshal(d.messageIDs(e))
	if err != nil {
		return err
	}
	values := entryValues{sent: store.Undated, offset: noOffset, variants: []string{}}
	if !e.Missing() {
		if values, err = d.values(i); err != nil {
			return err
		}
	}
	row.missing, row.sent, row.people = e.Missing(), values.sent, values.people
	peopleJSON, err := json.Marshal(values.people)
	if err != nil {
		return err
	}
	variants, err := json.Marshal(values.variants)
	if err != nil {
		return err
	}
	least := e.Keys[0].Hash()
	const write = `INSERT OR REPLACE INTO entry VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	err = r.l.exec(r.ctx, write, row.id, least[:], e.Missing(), values.sent, values.offset, values.subject, string(messageIDs),
		string(peopleJSON), values.content, string(variants), values.size, values.copies, values.recipients, e.Cited, values.flags,
		values.listID, d.threads[e.Thread[0]].id, d.parent(i, 0), d.threads[e.Thread[1]].id, d.parent(i, 1), body, place)
	if err != nil || e.Missing() {
		return err
	}
	r.indexed = append(r.indexed, indexed{row.id, values.document})
	return r.count(row, +1)
}

// messageIDs returns the Message-IDs of an entry, those that are poisoned
// included.
func (d *decision) messageIDs(e *thread.Entry) []string {
	ids := []string{}
	for _, k := range e.Keys {
		if id, ok := k.MessageID(); ok {
			ids = append(ids, id)
		}
	}
	for _, c := range e.Contents {
		ids = append(ids, d.contents[c].facts.MessageIDs...)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// entryValues are the columns of a message that its contents give.
type entryValues struct {
	sent       int64
	offset     int
	subject    any // nil when the mail has no Subject
	people     []mention
	content    int64
	variants   []string
	size       int64
	copies     int
	recipients int
	flags      int
	listID     string
	document   query.Document
}

func (d *decision) values(i int) (entryValues, error) {
	e := &d.Entries[i]
	canonical := d.contents[e.Contents[0]]
	facts := canonical.facts
	v := entryValues{
		sent: store.Undated, offset: noOffset, content: canonical.id, size: canonical.size,
		listID: facts.ListID, variants: []string{}, people: []mention{},
	}
	if facts.Sent != nil {
		v.sent, v.offset = sortDate(&facts.Sent.Milli), facts.Sent.Offset
	}
	if facts.HasSubject {
		v.subject = facts.Subject
	}
	if len(facts.Attachments) > 0 {
		v.flags |= flagAttachment
	}
	if len(facts.Defects) > 0 {
		v.flags |= flagDefective
	}
	for _, c := range e.Variants {
		v.variants = append(v.variants, d.contents[c].sha.String())
	}
	recipients := map[string]bool{}
	for _, m := range e.Mentions {
		a, err := d.r.people.address(m.Address)
		if err != nil {
			return v, err
		}
		v.people = append(v.people, mention{m.Role, a.id, m.Name})
		if m.Role != mail.From {
			recipients[m.Address] = true
		}
	}
	v.recipients = len(recipients)
	for _, c := range e.Contents {
		n, err := d.r.copies(d.contents[c])
		if err != nil {
			return v, err
		}
		v.copies += n
	}
	var err error
	v.document, err = d.document(canonical, e)
	return v, err
}

// document returns what is searched of a message. A canonical content of an
// earlier round is read again, for what was indexed is not kept.
func (d *decision) document(canonical *content, e *thread.Entry) (query.Document, error) {
	if canonical.fresh && len(e.Contents) == 1 {
		return canonical.index, nil
	}
	if canonical.fresh {
		doc := query.NewDocument("", e.Mentions, nil, "")
		read := canonical.index
		doc.Subject, doc.Body, doc.Files, doc.Attached = read.Subject, read.Body, read.Files, read.Attached
		return doc, nil
	}
	raw, err := d.r.original(canonical)
	if err != nil {
		return query.Document{}, err
	}
	facts := canonical.facts
	said, err := fileTexts(d.r.query, mail.Files(facts.Attachments))
	return query.NewDocument(facts.Subject, e.Mentions, facts.Attachments, d.r.l.stages.Text(raw), said...), err
}

// copies counts the copies of a content, this round's included.
func (r *Round) copies(c *content) (int, error) {
	if c.fresh {
		return c.copies, nil
	}
	n := 0
	err := r.l.query(r.ctx, func(scan func(...any) error) error { return scan(&n) },
		`SELECT count(*) FROM copy WHERE content_id = ?`, c.id)
	return n, err
}

// indexed is a message on its way into the full text.
type indexed struct {
	entry int64
	doc   query.Document
}

// writeIndex writes the full text of a round in one go, in order of the row
// ids. FTS5 gathers what follows one another in memory; any other statement in
// between may make it flush, and an id out of order does.
func (r *Round) writeIndex() error {
	for _, entry := range r.unindexed {
		if err := r.l.exec(r.ctx, `DELETE FROM fts WHERE rowid = ?`, entry); err != nil {
			return err
		}
	}
	slices.SortFunc(r.indexed, func(a, b indexed) int { return cmp.Compare(a.entry, b.entry) })
	for _, i := range r.indexed {
		err := r.l.exec(r.ctx, `INSERT INTO fts(rowid, subject, body, sender, recipient, cc, bcc, files, attached) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			i.entry, i.doc.Subject, i.doc.Body, i.doc.From, i.doc.To, i.doc.Cc, i.doc.Bcc, i.doc.Files, i.doc.Attached)
		if err != nil {
			return err
		}
	}
	return nil
}

// writePlace writes where an entry stands: its links, parents and threads.
func (d *decision) writePlace(i int, place int64) error {
	r, row, e := d.r, d.rows[i], &d.Entries[i]
	if !row.fresh {
		if err := r.l.exec(r.ctx, `DELETE FROM link WHERE child_id = ?`, row.id); err != nil {
			return err
		}
		err := r.l.exec(r.ctx, `UPDATE entry SET cited = ?, certain_thread = ?, certain_parent = ?, probable_thread = ?,
			probable_parent = ?, place_mark = ? WHERE id = ?`, e.Cited, d.threads[e.Thread[0]].id, d.parent(i, 0),
			d.threads[e.Thread[1]].id, d.parent(i, 1), place, row.id)
		if err != nil {
			return err
		}
	}
	for rank, l := range e.Links {
		err := r.links.add(r.ctx, row.id, rank, d.rows[l.Parent].id,
			string(l.Kind), l.Confidence, d.contents[l.Content].id, d.keys[l.Key].id, bits(l.Chosen))
		if err != nil {
			return err
		}
	}
	return nil
}

// withdraw takes back what a stored message counts for.
func (r *Round) withdraw(row *entryRow) error {
	if row.missing {
		return nil
	}
	r.unindexed = append(r.unindexed, row.id)
	return r.count(row, -1)
}

// deleteEntries deletes the rows that no decided entry took.
func (d *decision) deleteEntries() error {
	for _, id := range slices.Sorted(maps.Keys(d.r.oldEntries)) {
		row := d.r.oldEntries[id]
		if row.taken {
			continue
		}
		d.entryGone(row)
		if err := d.r.withdraw(row); err != nil {
			return err
		}
		for _, statement := range []string{`DELETE FROM link WHERE child_id = ?`, `DELETE FROM entry WHERE id = ?`} {
			if err := d.r.l.exec(d.r.ctx, statement, id); err != nil {
				return err
			}
		}
	}
	return nil
}

// original returns the bytes of a content.
func (r *Round) original(c *content) ([]byte, error) {
	r.packer.flush()
	r.packer.work.Wait()
	return unpack(c.at, c.size, func(id int64) ([]byte, error) {
		for _, p := range r.packer.pending {
			if p.id == id {
				return inflate(p.data)
			}
		}
		return r.l.chunk(r.ctx, id)
	})
}

func (l *Ledger) chunk(ctx context.Context, id int64) ([]byte, error) {
	var data []byte
	err := l.query(ctx, func(scan func(...any) error) error { return scan(&data) }, `SELECT data FROM chunk WHERE id = ?`, id)
	if err != nil {
		return nil, err
	}
	return inflate(data)
}
