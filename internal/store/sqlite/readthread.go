package sqlite

import (
	"context"
	"encoding/json"

	"skein/internal/mail"
	"skein/internal/query"
	"skein/internal/store"
)

// threadColumn and parentColumn are the columns of a view.
var (
	threadColumn = [mail.Views]string{mail.Certain: "certain_thread", mail.Probable: "probable_thread"}
	parentColumn = [mail.Views]string{mail.Certain: "certain_parent", mail.Probable: "probable_parent"}
)

// threadRows finds the threads that hold, in a view, the entries of ids.
func (v *view) threadRows(ids []mail.ID, of mail.View) ([]int64, error) {
	return v.rows(ids, mail.ThreadLetter,
		`SELECT e.`+threadColumn[of]+` FROM key k JOIN entry e ON e.id = k.entry_id WHERE k.hash = ?`)
}

// Threads implements store.Reader.
func (r *Reader) Threads(ctx context.Context, ids []mail.ID, of mail.View) ([]*mail.Thread, error) {
	var found []*mail.Thread
	err := r.look(ctx, func(v *view) error {
		rows, err := v.threadRows(ids, of)
		if err != nil {
			return err
		}
		found, err = v.threads(rows)
		return err
	})
	return found, err
}

func (v *view) threads(rows []int64) ([]*mail.Thread, error) {
	byRow := map[int64]*mail.Thread{}
	err := v.query(func(scan func(...any) error) error {
		var id, started, latest int64
		var hash []byte
		t := &mail.Thread{}
		if err := scan(&id, &hash, &t.Subject, &t.MessageCount, &t.MissingCount, &started, &latest); err != nil {
			return err
		}
		t.ID, t.StartedAt, t.LatestAt = mail.Hash(hash).ID(mail.ThreadLetter), dated(started), dated(latest)
		byRow[id] = t
		return nil
	}, `SELECT t.id, t.hash, t.subject, t.messages, t.missing, t.started, t.latest
		FROM thread t WHERE t.id IN (SELECT value FROM json_each(?))`, list(rows))
	found := make([]*mail.Thread, len(rows))
	for i, row := range rows {
		found[i] = byRow[row]
	}
	return found, err
}

// FindThreads implements store.Reader.
func (r *Reader) FindThreads(ctx context.Context, expr query.Expr, of mail.View, order store.ThreadOrder, page store.Page) (store.List[*mail.Thread], error) {
	var found store.List[*mail.Thread]
	c := condition{of: "m"}
	c.add(`e.views & ?`, 1<<of)
	if expr != nil {
		c.add(` AND e.id IN (SELECT m.` + threadColumn[of] + ` FROM entry m WHERE m.missing = 0 AND `)
		c.expr(expr)
		c.add(`)`)
	}
	column := `e.latest`
	if order == store.LargestThread {
		column = `e.messages`
	}
	err := r.look(ctx, func(v *view) error {
		s, err := v.ranked(`thread e`, c.sql.String(), column, c.args, page)
		if err != nil {
			return err
		}
		items, err := v.threads(s.Items)
		found = store.Listed(s, items)
		return err
	})
	return found, err
}

// Replies implements store.Reader.
func (r *Reader) Replies(ctx context.Context, parents []mail.ID, of mail.View, want store.Want, page store.Page) ([]store.List[*mail.Entry], error) {
	query := `SELECT e.id, e.sent, e.hash FROM entry p JOIN entry e ON e.` + threadColumn[of] + ` = p.` + threadColumn[of] +
		` AND e.` + parentColumn[of] + ` = p.id WHERE p.id = ?`
	lists := make([]store.List[*mail.Entry], len(parents))
	err := r.look(ctx, func(v *view) error {
		rows, err := v.entryRows(parents, mail.MessageLetter)
		if err != nil {
			return err
		}
		slices := make([]slice, len(rows))
		for i, row := range rows {
			var all []keyed
			err := v.query(func(scan func(...any) error) error {
				k, err := scanKeyed(scan, store.OldestFirst)
				all = append(all, k)
				return err
			}, query, row)
			if err != nil {
				return err
			}
			slices[i] = store.Cut(all, store.Ascending, page)
		}
		return v.fillLists(lists, slices, want)
	})
	return lists, err
}

// fillLists loads the entries of many slices at once.
func (v *view) fillLists(lists []store.List[*mail.Entry], slices []slice, want store.Want) error {
	var rows []int64
	for _, s := range slices {
		rows = append(rows, s.Items...)
	}
	items, err := v.entries(rows, want)
	if err != nil {
		return err
	}
	for i, s := range slices {
		lists[i] = store.Listed(s, items[:len(s.Items):len(s.Items)])
		if len(s.Items) == 0 {
			lists[i].Items = nil
		}
		items = items[len(s.Items):]
	}
	return nil
}

