package main

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"skein/internal/evidence"
)

// threads prints how far threads agree with notmuch's, and every difference.
func (e *evaluation) threads(ctx context.Context) error {
	fmt.Fprintf(e.out, "## Threads of the view CERTAIN against %s\n\n", evidence.Notmuch.Version(ctx))
	t := evidence.Table{Head: []string{
		"collection", "mails known to both", "to ours alone", "to notmuch alone",
		"pairs together, ours", "notmuch", "both", "agreement (target ≥ 99.5 %)", "of all pairs", "without explained differences",
	}}
	list := evidence.Table{Head: []string{"collection", "sizes, ours", "sizes, notmuch", "least Message-ID", "cause"}}
	for _, c := range e.collections {
		theirs, err := e.notmuch(ctx, c)
		if err != nil {
			return err
		}
		g := e.graphs[c.Name]
		ours := g.grouping()
		a := compare(ours, theirs)
		g.causes(e.records[c.Name].records).explain(c.Short(), a, ours, &list)
		t.Add(c.Short(), a.mails, len(a.onlyOurs), len(a.onlyTheirs), a.ours, a.theirs, a.both,
			percent(a.together(), 2), percent(a.all(), 4), percent(compare(ours, theirs).together(), 2))
	}
	if _, err := t.WriteTo(e.out); err != nil {
		return err
	}
	_, err := list.WriteTo(e.out)
	return err
}

// explain lists the differences with their causes, and takes those that are
// explained out of ours.
func (c causes) explain(name string, a agreement, ours grouping, list *evidence.Table) {
	for _, d := range a.differences {
		cause, explained := c.of(d)
		list.Add(name, sizes(d.ours), sizes(d.theirs), code(d.least()), cause)
		if explained {
			d.remove(ours)
		}
	}
	for _, id := range a.onlyOurs {
		list.Add(name, 1, 0, code(id), "Message-ID that notmuch reads otherwise")
	}
	for _, id := range a.onlyTheirs {
		list.Add(name, 0, 1, code(id), "Message-ID that we read otherwise")
	}
}

func percent(share float64, digits int) string { return fmt.Sprintf("%.*f %%", digits, share*100) }

// grouping returns the thread of each message by its Message-IDs.
func (g *graph) grouping() grouping {
	threads := grouping{}
	for id, e := range g.byID {
		if !e.missing {
			threads[id] = e.thread
		}
	}
	return threads
}

// causes are what is known to make threads differ.
type causes struct {
	notIDs   map[string][]string // that stand in In-Reply-To or References like ids, by mail
	messages map[string]string   // the message of each Message-ID
}

func (g *graph) causes(records []record) causes {
	c := causes{map[string][]string{}, map[string]string{}}
	for _, r := range records {
		c.notIDs[r.ID] = r.NotIDs
	}
	for id, e := range g.byID {
		c.messages[id] = e.id
	}
	return c
}

// of tells the cause of a difference, and whether it explains all of it: ours,
// joined by what notmuch takes for ids and is none, and notmuch's, joined by
// the Message-IDs that are one message to us, come to the same.
func (c causes) of(d difference) (cause string, explained bool) {
	byNotID := joined(d.ours, func(id string) []string { return c.notIDs[id] })
	byMessage := joined(d.theirs, func(id string) []string { return []string{c.messages[id]} })
	switch {
	case byNotID != 1 || byMessage != 1:
		return "not explained", false
	case len(d.theirs) == 1:
		return "notmuch takes for an id what is none, a mail address or the answer to a prompt, and joins all that name it", true
	case len(d.ours) == 1:
		return "equal content under several Message-IDs is one message to us", true
	}
	return "both: what is no id, and equal content under several Message-IDs", true
}

// joined returns how many groups are left when those that share a mark are
// joined.
func joined(groups map[string][]string, marks func(id string) []string) int {
	leader := map[string]string{} // of a group or mark
	find := func(at string) string {
		for leader[at] != at {
			at = leader[at]
		}
		return at
	}
	for group, ids := range groups {
		group = "group " + group
		leader[group] = group
		for _, id := range ids {
			for _, mark := range marks(id) {
				mark = "mark " + mark
				if _, known := leader[mark]; !known {
					leader[mark] = mark
				}
			}
		}
	}
	for group, ids := range groups {
		for _, id := range ids {
			for _, mark := range marks(id) {
				leader[find("mark "+mark)] = find("group " + group)
			}
		}
	}
	left := map[string]bool{}
	for group := range groups {
		left[find("group "+group)] = true
	}
	return len(left)
}

// least returns the least id of a difference.
func (d difference) least() string {
	var all []string
	for group := range maps.Values(d.ours) {
		all = append(all, group...)
	}
	return slices.Min(all)
}

// remove takes the mails of a difference out of a grouping.
func (d difference) remove(from grouping) {
	for group := range maps.Values(d.ours) {
		for _, id := range group {
			delete(from, id)
		}
	}
}
