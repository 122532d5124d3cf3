// Command bench measures how fast mail is loaded, how much memory that takes
// and how large the ledger becomes: side by side with notmuch and mu on the
// same files (table 1), as releases grow (2), and into Neo4j beside Neo4j's own
// offline import of the same rows (3); what files made to exhaust their reader
// cost (4); and how fast a mail is read beside the MIME library alone (5).
//
//	CORPORA=FOLDER go run ./internal/evidence/bench [-table N] [-rounds N] [-ingest PATH] [-quick]
//
// It prints Markdown. What it makes once (a Maildir of real mails, fictional
// releases) lies in the user's cache folder. With -quick it takes a small
// fictional release in place of real mail, and the peers that are there.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"skein/internal/evidence"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	b := bench{out: os.Stdout, small: 20_000, large: 200_000, published: 100_000, next: 1000}
	flag.IntVar(&b.rounds, "rounds", 3, "how often each program runs")
	flag.IntVar(&b.table, "table", 0, "print the table of that number alone, 1 to 5")
	flag.StringVar(&b.ingest, "ingest", "", "`PATH` of the program to measure; built when not given")
	flag.BoolVar(&b.quick, "quick", false, "measure little, to see that this program works")
	flag.Parse()
	if b.quick {
		b.small, b.large, b.published, b.next = 300, 600, 300, 20
	}
	if err := b.run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// bench is one run of the program.
type bench struct {
	out                io.Writer
	quick              bool
	rounds             int
	table              int    // the only one that is wanted; 0 for all
	small, large, next int    // messages of the fictional releases, and of the batch that comes next
	published          int    // messages of the release that is published to Neo4j
	ingest             string // path of the program; built when empty
	work               string // folder of this run
}

func (b *bench) run(ctx context.Context) (err error) {
	if b.rounds < 1 || b.table < 0 || b.table > 5 {
		return errors.New("-rounds has to be 1 or more, and -table 1 to 5")
	}
	cache, err := evidence.Cache()
	if err != nil {
		return err
	}
	// Not in the system's folder for temporary files, which may lie in memory.
	if b.work, err = os.MkdirTemp(cache, "bench-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.work)) }()
	if b.ingest, err = evidence.Program(ctx, b.ingest, b.work); err != nil {
		return err
	}
	fmt.Fprintf(b.out, "%s\n\n", evidence.Machine())
	for i, print := range []func(context.Context) error{b.sideBySide, b.growth, b.graph, b.hostile, b.reading} {
		if b.table != 0 && b.table != i+1 {
			continue
		}
		if err := print(ctx); err != nil {
			return err
		}
	}
	return nil
}
