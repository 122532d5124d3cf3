package sample

import (
	"fmt"
	"html"
	"strings"
)

// entity is a MIME entity: its Content fields, then its body.
type entity struct {
	fields string
	body   []byte
}

// The ways a text is written.
const (
	plainOnly = iota
	alternative
	htmlOnly
)

var forms = map[mailer]weights{
	outlook: newWeights(40, 52, 8),
	webmail: newWeights(30, 64, 6),
	lotus:   newWeights(80, 10, 10),
	apple:   newWeights(70, 26, 4),
	bird:    newWeights(96, 3, 1),
	phone:   newWeights(78, 4, 18),
}

// mime writes the body of a mail with what is attached to it. The list's
// footer, when there is one, goes under the plain text.
func (g *generator) mime(h *header, n *node, footer string) entity {
	p := &g.cast.all[n.author]
	r := newRandom(n.key, 1)
	form := r.weighted(forms[p.mailer])
	if footer != "" {
		form = plainOnly
	}
	e := g.textEntity(h, n, r, form, footer)
	files, names := g.attachments(n)
	h.files = names
	if n.embedded != nil {
		files = append(files, entity{"Content-Type: message/rfc822\nContent-Transfer-Encoding: 8bit\nContent-Disposition: attachment\n", n.embedded})
	}
	if len(files) > 0 {
		parts := append([]entity{e}, files...)
		e = multipart("mixed", boundary(r, p.mailer, n.sent), parts)
	}
	return e
}

func (g *generator) textEntity(h *header, n *node, r *random, form int, footer string) entity {
	p := &g.cast.all[n.author]
	text := n.text + footer
	if form == plainOnly {
		return textPart(h, r, "plain", text, p)
	}
	markup := textPart(h, r, "html", htmlOf(n, p), p)
	if form == htmlOnly {
		return markup
	}
	return multipart("alternative", boundary(r, p.mailer, n.sent), []entity{textPart(h, r, "plain", text, p), markup})
}

// textPart chooses a charset and a transfer encoding.
func textPart(h *header, r *random, subtype, text string, p *person) entity {
	charset := p.charset
	if charset == "us-ascii" && p.mailer == outlook && r.chance(4000) {
		text = strings.ReplaceAll(text, "'", "’")
		charset = "windows-1252"
	}
	raw, used := encode(text, charset)
	if used == "us-ascii" && charset != "iso-2022-jp" && r.chance(4000) {
		used = charset
	}
	if !isASCII(text) && used != "iso-2022-jp" && r.chance(rateWrongCharset) {
		h.defect("charset")
		used = wrongCharset(used)
	}
	transfer := pick(r, []string{"quoted-printable", "quoted-printable", "quoted-printable", "base64", "8bit"})
	if isASCII(text) && longestLine(text) < 900 && !r.chance(2500) {
		transfer = "7bit"
	}
	if longestLine(text) >= 900 && transfer == "8bit" || used == "iso-2022-jp" && transfer == "8bit" {
		transfer = "base64"
	}
	flowed := ""
	if p.mailer == bird && subtype == "plain" {
		flowed = "; format=flowed"
	}
	fields := fmt.Sprintf("Content-Type: text/%s; charset=%s%s\nContent-Transfer-Encoding: %s\n",
		subtype, quoteCharset(r, used), flowed, transfer)
	return entity{fields, transferred(raw, transfer)}
}

// wrongCharset is what a text in another charset is labelled with.
func wrongCharset(right string) string {
	if right == "utf-8" {
		return "us-ascii"
	}
	return "utf-8"
}

func quoteCharset(r *random, charset string) string {
	switch r.below(3) {
	case 0:
		return `"` + charset + `"`
	case 1:
		return strings.ToUpper(charset)
	}
	return charset
}

func transferred(raw []byte, transfer string) []byte {
	switch transfer {
	case "quoted-printable":
		return quotedPrintable(raw)
	case "base64":
		return base64Lines(raw)
	}
	return raw
}

func longestLine(text string) int {
	longest := 0
	for line := range strings.Lines(text) {
		longest = max(longest, len(line))
	}
	return longest
}

