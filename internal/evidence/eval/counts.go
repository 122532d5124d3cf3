package main

import (
	"bufio"
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"skein/internal/evidence"
)

//go:embed *.py
var scripts embed.FS

// record is a mail as count.py reads it.
type record struct {
	Member, SHA256        string
	Number                int // of the mail in its member, from 1
	ID, Parent            string
	InReplyTo, References string   // as they stand, lines joined
	NotIDs                []string // that stand there like ids: addresses, answers to a prompt
}

// counts is what a way of counting comes to. Parents are counted by mail.
type counts struct {
	Files, Mails, IDs        int
	Citing, Present, Absent  int
	DistinctAbsent, Messages int
	Threads, Missing         int // of the view CERTAIN; cited by any header
}

// given are the figures that came with the collections: mails, mails that cite
// a parent, parents present, absent, and distinct absent.
var given = map[string]string{
	evidence.Fedora.Name:      "292 mails",
	evidence.Cypherpunks.Name: "4784 mails",
	evidence.Ham.Name:         "4150 mails, 2177 citing, 1537 present, 640 absent, 554 distinct absent",
	evidence.Twisted.Name:     "none",
	evidence.OfNotmuch.Name:   "298 files",
}

// recounted is what count.py prints.
type recounted struct {
	records                 []record
	prose, threads, missing int
}

// recount counts a collection with Python.
func (e *evaluation) recount(ctx context.Context, c evidence.Collection) (recounted, error) {
	out, err := evidence.Python(ctx, scripts, "count.py", c.Source(e.corpora))
	if err != nil {
		return recounted{}, err
	}
	var all recounted
	lines := bufio.NewScanner(bytes.NewReader(out))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var r struct {
			record
			Prose            *int // of the last line
			Threads, Missing int
		}
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			return recounted{}, fmt.Errorf("count.py: %w", err)
		}
		if r.Prose == nil {
			all.records = append(all.records, r.record)
			continue
		}
		all.prose, all.threads, all.missing = *r.Prose, r.Threads, r.Missing
	}
	return all, lines.Err()
}

// count counts what Python read.
func (read recounted) count() counts {
	records := read.records
	files, ids, absent := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, r := range records {
		files[r.Member], ids[r.ID] = true, true
	}
	c := counts{
		Files: len(files), Mails: len(records), IDs: len(ids), Messages: len(ids),
		Threads: read.threads, Missing: read.missing,
	}
	for _, r := range records {
		switch {
		case r.Parent == "":
		case ids[r.Parent]:
			c.Present++
		default:
			c.Absent++
			absent[r.Parent] = true
		}
	}
	c.Citing, c.DistinctAbsent = c.Present+c.Absent, len(absent)
	return c
}

// count counts the same in the graph: a mail cites a parent when its own
// headers are the evidence of the chosen link.
func (g *graph) count() counts {
	files, absent, ids, messages := map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}
	c := counts{Mails: len(g.copies)}
	for _, m := range g.copies {
		e := g.entries[m.Message]
		files[m.Source], messages[e.id] = true, true
		for _, id := range e.messageIDs {
			ids[id] = true
		}
		switch {
		case !e.own:
		case e.parent.missing:
			c.Absent++
			absent[e.parent.id] = true
		default:
			c.Present++
		}
	}
	threads := map[string]bool{}
	for _, e := range g.entries {
		if e.missing {
			c.Missing++
			continue
		}
		threads[e.thread] = true
	}
	c.Threads = len(threads)
	c.Files, c.IDs, c.Messages = len(files), len(ids), len(messages)
	c.Citing, c.DistinctAbsent = c.Present+c.Absent, len(absent)
	return c
}

// disagreement is one mail whose parent the two ways read otherwise.
type disagreement struct {
	mail, theirs, ours string
	cause              string
}

