package sqlite

import (
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"skein/internal/mail"
	"skein/internal/thread"
)

// enter gives the fresh contents their keys and makes those dirty.
func (r *Round) enter() error {
	var texts []mail.Key
	for _, c := range r.fresh {
		texts = append(append(texts, thread.Claims(c.facts)...), thread.Cites(c.facts)...)
	}
	if err := r.loadKeys(texts); err != nil {
		return err
	}
	for _, c := range r.fresh {
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
	}
	return r.uses.flush(r.ctx)
}

func (r *Round) use(c *content, text mail.Key, role useRole) error {
	k := r.key(text)
	c.uses = append(c.uses, use{k, role})
	k.users = append(k.users, c)
	r.dirty[k] = true
	return r.uses.add(r.ctx, k.id, role, c.id)
}

// key returns a key that was looked up, or else is new.
func (r *Round) key(text mail.Key) *key {
	h := text.Hash()
	if known, ok := r.keys[h]; ok {
		return known
	}
	r.l.last.key++
	k := &key{id: r.l.last.key, hash: h, fresh: true}
	if _, isMessageID := text.MessageID(); isMessageID {
		k.text = text
	}
	r.keys[h], r.keyByID[k.id] = k, k
	return k
}

// loadKeys looks keys up by their hashes, in the order of the index.
func (r *Round) loadKeys(texts []mail.Key) error {
	hashes := make([]string, len(texts))
	for i, text := range texts {
		h := text.Hash()
		hashes[i] = hex.EncodeToString(h[:])
	}
	slices.Sort(hashes)
	return r.scanKeys(slices.Compact(hashes), `JOIN key k ON k.hash = unhex(j.value)`)
}

// scanKeys takes in the rows of keys that a list names and that are not known.
func (r *Round) scanKeys(list any, join string) error {
	text, err := json.Marshal(list)
	if err != nil {
		return err
	}
	return r.l.query(r.ctx, func(scan func(...any) error) error {
		k := &key{}
		var h []byte
		if err := scan(&k.id, &h, &k.text, &k.entry, &k.poisoned); err != nil {
			return err
		}
		k.hash = mail.Hash(h)
		if r.keyByID[k.id] == nil {
			r.keys[k.hash], r.keyByID[k.id] = k, k
		}
		return nil
	}, `SELECT k.id, k.hash, k.text, k.entry_id, k.poisoned FROM json_each(?) j `+join, string(text))
}

// load returns contents by their rows' ids, those of earlier rounds with their
// facts and keys.
func (r *Round) load(ids []int64) ([]*content, error) {
	var unknown []int64
	for _, id := range ids {
		if r.contents[id] == nil {
			unknown = append(unknown, id)
		}
	}
	if len(unknown) > 0 {
		if err := r.loadContents(unknown); err != nil {
			return nil, err
		}
	}
	found := make([]*content, len(ids))
	for i, id := range ids {
		if found[i] = r.contents[id]; found[i] == nil {
			return nil, fmt.Errorf("content %d is used but not kept", id)
		}
	}
	return found, nil
}

func (r *Round) loadContents(ids []int64) error {
	packed := map[*content][]byte{}
	err := r.l.query(r.ctx, func(scan func(...any) error) error {
		c := &content{facts: &mail.Facts{}}
		var sha, textSHA, keys, facts []byte
		if err := scan(&c.id, &sha, &c.size, &c.at.chunk, &c.at.pos, &textSHA, &c.entry, &keys, &facts); err != nil {
			return err
		}
		c.sha, c.textSHA = mail.SHA(sha), mail.SHA(textSHA)
		if err := json.Unmarshal(facts, c.facts); err != nil {
			return fmt.Errorf("facts of content %d: %w", c.id, err)
		}
		r.contents[c.id] = c
		packed[c] = keys
		return nil
	}, `SELECT c.id, c.sha, c.size, c.chunk_id, c.pos, c.text_sha, c.entry_id, c.keys, c.facts
		FROM json_each(?) j JOIN content c ON c.id = j.value`, list(ids))
	if err != nil {
		return err
	}
	return r.unpackKeys(packed)
}

// unpackKeys gives contents the keys that their rows list.
func (r *Round) unpackKeys(packed map[*content][]byte) error {
	var unknown []int64
	lists := map[*content][]uint64{}
	for c, keys := range packed {
		for len(keys) > 0 {
			v, n := binary.Uvarint(keys)
			if n <= 0 {
				return fmt.Errorf("keys of content %d are damaged", c.id)
			}
			keys = keys[n:]
			lists[c] = append(lists[c], v)
			if r.keyByID[int64(v>>1)] == nil {
				unknown = append(unknown, int64(v>>1))
			}
		}
	}
	slices.Sort(unknown)
	if err := r.scanKeys(append([]int64{}, slices.Compact(unknown)...), `JOIN key k ON k.id = j.value`); err != nil {
		return err
	}
	for c, list := range lists {
		for _, v := range list {
			k := r.keyByID[int64(v>>1)]
			if k == nil {
				return fmt.Errorf("key %d of content %d is not kept", v>>1, c.id)
			}
			c.uses = append(c.uses, use{k, useRole(v&1) + 1})
		}
	}
	return nil
}

// users returns the contents that use keys, in that role or in any when role
// is 0, each once.
func (r *Round) users(keys []*key, role useRole) ([]*content, error) {
	var kept, ids []int64
	for _, k := range keys {
		if !k.fresh {
			kept = append(kept, k.id)
		}
		for _, c := range k.users {
			if role == 0 || slices.Contains(c.uses, use{k, role}) {
				ids = append(ids, c.id)
			}
		}
	}
	slices.Sort(kept)
	err := r.l.query(r.ctx, func(scan func(...any) error) error {
		var id int64
		err := scan(&id)
		ids = append(ids, id)
		return err
	}, `SELECT u.content_id FROM json_each(?1) j JOIN use u ON u.key_id = j.value WHERE ?2 IN (0, u.role)`, list(kept), role)
	if err != nil {
		return nil, err
	}
	slices.Sort(ids)
	return r.load(slices.Compact(ids))
}
