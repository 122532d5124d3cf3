package neo4j

import (
	"skein/internal/mail"
	"skein/internal/query"
)

// known is what the ids and names in conditions stand for. What stands for
// nothing is left out.
type known struct {
	people  map[mail.ID]holder
	threads map[mail.ID]string  // the id that the thread shows in the Probable view
	named   map[string][]string // the ids of the batches of a name
	copies  map[string]int64    // of each batch, by id
}

// holder is a person with the addresses that are theirs.
type holder struct {
	id        string
	addresses []string // texts
	ids       []string // of the addresses
	sent, all int64    // messages
}

// asked are the ids and names in conditions.
type asked struct {
	people, threads []mail.ID
	names, batches  []string
}

func (a *asked) add(e query.Expr) {
	switch e := e.(type) {
	case query.And:
		a.addAll(e)
	case query.Or:
		a.addAll(e)
	case query.Not:
		a.add(e.Expr)
	case query.By:
		a.people = append(a.people, e.Person)
	case query.With:
		a.people = append(a.people, e.Person)
	case query.InThread:
		a.threads = append(a.threads, e.ID)
	case query.InBatch:
		a.names = append(a.names, e.Name)
	case batches:
		a.batches = append(a.batches, e.ids...)
	}
}

func (a *asked) addAll(parts []query.Expr) {
	for _, part := range parts {
		a.add(part)
	}
}

// known finds what parts speak of, by at most one statement for each kind of
// thing.
func (v *view) known(parts []query.Expr) (known, error) {
	var a asked
	a.addAll(parts)
	var k known
	var err error
	if k.people, err = v.holders(a.people); err != nil {
		return k, err
	}
	if k.threads, err = v.probable(a.threads); err != nil {
		return k, err
	}
	return k, v.released(&k, a)
}

// holders finds people by the ids of any of their addresses.
func (v *view) holders(ids []mail.ID) (map[mail.ID]holder, error) {
	people := map[mail.ID]holder{}
	wanted := validIDs(ids, mail.PersonLetter)
	if len(wanted) == 0 {
		return people, nil
	}
	err := v.query(func(values []any) error {
		people[mail.ID(text(values[0]))] = holder{
			id: text(values[1]), sent: number(values[2]), all: number(values[3]),
			ids: texts(values[4]), addresses: texts(values[5]),
		}
		return nil
	}, `UNWIND $ids AS id MATCH (:Address {id: id})<-[:USES]-(p:Person)
		RETURN id, p.id, p.sentCount, p.totalCount, [(p)-[:USES]->(a:Address) | a.id], [(p)-[:USES]->(a:Address) | a.address]`,
		map[string]any{"ids": wanted})
	return people, err
}

// probable finds threads of the Probable view by the keys of their entries.
func (v *view) probable(ids []mail.ID) (map[mail.ID]string, error) {
	threads := map[mail.ID]string{}
	if len(ids) == 0 {
		return threads, nil
	}
	shown, err := found(v, ids, mail.ThreadLetter, func(ids []mail.ID) (map[mail.ID]string, error) {
		shown := map[mail.ID]string{}
		err := v.query(func(values []any) error {
			shown[mail.ID(text(values[0]))] = text(values[1])
			return nil
		}, threadsOf(mail.Probable)+`RETURN id, t.id`, map[string]any{"ids": idTexts(ids)})
		return shown, err
	})
	for i, id := range shown {
		threads[ids[i]] = id
	}
	return threads, err
}

// released finds batches by id and by name, with how many copies they have.
func (v *view) released(k *known, a asked) error {
	if len(a.names)+len(a.batches) == 0 {
		return nil
	}
	k.named, k.copies = map[string][]string{}, map[string]int64{}
	return v.query(func(values []any) error {
		id, name := text(values[0]), text(values[1])
		k.named[name] = append(k.named[name], id)
		k.copies[id] = number(values[2])
		return nil
	}, `MATCH (b:Batch) WHERE b.id > '' AND (b.id IN $ids OR b.name IN $names)
		RETURN b.id, b.name, COUNT { (b)<-[:IN_BATCH]-() }`, map[string]any{"ids": a.batches, "names": a.names})
}

// source gives the list of all messages for which a leaf holds.
func (k known) source(e query.Expr) (source, bool) {
	switch e := e.(type) {
	case query.InThread:
		return source{
			cypher: `MATCH (t:Thread)<-[:IN_THREAD]-(m:Message) WHERE t.id = $thread AND t:Probable WITH m`,
			params: map[string]any{"thread": k.threads[e.ID]},
		}, true
	case query.By:
		return source{
			cypher: `MATCH (a:Address)-[:SENT]->(m:Message) WHERE a.id IN $addresses WITH DISTINCT m`,
			params: map[string]any{"addresses": k.people[e.Person].ids}, size: k.people[e.Person].sent,
		}, true
	case query.With:
		return source{
			cypher: `MATCH (a:Address)-[:SENT|TO|CC|BCC]-(m:Message) WHERE a.id IN $addresses WITH DISTINCT m`,
			params: map[string]any{"addresses": k.people[e.Person].ids}, size: k.people[e.Person].all,
		}, true
	case query.InBatch:
		return k.batchSource(k.named[e.Name]), true
	case batches:
		return k.batchSource(e.ids), true
	}
	return source{}, false
}

func (k known) batchSource(ids []string) source {
	from := source{
		cypher: `MATCH (b:Batch)<-[:IN_BATCH]-(:Copy)-[:COPY_OF]->(m:Message) WHERE b.id IN $batches WITH DISTINCT m`,
		params: map[string]any{"batches": ids},
	}
	for _, id := range ids {
		from.size += k.copies[id]
	}
	return from
}
