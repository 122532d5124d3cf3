package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"

	"skein/internal/mail"
	"skein/internal/store"
)

// shown is an entry being answered, with what its groups of fields need.
type shown struct {
	*mail.Entry
	row      int64
	content  int64
	mentions []mention
	variants []mail.SHA
}

// Entries implements store.Reader.
func (r *Reader) Entries(ctx context.Context, ids []mail.ID, want store.Want) ([]*mail.Entry, error) {
	var found []*mail.Entry
	err := r.look(ctx, func(v *view) error {
		rows, err := v.entryRows(ids, mail.MessageLetter)
		if err != nil {
			return err
		}
		found, err = v.entries(rows, want)
		return err
	})
	return found, err
}

// entries answers rows in order; nil where the row is 0.
func (v *view) entries(rows []int64, want store.Want) ([]*mail.Entry, error) {
	found := make([]*mail.Entry, len(rows))
	byRow := map[int64]*shown{}
	var all []*shown
	err := v.query(func(scan func(...any) error) error {
		e, err := scanEntry(scan)
		if err != nil {
			return err
		}
		byRow[e.row] = e
		all = append(all, e)
		return nil
	}, `SELECT e.id, e.hash, e.missing, e.sent, e.offset, e.subject, e.message_ids, e.people, e.content_id, e.variants,
		e.size, e.copies, e.recipients, e.cited, e.list_id, c.hash, p.hash
		FROM entry e JOIN thread c ON c.id = e.certain_thread JOIN thread p ON p.id = e.probable_thread
		WHERE e.id IN (SELECT value FROM json_each(?))`, list(rows))
	if err != nil {
		return nil, err
	}
	for _, group := range []struct {
		want store.Want
		fill func([]*shown, map[int64]*shown) error
	}{
		{store.WantPeople, v.fillPeople},
		{store.WantLinks | store.WantCandidates, func(all []*shown, byRow map[int64]*shown) error {
			return v.fillLinks(all, byRow, want)
		}},
		{store.WantCopies, v.fillCopies},
		{store.WantParts, v.fillParts},
		{store.WantVariants, v.fillVariants},
		{store.WantText, v.fillText},
		{store.WantCitedBy, v.fillCitedBy},
	} {
		if want&group.want == 0 || len(all) == 0 {
			continue
		}
		if err := group.fill(all, byRow); err != nil {
			return nil, err
		}
	}
	for i, row := range rows {
		if e := byRow[row]; e != nil {
			found[i] = e.Entry
		}
	}
	return found, nil
}

func scanEntry(scan func(...any) error) (*shown, error) {
	e := &shown{Entry: &mail.Entry{}}
	var hash, ids, people, variants, certain, probable []byte
	var sent int64
	var offset int
	var subject sql.NullString
	err := scan(&e.row, &hash, &e.Missing, &sent, &offset, &subject, &ids, &people, &e.content, &variants,
		&e.Size, &e.CopyCount, &e.RecipientCount, &e.CitedCount, &e.ListID, &certain, &probable)
	if err != nil {
		return nil, err
	}
	e.ID = mail.Hash(hash).ID(mail.MessageLetter)
	e.Threads = [mail.Views]mail.ID{mail.Hash(certain).ID(mail.ThreadLetter), mail.Hash(probable).ID(mail.ThreadLetter)}
	e.Subject, e.HasSubject = subject.String, subject.Valid
	if sent != store.Undated {
		e.Sent = &mail.Date{Milli: sent, Offset: offset}
	}
	for _, column := range []struct {
		text []byte
		into any
	}{{ids, &e.MessageIDs}, {people, &e.mentions}, {variants, &e.variants}} {
		if err := json.Unmarshal(column.text, column.into); err != nil {
			return nil, err
		}
	}
	if len(e.MessageIDs) == 0 {
		e.MessageIDs = nil
	}
	e.VariantCount = len(e.variants)
	return e, nil
}

// fillPeople names the correspondents of entries.
func (v *view) fillPeople(all []*shown, _ map[int64]*shown) error {
	known := map[int64]*mail.Correspondent{}
	var rows []int64
	for _, e := range all {
		for _, m := range e.mentions {
			if known[m.address] == nil {
				known[m.address] = &mail.Correspondent{}
				rows = append(rows, m.address)
			}
		}
	}
	err := v.query(func(scan func(...any) error) error {
		var id int64
		var address string
		var person []byte
		if err := scan(&id, &address, &person); err != nil {
			return err
		}
		*known[id] = mail.Correspondent{Address: address, Person: mail.Hash(person).ID(mail.PersonLetter)}
		return nil
	}, `SELECT a.id, a.address, p.hash FROM json_each(?) j JOIN address a ON a.id = j.value JOIN person p ON p.id = a.person_id`,
		list(rows))
	if err != nil {
		return err
	}
	for _, e := range all {
		fields := [...]*[]mail.Correspondent{mail.From: &e.From, mail.To: &e.To, mail.Cc: &e.Cc, mail.Bcc: &e.Bcc}
		for _, m := range e.mentions {
			c := *known[m.address]
			c.Name = m.name
			*fields[m.role] = append(*fields[m.role], c)
		}
	}
	return nil
}

