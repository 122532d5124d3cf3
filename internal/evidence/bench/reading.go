package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"skein/internal/evidence"
)

// reader is a benchmark of internal/parse, and what it took.
type reader struct {
	name, benchmark string
	megabytes       float64 // that it reads in one turn
	mails           float64
	rate, mailRate  evidence.Series // by CPU second
}

// reading prints the fifth table: how fast mails in memory are read, beside the
// MIME library alone with every part decoded. CPU time is that of the whole
// process on one core, the garbage collector included. What is spent before the
// first mail is read falls out: each benchmark runs with few turns and with
// many, and the difference counts.
func (b *bench) reading(ctx context.Context) error {
	program := filepath.Join(b.work, "parse.test")
	if _, err := evidence.Output(exec.CommandContext(ctx, "go", "test", "-c", "-o", program, "skein/internal/parse")); err != nil {
		return err
	}
	folder, err := evidence.Output(exec.CommandContext(ctx, "go", "list", "-f", "{{.Dir}}", "skein/internal/parse"))
	if err != nil {
		return err
	}
	what, suffix, few, many := evidence.Ham.Short(), "Corpus", 2, 22
	if b.quick {
		what, suffix, few, many = "fictional mails", "", 2, 202
	} else if _, err := evidence.Corpora(); err != nil {
		return err
	}
	readers := []*reader{
		{name: "`parse.Message`: facts, text, content hash, defects", benchmark: "BenchmarkMessage" + suffix},
		{name: "the MIME library alone (go-message), every part decoded", benchmark: "BenchmarkLibrary" + suffix},
	}
	for range b.rounds {
		for _, r := range readers {
			if err := r.round(ctx, program, strings.TrimSpace(string(folder)), few, many); err != nil {
				return fmt.Errorf("%s: %w", r.benchmark, err)
			}
		}
	}
	return b.printReading(what, readers)
}

// round measures one benchmark once.
func (r *reader) round(ctx context.Context, program, folder string, few, many int) error {
	less, err := r.turns(ctx, program, folder, few)
	if err != nil {
		return err
	}
	more, err := r.turns(ctx, program, folder, many)
	if err != nil {
		return err
	}
	seconds := (more - less) / float64(many-few)
	if seconds <= 0 {
		return fmt.Errorf("%d turns took no more CPU time than %d", many, few)
	}
	r.rate = append(r.rate, r.megabytes/seconds)
	r.mailRate = append(r.mailRate, r.mails/seconds)
	return nil
}

// turns runs a benchmark for so many turns and returns the CPU seconds of its
// process.
func (r *reader) turns(ctx context.Context, program, folder string, turns int) (float64, error) {
	cmd := exec.CommandContext(ctx, program, "-test.run=^$", "-test.bench=^"+r.benchmark+"$", "-test.cpu=1", fmt.Sprintf("-test.benchtime=%dx", turns))
	cmd.Dir, cmd.Env = folder, append(os.Environ(), "REQUIRE_ALL=1")
	usage, out, err := evidence.Measure(cmd)
	if err != nil {
		return 0, err
	}
	r.megabytes, r.mails, err = oneTurn(string(out), r.benchmark)
	return usage.CPU.Seconds(), err
}

// oneTurn returns how many megabytes and mails a benchmark reads in one turn,
// from the line it prints: "Name  turns  1 ns/op  2 MB/s  3 mails/s".
func oneTurn(out, benchmark string) (megabytes, mails float64, err error) {
	for line := range strings.Lines(out) {
		fields := strings.Fields(line)
		if len(fields) == 0 || fields[0] != benchmark {
			continue
		}
		values := map[string]float64{}
		for i := 2; i+1 < len(fields); i += 2 {
			if values[fields[i+1]], err = strconv.ParseFloat(fields[i], 64); err != nil {
				return 0, 0, err
			}
		}
		seconds := values["ns/op"] / 1e9
		megabytes, mails = values["MB/s"]*seconds, values["mails/s"]*seconds
		break
	}
	if megabytes == 0 || mails == 0 {
		return 0, 0, fmt.Errorf("the benchmark printed no MB/s and mails/s:\n%s", out)
	}
	return megabytes, mails, nil
}

func (b *bench) printReading(what string, readers []*reader) error {
	fmt.Fprintf(b.out, "%s: %.0f mails, %.1f MB in memory, read on one core; %d rounds by turns; median (least–greatest); load %s at the end.\n\n",
		what, readers[0].mails, readers[0].megabytes, b.rounds, evidence.Load())
	t := evidence.Table{Head: []string{"reader", "MB per CPU-s", "mails per CPU-s", "its speed / the library's"}}
	library := readers[len(readers)-1].rate.Median()
	for _, r := range readers {
		t.Add(r.name, r.rate.Show("%.1f"), r.mailRate.Show("%.0f"), fmt.Sprintf("%.2f", r.rate.Median()/library))
	}
	_, err := t.WriteTo(b.out)
	return err
}
