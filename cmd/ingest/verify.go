package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"skein/internal/ingest"
	"skein/internal/store"
)

// verify reads what is kept again, and the files when they are named.
func (c command) verify(ctx context.Context, args []string) (int, error) {
	f := c.namingFlags("verify", "verify [flags] [PATH…]")
	paths, err := f.parse(args)
	if err != nil {
		return exitUsage, err
	}
	if len(paths) > 0 {
		err = f.check(paths)
	} else {
		f.options.Ledger, err = f.ledgerPath()
	}
	if err != nil {
		return exitFailed, err
	}
	v, err := ingest.Verify(ctx, f.options, c.verifying(f.json))
	if errors.Is(err, store.ErrNotFound) && f.options.Batch != "" {
		return exitUsage, usagef("%v", err)
	}
	if err != nil {
		return exitFailed, err
	}
	code := exitLoaded
	if len(v.Failures) > 0 {
		code = exitFailed
	}
	if f.json {
		return code, json.NewEncoder(c.stdout).Encode(v)
	}
	return code, writeVerification(c.stdout, v)
}

// verifying tells now and then how many items were read.
func (c command) verifying(asJSON bool) func(items int) {
	last := time.Now()
	every := between
	if c.terminal {
		every = time.Second
	}
	return func(items int) {
		if now := time.Now(); now.Sub(last) >= every {
			last = now
			if asJSON {
				fmt.Fprintf(c.stderr, "{\"verified\":%d}\n", items)
				return
			}
			fmt.Fprintf(c.stderr, "%d items read\n", items)
		}
	}
}

// writeVerification prints a line for each source and each failure.
func writeVerification(w io.Writer, v *ingest.Verification) error {
	table := tabwriter.NewWriter(w, 0, 8, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "KEPT\tFAILED\tIN FILES\tFAILED\tSTATE\t  BATCH AND SOURCE")
	var kept, files ingest.Tally
	for _, s := range v.Sources {
		there := "-\t-"
		if s.Files != nil {
			there = fmt.Sprintf("%d\t%d", s.Files.Confirmed, s.Files.Failed)
			files.Confirmed += s.Files.Confirmed
			files.Failed += s.Files.Failed
		}
		kept.Confirmed += s.Kept.Confirmed
		kept.Failed += s.Kept.Failed
		fmt.Fprintf(table, "%d\t%d\t%s\t%s\t  %s: %s\n", s.Kept.Confirmed, s.Kept.Failed, there, s.State, s.Batch, s.Path)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, failure := range v.Failures {
		fmt.Fprintf(w, "failed: %v\n", failure)
	}
	fmt.Fprintf(w, "%d kept items confirmed, %d failed; %d items in files confirmed, %d failed\n",
		kept.Confirmed, kept.Failed, files.Confirmed, files.Failed)
	return nil
}
