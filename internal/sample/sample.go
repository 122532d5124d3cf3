// Package sample makes a fictional release of any size, with what makes real
// ones hard: parents that come late or never, copies across batches, variants
// of one Message-ID, people with several addresses, lists, assistants who send
// for the owner, broken headers and MIME, quotes without headers, attachments.
//
// It promises three things. The same options give the same bytes on any host.
// Nobody in it exists: names are put together from parts and every address is
// under .example or .test (RFC 2606). And it tells the truth: what really is
// whose answer, copy or alias is written beside the mail, to be measured by.
package sample

import (
	"iter"
	"slices"
)

// Options say what release is made. The zero value makes the demo's.
type Options struct {
	Messages int    // distinct messages in the release, copies not counted; 1,500 when 0
	Seed     uint64 // another seed, another release
	Batches  int    // 3 when 0, at most 99
	People   int    // Messages/40 when 0; from 24 to 20,000

	// Progress, when set, is called by Write now and then and at the end, with
	// the number of messages so far.
	Progress func(messages int)
}

func (o Options) withDefaults() Options {
	if o.Messages <= 0 {
		o.Messages = 1500
	}
	if o.Batches <= 0 {
		o.Batches = 3
	}
	if o.People <= 0 {
		o.People = o.Messages / 40
	}
	o.Batches = min(o.Batches, 99)
	o.People = min(max(o.People, 24), 20_000)
	return o
}

// Mail is one mail of a release, or one withheld from it.
type Mail struct {
	Batch     int    // from 1; 0 for a withheld mail
	Path      string // below the folder of the release; empty for a withheld mail
	Separator string // line before Raw in an mbox, which has a blank line after Raw; empty in other formats
	Raw       []byte // nil for a withheld mail
	Truth     Truth
}

// Owners returns the addresses of whoever's mailbox is released.
func Owners() []string { return slices.Clone(ownerAddresses) }

// People returns everybody of the release that opts make, the owner first.
func People(opts Options) []Correspondent {
	opts = opts.withDefaults()
	return newCast(opts.Seed, opts.People).correspondents()
}

func (c *cast) correspondents() []Correspondent {
	all := make([]Correspondent, len(c.all))
	for i := range c.all {
		p := &c.all[i]
		all[i] = Correspondent{Kind: p.kind, ID: p.id, Name: p.name(), Addresses: p.addresses, Owner: i == 0}
	}
	return all
}

// Generate yields a release thread by thread, about in the order of time, with
// every withheld mail at its place. Memory does not grow with the release,
// apart from its people.
func Generate(opts Options) iter.Seq[Mail] {
	return func(yield func(Mail) bool) {
		newGenerator(opts.withDefaults()).run(yield)
	}
}

// generator holds what reaches across threads.
type generator struct {
	seed        uint64
	messages    int // to be made
	present     int // made so far
	nextMessage int
	threads     int
	numbers     int // publisher's ids given
	files       int // in the pool of attachments
	cast        *cast
	shares      weights // of batches
	shelves     []shelf
}

func newGenerator(o Options) *generator {
	g := &generator{
		seed: o.Seed, messages: o.Messages, files: 12 + o.Messages/60,
		cast: newCast(o.Seed, o.People), shelves: newShelves(o.Batches),
	}
	each := make([]int, o.Batches)
	for i := range each {
		each[i] = 3 + (i*2+1)%4
	}
	g.shares = newWeights(each...)
	return g
}

func (g *generator) run(yield func(Mail) bool) {
	for g.present < g.messages {
		t := g.planThread()
		for i := range t.nodes {
			g.compose(t, i)
		}
		if !g.emit(t, yield) {
			return
		}
	}
}

// emit puts the mails of a thread into their batches.
func (g *generator) emit(t *thread, yield func(Mail) bool) bool {
	arrival := make([]int, len(t.nodes)) // first batch that has the message
	all := make([][]item, len(t.nodes))
	for i := range t.nodes {
		if n := &t.nodes[i]; !n.withheld {
			all[i] = g.items(t, n)
			arrival[i] = slices.MinFunc(all[i], func(a, b item) int { return a.batch - b.batch }).batch
		}
	}
	for i := range t.nodes {
		n := &t.nodes[i]
		if n.withheld {
			if !yield(Mail{Truth: g.withheldTruth(t, i)}) {
				return false
			}
			continue
		}
		late := n.parent >= 0 && !t.nodes[n.parent].withheld && arrival[n.parent] > arrival[i]
		if !g.shelve(n, all[i], late, yield) {
			return false
		}
	}
	return true
}

// shelve gives the mails of one message their places and yields them.
func (g *generator) shelve(n *node, items []item, late bool, yield func(Mail) bool) bool {
	first := ""
	for _, it := range items {
		m := Mail{Batch: it.batch + 1, Raw: it.raw, Truth: it.truth}
		if late {
			m.Truth.Hazards = append(slices.Clone(m.Truth.Hazards), "parent-comes-later")
		}
		shelf := &g.shelves[it.batch]
		from := g.cast.all[n.author].addresses[n.from]
		if shelf.format != mbox && shelf.format != mboxGz && newRandom(n.key, 8, uint64(it.batch)).chance(rateFromLine) {
			m.Raw = append([]byte(separator(n, from)), m.Raw...)
			m.Truth.Defects = append(slices.Clone(m.Truth.Defects), "from-line")
		}
		g.numbers++
		shelf.place(&m, n, from, g.numbers)
		switch {
		case first == "":
			first = m.Truth.Place()
		case it.variantOf == 0:
			m.Truth.VariantOf = first
		default:
			m.Truth.CopyOf = first
		}
		if !yield(m) {
			return false
		}
	}
	return true
}
