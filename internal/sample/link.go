package sample

import (
	"encoding/hex"
	"fmt"
	"strings"
)

// link says by which header fields a reply states what it answers.
type link string

// The ways of stating it.
const (
	citesNothing     link = "none"
	citesReferences  link = "references"  // and In-Reply-To mostly
	citesInReplyTo   link = "in-reply-to" // without References
	citesThreadIndex link = "thread-index"
)

// identify gives a mail its ids, its subject and the ids it cites.
func (g *generator) identify(t *thread, i int) {
	n := &t.nodes[i]
	author := &g.cast.all[n.author]
	if !n.answered && t.robot == 0 && n.random.chance(2*rateNoID) {
		n.hazard("no-message-id")
	} else {
		n.id = messageID(n.random, author, n)
	}
	n.subject = t.subject
	n.conversation = n.key>>2 | 1<<60
	if n.parent < 0 {
		if author.mailer == outlook {
			n.index = rootIndex(n.random, n.sent)
		}
		n.cites = citesNothing
		return
	}
	g.cite(t, n)
}

// cite decides what a reply says in its header of the mail it answers.
func (g *generator) cite(t *thread, n *node) {
	author, parent := &g.cast.all[n.author], &t.nodes[n.parent]
	n.subject = g.replySubject(t, n, parent)
	if author.mailer == outlook && len(parent.index) > 0 {
		n.index = childIndex(n.random, parent, n.sent)
	}
	n.cites = citeStyle(n.random, author.mailer, n)
	switch n.cites {
	case citesReferences:
		said := parent
		if parent.parent >= 0 && n.random.chance(rateWrongParent) {
			said = &t.nodes[parent.parent]
			n.hazard("cites-wrong-parent")
		}
		n.references = append(said.references[:len(said.references):len(said.references)], said.id)
	case citesInReplyTo:
		n.references = []string{parent.id}
	case citesNothing:
		n.hazard("no-reply-headers")
	}
	n.conversation = parent.conversation
	if n.topicChange {
		n.conversation = n.key>>2 | 1<<60
		n.hazard("topic-change")
	}
	n.shorten()
}

// shorten cuts the chain of references as mailers do: to the first and the
// last few, or to the last.
func (n *node) shorten() {
	n.cited = n.references
	switch {
	case len(n.cited) > 12:
		n.cited = append(n.cited[:1:1], n.cited[len(n.cited)-6:]...)
		n.hazard("references-cut")
	case len(n.cited) > 1 && n.random.chance(rateLastOnly):
		n.cited = n.cited[len(n.cited)-1:]
		n.hazard("references-cut")
	}
}

func (g *generator) replySubject(t *thread, n, parent *node) string {
	if n.topicChange {
		return t.voice.subject()
	}
	l := g.cast.all[n.author].locale
	prefix := replyPrefix[l]
	if n.forward {
		prefix = forwardPrefix[l]
	}
	base := parent.subject
	if strings.HasPrefix(base, prefix) {
		return base
	}
	if cut := strings.Index(base, ": "); cut > 0 && cut <= 4 && n.random.chance(7000) {
		base = base[cut+2:]
	}
	return prefix + base
}

// citeStyle draws how a reply cites its parent.
func citeStyle(r *random, m mailer, n *node) link {
	nothing := rateNoReplyField
	if n.forward {
		nothing = 2500
	}
	if r.chance(nothing) {
		if len(n.index) > 22 && r.chance(6000) {
			return citesThreadIndex
		}
		n.index = nil
		return citesNothing
	}
	if m == lotus && r.chance(7000) || m != bird && r.chance(800) {
		return citesInReplyTo
	}
	return citesReferences
}

// filetime counts 100 ns since 1601, as Windows does.
func filetime(sec int64) uint64 { return uint64(sec+11_644_473_600) * 10_000_000 }

// rootIndex is a Thread-Index of a first mail (MS-OXOMSG 2.2.1.3, in the
// layout of old Outlook): the upper 48 bits of the time, then a GUID.
func rootIndex(r *random, sent int64) []byte {
	b := make([]byte, 0, 22)
	for shift := 56; shift >= 16; shift -= 8 {
		b = append(b, byte(filetime(sent)>>shift))
	}
	return appendRandom(b, r, 16)
}

// childIndex adds the block of a reply: 31 bits of the time since the block
// before, in units of 2^18 of 100 ns (2^23 from about 1.7 years on), and
// random bits.
func childIndex(r *random, parent *node, sent int64) []byte {
	delta := uint64(sent-parent.sent) * 10_000_000
	block := uint32(delta>>18) & 0x7FFFFFFF
	if delta >= 1<<49 {
		block = 1<<31 | uint32(delta>>23)&0x7FFFFFFF
	}
	b := append(parent.index[:len(parent.index):len(parent.index)],
		byte(block>>24), byte(block>>16), byte(block>>8), byte(block))
	return appendRandom(b, r, 1)
}

func appendRandom(b []byte, r *random, n int) []byte {
	for range n {
		b = append(b, byte(r.next()))
	}
	return b
}

func (r *random) hex(n int) string { return hex.EncodeToString(appendRandom(nil, r, n)) }

// messageID makes an id in the manner of a mailer. The number of the message
// is in each, so that no two are equal.
func messageID(r *random, p *person, n *node) string {
	_, domain, _ := strings.Cut(p.addresses[n.from], "@")
	at := uint64(n.message)<<20 | r.next()&0xFFFFF
	switch p.mailer {
	case outlook:
		return strings.ToUpper(fmt.Sprintf("%s%014x", r.hex(9), at)) + "@EXCH0" + string(rune('1'+r.below(4))) + "." + domain
	case webmail:
		return fmt.Sprintf("CA+%s=%x=%s@mail.%s", r.hex(7), at, r.hex(4), strings.TrimPrefix(domain, "mail."))
	case lotus:
		return strings.ToUpper(fmt.Sprintf("OF%s.%08X-ON85257%s.%08X", r.hex(4), at&0xFFFFFFFF, r.hex(2), at>>12)) + "@" + domain
	case apple:
		return strings.ToUpper(fmt.Sprintf("%s-%s-4%03x-%012x", r.hex(4), r.hex(2), r.below(0x1000), at)) + "@" + domain
	case bird:
		return fmt.Sprintf("%08X.%06X%s@%s", n.sent, n.message, r.hex(2), domain)
	}
	return fmt.Sprintf("%d-%d-%x-@b%d.phone.example", r.below(1<<30), n.sent, at, r.between(1, 40))
}
