package ingest

import (
	"context"
	"fmt"

	"skein/internal/mail"
	"skein/internal/store"
	"skein/internal/store/sqlite"
)

// write takes jobs into the ledger, round by round.
func (r *run) write(ctx context.Context, jobs <-chan *job) error {
	var round []*job
	items, bytes := 0, int64(0)
	for j := range jobs {
		if j.problem != nil {
			r.problem(j.problem)
			continue
		}
		<-j.done
		for _, part := range j.parts(r.o.Round-items, r.o.Round) {
			round = append(round, part)
			items += len(part.items)
			bytes += part.bytes + part.embedded()
			if items < r.o.Round && bytes < roundBytes {
				continue
			}
			if err := r.commit(ctx, round); err != nil {
				return err
			}
			round, items, bytes = nil, 0, 0
		}
	}
	if err := context.Cause(ctx); err != nil {
		return err
	}
	return r.commit(ctx, round)
}

// parts divides a job: a first part of at most room items, then parts of at
// most size.
func (j *job) parts(room, size int) []*job {
	var parts []*job
	for len(j.items) > room {
		head := &job{source: j.source, items: j.items[:room], done: j.done}
		rest := *j
		rest.items, rest.bytes = j.items[room:], 0
		parts = append(parts, head)
		for i := range head.items {
			head.bytes += int64(len(head.items[i].Raw))
		}
		rest.bytes = j.bytes - head.bytes
		j, room = &rest, size
	}
	return append(parts, j)
}

// embedded returns the bytes of the mails inside those of a job, which are in
// memory beside them.
func (j *job) embedded() int64 {
	var bytes int64
	for i := range j.items {
		for n := range j.items[i].Embedded {
			bytes += int64(len(j.items[i].Embedded[n].Raw))
		}
	}
	return bytes
}

// commit takes one round into the ledger and counts what became of it.
func (r *run) commit(ctx context.Context, round []*job) error {
	if len(round) == 0 {
		return nil
	}
	total := Report{}
	err := r.ledger.Update(ctx, func(tx *sqlite.Round) error {
		batches := map[mail.Hash]int64{}
		for _, j := range round {
			added, err := r.add(tx, j, batches)
			if err != nil {
				return fmt.Errorf("%s: %w", j.source.path, err)
			}
			total.New += added.New
			total.KnownCopies += added.Known + j.skipped.Items - j.skipped.Rejected
			total.Rejected += added.Rejected + j.skipped.Rejected
			total.Embedded += added.Embedded
		}
		return tx.Settle()
	})
	if err != nil {
		return fmt.Errorf("ledger %s: %w", r.ledger.Path(), err)
	}
	r.count(round, total)
	return r.committed()
}

// add keeps one job's items and marks the sources that end with it.
func (r *run) add(tx *sqlite.Round, j *job, batches map[mail.Hash]int64) (sqlite.Added, error) {
	source, err := keep(tx, j.source, batches)
	if err != nil {
		return sqlite.Added{}, err
	}
	added, err := tx.Add(source, j.items)
	if err != nil {
		return added, err
	}
	for _, ref := range j.ends {
		if ref.file.Fingerprint == 0 {
			continue
		}
		if source, err = keep(tx, ref, batches); err != nil {
			return added, err
		}
		if err := tx.Complete(source, ref.file); err != nil {
			return added, err
		}
	}
	return added, nil
}

// keep returns the row of a source; batches are those of the round so far.
func keep(tx *sqlite.Round, ref sourceRef, batches map[mail.Hash]int64) (sqlite.Source, error) {
	hash := mail.BatchHash(ref.batch.Collection, ref.batch.Name)
	if _, known := batches[hash]; !known {
		batch, err := tx.Batch(ref.batch)
		if err != nil {
			return sqlite.Source{}, err
		}
		batches[hash] = batch
	}
	source, err := tx.Source(batches[hash], ref.path, ref.format)
	if err != nil || ref.file.Fingerprint == 0 {
		return source, err
	}
	return source, tx.Reading(source, ref.file.Fingerprint)
}

// count adds a committed round to the report and tells of the progress.
func (r *run) count(round []*job, total Report) {
	r.report.New += total.New
	r.report.KnownCopies += total.KnownCopies
	r.report.Rejected += total.Rejected
	r.report.Embedded += total.Embedded
	r.report.Found = r.report.New + r.report.KnownCopies + r.report.Rejected
	for _, j := range round {
		r.progress.BytesRead += j.bytes
		if j.skipped.Complete {
			r.progress.BytesRead += j.read
		}
		for i := range j.items {
			r.note(&j.items[i])
		}
		r.progress.Source = j.source.path
	}
	r.progress.Found, r.progress.New = r.report.Found, r.report.New
	r.progress.Known, r.progress.Rejected = r.report.KnownCopies, r.report.Rejected
	r.o.Progress(r.progress)
}

// maxRejections bounds how many rejections a report lists; the ledger keeps
// them all.
const maxRejections = 100

func (r *run) note(it *store.Item) {
	if it.Rejected != "" && len(r.report.Rejections) < maxRejections {
		r.report.Rejections = append(r.report.Rejections, Rejection{it.Path, it.Offset, it.Rejected})
	}
}
