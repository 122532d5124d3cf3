package sqlite

import (
	"encoding/binary"
	"encoding/json"
	"hash/fnv"
	"maps"
	"slices"

	"skein/internal/mail"
	"skein/internal/store"
	"skein/internal/thread"
)

// decision is a thread.Decision on its way into the tables. Rows keep their
// ids while what they stand for lives on, so only what differs is written.
type decision struct {
	thread.Decision
	r        *Round
	contents []*content
	keys     map[mail.Key]*key

	rows    []*entryRow   // one for each entry
	holder  map[int64]int // from a row to its entry
	threads []*threadRow
}

// entryRow is an entry as it was stored.
type entryRow struct {
	id                  int64
	hash                mail.Hash
	fresh, taken        bool
	missing             bool
	sent                int64
	people              []mention
	recipients          int
	threads, parents    [mail.Views]int64
	bodyMark, placeMark int64
}

type threadRow struct {
	id                int64
	fresh, taken      bool
	hash              mail.Hash
	views             int
	subject           string
	messages, missing int
	started, latest   int64
}

// mention is an element of the people column: role, address row, display name.
type mention struct {
	role    mail.Role
	address int64
	name    string
}

// MarshalJSON writes an array, which is half as long as an object.
func (m mention) MarshalJSON() ([]byte, error) { return json.Marshal([]any{m.role, m.address, m.name}) }

// UnmarshalJSON reads what MarshalJSON writes.
func (m *mention) UnmarshalJSON(text []byte) error {
	return json.Unmarshal(text, &[]any{&m.role, &m.address, &m.name})
}

func (d *decision) write() error {
	if err := d.loadEntries(); err != nil {
		return err
	}
	if err := d.loadThreads(); err != nil {
		return err
	}
	d.takeEntries()
	d.takeThreads()
	for i := range d.Entries {
		if err := d.writeEntry(i); err != nil {
			return err
		}
	}
	if err := d.r.links.flush(d.r.ctx); err != nil {
		return err
	}
	if err := d.deleteEntries(); err != nil {
		return err
	}
	return d.writeThreads()
}

