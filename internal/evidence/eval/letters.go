package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"skein/internal/evidence"
)

// countedAlike is how far the number of logical messages may be from that of
// letters.py, as a part of it.
const countedAlike = 0.005

// letter is a mail as letters.py reads it.
type letter struct {
	SHA256  string
	ID      string
	Letter  int               // number of the logical message, from 1
	Content map[string]string // digest of each thing that makes the content
}

// lettersRead is what letters.py prints.
type lettersRead struct {
	letters         []letter // of other bytes
	mails, headless int      // equal bytes included; files without a header field
	logical         int
}

// release is what is loaded into one ledger.
type release struct {
	name    string
	batches []batch
	sources []string // the same for letters.py
}

// releases are a collection loaded once, and two loaded twice under two names
// of a batch and once more as Maildir, in other folders, under other names, and
// without the From_ line before each mail.
func (e *evaluation) releases(ctx context.Context) ([]release, error) {
	once := evidence.Enron
	all := []release{{once.Short(), []batch{{"", once.Packed(e.corpora)}}, []string{once.Source(e.corpora)}}}
	for _, c := range readByPython {
		maildir, err := evidence.Maildir(ctx, e.corpora, c)
		if err != nil {
			return nil, err
		}
		packed := c.Packed(e.corpora)
		all = append(all, release{
			c.Short() + ", twice and as Maildir",
			[]batch{{"1", packed}, {"2", packed}, {"3", maildir}},
			[]string{c.Source(e.corpora), c.Source(e.corpora), "files:" + maildir},
		})
	}
	return all, nil
}

// readLetters counts logical messages with Python.
func readLetters(ctx context.Context, sources ...string) (lettersRead, error) {
	out, err := evidence.Python(ctx, scripts, "letters.py", sources...)
	if err != nil {
		return lettersRead{}, err
	}
	lines, err := readLines[json.RawMessage](out, "letters.py")
	if err != nil || len(lines) == 0 {
		return lettersRead{}, err
	}
	var read lettersRead
	for _, line := range lines[:len(lines)-1] {
		var l letter
		if err := json.Unmarshal(line, &l); err != nil {
			return lettersRead{}, fmt.Errorf("letters.py: %w", err)
		}
		read.letters = append(read.letters, l)
	}
	var last struct{ Mails, Headless, Letters int }
	if err := json.Unmarshal(lines[len(lines)-1], &last); err != nil {
		return lettersRead{}, fmt.Errorf("letters.py: %w", err)
	}
	read.mails, read.headless, read.logical = last.Mails, last.Headless, last.Letters
	return read, nil
}

// messages counts those that are in a batch.
func (g *graph) messages() int {
	n := 0
	for _, e := range g.entries {
		if !e.missing {
			n++
		}
	}
	return n
}

// letterDifference is a logical message of one that is several of the other.
type letterDifference struct {
	cause   string
	mails   []string // SHA-256
	surplus int      // how many more messages the other counts
}

// compareLetters names what one has as one logical message and the other as
// several; ours first.
func (g *graph) compareLetters(read lettersRead) (ours, theirs []letterDifference, unknown []string) {
	byOurs, byTheirs := map[*entry][]letter{}, map[int][]letter{}
	for _, l := range read.letters {
		e, known := g.bySHA[l.SHA256]
		if !known {
			unknown = append(unknown, l.SHA256)
			continue
		}
		byOurs[e] = append(byOurs[e], l)
		byTheirs[l.Letter] = append(byTheirs[l.Letter], l)
	}
	for _, together := range byOurs {
		if n := distinct(together, func(l letter) int { return l.Letter }); n > 1 {
			ours = append(ours, letterDifference{"ours alone joins mails that differ in " + differing(together), shas(together), n - 1})
		}
	}
	for _, together := range byTheirs {
		if n := distinct(together, func(l letter) *entry { return g.bySHA[l.SHA256] }); n > 1 {
			theirs = append(theirs, letterDifference{"Python alone joins mails that differ in " + differing(together), shas(together), n - 1})
		}
	}
	return ours, theirs, unknown
}

func distinct[T comparable](all []letter, of func(letter) T) int {
	seen := map[T]bool{}
	for _, l := range all {
		seen[of(l)] = true
	}
	return len(seen)
}

// differing names what is not the same in all, to letters.py.
func differing(all []letter) string {
	found := map[string]bool{}
	for _, l := range all {
		for name, digest := range l.Content {
			if digest != all[0].Content[name] {
				found[name] = true
			}
		}
		if l.ID != all[0].ID {
			found["Message-ID"] = true
		}
	}
	return strings.Join(slices.Sorted(maps.Keys(found)), ", ")
}

func shas(all []letter) []string {
	var found []string
	for _, l := range all {
		found = append(found, l.SHA256)
	}
	slices.Sort(found)
	return found
}

// letters prints how many logical messages there are by ours and by Python, and
// every one that is not the same.
func (e *evaluation) letters(ctx context.Context) error {
	fmt.Fprint(e.out, "## Logical messages\n\n")
	t := evidence.Table{Head: []string{
		"what is loaded", "mails, to Python", "copies, ours", "without a header, to Python", "rejected, ours", "mails of other bytes",
		"logical messages, to Python", "ours", fmt.Sprintf("difference (target ≤ %.1f %%)", 100*countedAlike), "joined by ours alone", "by Python alone",
	}}
	list := evidence.Table{Head: []string{"what is loaded", "class", "messages too few", "mails"}}
	releases, err := e.releases(ctx)
	if err != nil {
		return err
	}
	for i, r := range releases {
		g, err := e.loadAll(ctx, fmt.Sprintf("letters-%d", i), r.batches...)
		if err != nil {
			return fmt.Errorf("%s: %w", r.name, err)
		}
		read, err := readLetters(ctx, r.sources...)
		if err != nil {
			return fmt.Errorf("%s: %w", r.name, err)
		}
		ours, theirs, unknown := g.compareLetters(read)
		t.Add(r.name, read.mails, len(g.copies), read.headless, g.rejected, len(read.letters), read.logical, g.messages(),
			fmt.Sprintf("%.2f %%", 100*apart(g.messages(), read.logical)), len(ours), len(theirs))
		for _, d := range append(ours, theirs...) {
			list.Add(r.name, d.cause, d.surplus, code(strings.Join(d.mails, " ")))
		}
		for _, sha := range unknown {
			list.Add(r.name, "Python alone has a mail of these bytes", 1, code(sha))
		}
	}
	if _, err := t.WriteTo(e.out); err != nil {
		return err
	}
	return e.writeAny(list)
}

// writeAny writes a table that has rows.
func (e *evaluation) writeAny(t evidence.Table) error {
	if t.Empty() {
		return nil
	}
	_, err := t.WriteTo(e.out)
	return err
}

// apart is the difference of two counts as a part of the second.
func apart(ours, theirs int) float64 {
	return math.Abs(float64(ours-theirs)) / float64(max(theirs, 1))
}
