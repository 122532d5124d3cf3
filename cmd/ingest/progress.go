package main

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/schollz/progressbar/v3"

	"skein/internal/ingest"
)

// progress shows how far a load is: a bar with rate and time left on a
// terminal, a plain line now and then in a log, an object per round for
// machines.
type progress struct {
	update     func(ingest.Progress)
	publishing func(done, total int) // entries of a graph that is written whole
	end        func()
}

// between is how often a log gets a line.
const between = 10 * time.Second

func (c command) progress(asJSON bool, total int64) progress {
	switch {
	case asJSON:
		return progress{update: jsonLines(c.stderr), publishing: jsonPublishing(c.stderr), end: func() {}}
	case c.terminal:
		return bar(c.stderr, total)
	}
	now := time.Now()
	return progress{update: plainLines(c.stderr, now), publishing: plainPublishing(c.stderr, now), end: func() {}}
}

func jsonLines(w io.Writer) func(ingest.Progress) {
	return func(p ingest.Progress) {
		line, _ := json.Marshal(map[string]any{
			"source": p.Source, "bytes": p.BytesRead, "found": p.Found, "new": p.New,
			"knownCopies": p.Known, "rejected": p.Rejected,
		})
		fmt.Fprintf(w, "%s\n", line)
	}
}

func jsonPublishing(w io.Writer) func(done, total int) {
	return func(done, total int) { fmt.Fprintf(w, "{\"published\":%d,\"entries\":%d}\n", done, total) }
}

func plainPublishing(w io.Writer, started time.Time) func(done, total int) {
	last := started
	return func(done, total int) {
		if now := time.Now(); now.Sub(last) >= between {
			last = now
			fmt.Fprintf(w, "%d of %d entries published\n", done, total)
		}
	}
}

func plainLines(w io.Writer, started time.Time) func(ingest.Progress) {
	last := started
	return func(p ingest.Progress) {
		now := time.Now()
		if now.Sub(last) < between {
			return
		}
		last = now
		fmt.Fprintf(w, "%d found, %d new, %d rejected, %.0f/s, at %s\n",
			p.Found, p.New, p.Rejected, float64(p.Found)/now.Sub(started).Seconds(), p.Source)
	}
}

func bar(w io.Writer, total int64) progress {
	shown := progressbar.NewOptions64(max(total, 1), progressbar.OptionSetWriter(w), progressbar.OptionShowBytes(true),
		progressbar.OptionSetPredictTime(true), progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionSetDescription("loading"), progressbar.OptionClearOnFinish())
	return progress{
		publishing: publishingBar(w),
		update: func(p ingest.Progress) {
			shown.Describe(fmt.Sprintf("%d found, %d rejected", p.Found, p.Rejected))
			_ = shown.Set64(min(p.BytesRead, max(total, 1))) // a bar that cannot be drawn stops nothing
		},
		end: func() { _ = shown.Finish() },
	}
}

// publishingBar shows a bar of its own, which is gone when the graph is whole.
func publishingBar(w io.Writer) func(done, total int) {
	var shown *progressbar.ProgressBar
	return func(done, total int) {
		if shown == nil {
			shown = progressbar.NewOptions(max(total, 1), progressbar.OptionSetWriter(w), progressbar.OptionSetPredictTime(true),
				progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionSetDescription("publishing"),
				progressbar.OptionClearOnFinish())
		}
		_ = shown.Set(min(done, max(total, 1))) // a bar that cannot be drawn stops nothing
	}
}
