package sqlite

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"skein/internal/mail"
	"skein/internal/query"
	"skein/internal/store"
	"skein/internal/thread"
)

// Round is one transaction of the ledger: facts are added or deleted, then
// Settle rewrites the decisions they touch.
type Round struct {
	l   *Ledger
	ctx context.Context // of the transaction, which ends with it

	contents map[int64]*content    // every content looked at
	bySHA    map[mail.SHA]*content // fresh ones
	fresh    []*content
	known    map[int64]int // copies added to or taken from contents of earlier rounds
	keys     map[mail.Hash]*key
	keyByID  map[int64]*key
	dirty    map[*key]bool // where the closure begins
	packer   packer
	people   *people

	// Rows on their way into tables that grow by many.
	uses, recipients, links, newKeys, newContents, ties *rows

	oldEntries map[int64]*entryRow
	oldThreads map[int64]*threadRow
	rewritten  map[int64]bool // entries whose body was written
	indexed    []indexed
	unindexed  []int64    // entries that leave the full text
	gone       []*content // contents whose last copy was deleted
	moved      []*content // contents of earlier rounds that another entry holds now
}

// content is a distinct mail, as a row and as a decision sees it.
type content struct {
	id, size, entry int64
	sha             mail.SHA
	at              span
	textSHA         mail.SHA
	facts           *mail.Facts
	uses            []use
	copies          int            // of a fresh one, so far
	index           query.Document // of a fresh one
	stored          []byte         // the facts of a fresh one, as they are kept
	deleted, fresh  bool
}

type useRole uint8

const (
	claims useRole = 1
	cites  useRole = 2
)

// use says that a content claims or cites a key.
type use struct {
	key  *key
	role useRole
}

type key struct {
	id, entry       int64
	hash            mail.Hash
	text            mail.Key // of Message-IDs; others are told by their contents
	poisoned, fresh bool
	changed         bool
	users           []*content // of this round
}

// Update runs change as one transaction.
func (l *Ledger) Update(ctx context.Context, change func(*Round) error) error {
	if err := l.exec(ctx, `BEGIN IMMEDIATE`); err != nil {
		return reason(err)
	}
	// Statements of a round are short, and watching each for being cancelled
	// costs a tenth of them; whoever runs the rounds looks between them.
	ctx = context.WithoutCancel(ctx)
	r := &Round{
		l: l, ctx: ctx, contents: map[int64]*content{}, bySHA: map[mail.SHA]*content{}, known: map[int64]int{},
		keys: map[mail.Hash]*key{}, keyByID: map[int64]*key{}, dirty: map[*key]bool{},
		packer: packer{next: l.last.chunk + 1}, oldEntries: map[int64]*entryRow{},
		oldThreads: map[int64]*threadRow{}, rewritten: map[int64]bool{},
	}
	r.people = newPeople(r)
	r.uses = l.rows(`INSERT INTO use`, 3, ``)
	r.recipients = l.rows(`INSERT INTO recipient`, 5, ``)
	r.links = l.rows(`INSERT INTO link`, 8, ``)
	r.newKeys = l.rows(`INSERT INTO key`, 5, ``)
	r.newContents = l.rows(`INSERT INTO content`, 9, ``)
	r.ties = l.rows(`INSERT INTO tie`, 8, addTie)
	err := change(r)
	if err == nil {
		err = l.exec(ctx, `UPDATE meta SET value = iif(name = 'since', ?, value + 1) WHERE name IN ('revision', 'since')`,
			time.Now().UnixMilli())
	}
	if err == nil {
		err = l.exec(ctx, `COMMIT`)
	}
	if err != nil {
		_ = l.exec(ctx, `ROLLBACK`) // where the disk is full SQLite has done so by itself
		// Ids handed out by a round that is not kept are handed out again.
		err = errors.Join(reason(err), l.lastIDs(ctx))
	}
	return err
}

// Added counts what became of items.
type Added struct{ New, Known, Rejected int }

