package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"skein/internal/evidence"
)

// costGrowth is how much dearer a message may be when there are ten times as
// many.
const costGrowth = 1.5

// loading is a row of the second table.
type loading struct {
	what           string
	found          int   // by the program's own report
	raw            int64 // bytes of mail that were offered
	ledger         int64 // bytes
	wall, cpu, rss evidence.Series
}

// growth prints the second table: how the cost grows with the release, and
// what loading again and the next batch cost.
func (b *bench) growth(ctx context.Context) error {
	small := &loading{what: fmt.Sprintf("load a release of %d", b.small)}
	for range b.rounds {
		if err := b.load(ctx, small, b.small, "small.db"); err != nil {
			return err
		}
	}
	large := &loading{what: fmt.Sprintf("load a release of %d", b.large)}
	if err := b.load(ctx, large, b.large, "large.db"); err != nil {
		return err
	}
	again := &loading{what: "load the same again"}
	for range b.rounds {
		if err := b.call(ctx, again, b.large, "large.db"); err != nil {
			return err
		}
	}
	next := &loading{what: fmt.Sprintf("next batch of %d, spread over the threads of that release", b.next)}
	if err := b.nextBatch(ctx, next); err != nil {
		return err
	}
	fmt.Fprintf(b.out, "Fictional releases (`ingest sample`); load %s at the end.\n\n", evidence.Load())
	return b.printGrowth(small, large, again, next)
}

func (b *bench) printGrowth(small, large, again, next *loading) error {
	t := evidence.Table{Head: []string{
		"what", "mails found", "mail MB", "wall s", "mails/s", "CPU s", "CPU ms per mail",
		"peak resident MB", "ledger MB", "ledger / mail",
	}}
	for _, l := range []*loading{small, large, again, next} {
		ledger, share := "", ""
		if l.ledger > 0 {
			ledger, share = fmt.Sprintf("%.1f", float64(l.ledger)/megabyte), fmt.Sprintf("%.2f", float64(l.ledger)/float64(l.raw))
		}
		t.Add(l.what, l.found, fmt.Sprintf("%.1f", float64(l.raw)/megabyte), l.wall.Show("%.2f"),
			fmt.Sprintf("%.0f", float64(l.found)/l.wall.Median()), l.cpu.Show("%.2f"), fmt.Sprintf("%.3f", l.perMail()),
			l.rss.Show("%.0f"), ledger, share)
	}
	if _, err := t.WriteTo(b.out); err != nil {
		return err
	}
	growth, share := large.perMail()/small.perMail(), float64(large.ledger)/float64(large.raw)
	_, err := fmt.Fprintf(b.out, "CPU per mail at %d is %.2f times that at %d (≤ %.1f: %s); peak resident %.0f MB (< %.0f: %s); ledger / mail %.2f (≤ %.1f: %s).\n",
		b.large, growth, b.small, costGrowth, verdict(growth <= costGrowth),
		large.rss.Median(), residentMB, verdict(large.rss.Median() < residentMB), share, ledgerOfRaw, verdict(share <= ledgerOfRaw))
	return err
}

// perMail returns CPU milliseconds per mail.
func (l *loading) perMail() float64 {
	if l.found == 0 {
		return 0
	}
	return l.cpu.Median() * 1000 / float64(l.found)
}

// load loads a release of so many messages into a fresh ledger.
func (b *bench) load(ctx context.Context, l *loading, messages int, name string) error {
	path := filepath.Join(b.work, name)
	if err := remove(path, path+"-wal", path+"-shm"); err != nil {
		return err
	}
	if err := b.call(ctx, l, messages, name); err != nil {
		return err
	}
	var err error
	l.ledger, err = evidence.Size(path, path+"-wal", path+"-shm")
	return err
}

