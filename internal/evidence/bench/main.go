// Command bench measures how fast mail is loaded, how much memory that takes
// and how large the ledger becomes: side by side with notmuch and mu on the
// same files, and as releases grow.
//
//	CORPORA=FOLDER go run ./internal/evidence/bench [-rounds N] [-ingest PATH] [-quick]
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

	"skein/internal/evidence"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	b := bench{out: os.Stdout, small: 20_000, large: 200_000, next: 1000}
	flag.IntVar(&b.rounds, "rounds", 3, "how often each program runs")
	flag.StringVar(&b.ingest, "ingest", "", "`PATH` of the program to measure; built when not given")
	flag.BoolVar(&b.quick, "quick", false, "measure little, to see that this program works")
	flag.Parse()
	if b.quick {
		b.small, b.large, b.next = 300, 600, 20
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
	small, large, next int    // messages of the fictional releases, and of the batch that comes next
	ingest             string // path of the program; built when empty
	work               string // folder of this run
}

func (b *bench) run(ctx context.Context) (err error) {
	if b.rounds < 1 {
		return errors.New("-rounds has to be 1 or more")
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
	if err := b.sideBySide(ctx); err != nil {
		return err
	}
	return b.growth(ctx)
}
