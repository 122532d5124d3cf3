package sample

import (
	"fmt"
	"strings"
)

// compose writes the text of a mail: what its author says and what it quotes.
func (g *generator) compose(t *thread, i int) {
	n := &t.nodes[i]
	v := &voice{random: n.random, lex: t.voice.lex, theme: t.topic, names: t.voice.names}
	if t.robot != 0 {
		n.own = g.newsletter(v, n)
		n.text = n.own
		return
	}
	author := &g.cast.all[n.author]
	said := v.paragraphs()
	if n.forward {
		said = said[:1]
	}
	if n.random.chance(150) {
		said = append(said, "From what "+pick(n.random, v.names)+" says, "+strings.ToLower(string(v.sentence(nil))))
		n.hazard("from-line-in-body")
	}
	if n.random.chance(10) {
		said = append(said, separatorLookalike(n, author))
		n.hazard("separator-in-body")
	}
	width := lineWidth(author.mailer)
	if n.parent >= 0 {
		n.quote = g.quoteParent(t, n, said)
	}
	if n.quote.style != "" && !n.quote.above {
		n.own = wrap(strings.Join(said, "\n\n"), width) + "\n"
		n.text = n.quote.head + "\n" + n.quote.body + g.signature(n)
		return
	}
	n.own = g.greeting(n) + wrap(strings.Join(said, "\n\n"), width) + "\n" + g.signature(n)
	n.text = n.own
	if n.quote.head != "" || n.quote.body != "" {
		n.text = n.own + "\n" + n.quote.head + "\n" + n.quote.body
	}
}

// separatorLookalike is a paragraph that begins as an mbox separator does and
// is none: no header follows.
func separatorLookalike(n *node, p *person) string {
	return "From " + p.addresses[0] + " " + p.zone.local(n.sent).Format("Mon Jan _2 15:04:05 2006") + "\nis all that the old file says."
}

// lineWidth is where a mailer breaks lines; 0 for one that does not.
func lineWidth(m mailer) int {
	switch m {
	case outlook, phone:
		return 0
	case lotus:
		return 78
	}
	return 72
}

func (g *generator) greeting(n *node) string {
	if len(n.to) == 0 || n.random.chance(3500) {
		return ""
	}
	to := &g.cast.all[n.to[0]]
	switch {
	case to.kind == list:
		return "Hello all,\n\n"
	case len(n.to)+len(n.cc) > 4:
		return "All,\n\n"
	case n.random.chance(2000):
		return strings.ToUpper(to.nick[:min(len(to.nick), 1)]) + to.nick[min(len(to.nick), 1):] + " -\n\n"
	}
	return pick(n.random, []string{"", "Hi ", "Dear ", "Hello "}) + to.given + ",\n\n"
}

// signature closes a mail; the block after "-- " is the mailer's (RFC 3676
// §4.3), with numbers nobody has.
func (g *generator) signature(n *node) string {
	p, r := &g.cast.all[n.author], n.random
	b := "\n"
	if r.chance(7500) {
		b += pick(r, []string{"", "Best,\n", "Thanks,\n", "Regards,\n", "Cheers\n", "Yours,\n"}) + p.given + "\n"
	}
	if n.writer != n.author {
		b += fmt.Sprintf("\n[sent by %s for %s]\n", g.cast.all[n.writer].name(), p.name())
	}
	switch {
	case p.mailer == phone:
		return b + "\nSent from my handheld\n"
	case p.title != "" && n.quote.style != quoteInline && r.chance(5500):
		b += fmt.Sprintf("\n-- \n%s\n%s, %s\nTel. 555-01%02d\n", p.name(), p.title, p.organisation, int(p.id[len(p.id)-1])%100)
	}
	if p.disclaims && n.parent < 0 {
		b += "\n" + wrap(fmt.Sprintf(disclaimer, p.organisation), lineWidth(p.mailer)) + "\n"
	}
	return b
}

const disclaimer = `This message and any file with it are meant for the person they are addressed to and may be confidential. If you received them by mistake, tell the sender and delete them. Views in this message are those of the sender and not of %s.`

// newsletter is what robots send.
func (g *generator) newsletter(v *voice, n *node) string {
	robot := &g.cast.all[n.author]
	_, domain, _ := strings.Cut(robot.addresses[0], "@")
	var b strings.Builder
	fmt.Fprintf(&b, "%s: this week\n\n", robot.given)
	for i := range v.between(2, 9) {
		fmt.Fprintf(&b, "%d. %s\n%s\nhttp://www.%s/items/%d\n\n", i+1, v.subject(),
			wrap(string(v.paragraph(nil, v.between(1, 3))), 72), domain, v.below(1_000_000))
	}
	fmt.Fprintf(&b, "You get this because you are on our list. To leave it: http://www.%s/leave\n", domain)
	return b.String()
}

// listFooter is what list software puts under every mail it passes on.
func listFooter(l *person) string {
	local, domain, _ := strings.Cut(l.addresses[0], "@")
	return fmt.Sprintf("\n_______________________________________________\n%s mailing list\n%s\nhttp://%s/listinfo/%s\n",
		l.given, l.addresses[0], domain, local)
}