// call loads a release as its manifest says.
func (b *bench) call(ctx context.Context, l *loading, messages int, name string) error {
	folder, err := b.release(ctx, messages)
	if err != nil {
		return err
	}
	return b.measure(ctx, l, name, "--manifest", filepath.Join(folder, "manifest.csv"), filepath.Join(folder, "release"))
}

// nextBatch loads the mails that were kept back from the large release.
func (b *bench) nextBatch(ctx context.Context, l *loading) error {
	folder, err := b.release(ctx, b.large)
	if err != nil {
		return err
	}
	return b.measure(ctx, l, "large.db", "--batch", "next", filepath.Join(folder, "next"))
}

// measure runs the program; the last argument is the folder of mail.
func (b *bench) measure(ctx context.Context, l *loading, name string, args ...string) error {
	folder := args[len(args)-1]
	if _, err := evidence.Warm(folder); err != nil {
		return err
	}
	var err error
	if l.raw, err = evidence.Size(folder); err != nil {
		return err
	}
	args = append([]string{"--store", "sqlite:" + filepath.Join(b.work, name), "--json"}, args...)
	usage, out, err := evidence.Measure(exec.CommandContext(ctx, b.ingest, args...))
	if err != nil {
		return err
	}
	var report struct{ Found, New, KnownCopies, Rejected int }
	if err := json.Unmarshal(out, &report); err != nil {
		return fmt.Errorf("report of ingest: %w", err)
	}
	if report.Found != report.New+report.KnownCopies+report.Rejected {
		return fmt.Errorf("ingest found %d, which is not %d new + %d known + %d rejected",
			report.Found, report.New, report.KnownCopies, report.Rejected)
	}
	l.found = report.Found
	l.wall = append(l.wall, usage.Wall.Seconds())
	l.cpu = append(l.cpu, usage.CPU.Seconds())
	l.rss = append(l.rss, float64(usage.RSS)/megabyte)
	return nil
}

// release returns the folder of a fictional release, made once for each
// version of its maker. Of its first batch, which is one file a mail, b.next
// mails are kept back in the folder "next".
func (b *bench) release(ctx context.Context, messages int) (string, error) {
	version, err := b.makerVersion(ctx)
	if err != nil {
		return "", err
	}
	name := fmt.Sprintf("release-%d-%d-%s", messages, b.next, version)
	return evidence.Once(name, func(folder string) error {
		if _, err := evidence.Output(exec.CommandContext(ctx, b.ingest, "sample", folder, "--messages", fmt.Sprint(messages))); err != nil {
			return err
		}
		return keepBack(filepath.Join(folder, "release", "1"), filepath.Join(folder, "next"), b.next)
	})
}

// makerVersion tells releases of different makers apart, by the text of the
// package that makes them.
func (b *bench) makerVersion(ctx context.Context) (string, error) {
	out, err := evidence.Output(exec.CommandContext(ctx, "go", "list", "-f", "{{.Dir}}{{range .GoFiles}} {{.}}{{end}}", "skein/internal/sample"))
	if err != nil {
		return "", err
	}
	words := strings.Fields(string(out))
	if len(words) == 0 {
		return "", errors.New("go list does not know skein/internal/sample")
	}
	sum := sha256.New()
	for _, name := range words[1:] {
		text, err := os.ReadFile(filepath.Join(words[0], name))
		if err != nil {
			return "", err
		}
		_, _ = sum.Write(text) // a hash takes everything
	}
	return fmt.Sprintf("%.4x", sum.Sum(nil)), nil
}

// keepBack moves count files, evenly spread, from one folder to another.
func keepBack(from, to string, count int) error {
	files, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	if len(files) < count {
		return fmt.Errorf("a first batch of %d mails is too small to keep %d back", len(files), count)
	}
	if err := os.Mkdir(to, 0o755); err != nil {
		return err
	}
	for i := range count {
		name := files[i*len(files)/count].Name()
		if err := os.Rename(filepath.Join(from, name), filepath.Join(to, name)); err != nil {
			return err
		}
	}
	return nil
}
