package sqlite

import (
	"encoding/binary"
	"fmt"
	"slices"

	"skein/internal/mail"
	"skein/internal/query"
	"skein/internal/store"
)

const (
	wantBody  = store.WantPeople | store.WantCopies | store.WantParts | store.WantVariants | store.WantText
	wantPlace = store.WantLinks | store.WantCandidates
)

func (v *view) publishMessages(p *store.Publication, rows touched, places set) error {
	bodies := both(rows.New, rows.Changed)
	all := append(slices.Clone(bodies), places.sorted()...)
	slices.Sort(all)
	all = slices.Compact(all)
	at := map[int64]*store.PublishedMessage{}
	messages := make([]store.PublishedMessage, len(all))
	for i, row := range all {
		messages[i].New, messages[i].Place = rows.New[row], places[row]
		at[row] = &messages[i]
	}
	if err := v.publishBodies(bodies, at); err != nil {
		return err
	}
	if err := v.publishPlaces(places.sorted(), at); err != nil {
		return err
	}
	for _, m := range messages {
		if m.Entry != nil { // else a later round deleted it
			p.Messages = append(p.Messages, m)
		}
	}
	return nil
}

// publishBodies reads what messages are made of.
func (v *view) publishBodies(rows []int64, at map[int64]*store.PublishedMessage) error {
	entries, err := v.entries(rows, wantBody)
	if err != nil {
		return err
	}
	var present []int64
	for i, e := range entries {
		if e == nil {
			continue
		}
		m := at[rows[i]]
		m.Entry, m.Body = e, true
		if e.Missing {
			_, h, _ := e.ID.Parse()
			m.Keys = []mail.Hash{h}
			continue
		}
		present = append(present, rows[i])
		said, err := fileTexts(v.query, mail.Files(e.Attachments))
		if err != nil {
			return err
		}
		m.Document = query.NewDocument(e.Subject, mentions(e), e.Attachments, e.Text, said...)
	}
	return v.publishKeys(present, at)
}

// mentions are the people of an entry as they are searched.
func mentions(e *mail.Entry) []mail.Mention {
	var all []mail.Mention
	for role, field := range [][]mail.Correspondent{mail.From: e.From, mail.To: e.To, mail.Cc: e.Cc, mail.Bcc: e.Bcc} {
		for _, c := range field {
			all = append(all, mail.Mention{Role: mail.Role(role), Address: c.Address, Name: c.Name})
		}
	}
	return all
}

// publishKeys tells by which keys messages are found, and which copy of each
// is shown.
func (v *view) publishKeys(rows []int64, at map[int64]*store.PublishedMessage) error {
	err := v.query(func(scan func(...any) error) error {
		var id int64
		var sha []byte
		err := scan(&id, &sha)
		at[id].Canonical = mail.SHA(sha)
		return err
	}, `SELECT e.id, c.sha FROM json_each(?) j JOIN entry e ON e.id = j.value JOIN content c ON c.id = e.content_id`, list(rows))
	if err != nil {
		return err
	}
	return v.keysOf(rows, claims, func(row int64, k *key) {
		m := at[row]
		if !k.poisoned {
			m.Keys = append(m.Keys, k.hash)
		} else if id, ok := k.text.MessageID(); ok {
			m.Poisoned = append(m.Poisoned, id)
		}
	})
}

// keysOf calls use with each key that the contents of entries use in a role,
// once for each entry, in the order of the keys' rows.
func (v *view) keysOf(rows []int64, role useRole, use func(row int64, k *key)) error {
	type pair struct{ row, key int64 }
	var pairs []pair
	var ids []int64
	err := v.query(func(scan func(...any) error) error {
		var row int64
		var list []byte
		if err := scan(&row, &list); err != nil {
			return err
		}
		for len(list) > 0 {
			n, size := binary.Uvarint(list)
			if size <= 0 {
				return fmt.Errorf("the keys of a content of entry %d are damaged", row)
			}
			list = list[size:]
			if useRole(n&1)+1 == role {
				pairs = append(pairs, pair{row, int64(n >> 1)})
				ids = append(ids, int64(n>>1))
			}
		}
		return nil
	}, `SELECT c.entry_id, c.keys FROM json_each(?) j JOIN content c ON c.entry_id = j.value`, list(rows))
	if err != nil {
		return err
	}
	keys := map[int64]*key{}
	slices.Sort(ids)
	err = v.query(func(scan func(...any) error) error {
		k := &key{}
		var hash []byte
		if err := scan(&k.id, &hash, &k.text, &k.entry, &k.poisoned); err != nil {
			return err
		}
		k.hash, keys[k.id] = mail.Hash(hash), k
		return nil
	}, `SELECT k.id, k.hash, k.text, k.entry_id, k.poisoned FROM json_each(?) j JOIN key k ON k.id = j.value`, list(slices.Compact(ids)))
	if err != nil {
		return err
	}
	seen := map[pair]bool{}
	for _, p := range pairs {
		if k := keys[p.key]; k != nil && !seen[p] {
			seen[p] = true
			use(p.row, k)
		}
	}
	return nil
}

// publishPlaces reads where entries stand.
func (v *view) publishPlaces(rows []int64, at map[int64]*store.PublishedMessage) error {
	entries, err := v.entries(rows, wantPlace)
	if err != nil {
		return err
	}
	var found []int64
	for i, e := range entries {
		if e == nil {
			continue
		}
		found = append(found, rows[i])
		m := at[rows[i]]
		if m.Entry == nil {
			m.Entry = e
		} else {
			m.Links, m.Candidates = e.Links, e.Candidates
		}
	}
	if err := v.publishCites(found, at); err != nil {
		return err
	}
	return v.query(func(scan func(...any) error) error {
		var id int64
		var hashes [mail.Views][]byte
		var bits [mail.Views]int
		if err := scan(&id, &hashes[0], &bits[0], &hashes[1], &bits[1]); err != nil {
			return err
		}
		for view := range mail.Views {
			at[id].ThreadOf[view] = store.ThreadKey{ID: mail.Hash(hashes[view]).ID(mail.ThreadLetter), Views: viewsOf(bits[view])}
		}
		return nil
	}, `SELECT e.id, c.hash, c.views, p.hash, p.views FROM json_each(?) j JOIN entry e ON e.id = j.value
		JOIN thread c ON c.id = e.certain_thread JOIN thread p ON p.id = e.probable_thread`, list(found))
}

// publishCites tells which entries the headers of each cite.
func (v *view) publishCites(rows []int64, at map[int64]*store.PublishedMessage) error {
	cited := map[int64][]int64{} // from a row to those that cite it
	var ids []int64
	err := v.keysOf(rows, cites, func(row int64, k *key) {
		if !k.poisoned && k.entry != row {
			if cited[k.entry] == nil {
				ids = append(ids, k.entry)
			}
			cited[k.entry] = append(cited[k.entry], row)
		}
	})
	if err != nil {
		return err
	}
	err = v.query(func(scan func(...any) error) error {
		var id int64
		var hash []byte
		if err := scan(&id, &hash); err != nil {
			return err
		}
		for _, row := range cited[id] {
			at[row].Cites = append(at[row].Cites, mail.Hash(hash).ID(mail.MessageLetter))
		}
		return nil
	}, `SELECT e.id, e.hash FROM json_each(?) j JOIN entry e ON e.id = j.value`, list(ids))
	for _, row := range rows {
		slices.Sort(at[row].Cites)
		at[row].Cites = slices.Compact(at[row].Cites)
	}
	return err
}
