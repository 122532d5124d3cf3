package neo4j

import (
	"context"
	"slices"
	"sync"
	"unicode/utf8"

	"skein/internal/mail"
	"skein/internal/store"
)

// counted keeps the counts of what is published, for counting reads much.
type counted struct {
	sync.Mutex
	at      store.Point
	corpus  *mail.Corpus
	batches []mail.Batch
	listed  bool // batches are counted
}

// Corpus implements store.Reader.
func (r *Reader) Corpus(ctx context.Context) (mail.Corpus, error) {
	var c mail.Corpus
	err := r.count(ctx, func(v *view, known *counted) error {
		if known.corpus == nil {
			corpus, err := v.corpus(known.at)
			if err != nil {
				return err
			}
			known.corpus = &corpus
		}
		c = *known.corpus
		since, loading, err := v.loading()
		if loading {
			c.Loading, c.Since = true, since
		}
		return err
	})
	return c, err
}

// Batches implements store.Reader.
func (r *Reader) Batches(ctx context.Context) ([]mail.Batch, error) {
	var batches []mail.Batch
	err := r.count(ctx, func(v *view, known *counted) error {
		if !known.listed {
			counted, err := v.batches()
			if err != nil {
				return err
			}
			known.batches, known.listed = counted, true
		}
		batches = slices.Clone(known.batches)
		return nil
	})
	return batches, err
}

// count gives use the counts that are known of what is published now, to add
// to. Where something else is published than at the last look, the look finds
// out at its end and is made again.
func (r *Reader) count(ctx context.Context, use func(v *view, known *counted) error) error {
	r.counted.Lock()
	defer r.counted.Unlock()
	return r.look(ctx, func(v *view) error {
		if r.counted.at != v.at {
			r.counted.at, r.counted.corpus, r.counted.batches, r.counted.listed = v.at, nil, nil, false
		}
		return use(v, &r.counted)
	})
}

// loading says whether a run holds the graph's lease, and since when, in epoch
// milliseconds, by the clock of the database.
func (v *view) loading() (since *int64, loading bool, err error) {
	err = v.query(func(values []any) error {
		since, loading = dated(values[0]), true
		return nil
	}, `MATCH (l:SkeinLease {name: 'lease'}) WHERE l.until > datetime.realtime() RETURN l.since.epochMillis`, nil)
	return since, loading, err
}

// counts are answered from the numbers that the database keeps of each label,
// the first and the last date from the ends of an index.
const counts = `CALL () { MATCH (m:Message) RETURN count(m) AS entries }
	CALL () { MATCH (m:Missing) RETURN count(m) AS missing }
	CALL () { MATCH (p:Person) RETURN count(p) AS people }
	CALL () { MATCH (a:Address) RETURN count(a) AS addresses }
	CALL () { MATCH (c:Copy) RETURN count(c) AS copies }
	CALL () { MATCH (b:Batch) RETURN count(b) AS batches }
	CALL () { MATCH (t:Certain) RETURN count(t) AS certain }
	CALL () { MATCH (t:Probable) RETURN count(t) AS probable }
	CALL () { MATCH (m:Message) USING INDEX SEEK m:Message(sentMs, id)
		WHERE m.sentMs > $undated AND m.id IS NOT NULL RETURN min(m.sentMs) AS first }
	CALL () { MATCH (m:Message) USING INDEX SEEK m:Message(sentMs, id)
		WHERE m.sentMs > $undated AND m.id IS NOT NULL RETURN max(m.sentMs) AS last }
	RETURN entries, missing, people, addresses, copies, batches, certain, probable, first, last`

func (v *view) corpus(at store.Point) (mail.Corpus, error) {
	c := mail.Corpus{Revision: at.Revision}
	if at.At > 0 {
		c.Since = &at.At
	}
	err := v.query(func(values []any) error {
		c.Missing = int(number(values[1]))
		c.Messages = int(number(values[0])) - c.Missing
		for i, into := range []*int{&c.People, &c.Addresses, &c.Copies, &c.Batches, &c.Threads[mail.Certain], &c.Threads[mail.Probable]} {
			*into = int(number(values[2+i]))
		}
		c.FirstAt, c.LastAt = dated(values[8]), dated(values[9])
		return nil
	}, counts, map[string]any{"undated": store.Undated})
	return c, err
}

func (v *view) batches() ([]mail.Batch, error) {
	var batches []mail.Batch
	err := v.query(func(values []any) error {
		batches = append(batches, mail.Batch{
			ID: mail.ID(text(values[0])), Collection: text(values[1]), Name: text(values[2]), Published: text(values[3]),
			Sources: int(number(values[4])), CopyCount: int(number(values[5])), MessageCount: int(number(values[6])),
			Rejected: int(number(values[7])),
		})
		return nil
	}, `MATCH (b:Batch) WHERE b.id > '' RETURN b.id, b.collection, b.name, b.published, b.sources, COUNT { (b)<-[:IN_BATCH]-() },
		COUNT { MATCH (b)<-[:IN_BATCH]-(:Copy)-[:COPY_OF]->(m:Message) RETURN DISTINCT m }, COUNT { (b)<-[:REJECTED_FROM]-() }`, nil)
	slices.SortFunc(batches, store.CompareBatches)
	return batches, err
}

// Published implements store.Reader. A publisher's id has few copies, so those
// of other batches are left out here: the database would begin with all copies
// of the batch.
func (r *Reader) Published(ctx context.Context, publisherID string, batch mail.ID, want store.Want) ([]*mail.Entry, error) {
	if publisherID == "" || !utf8.ValidString(publisherID) {
		return nil, ctx.Err()
	}
	var entries []*mail.Entry
	err := r.look(ctx, func(v *view) error {
		entries = nil
		var all []store.Ranked[mail.ID]
		err := v.query(func(values []any) error {
			if batch != "" && text(values[2]) != string(batch) {
				return nil
			}
			m, err := ranked(values[0], store.OldestFirst(sortDate(values[1])))
			all = append(all, m)
			return err
		}, `MATCH (m:Message)<-[:COPY_OF]-(c:Copy {publisherId: $id})-[:IN_BATCH]->(b:Batch) USING INDEX c:Copy(publisherId)
			RETURN m.id, m.sentMs, b.id`, map[string]any{"id": publisherID})
		if err != nil || len(all) == 0 {
			return err
		}
		entries, err = v.entries(store.Sorted(all, store.Ascending), want)
		return err
	})
	return entries, err
}
