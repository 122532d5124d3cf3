package ingest

import (
	"context"
	"crypto/sha256"
	"errors"
	"maps"
	"path/filepath"
	"slices"
	"sync"

	"skein/internal/mail"
	"skein/internal/mailbox"
	"skein/internal/parse"
	"skein/internal/query"
	"skein/internal/store"
	"skein/internal/store/sqlite"
	"skein/internal/thread"
)

// job is a handful of items of one source, on their way through the workers.
type job struct {
	source   sourceRef
	items    []store.Item
	bytes    int64
	read     int64 // bytes of the source that were read when the job was sent
	sent     bool
	skipped  sqlite.Known // a source that needed no reading
	complete bool         // the source ends here
	problem  error
	done     chan struct{} // closed when the items are ready
}

// sourceRef names a source within a batch.
type sourceRef struct {
	batch       store.Batch
	path        string
	fingerprint uint64
}

func (s sourceRef) key() [3]string { return [3]string{s.batch.Collection, s.batch.Name, s.path} }

const (
	jobItems = 64
	jobBytes = 256 << 10
)

// read walks the paths and has the workers make ready what it finds.
func (r *run) read(ctx context.Context, cancel context.CancelCauseFunc) <-chan *job {
	return r.ordered(ctx, func(send func(*job) bool) {
		for _, path := range r.o.Paths {
			w := walk{r: r, ctx: ctx, arg: path, send: send, known: map[knownKey]sqlite.Known{}}
			if err := w.path(); err != nil {
				cancel(err)
				return
			}
		}
	})
}

// ordered runs find, which sends jobs, has workers make their items ready, and
// yields the jobs in the order they were sent.
func (r *run) ordered(ctx context.Context, find func(send func(*job) bool)) <-chan *job {
	ordered := make(chan *job, 48)
	work := make(chan *job)
	var workers sync.WaitGroup
	for range r.o.Jobs {
		workers.Go(func() {
			for j := range work {
				for i := range j.items {
					prepare(&j.items[i])
				}
				close(j.done)
			}
		})
	}
	go func() {
		defer close(ordered)
		defer workers.Wait()
		defer close(work)
		find(func(j *job) bool {
			j.done = make(chan struct{})
			select {
			case ordered <- j:
			case <-ctx.Done():
				return false
			}
			work <- j
			return true
		})
	}()
	return ordered
}

// prepare reads an item: everything that needs no ledger.
func prepare(it *store.Item) {
	it.SHA = mail.SHA(sha256.Sum256(it.Raw))
	if it.Rejected != "" {
		return
	}
	result, err := parse.Message(it.Raw)
	if err != nil {
		it.Rejected = err.Error()
		return
	}
	it.Facts, it.Text = result.Facts, result.Text
	it.Index = query.NewDocument(result.Facts.Subject, thread.Mentions(&it.Facts), result.Facts.Attachments, result.Text)
	if err := it.Seal(); err != nil {
		it.Rejected = err.Error()
	}
}

// walk goes through one path of the command line.
type walk struct {
	r     *run
	ctx   context.Context
	arg   string
	send  func(*job) bool
	known map[knownKey]sqlite.Known
}

type knownKey struct{ batch, source string }

var errStopped = errors.New("stopped")

func (w *walk) path() error {
	for source, err := range mailbox.Walk(w.ctx, w.arg, w.r.o.Mailbox) {
		if err != nil {
			if !w.send(&job{problem: err}) {
				return nil
			}
			continue
		}
		if err := w.source(source); err != nil {
			if errors.Is(err, errStopped) {
				return nil
			}
			return err
		}
	}
	return nil
}

// source sends the items of one source, those of each batch apart.
func (w *walk) source(s mailbox.Source) error {
	if s.Fingerprint != 0 {
		known, err := w.complete(s)
		if err != nil {
			return err
		}
		if known != nil {
			return w.deliver(known)
		}
	}
	var failed error
	skip := func(path string, fingerprint uint64) bool {
		known, err := w.look(w.ref(s, path))
		if err != nil {
			failed = err
		}
		return known.Has(path, fingerprint)
	}
	open := map[string]*job{}
	clean := true
	for item, err := range s.Items(w.ctx, skip) {
		if failed != nil {
			return failed
		}
		if err != nil {
			clean = false
			if err := w.deliver(&job{problem: err}); err != nil {
				return err
			}
			continue
		}
		if err := w.item(s, item, open); err != nil {
			return err
		}
	}
	return errors.Join(failed, w.finish(s, open, clean))
}

