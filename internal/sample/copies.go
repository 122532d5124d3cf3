package sample

import (
	"bytes"
	"slices"
	"strings"
)

// The rates of copies and variants, in 10,000 of the messages.
const (
	rateExactCopy  = 150
	rateOtherRoute = 450 // the same mail with other transport fields
	rateReminted   = 20  // the same mail under an exporter's Message-ID
	rateAltered    = 25  // one figure differs
	rateReusedID   = 10  // another mail altogether under the same id
	rateDirectCopy = 400 // of mails from a list, also without the list's footer
	rateSentToList = 6000
	rateFromLine   = 60 // an mbox line before the header, in formats that need none
)

// item is one mail to be put into a batch.
type item struct {
	batch     int
	raw       []byte
	truth     Truth
	copyOf    int // index into the items of the message; -1 for the first
	variantOf int
}

// items makes the mails of one present message: the first, its copies and its
// variants.
func (g *generator) items(t *thread, n *node) []item {
	r := newRandom(n.key, 5)
	sent := n.author == 0
	first := g.render(t, n, rendering{sent: sent, fromList: t.list != 0 && !sent, to: g.inbox(r)})
	items := []item{{n.batch, first.raw, first.truth, -1, -1}}
	add := func(it item, hazard string) {
		it.batch = r.below(len(g.shares))
		if hazard != "" {
			it.truth.Hazards = append(it.truth.Hazards[:len(it.truth.Hazards):len(it.truth.Hazards)], hazard)
		}
		items = append(items, it)
	}
	if r.chance(rateExactCopy) {
		add(item{raw: first.raw, truth: first.truth, variantOf: -1}, "exact-copy")
	}
	if n.id == "" {
		return items
	}
	if r.chance(rateOtherRoute) {
		c := g.render(t, n, rendering{fromList: t.list != 0 && !sent, to: g.cast.all[g.cast.all[0].assistant].addresses[0]})
		add(item{raw: c.raw, truth: c.truth, variantOf: -1}, "other-route")
	}
	for _, v := range g.variants(t, n, r, sent) {
		add(item{raw: v.raw, truth: v.truth, copyOf: -1}, v.hazard)
	}
	if r.chance(rateReminted) && first.whole {
		c := g.render(t, n, rendering{sent: sent, fromList: t.list != 0 && !sent, to: g.inbox(r), id: r.hex(6) + "@export.harrow-campaign.example"})
		add(item{raw: c.raw, truth: c.truth, variantOf: -1}, "exporter-id")
	}
	return items
}

type variant struct {
	rendered
	hazard string
}

// variants are other contents under the same Message-ID.
func (g *generator) variants(t *thread, n *node, r *random, sent bool) []variant {
	var all []variant
	to := rendering{to: g.inbox(r)}
	switch {
	case t.list != 0 && sent && r.chance(rateSentToList):
		to.fromList = true
		all = append(all, variant{g.render(t, n, to), "list-copy"})
	case t.list != 0 && !sent && r.chance(rateDirectCopy):
		all = append(all, variant{g.render(t, n, to), "direct-copy"})
	}
	if t.list == 0 && r.chance(rateAltered) {
		if other, ok := alter(n); ok {
			all = append(all, variant{g.render(t, other, to), "altered"})
		}
	}
	if r.chance(rateReusedID) {
		other := *n
		v := &voice{random: r, lex: t.voice.lex, theme: t.topic, names: t.voice.names}
		other.subject = v.subject()
		other.own = wrap(strings.Join(v.paragraphs(), "\n\n"), 72) + "\n"
		other.text, other.quote = other.own, quote{}
		all = append(all, variant{g.render(t, &other, to), "reused-id"})
	}
	return all
}

// alter changes one figure in what the author says.
func alter(n *node) (*node, bool) {
	at := strings.IndexAny(n.own, "2345678")
	if at < 0 || !strings.HasPrefix(n.text, n.own) {
		return nil, false
	}
	other := *n
	changed := []byte(n.own)
	changed[at]++
	other.own = string(changed)
	other.text = other.own + n.text[len(n.own):]
	return &other, true
}

// inbox is the address of the owner that a mail came to.
func (g *generator) inbox(r *random) string { return ownerAddresses[r.below(4)%len(ownerAddresses)] }

// rendering says which copy of a mail is written.
type rendering struct {
	sent     bool   // from the author's own folder: no transport fields, but Bcc
	fromList bool   // as the list passed it on
	bare     bool   // without transport fields
	to       string // mailbox it was delivered to
	id       string // other Message-ID, of an exporter
}

type rendered struct {
	raw   []byte
	truth Truth
	whole bool // nothing in its bytes is damaged
}

func (g *generator) render(t *thread, n *node, as rendering) rendered {
	footer := ""
	if as.fromList {
		footer = listFooter(&g.cast.all[t.list])
	}
	truth := g.truth(t, n)
	if as.id != "" {
		other := *n
		other.id = as.id
		n = &other
		truth.MessageID = as.id
	}
	h := g.head(t, n, as.sent, as.fromList)
	body := damage(n, &h, g.mime(&h, n, footer))
	var trace []byte
	if !as.sent && !as.bare {
		trace = g.trace(n, as.to, newRandom(n.key, 6, uint64(len(as.to))))
	}
	raw := bytes.Join([][]byte{trace, h.b, body}, nil)
	if newRandom(n.key, 7).chance(rateCRLF) {
		raw = crlf(raw)
	}
	truth.Defects, truth.Files = h.defects, h.files
	truth.Hazards = slices.Concat(truth.Hazards, h.hazards)
	return rendered{raw, truth, len(h.defects)+len(h.hazards) == 0}
}
