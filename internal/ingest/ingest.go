// Package ingest is the run: it finds mails, reads them, keeps them in the
// ledger and has decided anew what they touch.
//
//	mailbox ─► parse ─► ledger (facts ─► messages, links, threads, people, ties) ─► graph
//
// A run goes through its sources in rounds. A round is one transaction, so a
// run that is killed has loaded whole rounds, and the next run goes on there.
// Where there is a graph to publish to, each round is published while the
// ledger takes in the next. The first run of a graph publishes at its end.
package ingest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"runtime"
	"time"

	"skein/internal/extract"
	"skein/internal/mail"
	"skein/internal/mailbox"
	"skein/internal/parse"
	"skein/internal/store"
	"skein/internal/store/sqlite"
	"skein/internal/thread"
)

// Stages are the stages as the ledger knows them: the version of each, and how
// to read a text again.
func Stages() sqlite.Stages {
	return sqlite.Stages{
		Versions: map[string]int{"parse": parse.Version, "extract": extract.Version, "thread": thread.Version},
		Text: func(raw []byte) string {
			result, err := parse.Message(raw)
			if err != nil {
				return ""
			}
			return result.Text
		},
	}
}

// Options are what a load needs to know. Paths are required.
type Options struct {
	Ledger       string // path of the ledger
	Collection   string // "main" when empty
	Owners       []string
	Batch        string // the base name of each path when empty
	Published    string // date of the batch, "2006-01-02"
	Manifest     *Manifest
	PublisherID  *regexp.Regexp // finds the publisher's id in a path: its first group, or all it matches
	PublisherURL string         // template of the publisher's page, with {id}
	Mailbox      mailbox.Options
	Jobs         int // workers that read mails; one per core when 0
	Round        int // items of a round; 5,000 when 0
	Wait         time.Duration
	Log          *slog.Logger
	Progress     func(Progress)
	Paths        []string

	// OpenGraph takes the lease of the graph to publish to; nil when there is
	// none. With replace, one of another version is taken, too, to be filled.
	OpenGraph  func(ctx context.Context, replace bool) (Publisher, error)
	Publishing func(done, total int) // tells how many entries of a whole graph are written
}

// The limits of a round keep its memory bounded.
const (
	roundItems = 5000
	roundBytes = 32 << 20
)

// Progress tells how far a run is. It is told after each committed round.
type Progress struct {
	Source            string
	BytesRead         int64 // of the sources whose size is known
	BytesTotal        int64 // 0 when unknown
	Found, New, Known int
	Rejected          int
}

// Report is what a run came to. Found = New + KnownCopies + Rejected.
type Report struct {
	Found       int     `json:"found"`
	New         int     `json:"new"`
	KnownCopies int     `json:"knownCopies"`
	Rejected    int     `json:"rejected"`
	Embedded    int     `json:"embedded"` // mails inside the mails that were read; none of them counts as found
	Threads     int     `json:"threads"`  // of the Certain view
	Missing     int     `json:"missing"`
	Messages    int     `json:"messages"`
	Seconds     float64 `json:"seconds"`

	Rejections []Rejection `json:"-"` // the first hundred
	Problems   []string    `json:"problems,omitempty"`
	Notes      []string    `json:"notes,omitempty"` // what was left out for want of a program
}

// Rejection is an item that could not be read as a mail.
type Rejection struct {
	Path   string
	Offset int64
	Reason string
}

// ErrIncomplete says that some sources could not be read; the others are
// loaded.
var ErrIncomplete = errors.New("not everything could be read")

// Run loads every path. What it could load is kept even when it fails.
func Run(ctx context.Context, o Options) (Report, error) {
	started := time.Now()
	o = o.withDefaults()
	r, err := begin(ctx, o)
	if err != nil {
		return Report{}, err
	}
	err = r.end(ctx, r.load(ctx))
	r.report.Seconds = time.Since(started).Seconds()
	if err == nil && len(r.report.Problems) > 0 {
		err = ErrIncomplete
	}
	return r.report, err
}

func (o Options) withDefaults() Options {
	if o.Collection == "" {
		o.Collection = "main"
	}
	if o.Jobs <= 0 {
		o.Jobs = runtime.GOMAXPROCS(0)
	}
	if o.Round <= 0 {
		o.Round = roundItems
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Progress == nil {
		o.Progress = func(Progress) {}
	}
	if o.Publishing == nil {
		o.Publishing = func(int, int) {}
	}
	return o
}

// await opens what another holder may have, until the deadline.
func await[T any](ctx context.Context, deadline time.Time, open func() (T, error)) (T, error) {
	for {
		opened, err := open()
		if !errors.Is(err, store.ErrBusy) || time.Now().After(deadline) {
			return opened, err
		}
		select {
		case <-ctx.Done():
			return opened, ctx.Err()
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// run is one load on its way.
type run struct {
	o          Options
	ledger     *sqlite.Ledger
	publishing *publishing // nil when nothing is published
	files      *files
	report     Report
	progress   Progress
}

// begin opens the ledger for writing, then the graph, which it brings to where
// the ledger is unless it has to be written whole: what is wrong with either is known before a mail is read.
func begin(ctx context.Context, o Options) (*run, error) {
	deadline := time.Now().Add(o.Wait)
	stages := Stages()
	if o.OpenGraph != nil {
		stages.Recent = new(sqlite.Texts)
	}
	ledger, err := await(ctx, deadline, func() (*sqlite.Ledger, error) { return sqlite.Open(ctx, o.Ledger, stages) })
	if err != nil || o.OpenGraph == nil {
		return &run{o: o, ledger: ledger, files: newFiles(ledger)}, err
	}
	p, err := openGraph(ctx, o, stages, deadline, false)
	if err != nil {
		return nil, errors.Join(err, ledger.Close())
	}
	if err := p.begin(ctx); err != nil {
		_ = p.close() // what failed first is the reason
		return nil, errors.Join(err, ledger.Close())
	}
	return &run{o: o, ledger: ledger, files: newFiles(ledger), publishing: p}, nil
}

// committed is called behind every round.
func (r *run) committed() error { return first(afterCommit(), r.publishing.round()) }

func (r *run) load(ctx context.Context) error {
	if err := r.ledger.Resume(ctx, r.o.Round, r.committed); err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	return r.drain(ctx, cancel, r.read(ctx, cancel))
}

// drain takes every job into the ledger; the senders have ended when it
// returns.
func (r *run) drain(ctx context.Context, cancel context.CancelCauseFunc, jobs <-chan *job) error {
	if err := r.write(ctx, jobs); err != nil {
		cancel(err)
		for range jobs { // what was sent already
		}
		return err
	}
	return context.Cause(ctx)
}

// end publishes what waited for the end of a run that went well, and closes.
func (r *run) end(ctx context.Context, err error) error {
	if err == nil {
		err = r.publishing.end(ctx)
	}
	return first(err, r.close(ctx))
}

// close publishes the last rounds, counts what the ledger holds and gives the
// leases back.
func (r *run) close(ctx context.Context) error {
	published := r.publishing.close()
	if note := r.files.note(); note != "" {
		r.report.Notes = append(r.report.Notes, note)
	}
	counts, err := r.ledger.Finish(context.WithoutCancel(ctx))
	r.report.Threads, r.report.Missing, r.report.Messages = counts.Threads[mail.Certain], counts.Missing, counts.Messages
	return first(published, errors.Join(err, r.ledger.Close()))
}

func (r *run) problem(err error) {
	r.report.Problems = append(r.report.Problems, fmt.Sprint(err))
	r.o.Log.Error("could not be read", "error", err)
}
