package sqlite

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"skein/internal/mail"
	"skein/internal/store"
)

// Certificate says what was found in the sources of batches and what became of
// it. It follows from the files that were loaded alone, not from the order, the
// time or the machine of loading.
type Certificate struct {
	Version int                  `json:"certificate"` // of this form: 1
	Stages  map[string]int       `json:"stages"`      // versions of the ledger and of what read and decided
	Batches []*CertifiedBatch    `json:"batches"`     // in batch order
	sources map[int64]*certified // by row
}

// CertifiedBatch is a batch in a certificate.
type CertifiedBatch struct {
	Collection string             `json:"collection"`
	Name       string             `json:"batch"`
	Published  string             `json:"published,omitempty"`
	Sources    []*CertifiedSource `json:"sources"` // by path
	Total      Tally              `json:"total"`
	Embedded   Tally              `json:"embedded"`
	Repaired   map[string]int     `json:"repaired"` // items, by kind of defect
}

// CertifiedSource is a source in a certificate: a file of many mails, or a
// folder of files of one mail each.
type CertifiedSource struct {
	Path     string          `json:"path"`
	Format   string          `json:"format"`
	Complete *bool           `json:"complete,omitempty"` // of a file: it was read to its end
	Size     *int64          `json:"bytes,omitempty"`    // of a file that was
	SHA      *mail.SHA       `json:"sha256,omitempty"`   // of its bytes as they lay on disk
	Total    Tally           `json:"total"`
	Embedded Tally           `json:"embedded"` // mails inside mails of this source; none of them counts in Total
	Repaired map[string]int  `json:"repaired"`
	Rejected []CertifiedItem `json:"rejected"`
	Items    []CertifiedItem `json:"items,omitempty"` // all others, when asked for
}

// Tally counts items: Found = New + Variants + Copies + Rejected.
type Tally struct {
	Found    int `json:"found"`
	New      int `json:"new"`      // of messages that no earlier item is a copy of
	Variants int `json:"variants"` // of earlier messages, with other content
	Copies   int `json:"copies"`   // of earlier messages
	Rejected int `json:"rejected"`
}

// CertifiedItem is one item in a certificate.
type CertifiedItem struct {
	Path    string   `json:"path"`
	Part    string   `json:"part,omitempty"` // of an embedded mail
	Offset  int64    `json:"offset"`         // bytes
	Size    int64    `json:"bytes"`
	SHA     mail.SHA `json:"sha256"`
	Outcome string   `json:"outcome,omitempty"` // new, variant or copy
	Reason  string   `json:"reason,omitempty"`  // why it was rejected
}

func (t *Tally) add(other Tally) {
	t.Found += other.Found
	t.New += other.New
	t.Variants += other.Variants
	t.Copies += other.Copies
	t.Rejected += other.Rejected
}

// certificateVersion is that of the form.
const certificateVersion = 1

// Certificate certifies the batches of a collection with that name, or all
// where name is "". items asks for every item. An item is earlier than another
// by batch order, then by the paths of source and file, offset and part. What
// was found is counted apart from what became of it; where the sum is another,
// the error names the source. Where there is no such batch, the error is
// store.ErrNotFound.
func (r *Reader) Certificate(ctx context.Context, collection, name string, items bool) (*Certificate, error) {
	c := &Certificate{
		Version: certificateVersion, Stages: map[string]int{"ledger": ledgerVersion}, Batches: []*CertifiedBatch{},
		sources: map[int64]*certified{},
	}
	maps.Copy(c.Stages, r.stages.Versions)
	err := r.look(ctx, func(v *view) error {
		if err := v.certifySources(c, collection, name); err != nil {
			return err
		}
		if name != "" && len(c.Batches) == 0 {
			return fmt.Errorf("%w: collection %s has no batch %q; `ingest status` lists batches and their collections", store.ErrNotFound, collection, name)
		}
		if err := v.certifyCopies(c, items); err != nil {
			return err
		}
		if err := v.certifyRejected(c); err != nil {
			return err
		}
		return v.certifyFound(c)
	})
	if err != nil {
		return nil, err
	}
	c.sum()
	return c, nil
}

