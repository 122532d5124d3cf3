package sqlite

import (
	"context"
	"errors"

	"skein/internal/mail"
	"skein/internal/query"
	"skein/internal/store"
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
	uses, links, newKeys, newContents, attached, ties *rows
	recipients                                        []recipient

	oldEntries map[int64]*entryRow
	oldThreads map[int64]*threadRow
	rewritten  map[int64]bool // entries whose body was written
	indexed    []indexed
	unindexed  []int64    // entries that leave the full text
	gone       []*content // contents whose last copy was deleted
	moved      []*content // contents of earlier rounds that another entry holds now
	changed    *changes
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
		changed: newChanges(),
	}
	r.packer.store = r.storeChunk
	r.people = newPeople(r)
	r.uses = l.rows(`INSERT INTO use`, 3, ``)
	r.links = l.rows(`INSERT INTO link`, 8, ``)
	r.newKeys = l.rows(`INSERT INTO key`, 5, ``)
	r.newContents = l.rows(`INSERT INTO content`, 9, ``)
	r.attached = l.rows(`INSERT INTO attached`, 2, ``)
	r.ties = l.rows(`INSERT INTO tie`, 8, addTie)
	l.stages.Recent.next()
	err := change(r)
	if err == nil {
		err = r.record()
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
type Added struct{ New, Known, Rejected, Embedded int }

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
		isNew, err := r.add(source, it)
		if err != nil {
			return added, err
		}
		if isNew {
			added.New++
		} else {
			added.Known++
		}
		for i := range it.Embedded {
			if _, err := r.add(source, &it.Embedded[i]); err != nil {
				return added, err
			}
		}
		added.Embedded += len(it.Embedded)
		it.Embedded = nil
	}
	return added, nil
}

// add keeps one mail, and says whether its content is new.
func (r *Round) add(source Source, it *store.Item) (isNew bool, err error) {
	c, isNew, err := r.content(source.batch, it)
	if err != nil {
		return false, err
	}
	err = r.copy(source, it, c)
	it.Raw, it.Files = nil, nil // they lie in the ledger now
	return isNew, err
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
	r.changed.Rejected = append(r.changed.Rejected, rejectedKey{source.id, it.Path, it.Offset, it.SHA})
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
	r.l.stages.Recent.put(it.SHA, it.Text)
	r.fresh = append(r.fresh, c)
	return c, true, r.attach(c, it)
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
