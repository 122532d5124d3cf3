package sample

import "slices"

// withhold decides which mails never come. Every one of them can be known of:
// a mail that comes names it in its header or quotes it.
func (g *generator) withhold(t *thread) {
	for i := range t.nodes {
		n := &t.nodes[i]
		n.withheld = n.answered && n.random.chance(rateWithheld)
	}
	for i := range t.nodes {
		n := &t.nodes[i]
		n.withheld = n.withheld && t.visible(i)
		if !n.withheld {
			g.present++
			g.undisclose(t, n)
			continue
		}
		g.exclude(t, i)
	}
}

// visible says whether a mail that comes answers or cites the i-th. Answers
// that cite nothing quote, see quoteParent.
func (t *thread) visible(i int) bool {
	for _, n := range t.nodes[i+1:] {
		if !n.withheld && (n.parent == i || slices.Contains(n.cited, t.nodes[i].id)) {
			return true
		}
	}
	return false
}

// undisclose hides the recipients of some first mails.
func (g *generator) undisclose(t *thread, n *node) {
	if n.parent < 0 && t.list == 0 && !n.answered && n.author != 0 && n.random.chance(rateUndisclosed) {
		n.undisclosed = true
		n.hazard("undisclosed-recipients")
	}
}

// exclude takes the owner out of the copy field of a mail that never comes,
// when nothing later shows that the owner had it: why else is it not here?
func (g *generator) exclude(t *thread, i int) {
	for _, n := range t.nodes[i+1:] {
		if n.parent == i && n.author == 0 {
			return
		}
	}
	n := &t.nodes[i]
	n.cc = slices.DeleteFunc(n.cc, func(p int) bool { return p == 0 })
}

// spread puts the mails of a thread into batches: most into one, as releases
// by folder or by date do, and the others anywhere.
func (g *generator) spread(t *thread) {
	home := t.random.weighted(g.shares)
	for i := range t.nodes {
		n := &t.nodes[i]
		n.batch = home
		if n.random.chance(2200) {
			n.batch = n.random.below(len(g.shares))
		}
	}
}
