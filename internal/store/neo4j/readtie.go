package neo4j

import (
	"context"
	"iter"

	"skein/internal/mail"
	"skein/internal/store"
)

// A tie between people is the sum of what is between their addresses: for the
// whole corpus the counts that are kept, in a scope the messages.
const (
	keptSums = `sum(w.toCount), sum(w.ccCount), sum(w.bccCount), min(w.firstAt.epochMillis), max(w.lastAt.epochMillis)`

	scopedSums = `count(CASE type(w) WHEN 'TO' THEN 1 END), count(CASE type(w) WHEN 'CC' THEN 1 END), count(CASE type(w) WHEN 'BCC' THEN 1 END),
		min(m.sentAt.epochMillis), max(m.sentAt.epochMillis)`
)

// ties is how what is between people in a selection is asked for.
type ties struct {
	// from binds each row of $rows to the address a of the person in row[1], and
	// to what goes from there to an address b; a further condition may follow.
	from, sums string
	params     map[string]any
}

// ties goes by the people who wrote, or, where these wrote more than the source
// of s has, by its messages.
func (s *selection) ties(rows []any, sent int64) ties {
	if s.all() {
		return ties{
			`UNWIND $rows AS row MATCH (a:Address)-[w:TIE]->(b:Address) WHERE a.id IN row[1]`,
			keptSums,
			map[string]any{"rows": rows},
		}
	}
	return s.mentions(rows, sent)
}

// mentions is ties by the messages.
func (s *selection) mentions(rows []any, sent int64) ties {
	var t ties
	if s.few() && s.from.size*int64(len(rows)) < sent {
		t.from, t.params = s.each()
		t.from += ` MATCH (a:Address)-[:SENT]->(m)-[w:TO|CC|BCC]->(b:Address) UNWIND $rows AS row WITH * WHERE a.id IN row[1]`
	} else {
		t.from, t.params = s.holds()
		t.from = `UNWIND $rows AS row MATCH (a:Address)-[:SENT]->(m:Message)-[w:TO|CC|BCC]->(b:Address) WHERE a.id IN row[1] AND ` + t.from
	}
	t.sums, t.params["rows"] = scopedSums, rows
	return t
}

// readTie reads keptSums or scopedSums.
func readTie(from, to string, values []any) (mail.Tie, error) {
	f, err := hashOf(from)
	if err != nil {
		return mail.Tie{}, err
	}
	t, err := hashOf(to)
	return mail.Tie{
		ID: mail.TieID(f, t), From: mail.ID(from), To: mail.ID(to),
		ToCount: int(number(values[0])), CcCount: int(number(values[1])), BccCount: int(number(values[2])),
		FirstAt: dated(values[3]), LastAt: dated(values[4]),
	}, err
}

// Correspondents implements store.Reader.
func (r *Reader) Correspondents(ctx context.Context, people []mail.ID, scope store.Scope, page store.Page) ([]store.List[mail.Tie], error) {
	lists := make([]store.List[mail.Tie], len(people))
	err := r.look(ctx, func(v *view) error {
		s, err := v.selection(nil, scope)
		if err != nil {
			return err
		}
		ties, err := v.correspondents(people, s)
		if err != nil {
			return err
		}
		for i, id := range people {
			var all []store.Ranked[int]
			own := ties[id]
			for n, t := range own {
				_, h, _ := t.To.Parse()
				all = append(all, store.Ranked[int]{Key: store.Key{Sort: int64(t.Total()), Hash: h}, Item: n})
			}
			cut := store.Cut(all, store.Descending, page)
			var items []mail.Tie
			for _, n := range cut.Items {
				items = append(items, own[n])
			}
			lists[i] = store.Listed(cut, items)
		}
		return nil
	})
	return lists, err
}

// correspondents finds all ties in s that start at each of the people.
func (v *view) correspondents(people []mail.ID, s *selection) (map[mail.ID][]mail.Tie, error) {
	known, err := v.holders(people)
	if err != nil || len(known) == 0 {
		return nil, err
	}
	var rows []any
	var sent int64
	for id, p := range known {
		rows = append(rows, []any{string(id), p.ids})
		sent += p.sent
	}
	in := s.ties(rows, sent)
	found := map[mail.ID][]mail.Tie{}
	err = v.query(func(values []any) error {
		id := mail.ID(text(values[0]))
		t, err := readTie(known[id].id, text(values[1]), values[2:])
		found[id] = append(found[id], t)
		return err
	}, in.from+` MATCH (b)<-[:USES]-(p:Person) RETURN row[0], p.id, `+in.sums, in.params)
	return found, err
}

