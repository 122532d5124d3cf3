package ingest

import (
	"context"
	"crypto/sha256"
	"errors"
	"path/filepath"
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
	size        int64
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
	it.Facts = result.Facts
	it.TextSHA = mail.SHA(sha256.Sum256([]byte(result.Text)))
	it.Index = query.NewDocument(result.Facts.Subject, thread.Mentions(&it.Facts), result.Facts.Attachments, result.Text)
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
		ref := w.ref(s, s.Path)
		known, err := w.look(ref)
		if err != nil {
			return err
		}
		if known.Complete {
			return w.deliver(&job{source: ref, skipped: known, complete: true})
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
	return w.finish(s, open, clean)
}

func (w *walk) item(s mailbox.Source, item mailbox.Item, open map[string]*job) error {
	ref := w.ref(s, item.Path)
	j := open[ref.batch.Name]
	if j == nil {
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
	j.items = append(j.items, store.Item{
		Path: item.Path, Offset: item.Offset, Raw: item.Raw, Fingerprint: item.Fingerprint,
		Rejected: item.Rejected, PublisherID: w.r.o.publisherID(item.Path, item.Fingerprint != 0),
	})
	j.bytes += int64(len(item.Raw))
	if len(j.items) < jobItems && j.bytes < jobBytes {
		return nil
	}
	delete(open, ref.batch.Name)
	return w.deliver(j)
}

// finish sends what is left of a source. A file with a fingerprint is then
// complete, unless something of it could not be read.
func (w *walk) finish(s mailbox.Source, open map[string]*job, clean bool) error {
	if s.Fingerprint != 0 {
		ref := w.ref(s, s.Path)
		j := open[ref.batch.Name]
		if j == nil {
			j = &job{source: ref}
		}
		j.complete = clean
		return w.deliver(j)
	}
	for _, j := range open {
		if err := w.deliver(j); err != nil {
			return err
		}
	}
	return nil
}

func (w *walk) deliver(j *job) error {
	if !w.send(j) {
		return errStopped
	}
	return nil
}

// ref tells the batch of a file and the source it is kept under.
func (w *walk) ref(s mailbox.Source, path string) sourceRef {
	return sourceRef{batch: w.r.o.batch(w.arg, path), path: s.Path, fingerprint: s.Fingerprint, size: s.Size}
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
		if line, ok := o.Manifest.find(path, o.publisherID(path, true)); ok {
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

// publisherID finds the publisher's id in the path of a one-message file.
func (o *Options) publisherID(path string, single bool) string {
	if o.PublisherID == nil || !single {
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
