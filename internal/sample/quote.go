package sample

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"
)

// quote is what a mail shows of the mail it answers or forwards.
type quote struct {
	style string // of truth.jsonl: "" when nothing is quoted
	above bool   // the own text stands above; else it is in between
	head  string // attribution line or header block
	body  string // as it stands in plain text
}

// The styles of quotes.
const (
	quoteOutlook     = "outlook"     // header block under a bar, nothing prefixed
	quoteAttribution = "attribution" // "On … wrote:" and ">"
	quoteInline      = "inline"      // excerpts, answered in between
	quoteBare        = "bare"        // ">" and no word of whose it is
	quoteLotus       = "lotus"
	quoteForward     = "forward"
	quoteAttached    = "attached" // the whole mail as a message/rfc822 part
)

// quoteParent decides how n shows its parent; excerpts go into n.own.
func (g *generator) quoteParent(t *thread, n *node, own []string) quote {
	parent := &t.nodes[n.parent]
	r := n.random
	unnamed := n.cites != citesThreadIndex && !slices.Contains(n.cited, parent.id)
	mustShow := n.forward || parent.withheld && unnamed
	if !mustShow && (n.topicChange || r.chance(rateNoQuote)) {
		return quote{}
	}
	m := g.cast.all[n.author].mailer
	shown := clip(parent.text, r.between(1500, 6500))
	if n.forward && m != webmail && !parent.withheld && r.chance(rateAttachedForward) {
		if n.embedded = g.whole(t, parent); n.embedded != nil {
			return quote{style: quoteAttached, above: true}
		}
	}
	switch {
	case n.forward:
		return g.forwardOf(m, n, parent, shown)
	case m == lotus:
		return quote{quoteLotus, true, g.lotusHead(n, parent), shown}
	case m == outlook || m == phone:
		return quote{quoteOutlook, true, g.outlookHead(m, n, parent), shown}
	}
	head := g.attribution(n, parent)
	if m == bird && r.chance(7000) || r.chance(1000) {
		if inline := interleave(r, parent.own, own); inline != "" {
			return quote{quoteInline, false, head, inline}
		}
	}
	if r.chance(rateBareQuote) {
		return quote{quoteBare, true, "", prefixed(shown)}
	}
	return quote{quoteAttribution, true, head, prefixed(shown)}
}

// whole is a mail as it is put into another; nil when its bytes are broken,
// for then it would break the other one too.
func (g *generator) whole(t *thread, n *node) []byte {
	copied := g.render(t, n, rendering{fromList: t.list != 0, bare: true})
	if !copied.whole {
		return nil
	}
	return bytes.ReplaceAll(copied.raw, []byte("\r\n"), []byte("\n"))
}

// clip cuts text behind the last line that ends within limit bytes.
func clip(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	if cut := strings.LastIndexByte(text[:limit], '\n'); cut > 0 {
		return text[:cut+1]
	}
	return text
}

func prefixed(text string) string {
	var b strings.Builder
	b.Grow(len(text) + len(text)/20)
	for line := range strings.Lines(text) {
		b.WriteByte('>')
		if line[0] != '>' && line[0] != '\n' {
			b.WriteByte(' ')
		}
		b.WriteString(line)
	}
	return b.String()
}

// interleave puts answers between excerpts of theirs; "" when theirs is too
// short for that.
func interleave(r *random, theirs string, answers []string) string {
	parts := strings.Split(strings.TrimSpace(theirs), "\n\n")
	if len(parts) < 3 || len(answers) == 0 {
		return ""
	}
	from := r.between(1, len(parts)-2)
	var b strings.Builder
	for i, a := range answers {
		if from+i < len(parts)-1 {
			b.WriteString(prefixed(wrap(parts[from+i], 72)+"\n") + "\n")
		}
		b.WriteString(wrap(a, 72) + "\n\n")
	}
	return b.String()
}

func (g *generator) when(n, parent *node) time.Time {
	return g.cast.all[n.author].zone.local(parent.stated)
}

func (g *generator) attribution(n, parent *node) string {
	p, by := &g.cast.all[parent.author], &g.cast.all[n.author]
	line := attribution(by.locale, by.mailer, g.when(n, parent), p.name(), p.addresses[parent.from])
	if n.random.chance(1500) {
		return wrap(line, 40)
	}
	return line
}

