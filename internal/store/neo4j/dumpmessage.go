package neo4j

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"skein/internal/mail"
	"skein/internal/store"
)

// messages dumps the entries for which a condition holds. The text of each is
// read and forgotten before the next.
func (d dump) messages(kind, condition string) error {
	return d.pages(`MATCH (m:Message) USING INDEX m:Message(id) WHERE m.id > $after AND `+condition+` WITH m ORDER BY m.id LIMIT $rows
		RETURN `+entryColumns+`, m.people, m.parts, m.sha256, [(m)<-[:VARIANT_OF]-(v:Variant) | [v.rank, v.sha256]], m.text`,
		func(values []any) ([]store.Record, error) {
			e, rest := readEntry(values), values[13:]
			if err := fillParts(e, store.WantParts, rest[1:]); err != nil {
				return nil, err
			}
			record := store.NewMessageRecord(kind, e)
			for c := range slices.Chunk(texts(rest[0]), 3) {
				record.People = append(record.People, strings.TrimSpace(strings.Join(c, " ")))
			}
			record.Canonical = text(rest[2])
			for _, v := range sortedBy(elements(rest[3]), 1) {
				record.Variants = append(record.Variants, text(elements(v)[1]))
			}
			if t := text(rest[4]); t != "" {
				record.Text = mail.SHA(sha256.Sum256([]byte(t))).String()
			}
			return []store.Record{record}, nil
		})
}

// sortedBy sorts lists of values by their first fields.
func sortedBy(lists []any, fields int) []any {
	slices.SortFunc(lists, func(a, b any) int {
		for i := range fields {
			x, y := elements(a)[i], elements(b)[i]
			if order := cmp.Or(cmp.Compare(text(x), text(y)), cmp.Compare(number(x), number(y))); order != 0 {
				return order
			}
		}
		return 0
	})
	return lists
}

func (d dump) copies() error {
	return d.pages(`MATCH (m:Message) WHERE m.id > $after WITH m ORDER BY m.id LIMIT $rows
		RETURN m.id, [(m)<-[:COPY_OF]-(c:Copy)-[:IN_BATCH]->(b:Batch) | [b.id, c.source, c.part, c.offset, c.sha256, c.length, c.publisherId]]`,
		func(values []any) ([]store.Record, error) {
			var copies []store.Record
			for _, one := range sortedBy(elements(values[1]), 5) {
				c := elements(one)
				copies = append(copies, store.CopyRecord{
					Kind: "copy", Message: mail.ID(text(values[0])), Batch: mail.ID(text(c[0])), Source: text(c[1]), Part: text(c[2]),
					Offset: number(c[3]), SHA: text(c[4]), Length: number(c[5]), PublisherID: text(c[6]),
				})
			}
			return copies, nil
		})
}

func (d dump) links() error {
	return d.pages(`MATCH (m:Message) WHERE m.id > $after WITH m ORDER BY m.id LIMIT $rows
		RETURN m.id, [(m)-[l:REPLY_TO|MAY_REPLY_TO]->(p:Message) | [p.id, l.kind, l.confidence, l.evidenceSha, l.view]]`,
		func(values []any) ([]store.Record, error) {
			var links []store.Record
			for _, one := range sortedBy(elements(values[1]), 2) {
				l := elements(one)
				by := mail.LinkKind(text(l[1]))
				links = append(links, store.LinkRecord{
					Kind: "link", Child: mail.ID(text(values[0])), Parent: mail.ID(text(l[0])), By: by, Confidence: int(number(l[2])),
					Chosen: texts(l[4]), Evidence: []string{strings.TrimSpace(text(l[3]) + " " + by.Header())},
				})
			}
			return links, nil
		})
}

func (d dump) ties() error {
	return d.pages(`MATCH (a:Address) WHERE a.address > $after WITH a ORDER BY a.address LIMIT $rows
		RETURN a.address, [(a)-[w:TIE]->(b:Address) | [b.address, w.months, w.monthCounts, w.monthFirst, w.monthLast]]`,
		func(values []any) ([]store.Record, error) {
			var ties []store.TieRecord
			for _, one := range elements(values[1]) {
				w := elements(one)
				months, counts, first, last := elements(w[1]), elements(w[2]), elements(w[3]), elements(w[4])
				if len(counts) != 3*len(months) || len(first) != len(months) || len(last) != len(months) {
					return nil, fmt.Errorf("the graph holds a tie from %q whose months do not go with its counts", text(values[0]))
				}
				for i, month := range months {
					t := store.TieRecord{Kind: "tie", From: text(values[0]), To: text(w[0]), Month: monthName(number(month))}
					for role := range t.Count {
						t.Count[role] = int(number(counts[3*i+role]))
					}
					t.First, t.Last = dated(first[i]), dated(last[i])
					ties = append(ties, t)
				}
			}
			slices.SortFunc(ties, func(a, b store.TieRecord) int {
				return cmp.Or(cmp.Compare(a.To, b.To), cmp.Compare(a.Month, b.Month))
			})
			return asRecords(ties), nil
		})
}

// monthName writes 201610 as "2016-10", and 0, of what is undated, as "".
func monthName(month int64) string {
	if month == 0 {
		return ""
	}
	return fmt.Sprintf("%04d-%02d", month/100, month%100)
}
