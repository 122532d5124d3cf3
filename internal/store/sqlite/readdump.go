package sqlite

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"skein/internal/mail"
	"skein/internal/store"
)

// errStopped ends a statement whose reader has enough.
var errStopped = errors.New("stopped")

// Dump implements store.Reader.
func (r *Reader) Dump(ctx context.Context) iter.Seq2[store.Record, error] {
	return func(yield func(store.Record, error) bool) {
		stopped := false
		err := r.look(ctx, func(v *view) error {
			d := dump{view: v, emit: func(record store.Record) error {
				if stopped = !yield(record, nil); stopped {
					return errStopped
				}
				return nil
			}}
			for _, kind := range []func() error{
				d.addresses, d.attachments, d.batches, d.copies, d.keys, d.links,
				func() error { return d.messages("message", 0) }, func() error { return d.messages("missing", 1) },
				d.people, d.rejected, d.threads, d.ties,
			} {
				if err := kind(); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil && !stopped {
			yield(nil, err)
		}
	}
}

// dump emits the records of each kind in order.
type dump struct {
	*view
	emit func(store.Record) error
}

func (d dump) addresses() error {
	var record store.AddressRecord
	flush := func() error {
		if record.Address == "" {
			return nil
		}
		return d.emit(record)
	}
	err := d.query(func(scan func(...any) error) error {
		next := store.AddressRecord{Kind: "address"}
		var person []byte
		var name string
		if err := scan(&next.Address, &person, &next.Sent, &next.Received, &name); err != nil {
			return err
		}
		if next.Address != record.Address {
			if err := flush(); err != nil {
				return err
			}
			record = next
			record.Person = mail.Hash(person).ID(mail.PersonLetter)
		}
		if name != "" {
			record.Names = append(record.Names, name)
		}
		return nil
	}, `SELECT a.address, p.hash, a.sent, a.received, coalesce(n.text, '') FROM address a JOIN person p ON p.id = a.person_id
		LEFT JOIN name n ON n.address_id = a.id ORDER BY a.address, n.count DESC, n.text`)
	return errors.Join(err, flushed(err, flush))
}

// flushed runs flush unless the statement before it failed.
func flushed(err error, flush func() error) error {
	if err != nil {
		return nil
	}
	return flush()
}

func (d dump) attachments() error {
	return d.query(func(scan func(...any) error) error {
		a := store.AttachmentRecord{Kind: "attachment"}
		var sha []byte
		if err := scan(&sha, &a.Size, &a.Type); err != nil {
			return err
		}
		a.SHA = mail.SHA(sha).String()
		return d.emit(a)
	}, `SELECT a.sha, a.size, a.type FROM attachment a WHERE EXISTS (SELECT 1 FROM `+carriers+` WHERE x.attachment_id = a.id) ORDER BY a.sha`)
}

func (d dump) batches() error {
	batches, err := d.view.batches()
	if err != nil {
		return err
	}
	slices.SortFunc(batches, func(a, b mail.Batch) int { return strings.Compare(string(a.ID), string(b.ID)) })
	for _, b := range batches {
		err := d.emit(store.BatchRecord{Kind: "batch", ID: b.ID, Collection: b.Collection, Name: b.Name, Published: b.Published})
		if err != nil {
			return err
		}
	}
	return nil
}

func (d dump) copies() error {
	return d.query(func(scan func(...any) error) error {
		c := store.CopyRecord{Kind: "copy"}
		var message, batch, sha []byte
		if err := scan(&message, &batch, &c.Source, &c.Part, &c.Offset, &c.Length, &sha, &c.PublisherID); err != nil {
			return err
		}
		c.Message, c.Batch = mail.Hash(message).ID(mail.MessageLetter), mail.Hash(batch).ID(mail.BatchLetter)
		c.SHA = mail.SHA(sha).String()
		return d.emit(c)
	}, `SELECT e.hash, b.hash, k.path, k.part, k.offset, c.size, c.sha, k.publisher_id FROM copy k
		JOIN content c ON c.id = k.content_id JOIN entry e ON e.id = c.entry_id JOIN source s ON s.id = k.source_id
		JOIN batch b ON b.id = s.batch_id ORDER BY e.hash, b.hash, k.path, k.part, k.offset, c.sha`)
}

func (d dump) keys() error {
	type row struct {
		id  int64
		key string
	}
	var rows []row
	err := d.query(func(scan func(...any) error) error {
		var k row
		err := scan(&k.id, &k.key)
		rows = append(rows, k)
		return err
	}, `SELECT id, text FROM key WHERE poisoned ORDER BY text`)
	if err != nil {
		return err
	}
	for _, k := range rows {
		record := store.KeyRecord{Kind: "key", Key: k.key}
		err := d.query(func(scan func(...any) error) error {
			var hash []byte
			err := scan(&hash)
			if err == nil {
				record.Claimants = append(record.Claimants, mail.Hash(hash).ID(mail.MessageLetter))
			}
			return err
		}, `SELECT DISTINCT e.hash FROM use u JOIN content c ON c.id = u.content_id JOIN entry e ON e.id = c.entry_id
			WHERE u.key_id = ? AND u.role = 1 ORDER BY e.hash`, k.id)
		if err != nil {
			return err
		}
		if err := d.emit(record); err != nil {
			return err
		}
	}
	return nil
}

var viewNames = [mail.Views]string{mail.Certain: "CERTAIN", mail.Probable: "PROBABLE"}

func namesOf(views int) []string {
	var names []string
	for view, name := range viewNames {
		if views&(1<<view) != 0 {
			names = append(names, name)
		}
	}
	return names
}

func (d dump) links() error {
	return d.query(func(scan func(...any) error) error {
		l := store.LinkRecord{Kind: "link"}
		var child, parent, sha []byte
		var chosen int
		if err := scan(&child, &parent, &l.By, &l.Confidence, &sha, &chosen); err != nil {
			return err
		}
		l.Child, l.Parent = mail.Hash(child).ID(mail.MessageLetter), mail.Hash(parent).ID(mail.MessageLetter)
		l.Chosen = namesOf(chosen)
		l.Evidence = []string{strings.TrimSpace(mail.SHA(sha).String() + " " + l.By.Header())}
		return d.emit(l)
	}, `SELECT e.hash, p.hash, l.kind, l.confidence, c.sha, l.chosen FROM link l JOIN entry e ON e.id = l.child_id
		JOIN entry p ON p.id = l.parent_id JOIN content c ON c.id = l.content_id ORDER BY e.hash, p.hash, l.kind`)
}

// messages dumps a few hundred entries at a time.
func (d dump) messages(kind string, missing int) error {
	const some = 500
	for after := []byte{}; ; {
		var rows []int64
		var last []byte
		err := d.query(func(scan func(...any) error) error {
			var row int64
			err := scan(&row, &last)
			rows = append(rows, row)
			return err
		}, `SELECT id, hash FROM entry WHERE missing = ? AND hash > ? ORDER BY hash LIMIT ?`, missing, after, some)
		if err != nil || len(rows) == 0 {
			return err
		}
		if err := d.entries(kind, rows); err != nil {
			return err
		}
		after = append([]byte{}, last...)
	}
}

func (d dump) entries(kind string, rows []int64) error {
	entries, err := d.view.entries(rows, store.WantPeople|store.WantParts)
	if err != nil {
		return err
	}
	for i, e := range entries {
		record := store.NewMessageRecord(kind, e)
		for _, field := range []struct {
			role mail.Role
			list []mail.Correspondent
		}{{mail.From, e.From}, {mail.To, e.To}, {mail.Cc, e.Cc}, {mail.Bcc, e.Bcc}} {
			for _, c := range field.list {
				record.People = append(record.People, strings.TrimSpace(fmt.Sprintf("%s %s %s", field.role, c.Address, c.Name)))
			}
		}
		if !e.Missing {
			if err := d.canonical(&record, rows[i]); err != nil {
				return err
			}
		}
		if err := d.emit(record); err != nil {
			return err
		}
	}
	return nil
}

var noText = mail.SHA(sha256.Sum256(nil))

func (d dump) canonical(record *store.MessageRecord, row int64) error {
	return d.query(func(scan func(...any) error) error {
		var sha, text, variants []byte
		if err := scan(&sha, &text, &variants); err != nil {
			return err
		}
		record.Canonical = mail.SHA(sha).String()
		if t := mail.SHA(text); t != noText {
			record.Text = t.String()
		}
		return json.Unmarshal(variants, &record.Variants)
	}, `SELECT c.sha, c.text_sha, e.variants FROM entry e JOIN content c ON c.id = e.content_id WHERE e.id = ?`, row)
}

func (d dump) people() error {
	owners, err := d.owners()
	if err != nil {
		return err
	}
	return d.query(func(scan func(...any) error) error {
		p := store.PersonRecord{Kind: "person"}
		var hash, addresses []byte
		if err := scan(&hash, &p.Name, &addresses); err != nil {
			return err
		}
		p.ID = mail.Hash(hash).ID(mail.PersonLetter)
		if err := json.Unmarshal(addresses, &p.Addresses); err != nil {
			return err
		}
		slices.Sort(p.Addresses)
		for _, a := range p.Addresses {
			p.Owner = p.Owner || owners[a]
		}
		return d.emit(p)
	}, `SELECT p.hash, p.name, json_group_array(a.address) FROM person p JOIN address a ON a.person_id = p.id
		GROUP BY p.id ORDER BY p.hash`)
}

func (d dump) rejected() error {
	return d.query(func(scan func(...any) error) error {
		j := store.RejectedRecord{Kind: "rejected"}
		var batch, sha []byte
		if err := scan(&batch, &j.Source, &j.Offset, &j.Length, &j.Reason, &sha); err != nil {
			return err
		}
		j.Batch, j.SHA = mail.Hash(batch).ID(mail.BatchLetter), mail.SHA(sha).String()
		return d.emit(j)
	}, `SELECT b.hash, j.path, j.offset, j.size, j.reason, j.sha FROM rejected j JOIN source s ON s.id = j.source_id
		JOIN batch b ON b.id = s.batch_id ORDER BY b.hash, j.path, j.offset, j.sha`)
}

func (d dump) threads() error {
	return d.query(func(scan func(...any) error) error {
		t := store.ThreadRecord{Kind: "thread"}
		var hash []byte
		var views int
		var started, latest int64
		if err := scan(&hash, &views, &t.Subject, &t.Messages, &t.Missing, &started, &latest); err != nil {
			return err
		}
		t.ID, t.Views = mail.Hash(hash).ID(mail.ThreadLetter), namesOf(views)
		t.Started, t.Latest = dated(started), dated(latest)
		return d.emit(t)
	}, `SELECT hash, views, subject, messages, missing, started, latest FROM thread ORDER BY hash, views & 1 = 0`)
}

func (d dump) ties() error {
	return d.query(func(scan func(...any) error) error {
		t := store.TieRecord{Kind: "tie"}
		var month sql.NullString
		var first, last sql.NullInt64
		if err := scan(&t.From, &t.To, &month, &t.Count[0], &t.Count[1], &t.Count[2], &first, &last); err != nil {
			return err
		}
		t.Month, t.First, t.Last = month.String, nullable(first), nullable(last)
		return d.emit(t)
	}, `SELECT sender, recipient, month, to_count, cc_count, bcc_count, first_ms, last_ms FROM v_tie
		ORDER BY sender, recipient, coalesce(month, '')`)
}