// outlookHead is the header block under a bar.
func (g *generator) outlookHead(m mailer, n, parent *node) string {
	by := &g.cast.all[n.author]
	l := labels[by.locale]
	bar := "-----" + originalBar[by.locale] + "-----"
	if n.random.chance(3000) {
		bar = strings.Repeat("_", 32)
	}
	layout, from := "Monday, January 02, 2006 3:04 PM", g.nameAndAddress(parent, n.random.chance(4000))
	if m == phone {
		layout = "Mon, 2 Jan 2006 15:04:05"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s: %s\n%s: %s\n%s: %s\n", bar, l[0], from,
		l[1], g.when(n, parent).Format(layout), l[2], g.nameList(parent.to))
	if len(parent.cc) > 0 {
		fmt.Fprintf(&b, "%s: %s\n", l[3], g.nameList(parent.cc))
	}
	fmt.Fprintf(&b, "%s: %s\n", l[4], parent.subject)
	return b.String()
}

func (g *generator) nameAndAddress(n *node, mailto bool) string {
	p := &g.cast.all[n.author]
	if mailto {
		return fmt.Sprintf("%s [mailto:%s]", p.name(), p.addresses[n.from])
	}
	return fmt.Sprintf("%s <%s>", p.name(), p.addresses[n.from])
}

// nameList joins names as Outlook does; it shows no more than a dozen.
func (g *generator) nameList(people []int) string {
	names := make([]string, 0, len(people))
	for _, p := range people[:min(len(people), 12)] {
		names = append(names, g.cast.all[p].name())
	}
	return strings.Join(names, "; ")
}

func (g *generator) addressList(people []int) string {
	var all []string
	for _, p := range people[:min(len(people), 12)] {
		all = append(all, g.cast.all[p].addresses[0])
	}
	return strings.Join(all, ", ")
}

// lotusHead is the block of Lotus Notes: a name, a date, then To, cc and
// Subject, each with blanks before it.
func (g *generator) lotusHead(n, parent *node) string {
	from := g.nameAndAddress(parent, false)
	if n.random.chance(5000) {
		from = strings.Replace(from, " <", "\n<", 1)
	}
	return fmt.Sprintf("%s\n%s\n\n        To:     %s\n        cc:     %s\n        Subject:        %s\n", from,
		g.when(n, parent).Format("01/02/2006 03:04 PM"), g.addressList(parent.to), g.addressList(parent.cc), parent.subject)
}

// forwardOf shows a forwarded mail, mostly whole.
func (g *generator) forwardOf(m mailer, n, parent *node, shown string) quote {
	p, at := &g.cast.all[parent.author], g.when(n, parent)
	from, to := g.nameAndAddress(parent, false), g.addressList(slices.Concat(parent.to, parent.cc))
	q := quote{style: quoteForward, above: true, body: shown}
	switch m {
	case webmail:
		q.head = fmt.Sprintf("---------- Forwarded message ----------\nFrom: %s\nDate: %s\nSubject: %s\nTo: %s\n",
			from, at.Format("Mon, Jan 2, 2006 at 3:04 PM"), parent.subject, to)
	case apple:
		q.head = "Begin forwarded message:\n"
		q.body = prefixed(fmt.Sprintf("From: %s\nDate: %s\nTo: %s\nSubject: %s\n\n%s",
			from, at.Format("January 2, 2006, 3:04:05 PM -0700"), to, parent.subject, shown))
	case bird:
		q.head = fmt.Sprintf("-------- Original Message --------\nSubject: %s\nDate: %s\nFrom: %s\nTo: %s\n",
			parent.subject, at.Format("Mon, 02 Jan 2006 15:04:05 -0700"), from, to)
	case lotus:
		by := &g.cast.all[n.author]
		bar := fmt.Sprintf("---------------------- Forwarded by %s/HQ/%s on %s ---------------------------",
			by.name(), strings.ToUpper(by.nick), at.Format("01/02/2006 03:04 PM"))
		q.head = wrap(bar, 80) + fmt.Sprintf("\n\n\n\"%s\" <%s> on %s\nTo: %s\ncc: \nSubject: %s\n",
			p.name(), p.addresses[parent.from], at.Format("01/02/2006 03:04:05 PM"), to, parent.subject)
	default:
		q.head = g.outlookHead(m, n, parent)
	}
	return q
}
