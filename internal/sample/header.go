package sample

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"
)

// header writes the fields of a mail in the order they are asked for.
type header struct {
	b       []byte
	defects []string // see Truth.Defects
	hazards []string // damage that a reader need not call a defect
	files   []string // names of what is attached
}

func (h *header) field(name, value string) {
	h.b = append(append(append(append(h.b, name...), ": "...), value...), '\n')
}

func (h *header) defect(name string) {
	if !slices.Contains(h.defects, name) {
		h.defects = append(h.defects, name)
	}
}

func (h *header) hazard(name string) { h.hazards = append(h.hazards, name) }

// fold joins items with a separator and breaks lines before 77 bytes.
func fold(name string, items []string, separator string) string {
	var b strings.Builder
	column := len(name) + 2
	for i, item := range items {
		if i > 0 {
			b.WriteString(separator)
			if column+len(item) > 75 {
				b.WriteString("\n")
				column = 0
			}
			b.WriteString(" ")
		}
		b.WriteString(item)
		column += len(item) + 2
	}
	return b.String()
}

// head writes the fields that every copy of a mail shares. A sent copy has
// the Bcc field, and a copy from a list what the list adds.
func (g *generator) head(t *thread, n *node, sent, fromList bool) header {
	var h header
	r := newRandom(n.key, 3)
	author := &g.cast.all[n.author]
	h.field("From", g.mailbox(&h, r, n.author, n.from))
	if n.writer != n.author && !fromList { // a list puts its own Sender there
		h.field("Sender", g.mailbox(&h, r, n.writer, 0))
	}
	g.recipients(&h, r, t, n, sent)
	h.field("Subject", fold("Subject", strings.Split(encodedWords(n.subject, "utf-8", r.chance(5000)), " "), ""))
	g.dateField(&h, r, n)
	if n.id != "" {
		h.field("Message-ID", "<"+n.id+">")
	}
	g.replyFields(&h, r, t, n)
	if len(n.index) > 0 {
		topic := n.subject
		if cut := strings.Index(topic, ": "); cut > 0 && cut <= 4 {
			topic = topic[cut+2:]
		}
		h.field("Thread-Topic", encodedWords(topic, "utf-8", true))
		h.field("Thread-Index", foldBase64(n.index))
	}
	h.field("X-Mailer", mailerNames[author.mailer])
	if fromList {
		listFields(&h, &g.cast.all[t.list])
	}
	if t.robot != 0 {
		_, domain, _ := strings.Cut(author.addresses[0], "@")
		h.field("Precedence", "bulk")
		h.field("Auto-Submitted", "auto-generated")
		h.field("List-Unsubscribe", "<http://www."+domain+"/leave>")
	}
	return h
}

var mailerNames = map[mailer]string{
	outlook: "Fictional Exchange 14.1", webmail: "Webpost 3", lotus: "Petal Notes 8.5",
	apple: "Orchard Mail (2.1081)", bird: "Songbird 3.1", phone: "Handheld 5.0",
}

func (g *generator) recipients(h *header, r *random, t *thread, n *node, sent bool) {
	switch {
	case n.undisclosed:
		h.field("To", "undisclosed-recipients:;")
		return
	case len(n.to) > 2 && r.chance(300):
		h.field("To", "Team: "+fold("To: Team", g.mailboxes(h, r, t, n.to), ",")+";")
	default:
		h.field("To", fold("To", g.mailboxes(h, r, t, n.to), ","))
	}
	if len(n.cc) > 0 {
		h.field("Cc", fold("Cc", g.mailboxes(h, r, t, n.cc), ","))
	}
	if sent && len(n.bcc) > 0 {
		h.field("Bcc", fold("Bcc", g.mailboxes(h, r, t, n.bcc), ","))
	}
}

func (g *generator) mailboxes(h *header, r *random, t *thread, people []int) []string {
	all := make([]string, len(people))
	for i, p := range people {
		address := 0
		if count := len(g.cast.all[p].addresses); count > 1 && r.chance(1500) {
			address = r.below(count)
		}
		if p == 0 && t.topic == len(circles)-1 {
			address = 1 // the family writes home
		}
		all[i] = g.mailbox(h, r, p, address)
	}
	return all
}

// mailbox writes one address with one of the names that mailers and address
// books give it.
func (g *generator) mailbox(h *header, r *random, who, address int) string {
	p := &g.cast.all[who]
	spec := "<" + spelled(r, p.addresses[address]) + ">"
	name := p.name()
	form := r.below(100)
	if p.kind == list && form < 60 {
		return p.addresses[address]
	}
	if !isASCII(name) {
		if r.chance(350) && p.charset != "iso-2022-jp" {
			return rawName(h, name, p.charset) + " " + spec
		}
		return encodedWords(name, p.charset, form < 50) + " " + spec
	}
	switch {
	case form < 6:
		return p.addresses[address]
	case form < 12 && p.kind == human:
		return p.nick + " " + spec
	case form < 26 && p.surname != "":
		return `"` + p.surname + ", " + p.given + `" ` + spec
	case form < 29:
		return `"'` + name + `'" ` + spec
	case form < 33 && p.organisation != "":
		return `"` + name + " (" + p.organisation + `)" ` + spec
	}
	return name + " " + spec
}

// rawName is a name that was put into a header without being encoded.
func rawName(h *header, name, charset string) string {
	raw, used := encode(name, charset)
	if used == "utf-8" {
		h.hazard("raw-utf8-header")
		return name
	}
	h.defect("header-8bit")
	return string(raw)
}

// spelled is an address as somebody types it: case does not matter to a
// domain (RFC 5321 §2.4).
func spelled(r *random, address string) string {
	local, domain, _ := strings.Cut(address, "@")
	if r.chance(200) {
		return local + "@" + strings.ToUpper(domain[:1]) + domain[1:]
	}
	return address
}

