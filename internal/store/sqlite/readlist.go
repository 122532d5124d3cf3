package sqlite

import (
	"context"
	"fmt"

	"skein/internal/mail"
	"skein/internal/query"
	"skein/internal/store"
)

// Search implements store.Reader.
func (r *Reader) Search(ctx context.Context, expr query.Expr, order store.SearchOrder, want store.Want, page store.Page) (store.List[*mail.Entry], error) {
	var found store.List[*mail.Entry]
	err := r.look(ctx, func(v *view) error {
		s, err := v.search(expr, order, page)
		if err != nil {
			return err
		}
		items, err := v.entries(s.Items, want)
		found = store.Listed(s, items)
		return err
	})
	return found, err
}

// manyHits is from how many hits on it is cheaper to go through the messages
// by date and ask for each whether it is one, than to sort the hits.
const manyHits = 2000

func (v *view) search(expr query.Expr, order store.SearchOrder, page store.Page) (slice, error) {
	c := condition{of: "e"}
	c.expr(expr)
	walk := ""
	if match, ok := fullText(expr); ok {
		hits, err := v.number(`SELECT count(*) FROM fts WHERE fts MATCH ?`, match)
		if err != nil {
			return slice{}, err
		}
		if hits > manyHits {
			walk = " INDEXED BY entry_sent"
		}
	}
	from := ` FROM entry e` + walk + ` WHERE e.missing = 0 AND ` + c.sql.String()
	var s slice
	if page.Total {
		total, err := v.number(`SELECT count(*)`+from, c.args...)
		if err != nil {
			return s, err
		}
		s.Total = int(total)
	}
	if order == store.Oldest {
		return s, v.ascend(&s, from, c.args, page)
	}
	return s, v.page(&s, from, c.args, segment{sort: newest, d: store.Descending}, page)
}

// ascend lists the dated messages first, then the undated.
func (v *view) ascend(s *slice, from string, args []any, page store.Page) error {
	dated := segment{where: fmt.Sprintf(` AND e.sent > %d`, store.Undated), sort: store.OldestFirst, d: store.Ascending}
	undated := segment{where: fmt.Sprintf(` AND e.sent = %d`, store.Undated), sort: store.OldestFirst, d: store.Ascending}
	if page.After == nil || page.After.Sort != -store.Undated {
		if err := v.page(s, from, args, dated, page); err != nil || s.More {
			return err
		}
	} else {
		after := *page.After
		after.Sort = store.Undated
		page.After = &after
		return v.page(s, from, args, undated, page)
	}
	rest := store.Page{First: page.Size() - len(s.Items)}
	if rest.First > 0 {
		return v.page(s, from, args, undated, rest)
	}
	more, err := v.number(`SELECT EXISTS(SELECT 1`+from+undated.where+`)`, args...)
	s.More = more != 0
	return err
}

// segment is a stretch of a list that one index gives in order.
type segment struct {
	where string
	sort  func(int64) int64
	d     store.Direction
}

// page adds the rows of a segment that a page asks for.
func (v *view) page(s *slice, from string, args []any, g segment, page store.Page) error {
	sql := `SELECT e.id, e.sent, e.hash` + from + g.where
	less, by := `<`, ` ORDER BY e.sent DESC, e.hash DESC`
	if g.d == store.Ascending {
		less, by = `>`, ` ORDER BY e.sent, e.hash`
	}
	args = append([]any{}, args...)
	if page.After != nil {
		sql += ` AND (e.sent, e.hash) ` + less + ` (?, ?)`
		args = append(args, page.After.Sort, page.After.Hash[:])
	}
	limit := len(s.Items) + page.Size()
	args = append(args, page.Size()+1)
	return v.query(func(scan func(...any) error) error {
		k, err := scanKeyed(scan, g.sort)
		if err != nil {
			return err
		}
		if len(s.Items) == limit {
			s.More = true
			return nil
		}
		s.Add(k)
		return nil
	}, sql+by+` LIMIT ?`, args...)
}

// Published implements store.Reader.
func (r *Reader) Published(ctx context.Context, publisherID string, batch mail.ID, want store.Want) ([]*mail.Entry, error) {
	var found []*mail.Entry
	if publisherID == "" {
		return nil, ctx.Err()
	}
	err := r.look(ctx, func(v *view) error {
		sql := `SELECT DISTINCT e.id, e.sent, e.hash FROM copy k JOIN content c ON c.id = k.content_id
			JOIN entry e ON e.id = c.entry_id JOIN source s ON s.id = k.source_id JOIN batch b ON b.id = s.batch_id
			WHERE k.publisher_id = ? AND k.publisher_id <> ''`
		args := []any{publisherID}
		if batch != "" {
			sql += ` AND b.hash = ?`
			args = append(args, hashOf(batch, mail.BatchLetter))
		}
		var all []keyed
		err := v.query(func(scan func(...any) error) error {
			k, err := scanKeyed(scan, store.OldestFirst)
			all = append(all, k)
			return err
		}, sql, args...)
		if err != nil {
			return err
		}
		found, err = v.entries(store.Sorted(all, store.Ascending), want)
		return err
	})
	if len(found) == 0 {
		return nil, err
	}
	return found, err
}

// FindMissing implements store.Reader.
func (r *Reader) FindMissing(ctx context.Context, expr query.Expr, scope store.Scope, want store.Want, page store.Page) (store.List[*mail.Entry], error) {
	var found store.List[*mail.Entry]
	c := condition{of: "m"}
	if expr != nil || !scope.All() {
		c.add(` AND EXISTS(SELECT 1 FROM key k JOIN use u ON u.key_id = k.id AND u.role = 2
			JOIN content o ON o.id = u.content_id JOIN entry m ON m.id = o.entry_id WHERE k.hash = e.hash AND `)
		c.expr(expr)
		c.add(` AND `)
		c.scope(scope)
		c.add(`)`)
	}
	err := r.look(ctx, func(v *view) error {
		s, err := v.ranked(`entry e`, `e.missing = 1`+c.sql.String(), `e.cited`, c.args, page)
		if err != nil {
			return err
		}
		items, err := v.entries(s.Items, want)
		found = store.Listed(s, items)
		return err
	})
	return found, err
}

// ranked answers a page of a table with alias e that is ordered by a column
// and the hash, descending.
func (v *view) ranked(table, where, column string, args []any, page store.Page) (slice, error) {
	var s slice
	from := ` FROM ` + table + ` WHERE ` + where
	if page.Total {
		total, err := v.number(`SELECT count(*)`+from, args...)
		if err != nil {
			return s, err
		}
		s.Total = int(total)
	}
	args = append([]any{}, args...)
	if page.After != nil {
		from += ` AND (` + column + `, e.hash) < (?, ?)`
		args = append(args, page.After.Sort, page.After.Hash[:])
	}
	args = append(args, page.Size()+1)
	err := v.query(func(scan func(...any) error) error {
		k, err := scanKeyed(scan, newest)
		if err != nil {
			return err
		}
		if len(s.Items) == page.Size() {
			s.More = true
			return nil
		}
		s.Add(k)
		return nil
	}, `SELECT e.id, `+column+`, e.hash`+from+` ORDER BY `+column+` DESC, e.hash DESC LIMIT ?`, args...)
	return s, err
}
