package sqlite

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
	"strings"

	"skein/internal/identity"
	"skein/internal/mail"
	"skein/internal/query"
)

// people gathers what the messages of a round count for: addresses, their
// names, people, ties.
type people struct {
	r         *Round
	addresses map[string]*address
	byID      map[int64]*address
	persons   map[int64]*person
	byFold    map[mail.Hash]*person
	ties      map[tieKey]*tie
}

type address struct {
	id             int64
	hash           mail.Hash
	text           string
	person         *person
	fresh          bool
	sent, received int            // in this round
	names          map[string]int // in this round
}

type person struct {
	id             int64
	fold           mail.Hash
	fresh          bool
	renamed        bool // its addresses or their names changed
	sent, received int  // in this round
}

func newPeople(r *Round) *people {
	return &people{
		r: r, addresses: map[string]*address{}, byID: map[int64]*address{}, persons: map[int64]*person{},
		byFold: map[mail.Hash]*person{}, ties: map[tieKey]*tie{},
	}
}

// address returns the row of an address, known or new.
func (p *people) address(text string) (*address, error) {
	if a, ok := p.addresses[text]; ok {
		return a, nil
	}
	a := &address{hash: mail.AddressHash(text), text: text, names: map[string]int{}}
	var owner int64
	err := p.r.l.query(p.r.ctx, func(scan func(...any) error) error { return scan(&a.id, &owner) },
		`SELECT id, person_id FROM address WHERE hash = ?`, a.hash[:])
	if err != nil {
		return nil, err
	}
	if a.id != 0 {
		a.person = p.person(owner)
	} else {
		p.r.l.last.address++
		a.id, a.fresh = p.r.l.last.address, true
		if a.person, err = p.folded(mail.HashOf("fold:" + identity.FoldKey(text))); err != nil {
			return nil, err
		}
		a.person.renamed = true
	}
	p.addresses[text], p.byID[a.id] = a, a
	return a, nil
}

// addressOf returns an address by its row's id.
func (p *people) addressOf(id int64) (*address, error) {
	if a, ok := p.byID[id]; ok {
		return a, nil
	}
	a := &address{id: id, names: map[string]int{}}
	var owner int64
	err := p.r.l.query(p.r.ctx, func(scan func(...any) error) error { return scan(&a.text, &owner) },
		`SELECT address, person_id FROM address WHERE id = ?`, id)
	if err != nil {
		return nil, err
	}
	a.hash, a.person = mail.AddressHash(a.text), p.person(owner)
	p.addresses[a.text], p.byID[id] = a, a
	return a, nil
}

func (p *people) person(id int64) *person {
	if known, ok := p.persons[id]; ok {
		return known
	}
	p.persons[id] = &person{id: id}
	return p.persons[id]
}

// folded returns the person of a fold key, known or new.
func (p *people) folded(fold mail.Hash) (*person, error) {
	if known, ok := p.byFold[fold]; ok {
		return known, nil
	}
	var id int64
	err := p.r.l.query(p.r.ctx, func(scan func(...any) error) error { return scan(&id) },
		`SELECT id FROM person WHERE fold = ?`, fold[:])
	if err != nil {
		return nil, err
	}
	if id == 0 {
		p.r.l.last.person++
		id = p.r.l.last.person
		p.persons[id] = &person{id: id, fold: fold, fresh: true}
	}
	p.byFold[fold] = p.person(id)
	return p.byFold[fold], nil
}

// count adds what a message counts for, or takes it back when sign is -1.
func (r *Round) count(row *entryRow, sign int) error {
	var from []*address
	seen := map[seenKey]bool{}
	for _, m := range row.people {
		a, err := r.people.addressOf(m.address)
		if err != nil {
			return err
		}
		sends := m.role == mail.From
		if sends {
			from = append(from, a)
		}
		if m.name != "" && once(seen, seenKey{address: a, name: m.name}) {
			a.names[m.name] += sign
			a.person.renamed = true
		}
		if once(seen, seenKey{address: a, sends: sends}) {
			a.add(sends, sign)
		}
		if once(seen, seenKey{person: a.person, sends: sends}) {
			a.person.add(sends, sign)
		}
	}
	return r.correspond(row, from, sign)
}

type seenKey struct {
	address *address
	person  *person
	name    string
	sends   bool
}

func once(seen map[seenKey]bool, k seenKey) bool {
	if seen[k] {
		return false
	}
	seen[k] = true
	return true
}

func (a *address) add(sends bool, n int) {
	if sends {
		a.sent += n
	} else {
		a.received += n
	}
}

func (p *person) add(sends bool, n int) {
	if sends {
		p.sent += n
	} else {
		p.received += n
	}
}

// write stores the counts, then what they make of people.
func (p *people) write() error {
	addresses := slices.SortedFunc(maps.Values(p.addresses), func(a, b *address) int { return cmp.Compare(a.id, b.id) })
	for _, a := range addresses {
		if err := p.writeAddress(a); err != nil {
			return err
		}
	}
	for _, id := range slices.Sorted(maps.Keys(p.persons)) {
		if err := p.writePerson(p.persons[id]); err != nil {
			return err
		}
	}
	return p.writeTies()
}