// against holds the records against the graph, mail by mail, and tells how
// many mails have equal bytes in both.
func (g *graph) against(records []record) (equal int, found []disagreement) {
	at := map[string][]mailCopy{}
	for _, m := range g.copies {
		at[m.Source] = append(at[m.Source], m)
	}
	present := map[string]bool{}
	for _, r := range records {
		present[r.ID] = true
	}
	for _, r := range records {
		m, ok := copyOf(at, r)
		if !ok {
			found = append(found, disagreement{r.ID, "a mail", "none", "split otherwise"})
			continue
		}
		if m.SHA256 == r.SHA256 {
			equal++
		}
		e := g.entries[m.Message]
		var parent *entry
		if e.own {
			parent = e.parent
		}
		if cause := differs(r, e, parent, present); cause != "" {
			found = append(found, disagreement{r.ID, r.Parent, parent.name(), cause})
		}
	}
	return equal, found
}

// copyOf finds the copy that stands where the record does. Ours names files by
// the packed file that holds them.
func copyOf(at map[string][]mailCopy, r record) (mailCopy, bool) {
	for source, copies := range at {
		if source == r.Member || strings.HasSuffix(source, "/"+r.Member) || len(at) == 1 {
			if r.Number <= len(copies) {
				return copies[r.Number-1], true
			}
		}
	}
	return mailCopy{}, false
}

// odd says whether an id of the entry stands in a field, but not as the rule
// wants it.
func (e *entry) odd(field string) bool {
	closed := strings.Join(strings.Fields(field), "")
	return slices.ContainsFunc(e.messageIDs, func(id string) bool {
		plain := strings.Contains(id, "@") && strings.Contains(field, "<"+id+">")
		return !plain && strings.Contains(closed, "<"+id)
	})
}

const addressForID = "the rule takes an address in the prose of In-Reply-To for an id"

// differs tells why the parents differ, "" when they do not.
func differs(r record, e, parent *entry, present map[string]bool) string {
	switch {
	case r.Parent == "" && parent == nil,
		parent != nil && slices.Contains(parent.messageIDs, r.Parent) && present[r.Parent] == !parent.missing:
		return ""
	case slices.Contains(r.NotIDs, r.Parent):
		return addressForID
	case len(e.copies) > 1:
		return "several mails are one message, whose best link counts for each"
	case parent == nil:
		return "only the rule reads a parent"
	case parent.odd(r.InReplyTo + " " + r.References):
		return "the rule passes over an id with white space inside, without a closing bracket or without @"
	case r.Parent == "":
		return "only ours reads a parent"
	case slices.Contains(parent.messageIDs, r.Parent):
		return "the parent is the same, present for one alone"
	}
	return "another parent"
}

// counts prints the counts of all collections, and every mail that is counted
// otherwise.
func (e *evaluation) counts() error {
	fmt.Fprint(e.out, "## Counts\n\n")
	t := evidence.Table{Head: []string{
		"collection", "counted by", "files", "mails", "distinct Message-IDs", "messages",
		"mails that cite a parent", "parent present", "absent", "distinct absent", "threads", "missing messages",
	}}
	add := func(name, by string, c counts) {
		t.Add(name, by, c.Files, c.Mails, c.IDs, c.Messages, c.Citing, c.Present, c.Absent, c.DistinctAbsent, c.Threads, c.Missing)
	}
	list := evidence.Table{Head: []string{"collection", "mail", "parent by count.py", "parent by ours", "cause"}}
	var notes strings.Builder
	for _, c := range e.collections {
		g, read := e.graphs[c.Name], e.records[c.Name]
		add(c.Short(), "count.py", read.count())
		add(c.Short(), "ours", g.count())
		equal, found := g.against(read.records)
		fmt.Fprintf(&notes, "- %s: %d of %d mails have equal bytes in both; %d parents differ; %d prose lines that Python took for separators are glued back; figures given with it: %s.\n",
			c.Short(), equal, len(read.records), len(found), read.prose, given[c.Name])
		for _, d := range found {
			theirs := code(d.theirs)
			if d.cause == addressForID {
				theirs = "an address"
			}
			list.Add(c.Short(), code(d.mail), theirs, code(d.ours), d.cause)
		}
	}
	if _, err := t.WriteTo(e.out); err != nil {
		return err
	}
	fmt.Fprintf(e.out, "%s\n", notes.String())
	_, err := list.WriteTo(e.out)
	return err
}

// code prints an id as code.
func code(id string) string {
	if id == "" {
		return "none"
	}
	return "`" + id + "`"
}
