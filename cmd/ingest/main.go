// Command ingest loads mail into a store, and looks after the store.
//
//	ingest [flags] PATH…      load mail
//	ingest status             what the store holds
//	ingest dump               its content as canonical JSON Lines
//	ingest rebuild            decide everything anew from the kept originals
//	ingest publish            bring a Neo4j store to where its ledger is
//	ingest retract --batch B  take a batch back
//	ingest certificate        what was found in which file, and what became of it
//	ingest verify [PATH…]     whether what is kept, and the files, still are the same
//	ingest export FILE.jsonl  its messages as JSON Lines
//	ingest sample DIR         write a fictional release to try it on
//
// The store is a ledger file, or with --store neo4j://… a Neo4j database to
// which a ledger beside it (--ledger) is published, round by round.
//
// It ends with 0 when everything was loaded, 1 when something failed, 2 for
// wrong usage, 3 when more items were rejected than --max-rejected allows, and
// 75 when another run holds the ledger or the database.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"skein/internal/store"
)

// Exit codes.
const (
	exitLoaded   = 0
	exitFailed   = 1
	exitUsage    = 2
	exitRejected = 3
	exitBusy     = 75 // EX_TEMPFAIL of sysexits.h
)

// softLimit is what the garbage collector tries to keep the run's own memory
// below, unless GOMEMLIMIT says otherwise; the database's caches come on top.
// A run that publishes holds two more rounds: below that limit it would collect
// garbage all the time.
const (
	softLimit           = 240 << 20
	softLimitPublishing = 600 << 20
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ignoreFileSize()
	c := command{getenv: os.Getenv, stdout: os.Stdout, stderr: os.Stderr, terminal: isTerminal(os.Stderr)}
	c.limitMemory(softLimit)
	os.Exit(c.run(ctx, os.Args[1:]))
}

// command is one call of the program.
type command struct {
	getenv         func(string) string
	stdout, stderr io.Writer
	terminal       bool // stderr is a terminal
}

// limitMemory has the garbage collector keep to a soft limit of so many bytes.
func (c command) limitMemory(limit int64) {
	if c.getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(limit)
	}
}

// errUsage is a wrong call; its text is one sentence.
type errUsage struct{ text string }

func (e errUsage) Error() string { return e.text }

func usagef(format string, args ...any) error { return errUsage{fmt.Sprintf(format, args...)} }

// run does what args say and returns the exit code.
func (c command) run(ctx context.Context, args []string) int {
	name := "load"
	run := c.load
	if len(args) > 0 {
		if other, ok := c.commands()[args[0]]; ok {
			name, run, args = args[0], other, args[1:]
		}
	}
	code, err := run(ctx, args)
	if err == nil {
		return code
	}
	if errors.Is(err, flag.ErrHelp) {
		return exitLoaded
	}
	if errors.Is(err, context.Canceled) {
		err = errors.New("interrupted; " + left[name])
	}
	fmt.Fprintf(c.stderr, "ingest: %v\n", err)
	var wrong errUsage
	switch {
	case errors.As(err, &wrong):
		fmt.Fprintf(c.stderr, "Run `ingest%s -h` for help.\n", map[bool]string{true: "", false: " " + name}[name == "load"])
		return exitUsage
	case errors.Is(err, store.ErrBusy):
		return exitBusy
	case code != exitLoaded:
		return code
	}
	return exitFailed
}

// left tells what an interrupted command leaves.
var left = map[string]string{
	"load":        "whole rounds are kept, and the next run goes on from there",
	"retract":     "the next run goes on from there",
	"rebuild":     "the ledger is as it was",
	"publish":     "the next run, or `ingest publish`, goes on from there",
	"status":      "nothing was changed",
	"dump":        "the output is not whole",
	"export":      "the output is not whole",
	"certificate": "the output is not whole",
	"verify":      "not everything was read",
	"sample":      "the release is not whole",
}

func (c command) commands() map[string]func(context.Context, []string) (int, error) {
	return map[string]func(context.Context, []string) (int, error){
		"status": c.status, "dump": c.dump, "rebuild": c.rebuild, "publish": c.publish,
		"retract": c.retract, "export": c.export, "sample": c.sample,
		"certificate": c.certificate, "verify": c.verify,
	}
}
