package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"

	"skein/internal/mail"
	"skein/internal/store"
)

// Source is a source's row: a file or folder within a batch.
type Source struct{ id, batch int64 }

// Batch keeps a batch and its collection; what is known of them already is
// completed, never lost.
func (r *Round) Batch(b store.Batch) (int64, error) {
	collection, err := r.collection(b)
	if err != nil {
		return 0, err
	}
	hash := mail.BatchHash(b.Collection, b.Name)
	var id int64
	find := func(scan func(...any) error) error { return scan(&id) }
	if err := r.l.query(r.ctx, find, `SELECT id FROM batch WHERE hash = ?`, hash[:]); err != nil {
		return 0, err
	}
	if id == 0 {
		err := r.l.exec(r.ctx, `INSERT INTO batch(hash, collection_id, name, published, url) VALUES(?, ?, ?, ?, ?)`,
			hash[:], collection, b.Name, b.Published, b.URL)
		if err != nil {
			return 0, err
		}
		err = r.l.query(r.ctx, find, `SELECT id FROM batch WHERE hash = ?`, hash[:])
		r.changed.Batches[id] = true
		return id, err
	}
	differs, err := r.exists(`SELECT 1 FROM batch WHERE id = ?3 AND (published <> ?1 AND ?1 <> '' OR url <> ?2 AND ?2 <> '')`,
		b.Published, b.URL, id)
	if err != nil || !differs {
		return id, err
	}
	r.changed.Batches[id] = true
	return id, r.l.exec(r.ctx, `UPDATE batch SET published = iif(?1 = '', published, ?1), url = iif(?2 = '', url, ?2) WHERE id = ?3`,
		b.Published, b.URL, id)
}

func (r *Round) collection(b store.Batch) (int64, error) {
	var id int64
	var text []byte
	find := func(scan func(...any) error) error { return scan(&id, &text) }
	const query = `SELECT id, owners FROM collection WHERE name = ?`
	if err := r.l.query(r.ctx, find, query, b.Collection); err != nil {
		return 0, err
	}
	owners, err := ownerList(text)
	if err != nil {
		return 0, fmt.Errorf("owners of collection %q: %w", b.Collection, err)
	}
	known := len(owners)
	owners = append(owners, b.Owners...)
	slices.Sort(owners)
	owners = slices.Compact(owners)
	if id != 0 && len(owners) == known {
		return id, nil
	}
	if err := r.ownersChanged(owners); err != nil {
		return 0, err
	}
	list, err := json.Marshal(owners)
	if err != nil {
		return 0, err
	}
	err = r.l.exec(r.ctx, `INSERT INTO collection(name, owners) VALUES(?, ?) ON CONFLICT DO UPDATE SET owners = excluded.owners`,
		b.Collection, string(list))
	if err != nil {
		return 0, err
	}
	return id, r.l.query(r.ctx, find, query, b.Collection)
}

// ownersChanged notes that people may be owners now, or no more.
func (r *Round) ownersChanged(addresses []string) error {
	for _, address := range addresses {
		h := mail.AddressHash(address)
		err := r.l.query(r.ctx, func(scan func(...any) error) error {
			var person int64
			err := scan(&person)
			r.changed.People.Changed[person] = true
			return err
		}, `SELECT person_id FROM address WHERE hash = ?`, h[:])
		if err != nil {
			return err
		}
	}
	return nil
}

func ownerList(text []byte) ([]string, error) {
	owners := []string{}
	if len(text) == 0 {
		return owners, nil
	}
	return owners, json.Unmarshal(text, &owners)
}

// File is what a source's file was when it was read to its end; the zero value
// where that is not known, and for a folder.
type File struct {
	Fingerprint uint64
	Size        int64    // bytes
	SHA         mail.SHA // of its bytes as they lay on disk
}