// Add keeps items of a source; it takes their bytes. A copy that is kept already counts as known
// and changes nothing.
func (r *Round) Add(source Source, items []store.Item) (Added, error) {
	var added Added
	for i := range items {
		it := &items[i]
		if it.Rejected != "" {
			added.Rejected++
			if err := r.reject(source, it); err != nil {
				return added, err
			}
			continue
		}
		c, isNew, err := r.content(source.batch, it)
		if err != nil {
			return added, err
		}
		if isNew {
			added.New++
		} else {
			added.Known++
		}
		if err := r.copy(source, it, c); err != nil {
			return added, err
		}
		it.Raw = nil // it lies in a chunk now
	}
	return added, nil
}

func (r *Round) reject(source Source, it *store.Item) error {
	const known = `SELECT 1 FROM rejected WHERE source_id = ? AND path = ? AND offset = ? AND sha = ?`
	found, err := r.exists(known, source.id, it.Path, it.Offset, it.SHA[:])
	if err != nil {
		return err
	}
	if found {
		return r.l.exec(r.ctx, `UPDATE rejected SET fingerprint = ?5 WHERE source_id = ?1 AND path = ?2 AND offset = ?3
			AND sha = ?4 AND fingerprint <> ?5`, source.id, it.Path, it.Offset, it.SHA[:], int64(it.Fingerprint))
	}
	at := r.packer.add(source.batch, it.Raw)
	return r.l.exec(r.ctx, `INSERT INTO rejected VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)`, source.id, it.Path, it.Offset,
		it.SHA[:], len(it.Raw), it.Rejected, at.chunk, at.pos, int64(it.Fingerprint))
}

func (r *Round) exists(query string, args ...any) (bool, error) {
	found := false
	err := r.l.query(r.ctx, func(func(...any) error) error { found = true; return nil }, query, args...)
	return found, err
}

// content returns the content of an item, and whether it is new.
func (r *Round) content(batch int64, it *store.Item) (*content, bool, error) {
	if c, ok := r.bySHA[it.SHA]; ok {
		return c, false, nil
	}
	var id int64
	err := r.l.query(r.ctx, func(scan func(...any) error) error { return scan(&id) },
		`SELECT id FROM content WHERE sha = ?`, it.SHA[:])
	if err != nil {
		return nil, false, err
	}
	if id != 0 {
		return &content{id: id}, false, nil
	}
	r.l.last.content++
	c := &content{
		id: r.l.last.content, sha: it.SHA, size: int64(len(it.Raw)), facts: &it.Facts, index: it.Index,
		textSHA: it.TextSHA, stored: it.Stored, fresh: true, at: r.packer.add(batch, it.Raw),
	}
	r.contents[c.id], r.bySHA[it.SHA] = c, c
	r.fresh = append(r.fresh, c)
	return c, true, nil
}

func (r *Round) copy(source Source, it *store.Item, c *content) error {
	const insert = `INSERT INTO copy VALUES(?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`
	s, err := r.l.prepared(r.ctx, insert)
	if err != nil {
		return err
	}
	result, err := s.ExecContext(r.ctx, source.id, it.Path, it.Offset, it.Part, c.id, it.PublisherID, int64(it.Fingerprint))
	if err != nil {
		return err
	}
	n, err := result.RowsAffected()
	if err != nil {
		return err
	}
	if n == 0 {
		// The file's time may have changed; else it would be read again each time.
		return r.l.exec(r.ctx, `UPDATE copy SET fingerprint = ?6 WHERE source_id = ?1 AND path = ?2 AND offset = ?3
			AND part = ?4 AND content_id = ?5 AND fingerprint <> ?6`,
			source.id, it.Path, it.Offset, it.Part, c.id, int64(it.Fingerprint))
	}
	if c.fresh {
		c.copies++
	} else {
		r.known[c.id]++
	}
	return nil
}

// key returns the key k, known to the ledger or new.
func (r *Round) key(k mail.Key) (*key, error) {
	h := k.Hash()
	if found, ok := r.keys[h]; ok {
		return found, nil
	}
	found := &key{hash: h}
	err := r.l.query(r.ctx, func(scan func(...any) error) error {
		return scan(&found.id, &found.text, &found.entry, &found.poisoned)
	}, `SELECT id, text, entry_id, poisoned FROM key WHERE hash = ?`, h[:])
	if err != nil {
		return nil, err
	}
	if found.id == 0 {
		r.l.last.key++
		found.id, found.fresh = r.l.last.key, true
		if _, isMessageID := k.MessageID(); isMessageID {
			found.text = k
		}
	}
	r.keys[h], r.keyByID[found.id] = found, found
	return found, nil
}

