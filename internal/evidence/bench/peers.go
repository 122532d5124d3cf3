package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"skein/internal/evidence"
)

// Targets of the side-by-side table.
const (
	fasterThanNotmuch = 6.0
	fasterThanMu      = 3.0
	ledgerOfRaw       = 1.0
	residentMB        = 400.0
)

const megabyte = 1e6

// contender is a program that makes an index of the Maildir, and what that
// took.
type contender struct {
	name, version string
	prepare       func() error     // makes it forget everything; not measured
	command       func() *exec.Cmd // measured
	index         []string         // files and folders of the index
	target        float64          // how much faster ours has to be; 0 for ours

	wall, cpu, rss, size, slower, dearer evidence.Series
}

// sideBySide prints the first table: one Maildir, three programs, by turns.
func (b *bench) sideBySide(ctx context.Context) error {
	maildir, what, err := b.maildir(ctx)
	if err != nil {
		return err
	}
	contenders, err := b.contenders(ctx, maildir)
	if err != nil {
		return err
	}
	for round := range b.rounds {
		if err := b.round(contenders, round, maildir); err != nil {
			return err
		}
	}
	raw, err := evidence.Size(maildir)
	if err != nil {
		return err
	}
	files, err := evidence.Warm(maildir)
	if err != nil {
		return err
	}
	fmt.Fprintf(b.out, "%s: %d mails, %.1f MB, one Maildir for all; page cache warm; %d rounds by turns; median (least–greatest); load %s at the end.\n\n",
		what, files, float64(raw)/megabyte, b.rounds, evidence.Load())
	return b.print(contenders, files, raw)
}

// maildir returns the mails that all contenders read.
func (b *bench) maildir(ctx context.Context) (folder, what string, err error) {
	if b.quick {
		folder, err = b.release(ctx, b.small)
		return filepath.Join(folder, "release", "3"), "A batch of a fictional release", err
	}
	corpora, err := evidence.Corpora()
	if err != nil {
		return "", "", err
	}
	if err := evidence.Need(ctx, evidence.Python3, evidence.Notmuch, evidence.Mu); err != nil {
		return "", "", err
	}
	folder, err = evidence.Maildir(ctx, corpora, evidence.Cypherpunks, evidence.Ham)
	return folder, evidence.Cypherpunks.Short() + " and " + evidence.Ham.Short(), err
}

func (b *bench) contenders(ctx context.Context, maildir string) ([]*contender, error) {
	all := []*contender{b.ours(ctx, maildir)}
	if evidence.Notmuch.Installed() {
		c, err := b.notmuch(ctx, maildir)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	if evidence.Mu.Installed() {
		all = append(all, b.mu(ctx, maildir))
	}
	if len(all) < 3 && os.Getenv("REQUIRE_ALL") == "1" {
		return nil, errors.New("notmuch or mu is not installed, and REQUIRE_ALL is set")
	}
	return all, nil
}

func (b *bench) ours(ctx context.Context, maildir string) *contender {
	ledger := filepath.Join(b.work, "peers.db")
	files := []string{ledger, ledger + "-wal", ledger + "-shm", ledger + ".lock"}
	return &contender{
		name: "`ingest`, into a fresh ledger", version: evidence.Revision(b.ingest), index: files,
		prepare: func() error { return remove(files...) },
		command: func() *exec.Cmd {
			return exec.CommandContext(ctx, b.ingest, "--store", "sqlite:"+ledger, "--batch", "all", "--json", maildir)
		},
	}
}

func (b *bench) notmuch(ctx context.Context, maildir string) (*contender, error) {
	index := filepath.Join(b.work, "notmuch")
	config := filepath.Join(b.work, "notmuch.conf")
	text := fmt.Sprintf("[database]\npath=%s\nmail_root=%s\n[user]\nname=x\nprimary_email=x@example.org\n"+
		"[new]\ntags=unread\n[maildir]\nsynchronize_flags=false\n", index, maildir)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		return nil, err
	}
	return &contender{
		name: "`notmuch new`", version: evidence.Notmuch.Version(ctx), index: []string{index}, target: fasterThanNotmuch,
		prepare: func() error { return errors.Join(remove(index), os.MkdirAll(index, 0o755)) },
		command: func() *exec.Cmd {
			return exec.CommandContext(ctx, evidence.Notmuch.Command, "--config="+config, "new", "--quiet")
		},
	}, nil
}

