// Package ingest is the run: it finds mails, reads them, keeps them in the
// ledger and has decided anew what they touch.
//
//	mailbox ─► parse ─► ledger (facts ─► messages, links, threads, people, ties)
//
// A run goes through its sources in rounds. A round is one transaction, so a
// run that is killed has loaded whole rounds, and the next run goes on there.
package ingest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"runtime"
	"time"

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
		Versions: map[string]int{"parse": parse.Version, "thread": thread.Version},
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
	Threads     int     `json:"threads"` // of the Certain view
	Missing     int     `json:"missing"`
	Messages    int     `json:"messages"`
	Seconds     float64 `json:"seconds"`

	Rejections []Rejection `json:"-"` // the first hundred
	Problems   []string    `json:"problems,omitempty"`
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
	ledger, err := open(ctx, o.Ledger, o.Wait)
	if err != nil {
		return Report{}, err
	}
	r := &run{o: o, ledger: ledger}
	err = r.load(ctx)
	if closed := r.close(ctx); err == nil { // what failed first is the reason
		err = closed
	}
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
	return o
}

// open opens a ledger for writing, waiting for another writer to end.
func open(ctx context.Context, path string, wait time.Duration) (*sqlite.Ledger, error) {
	deadline := time.Now().Add(wait)
	for {
		ledger, err := sqlite.Open(ctx, path, Stages())
		if !errors.Is(err, store.ErrBusy) || time.Now().After(deadline) {
			return ledger, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// run is one load on its way.
type run struct {
	o        Options
	ledger   *sqlite.Ledger
	report   Report
	progress Progress
}

func (r *run) load(ctx context.Context) error {
	if err := r.ledger.Resume(ctx, r.o.Round, afterCommit); err != nil {
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

// close counts what the ledger holds and gives the lease back.
func (r *run) close(ctx context.Context) error {
	counts, err := r.ledger.Finish(context.WithoutCancel(ctx))
	r.report.Threads, r.report.Missing, r.report.Messages = counts.Threads[mail.Certain], counts.Missing, counts.Messages
	return errors.Join(err, r.ledger.Close())
}

func (r *run) problem(err error) {
	r.report.Problems = append(r.report.Problems, fmt.Sprint(err))
	r.o.Log.Error("could not be read", "error", err)
}