// Ties implements store.Reader.
func (r *Reader) Ties(ctx context.Context, pairs []store.Pair, scope store.Scope) ([]*mail.Tie, error) {
	var found []*mail.Tie
	err := r.look(ctx, func(v *view) error {
		found = make([]*mail.Tie, len(pairs))
		s, err := v.selection(nil, scope)
		if err != nil {
			return err
		}
		known, rows, sent, err := v.pairs(pairs)
		if err != nil || len(rows) == 0 {
			return err
		}
		in := s.ties(rows, sent)
		return v.query(func(values []any) error {
			i := number(values[0])
			t, err := readTie(known[pairs[i].From].id, known[pairs[i].To].id, values[1:])
			found[i] = &t
			return err
		}, in.from+` AND b.id IN row[2] RETURN row[0], `+in.sums, in.params)
	})
	return found, err
}

// pairs gives a row for each pair of people who are known: where it stands,
// the addresses of the one, and those of the other. sent is how much those who
// begin the pairs sent.
func (v *view) pairs(pairs []store.Pair) (known map[mail.ID]holder, rows []any, sent int64, err error) {
	var people []mail.ID
	for _, pair := range pairs {
		people = append(people, pair.From, pair.To)
	}
	known, err = v.holders(people)
	for i, pair := range pairs {
		from, ok := known[pair.From]
		to, both := known[pair.To]
		if ok && both {
			rows = append(rows, []any{i, from.ids, to.ids})
			sent += from.sent
		}
	}
	return known, rows, sent, err
}

// TieMessages implements store.Reader.
func (r *Reader) TieMessages(ctx context.Context, pairs []store.Pair, scope store.Scope, want store.Want, page store.Page) ([]store.List[*mail.Entry], error) {
	var lists []store.List[*mail.Entry]
	err := r.look(ctx, func(v *view) error {
		s, err := v.selection(nil, scope)
		if err != nil {
			return err
		}
		all, err := v.tieMessages(pairs, s)
		if err != nil {
			return err
		}
		cut := make([]store.List[mail.ID], len(pairs))
		for i := range pairs {
			cut[i] = store.Cut(all[i], store.Descending, page)
		}
		lists, err = v.entryLists(cut, want)
		return err
	})
	return lists, err
}

// tieMessages finds, for each pair, the messages of s that the one wrote to the
// other.
func (v *view) tieMessages(pairs []store.Pair, s *selection) ([][]store.Ranked[mail.ID], error) {
	all := make([][]store.Ranked[mail.ID], len(pairs))
	_, rows, sent, err := v.pairs(pairs)
	if err != nil || len(rows) == 0 {
		return all, err
	}
	in := s.mentions(rows, sent)
	err = v.query(func(values []any) error {
		m, err := ranked(values[1], values[2])
		i := number(values[0])
		all[i] = append(all[i], m)
		return err
	}, in.from+` AND b.id IN row[2] RETURN DISTINCT row[0], m.id, m.sentMs`, in.params)
	return all, err
}

// Edges implements store.Reader.
func (r *Reader) Edges(ctx context.Context, scope store.Scope) iter.Seq2[store.Edge, error] {
	return func(yield func(store.Edge, error) bool) {
		var counts map[store.Pair]int64
		err := r.look(ctx, func(v *view) error {
			s, err := v.selection(nil, scope)
			if err != nil {
				return err
			}
			counts, err = v.edges(s)
			return err
		})
		if err != nil {
			yield(store.Edge{}, err)
			return
		}
		for pair, n := range counts {
			if ctx.Err() != nil {
				yield(store.Edge{}, ctx.Err())
				return
			}
			if !yield(store.Edge{From: pair.From, To: pair.To, Count: int(n)}, nil) {
				return
			}
		}
	}
}

// edges sums what the addresses of each pair of people wrote to each other.
func (v *view) edges(s *selection) (map[store.Pair]int64, error) {
	person := map[string]mail.ID{}
	err := v.query(func(values []any) error {
		person[text(values[0])] = mail.ID(text(values[1]))
		return nil
	}, `MATCH (p:Person)-[:USES]->(a:Address) WHERE p.id > '' RETURN a.id, p.id`, nil)
	if err != nil {
		return nil, err
	}
	cypher, params := `MATCH (a:Address)-[w:TIE]->(b:Address) RETURN a.id, b.id, w.count`, map[string]any(nil)
	if !s.all() {
		cypher, params = s.each()
		cypher += ` MATCH (a:Address)-[:SENT]->(m)-[:TO|CC|BCC]->(b:Address) RETURN a.id, b.id, count(*)`
	}
	counts := map[store.Pair]int64{}
	err = v.query(func(values []any) error {
		counts[store.Pair{From: person[text(values[0])], To: person[text(values[1])]}] += number(values[2])
		return nil
	}, cypher, params)
	return counts, err
}