// complete returns a job that stands for a file which is kept already, or nil.
func (w *walk) complete(s mailbox.Source) (*job, error) {
	for _, b := range w.r.o.batches(w.arg, s.Path) {
		ref := sourceRef{batch: b, path: s.Path, fingerprint: s.Fingerprint}
		known, err := w.look(ref)
		if err != nil {
			return nil, err
		}
		if known.Complete {
			return &job{source: ref, skipped: known, complete: true, read: s.Size}, nil
		}
	}
	return nil, nil
}

func (w *walk) item(s mailbox.Source, item mailbox.Item, open map[string]*job) error {
	ref := w.ref(s, item.Path)
	j := open[ref.batch.Name]
	if j == nil || j.sent {
		j = &job{source: ref}
		open[ref.batch.Name] = j
	}
	if item.Skipped {
		j.skipped.Items++
		if w.known[knownKey{ref.batch.Name, ref.path}].WasRejected(item.Path) {
			j.skipped.Rejected++
		}
		return nil
	}
	kept := store.Item{
		Path: item.Path, Offset: item.Offset, Raw: item.Raw, Fingerprint: item.Fingerprint, Rejected: item.Rejected,
	}
	// A mail of an mbox begins behind its separator; one at the very
	// beginning is a file of its own, and its name may tell its id.
	if item.Offset == 0 {
		kept.PublisherID = w.r.o.publisherID(item.Path)
	}
	j.items = append(j.items, kept)
	j.bytes += int64(len(item.Raw))
	j.read = item.Read
	if len(j.items) < jobItems && j.bytes < jobBytes {
		return nil
	}
	return w.deliver(j)
}

// finish sends what is left of a source. A file with a fingerprint is then
// complete, unless something of it could not be read.
func (w *walk) finish(s mailbox.Source, open map[string]*job, clean bool) error {
	if s.Fingerprint != 0 && len(open) == 0 {
		ref := w.ref(s, s.Path)
		open[ref.batch.Name] = &job{source: ref}
	}
	for _, name := range slices.Sorted(maps.Keys(open)) {
		j := open[name]
		if j.sent && s.Fingerprint == 0 {
			continue
		}
		if j.sent {
			j = &job{source: j.source}
		}
		j.complete = clean && s.Fingerprint != 0
		if err := w.deliver(j); err != nil {
			return err
		}
	}
	return nil
}

func (w *walk) deliver(j *job) error {
	j.sent = true
	if !w.send(j) {
		return errStopped
	}
	return nil
}

// ref tells the batch of a file and the source it is kept under.
func (w *walk) ref(s mailbox.Source, path string) sourceRef {
	return sourceRef{batch: w.r.o.batch(w.arg, path), path: s.Path, fingerprint: s.Fingerprint}
}

func (w *walk) look(ref sourceRef) (sqlite.Known, error) {
	k := knownKey{ref.batch.Name, ref.path}
	if known, ok := w.known[k]; ok {
		return known, nil
	}
	known, err := w.r.ledger.Known(w.ctx, ref.batch, ref.path, ref.fingerprint)
	w.known[k] = known
	return known, err
}

// batch names the batch of a file: by the manifest, by --batch, or by the
// argument it was found under.
func (o *Options) batch(arg, path string) store.Batch {
	b := store.Batch{Collection: o.Collection, Owners: o.Owners, Name: o.Batch, Published: o.Published, URL: o.PublisherURL}
	if o.Manifest != nil {
		if line, ok := o.Manifest.find(path, o.publisherID(path)); ok {
			b.Name, b.Published = line.Batch, line.Published
			return b
		}
	}
	if b.Name == "" {
		if whole, err := filepath.Abs(arg); err == nil {
			arg = whole
		}
		b.Name = filepath.Base(arg)
	}
	return b
}

// batches are those that the items of a file may belong to: its own, and,
// for what lies in an archive, any of the manifest.
func (o *Options) batches(arg, path string) []store.Batch {
	own := o.batch(arg, path)
	all := []store.Batch{own}
	if o.Manifest == nil {
		return all
	}
	for _, name := range o.Manifest.batches() {
		if name != own.Name {
			all = append(all, store.Batch{Collection: o.Collection, Owners: o.Owners, Name: name, URL: o.PublisherURL})
		}
	}
	return all
}

// publisherID finds the publisher's id in the path of a one-message file.
func (o *Options) publisherID(path string) string {
	if o.PublisherID == nil {
		return ""
	}
	m := o.PublisherID.FindStringSubmatch(path)
	if len(m) > 1 {
		return m[1]
	}
	if len(m) == 1 {
		return m[0]
	}
	return ""
}
