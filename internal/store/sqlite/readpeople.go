package sqlite

import (
	"context"
	"slices"
	"strings"

	"skein/internal/mail"
	"skein/internal/query"
	"skein/internal/store"
)

// People implements store.Reader.
func (r *Reader) People(ctx context.Context, ids []mail.ID) ([]*mail.Person, error) {
	var found []*mail.Person
	err := r.look(ctx, func(v *view) error {
		rows, err := v.personRows(ids)
		if err != nil {
			return err
		}
		found, err = v.people(rows)
		return err
	})
	return found, err
}

// people answers rows in order; nil where the row is 0.
func (v *view) people(rows []int64) ([]*mail.Person, error) {
	byRow := map[int64]*mail.Person{}
	err := v.query(func(scan func(...any) error) error {
		var id int64
		var hash []byte
		p := &mail.Person{}
		if err := scan(&id, &hash, &p.Name, &p.SentCount, &p.ReceivedCount); err != nil {
			return err
		}
		p.ID = mail.Hash(hash).ID(mail.PersonLetter)
		byRow[id] = p
		return nil
	}, `SELECT id, hash, name, sent, received FROM person WHERE id IN (SELECT value FROM json_each(?))`, list(rows))
	if err != nil {
		return nil, err
	}
	if err := v.addresses(rows, byRow); err != nil {
		return nil, err
	}
	found := make([]*mail.Person, len(rows))
	for i, row := range rows {
		found[i] = byRow[row]
	}
	return found, nil
}

// addresses adds each person's addresses, with the names they go by.
func (v *view) addresses(rows []int64, byRow map[int64]*mail.Person) error {
	owners, err := v.owners()
	if err != nil {
		return err
	}
	return v.query(func(scan func(...any) error) error {
		var person int64
		var name string
		var count int
		var a mail.Address
		if err := scan(&person, &a.Address, &a.SentCount, &a.ReceivedCount, &name, &count); err != nil {
			return err
		}
		p := byRow[person]
		last := len(p.Addresses) - 1
		if last < 0 || p.Addresses[last].Address != a.Address {
			p.Addresses = append(p.Addresses, a)
			last++
			p.Owner = p.Owner || owners[a.Address]
		}
		if name != "" {
			p.Addresses[last].Names = append(p.Addresses[last].Names, name)
		}
		return nil
	}, `SELECT a.person_id, a.address, a.sent, a.received, coalesce(n.text, ''), coalesce(n.count, 0)
		FROM address a LEFT JOIN name n ON n.address_id = a.id
		WHERE a.person_id IN (SELECT value FROM json_each(?)) ORDER BY a.person_id, a.address, n.count DESC, n.text`, list(rows))
}

// owners are the addresses whose mailboxes are exposed.
func (v *view) owners() (map[string]bool, error) {
	owners := map[string]bool{}
	err := v.query(func(scan func(...any) error) error {
		var address string
		err := scan(&address)
		owners[address] = true
		return err
	}, `SELECT value FROM collection, json_each(collection.owners)`)
	return owners, err
}

var personColumns = map[store.PersonOrder]string{
	store.BusiestPerson: "e.sent + e.received", store.MostSent: "e.sent", store.MostReceived: "e.received",
}

// FindPeople implements store.Reader.
func (r *Reader) FindPeople(ctx context.Context, text string, scope store.Scope, order store.PersonOrder, page store.Page) (store.List[*mail.Person], error) {
	where, args := called(text)
	var found store.List[*mail.Person]
	err := r.look(ctx, func(v *view) error {
		if !scope.All() {
			var err error
			found, err = v.peopleIn(where, args, scope, order, page)
			return err
		}
		s, err := v.ranked(`person e`, where, personColumns[order], args, page)
		if err != nil {
			return err
		}
		items, err := v.people(s.Items)
		found = store.Listed(s, items)
		return err
	})
	return found, err
}

// called is the condition that every token of text begins a token of a
// person's names or addresses.
func called(text string) (string, []any) {
	where := []string{`1`}
	var args []any
	for token := range strings.FieldsSeq(query.Fold(text)) {
		where = append(where, `instr(e.search, ?) > 0`)
		args = append(args, " "+token)
	}
	return strings.Join(where, " AND "), args
}

// peopleIn counts people over the messages in a scope.
func (v *view) peopleIn(where string, args []any, scope store.Scope, order store.PersonOrder, page store.Page) (store.List[*mail.Person], error) {
	sent, err := v.countPeople(`r.from_id`, `r.to_id = 0`, where, args, scope)
	if err != nil {
		return store.List[*mail.Person]{}, err
	}
	received, err := v.countPeople(`r.to_id`, `r.to_id > 0`, where, args, scope)
	if err != nil {
		return store.List[*mail.Person]{}, err
	}
	counts := map[keyed][2]int64{}
	for p, n := range sent {
		counts[p] = [2]int64{n, received[p]}
	}
	for p, n := range received {
		counts[p] = [2]int64{sent[p], n}
	}
	var all []keyed
	byRow := map[int64][2]int64{}
	for p, n := range counts {
		byRow[p.Item] = n
		p.Sort = map[store.PersonOrder]int64{
			store.BusiestPerson: n[0] + n[1], store.MostSent: n[0], store.MostReceived: n[1],
		}[order]
		all = append(all, p)
	}
	s := store.Cut(all, store.Descending, page)
	items, err := v.people(s.Items)
	for i, row := range s.Items {
		items[i].SentCount, items[i].ReceivedCount = int(byRow[row][0]), int(byRow[row][1])
	}
	return store.Listed(s, items), err
}

// countPeople counts the messages in scope in which people stand in a column
// of recipient.
func (v *view) countPeople(column, rows, where string, args []any, scope store.Scope) (map[keyed]int64, error) {
	c := condition{of: "m"}
	c.scope(scope)
	counts := map[keyed]int64{}
	err := v.query(func(scan func(...any) error) error {
		var p keyed
		var hash []byte
		var n int64
		if err := scan(&p.Item, &hash, &n); err != nil {
			return err
		}
		p.Hash = mail.Hash(hash)
		counts[p] = n
		return nil
	}, `SELECT e.id, e.hash, count(DISTINCT r.entry_id) FROM recipient r JOIN entry m ON m.id = r.entry_id
		JOIN address a ON a.id = `+column+` JOIN person e ON e.id = a.person_id
		WHERE `+rows+` AND `+where+` AND `+c.sql.String()+` GROUP BY e.id`, append(slices.Clone(args), c.args...)...)
	return counts, err
}
