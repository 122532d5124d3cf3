// Command eval holds what Skein finds in real mail against what programs of
// others find: threads against notmuch; counts, headers and logical messages
// against Python's own library; parents against the pages of two list archives.
//
//	CORPORA=FOLDER go run ./internal/evidence/eval [-ingest PATH]
//
// It prints Markdown: the figures, then every difference by Message-ID. It
// never prints a body or a subject.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"

	"skein/internal/evidence"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	e := evaluation{out: os.Stdout, collections: collections}
	flag.StringVar(&e.ingest, "ingest", "", "`PATH` of the program to evaluate; built when not given")
	flag.Parse()
	if err := e.run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "eval:", err)
		os.Exit(1)
	}
}

// evaluation is one run of the program.
type evaluation struct {
	out           io.Writer
	corpora, work string
	ingest        string // path of the program; built when empty
	collections   []evidence.Collection

	graphs  map[string]*graph    // by name of the collection
	records map[string]recounted // what count.py read
}

func (e *evaluation) run(ctx context.Context) (err error) {
	if e.corpora, err = evidence.Corpora(); err != nil {
		return err
	}
	if err := evidence.Need(ctx, evidence.Python3, evidence.Notmuch); err != nil {
		return err
	}
	if e.work, err = os.MkdirTemp("", "skein-eval-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(e.work)) }()
	if e.ingest, err = evidence.Program(ctx, e.ingest, e.work); err != nil {
		return err
	}
	if err := e.read(ctx); err != nil {
		return err
	}
	fmt.Fprintf(e.out, "%s\n\n", evidence.Machine())
	return errors.Join(e.threads(ctx), e.counts(), e.parents(ctx), e.fields(ctx), e.letters(ctx))
}

// collections are the real mails with parents in their headers, and what is
// known of each.
var collections = []evidence.Collection{evidence.Fedora, evidence.Twisted, evidence.Cypherpunks, evidence.Ham, evidence.OfNotmuch}

// readByPython are those whose headers Python's email package reads as well.
var readByPython = []evidence.Collection{evidence.Cypherpunks, evidence.Ham}

// read loads every collection and counts it by Python.
func (e *evaluation) read(ctx context.Context) (err error) {
	e.graphs, e.records = map[string]*graph{}, map[string]recounted{}
	for _, c := range e.collections {
		if e.graphs[c.Name], err = e.load(ctx, c); err != nil {
			return fmt.Errorf("%s: %w", c.Short(), err)
		}
		if e.records[c.Name], err = e.recount(ctx, c); err != nil {
			return fmt.Errorf("%s: %w", c.Short(), err)
		}
	}
	return nil
}

// load loads a collection as it is packed and reads the dump.
func (e *evaluation) load(ctx context.Context, c evidence.Collection) (*graph, error) {
	return e.loadAll(ctx, c.Short(), batch{"", c.Packed(e.corpora)})
}

// batch is what one call of the program loads; without a name the program
// names it.
type batch struct{ name, path string }

// loadAll loads batches one after the other into one ledger and reads the dump.
func (e *evaluation) loadAll(ctx context.Context, ledger string, batches ...batch) (*graph, error) {
	store := "sqlite:" + filepath.Join(e.work, ledger+".db")
	for _, b := range batches {
		args := []string{"--store", store, "--max-rejected", "100%", "--json"}
		if b.name != "" {
			args = append(args, "--batch", b.name)
		}
		if _, err := evidence.Output(exec.CommandContext(ctx, e.ingest, append(args, b.path)...)); err != nil {
			return nil, err
		}
	}
	dump, err := evidence.Output(exec.CommandContext(ctx, e.ingest, "dump", "--store", store))
	if err != nil {
		return nil, err
	}
	return readDump(dump)
}