// loadEntries loads the entry of every dirty key, and of every content.
func (d *decision) loadEntries() error {
	for k := range d.r.dirty {
		if err := d.loadEntry(k.entry); err != nil {
			return err
		}
	}
	for _, list := range [][]*content{d.contents, d.r.gone} {
		for _, c := range list {
			if err := d.loadEntry(c.entry); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *decision) loadEntry(id int64) error {
	if id == 0 || d.r.oldEntries[id] != nil {
		return nil
	}
	row := &entryRow{id: id}
	var hash, people []byte
	err := d.r.l.query(d.r.ctx, func(scan func(...any) error) error {
		return scan(&hash, &row.missing, &row.sent, &people, &row.recipients, &row.threads[0], &row.parents[0],
			&row.threads[1], &row.parents[1], &row.bodyMark, &row.placeMark)
	}, `SELECT hash, missing, sent, people, recipients, certain_thread, certain_parent, probable_thread, probable_parent,
		body_mark, place_mark FROM entry WHERE id = ?`, id)
	if err != nil {
		return err
	}
	d.r.oldEntries[id] = row
	row.hash = mail.Hash(hash)
	return json.Unmarshal(people, &row.people)
}

func (d *decision) loadThreads() error {
	for _, e := range d.r.oldEntries {
		for _, id := range e.threads {
			if d.r.oldThreads[id] != nil {
				continue
			}
			t := &threadRow{id: id}
			var hash []byte
			err := d.r.l.query(d.r.ctx, func(scan func(...any) error) error {
				return scan(&hash, &t.views, &t.subject, &t.messages, &t.missing, &t.started, &t.latest)
			}, `SELECT hash, views, subject, messages, missing, started, latest FROM thread WHERE id = ?`, id)
			if err != nil {
				return err
			}
			t.hash = mail.Hash(hash)
			d.r.oldThreads[id] = t
		}
	}
	return nil
}

// takeEntries gives every entry the row of one of its keys, or a new one.
func (d *decision) takeEntries() {
	d.rows = make([]*entryRow, len(d.Entries))
	for i, e := range d.Entries {
		for _, k := range e.Keys {
			if row := d.r.oldEntries[d.keys[k].entry]; row != nil && !row.taken {
				d.rows[i] = row
				break
			}
		}
		if d.rows[i] == nil {
			d.r.l.last.entry++
			d.rows[i] = &entryRow{id: d.r.l.last.entry, fresh: true}
		}
		d.rows[i].taken = true
	}
	d.holder = map[int64]int{}
	for i, e := range d.Entries {
		d.holder[d.rows[i].id] = i
		for _, k := range e.Keys {
			d.keys[k].hold(d.rows[i].id)
		}
		for _, c := range e.Contents {
			d.contents[c].hold(d.r, d.rows[i].id)
		}
	}
	for _, k := range d.keys {
		if k.poisoned {
			k.hold(0)
		}
	}
}

func (k *key) hold(entry int64) {
	if k.entry != entry {
		k.entry, k.changed = entry, true
	}
}

func (c *content) hold(r *Round, entry int64) {
	if c.entry != entry {
		c.entry = entry
		if !c.fresh {
			r.moved = append(r.moved, c)
		}
	}
}

// takeThreads gives every thread the row that one of its members had.
func (d *decision) takeThreads() {
	d.threads = make([]*threadRow, len(d.Threads))
	for i, t := range d.Threads {
		for _, m := range t.Members {
			for view, id := range d.rows[m].threads {
				if row := d.r.oldThreads[id]; row != nil && !row.taken && t.Views[view] {
					d.threads[i] = row
				}
			}
			if d.threads[i] != nil {
				break
			}
		}
		if d.threads[i] == nil {
			d.r.l.last.thread++
			d.threads[i] = &threadRow{id: d.r.l.last.thread, fresh: true}
		}
		d.threads[i].taken = true
	}
}

func (d *decision) writeThreads() error {
	const insert = `INSERT INTO thread VALUES(?, ?, ?, ?, ?, ?, ?, ?)`
	const update = `UPDATE thread SET hash = ?2, views = ?3, subject = ?4, messages = ?5, missing = ?6,
		started = ?7, latest = ?8 WHERE id = ?1`
	for i, t := range d.Threads {
		old := d.threads[i]
		now := threadRow{
			id: old.id, fresh: old.fresh, taken: true, hash: t.Key.Hash(), views: bits(t.Views), subject: t.Subject,
			messages: t.Messages, missing: t.Missing, started: sortDate(t.Started), latest: sortDate(t.Latest),
		}
		if now == *old {
			continue
		}
		d.threadChanged(old, &now)
		statement := update
		if old.fresh {
			statement = insert
		}
		err := d.r.l.exec(d.r.ctx, statement, now.id, now.hash[:], now.views, now.subject, now.messages, now.missing,
			now.started, now.latest)
		if err != nil {
			return err
		}
	}
	for _, id := range slices.Sorted(maps.Keys(d.r.oldThreads)) {
		if t := d.r.oldThreads[id]; !t.taken {
			d.r.changed.Gone.Threads = append(d.r.changed.Gone.Threads, t.key())
			if err := d.r.l.exec(d.r.ctx, `DELETE FROM thread WHERE id = ?`, t.id); err != nil {
				return err
			}
		}
	}
	return nil
}

// threadChanged notes that a thread is other than it was. One that is known
// by another id, or stands in other views, is another to those who read.
func (d *decision) threadChanged(old, now *threadRow) {
	renamed := !old.fresh && (old.hash != now.hash || old.views != now.views)
	if renamed {
		d.r.changed.Gone.Threads = append(d.r.changed.Gone.Threads, old.key())
	}
	d.r.changed.Threads.row(now.id, old.fresh || renamed)
}

func (t *threadRow) key() store.ThreadKey {
	return store.ThreadKey{ID: t.hash.ID(mail.ThreadLetter), Views: viewsOf(t.views)}
}

// viewsOf reads what bits writes.
func viewsOf(bits int) [mail.Views]bool {
	var views [mail.Views]bool
	for view := range views {
		views[view] = bits&(1<<view) != 0
	}
	return views
}

// bodyMark tells whether an entry is still made of the same contents and keys.
func (d *decision) bodyMark(i int) int64 {
	h := fnv.New64a()
	write := func(v int64) { h.Write(binary.LittleEndian.AppendUint64(nil, uint64(v))) }
	for _, c := range d.Entries[i].Contents {
		write(d.contents[c].id)
	}
	write(-1)
	for _, k := range d.Entries[i].Keys {
		write(d.keys[k].id)
	}
	return int64(h.Sum64())
}

// placeMark tells whether an entry still stands where it stood, among threads,
// parents and cited entries that are known by the same ids.
func (d *decision) placeMark(i int) int64 {
	h := fnv.New64a()
	write := func(v int64) { h.Write(binary.LittleEndian.AppendUint64(nil, uint64(v))) }
	e := &d.Entries[i]
	write(int64(e.Cited))
	for view := range mail.Views {
		t := &d.Threads[e.Thread[view]]
		write(d.threads[e.Thread[view]].id)
		write(d.parent(i, view))
		h.Write([]byte(t.Key))
		write(int64(bits(t.Views)))
	}
	for _, cited := range d.cited(e) {
		write(d.rows[cited].id)
		h.Write([]byte(d.Entries[cited].Keys[0]))
	}
	for _, l := range e.Links {
		write(d.rows[l.Parent].id)
		h.Write([]byte(d.Entries[l.Parent].Keys[0]))
		h.Write([]byte(l.Kind))
		write(int64(l.Confidence))
		write(d.contents[l.Content].id)
		write(d.keys[l.Key].id)
		write(int64(bits(l.Chosen)))
	}
	return int64(h.Sum64())
}

// cited returns the entries that the headers of e cite.
func (d *decision) cited(e *thread.Entry) []int {
	var found []int
	for _, c := range e.Contents {
		for _, u := range d.contents[c].uses {
			if u.role != cites || u.key.poisoned {
				continue
			}
			if at, ok := d.holder[u.key.entry]; ok {
				found = append(found, at)
			}
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// parent returns the row of the chosen parent, 0 for none.
func (d *decision) parent(i, view int) int64 {
	if p := d.Entries[i].Parent[view]; p >= 0 {
		return d.rows[p].id
	}
	return 0
}

func bits(views [mail.Views]bool) int {
	n := 0
	for view, in := range views {
		if in {
			n |= 1 << view
		}
	}
	return n
}

// sortDate is a date as tables order it.
func sortDate(milli *int64) int64 {
	if milli == nil {
		return store.Undated
	}
	return max(*milli, store.Undated+1)
}