// certified is a source while its items are counted.
type certified struct {
	*CertifiedSource
	in     mail.Batch
	wanted bool
}

// certifySources lists the sources, those of other batches too: what is new in
// one batch depends on the others.
func (v *view) certifySources(c *Certificate, collection, name string) error {
	batches := map[int64]*CertifiedBatch{}
	err := v.query(func(scan func(...any) error) error {
		var id, batch int64
		var complete bool
		var size int64
		var sha []byte
		s := &certified{CertifiedSource: &CertifiedSource{Repaired: map[string]int{}, Rejected: []CertifiedItem{}}}
		err := scan(&id, &batch, &s.in.Collection, &s.in.Name, &s.in.Published, &s.Path, &s.Format, &complete, &size, &sha)
		if err != nil {
			return err
		}
		if file := s.Format != "message" && s.Format != "maildir"; file {
			s.Complete = &complete
			if complete && len(sha) == len(mail.SHA{}) {
				s.Size, s.SHA = &size, (*mail.SHA)(sha)
			}
		}
		s.wanted = name == "" || s.in.Name == name && s.in.Collection == collection
		c.sources[id] = s
		if !s.wanted {
			return nil
		}
		b := batches[batch]
		if b == nil {
			b = &CertifiedBatch{Collection: s.in.Collection, Name: s.in.Name, Published: s.in.Published, Repaired: map[string]int{}}
			batches[batch] = b
			c.Batches = append(c.Batches, b)
		}
		b.Sources = append(b.Sources, s.CertifiedSource)
		return nil
	}, `SELECT s.id, b.id, l.name, b.name, b.published, s.path, s.format, s.complete, s.size, s.sha
		FROM source s JOIN batch b ON b.id = s.batch_id JOIN collection l ON l.id = b.collection_id
		WHERE b.retracting = 0 ORDER BY s.path`)
	slices.SortFunc(c.Batches, func(a, b *CertifiedBatch) int {
		return store.CompareBatches(mail.Batch{Collection: a.Collection, Name: a.Name, Published: a.Published},
			mail.Batch{Collection: b.Collection, Name: b.Name, Published: b.Published})
	})
	return err
}

// certifiedCopy is a copy while the outcomes of its message's copies are
// decided.
type certifiedCopy struct {
	CertifiedItem
	source  *certified
	content string // hash of the content key
	defects []byte // JSON
}

func compareCertified(a, b certifiedCopy) int {
	return cmp.Or(
		store.CompareBatches(a.source.in, b.source.in),
		cmp.Compare(a.source.Path, b.source.Path),
		cmp.Compare(a.Path, b.Path),
		cmp.Compare(a.Offset, b.Offset),
		cmp.Compare(a.Part, b.Part),
		bytes.Compare(a.SHA[:], b.SHA[:]),
	)
}

// certifyCopies counts the copies, message by message.
func (v *view) certifyCopies(c *Certificate, items bool) error {
	var message int64
	var copies []certifiedCopy
	err := v.query(func(scan func(...any) error) error {
		var entry, source int64
		var sha []byte
		var k certifiedCopy
		err := scan(&entry, &source, &k.Path, &k.Part, &k.Offset, &k.Size, &sha, &k.content, &k.defects)
		if err != nil {
			return err
		}
		k.SHA, k.source = mail.SHA(sha), c.sources[source]
		if entry != message {
			if err := certifyMessage(copies, items); err != nil {
				return err
			}
			message, copies = entry, copies[:0]
		}
		if k.source != nil { // else of a batch that is being taken back
			copies = append(copies, k)
		}
		return nil
	}, `SELECT c.entry_id, k.source_id, k.path, k.part, k.offset, c.size, c.sha, c.facts ->> '$.c', c.facts -> '$.x'
		FROM content c CROSS JOIN copy k ON k.content_id = c.id ORDER BY c.entry_id`)
	if err != nil {
		return err
	}
	return certifyMessage(copies, items)
}

