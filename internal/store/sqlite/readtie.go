package sqlite

import (
	"context"
	"iter"

	"skein/internal/mail"
	"skein/internal/store"
)

// counts is the rows that ties are counted from: the monthly counts for the
// whole corpus, else the recipients of the messages in scope. Both have
// from_id, to_id, to_count, cc_count, bcc_count, first and last.
func counts(scope store.Scope) condition {
	c := condition{of: "m"}
	if scope.All() {
		c.add(`(SELECT from_id, to_id, to_count, cc_count, bcc_count, first, last FROM tie)`)
		return c
	}
	c.add(`(SELECT r.from_id, r.to_id, r.role = 1 AS to_count, r.role = 2 AS cc_count, r.role = 3 AS bcc_count,
		r.sent AS first, r.sent AS last FROM recipient r JOIN entry m ON m.id = r.entry_id
		WHERE r.from_id > 0 AND r.to_id > 0 AND `)
	c.scope(scope)
	c.add(`)`)
	return c
}

// tieSums adds counts up; dates leave the undated aside.
const tieSums = ` sum(w.to_count), sum(w.cc_count), sum(w.bcc_count),
	coalesce(min(iif(w.first > -4611686018427387904, w.first, NULL)), -4611686018427387904), max(w.last)`

// Correspondents implements store.Reader.
func (r *Reader) Correspondents(ctx context.Context, people []mail.ID, scope store.Scope, page store.Page) ([]store.List[mail.Tie], error) {
	lists := make([]store.List[mail.Tie], len(people))
	c := counts(scope)
	query := `SELECT f.hash, p.hash,` + tieSums + ` FROM ` + c.sql.String() + ` w JOIN address a ON a.id = w.to_id
		JOIN person p ON p.id = a.person_id JOIN person f ON f.id = ?
		WHERE w.from_id IN (SELECT id FROM address WHERE person_id = ?) GROUP BY p.id`
	err := r.look(ctx, func(v *view) error {
		rows, err := v.personRows(people)
		if err != nil {
			return err
		}
		for i, row := range rows {
			if row == 0 {
				continue
			}
			if lists[i], err = v.ties(query, append(append([]any{}, c.args...), row, row), page); err != nil {
				return err
			}
		}
		return nil
	})
	return lists, err
}

// ties lists the ties that a statement gives, by total.
func (v *view) ties(query string, args []any, page store.Page) (store.List[mail.Tie], error) {
	var ties []mail.Tie
	var all []keyed
	err := v.query(func(scan func(...any) error) error {
		t, to, err := scanTie(scan)
		all = append(all, keyed{Key: store.Key{Sort: int64(t.Total()), Hash: to}, Item: int64(len(ties))})
		ties = append(ties, t)
		return err
	}, query, args...)
	s := store.Cut(all, store.Descending, page)
	var items []mail.Tie
	for _, row := range s.Items {
		items = append(items, ties[row])
	}
	return store.Listed(s, items), err
}

// scanTie reads the two people's hashes, then tieSums.
func scanTie(scan func(...any) error) (mail.Tie, mail.Hash, error) {
	var t mail.Tie
	var from, to []byte
	var first, last int64
	if err := scan(&from, &to, &t.ToCount, &t.CcCount, &t.BccCount, &first, &last); err != nil {
		return t, mail.Hash{}, err
	}
	f, h := mail.Hash(from), mail.Hash(to)
	t.ID, t.From, t.To = mail.TieID(f, h), f.ID(mail.PersonLetter), h.ID(mail.PersonLetter)
	t.FirstAt, t.LastAt = dated(first), dated(last)
	return t, h, nil
}

const pairOf = `w.from_id IN (SELECT id FROM address WHERE person_id = ?) AND w.to_id IN (SELECT id FROM address WHERE person_id = ?)`

// Ties implements store.Reader.
func (r *Reader) Ties(ctx context.Context, pairs []store.Pair, scope store.Scope) ([]*mail.Tie, error) {
	found := make([]*mail.Tie, len(pairs))
	c := counts(scope)
	query := `SELECT f.hash, p.hash,` + tieSums + ` FROM person f JOIN person p ON p.id = ? JOIN ` + c.sql.String() + ` w
		WHERE f.id = ? AND ` + pairOf + ` GROUP BY f.id`
	err := r.look(ctx, func(v *view) error {
		return v.pairs(pairs, func(i int, from, to int64) error {
			args := append([]any{to}, c.args...)
			return v.query(func(scan func(...any) error) error {
				t, _, err := scanTie(scan)
				found[i] = &t
				return err
			}, query, append(args, from, from, to)...)
		})
	})
	return found, err
}

// pairs calls use with the rows of each pair of people that are known.
func (v *view) pairs(pairs []store.Pair, use func(i int, from, to int64) error) error {
	for i, pair := range pairs {
		rows, err := v.personRows([]mail.ID{pair.From, pair.To})
		if err != nil {
			return err
		}
		if rows[0] == 0 || rows[1] == 0 {
			continue
		}
		if err := use(i, rows[0], rows[1]); err != nil {
			return err
		}
	}
	return nil
}

// TieMessages implements store.Reader.
func (r *Reader) TieMessages(ctx context.Context, pairs []store.Pair, scope store.Scope, want store.Want, page store.Page) ([]store.List[*mail.Entry], error) {
	lists := make([]store.List[*mail.Entry], len(pairs))
	c := condition{of: "m"}
	c.scope(scope)
	query := `SELECT m.id, m.sent, m.hash FROM recipient w JOIN entry m ON m.id = w.entry_id WHERE ` + pairOf + ` AND ` + c.sql.String()
	err := r.look(ctx, func(v *view) error {
		slices := make([]slice, len(pairs))
		err := v.pairs(pairs, func(i int, from, to int64) error {
			var all []keyed
			err := v.query(func(scan func(...any) error) error {
				k, err := scanKeyed(scan, newest)
				all = append(all, k)
				return err
			}, query, append([]any{from, to}, c.args...)...)
			slices[i] = store.Cut(all, store.Descending, page)
			return err
		})
		if err != nil {
			return err
		}
		return v.fillLists(lists, slices, want)
	})
	return lists, err
}

// Edges implements store.Reader.
func (r *Reader) Edges(ctx context.Context, scope store.Scope) iter.Seq2[store.Edge, error] {
	c := counts(scope)
	query := `SELECT f.hash, t.hash, sum(w.to_count + w.cc_count + w.bcc_count) FROM ` + c.sql.String() + ` w
		JOIN address a ON a.id = w.from_id JOIN person f ON f.id = a.person_id
		JOIN address b ON b.id = w.to_id JOIN person t ON t.id = b.person_id GROUP BY f.id, t.id`
	return func(yield func(store.Edge, error) bool) {
		stopped := false
		err := r.look(ctx, func(v *view) error {
			return v.query(func(scan func(...any) error) error {
				var from, to []byte
				var e store.Edge
				if err := scan(&from, &to, &e.Count); err != nil {
					return err
				}
				e.From, e.To = mail.Hash(from).ID(mail.PersonLetter), mail.Hash(to).ID(mail.PersonLetter)
				if stopped = !yield(e, nil); stopped {
					return errStopped
				}
				return nil
			}, query, c.args...)
		})
		if err != nil && !stopped {
			yield(store.Edge{}, err)
		}
	}
}
