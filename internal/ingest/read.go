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
	source  sourceRef
	items   []store.Item
	bytes   int64
	read    int64 // bytes of the source that were read when the job was sent
	sent    bool
	skipped sqlite.Known // a source that needed no reading
	ends    []sourceRef  // sources that are read to their end with this job
	problem error
	done    chan struct{} // closed when the items are ready
}

// sourceRef names a source within a batch.
type sourceRef struct {
	batch  store.Batch
	path   string
	format string
	file   sqlite.File // what is known of it so far
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
			w := walk{
				r: r, ctx: ctx, arg: path, send: send, known: map[knownKey]sqlite.Known{},
				own: ledgerFiles(path, r.o.Ledger),
			}
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
					r.prepare(ctx, &j.items[i])
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

// prepare reads an item and the mails inside it: everything that needs no
// ledger.
func (r *run) prepare(ctx context.Context, it *store.Item) {
	var result parse.Result
	if it.Rejected == "" {
		var err error
		if result, err = parse.Message(it.Raw); err != nil {
			it.Rejected = err.Error()
		}
	}
	inner := result.Within(len(it.Raw)) // it may add to the facts
	r.ready(ctx, it, &result)
	for i := range inner {
		e := store.Item{Path: it.Path, Part: inner[i].Part, Offset: it.Offset, Raw: inner[i].Raw}
		if r.ready(ctx, &e, &inner[i].Result); e.Rejected == "" { // else its bytes are kept with the mail around it
			it.Embedded = append(it.Embedded, e)
		}
	}
}

// ready fills in what was read of a mail.
func (r *run) ready(ctx context.Context, it *store.Item, read *parse.Result) {
	it.SHA = mail.SHA(sha256.Sum256(it.Raw))
	if it.Rejected != "" {
		return
	}
	it.Facts, it.Text = read.Facts, read.Text
	it.Files = r.files.of(ctx, it)
	it.Index = query.NewDocument(it.Facts.Subject, thread.Mentions(&it.Facts), it.Facts.Attachments, it.Text, it.FileTexts()...)
	if err := it.Seal(); err != nil {
		it.Rejected = err.Error()
	}
	if r.publishing == nil {
		it.Text = "" // the ledger does not keep it
	}
}

// ledgerFiles are the files of the ledger as they are found below arg: who
// loads the folder they work in does not mean these.
func ledgerFiles(arg, ledger string) map[string]bool {
	below, err := filepath.Rel(resolved(arg), filepath.Join(resolved(filepath.Dir(ledger)), filepath.Base(ledger)))
	if err != nil || !filepath.IsLocal(below) {
		return nil
	}
	below = filepath.ToSlash(below)
	files := map[string]bool{}
	for _, name := range []string{below, below + ".rebuild"} {
		for _, suffix := range []string{"", "-wal", "-shm", ".lock"} {
			files[name+suffix] = true
		}
	}
	return files
}

// resolved is an absolute path without symbolic links, as far as it can be.
func resolved(path string) string {
	whole, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	if target, err := filepath.EvalSymlinks(whole); err == nil {
		return target
	}
	return whole
}

// walk goes through one path of the command line.
type walk struct {
	r     *run
	ctx   context.Context
	arg   string
	send  func(*job) bool
	known map[knownKey]sqlite.Known
	own   map[string]bool // the ledger's files, when they lie below arg
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
		if w.own[path] {
			return true
		}
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
	var whole *job
	for _, b := range w.r.o.batches(w.arg, s.Path) {
		ref := reference(b, s)
		known, err := w.look(ref)
		if err != nil {
			return nil, err
		}
		if !known.Complete {
			continue
		}
		if whole == nil {
			whole = &job{source: ref, read: s.Size}
		}
		whole.skipped.Complete = true
		whole.skipped.Items += known.Items
		whole.skipped.Rejected += known.Rejected
	}
	return whole, nil
}

func (w *walk) item(s mailbox.Source, item mailbox.Item, open map[string]*job) error {
	if w.own[item.Path] {
		return nil
	}
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
// complete in every batch it has items of, unless something of it could not be
// read. It becomes so in one round, behind all its items: a run that is killed
// before leaves a file that the next one reads again.
func (w *walk) finish(s mailbox.Source, open map[string]*job, clean bool) error {
	if s.Fingerprint != 0 && len(open) == 0 {
		ref := w.ref(s, s.Path)
		open[ref.batch.Name] = &job{source: ref}
	}
	var ends []sourceRef
	for _, name := range slices.Sorted(maps.Keys(open)) {
		j := open[name]
		ends = append(ends, j.source)
		if j.sent {
			continue
		}
		if err := w.deliver(j); err != nil {
			return err
		}
	}
	if !clean || s.Fingerprint == 0 {
		return nil
	}
	if s.Format != mailbox.Message && s.Format != mailbox.Maildir { // there, each file is an item
		size, sha, err := s.Sum(w.ctx)
		if err != nil {
			return first(w.ctx.Err(), w.deliver(&job{problem: err}))
		}
		for i := range ends {
			ends[i].file.Size, ends[i].file.SHA = size, sha
		}
	}
	return w.deliver(&job{source: ends[0], ends: ends})
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
	return reference(w.r.o.batch(w.arg, path), s)
}

func reference(b store.Batch, s mailbox.Source) sourceRef {
	return sourceRef{batch: b, path: s.Path, format: s.Format.String(), file: sqlite.File{Fingerprint: s.Fingerprint}}
}

func (w *walk) look(ref sourceRef) (sqlite.Known, error) {
	k := knownKey{ref.batch.Name, ref.path}
	if known, ok := w.known[k]; ok {
		return known, nil
	}
	known, err := w.r.ledger.Known(w.ctx, ref.batch, ref.path, ref.file.Fingerprint)
	w.known[k] = known
	return known, err
}
