package neo4j

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"skein/internal/mail"
	"skein/internal/store"
)

// errStopped ends a dump whose reader has enough.
var errStopped = errors.New("stopped")

// Dump implements store.Reader. Records leave as they are read, so when
// something is published meanwhile the dump cannot begin anew: it ends with
// store.ErrBusy.
func (r *Reader) Dump(ctx context.Context) iter.Seq2[store.Record, error] {
	return func(yield func(store.Record, error) bool) {
		d := dump{r: r, ctx: ctx, emit: func(record store.Record) error {
			if !yield(record, nil) {
				return errStopped
			}
			return nil
		}}
		if err := d.all(); err != nil && !errors.Is(err, errStopped) {
			yield(nil, err)
		}
	}
}

// dump emits the records of each kind in order, all of one state of the graph.
type dump struct {
	r    *Reader
	ctx  context.Context // of the one call it serves
	at   store.Point
	emit func(store.Record) error
}

func (d dump) all() error {
	err := d.r.look(d.ctx, func(v *view) error {
		d.at = v.at
		return nil
	})
	if err != nil {
		return err
	}
	for _, kind := range []func() error{
		d.addresses, d.attachments, d.batches, d.copies, d.keys, d.links,
		func() error { return d.messages("message", `NOT m:Missing`) }, func() error { return d.messages("missing", `m:Missing`) },
		d.people, d.rejected, d.threads, d.ties,
	} {
		if err := kind(); err != nil {
			return err
		}
	}
	return nil
}

// look runs ask over the state that the dump began with.
func (d dump) look(ask func(v *view) error) error {
	return d.r.look(d.ctx, func(v *view) error {
		if v.at != d.at {
			return fmt.Errorf("%w: what is published changed while it was dumped; try again", store.ErrBusy)
		}
		return ask(v)
	})
}

// dumpRows is how many nodes one statement of a dump reads.
var dumpRows = 1000 // fewer in tests

// pages emits what read makes of the rows of a statement that walks an index
// from $after on. The first column is the text by which the index orders, and
// read gives the records of one row in their order.
func (d dump) pages(cypher string, read func(values []any) ([]store.Record, error)) error {
	for after, rows := "", dumpRows; rows == dumpRows; {
		var records []store.Record
		last := after
		err := d.look(func(v *view) error {
			records, rows, last = nil, 0, after
			return v.query(func(values []any) error {
				// An index orders text by its bytes; a sort in the database would not.
				if text(values[0]) <= last {
					return fmt.Errorf("internal error: %q came after %q", text(values[0]), last)
				}
				last = text(values[0])
				rows++
				some, err := read(values)
				records = append(records, some...)
				return err
			}, cypher, map[string]any{"after": after, "rows": dumpRows})
		})
		if err := d.emitAll(records, err); err != nil {
			return err
		}
		after = last
	}
	return nil
}

// emitAll emits records unless the look that found them failed.
func (d dump) emitAll(records []store.Record, err error) error {
	for i := 0; err == nil && i < len(records); i++ {
		err = d.emit(records[i])
	}
	return err
}

func (d dump) addresses() error {
	return d.pages(`MATCH (a:Address) WHERE a.address > $after WITH a ORDER BY a.address LIMIT $rows
		RETURN a.address, a.names, a.sentCount, a.receivedCount, head([(a)<-[:USES]-(p:Person) | p.id])`,
		func(values []any) ([]store.Record, error) {
			return []store.Record{store.AddressRecord{
				Kind: "address", Address: text(values[0]), Names: texts(values[1]),
				Sent: int(number(values[2])), Received: int(number(values[3])), Person: mail.ID(text(values[4])),
			}}, nil
		})
}

func (d dump) attachments() error {
	return d.pages(`MATCH (f:Attachment) WHERE f.sha256 > $after WITH f ORDER BY f.sha256 LIMIT $rows RETURN f.sha256, f.size, f.type`,
		func(values []any) ([]store.Record, error) {
			return []store.Record{store.AttachmentRecord{
				Kind: "attachment", SHA: text(values[0]), Size: number(values[1]), Type: text(values[2]),
			}}, nil
		})
}

