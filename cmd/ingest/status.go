package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"text/tabwriter"
	"time"

	"skein/internal/ingest"
	"skein/internal/mail"
	"skein/internal/store"
	"skein/internal/store/dial"
)

// status prints what the store holds.
func (c command) status(ctx context.Context, args []string) (code int, err error) {
	f := c.flags("status", "status [flags]")
	r, _, err := c.reader(ctx, f, args, 0)
	if err != nil {
		return exitFailed, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	corpus, err := r.Corpus(ctx)
	if err != nil {
		return exitFailed, err
	}
	batches, err := r.Batches(ctx)
	if err != nil {
		return exitFailed, err
	}
	lag, err := f.lag(ctx, r)
	if err != nil {
		return exitFailed, err
	}
	if f.json {
		facts := map[string]any{"corpus": corpus, "batches": batches}
		if lag != nil {
			facts["published"] = lag
		}
		return exitLoaded, json.NewEncoder(c.stdout).Encode(facts)
	}
	fmt.Fprintf(c.stdout, "%d messages in %d threads, %d missing, %d people, %d copies; dated %s to %s\n",
		corpus.Messages, corpus.Threads[mail.Certain], corpus.Missing, corpus.People, corpus.Copies,
		day(corpus.FirstAt), day(corpus.LastAt))
	if corpus.Loading {
		fmt.Fprintln(c.stdout, "A run is writing it now.")
	}
	if lag != nil {
		fmt.Fprintln(c.stdout, lag)
	}
	table := tabwriter.NewWriter(c.stdout, 0, 8, 2, ' ', 0)
	fmt.Fprintln(table, "BATCH\tCOLLECTION\tPUBLISHED\tMESSAGES\tCOPIES\tREJECTED")
	for _, b := range batches {
		fmt.Fprintf(table, "%s\t%s\t%s\t%d\t%d\t%d\n", b.Name, b.Collection, b.Published, b.MessageCount, b.CopyCount, b.Rejected)
	}
	return exitLoaded, table.Flush()
}

func day(milli *int64) string {
	if milli == nil {
		return "(no date)"
	}
	return time.UnixMilli(*milli).UTC().Format(time.DateOnly)
}

// lag is how far a published graph is behind its ledger.
type lag struct {
	Revision       int64 `json:"revision"` // that is published
	LedgerRevision int64 `json:"ledgerRevision"`
	Current        bool  `json:"current"` // the graph is as the ledger is

	ledger string
}

func (l lag) String() string {
	if l.Current {
		return fmt.Sprintf("Neo4j is where the ledger %s is, at revision %d.", l.ledger, l.Revision)
	}
	if l.Revision < l.LedgerRevision {
		return fmt.Sprintf("Neo4j is at revision %d, the ledger %s at %d; `ingest publish` brings Neo4j up to date.",
			l.Revision, l.ledger, l.LedgerRevision)
	}
	return fmt.Sprintf("What is in Neo4j does not come from the ledger %s as it is.", l.ledger)
}

// lag compares a published graph with the ledger beside it; nil when the store
// is a ledger itself, or there is none beside it.
func (f *flags) lag(ctx context.Context, graph store.Reader) (*lag, error) {
	s := dial.Store{URL: f.store}
	if published, err := s.Published(); err != nil || !published {
		return nil, err
	}
	path := filepath.Clean(cmp.Or(f.ledger, defaultLedger))
	ledger, err := dial.Open(ctx, dial.Store{URL: "sqlite:" + path}, ingest.Stages())
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer ledger.Close()
	there, err := point(ctx, graph)
	if err != nil {
		return nil, err
	}
	here, err := point(ctx, ledger)
	return &lag{there.Revision, here.Revision, there == here, path}, err
}

// point is the state of the ledger that a reader answers from.
func point(ctx context.Context, r store.Reader) (store.Point, error) {
	return r.(interface {
		Point(context.Context) (store.Point, error)
	}).Point(ctx)
}
