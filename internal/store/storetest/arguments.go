package storetest

import (
	"bytes"
	"context"
	"slices"
	"strings"

	"skein/internal/mail"
	"skein/internal/store"
)

// arguments are what readers are asked about one store.
type arguments struct {
	entries    []mail.ID // by every key, missing and poisoned ones as well
	threads    []mail.ID
	people     []mail.ID // by every address
	batches    []mail.ID
	publishers []string
	originals  []mail.SHA
	files      []mail.SHA // of attachments, those of no message that is shown as well
	bad        []mail.ID  // that name nothing
	texts      []string   // for FindPeople
	pairs      []store.Pair
	reference  *Reference
}

func newArguments(r *Reference) arguments {
	a := arguments{reference: r, publishers: []string{"", "none"}, originals: []mail.SHA{{}, {31: 1}}}
	var keys []mail.Key
	for _, e := range r.entries {
		keys = append(keys, e.Keys...)
	}
	for key := range r.poisoned {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		a.entries = append(a.entries, key.Hash().ID(mail.MessageLetter))
		a.threads = append(a.threads, key.Hash().ID(mail.ThreadLetter))
	}
	for _, address := range r.addresses {
		a.people = append(a.people, mail.AddressHash(address.text).ID(mail.PersonLetter))
	}
	a.batches = r.ids
	for _, o := range r.items {
		a.publishers = append(a.publishers, o.PublisherID)
		a.originals = append(a.originals, o.SHA)
		a.files = append(a.files, mail.Files(o.Facts.Attachments)...)
	}
	slices.SortFunc(a.files, func(x, y mail.SHA) int { return bytes.Compare(x[:], y[:]) })
	a.files = slices.Compact(a.files)
	slices.Sort(a.publishers)
	a.publishers = slices.Compact(a.publishers)
	a.bad = badIDs(a)
	a.texts = personTexts(r)
	a.pairs = personPairs(a)
	return a
}

// badIDs name nothing: unknown, malformed, or of another kind than asked for,
// and so are given to every look-up.
func badIDs(a arguments) []mail.ID {
	none := mail.HashOf("none")
	bad := []mail.ID{
		none.ID(mail.MessageLetter), none.ID(mail.ThreadLetter), none.ID(mail.PersonLetter), none.ID(mail.BatchLetter),
		mail.TieID(none, none), "", "M", "M_", "T_0", "P_zz", "x", "M_'; DROP TABLE entry; --", "M_\x00\xff", "no id at all",
	}
	for _, id := range slices.Concat(a.entries[:min(1, len(a.entries))], a.people[:min(1, len(a.people))]) {
		bad = append(bad, "X"+id[1:], id+"00", id[:len(id)-2], mail.ID(strings.ToUpper(string(id))))
	}
	return bad
}

// mixed puts ids that name nothing, and one id twice, among ids.
func (a arguments) mixed(ids []mail.ID) []mail.ID {
	mixed := slices.Concat(a.bad[:3], ids, a.bad[3:])
	if len(ids) > 0 {
		mixed = append(mixed, ids[0])
	}
	return mixed
}

// personTexts begin, are and miss the names and addresses there are.
func personTexts(r *Reference) []string {
	texts := []string{"", " ", "---", "zzz", "e", "EXAMPLE", "ann example", "xample", "müll", "MULLER j", "山田", "angstrom", "é", "%", "_", "a*"}
	for _, p := range thin(r.people, 10) {
		name := []rune(p.name)
		texts = append(texts, p.name, string(name[:(len(name)+1)/2]), p.addresses[0].text)
	}
	return texts
}

// personPairs are pairs that wrote to each other and pairs that did not.
func personPairs(a arguments) []store.Pair {
	var tied []store.Pair
	for edge := range a.reference.Edges(context.Background(), store.Scope{}) {
		tied = append(tied, store.Pair{From: edge.From, To: edge.To})
	}
	pairs := thin(tied, 60)
	people := thin(a.people, 8)
	for _, from := range people {
		for _, to := range people {
			pairs = append(pairs, store.Pair{From: from, To: to})
		}
	}
	if len(people) > 0 {
		for _, bad := range a.bad {
			pairs = append(pairs, store.Pair{From: people[0], To: bad}, store.Pair{From: bad, To: people[0]})
		}
	}
	return pairs
}

// thin picks about most of all, evenly.
func thin[T any](all []T, most int) []T {
	var picked []T
	for n := 0; n < len(all); n += (len(all) + most - 1) / most {
		picked = append(picked, all[n])
	}
	return picked
}