func (d dump) batches() error {
	return d.pages(`MATCH (b:Batch) WHERE b.id > $after WITH b ORDER BY b.id LIMIT $rows
		RETURN b.id, b.collection, b.name, b.published`,
		func(values []any) ([]store.Record, error) {
			return []store.Record{store.BatchRecord{
				Kind: "batch", ID: mail.ID(text(values[0])), Collection: text(values[1]), Name: text(values[2]), Published: text(values[3]),
			}}, nil
		})
}

func (d dump) people() error {
	return d.pages(`MATCH (p:Person) WHERE p.id > $after WITH p ORDER BY p.id LIMIT $rows
		RETURN p.id, p.name, p.owner, [(p)-[:USES]->(a:Address) | a.address]`,
		func(values []any) ([]store.Record, error) {
			return []store.Record{store.PersonRecord{
				Kind: "person", ID: mail.ID(text(values[0])), Name: text(values[1]), Owner: truth(values[2]),
				Addresses: slices.Sorted(slices.Values(texts(values[3]))),
			}}, nil
		})
}

// keys are few beside the messages that claim them.
func (d dump) keys() error {
	var keys []store.KeyRecord
	ids := map[string]string{}
	err := d.look(func(v *view) error {
		keys = nil
		return v.query(func(values []any) error {
			key := string(mail.MessageIDKey(text(values[1])))
			ids[key] = text(values[0])
			keys = append(keys, store.KeyRecord{Kind: "key", Key: key})
			return nil
		}, `MATCH (p:PoisonedId) WHERE p.id > '' RETURN p.id, p.messageId`, nil)
	})
	slices.SortFunc(keys, func(a, b store.KeyRecord) int { return cmp.Compare(a.Key, b.Key) })
	for _, k := range keys {
		err := d.look(func(v *view) error {
			k.Claimants = nil
			return v.query(func(values []any) error {
				k.Claimants = append(k.Claimants, mail.ID(text(values[0])))
				return nil
			}, `MATCH (:PoisonedId {id: $id})<-[:CLAIMS]-(m:Message) RETURN m.id`, map[string]any{"id": ids[k.Key]})
		})
		slices.Sort(k.Claimants)
		if err := d.emitAll([]store.Record{k}, err); err != nil {
			return err
		}
	}
	return err
}

// rejected items are sorted batch by batch.
func (d dump) rejected() error {
	var batches []string
	err := d.look(func(v *view) error {
		batches = nil
		return v.query(func(values []any) error {
			batches = append(batches, text(values[0]))
			return nil
		}, `MATCH (b:Batch) WHERE b.id > '' RETURN b.id`, nil)
	})
	slices.Sort(batches)
	for _, batch := range batches {
		var items []store.RejectedRecord
		err := d.look(func(v *view) error {
			items = nil
			return v.query(func(values []any) error {
				items = append(items, store.RejectedRecord{
					Kind: "rejected", Batch: mail.ID(batch), Source: text(values[0]), Offset: number(values[1]),
					Length: number(values[2]), Reason: text(values[3]), SHA: text(values[4]),
				})
				return nil
			}, `MATCH (j:Rejected {batchId: $batch}) RETURN j.source, j.offset, j.length, j.reason, j.sha256`, map[string]any{"batch": batch})
		})
		slices.SortFunc(items, func(a, b store.RejectedRecord) int {
			return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.Offset, b.Offset), cmp.Compare(a.SHA, b.SHA))
		})
		if err := d.emitAll(asRecords(items), err); err != nil {
			return err
		}
	}
	return err
}

func asRecords[T store.Record](items []T) []store.Record {
	records := make([]store.Record, len(items))
	for i, item := range items {
		records[i] = item
	}
	return records
}

func (d dump) threads() error {
	return d.pages(`MATCH (t:Thread) WHERE t.key > $after WITH t ORDER BY t.key LIMIT $rows
		RETURN t.key, t.id, t:Certain, t:Probable, t.subject, t.messageCount, t.missingCount, t.startedAt.epochMillis, t.latestAt.epochMillis`,
		func(values []any) ([]store.Record, error) {
			t := store.ThreadRecord{
				Kind: "thread", ID: mail.ID(text(values[1])), Subject: text(values[4]), Messages: int(number(values[5])),
				Missing: int(number(values[6])), Started: dated(values[7]), Latest: dated(values[8]),
			}
			for view, name := range viewNames {
				if truth(values[2+view]) {
					t.Views = append(t.Views, name)
				}
			}
			return []store.Record{t}, nil
		})
}
