package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"skein/internal/ingest"
)

// load loads the paths.
func (c command) load(ctx context.Context, args []string) (int, error) {
	f := c.loadFlags()
	paths, err := f.parse(args)
	if err != nil {
		return exitUsage, err
	}
	if err := f.check(paths); err != nil {
		return exitFailed, err
	}
	show := c.progress(f.json, totalSize(f.options.Paths))
	f.options.Progress, f.options.Publishing = show.update, show.publishing
	report, err := ingest.Run(ctx, f.options)
	show.end()
	if report.Seconds > 0 { // else the ledger could not be opened, and nothing is known of it
		c.report(f, report)
	}
	if err != nil {
		return exitFailed, err
	}
	if f.maxRejected.exceeded(report.Rejected, report.Found) {
		return exitRejected, nil
	}
	return exitLoaded, nil
}

// report prints what a load came to: lines for people on stderr, one object
// on stdout for machines.
func (c command) report(f *loadFlags, r ingest.Report) {
	if f.json {
		line, _ := json.Marshal(r) // numbers and strings always can be written
		fmt.Fprintf(c.stdout, "%s\n", line)
		return
	}
	for _, p := range r.Problems {
		fmt.Fprintf(c.stderr, "problem: %s\n", p)
	}
	for _, n := range r.Notes {
		fmt.Fprintf(c.stderr, "note: %s\n", n)
	}
	for _, j := range r.Rejections {
		fmt.Fprintf(c.stderr, "rejected: %s: byte %d: %s\n", j.Path, j.Offset, j.Reason)
	}
	if r.Rejected > len(r.Rejections) {
		fmt.Fprintf(c.stderr, "rejected: %d more; `ingest dump` lists all of them\n", r.Rejected-len(r.Rejections))
	}
	rate := 0.0
	if r.Seconds > 0 {
		rate = float64(r.Found) / r.Seconds
	}
	fmt.Fprintf(c.stdout, "found %d = %d new + %d known copies + %d rejected, in %.1f s (%.0f/s)\n",
		r.Found, r.New, r.KnownCopies, r.Rejected, r.Seconds, rate)
	if r.Embedded > 0 {
		fmt.Fprintf(c.stdout, "and %d mails inside these\n", r.Embedded)
	}
	fmt.Fprintf(c.stdout, "the store holds %d messages in %d threads, and knows of %d missing ones\n",
		r.Messages, r.Threads, r.Missing)
}

// totalSize adds up the files under the paths, for the progress bar.
func totalSize(paths []string) int64 {
	var total int64
	for _, p := range paths {
		// What cannot be read is reported by the run itself.
		_ = filepath.WalkDir(p, func(_ string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return nil
			}
			if info, err := d.Info(); err == nil {
				total += info.Size()
			}
			return nil
		})
	}
	return total
}

// create opens the file that an export goes to; "-" is stdout.
func (c command) create(name string) (io.Writer, func() error, error) {
	if name == "-" {
		return c.stdout, func() error { return nil }, nil
	}
	f, err := os.Create(name)
	if err != nil {
		return nil, nil, err
	}
	return f, f.Close, nil
}
