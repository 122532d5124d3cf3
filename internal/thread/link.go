package thread

import (
	"bytes"
	"cmp"
	"slices"

	"skein/internal/mail"
)

// What header evidence is worth, per mille. The figures order the candidates;
// all of them are stated by headers and so belong to the Certain view.
const (
	strictReply = 990 // In-Reply-To is one id and nothing else
	lastRef     = 970 // the last of References
	looseReply  = 900 // an id found in the prose of In-Reply-To
	chainRef    = 850 // neighbours in the References of a later mail
	alsoReply   = 800 // a further id of In-Reply-To (RFC 5322 §3.6.4 allows several parents)
	conflictRef = 600 // the last of References where In-Reply-To names another
)

// link collects the candidate parents of every entry from the headers of
// every content.
func (c *closure) link() {
	found := candidates{make([][]Link, len(c.entries)), map[candidate]int{}}
	cited := make([]map[int]bool, len(c.entries))
	for child := range c.entries {
		for _, i := range c.entries[child].Contents {
			for _, k := range Cites(c.contents[i].Facts) {
				if target, known := c.holder[k]; known && target != child {
					if cited[target] == nil {
						cited[target] = map[int]bool{}
					}
					cited[target][child] = true
				}
			}
			c.headerEvidence(child, i, found)
		}
	}
	for i := range c.entries {
		e := &c.entries[i]
		e.Cited = len(cited[i])
		e.Links = c.sorted(i, found.links[i])
	}
}

// headerEvidence adds what one content's headers say.
func (c *closure) headerEvidence(child, content int, found candidates) {
	facts := c.contents[content].Facts
	refs := c.targets(facts.References, child)
	replies := c.targets(facts.InReplyTo, child)
	add := func(to int, t target, kind mail.LinkKind, confidence, depth int) {
		found.add(to, Link{
			Parent: t.entry, Kind: kind, Confidence: confidence,
			Content: content, Key: t.key, votes: 1, depth: depth,
		}, c)
	}
	for i := 1; i < len(refs); i++ {
		if refs[i].entry != refs[i-1].entry {
			add(refs[i].entry, refs[i-1], mail.ByReferences, chainRef, i)
		}
	}
	strict := facts.InReplyToStrict && len(replies) > 0
	switch {
	case strict:
		add(child, replies[0], mail.ByInReplyTo, strictReply, 0)
		if last := len(refs) - 1; last >= 0 && refs[last].entry != replies[0].entry {
			add(child, refs[last], mail.ByReferences, conflictRef, last)
		}
		replies = replies[1:]
	case len(refs) > 0:
		add(child, refs[len(refs)-1], mail.ByReferences, lastRef, len(refs))
	case len(replies) > 0:
		add(child, replies[0], mail.ByInReplyTo, looseReply, 0)
		replies = replies[1:]
	}
	for _, r := range replies {
		add(child, r, mail.ByInReplyTo, alsoReply, 0)
	}
}

// target is an entry as a header names it.
type target struct {
	entry int
	key   mail.Key
}

// targets resolves ids; those of the child itself and poisoned ones say
// nothing.
func (c *closure) targets(ids []string, child int) []target {
	var found []target
	for _, id := range ids {
		k := mail.MessageIDKey(id)
		if entry, known := c.holder[k]; known && entry != child {
			found = append(found, target{entry, k})
		}
	}
	return found
}

// candidates are the possible parents of every entry, one for each parent and
// kind. They are found by a map, for a stranger can give one entry any number.
type candidates struct {
	links [][]Link          // by child
	at    map[candidate]int // index into the child's links
}

type candidate struct {
	child, parent int
	kind          mail.LinkKind
}

// add keeps the strongest of several statements of the same link.
func (cs candidates) add(child int, l Link, c *closure) {
	this := candidate{child, l.Parent, l.Kind}
	at, ok := cs.at[this]
	if !ok {
		cs.at[this] = len(cs.links[child])
		cs.links[child] = append(cs.links[child], l)
		return
	}
	known := &cs.links[child][at]
	l.votes += known.votes
	l.depth = max(l.depth, known.depth)
	if stronger(known, &l, c) {
		l.Confidence, l.Content, l.Key = known.Confidence, known.Content, known.Key
	}
	*known = l
}

func stronger(a, b *Link, c *closure) bool {
	x, y := c.contents[a.Content].SHA, c.contents[b.Content].SHA
	return cmp.Or(cmp.Compare(b.Confidence, a.Confidence), bytes.Compare(x[:], y[:]), a.Key.Compare(b.Key)) <= 0
}

// sorted sorts the candidates of child, best first. A mail that says itself
// what it answers is not overruled by how others order it: neighbours in
// somebody's References tell of adjacency only where nothing better does.
func (c *closure) sorted(child int, links []Link) []Link {
	stated := map[int]bool{}
	for _, l := range links {
		if l.Kind != mail.ByReferences {
			stated[l.Parent] = true
		}
	}
	links = slices.DeleteFunc(links, func(l Link) bool { return l.Confidence == chainRef && stated[l.Parent] })
	sent := c.sent(child)
	slices.SortFunc(links, func(a, b Link) int {
		return cmp.Or(
			cmp.Compare(b.Confidence, a.Confidence),
			cmp.Compare(b.votes, a.votes),
			cmp.Compare(b.depth, a.depth),
			compareDates(c.sent(a.Parent), c.sent(b.Parent), sent),
			c.entries[a.Parent].Keys[0].Compare(c.entries[b.Parent].Keys[0]),
			cmp.Compare(a.Kind, b.Kind),
		)
	})
	return links
}

// compareDates prefers a dated parent, then one not after the child, then the
// nearest.
func compareDates(a, b, child *int64) int {
	rank := func(parent *int64) (class int, distance int64) {
		switch {
		case parent == nil || child == nil:
			return 2, 0
		case *parent <= *child:
			return 0, *child - *parent
		}
		return 1, *parent - *child
	}
	classA, distanceA := rank(a)
	classB, distanceB := rank(b)
	return cmp.Or(cmp.Compare(classA, classB), cmp.Compare(distanceA, distanceB))
}