// keyOf returns a key by its row's id.
func (r *Round) keyOf(id int64) (*key, error) {
	if found, ok := r.keyByID[id]; ok {
		return found, nil
	}
	found := &key{id: id}
	err := r.l.query(r.ctx, func(scan func(...any) error) error {
		var h []byte
		if err := scan(&h, &found.text, &found.entry, &found.poisoned); err != nil {
			return err
		}
		found.hash = mail.Hash(h)
		return nil
	}, `SELECT hash, text, entry_id, poisoned FROM key WHERE id = ?`, id)
	if err != nil {
		return nil, err
	}
	r.keys[found.hash], r.keyByID[id] = found, found
	return found, nil
}

// load returns a content of an earlier round with its uses.
func (r *Round) load(id int64) (*content, error) {
	if c, ok := r.contents[id]; ok {
		return c, nil
	}
	c := &content{id: id, facts: &mail.Facts{}}
	var sha, textSHA, keys, facts []byte
	err := r.l.query(r.ctx, func(scan func(...any) error) error {
		return scan(&sha, &c.size, &c.at.chunk, &c.at.pos, &textSHA, &c.entry, &keys, &facts)
	}, `SELECT sha, size, chunk_id, pos, text_sha, entry_id, keys, facts FROM content WHERE id = ?`, id)
	if err != nil {
		return nil, err
	}
	if sha == nil {
		return nil, fmt.Errorf("content %d is used but not kept", id)
	}
	c.sha, c.textSHA = mail.SHA(sha), mail.SHA(textSHA)
	if err := json.Unmarshal(facts, c.facts); err != nil {
		return nil, fmt.Errorf("facts of content %d: %w", id, err)
	}
	for len(keys) > 0 {
		v, n := binary.Uvarint(keys)
		if n <= 0 {
			return nil, fmt.Errorf("keys of content %d are damaged", id)
		}
		keys = keys[n:]
		k, err := r.keyOf(int64(v >> 1))
		if err != nil {
			return nil, err
		}
		c.uses = append(c.uses, use{k, useRole(v&1) + 1})
	}
	r.contents[id] = c
	return c, nil
}

// enter gives a fresh content its keys and makes them dirty.
func (r *Round) enter(c *content) error {
	for _, text := range thread.Claims(c.facts) {
		if err := r.use(c, text, claims); err != nil {
			return err
		}
	}
	for _, text := range thread.Cites(c.facts) {
		if err := r.use(c, text, cites); err != nil {
			return err
		}
	}
	return nil
}

func (r *Round) use(c *content, text mail.Key, role useRole) error {
	k, err := r.key(text)
	if err != nil {
		return err
	}
	c.uses = append(c.uses, use{k, role})
	k.users = append(k.users, c)
	r.dirty[k] = true
	return r.uses.add(r.ctx, k.id, role, c.id)
}

// users returns the contents that use k, in that role or in any when role is 0.
func (r *Round) users(k *key, role useRole) ([]*content, error) {
	var ids []int64
	if !k.fresh {
		err := r.l.query(r.ctx, func(scan func(...any) error) error {
			var id int64
			var as useRole
			if err := scan(&id, &as); err != nil {
				return err
			}
			if role == 0 || role == as {
				ids = append(ids, id)
			}
			return nil
		}, `SELECT content_id, role FROM use WHERE key_id = ?`, k.id)
		if err != nil {
			return nil, err
		}
	} else {
		for _, c := range k.users {
			if role == 0 || slices.Contains(c.uses, use{k, role}) {
				ids = append(ids, c.id)
			}
		}
	}
	slices.Sort(ids)
	found := make([]*content, 0, len(ids))
	for _, id := range slices.Compact(ids) {
		c, err := r.load(id)
		if err != nil {
			return nil, err
		}
		found = append(found, c)
	}
	return found, nil
}
