package neo4j

import (
	"context"
	"maps"
	"math"

	"skein/internal/mail"
	"skein/internal/query"
	"skein/internal/store"
)

// Search implements store.Reader.
func (r *Reader) Search(ctx context.Context, expr query.Expr, order store.SearchOrder, want store.Want, page store.Page) (store.List[*mail.Entry], error) {
	var list store.List[*mail.Entry]
	err := r.look(ctx, func(v *view) error {
		s, err := v.selection(expr, store.Scope{})
		if err != nil {
			return err
		}
		cut, err := v.search(s, order, page)
		if err != nil {
			return err
		}
		items, err := v.entries(cut.Items, want)
		list = store.Listed(cut, items)
		return err
	})
	return list, err
}

func (v *view) search(s *selection, order store.SearchOrder, page store.Page) (store.List[mail.ID], error) {
	var total int
	if page.Total {
		var err error
		if total, err = v.countMessages(s); err != nil {
			return store.List[mail.ID]{}, err
		}
	}
	read, direction := v.descend, store.Descending
	if order == store.Oldest {
		read, direction = v.ascend, store.Ascending
	}
	rows, err := read(s, page)
	cut := store.Cut(rows, direction, page)
	cut.Total = total
	return cut, err
}

// countMessages counts the messages of s.
func (v *view) countMessages(s *selection) (int, error) {
	switch {
	case s.counted():
		return int(s.from.size), nil
	case s.all():
		n, err := v.number(`RETURN COUNT { (:Message) } - COUNT { (:Missing) }`, nil)
		return int(n), err
	}
	cypher, params := s.each()
	n, err := v.number(cypher+` RETURN count(m)`, params)
	return int(n), err
}

// descend reads the rows of a page, and one more, the newest first.
func (v *view) descend(s *selection, page store.Page) ([]store.Ranked[mail.ID], error) {
	return v.stretch(s, stretch{s.low, s.high, store.Descending, page.After}, page.Size()+1)
}

// ascend reads the rows of a page, and one more, the oldest first: the dated
// messages, then the undated.
func (v *view) ascend(s *selection, page store.Page) ([]store.Ranked[mail.ID], error) {
	dated := stretch{max(s.low, store.Undated+1), s.high, store.Ascending, page.After}
	undated := stretch{s.low, store.Undated, store.Ascending, nil}
	if after := page.After; after != nil && after.Sort >= -store.Undated {
		if after.Sort > -store.Undated {
			return nil, nil
		}
		dated.high = store.Undated // nothing
		undated.after = &store.Key{Sort: store.Undated, Hash: after.Hash}
	}
	rows, err := v.stretch(s, dated, page.Size()+1)
	if err != nil || len(rows) > page.Size() {
		return rows, err
	}
	rest, err := v.stretch(s, undated, page.Size()+1-len(rows))
	for _, row := range rest {
		row.Sort = store.OldestFirst(row.Sort)
		rows = append(rows, row)
	}
	return rows, err
}

// stretch is a part of the messages by date that one index gives in order.
type stretch struct {
	low, high int64 // of sentMs, included
	direction store.Direction
	after     *store.Key // nil for all of it
}

func (v *view) stretch(s *selection, part stretch, limit int) ([]store.Ranked[mail.ID], error) {
	params := map[string]any{"limit": limit, "edge": int64(math.MaxInt64), "last": ""}
	order := ` AND (m.sentMs < $edge OR m.id < $last) RETURN m.id, m.sentMs ORDER BY m.sentMs DESC, m.id DESC LIMIT $limit`
	if part.direction == store.Ascending {
		params["edge"] = int64(math.MinInt64)
		order = ` AND (m.sentMs > $edge OR m.id > $last) RETURN m.id, m.sentMs ORDER BY m.sentMs, m.id LIMIT $limit`
	}
	if part.after != nil {
		params["edge"], params["last"] = part.after.Sort, string(part.after.Hash.ID(mail.MessageLetter))
		if part.direction == store.Ascending {
			part.low = max(part.low, part.after.Sort)
		} else {
			part.high = min(part.high, part.after.Sort)
		}
	}
	if part.low > part.high {
		return nil, nil
	}
	cypher, more := s.walk()
	if s.few() {
		cypher, more = s.each()
	}
	maps.Copy(params, more)
	params["low"], params["high"] = part.low, part.high
	var rows []store.Ranked[mail.ID]
	err := v.query(func(values []any) error {
		row, err := ranked(values[0], values[1])
		rows = append(rows, row)
		return err
	}, cypher+order, params)
	return rows, err
}

// FindThreads implements store.Reader.
func (r *Reader) FindThreads(ctx context.Context, expr query.Expr, of mail.View, order store.ThreadOrder, page store.Page) (store.List[*mail.Thread], error) {
	label := threadLabels[of]
	by := ranking{
		label: "Thread", sort: "latestMs", item: "key", letter: mail.ThreadLetter, also: ` AND e:` + label,
		whole:  `MATCH (e:` + label + `)`,
		within: `MATCH (m)-[:IN_THREAD]->(e:` + label + `)`,
	}
	if order == store.LargestThread {
		by.sort = "messageCount"
	}
	var list store.List[*mail.Thread]
	err := r.look(ctx, func(v *view) error {
		s, err := v.selection(expr, store.Scope{})
		if err != nil {
			return err
		}
		cut, err := v.things(s, by, page)
		if err != nil {
			return err
		}
		items, err := v.threads(cut.Items)
		list = store.Listed(cut, items)
		return err
	})
	return list, err
}

// FindMissing implements store.Reader.
func (r *Reader) FindMissing(ctx context.Context, expr query.Expr, scope store.Scope, want store.Want, page store.Page) (store.List[*mail.Entry], error) {
	by := ranking{
		label: "Missing", sort: "citedCount", item: "id", letter: mail.MessageLetter,
		whole:  `MATCH (e:Missing)`,
		within: `MATCH (m)-[:CITES]->(e:Missing)`,
	}
	var list store.List[*mail.Entry]
	err := r.look(ctx, func(v *view) error {
		s, err := v.selection(expr, scope)
		if err != nil {
			return err
		}
		cut, err := v.things(s, by, page)
		if err != nil {
			return err
		}
		ids := make([]mail.ID, len(cut.Items))
		for i, id := range cut.Items {
			ids[i] = mail.ID(id)
		}
		items, err := v.entries(ids, want)
		list = store.Listed(cut, items)
		return err
	})
	return list, err
}
