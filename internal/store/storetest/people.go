package storetest

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"skein/internal/identity"
	"skein/internal/mail"
	"skein/internal/query"
	"skein/internal/store"
)

// address is one address of the decided messages.
type address struct {
	text   string
	names  []identity.Name // most used first, then by text
	sent   int
	got    int
	person int // index into Reference.people
}

// person is the addresses that fold alike.
type person struct {
	hash      mail.Hash // of the least address
	id        mail.ID
	name      string
	addresses []*address // by text
	owner     bool
}

func (r *Reference) addPeople(releases []Release) {
	for _, e := range r.entries {
		for _, m := range e.Mentions {
			if r.address(m.Address) == nil {
				r.addresses = append(r.addresses, &address{text: m.Address})
			}
		}
	}
	slices.SortFunc(r.addresses, func(a, b *address) int { return cmp.Compare(a.text, b.text) })
	for _, a := range r.addresses {
		for _, e := range r.entries {
			a.count(e)
		}
		slices.SortFunc(a.names, func(x, y identity.Name) int {
			return cmp.Or(cmp.Compare(y.Count, x.Count), cmp.Compare(x.Text, y.Text))
		})
	}
	r.joinPeople(releases)
}

// count adds what one message says of the address.
func (a *address) count(e *entry) {
	var names []string
	var sent, got bool
	for _, m := range e.Mentions {
		if m.Address != a.text {
			continue
		}
		sent = sent || m.Role == mail.From
		got = got || m.Role != mail.From
		if m.Name != "" && !slices.Contains(names, m.Name) {
			names = append(names, m.Name)
		}
	}
	a.sent += truth(sent)
	a.got += truth(got)
	for _, name := range names {
		at := slices.IndexFunc(a.names, func(n identity.Name) bool { return n.Text == name })
		if at < 0 {
			at = len(a.names)
			a.names = append(a.names, identity.Name{Text: name})
		}
		a.names[at].Count++
	}
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

// joinPeople makes people of the addresses, which are in order, so that the
// first of each person is the least.
func (r *Reference) joinPeople(releases []Release) {
	for _, a := range r.addresses {
		a.person = slices.IndexFunc(r.people, func(p *person) bool {
			return identity.FoldKey(p.addresses[0].text) == identity.FoldKey(a.text)
		})
		if a.person < 0 {
			hash := mail.AddressHash(a.text)
			a.person = len(r.people)
			r.people = append(r.people, &person{hash: hash, id: hash.ID(mail.PersonLetter)})
		}
		p := r.people[a.person]
		p.addresses = append(p.addresses, a)
		for _, release := range releases {
			p.owner = p.owner || slices.Contains(release.Owners, a.text)
		}
	}
	for _, p := range r.people {
		p.name = identity.BestName(p.names(), p.addresses[0].text)
	}
	for _, e := range r.entries {
		for _, m := range e.Mentions {
			if p := r.address(m.Address).person; !slices.Contains(e.people[m.Role], p) {
				e.people[m.Role] = append(e.people[m.Role], p)
			}
		}
		e.got = e.named(mail.To, mail.Cc, mail.Bcc)
	}
}

// names adds up the names of all addresses.
func (p *person) names() []identity.Name {
	var sum []identity.Name
	for _, a := range p.addresses {
		for _, n := range a.names {
			at := slices.IndexFunc(sum, func(s identity.Name) bool { return s.Text == n.Text })
			if at < 0 {
				sum = append(sum, n)
			} else {
				sum[at].Count += n.Count
			}
		}
	}
	return sum
}

func (r *Reference) address(text string) *address {
	for _, a := range r.addresses {
		if a.text == text {
			return a
		}
	}
	return nil
}

// person returns the index of the person one of whose addresses has the hash
// of id, or -1.
func (r *Reference) person(id mail.ID) int {
	letter, hash, ok := id.Parse()
	if !ok || letter != mail.PersonLetter {
		return -1
	}
	for _, a := range r.addresses {
		if mail.AddressHash(a.text) == hash {
			return a.person
		}
	}
	return -1
}

// named returns the people that a message names in roles, each once.
func (e *entry) named(roles ...mail.Role) []int {
	var people []int
	for _, role := range roles {
		for _, p := range e.people[role] {
			if !slices.Contains(people, p) {
				people = append(people, p)
			}
		}
	}
	return people
}

// show returns a person with the counts that messages give.
func (r *Reference) show(at int, messages []*entry) *mail.Person {
	p := r.people[at]
	shown := &mail.Person{ID: p.id, Name: p.name, Owner: p.owner}
	for _, a := range p.addresses {
		address := mail.Address{Address: a.text, SentCount: a.sent, ReceivedCount: a.got}
		for _, n := range a.names {
			address.Names = append(address.Names, n.Text)
		}
		shown.Addresses = append(shown.Addresses, address)
	}
	shown.SentCount, shown.ReceivedCount = r.count(at, messages)
	return shown
}

// count returns how many of the messages a person sent, and how many name the
// person in To, Cc or Bcc.
func (r *Reference) count(at int, messages []*entry) (sent, received int) {
	for _, e := range messages {
		sent += truth(slices.Contains(e.people[mail.From], at))
		received += truth(slices.Contains(e.got, at))
	}
	return sent, received
}

// People implements store.Reader.
func (r *Reference) People(ctx context.Context, ids []mail.ID) ([]*mail.Person, error) {
	found := make([]*mail.Person, len(ids))
	for i, id := range ids {
		if at := r.person(id); at >= 0 {
			found[i] = r.show(at, r.entries)
		}
	}
	return found, ctx.Err()
}

// FindPeople implements store.Reader.
func (r *Reference) FindPeople(ctx context.Context, text string, scope store.Scope, order store.PersonOrder, page store.Page) (store.List[*mail.Person], error) {
	messages := r.within(nil, scope)
	var all []ranked[int]
	for at, p := range r.people {
		sent, got := r.count(at, messages)
		if !p.matches(text) || sent+got == 0 {
			continue
		}
		sort := map[store.PersonOrder]int{
			store.BusiestPerson: sent + got, store.MostSent: sent, store.MostReceived: got,
		}[order]
		all = append(all, ranked[int]{at, store.Key{Sort: int64(sort), Hash: p.hash}})
	}
	return each(descending(all, page), func(at int) *mail.Person { return r.show(at, messages) }), ctx.Err()
}

// matches says whether every token of text begins a token of a name or an
// address.
func (p *person) matches(text string) bool {
	var tokens []string
	for _, a := range p.addresses {
		tokens = append(tokens, strings.Fields(query.Fold(a.text))...)
		for _, n := range a.names {
			tokens = append(tokens, strings.Fields(query.Fold(n.Text))...)
		}
	}
	for begin := range strings.FieldsSeq(query.Fold(text)) {
		if !slices.ContainsFunc(tokens, func(token string) bool { return strings.HasPrefix(token, begin) }) {
			return false
		}
	}
	return true
}

// Participants implements store.Reader.
func (r *Reference) Participants(ctx context.Context, threads []mail.ID, view mail.View, page store.Page) ([]store.List[*mail.Person], error) {
	lists := make([]store.List[*mail.Person], len(threads))
	for i, id := range threads {
		at := r.thread(id, view)
		if at < 0 {
			continue
		}
		var all []ranked[int]
		for n, p := range r.people {
			count := 0
			for _, member := range r.threads[at].Members {
				named := r.entries[member].named(mail.From, mail.To, mail.Cc, mail.Bcc)
				count += truth(slices.Contains(named, n))
			}
			if count > 0 {
				all = append(all, ranked[int]{n, store.Key{Sort: int64(count), Hash: p.hash}})
			}
		}
		lists[i] = each(descending(all, page), func(at int) *mail.Person { return r.show(at, r.entries) })
	}
	return lists, ctx.Err()
}