// Source keeps a source of a batch, and the name of its format.
func (r *Round) Source(batch int64, path, format string) (Source, error) {
	s := Source{batch: batch}
	err := r.l.query(r.ctx, func(scan func(...any) error) error { return scan(&s.id) },
		`SELECT id FROM source WHERE batch_id = ? AND path = ?`, batch, path)
	if err != nil || s.id != 0 {
		return s, err
	}
	r.changed.Batches[batch] = true
	r.l.last.source++
	s.id = r.l.last.source
	return s, r.l.exec(r.ctx, `INSERT INTO source VALUES(?, ?, ?, 0, 0, ?, 0, x'')`, s.id, batch, path, format)
}

// Reading notes that a file with that fingerprint is being read for a source:
// what is known of another file that it was before is no more.
func (r *Round) Reading(s Source, fingerprint uint64) error {
	return r.l.exec(r.ctx, `UPDATE source SET fingerprint = 0, complete = 0, size = 0, sha = x''
		WHERE id = ? AND complete AND fingerprint <> ?`, s.id, int64(fingerprint))
}

// Complete notes that a source was read to its end, so that it is not read
// again while its fingerprint is the same.
func (r *Round) Complete(s Source, f File) error {
	return r.l.exec(r.ctx, `UPDATE source SET fingerprint = ?, complete = 1, size = ?, sha = ? WHERE id = ?`,
		int64(f.Fingerprint), f.Size, f.SHA[:], s.id)
}

// Known tells what the ledger holds of a source before a run reads it.
type Known struct {
	Complete bool // read to its end with that fingerprint
	Items    int  // copies and rejected items
	Rejected int
	kept     map[file]bool
	rejected map[string]bool
}

// file is a one-message file as it was when it was read.
type file struct {
	path        string
	fingerprint uint64
}

// Has says whether the one-message file at path was kept with that
// fingerprint.
func (k Known) Has(path string, fingerprint uint64) bool {
	return fingerprint != 0 && k.kept[file{path, fingerprint}]
}

// WasRejected says whether the file at path was kept as rejected.
func (k Known) WasRejected(path string) bool { return k.rejected[path] }

// Known looks a source up. It may be called beside a round; it then tells of
// the rounds before.
func (l *Ledger) Known(ctx context.Context, b store.Batch, path string, fingerprint uint64) (Known, error) {
	peek, err := l.peeker()
	if err != nil {
		return Known{}, err
	}
	hash := mail.BatchHash(b.Collection, b.Name)
	var id int64
	var k Known
	var have int64
	err = peek.QueryRowContext(ctx, `SELECT s.id, s.fingerprint, s.complete FROM source s JOIN batch b ON b.id = s.batch_id
		WHERE b.hash = ? AND s.path = ?`, hash[:], path).Scan(&id, &have, &k.Complete)
	if err == sql.ErrNoRows {
		return Known{}, nil
	}
	if err != nil {
		return Known{}, reason(err)
	}
	k.Complete = k.Complete && uint64(have) == fingerprint && fingerprint != 0
	k.kept, k.rejected = map[file]bool{}, map[string]bool{}
	rows, err := peek.QueryContext(ctx, `SELECT path, fingerprint, 0 FROM copy WHERE source_id = ?1 AND part = ''
		UNION ALL SELECT path, fingerprint, 1 FROM rejected WHERE source_id = ?1`, id)
	if err != nil {
		return Known{}, reason(err)
	}
	defer rows.Close()
	for rows.Next() {
		var path string
		var print int64
		var rejected int
		if err := rows.Scan(&path, &print, &rejected); err != nil {
			return Known{}, err
		}
		k.Items++
		if rejected == 1 {
			k.Rejected++
			k.rejected[path] = true
		}
		k.kept[file{path, uint64(print)}] = true
	}
	return k, rows.Err()
}

// peeker opens a second connection that only reads.
func (l *Ledger) peeker() (*sql.DB, error) {
	l.peeking.Lock()
	defer l.peeking.Unlock()
	if l.peek == nil {
		db, err := sql.Open("sqlite", dsn(l.path, "ro")+"&_pragma=busy_timeout(10000)")
		if err != nil {
			return nil, err
		}
		l.peek = db
	}
	return l.peek, nil
}
