package sqlite

import (
	"context"
	"fmt"

	"skein/internal/mail"
	"skein/internal/store"
)

// Retract takes a batch back, round by round; the ledger is then as if the
// batch had never come. done is called after every round. A retraction that
// was interrupted goes on with the next call of Retract or Resume.
func (l *Ledger) Retract(ctx context.Context, collection, name string, size int, done func() error) error {
	hash := mail.BatchHash(collection, name)
	var id int64
	err := l.query(ctx, func(scan func(...any) error) error { return scan(&id) }, `SELECT id FROM batch WHERE hash = ?`, hash[:])
	if err != nil {
		return err
	}
	if id == 0 {
		return fmt.Errorf("batch %q of collection %q: %w", name, collection, store.ErrNotFound)
	}
	err = l.Update(ctx, func(r *Round) error {
		return l.exec(ctx, `UPDATE batch SET retracting = 1 WHERE id = ?`, id)
	})
	if err != nil {
		return err
	}
	if err := done(); err != nil {
		return err
	}
	return l.retract(ctx, id, size, done)
}

// Resume finishes retractions that were interrupted.
func (l *Ledger) Resume(ctx context.Context, size int, done func() error) error {
	var ids []int64
	err := l.query(ctx, func(scan func(...any) error) error {
		var id int64
		err := scan(&id)
		ids = append(ids, id)
		return err
	}, `SELECT id FROM batch WHERE retracting`)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := l.retract(ctx, id, size, done); err != nil {
			return err
		}
	}
	return nil
}

func (l *Ledger) retract(ctx context.Context, batch int64, size int, done func() error) error {
	for more := true; more; {
		err := l.Update(ctx, func(r *Round) error {
			n, err := r.take(batch, size)
			if err != nil {
				return err
			}
			if more = n == size; !more {
				if err := r.deleteBatch(batch); err != nil {
					return err
				}
			}
			return r.Settle()
		})
		if err != nil {
			return err
		}
		if err := done(); err != nil {
			return err
		}
	}
	return nil
}

// take deletes up to size copies of a batch, and the contents of which it was
// the last.
func (r *Round) take(batch int64, size int) (int, error) {
	type row struct {
		source, offset, content int64
		path, part              string
	}
	var rows []row
	err := r.l.query(r.ctx, func(scan func(...any) error) error {
		var c row
		err := scan(&c.source, &c.path, &c.offset, &c.part, &c.content)
		rows = append(rows, c)
		return err
	}, `SELECT source_id, path, offset, part, content_id FROM copy
		WHERE source_id IN (SELECT id FROM source WHERE batch_id = ?) LIMIT ?`, batch, size)
	if err != nil {
		return 0, err
	}
	for _, c := range rows {
		err := r.l.exec(r.ctx, `DELETE FROM copy WHERE source_id = ? AND path = ? AND offset = ? AND part = ? AND content_id = ?`,
			c.source, c.path, c.offset, c.part, c.content)
		if err != nil {
			return 0, err
		}
		r.known[c.content]--
	}
	for id := range r.known {
		if err := r.release(id, batch); err != nil {
			return 0, err
		}
	}
	return len(rows), nil
}

// release deletes a content that no copy holds any more. One that another
// batch holds is moved to that batch's chunks.
func (r *Round) release(id, batch int64) error {
	loaded, err := r.load([]int64{id})
	if err != nil {
		return err
	}
	c := loaded[0]
	var heir int64
	err = r.l.query(r.ctx, func(scan func(...any) error) error { return scan(&heir) },
		`SELECT s.batch_id FROM copy k JOIN source s ON s.id = k.source_id WHERE k.content_id = ?
		ORDER BY s.batch_id = ? LIMIT 1`, id, batch)
	if err != nil {
		return err
	}
	if heir == batch {
		return nil // a later round comes to its other copies
	}
	if heir != 0 {
		return r.move(c, batch, heir)
	}
	c.deleted = true
	r.gone = append(r.gone, c)
	for _, u := range c.uses {
		r.dirty[u.key] = true
		if err := r.l.exec(r.ctx, `DELETE FROM use WHERE key_id = ? AND role = ? AND content_id = ?`, u.key.id, u.role, id); err != nil {
			return err
		}
	}
	if err := r.detach(id); err != nil {
		return err
	}
	return r.l.exec(r.ctx, `DELETE FROM content WHERE id = ?`, id)
}

// move packs a content's bytes anew for another batch, where its chunk goes.
func (r *Round) move(c *content, from, to int64) error {
	leaves, err := r.exists(`SELECT 1 FROM chunk WHERE id = ? AND batch_id = ?`, c.at.chunk, from)
	if err != nil || !leaves {
		return err
	}
	raw, err := unpack(c.at, c.size, func(id int64) ([]byte, error) { return r.l.chunk(r.ctx, id) })
	if err != nil {
		return err
	}
	c.at = r.packer.add(to, raw)
	return r.l.exec(r.ctx, `UPDATE content SET chunk_id = ?, pos = ? WHERE id = ?`, c.at.chunk, c.at.pos, c.id)
}

func (r *Round) deleteBatch(batch int64) error {
	if err := r.batchGone(batch); err != nil {
		return err
	}
	for _, statement := range []string{
		`DELETE FROM rejected WHERE source_id IN (SELECT id FROM source WHERE batch_id = ?)`,
		`DELETE FROM source WHERE batch_id = ?`,
		`DELETE FROM chunk WHERE batch_id = ?`,
		`DELETE FROM batch WHERE id = ?`,
	} {
		if err := r.l.exec(r.ctx, statement, batch); err != nil {
			return err
		}
	}
	return r.l.exec(r.ctx, `DELETE FROM collection WHERE id NOT IN (SELECT collection_id FROM batch)`)
}

// batchGone notes that a batch goes, and the owners of its collection when it
// was the last of it.
func (r *Round) batchGone(batch int64) error {
	var hash, owners []byte
	err := r.l.query(r.ctx, func(scan func(...any) error) error { return scan(&hash, &owners) },
		`SELECT b.hash, iif((SELECT count(*) FROM batch o WHERE o.collection_id = c.id) = 1, c.owners, '[]')
		FROM batch b JOIN collection c ON c.id = b.collection_id WHERE b.id = ?`, batch)
	if err != nil {
		return err
	}
	r.changed.Gone.Batches = append(r.changed.Gone.Batches, mail.Hash(hash).ID(mail.BatchLetter))
	addresses, err := ownerList(owners)
	if err != nil {
		return err
	}
	return r.ownersChanged(addresses)
}