// certifyMessage counts the copies of one message.
func certifyMessage(copies []certifiedCopy, items bool) error {
	slices.SortFunc(copies, compareCertified)
	seen := map[string]bool{}
	for _, k := range copies {
		tally := &k.source.Total
		if k.Part != "" {
			tally = &k.source.Embedded
		}
		switch {
		case len(seen) == 0:
			k.Outcome = "new"
			tally.New++
		case !seen[k.content]:
			k.Outcome = "variant"
			tally.Variants++
		default:
			k.Outcome = "copy"
			tally.Copies++
		}
		seen[k.content] = true
		if !k.source.wanted {
			continue
		}
		if items {
			k.source.Items = append(k.source.Items, k.CertifiedItem)
		}
		if k.Part != "" || len(k.defects) == 0 {
			continue
		}
		var defects []mail.Defect
		if err := json.Unmarshal(k.defects, &defects); err != nil {
			return fmt.Errorf("defects of %s: %w", k.SHA, err)
		}
		kinds := map[string]bool{}
		for _, d := range defects {
			kinds[string(d.Kind)] = true
		}
		for kind := range kinds {
			k.source.Repaired[kind]++
		}
	}
	return nil
}

func (v *view) certifyRejected(c *Certificate) error {
	return v.query(func(scan func(...any) error) error {
		var source int64
		var sha []byte
		var it CertifiedItem
		if err := scan(&source, &it.Path, &it.Offset, &it.Size, &sha, &it.Reason); err != nil {
			return err
		}
		it.SHA = mail.SHA(sha)
		if s := c.sources[source]; s != nil {
			s.Total.Rejected++
			if s.wanted {
				s.Rejected = append(s.Rejected, it)
			}
		}
		return nil
	}, `SELECT source_id, path, offset, size, sha, reason FROM rejected ORDER BY source_id, path, offset, sha`)
}

// certifyFound counts the items of every source, whatever became of them, and
// checks the sums.
func (v *view) certifyFound(c *Certificate) error {
	err := v.query(func(scan func(...any) error) error {
		var source int64
		var found, embedded int
		if err := scan(&source, &found, &embedded); err != nil {
			return err
		}
		if s := c.sources[source]; s != nil {
			s.Total.Found, s.Embedded.Found = s.Total.Found+found, s.Embedded.Found+embedded
		}
		return nil
	}, `SELECT source_id, sum(part = ''), sum(part <> '') FROM copy GROUP BY source_id
		UNION ALL SELECT source_id, count(*), 0 FROM rejected GROUP BY source_id`)
	if err != nil {
		return err
	}
	for _, s := range c.sources {
		for _, t := range []Tally{s.Total, s.Embedded} {
			if sum := t.New + t.Variants + t.Copies + t.Rejected; sum != t.Found {
				return fmt.Errorf("batch %s, %s: %d items were found, and of %d is told what became of them; the ledger is damaged, load it anew from its sources",
					s.in.Name, s.Path, t.Found, sum)
			}
		}
	}
	return nil
}

// sum adds up the sources of each batch.
func (c *Certificate) sum() {
	for _, b := range c.Batches {
		for _, s := range b.Sources {
			slices.SortFunc(s.Items, func(a, b CertifiedItem) int {
				return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Offset, b.Offset), cmp.Compare(a.Part, b.Part),
					bytes.Compare(a.SHA[:], b.SHA[:]))
			})
			b.Total.add(s.Total)
			b.Embedded.add(s.Embedded)
			for kind, n := range s.Repaired {
				b.Repaired[kind] += n
			}
		}
	}
}
