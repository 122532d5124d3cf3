package sqlite

import (
	"bytes"
	"encoding/binary"
	"slices"

	"skein/internal/mail"
	"skein/internal/thread"
)

// Settle decides anew whatever the facts added or deleted in this round
// touch, and writes what that changes.
func (r *Round) Settle() error {
	if err := r.enter(); err != nil {
		return err
	}
	if err := r.poison(); err != nil {
		return err
	}
	contents, err := r.closure()
	if err != nil {
		return err
	}
	if err := r.decide(contents); err != nil {
		return err
	}
	if err := r.writeContents(contents); err != nil {
		return err
	}
	if err := r.writeKeys(); err != nil {
		return err
	}
	if err := r.writeCopies(); err != nil {
		return err
	}
	if err := r.people.write(); err != nil {
		return err
	}
	if err := r.packer.write(); err != nil {
		return err
	}
	return r.writeIndex()
}

// poison finds the Message-IDs that tell nothing any more, or tell something
// again. All who use such a key are touched.
func (r *Round) poison() error {
	suspects, err := r.suspects()
	if err != nil {
		return err
	}
	for _, k := range suspects {
		claimants, err := r.users([]*key{k}, claims)
		if err != nil {
			return err
		}
		contents, senders := map[mail.Hash]bool{}, map[string]bool{}
		for _, c := range claimants {
			if c.deleted {
				continue
			}
			contents[c.facts.Content] = true
			if authors := c.facts.Authors(); len(authors) > 0 {
				senders[authors[0].Address] = true
			}
		}
		if poisoned := thread.Poisoned(len(contents), len(senders)); poisoned != k.poisoned {
			k.poisoned, k.changed = poisoned, true
		}
	}
	return nil
}

// suspects are the dirty Message-IDs that may be poisoned, or may be so no
// more: a few claims poison nothing, and a further claim heals nothing.
func (r *Round) suspects() ([]*key, error) {
	var suspects []*key
	var kept []int64
	for k := range r.dirty {
		switch {
		case k.text == "":
		case k.poisoned:
			if len(r.gone) > 0 {
				suspects = append(suspects, k)
			}
		case k.fresh:
			if thread.Poisoned(len(k.users), len(k.users)) {
				suspects = append(suspects, k)
			}
		default:
			kept = append(kept, k.id)
		}
	}
	slices.Sort(kept)
	err := r.l.query(r.ctx, func(scan func(...any) error) error {
		var id int64
		var n int
		if err := scan(&id, &n); err != nil {
			return err
		}
		if thread.Poisoned(n, n) {
			suspects = append(suspects, r.keyByID[id])
		}
		return nil
	}, `SELECT u.key_id, count(*) FROM json_each(?) j JOIN use u ON u.key_id = j.value AND u.role = 1 GROUP BY u.key_id`, list(kept))
	return suspects, err
}

// closure returns every content that hangs together with a dirty key by keys
// that are not poisoned, by SHA-256. It goes outward level by level, so that a
// level is a few statements however wide it is.
func (r *Round) closure() ([]*content, error) {
	var level []*key
	for k := range r.dirty {
		if !k.poisoned || k.changed {
			level = append(level, k)
		}
	}
	seen := map[*content]bool{}
	var found []*content
	reached := r.fresh
	for {
		for _, c := range reached {
			if seen[c] || c.deleted {
				continue
			}
			seen[c] = true
			found = append(found, c)
			for _, u := range c.uses {
				if !u.key.poisoned && !r.dirty[u.key] {
					r.dirty[u.key] = true
					level = append(level, u.key)
				}
			}
		}
		if len(level) == 0 {
			break
		}
		var err error
		if reached, err = r.users(level, 0); err != nil {
			return nil, err
		}
		level = nil
	}
	slices.SortFunc(found, func(a, b *content) int { return bytes.Compare(a.sha[:], b.sha[:]) })
	return found, nil
}

// decide runs the pure decisions over the closure and writes what differs.
func (r *Round) decide(contents []*content) error {
	input := make([]thread.Content, len(contents))
	byText := map[mail.Key]*key{}
	poisoned := map[mail.Key]bool{}
	for i, c := range contents {
		input[i] = thread.Content{SHA: c.sha, Facts: c.facts}
		at := 0
		for _, texts := range [][]mail.Key{thread.Claims(c.facts), thread.Cites(c.facts)} {
			for _, text := range texts {
				k := c.uses[at].key
				at++
				byText[text] = k
				if k.poisoned {
					poisoned[text] = true
				}
			}
		}
	}
	d := decision{r: r, contents: contents, keys: byText, Decision: thread.Decide(input, poisoned)}
	return d.write()
}

func (r *Round) writeContents(contents []*content) error {
	for _, c := range contents {
		if !c.fresh {
			continue
		}
		var keys []byte
		for _, u := range c.uses {
			keys = binary.AppendUvarint(keys, uint64(u.key.id)<<1|uint64(u.role-1))
		}
		err := r.newContents.add(r.ctx, c.id, c.sha[:], c.size, c.at.chunk, c.at.pos, c.textSHA[:], c.entry, keys, c.stored)
		if err != nil {
			return err
		}
	}
	for _, c := range r.moved {
		if err := r.l.exec(r.ctx, `UPDATE content SET entry_id = ? WHERE id = ?`, c.entry, c.id); err != nil {
			return err
		}
	}
	if err := r.attached.flush(r.ctx); err != nil {
		return err
	}
	return r.newContents.flush(r.ctx)
}

// writeKeys writes new and changed keys; one that nothing uses any more goes.
func (r *Round) writeKeys() error {
	keys := make([]*key, 0, len(r.dirty))
	for k := range r.dirty {
		keys = append(keys, k)
	}
	// In the order of the index that is met at random.
	slices.SortFunc(keys, func(a, b *key) int { return bytes.Compare(a.hash[:], b.hash[:]) })
	for _, k := range keys {
		if err := r.writeKey(k); err != nil {
			return err
		}
	}
	return r.newKeys.flush(r.ctx)
}

func (r *Round) writeKey(k *key) error {
	if k.fresh {
		return r.newKeys.add(r.ctx, k.id, k.hash[:], string(k.text), k.entry, k.poisoned)
	}
	if len(r.gone) > 0 {
		used, err := r.exists(`SELECT 1 FROM use WHERE key_id = ? LIMIT 1`, k.id)
		if err != nil {
			return err
		}
		if !used {
			return r.l.exec(r.ctx, `DELETE FROM key WHERE id = ?`, k.id)
		}
	}
	if !k.changed {
		return nil
	}
	return r.l.exec(r.ctx, `UPDATE key SET entry_id = ?, poisoned = ? WHERE id = ?`, k.entry, k.poisoned, k.id)
}

// writeCopies counts copies of contents of earlier rounds, where the entry was
// not written anyway.
func (r *Round) writeCopies() error {
	for id, n := range r.known {
		c, loaded := r.contents[id]
		if loaded && (c.deleted || r.rewritten[c.entry]) {
			continue
		}
		entry, err := r.entryOf(id)
		if err == nil {
			err = r.l.exec(r.ctx, `UPDATE entry SET copies = copies + ? WHERE id = ?`, n, entry)
		}
		if err != nil {
			return err
		}
		r.changed.Entries.Changed[entry] = true
	}
	return nil
}

func (r *Round) entryOf(content int64) (int64, error) {
	var entry int64
	err := r.l.query(r.ctx, func(scan func(...any) error) error { return scan(&entry) },
		`SELECT entry_id FROM content WHERE id = ?`, content)
	return entry, err
}
