package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"

	"skein/internal/mail"
	"skein/internal/store"
)

// ErrDiverged says that a state is not in a ledger's past: it is one of
// another ledger, or of this one before it was rebuilt or put back.
var ErrDiverged = errors.New("the state is not in the ledger's past")

// ErrMany says that more changed than is read at once.
var ErrMany = errors.New("too much changed to be published at once")

// Point returns the state of the ledger.
func (r *Reader) Point(ctx context.Context) (store.Point, error) {
	var p store.Point
	err := r.look(ctx, func(v *view) error {
		var err error
		p, err = v.point()
		return err
	})
	return p, err
}

// Publication returns everything that changed since a state in the ledger's
// past, as it is now; nil when nothing did. Another state gives ErrDiverged,
// and more than so many messages that changed ErrMany, unless most is 0.
func (r *Reader) Publication(ctx context.Context, since store.Point, most int) (*store.Publication, error) {
	var p *store.Publication
	err := r.look(ctx, func(v *view) error {
		now, err := v.point()
		if err != nil {
			return err
		}
		c, err := v.since(since)
		if err != nil || now.Revision == since.Revision {
			return err
		}
		if n := max(len(c.Entries.New)+len(c.Entries.Changed), len(c.Place)); most > 0 && n > most {
			return fmt.Errorf("%w: %d messages", ErrMany, n)
		}
		p = &store.Publication{Since: since, Until: now}
		return v.publish(p, c)
	})
	if err != nil {
		return nil, err
	}
	return p, nil
}

