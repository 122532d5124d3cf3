package sqlite

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"skein/internal/mail"
	"skein/internal/store"
)

type tieKey struct {
	from, to int64
	month    int // 201610, UTC; 0 for undated
}

// tie is what a round adds to one row of the tie table.
type tie struct {
	counts      [3]int
	first, last int64
	anew        bool // a message was taken back, so the dates are read again
}

// correspond writes who wrote to whom in one message: a row for the sender
// alone, to find what a person sent, and one for each recipient.
func (r *Round) correspond(row *entryRow, from []*address, sign int) error {
	senders := []int64{0}
	if len(from) > 0 {
		senders = senders[:0]
		for _, a := range from {
			senders = append(senders, a.id)
		}
	}
	for _, sender := range senders {
		if sender != 0 {
			if err := r.recipient(sender, 0, row, mail.From, sign); err != nil {
				return err
			}
		}
		for _, m := range row.people {
			if m.role == mail.From {
				continue
			}
			if err := r.recipient(sender, m.address, row, m.role, sign); err != nil {
				return err
			}
			if sender != 0 {
				r.people.tie(sender, m.address, row.sent, m.role, sign)
			}
		}
	}
	return nil
}

func (r *Round) recipient(from, to int64, row *entryRow, role mail.Role, sign int) error {
	if sign > 0 {
		r.recipients = append(r.recipients, recipient{from, to, row.sent, row.id, role})
		return nil
	}
	return r.l.exec(r.ctx, `DELETE FROM recipient WHERE from_id = ? AND to_id = ? AND sent = ? AND entry_id = ? AND role = ?`,
		from, to, row.sent, row.id, role)
}

// recipient is a row on its way into the table.
type recipient struct {
	from, to, sent, entry int64
	role                  mail.Role
}

// writeRecipients inserts them in the order of their key, so that neighbours
// meet the same pages.
func (r *Round) writeRecipients() error {
	slices.SortFunc(r.recipients, func(a, b recipient) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to), cmp.Compare(a.sent, b.sent),
			cmp.Compare(a.entry, b.entry), cmp.Compare(a.role, b.role))
	})
	table := r.l.rows(`INSERT INTO recipient`, 5, ``)
	for _, row := range r.recipients {
		if err := table.add(r.ctx, row.from, row.to, row.sent, row.entry, row.role); err != nil {
			return err
		}
	}
	return table.flush(r.ctx)
}

func (p *people) tie(from, to, sent int64, role mail.Role, sign int) {
	k := tieKey{from, to, month(sent)}
	t := p.ties[k]
	if t == nil {
		t = &tie{first: sent, last: sent}
		p.ties[k] = t
	}
	t.counts[role-mail.To] += sign
	if sign < 0 {
		t.anew = true
		return
	}
	t.first, t.last = min(t.first, sent), max(t.last, sent)
}

func month(sent int64) int {
	if sent <= store.Undated {
		return 0
	}
	date := time.UnixMilli(sent).UTC()
	if date.Year() < 1 || date.Year() > 9999 {
		return 0
	}
	return date.Year()*100 + int(date.Month())
}

// addTie adds a row to the one that is there.
const addTie = ` ON CONFLICT DO UPDATE SET to_count = to_count + excluded.to_count, cc_count = cc_count + excluded.cc_count,
	bcc_count = bcc_count + excluded.bcc_count, first = min(first, excluded.first), last = max(last, excluded.last)`

func (p *people) writeTies() error {
	if err := p.r.writeRecipients(); err != nil {
		return err
	}
	keys := slices.SortedFunc(maps.Keys(p.ties), func(a, b tieKey) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to), cmp.Compare(a.month, b.month))
	})
	for _, k := range keys {
		p.r.changed.Ties[[2]int64{k.from, k.to}] = true
		if err := p.writeTie(k, p.ties[k]); err != nil {
			return err
		}
	}
	return p.r.ties.flush(p.r.ctx)
}

func (p *people) writeTie(k tieKey, t *tie) error {
	l, ctx := p.r.l, p.r.ctx
	if !t.anew {
		return p.r.ties.add(ctx, k.from, k.to, k.month, t.counts[0], t.counts[1], t.counts[2], t.first, t.last)
	}
	if err := l.exec(ctx, `DELETE FROM tie WHERE from_id = ? AND to_id = ? AND month = ?`, k.from, k.to, k.month); err != nil {
		return err
	}
	var rows []int64
	var counts [3]int
	err := l.query(ctx, func(scan func(...any) error) error {
		var sent int64
		var role mail.Role
		if err := scan(&sent, &role); err != nil {
			return err
		}
		if month(sent) == k.month {
			rows = append(rows, sent)
			counts[role-mail.To]++
		}
		return nil
	}, `SELECT sent, role FROM recipient WHERE from_id = ? AND to_id = ?`, k.from, k.to)
	if err != nil || len(rows) == 0 {
		return err
	}
	return l.exec(ctx, `INSERT INTO tie VALUES(?, ?, ?, ?, ?, ?, ?, ?)`, k.from, k.to, k.month,
		counts[0], counts[1], counts[2], slices.Min(rows), slices.Max(rows))
}