func rowsOf(all []*shown) []int64 {
	rows := make([]int64, len(all))
	for i, e := range all {
		rows[i] = e.row
	}
	return rows
}

// fillLinks tells the candidate parents of entries, and the chosen ones.
func (v *view) fillLinks(all []*shown, byRow map[int64]*shown, want store.Want) error {
	return v.query(func(scan func(...any) error) error {
		var child int64
		var parent, sha []byte
		var key mail.Key
		var l mail.Link
		var chosen int
		if err := scan(&child, &parent, &l.Kind, &l.Confidence, &sha, &key, &chosen); err != nil {
			return err
		}
		l.Parent = mail.Hash(parent).ID(mail.MessageLetter)
		value, _ := key.MessageID()
		l.Evidence = []mail.Evidence{{SHA: mail.SHA(sha), Header: l.Kind.Header(), Value: value}}
		e := byRow[child]
		if want&store.WantCandidates != 0 {
			e.Candidates = append(e.Candidates, l)
		}
		for view := range mail.Views {
			if want&store.WantLinks != 0 && chosen&(1<<view) != 0 {
				e.Links[view] = &l
			}
		}
		return nil
	}, `SELECT l.child_id, p.hash, l.kind, l.confidence, c.sha, k.text, l.chosen FROM link l
		JOIN entry p ON p.id = l.parent_id JOIN content c ON c.id = l.content_id JOIN key k ON k.id = l.key_id
		WHERE l.child_id IN (SELECT value FROM json_each(?)) ORDER BY l.child_id, l.rank`, list(rowsOf(all)))
}

// facts reads the facts of contents.
func (v *view) facts(contents []int64) (map[int64]*mail.Facts, error) {
	found := map[int64]*mail.Facts{}
	err := v.query(func(scan func(...any) error) error {
		var id int64
		var text []byte
		if err := scan(&id, &text); err != nil {
			return err
		}
		found[id] = &mail.Facts{}
		return json.Unmarshal(text, found[id])
	}, `SELECT c.id, c.facts FROM json_each(?) j JOIN content c ON c.id = j.value`, list(contents))
	return found, err
}

func (v *view) fillParts(all []*shown, _ map[int64]*shown) error {
	var contents []int64
	for _, e := range all {
		if !e.Missing {
			contents = append(contents, e.content)
		}
	}
	facts, err := v.facts(contents)
	for _, e := range all {
		if f := facts[e.content]; f != nil {
			e.HTML, e.Attachments, e.Defects = f.HTML, f.Attachments, f.Defects
		}
	}
	return err
}

// fillText reads texts again from the originals: to keep them beside would
// double the file.
func (v *view) fillText(all []*shown, _ map[int64]*shown) error {
	plain := map[int64][]byte{} // chunks, for neighbours share them
	load := func(id int64) ([]byte, error) {
		if data, ok := plain[id]; ok {
			return data, nil
		}
		data, err := v.chunk(id)
		plain[id] = data
		return data, err
	}
	for _, e := range all {
		if e.Missing {
			continue
		}
		var at span
		var size int64
		var sha []byte
		err := v.query(func(scan func(...any) error) error { return scan(&at.chunk, &at.pos, &size, &sha) },
			`SELECT chunk_id, pos, size, sha FROM content WHERE id = ?`, e.content)
		if err != nil {
			return err
		}
		if recent, ok := v.r.stages.Recent.text(mail.SHA(sha)); ok {
			e.Text = recent
			continue
		}
		raw, err := unpack(at, size, load)
		if err != nil {
			return err
		}
		e.Text = v.r.stages.Text(raw)
	}
	return nil
}

// maxCitedBy is how many citing messages an entry lists.
const maxCitedBy = 200

func (v *view) fillCitedBy(all []*shown, _ map[int64]*shown) error {
	for _, e := range all {
		var citing []keyed
		for _, id := range e.MessageIDs {
			h := mail.MessageIDKey(id).Hash()
			err := v.query(func(scan func(...any) error) error {
				k, err := scanKeyed(scan, store.OldestFirst)
				if err == nil && k.Item != e.row {
					citing = append(citing, k)
				}
				return err
			}, `SELECT DISTINCT m.id, m.sent, m.hash FROM key k JOIN use u ON u.key_id = k.id AND u.role = 2
				JOIN content c ON c.id = u.content_id JOIN entry m ON m.id = c.entry_id WHERE k.hash = ? AND k.poisoned = 0`, h[:])
			if err != nil {
				return err
			}
		}
		page := store.Cut(citing, store.Ascending, store.Page{First: maxCitedBy})
		for _, k := range page.Keys {
			e.CitedBy = append(e.CitedBy, k.Hash.ID(mail.MessageLetter))
		}
	}
	return nil
}
