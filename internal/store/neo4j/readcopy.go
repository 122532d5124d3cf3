package neo4j

import (
	"bytes"
	"net/url"
	"slices"
	"strings"

	"skein/internal/mail"
	"skein/internal/store"
)

const copyColumn = `[(m)<-[:COPY_OF]-(c:Copy)-[:IN_BATCH]->(b:Batch) | [c.source, c.part, c.offset, c.length, c.sha256, c.publisherId,
	b.id, b.collection, b.name, b.published, b.url]]`

// fillCopies lists the copies of an entry in batch order.
func fillCopies(e *mail.Entry, _ store.Want, values []any) error {
	var copies []store.Located
	for _, one := range elements(values[0]) {
		c, err := readCopy(elements(one))
		if err != nil {
			return err
		}
		copies = append(copies, c)
	}
	slices.SortFunc(copies, store.CompareCopies)
	for _, c := range copies {
		e.Copies = append(e.Copies, c.Copy)
	}
	return nil
}

func readCopy(fields []any) (store.Located, error) {
	sha, err := shaOf(fields[4])
	c := store.Located{
		Copy: mail.Copy{
			Source: text(fields[0]), Part: text(fields[1]), Offset: number(fields[2]), Length: number(fields[3]),
			SHA: sha, PublisherID: text(fields[5]), Batch: mail.ID(text(fields[6])),
		},
		In: mail.Batch{Collection: text(fields[7]), Name: text(fields[8]), Published: text(fields[9])},
	}
	if c.PublisherID != "" {
		c.PublisherURL = strings.ReplaceAll(text(fields[10]), "{id}", url.PathEscape(c.PublisherID))
	}
	return c, err
}

const variantColumn = `[(m)<-[:VARIANT_OF]-(v:Variant) | [v.sha256, v.subject, v.sentAt.epochMillis, v.dateOffset, v.people, v.shas]]`

// fillVariants shows each variant with the copies of every mail that has its
// content. The copies of the entry are filled before.
func fillVariants(e *mail.Entry, _ store.Want, values []any) error {
	for _, one := range elements(values[0]) {
		fields := elements(one)
		sha, err := shaOf(fields[0])
		if err != nil {
			return err
		}
		v := mail.Variant{SHA: sha, Subject: text(fields[1])}
		if sent := dated(fields[2]); sent != nil {
			v.Sent = &mail.Date{Milli: *sent, Offset: int(number(fields[3]))}
		}
		for m := range slices.Chunk(texts(fields[4]), 3) {
			if len(m) == 3 {
				v.From = append(v.From, mail.Mention{Role: mail.From, Address: m[1], Name: m[2]})
			}
		}
		same := texts(fields[5])
		for _, c := range e.Copies {
			if slices.Contains(same, c.SHA.String()) {
				v.Copies = append(v.Copies, c)
			}
		}
		e.Variants = append(e.Variants, v)
	}
	slices.SortFunc(e.Variants, func(a, b mail.Variant) int { return bytes.Compare(a.SHA[:], b.SHA[:]) })
	return nil
}
