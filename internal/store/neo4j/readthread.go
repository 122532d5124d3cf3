package neo4j

import (
	"context"
	"slices"

	"skein/internal/mail"
	"skein/internal/store"
)

// Threads implements store.Reader.
func (r *Reader) Threads(ctx context.Context, ids []mail.ID, of mail.View) ([]*mail.Thread, error) {
	var threads []*mail.Thread
	err := r.look(ctx, func(v *view) error {
		var err error
		threads, err = found(v, ids, mail.ThreadLetter, func(ids []mail.ID) (map[mail.ID]*mail.Thread, error) {
			threads := map[mail.ID]*mail.Thread{}
			err := v.query(func(values []any) error {
				threads[mail.ID(text(values[0]))] = readThread(values[1:])
				return nil
			}, threadsOf(of)+`RETURN id, `+threadColumns, map[string]any{"ids": idTexts(ids)})
			return threads, err
		})
		return err
	})
	return threads, err
}

// threadsOf binds t to the thread, in a view, of each entry of $ids. All that is
// in t is in it in that view, for a thread of both holds the same in both.
func threadsOf(of mail.View) string {
	return `UNWIND $ids AS id MATCH (:Message {id: id})-[:IN_THREAD]->(t:` + threadLabels[of] + `) `
}

// viewParams are the parameters of what is asked of entries in a view.
func viewParams(ids []mail.ID, of mail.View) map[string]any {
	return map[string]any{"ids": idTexts(ids), "view": viewNames[of]}
}

const threadColumns = `t.id, t.subject, t.messageCount, t.missingCount, t.startedAt.epochMillis, t.latestAt.epochMillis`

func readThread(values []any) *mail.Thread {
	return &mail.Thread{
		ID: mail.ID(text(values[0])), Subject: text(values[1]),
		MessageCount: int(number(values[2])), MissingCount: int(number(values[3])),
		StartedAt: dated(values[4]), LatestAt: dated(values[5]),
	}
}

// threads answers threads by their keys (Thread.key), in order; nil where
// there is none.
func (v *view) threads(keys []string) ([]*mail.Thread, error) {
	threads := make([]*mail.Thread, len(keys))
	if len(keys) == 0 {
		return threads, nil
	}
	byKey := make(map[string]*mail.Thread, len(keys))
	err := v.query(func(values []any) error {
		byKey[text(values[0])] = readThread(values[1:])
		return nil
	}, `UNWIND $keys AS key MATCH (t:Thread {key: key}) RETURN key, `+threadColumns, map[string]any{"keys": keys})
	for i, key := range keys {
		threads[i] = byKey[key]
	}
	return threads, err
}

// Replies implements store.Reader.
func (r *Reader) Replies(ctx context.Context, parents []mail.ID, of mail.View, want store.Want, page store.Page) ([]store.List[*mail.Entry], error) {
	var lists []store.List[*mail.Entry]
	err := r.look(ctx, func(v *view) error {
		replies, err := found(v, parents, mail.MessageLetter, func(ids []mail.ID) (map[mail.ID][]store.Ranked[mail.ID], error) {
			return v.replies(ids, of)
		})
		if err != nil {
			return err
		}
		cut := make([]store.List[mail.ID], len(parents))
		for i, all := range replies {
			cut[i] = store.Cut(slices.Clone(all), store.Ascending, page)
		}
		lists, err = v.entryLists(cut, want)
		return err
	})
	return lists, err
}

// replies finds the replies to each entry that is there.
func (v *view) replies(ids []mail.ID, of mail.View) (map[mail.ID][]store.Ranked[mail.ID], error) {
	replies := map[mail.ID][]store.Ranked[mail.ID]{}
	err := v.query(func(values []any) error {
		var all []store.Ranked[mail.ID]
		for _, one := range elements(values[1]) {
			reply, err := ranked(elements(one)[0], store.OldestFirst(sortDate(elements(one)[1])))
			if err != nil {
				return err
			}
			all = append(all, reply)
		}
		replies[mail.ID(text(values[0]))] = all
		return nil
	}, `UNWIND $ids AS id MATCH (p:Message {id: id})
		RETURN id, [(p)<-[r:REPLY_TO]-(m:Message) WHERE $view IN r.view | [m.id, m.sentMs]]`, viewParams(ids, of))
	return replies, err
}

// entryLists loads the entries of many lists at once.
func (v *view) entryLists(cut []store.List[mail.ID], want store.Want) ([]store.List[*mail.Entry], error) {
	items, err := v.entries(allItems(cut), want)
	return dealt(cut, items), err
}

func allItems(cut []store.List[mail.ID]) []mail.ID {
	var ids []mail.ID
	for _, l := range cut {
		ids = append(ids, l.Items...)
	}
	return ids
}

// dealt gives every list its part of the items, which follow each other.
func dealt[T any](cut []store.List[mail.ID], items []T) []store.List[T] {
	lists := make([]store.List[T], len(cut))
	for i, l := range cut {
		n := len(l.Items)
		var own []T
		if n > 0 {
			own = items[:n:n]
		}
		lists[i] = store.Listed(l, own)
		items = items[n:]
	}
	return lists
}

