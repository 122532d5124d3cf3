package neo4j

import (
	"cmp"
	"context"
	"slices"

	"skein/internal/mail"
)

// People implements store.Reader.
func (r *Reader) People(ctx context.Context, ids []mail.ID) ([]*mail.Person, error) {
	var people []*mail.Person
	err := r.look(ctx, func(v *view) error {
		var err error
		people, err = v.people(ids)
		return err
	})
	return people, err
}

// people answers people by the ids of any of their addresses, in order; nil
// where there is none.
func (v *view) people(ids []mail.ID) ([]*mail.Person, error) {
	people := make([]*mail.Person, len(ids))
	wanted := slices.DeleteFunc(distinct(ids), func(id mail.ID) bool {
		letter, _, ok := id.Parse()
		return !ok || letter != mail.PersonLetter
	})
	if len(wanted) == 0 {
		return people, nil
	}
	byID := make(map[mail.ID]*mail.Person, len(wanted))
	err := v.query(func(values []any) error {
		byID[mail.ID(text(values[0]))] = readPerson(values[1:])
		return nil
	}, `UNWIND $ids AS id MATCH (:Address {id: id})<-[:USES]-(p:Person) RETURN id, `+personColumns, map[string]any{"ids": idTexts(wanted)})
	for i, id := range ids {
		people[i] = byID[id]
	}
	return people, err
}

const personColumns = `p.id, p.name, p.sentCount, p.receivedCount, p.owner,
	[(p)-[:USES]->(a:Address) | [a.address, a.names, a.sentCount, a.receivedCount]]`

func readPerson(values []any) *mail.Person {
	p := &mail.Person{
		ID: mail.ID(text(values[0])), Name: text(values[1]), SentCount: int(number(values[2])),
		ReceivedCount: int(number(values[3])), Owner: truth(values[4]),
	}
	for _, one := range elements(values[5]) {
		fields := elements(one)
		p.Addresses = append(p.Addresses, mail.Address{
			Address: text(fields[0]), Names: texts(fields[1]), SentCount: int(number(fields[2])), ReceivedCount: int(number(fields[3])),
		})
	}
	slices.SortFunc(p.Addresses, func(a, b mail.Address) int { return cmp.Compare(a.Address, b.Address) })
	return p
}