// The rates of dates that are hard to read, in 10,000.
const (
	rateUndated     = 30
	rateNoZone      = 60
	rateBadZone     = 30
	rateZoneInWords = 30
	rateLetterZone  = 300
	rateShortYear   = 40
	rateZoneComment = 600
)

func (g *generator) dateField(h *header, r *random, n *node) {
	z := g.cast.all[n.author].zone
	at := z.local(n.stated)
	const day = "Mon, 2 Jan 2006 15:04:05"
	switch {
	case r.chance(rateUndated):
		undated(h, r)
	case r.chance(rateNoZone):
		h.defect("date-zone")
		h.field("Date", at.Format(day))
	case r.chance(rateBadZone):
		h.defect("date-zone")
		h.field("Date", at.Format(day)+pick(r, []string{" +2500", " (local)"}))
	case r.chance(rateZoneInWords):
		h.hazard("zone-in-words")
		h.field("Date", at.Format(day+" UTC-07:00"))
	case r.chance(rateShortYear):
		h.hazard("short-year")
		year := fmt.Sprintf("%02d", at.Year()%100)
		if r.chance(3000) {
			year = fmt.Sprint(at.Year() - 1900) // struct tm, printed as it is
		}
		h.field("Date", at.Format("Mon, 2 Jan ")+year+at.Format(" 15:04:05 -0700"))
	case r.chance(rateLetterZone):
		h.field("Date", at.Format(day)+" "+z.letters(n.stated))
	case r.chance(rateZoneComment):
		h.field("Date", at.Format(day+" -0700")+" ("+z.letters(n.stated)+")")
	default:
		h.field("Date", at.Format(day+" -0700"))
	}
}

// undated leaves a mail without a date that can be read.
func undated(h *header, r *random) {
	if r.chance(5000) {
		h.hazard("no-date")
		return
	}
	h.defect("date")
	h.field("Date", "sometime last week")
}

// replyFields writes In-Reply-To and References.
func (g *generator) replyFields(h *header, r *random, t *thread, n *node) {
	if len(n.cited) == 0 {
		return
	}
	last := n.cited[len(n.cited)-1]
	if n.cites == citesInReplyTo || r.chance(8500) {
		h.field("In-Reply-To", g.inReplyTo(r, t, n, last))
	}
	if n.cites != citesReferences {
		return
	}
	items := make([]string, len(n.cited))
	for i, id := range n.cited {
		items[i] = "<" + id + ">"
	}
	h.field("References", fold("References", items, ""))
}

// inReplyTo is mostly one bare id, as RFC 5322 §3.6.4 has it, and else one of
// the older forms with words and addresses around it.
func (g *generator) inReplyTo(r *random, t *thread, n *node, id string) string {
	bare := "<" + id + ">"
	if !r.chance(rateProse) {
		return bare
	}
	parent := &t.nodes[n.parent]
	p := &g.cast.all[parent.author]
	when := g.when(n, parent).Format(time.RFC1123Z)
	name := p.name()
	if !isASCII(name) {
		name = p.addresses[parent.from]
	}
	switch form := r.below(5); {
	case form == 0 && n.cites == citesReferences:
		return "Your message of \"" + when + "\""
	case form == 1:
		return "Message from " + name + "\n of \"" + when + "\" " + bare
	case form == 2:
		return "Your message of \"" + when + "\".\n " + bare
	case form == 3:
		return "<" + p.addresses[parent.from] + "> from \"" + name + "\"\n id " + bare
	}
	return bare + " (" + name + "'s message\n of \"" + when + "\")"
}

func foldBase64(b []byte) string {
	text := base64.StdEncoding.EncodeToString(b)
	var lines []string
	for len(text) > 60 {
		lines = append(lines, text[:60])
		text = text[60:]
	}
	return strings.Join(append(lines, text), "\n ")
}

func listFields(h *header, l *person) {
	local, domain, _ := strings.Cut(l.addresses[0], "@")
	h.field("Sender", local+"-bounces@"+domain)
	h.field("Precedence", "list")
	h.field("List-Id", "\""+l.given+"\" <"+local+"."+domain+">")
	h.field("List-Post", "<mailto:"+l.addresses[0]+">")
	h.field("List-Unsubscribe", "<http://"+domain+"/options/"+local+">")
}

// trace writes the fields that delivery adds (RFC 5321 §4.4): how often it was
// delivered tells copies apart.
func (g *generator) trace(n *node, to string, r *random) []byte {
	var h header
	from := g.cast.all[n.author].addresses[n.from]
	_, fromHost, _ := strings.Cut(from, "@")
	_, toHost, _ := strings.Cut(to, "@")
	arrived := time.Unix(n.sent+int64(r.between(1, 90)), 0).UTC()
	h.field("Return-Path", "<"+from+">")
	h.field("Delivered-To", to)
	h.field("Received", fmt.Sprintf("from relay%d.%s (198.51.100.%d)\n by mx.%s with ESMTP id %s;\n %s",
		r.between(1, 4), fromHost, r.between(1, 254), toHost, r.hex(5), arrived.Format(time.RFC1123Z)))
	if toHost == webmailDomain {
		h.field("X-GM-THRID", fmt.Sprint(n.conversation))
	}
	if r.chance(5000) {
		h.field("Received", fmt.Sprintf("from desk-%s (192.0.2.%d) by relay.%s;\n %s",
			r.hex(2), r.between(1, 254), fromHost, arrived.Add(-time.Second*time.Duration(r.between(1, 40))).Format(time.RFC1123Z)))
	}
	return h.b
}
