package ingest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"skein/internal/parse"
	"skein/internal/store"
	"skein/internal/store/sqlite"
)

// Rebuild reads every kept original anew and decides everything from the
// facts. The new ledger is made beside the old one and takes its place when it
// is whole; a rebuild that is interrupted leaves the old one as it was. The
// graph that is published is replaced after that.
func Rebuild(ctx context.Context, o Options) (Report, error) {
	o = o.withDefaults()
	if err := present(o.Ledger); err != nil {
		return Report{}, err
	}
	lease, err := sqlite.Lease(ctx, o.Ledger)
	if err != nil {
		return Report{}, err
	}
	defer lease.Close()
	if o.OpenGraph == nil {
		return rebuild(ctx, o)
	}
	graph, err := o.OpenGraph(ctx, true) // before the work, for it may fail
	if err != nil {
		return Report{}, err
	}
	p := &publishing{graph: graph, tell: o.Publishing}
	report, err := rebuild(ctx, o)
	if err == nil {
		if err = p.read(ctx, o.Ledger, Stages()); err == nil {
			err = p.fill(ctx)
		}
		if err != nil {
			err = fmt.Errorf("%w; the ledger is rebuilt, and `ingest publish --replace` brings Neo4j up to date", err)
		}
	}
	return report, first(err, p.close())
}

// rebuild makes a ledger anew whose lease is held.
func rebuild(ctx context.Context, o Options) (Report, error) {
	started := time.Now()
	fresh := o.Ledger + ".rebuild"
	if err := remove(fresh); err != nil {
		return Report{}, err
	}
	report, err := rebuildInto(ctx, o, fresh)
	if err != nil {
		return report, errors.Join(err, remove(fresh))
	}
	report.Seconds = time.Since(started).Seconds()
	// What lies in the old write-ahead log goes into the old file first: that
	// one is whole, then, should this process end between the next steps.
	if err := sqlite.Checkpoint(ctx, o.Ledger); err != nil {
		return report, errors.Join(err, remove(fresh))
	}
	return report, errors.Join(replace(fresh, o.Ledger), remove(fresh))
}

func rebuildInto(ctx context.Context, o Options, fresh string) (Report, error) {
	old, err := sqlite.OpenAnyVersion(ctx, o.Ledger)
	if err != nil {
		return Report{}, err
	}
	defer old.Close()
	ledger, err := sqlite.Open(ctx, fresh, Stages())
	if err != nil {
		return Report{}, err
	}
	r := &run{o: o, ledger: ledger, files: newFiles(ledger)}
	err = r.again(ctx, old)
	return r.report, errors.Join(err, r.close(ctx))
}

// again sends what is kept through the workers and the rounds, as if it were
// read from disk.
func (r *run) again(ctx context.Context, old *sqlite.Reader) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	jobs := r.ordered(ctx, func(send func(*job) bool) {
		var j *job
		for kept, err := range old.Kept(ctx) {
			if err != nil {
				cancel(err)
				return
			}
			ref := sourceRef{batch: kept.Batch, path: kept.Source, format: kept.Format, file: kept.File}
			if j != nil && !j.takes(ref) {
				if ref.key() != j.source.key() {
					j.ends = []sourceRef{j.source}
				}
				if !send(j) {
					return
				}
				j = nil
			}
			if j == nil {
				j = &job{source: ref}
			}
			if parse.Refused(kept.Item.Rejected) {
				kept.Item.Rejected = "" // this version may read it
			}
			j.items = append(j.items, kept.Item)
			j.bytes += int64(len(kept.Item.Raw))
		}
		if j != nil {
			j.ends = []sourceRef{j.source}
			send(j)
		}
	})
	return r.drain(ctx, cancel, jobs)
}

// takes says whether the job has room for another item of a source.
func (j *job) takes(ref sourceRef) bool {
	return j.source.key() == ref.key() && len(j.items) < jobItems && j.bytes < jobBytes
}

// replace puts a closed ledger in the place of another.
func replace(from, to string) error {
	for _, suffix := range []string{"-wal", "-shm"} {
		if err := os.Remove(to + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return os.Rename(from, to)
}

// remove deletes a ledger with what SQLite and the lease put beside it.
func remove(path string) error {
	var errs []error
	for _, suffix := range []string{"", "-wal", "-shm", ".lock"} {
		if err := os.Remove(path + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// present says whether there is a ledger, before a lease is taken beside it.
func present(path string) error {
	if _, err := os.Stat(path); err != nil {
		return fmt.Errorf("ledger %s: %w", path, store.ErrNotFound)
	}
	return nil
}

// Retract takes a batch back.
func Retract(ctx context.Context, o Options) (Report, error) {
	o = o.withDefaults()
	started := time.Now()
	if err := present(o.Ledger); err != nil {
		return Report{}, err
	}
	r, err := begin(ctx, o)
	if err != nil {
		return Report{}, err
	}
	err = r.ledger.Resume(ctx, o.Round, r.committed)
	if err == nil {
		err = r.ledger.Retract(ctx, o.Collection, o.Batch, o.Round, r.committed)
	}
	err = r.end(ctx, err)
	r.report.Seconds = time.Since(started).Seconds()
	return r.report, err
}