// publish reads what is named in c.
func (v *view) publish(p *store.Publication, c *changes) error {
	p.Gone = c.Gone
	for _, step := range []func() error{
		func() error { return v.publishBatches(p, c.Batches.sorted()) },
		func() error { return v.publishRejected(p, c.Rejected) },
		func() error { return v.publishPeople(p, c.People) },
		func() error { return v.publishAddresses(p, c.Addresses, c.Uses) },
		func() error { return v.publishThreads(p, c.Threads) },
		func() error { return v.publishMessages(p, c.Entries, c.Place) },
		func() error { return v.publishFiles(p) },
		func() error { return v.publishTies(p, c.Ties) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// both is the rows of two sets.
func both(a, b set) []int64 {
	rows := append(a.sorted(), b.sorted()...)
	slices.Sort(rows)
	return slices.Compact(rows)
}

func (v *view) publishBatches(p *store.Publication, rows []int64) error {
	return v.query(func(scan func(...any) error) error {
		var b store.PublishedBatch
		var hash []byte
		if err := scan(&hash, &b.Collection, &b.Name, &b.Published, &b.URL, &b.Sources); err != nil {
			return err
		}
		b.ID = mail.Hash(hash).ID(mail.BatchLetter)
		p.Batches = append(p.Batches, b)
		return nil
	}, `SELECT b.hash, l.name, b.name, b.published, b.url, (SELECT count(*) FROM source s WHERE s.batch_id = b.id)
		FROM json_each(?) j JOIN batch b ON b.id = j.value JOIN collection l ON l.id = b.collection_id`, list(rows))
}

func (v *view) publishRejected(p *store.Publication, keys []rejectedKey) error {
	for _, k := range keys {
		err := v.query(func(scan func(...any) error) error {
			j := store.PublishedRejected{Source: k.Path, Offset: k.Offset, SHA: k.SHA}
			var batch []byte
			if err := scan(&batch, &j.Length, &j.Reason); err != nil {
				return err
			}
			j.Batch = mail.Hash(batch).ID(mail.BatchLetter)
			p.Rejected = append(p.Rejected, j)
			return nil
		}, `SELECT b.hash, j.size, j.reason FROM rejected j JOIN source s ON s.id = j.source_id JOIN batch b ON b.id = s.batch_id
			WHERE j.source_id = ? AND j.path = ? AND j.offset = ? AND j.sha = ?`, k.Source, k.Path, k.Offset, k.SHA[:])
		if err != nil {
			return err
		}
	}
	return nil
}

func (v *view) publishPeople(p *store.Publication, rows touched) error {
	all := both(rows.New, rows.Changed)
	people, err := v.people(all)
	if err != nil {
		return err
	}
	search := map[int64]string{}
	err = v.query(func(scan func(...any) error) error {
		var id int64
		var text string
		err := scan(&id, &text)
		search[id] = text
		return err
	}, `SELECT h.id, h.search FROM json_each(?) j JOIN person h ON h.id = j.value`, list(all))
	for i, h := range people {
		if h != nil {
			p.People = append(p.People, store.PublishedPerson{Person: *h, New: rows.New[all[i]], Search: search[all[i]]})
		}
	}
	return err
}

func (v *view) publishAddresses(p *store.Publication, rows touched, uses set) error {
	all := both(rows.New, rows.Changed)
	all = append(all, uses.sorted()...)
	slices.Sort(all)
	at := map[int64]int{}
	err := v.query(func(scan func(...any) error) error {
		var id int64
		var hash, person []byte
		var a store.PublishedAddress
		if err := scan(&id, &hash, &person, &a.Address.Address, &a.SentCount, &a.ReceivedCount); err != nil {
			return err
		}
		a.ID, a.Person = mail.Hash(hash).ID(mail.PersonLetter), mail.Hash(person).ID(mail.PersonLetter)
		a.New, a.Uses = rows.New[id], uses[id]
		at[id] = len(p.Addresses)
		p.Addresses = append(p.Addresses, a)
		return nil
	}, `SELECT a.id, a.hash, h.hash, a.address, a.sent, a.received FROM json_each(?) j JOIN address a ON a.id = j.value
		JOIN person h ON h.id = a.person_id`, list(slices.Compact(all)))
	if err != nil {
		return err
	}
	return v.query(func(scan func(...any) error) error {
		var id int64
		var name string
		err := scan(&id, &name)
		if i, ok := at[id]; ok {
			p.Addresses[i].Names = append(p.Addresses[i].Names, name)
		}
		return err
	}, `SELECT n.address_id, n.text FROM json_each(?) j JOIN name n ON n.address_id = j.value
		ORDER BY n.address_id, n.count DESC, n.text`, list(slices.Compact(all)))
}

func (v *view) publishThreads(p *store.Publication, rows touched) error {
	all := both(rows.New, rows.Changed)
	threads, err := v.threads(all)
	if err != nil {
		return err
	}
	views := map[int64]int{}
	err = v.query(func(scan func(...any) error) error {
		var id int64
		var bits int
		err := scan(&id, &bits)
		views[id] = bits
		return err
	}, `SELECT t.id, t.views FROM json_each(?) j JOIN thread t ON t.id = j.value`, list(all))
	for i, t := range threads {
		if t != nil {
			p.Threads = append(p.Threads, store.PublishedThread{Thread: *t, Views: viewsOf(views[all[i]]), New: rows.New[all[i]]})
		}
	}
	return err
}

func (v *view) publishTies(p *store.Publication, pairs map[[2]int64]bool) error {
	wanted, err := json.Marshal(sortedPairs(pairs))
	if err != nil {
		return err
	}
	at := map[[2]int64]int{}
	// An address that is gone took its ties with it, so both are joined.
	return v.query(func(scan func(...any) error) error {
		var pair [2]int64
		var t store.PublishedTie
		var month sql.NullInt64
		var m store.TieMonth
		var first, last int64
		if err := scan(&pair[0], &pair[1], &t.From, &t.To, &month, &m.Count[0], &m.Count[1], &m.Count[2], &first, &last); err != nil {
			return err
		}
		i, known := at[pair]
		if !known {
			i, at[pair] = len(p.Ties), len(p.Ties)
			p.Ties = append(p.Ties, t)
		}
		if month.Valid { // else no message counts for the tie any more
			m.Month, m.First, m.Last = int(month.Int64), dated(first), dated(last)
			p.Ties[i].Months = append(p.Ties[i].Months, m)
		}
		return nil
	}, `SELECT f.id, t.id, f.address, t.address, w.month, coalesce(w.to_count, 0), coalesce(w.cc_count, 0), coalesce(w.bcc_count, 0),
			coalesce(w.first, 0), coalesce(w.last, 0)
		FROM json_each(?) j CROSS JOIN address f ON f.id = j.value ->> 0 CROSS JOIN address t ON t.id = j.value ->> 1
		LEFT JOIN tie w ON w.from_id = f.id AND w.to_id = t.id ORDER BY j.key, w.month`, string(wanted))
}

func sortedPairs(pairs map[[2]int64]bool) [][2]int64 {
	sorted := make([][2]int64, 0, len(pairs))
	for pair := range pairs {
		sorted = append(sorted, pair)
	}
	slices.SortFunc(sorted, func(a, b [2]int64) int { return slices.Compare(a[:], b[:]) })
	return sorted
}

// Whole returns the whole graph in pieces of about so many messages: first
// what messages refer to, then the messages, then where each stands. The
// caller sees to it that nobody writes meanwhile.
func (r *Reader) Whole(ctx context.Context, size int) iter.Seq2[*store.Publication, error] {
	return func(yield func(*store.Publication, error) bool) {
		stopped := false
		err := r.look(ctx, func(v *view) error {
			now, err := v.point()
			if err != nil {
				return err
			}
			return v.whole(size, func(c *changes) error {
				p := &store.Publication{Until: now}
				if err := v.publish(p, c); err != nil {
					return err
				}
				if stopped = !yield(p, nil); stopped {
					return errStopped
				}
				return nil
			})
		})
		if err != nil && !stopped {
			yield(nil, err)
		}
	}
}

// whole names every row, some at a time, each as new.
func (v *view) whole(size int, some func(*changes) error) error {
	if err := v.wholeBatches(size, some); err != nil {
		return err
	}
	for _, table := range []struct {
		rows string
		put  func(*changes, int64)
	}{
		{`SELECT id FROM person`, func(c *changes, id int64) { c.People.New[id] = true }},
		{`SELECT id FROM address`, func(c *changes, id int64) { c.Addresses.New[id], c.Uses[id] = true, true }},
		{`SELECT id FROM thread`, func(c *changes, id int64) { c.Threads.New[id] = true }},
		{`SELECT id FROM entry`, func(c *changes, id int64) { c.Entries.New[id] = true }},
		{`SELECT id FROM entry`, func(c *changes, id int64) { c.Place[id] = true }},
	} {
		for after := int64(0); ; {
			c, n := newChanges(), 0
			err := v.query(func(scan func(...any) error) error {
				n++
				err := scan(&after)
				table.put(c, after)
				return err
			}, table.rows+` WHERE id > ? ORDER BY id LIMIT ?`, after, size)
			if err != nil {
				return err
			}
			if n == 0 {
				break
			}
			if err := some(c); err != nil {
				return err
			}
		}
	}
	return v.wholeTies(size, some)
}

func (v *view) wholeBatches(size int, some func(*changes) error) error {
	c := newChanges()
	err := v.query(func(scan func(...any) error) error {
		var id int64
		err := scan(&id)
		c.Batches[id] = true
		return err
	}, `SELECT id FROM batch`)
	if err != nil {
		return err
	}
	if err := some(c); err != nil {
		return err
	}
	after := rejectedKey{SHA: mail.SHA{}}
	for {
		c := newChanges()
		err := v.query(func(scan func(...any) error) error {
			var sha []byte
			if err := scan(&after.Source, &after.Path, &after.Offset, &sha); err != nil {
				return err
			}
			after.SHA = mail.SHA(sha)
			c.Rejected = append(c.Rejected, after)
			return nil
		}, `SELECT source_id, path, offset, sha FROM rejected WHERE (source_id, path, offset, sha) > (?, ?, ?, ?)
			ORDER BY source_id, path, offset, sha LIMIT ?`, after.Source, after.Path, after.Offset, after.SHA[:], size)
		if err != nil || len(c.Rejected) == 0 {
			return err
		}
		if err := some(c); err != nil {
			return err
		}
	}
}

func (v *view) wholeTies(size int, some func(*changes) error) error {
	var after [2]int64
	for {
		c := newChanges()
		err := v.query(func(scan func(...any) error) error {
			err := scan(&after[0], &after[1])
			c.Ties[after] = true
			return err
		}, `SELECT DISTINCT from_id, to_id FROM tie WHERE (from_id, to_id) > (?, ?) ORDER BY from_id, to_id LIMIT ?`,
			after[0], after[1], size)
		if err != nil || len(c.Ties) == 0 {
			return err
		}
		if err := some(c); err != nil {
			return err
		}
	}
}