func (p *people) writeAddress(a *address) error {
	l, ctx := p.r.l, p.r.ctx
	for _, name := range slices.Sorted(maps.Keys(a.names)) {
		n := a.names[name]
		if n == 0 {
			continue
		}
		p.r.changed.Addresses.row(a.id, a.fresh)
		err := l.exec(ctx, `INSERT INTO name VALUES(?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count`,
			a.id, name, n)
		if err != nil {
			return err
		}
		if n < 0 {
			if err := l.exec(ctx, `DELETE FROM name WHERE address_id = ? AND text = ? AND count <= 0`, a.id, name); err != nil {
				return err
			}
		}
	}
	if a.fresh {
		p.r.changed.Addresses.New[a.id], p.r.changed.Uses[a.id] = true, true
		return l.exec(ctx, `INSERT INTO address VALUES(?, ?, ?, ?, ?, ?)`, a.id, a.hash[:], a.text, a.person.id, a.sent, a.received)
	}
	if a.sent == 0 && a.received == 0 {
		return nil
	}
	p.r.changed.Addresses.Changed[a.id] = true
	err := l.exec(ctx, `UPDATE address SET sent = sent + ?, received = received + ? WHERE id = ?`, a.sent, a.received, a.id)
	if err != nil || a.sent >= 0 && a.received >= 0 {
		return err
	}
	a.person.renamed = true
	unused, err := p.r.exists(`SELECT 1 FROM address WHERE id = ? AND sent = 0 AND received = 0`, a.id)
	if err != nil || !unused {
		return err
	}
	p.r.changed.Gone.Addresses = append(p.r.changed.Gone.Addresses, a.hash.ID(mail.PersonLetter))
	return l.exec(ctx, `DELETE FROM address WHERE id = ?`, a.id)
}

// writePerson stores a person's counts, and the name, the id and the searched
// text that its addresses give; a person without addresses goes.
func (p *people) writePerson(h *person) error {
	l, ctx := p.r.l, p.r.ctx
	if !h.fresh && (h.sent != 0 || h.received != 0) {
		p.r.changed.People.Changed[h.id] = true
		err := l.exec(ctx, `UPDATE person SET sent = sent + ?, received = received + ? WHERE id = ?`, h.sent, h.received, h.id)
		if err != nil {
			return err
		}
	}
	if !h.renamed {
		return nil
	}
	addresses, names, err := p.called(h)
	if err != nil {
		return err
	}
	if len(addresses) == 0 {
		if err := p.personGone(h); err != nil {
			return err
		}
		return l.exec(ctx, `DELETE FROM person WHERE id = ?`, h.id)
	}
	least := slices.Min(addresses)
	hash := mail.AddressHash(least)
	if err := p.personChanged(h, hash); err != nil {
		return err
	}
	name := identity.BestName(names, least)
	search := searchText(addresses, names)
	if h.fresh {
		return l.exec(ctx, `INSERT INTO person VALUES(?, ?, ?, ?, ?, ?, ?)`, h.id, h.fold[:], hash[:], name, h.sent, h.received, search)
	}
	return l.exec(ctx, `UPDATE person SET hash = ?1, name = ?2, search = ?3 WHERE id = ?4
		AND (hash <> ?1 OR name <> ?2 OR search <> ?3)`, hash[:], name, search, h.id)
}

// personChanged notes that a person is other than before. One that is known
// by another id is another to those who read, and so is who uses its addresses.
func (p *people) personChanged(h *person, now mail.Hash) error {
	renamed := false
	if !h.fresh {
		same, err := p.r.exists(`SELECT 1 FROM person WHERE id = ? AND hash = ?`, h.id, now[:])
		if err != nil {
			return err
		}
		renamed = !same
	}
	p.r.changed.People.row(h.id, h.fresh || renamed)
	if !renamed {
		return nil
	}
	if err := p.personGone(h); err != nil {
		return err
	}
	return p.r.l.query(p.r.ctx, func(scan func(...any) error) error {
		var address int64
		err := scan(&address)
		p.r.changed.Uses[address] = true
		return err
	}, `SELECT id FROM address WHERE person_id = ?`, h.id)
}

func (p *people) personGone(h *person) error {
	return p.r.l.query(p.r.ctx, func(scan func(...any) error) error {
		var hash []byte
		err := scan(&hash)
		if err == nil {
			p.r.changed.Gone.People = append(p.r.changed.Gone.People, mail.Hash(hash).ID(mail.PersonLetter))
		}
		return err
	}, `SELECT hash FROM person WHERE id = ?`, h.id)
}

// called returns the addresses of a person and the names they go by.
func (p *people) called(h *person) (addresses []string, names []identity.Name, err error) {
	counts := map[string]int{}
	err = p.r.l.query(p.r.ctx, func(scan func(...any) error) error {
		var address, name string
		var n int
		if err := scan(&address, &name, &n); err != nil {
			return err
		}
		if len(addresses) == 0 || addresses[len(addresses)-1] != address {
			addresses = append(addresses, address)
		}
		if name != "" {
			counts[name] += n
		}
		return nil
	}, `SELECT a.address, coalesce(n.text, ''), coalesce(n.count, 0) FROM address a LEFT JOIN name n ON n.address_id = a.id
		WHERE a.person_id = ? ORDER BY a.id`, h.id)
	for name, n := range counts {
		names = append(names, identity.Name{Text: name, Count: n})
	}
	slices.SortFunc(names, func(a, b identity.Name) int { return cmp.Compare(a.Text, b.Text) })
	return addresses, names, err
}

// searchText is every token of a person's names and addresses, each once and
// after a blank, so that " tok" finds a token by its beginning.
func searchText(addresses []string, names []identity.Name) string {
	tokens := map[string]bool{}
	add := func(text string) {
		for token := range strings.FieldsSeq(query.Fold(text)) {
			tokens[token] = true
		}
	}
	for _, a := range addresses {
		add(a)
	}
	for _, n := range names {
		add(n.Text)
	}
	var b bytes.Buffer
	for _, token := range slices.Sorted(maps.Keys(tokens)) {
		b.WriteByte(' ')
		b.WriteString(token)
	}
	return b.String()
}