func (b *bench) mu(ctx context.Context, maildir string) *contender {
	index := filepath.Join(b.work, "mu")
	return &contender{
		name: "`mu index`, after `mu init`", version: evidence.Mu.Version(ctx), index: []string{index}, target: fasterThanMu,
		prepare: func() error {
			if err := remove(index); err != nil {
				return err
			}
			_, err := evidence.Output(exec.CommandContext(ctx, evidence.Mu.Command, "init", "--quiet",
				"--muhome="+index, "--maildir="+maildir, "--my-address=x@example.org"))
			return err
		},
		command: func() *exec.Cmd {
			return exec.CommandContext(ctx, evidence.Mu.Command, "index", "--quiet", "--muhome="+index)
		},
	}
}

// round lets each contender run once; another one begins each round.
func (b *bench) round(contenders []*contender, round int, maildir string) error {
	for i := range contenders {
		c := contenders[(i+round)%len(contenders)]
		if err := c.prepare(); err != nil {
			return err
		}
		if _, err := evidence.Warm(maildir); err != nil {
			return err
		}
		usage, _, err := evidence.Measure(c.command())
		if err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		size, err := evidence.Size(c.index...)
		if err != nil {
			return err
		}
		c.wall = append(c.wall, usage.Wall.Seconds())
		c.cpu = append(c.cpu, usage.CPU.Seconds())
		c.rss = append(c.rss, float64(usage.RSS)/megabyte)
		c.size = append(c.size, float64(size)/megabyte)
	}
	for _, c := range contenders {
		c.slower = append(c.slower, c.wall[round]/contenders[0].wall[round])
		c.dearer = append(c.dearer, c.cpu[round]/contenders[0].cpu[round])
	}
	return nil
}

func (b *bench) print(contenders []*contender, files int, raw int64) error {
	t := evidence.Table{Head: []string{
		"program", "wall s", "mails/s", "CPU s (user + system)", "mails per CPU-s",
		"peak resident MB", "index MB", "index / mail", "its wall / ours", "its CPU / ours", "target",
	}}
	for _, c := range contenders {
		share := c.size.Median() * megabyte / float64(raw)
		wall, cpu := c.slower.Show("%.1f"), c.dearer.Show("%.1f")
		target := fmt.Sprintf("wall ≥ %.0f: %s", c.target, verdict(c.slower.Median() >= c.target))
		if c.target == 0 {
			wall, cpu = "", ""
			target = fmt.Sprintf("index / mail ≤ %.1f: %s; resident < %.0f MB: %s", ledgerOfRaw, verdict(share <= ledgerOfRaw),
				residentMB, verdict(c.rss.Median() < residentMB))
		}
		t.Add(c.name+" ("+c.version+")", c.wall.Show("%.2f"), fmt.Sprintf("%.0f", float64(files)/c.wall.Median()),
			c.cpu.Show("%.2f"), fmt.Sprintf("%.0f", float64(files)/c.cpu.Median()), c.rss.Show("%.0f"), c.size.Show("%.1f"),
			fmt.Sprintf("%.2f", share), wall, cpu, target)
	}
	_, err := t.WriteTo(b.out)
	return err
}

func verdict(met bool) string {
	if met {
		return "met"
	}
	return "missed"
}

func remove(paths ...string) error {
	var all error
	for _, p := range paths {
		all = errors.Join(all, os.RemoveAll(p))
	}
	return all
}
