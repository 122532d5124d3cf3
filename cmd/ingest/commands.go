package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"skein/internal/export"
	"skein/internal/ingest"
	"skein/internal/query"
	"skein/internal/sample"
	"skein/internal/store"
	"skein/internal/store/dial"
)

// reader opens the store for a command that takes no more than so many
// arguments.
func (c command) reader(ctx context.Context, f *flags, args []string, most int) (store.Reader, []string, error) {
	rest, err := f.parse(args)
	if err != nil {
		return nil, nil, err
	}
	if len(rest) > most {
		return nil, nil, usagef("unexpected argument %q", rest[most])
	}
	s, err := f.source()
	if err != nil {
		return nil, nil, err
	}
	r, err := dial.Open(ctx, s, ingest.Stages())
	return r, rest, err
}

// dump prints the canonical content.
func (c command) dump(ctx context.Context, args []string) (code int, err error) {
	r, _, err := c.reader(ctx, c.flags("dump", "dump [flags]"), args, 0)
	if err != nil {
		return exitFailed, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	return exitLoaded, store.WriteDump(c.stdout, r.Dump(ctx))
}

// export writes the messages.
func (c command) export(ctx context.Context, args []string) (code int, err error) {
	f := c.flags("export", "export [flags] FILE.jsonl (or - for standard output)")
	search := f.String("query", "", "only messages that match this `SEARCH`")
	r, rest, err := c.reader(ctx, f, args, 1)
	if err != nil {
		return exitFailed, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	if len(rest) == 0 || rest[0] != "-" && !strings.HasSuffix(rest[0], ".jsonl") {
		return exitUsage, usagef("export needs a FILE whose name ends in .jsonl, or - for standard output")
	}
	expr, err := query.Parse(*search)
	if err != nil {
		return exitUsage, usagef("--query: %v", err)
	}
	w, end, err := c.create(rest[0])
	if err != nil {
		return exitFailed, err
	}
	n, err := export.Messages(ctx, w, r, expr)
	if err = errors.Join(err, end()); err == nil {
		fmt.Fprintf(c.stderr, "%d messages written\n", n)
	}
	return exitLoaded, err
}

// rebuild decides everything anew.
func (c command) rebuild(ctx context.Context, args []string) (int, error) {
	f := c.flags("rebuild", "rebuild [flags]")
	rest, err := f.parse(args)
	if err == nil && len(rest) > 0 {
		err = usagef("unexpected argument %q", rest[0])
	}
	if err != nil {
		return exitUsage, err
	}
	o := ingest.Options{}
	if err = f.target(&o); err != nil {
		return exitUsage, err
	}
	show := c.progress(f.json, 0)
	o.Progress, o.Publishing = show.update, show.publishing
	report, err := ingest.Rebuild(ctx, o)
	show.end()
	if err == nil {
		c.report(&loadFlags{flags: f}, report)
	}
	return exitLoaded, err
}

// retract takes a batch back.
func (c command) retract(ctx context.Context, args []string) (int, error) {
	f := c.flags("retract", "retract --batch NAME [flags]")
	o := ingest.Options{}
	f.StringVar(&o.Collection, "collection", c.env("SKEIN_COLLECTION", "main"), "collection `NAME`")
	f.StringVar(&o.Batch, "batch", "", "`NAME` of the batch to take back")
	f.IntVar(&o.Round, "round", 0, "items of one transaction; 5000 when 0")
	f.DurationVar(&o.Wait, "wait", 0, "how long to wait for another run, such as 10m")
	rest, err := f.parse(args)
	if err != nil {
		return exitUsage, err
	}
	if o.Batch == "" || len(rest) > 0 {
		return exitUsage, usagef("retract needs --batch NAME and no other argument")
	}
	if err = f.target(&o); err != nil {
		return exitUsage, err
	}
	report, err := ingest.Retract(ctx, o)
	if err != nil {
		return exitFailed, err
	}
	if f.json {
		return exitLoaded, json.NewEncoder(c.stdout).Encode(report)
	}
	fmt.Fprintf(c.stdout, "batch %s is taken back; the store holds %d messages in %d threads\n", o.Batch, report.Messages, report.Threads)
	return exitLoaded, nil
}

// sample writes a fictional release.
func (c command) sample(ctx context.Context, args []string) (int, error) {
	f := c.flags("sample", "sample DIR [flags]")
	o := sample.Options{}
	f.IntVar(&o.Messages, "messages", 0, "how many messages; 1500 when 0")
	f.Uint64Var(&o.Seed, "seed", 0, "another `N`, another release")
	f.IntVar(&o.Batches, "batches", 0, "how many batches; 3 when 0")
	rest, err := f.parse(args)
	if err != nil {
		return exitUsage, err
	}
	if len(rest) != 1 {
		return exitUsage, usagef("sample needs one DIR to write to")
	}
	summary, err := sample.Write(ctx, rest[0], o)
	if err != nil {
		return exitFailed, err
	}
	if f.json {
		return exitLoaded, json.NewEncoder(c.stdout).Encode(summary)
	}
	fmt.Fprintf(c.stdout, "wrote a fictional release of %d messages in %d batches to %s; load it with\n  ingest --manifest %s --owner %s %s\n",
		summary.Messages, summary.Batches, rest[0], filepath.Join(rest[0], "manifest.csv"),
		strings.Join(sample.Owners(), " --owner "), filepath.Join(rest[0], "release"))
	return exitLoaded, nil
}