// boundary is one in the manner of a mailer; Outlook's carries the time.
func boundary(r *random, m mailer, sent int64) string {
	switch m {
	case outlook:
		at := filetime(sent)
		return fmt.Sprintf("----=_NextPart_000_%04X_%08X.%08X", r.below(1<<16), at>>32, at&0xFFFFFFFF)
	case apple:
		return "Apple-Mail-" + fmt.Sprint(r.between(1, 99)) + "-" + fmt.Sprint(r.below(1<<30))
	case bird:
		return "------------" + strings.ToUpper(r.hex(12))
	case lotus:
		return "=_alternative " + strings.ToUpper(r.hex(8)) + "_="
	}
	return r.hex(14)
}

func multipart(subtype, boundary string, parts []entity) entity {
	size := 200
	for _, p := range parts {
		size += len(p.fields) + len(p.body) + len(boundary) + 8
	}
	b := make([]byte, 0, size)
	if subtype == "mixed" {
		b = append(b, "This is a multi-part message in MIME format.\n"...)
	}
	for i, p := range parts {
		if i > 0 || len(b) > 0 {
			b = append(b, '\n')
		}
		b = append(append(append(b, "--"...), boundary...), '\n')
		b = append(append(append(b, p.fields...), '\n'), p.body...)
	}
	b = append(append(append(b, "\n--"...), boundary...), "--\n"...)
	return entity{fmt.Sprintf("Content-Type: multipart/%s;\n boundary=\"%s\"\n", subtype, boundary), b}
}

// htmlOf is the text as the author's mailer marks it up, its quote in the
// container that mailer uses.
func htmlOf(n *node, p *person) string {
	var b strings.Builder
	b.Grow(2 * len(n.text))
	b.WriteString("<html><head><style>p { margin: 0 0 1em 0 }</style></head><body>\n")
	switch {
	case n.quote.body == "" || n.quote.style == quoteInline:
		paragraphsHTML(&b, n.text)
	case p.mailer == outlook || p.mailer == phone:
		paragraphsHTML(&b, n.own)
		b.WriteString(`<div style="border:none;border-top:solid #B5C4DF 1.0pt;padding:3.0pt 0in 0in 0in">` + "\n")
		headHTML(&b, n.quote.head)
		b.WriteString("</div>\n")
		paragraphsHTML(&b, n.quote.body)
	default:
		class := map[mailer]string{webmail: `div class="gmail_quote"`, apple: `div class="AppleMailQuote"`}[p.mailer]
		if class == "" {
			class = "div"
		}
		paragraphsHTML(&b, n.own)
		fmt.Fprintf(&b, "<%s>%s<br>\n<blockquote type=\"cite\" style=\"margin:0 0 0 .8ex;border-left:1px #ccc solid\">\n",
			class, strings.ReplaceAll(html.EscapeString(n.quote.head), "\n", "<br>\n"))
		paragraphsHTML(&b, unprefixed(n.quote.body))
		b.WriteString("</blockquote></div>\n")
	}
	b.WriteString("</body></html>\n")
	return b.String()
}

// headHTML writes a header block without the bar, its labels in bold.
func headHTML(b *strings.Builder, head string) {
	b.WriteString("<p>")
	for line := range strings.Lines(head) {
		label, value, found := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		if found {
			fmt.Fprintf(b, "<b>%s:</b> %s<br>\n", html.EscapeString(label), html.EscapeString(value))
		}
	}
	b.WriteString("</p>\n")
}

func paragraphsHTML(b *strings.Builder, text string) {
	for p := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
		fmt.Fprintf(b, "<p>%s</p>\n", strings.ReplaceAll(html.EscapeString(strings.Trim(p, "\n")), "\n", "<br>\n"))
	}
}

// unprefixed takes one level of ">" away.
func unprefixed(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	for line := range strings.Lines(text) {
		b.WriteString(strings.TrimPrefix(strings.TrimPrefix(line, ">"), " "))
	}
	return b.String()
}
