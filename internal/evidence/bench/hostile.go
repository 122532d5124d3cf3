package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"skein/internal/evidence"
)

// hostileMB is the memory that no mail may take more than, however it is made.
const hostileMB = 512.0

// outcome is what became of a hostile file.
type outcome struct {
	messages, attachments int
	defects, reasons      map[string]int // of defects by kind, of rejections
	failure               string         // of the program, in its words
}

// hostile prints the fourth table: what files made to exhaust their reader cost
// and what becomes of them. Each is written, loaded into a ledger of its own
// and taken out before the next.
func (b *bench) hostile(ctx context.Context) error {
	by := int64(1)
	if b.quick {
		by = 100
	}
	t := evidence.Table{Head: []string{
		"file", "file MB", "wall s", "CPU s", "peak resident MB", "ledger MB", "messages", "rejected", "what became of it",
		fmt.Sprintf("resident < %.0f MB", hostileMB),
	}}
	for _, h := range hostileFiles(by) {
		if err := b.endure(ctx, h, &t); err != nil {
			return fmt.Errorf("%s: %w", h.name, err)
		}
	}
	fmt.Fprintf(b.out, "Files made to exhaust their reader; each loaded once into a fresh ledger; load %s at the end.\n\n", evidence.Load())
	_, err := t.WriteTo(b.out)
	return err
}

// endure loads one file and adds its row.
func (b *bench) endure(ctx context.Context, h hostileFile, t *evidence.Table) (err error) {
	path, ledger := filepath.Join(b.work, h.name), filepath.Join(b.work, "hostile.db")
	defer func() { err = errors.Join(err, remove(path, ledger, ledger+"-wal", ledger+"-shm", ledger+".lock")) }()
	if err := h.make(path); err != nil {
		return err
	}
	size, err := evidence.Size(path)
	if err != nil {
		return err
	}
	load := exec.CommandContext(ctx, b.ingest, "--store", "sqlite:"+ledger, "--max-rejected", "100%", "--json", path)
	usage, report, err := evidence.Measure(load)
	became := outcome{}
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		became.failure = lastLine(err.Error())
	case err != nil:
		return err
	default:
		if became, err = b.becameOf(ctx, ledger); err != nil {
			return err
		}
		if err := accounted(report); err != nil {
			return err
		}
	}
	kept, err := evidence.Size(ledger, ledger+"-wal", ledger+"-shm")
	if err != nil {
		return err
	}
	rss := float64(usage.RSS) / megabyte
	rejected := 0
	for _, n := range became.reasons {
		rejected += n
	}
	t.Add(h.title(), fmt.Sprintf("%.1f", float64(size)/megabyte), fmt.Sprintf("%.2f", usage.Wall.Seconds()),
		fmt.Sprintf("%.2f", usage.CPU.Seconds()), fmt.Sprintf("%.0f", rss), fmt.Sprintf("%.1f", float64(kept)/megabyte),
		became.messages, rejected, became.String(), verdict(rss < hostileMB))
	return nil
}

// accounted says whether everything that was found is accounted for.
func accounted(report []byte) error {
	var r struct{ Found, New, KnownCopies, Rejected int }
	if err := json.Unmarshal([]byte(lastLine(string(report))), &r); err != nil {
		return fmt.Errorf("report of ingest: %w", err)
	}
	if r.Found == 0 || r.Found != r.New+r.KnownCopies+r.Rejected {
		return fmt.Errorf("ingest found %d, which is not %d new + %d known + %d rejected", r.Found, r.New, r.KnownCopies, r.Rejected)
	}
	return nil
}

func lastLine(text string) string {
	text = strings.TrimSpace(text)
	return text[strings.LastIndexByte(text, '\n')+1:]
}

// becameOf reads what a ledger holds.
func (b *bench) becameOf(ctx context.Context, ledger string) (outcome, error) {
	dump, err := evidence.Output(exec.CommandContext(ctx, b.ingest, "dump", "--store", "sqlite:"+ledger))
	if err != nil {
		return outcome{}, err
	}
	o := outcome{defects: map[string]int{}, reasons: map[string]int{}}
	lines := bufio.NewScanner(bytes.NewReader(dump))
	lines.Buffer(nil, 256<<20)
	for lines.Scan() {
		var l struct {
			Kind, Reason         string
			Attachments, Defects []string
		}
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			return outcome{}, fmt.Errorf("dump: %w", err)
		}
		switch l.Kind {
		case "rejected":
			o.reasons[l.Reason]++
		case "message":
			o.messages++
			o.attachments += len(l.Attachments)
			for _, d := range l.Defects {
				kind, _, _ := strings.Cut(d, " ")
				o.defects[kind]++
			}
		}
	}
	return o, lines.Err()
}

// String says what became of the file, most frequent things first.
func (o outcome) String() string {
	if o.failure != "" {
		return "the load fails: " + o.failure
	}
	var said []string
	for _, counted := range []struct {
		what string
		all  map[string]int
	}{{"rejected", o.reasons}, {"defect", o.defects}} {
		names := slices.SortedFunc(maps.Keys(counted.all), func(a, b string) int {
			return cmp.Or(cmp.Compare(counted.all[b], counted.all[a]), cmp.Compare(a, b))
		})
		for _, name := range names {
			said = append(said, fmt.Sprintf("%s: %s (%d)", counted.what, name, counted.all[name]))
		}
	}
	if o.attachments > 0 {
		said = append(said, fmt.Sprintf("attachments: %d", o.attachments))
	}
	if len(said) == 0 {
		return "read whole"
	}
	return strings.Join(said, "; ")
}