// member is an entry of a thread as far as the thread's order needs it.
type member struct {
	id, parent string
	sent       *int64
}

// ThreadEntries implements store.Reader.
func (r *Reader) ThreadEntries(ctx context.Context, threads []mail.ID, of mail.View, want store.Want, page store.Page) ([]store.List[mail.Placed], error) {
	lists := make([]store.List[mail.Placed], len(threads))
	err := r.look(ctx, func(v *view) error {
		members, err := found(v, threads, mail.ThreadLetter, func(ids []mail.ID) (map[mail.ID][]member, error) {
			return v.members(ids, of)
		})
		if err != nil {
			return err
		}
		cut := make([]store.List[mail.ID], len(threads))
		depths := make([]map[mail.ID]int, len(threads))
		for i, all := range members {
			if cut[i], depths[i], err = arrange(all, page); err != nil {
				return err
			}
		}
		entries, err := v.entryLists(cut, want)
		for i, l := range entries {
			lists[i] = store.List[mail.Placed]{Keys: l.Keys, More: l.More, Total: l.Total}
			for n, e := range l.Items {
				lists[i].Items = append(lists[i].Items, mail.Placed{Entry: e, Depth: depths[i][cut[i].Items[n]]})
			}
		}
		return err
	})
	return lists, err
}

// members finds what the thread of each entry holds in a view.
func (v *view) members(ids []mail.ID, of mail.View) (map[mail.ID][]member, error) {
	members := map[mail.ID][]member{}
	err := v.query(func(values []any) error {
		id := mail.ID(text(values[0]))
		members[id] = append(members[id], member{text(values[1]), text(values[3]), dated(values[2])})
		return nil
	}, threadsOf(of)+`WITH id, t MATCH (t)<-[:IN_THREAD]-(m:Message)
		RETURN id, m.id, m.sentMs, head([(m)-[r:REPLY_TO]->(p:Message) WHERE $view IN r.view | p.id])`, viewParams(ids, of))
	return members, err
}

// arrange puts a thread in reading order and cuts the page out.
func arrange(members []member, page store.Page) (store.List[mail.ID], map[mail.ID]int, error) {
	at := map[string]int{}
	for i, m := range members {
		at[m.id] = i
	}
	nodes := make([]store.Node, len(members))
	for i, m := range members {
		h, err := hashOf(m.id)
		if err != nil {
			return store.List[mail.ID]{}, nil, err
		}
		nodes[i] = store.Node{Hash: h, Parent: -1, Sent: m.sent}
		if p, ok := at[m.parent]; ok {
			nodes[i].Parent = p
		}
	}
	var all []store.Ranked[mail.ID]
	depths := map[mail.ID]int{}
	for position, step := range store.Arrange(nodes) {
		id := mail.ID(members[step.Node].id)
		depths[id] = step.Depth
		all = append(all, store.Ranked[mail.ID]{Key: store.Key{Sort: int64(position), Hash: nodes[step.Node].Hash}, Item: id})
	}
	return store.Cut(all, store.Ascending, page), depths, nil
}

// Participants implements store.Reader.
func (r *Reader) Participants(ctx context.Context, threads []mail.ID, of mail.View, page store.Page) ([]store.List[*mail.Person], error) {
	var lists []store.List[*mail.Person]
	err := r.look(ctx, func(v *view) error {
		counts, err := found(v, threads, mail.ThreadLetter, func(ids []mail.ID) (map[mail.ID]map[mail.ID]int64, error) {
			return v.participants(ids, of)
		})
		if err != nil {
			return err
		}
		cut := make([]store.List[mail.ID], len(threads))
		for i, count := range counts {
			var all []store.Ranked[mail.ID]
			for id, n := range count {
				p, err := ranked(string(id), n)
				if err != nil {
					return err
				}
				all = append(all, p)
			}
			cut[i] = store.Cut(all, store.Descending, page)
		}
		items, err := v.people(allItems(cut))
		lists = dealt(cut, items)
		return err
	})
	return lists, err
}

// participants counts, for the thread of each entry, the messages of each
// person.
func (v *view) participants(ids []mail.ID, of mail.View) (map[mail.ID]map[mail.ID]int64, error) {
	counts := map[mail.ID]map[mail.ID]int64{}
	err := v.query(func(values []any) error {
		id := mail.ID(text(values[0]))
		if counts[id] == nil {
			counts[id] = map[mail.ID]int64{}
		}
		for _, person := range slices.Compact(slices.Sorted(slices.Values(slices.Concat(texts(values[1]), texts(values[2]))))) {
			counts[id][mail.ID(person)]++
		}
		return nil
	}, threadsOf(of)+`WITH id, t MATCH (t)<-[:IN_THREAD]-(m:Message)
		RETURN id, [(m)<-[:SENT]-(:Address)<-[:USES]-(p:Person) | p.id], [(m)-[:TO|CC|BCC]->(:Address)<-[:USES]-(p:Person) | p.id]`,
		map[string]any{"ids": idTexts(ids)})
	return counts, err
}
