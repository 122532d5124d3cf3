package sqlite

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"skein/internal/mail"
	"skein/internal/store"
)

// located is a copy of an entry.
type located struct {
	store.Located
	entry int64
}

// copies answers the copies of entries, in batch order.
func (v *view) copies(all []*shown) ([]located, error) {
	var copies []located
	err := v.query(func(scan func(...any) error) error {
		var c located
		var sha, batch []byte
		var link string
		err := scan(&c.entry, &batch, &c.In.Collection, &c.In.Name, &c.In.Published, &link, &c.Source, &c.Part, &c.Offset,
			&c.Length, &sha, &c.PublisherID)
		if err != nil {
			return err
		}
		c.Batch, c.SHA = mail.Hash(batch).ID(mail.BatchLetter), mail.SHA(sha)
		if c.PublisherID != "" {
			c.PublisherURL = strings.ReplaceAll(link, "{id}", url.PathEscape(c.PublisherID))
		}
		copies = append(copies, c)
		return nil
	}, `SELECT c.entry_id, b.hash, l.name, b.name, b.published, b.url, k.path, k.part, k.offset, c.size, c.sha, k.publisher_id
		FROM json_each(?) j JOIN content c ON c.entry_id = j.value JOIN copy k ON k.content_id = c.id
		JOIN source s ON s.id = k.source_id JOIN batch b ON b.id = s.batch_id JOIN collection l ON l.id = b.collection_id`,
		list(rowsOf(all)))
	slices.SortFunc(copies, func(a, b located) int { return store.CompareCopies(a.Located, b.Located) })
	return copies, err
}

func (v *view) fillCopies(all []*shown, byRow map[int64]*shown) error {
	copies, err := v.copies(all)
	for _, c := range copies {
		e := byRow[c.entry]
		e.Copies = append(e.Copies, c.Copy)
	}
	return err
}

// fillVariants shows each variant with the copies of every mail that has its
// content.
func (v *view) fillVariants(all []*shown, _ map[int64]*shown) error {
	for _, e := range all {
		if len(e.variants) == 0 {
			continue
		}
		if err := v.fillVariant(e); err != nil {
			return err
		}
	}
	return nil
}

func (v *view) fillVariant(e *shown) error {
	bySHA := map[mail.SHA]*mail.Facts{}
	err := v.query(func(scan func(...any) error) error {
		var sha, text []byte
		if err := scan(&sha, &text); err != nil {
			return err
		}
		f := &mail.Facts{}
		bySHA[mail.SHA(sha)] = f
		return json.Unmarshal(text, f)
	}, `SELECT sha, facts FROM content WHERE entry_id = ?`, e.row)
	if err != nil {
		return err
	}
	copies, err := v.copies([]*shown{e})
	for _, sha := range e.variants {
		f := bySHA[sha]
		if f == nil {
			continue
		}
		variant := mail.Variant{SHA: sha, Subject: f.Subject, Sent: f.Sent, From: f.Authors()}
		for _, c := range copies {
			if same := bySHA[c.SHA]; same != nil && same.Content == f.Content {
				variant.Copies = append(variant.Copies, c.Copy)
			}
		}
		e.Variants = append(e.Variants, variant)
	}
	return err
}
