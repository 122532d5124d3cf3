package neo4j

import (
	"context"
	"strings"

	"skein/internal/mail"
	"skein/internal/query"
	"skein/internal/store"
)

// personCounts are the properties of a person that lists are ordered by.
var personCounts = map[store.PersonOrder]string{
	store.BusiestPerson: "totalCount", store.MostSent: "sentCount", store.MostReceived: "receivedCount",
}

// called is that every token of a text begins a token of the names or
// addresses of a person e.
const called = `all(token IN $tokens WHERE e.search CONTAINS token)`

// tokensOf are the tokens of a text as Person.search has them, after a blank.
func tokensOf(name string) []string {
	tokens := []string{}
	for token := range strings.FieldsSeq(query.Fold(name)) {
		tokens = append(tokens, " "+token)
	}
	return tokens
}

// FindPeople implements store.Reader.
func (r *Reader) FindPeople(ctx context.Context, name string, scope store.Scope, order store.PersonOrder, page store.Page) (store.List[*mail.Person], error) {
	tokens := tokensOf(name)
	var list store.List[*mail.Person]
	err := r.look(ctx, func(v *view) error {
		s, err := v.selection(nil, scope)
		if err != nil {
			return err
		}
		if s.all() {
			list, err = v.peopleOf(tokens, order, page)
		} else {
			list, err = v.peopleIn(s, tokens, order, page)
		}
		return err
	})
	return list, err
}

// peopleOf lists people of the whole corpus.
func (v *view) peopleOf(tokens []string, order store.PersonOrder, page store.Page) (store.List[*mail.Person], error) {
	by := ranking{label: "Person", sort: personCounts[order], item: "id", letter: mail.PersonLetter}
	params := map[string]any{"tokens": tokens}
	cut, err := v.ranking(by, by.walk()+` AND `+called, params, page)
	if err == nil && page.Total {
		var total int64
		total, err = v.number(`MATCH (e:Person) WHERE e.id > '' AND `+called+` RETURN count(e)`, params)
		cut.Total = int(total)
	}
	if err != nil {
		return store.List[*mail.Person]{}, err
	}
	ids := make([]mail.ID, len(cut.Items))
	for i, id := range cut.Items {
		ids[i] = mail.ID(id)
	}
	items, err := v.people(ids)
	return store.Listed(cut, items), err
}

// peopleIn lists people who sent or received a message of s, and how many of
// them each.
func (v *view) peopleIn(s *selection, tokens []string, order store.PersonOrder, page store.Page) (store.List[*mail.Person], error) {
	sent, err := v.countPeople(s, `MATCH (m)<-[:SENT]-(:Address)<-[:USES]-(e:Person)`, tokens)
	if err != nil {
		return store.List[*mail.Person]{}, err
	}
	received, err := v.countPeople(s, `MATCH (m)-[:TO|CC|BCC]->(:Address)<-[:USES]-(e:Person)`, tokens)
	if err != nil {
		return store.List[*mail.Person]{}, err
	}
	for id := range received {
		sent[id] += 0
	}
	var all []store.Ranked[mail.ID]
	for id := range sent {
		n := map[store.PersonOrder]int64{
			store.BusiestPerson: sent[id] + received[id], store.MostSent: sent[id], store.MostReceived: received[id],
		}[order]
		p, err := ranked(string(id), n)
		if err != nil {
			return store.List[*mail.Person]{}, err
		}
		all = append(all, p)
	}
	cut := store.Cut(all, store.Descending, page)
	items, err := v.people(cut.Items)
	for i, id := range cut.Items {
		if items[i] != nil {
			items[i].SentCount, items[i].ReceivedCount = int(sent[id]), int(received[id])
		}
	}
	return store.Listed(cut, items), err
}

// countPeople counts, for each person e that a pattern binds, the messages of
// s.
func (v *view) countPeople(s *selection, pattern string, tokens []string) (map[mail.ID]int64, error) {
	cypher, params := s.each()
	params["tokens"] = tokens
	counts := map[mail.ID]int64{}
	err := v.query(func(values []any) error {
		counts[mail.ID(text(values[0]))] = number(values[1])
		return nil
	}, cypher+` `+pattern+` WHERE `+called+` RETURN e.id, count(DISTINCT m)`, params)
	return counts, err
}
