package neo4j

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"skein/internal/mail"
	"skein/internal/store"
)

// Entries implements store.Reader.
func (r *Reader) Entries(ctx context.Context, ids []mail.ID, want store.Want) ([]*mail.Entry, error) {
	var entries []*mail.Entry
	err := r.look(ctx, func(v *view) error {
		var err error
		entries, err = found(v, ids, mail.MessageLetter, func(ids []mail.ID) (map[mail.ID]*mail.Entry, error) {
			return v.shown(ids, want)
		})
		return err
	})
	return entries, err
}

// entries answers entries by the ids that they show, in order; nil where there
// is none.
func (v *view) entries(ids []mail.ID, want store.Want) ([]*mail.Entry, error) {
	entries := make([]*mail.Entry, len(ids))
	wanted := distinct(ids)
	if len(wanted) == 0 {
		return entries, nil
	}
	shown, err := v.shown(wanted, want)
	for i, id := range ids {
		entries[i] = shown[id]
	}
	return entries, err
}

// A group is fields of an entry that are asked for together: the columns that
// hold them, and how they are read.
type group struct {
	want    store.Want
	columns []string
	fill    func(e *mail.Entry, want store.Want, values []any) error
}

// groups in the order of their columns. All of them come in one statement,
// for what it costs to ask is mostly the way there and back.
var groups = []group{
	{store.WantPeople, []string{
		`m.people`,
		`[(m)<-[:SENT]-(a:Address)<-[:USES]-(p:Person) | [a.address, p.id]]`,
		`[(m)-[:TO|CC|BCC]->(a:Address)<-[:USES]-(p:Person) | [a.address, p.id]]`,
	}, fillPeople},
	{store.WantLinks | store.WantCandidates, []string{
		`[(m)-[r:REPLY_TO|MAY_REPLY_TO]->(p:Message) | [r.rank, p.id, r.kind, r.confidence, r.evidenceSha, r.evidenceValue, r.view]]`,
	}, fillLinks},
	{store.WantCopies | store.WantVariants, []string{copyColumn}, fillCopies},
	{store.WantVariants, []string{variantColumn}, fillVariants},
	{store.WantParts, []string{`m.parts`}, fillParts},
	{store.WantText, []string{`m.text`}, fillText},
	{store.WantCitedBy, []string{`[(c:Message)-[:CITES]->(m) | [c.id, c.sentMs]]`}, fillCitedBy},
}

const entryColumns = `m.id, m:Missing, m.messageIds, m.subject, m.sentMs, m.dateOffset, m.size, m.copyCount, m.variantCount,
	m.recipientCount, m.citedCount, m.listId, [(m)-[:IN_THREAD]->(t:Thread) | [t.id, t:Certain, t:Probable]]`

// shown reads entries by the ids that they show, each id once.
func (v *view) shown(ids []mail.ID, want store.Want) (map[mail.ID]*mail.Entry, error) {
	columns := []string{entryColumns}
	var asked []group
	for _, g := range groups {
		if want&g.want != 0 {
			asked = append(asked, g)
			columns = append(columns, g.columns...)
		}
	}
	shown := make(map[mail.ID]*mail.Entry, len(ids))
	err := v.query(func(values []any) error {
		e := readEntry(values)
		shown[e.ID] = e
		rest := values[13:]
		for _, g := range asked {
			if err := g.fill(e, want, rest); err != nil {
				return err
			}
			rest = rest[len(g.columns):]
		}
		if want&store.WantCopies == 0 {
			e.Copies = nil
		}
		return nil
	}, `UNWIND $ids AS id MATCH (m:Message {id: id}) RETURN `+strings.Join(columns, `, `), map[string]any{"ids": idTexts(ids)})
	return shown, err
}

// readEntry reads entryColumns.
func readEntry(values []any) *mail.Entry {
	e := &mail.Entry{
		ID: mail.ID(text(values[0])), Missing: truth(values[1]), MessageIDs: texts(values[2]),
		Subject: text(values[3]), HasSubject: values[3] != nil,
		Size: number(values[6]), CopyCount: int(number(values[7])), VariantCount: int(number(values[8])),
		RecipientCount: int(number(values[9])), CitedCount: int(number(values[10])), ListID: text(values[11]),
	}
	if sent := dated(values[4]); sent != nil {
		e.Sent = &mail.Date{Milli: *sent, Offset: int(number(values[5]))}
	}
	for _, thread := range elements(values[12]) {
		for view, held := range elements(thread)[1:] {
			if truth(held) {
				e.Threads[view] = mail.ID(text(elements(thread)[0]))
			}
		}
	}
	return e
}

// fillPeople names the correspondents of an entry, in the order the mail
// shows. Who an address is stands beside, for that changes on its own.
func fillPeople(e *mail.Entry, _ store.Want, values []any) error {
	people := map[string]mail.ID{}
	for _, column := range values[1:3] {
		for _, pair := range elements(column) {
			pair := elements(pair)
			people[text(pair[0])] = mail.ID(text(pair[1]))
		}
	}
	fields := map[string]*[]mail.Correspondent{"from": &e.From, "to": &e.To, "cc": &e.Cc, "bcc": &e.Bcc}
	for m := range slices.Chunk(texts(values[0]), 3) {
		if field := fields[m[0]]; field != nil && len(m) == 3 {
			*field = append(*field, mail.Correspondent{Address: m[1], Name: m[2], Person: people[m[1]]})
		}
	}
	return nil
}

// fillLinks tells the candidate parents of an entry, and the chosen ones.
func fillLinks(e *mail.Entry, want store.Want, values []any) error {
	links := elements(values[0])
	slices.SortFunc(links, func(a, b any) int {
		return int(number(elements(a)[0]) - number(elements(b)[0]))
	})
	for _, link := range links {
		fields := elements(link)
		sha, err := shaOf(fields[4])
		if err != nil {
			return err
		}
		l := mail.Link{Parent: mail.ID(text(fields[1])), Kind: mail.LinkKind(text(fields[2])), Confidence: int(number(fields[3]))}
		l.Evidence = []mail.Evidence{{SHA: sha, Header: l.Kind.Header(), Value: text(fields[5])}}
		if want&store.WantCandidates != 0 {
			e.Candidates = append(e.Candidates, l)
		}
		chosen := texts(fields[6])
		for view := range mail.Views {
			if want&store.WantLinks != 0 && slices.Contains(chosen, viewNames[view]) {
				e.Links[view] = &l
			}
		}
	}
	return nil
}

// fillParts reads attachments and defects, kept in the words of mail.
func fillParts(e *mail.Entry, _ store.Want, values []any) error {
	kept := text(values[0])
	if kept == "" {
		return nil
	}
	var parts partsText
	err := json.Unmarshal([]byte(kept), &parts)
	e.HTML, e.Attachments, e.Defects = parts.HTML, parts.Attachments, parts.Defects
	return err
}

func fillText(e *mail.Entry, _ store.Want, values []any) error {
	e.Text = text(values[0])
	return nil
}

// maxCitedBy is how many citing messages an entry lists.
const maxCitedBy = 200

func fillCitedBy(e *mail.Entry, _ store.Want, values []any) error {
	var citing []store.Ranked[mail.ID]
	for _, one := range elements(values[0]) {
		c, err := ranked(elements(one)[0], store.OldestFirst(sortDate(elements(one)[1])))
		if err != nil {
			return err
		}
		citing = append(citing, c)
	}
	e.CitedBy = store.Cut(citing, store.Ascending, store.Page{First: maxCitedBy}).Items
	return nil
}