// ThreadEntries implements store.Reader.
func (r *Reader) ThreadEntries(ctx context.Context, threads []mail.ID, of mail.View, want store.Want, page store.Page) ([]store.List[mail.Placed], error) {
	lists := make([]store.List[mail.Placed], len(threads))
	err := r.look(ctx, func(v *view) error {
		rows, err := v.threadRows(threads, of)
		if err != nil {
			return err
		}
		slices := make([]slice, len(rows))
		depths := make([][]int, len(rows))
		for i, row := range rows {
			if slices[i], depths[i], err = v.arrange(row, of, page); err != nil {
				return err
			}
		}
		entries := make([]store.List[*mail.Entry], len(rows))
		if err := v.fillLists(entries, slices, want); err != nil {
			return err
		}
		for i, l := range entries {
			lists[i] = store.List[mail.Placed]{Keys: l.Keys, More: l.More, Total: l.Total}
			for n, e := range l.Items {
				lists[i].Items = append(lists[i].Items, mail.Placed{Entry: e, Depth: depths[i][n]})
			}
		}
		return nil
	})
	return lists, err
}

// arrange puts a thread in reading order and cuts the page out.
func (v *view) arrange(thread int64, of mail.View, page store.Page) (slice, []int, error) {
	var rows, parents []int64
	var nodes []store.Node
	at := map[int64]int{}
	err := v.query(func(scan func(...any) error) error {
		var id, parent, sent int64
		var hash []byte
		if err := scan(&id, &hash, &parent, &sent); err != nil {
			return err
		}
		at[id] = len(rows)
		rows, parents = append(rows, id), append(parents, parent)
		nodes = append(nodes, store.Node{Hash: mail.Hash(hash), Sent: dated(sent)})
		return nil
	}, `SELECT id, hash, `+parentColumn[of]+`, sent FROM entry WHERE `+threadColumn[of]+` = ?`, thread)
	if err != nil || thread == 0 {
		return slice{}, nil, err
	}
	for i, parent := range parents {
		nodes[i].Parent = -1
		if p, ok := at[parent]; ok {
			nodes[i].Parent = p
		}
	}
	var all []keyed
	depth := map[int64]int{}
	for position, step := range store.Arrange(nodes) {
		all = append(all, keyed{Key: store.Key{Sort: int64(position), Hash: nodes[step.Node].Hash}, Item: rows[step.Node]})
		depth[rows[step.Node]] = step.Depth
	}
	s := store.Cut(all, store.Ascending, page)
	depths := make([]int, len(s.Items))
	for i, row := range s.Items {
		depths[i] = depth[row]
	}
	return s, depths, nil
}

// Participants implements store.Reader.
func (r *Reader) Participants(ctx context.Context, threads []mail.ID, of mail.View, page store.Page) ([]store.List[*mail.Person], error) {
	lists := make([]store.List[*mail.Person], len(threads))
	err := r.look(ctx, func(v *view) error {
		rows, err := v.threadRows(threads, of)
		if err != nil {
			return err
		}
		for i, row := range rows {
			s, err := v.participants(row, of, page)
			if err != nil {
				return err
			}
			items, err := v.people(s.Items)
			if err != nil {
				return err
			}
			lists[i] = store.Listed(s, items)
		}
		return nil
	})
	return lists, err
}

func (v *view) participants(thread int64, of mail.View, page store.Page) (slice, error) {
	messages := [][]mention{}
	addresses := map[int64]bool{}
	err := v.query(func(scan func(...any) error) error {
		var text []byte
		if err := scan(&text); err != nil {
			return err
		}
		var mentions []mention
		if err := json.Unmarshal(text, &mentions); err != nil {
			return err
		}
		for _, m := range mentions {
			addresses[m.address] = true
		}
		messages = append(messages, mentions)
		return nil
	}, `SELECT people FROM entry WHERE `+threadColumn[of]+` = ? AND missing = 0`, thread)
	if err != nil {
		return slice{}, err
	}
	persons, err := v.personOf(addresses)
	if err != nil {
		return slice{}, err
	}
	counts := map[keyed]int64{}
	for _, mentions := range messages {
		seen := map[keyed]bool{}
		for _, m := range mentions {
			if p := persons[m.address]; !seen[p] {
				seen[p] = true
				counts[p]++
			}
		}
	}
	var all []keyed
	for p, n := range counts {
		p.Sort = n
		all = append(all, p)
	}
	return store.Cut(all, store.Descending, page), nil
}

// personOf finds the people of address rows.
func (v *view) personOf(addresses map[int64]bool) (map[int64]keyed, error) {
	var rows []int64
	for row := range addresses {
		rows = append(rows, row)
	}
	found := map[int64]keyed{}
	err := v.query(func(scan func(...any) error) error {
		var address int64
		var p keyed
		var hash []byte
		if err := scan(&address, &p.Item, &hash); err != nil {
			return err
		}
		p.Hash = mail.Hash(hash)
		found[address] = p
		return nil
	}, `SELECT a.id, p.id, p.hash FROM json_each(?) j JOIN address a ON a.id = j.value JOIN person p ON p.id = a.person_id`, list(rows))
	return found, err
}
