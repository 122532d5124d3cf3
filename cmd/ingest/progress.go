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
	update func(ingest.Progress)
	end    func()
}

// between is how often a log gets a line.
const between = 10 * time.Second

func (c command) progress(asJSON bool, total int64) progress {
	switch {
	case asJSON:
		return progress{update: jsonLines(c.stderr), end: func() {}}
	case c.terminal:
		return bar(c.stderr, total)
	}
	return progress{update: plainLines(c.stderr, time.Now()), end: func() {}}
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
		update: func(p ingest.Progress) {
			shown.Describe(fmt.Sprintf("%d found, %d rejected", p.Found, p.Rejected))
			_ = shown.Set64(min(p.BytesRead, max(total, 1))) // a bar that cannot be drawn stops nothing
		},
		end: func() { _ = shown.Finish() },
	}
}
