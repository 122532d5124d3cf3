package parse

import (
	"cmp"
	"crypto/sha256"
	"path"
	"strings"

	"skein/internal/charset"
	"skein/internal/mail"
)

// body is a text that a reader is shown.
type body struct {
	part   int
	text   string
	html   bool
	twin   bool // the other form of the same text stands beside it, in a TNEF part
	packed bool // came out of a TNEF part; shown where the mail says nothing else
}

// file is an attachment with what it adds to the content hash.
type file struct {
	mail.Attachment
	digest mail.SHA
}

// leaf takes the decoded bytes of a part that holds no parts: a text to show,
// an attachment, or, when a shown text has a file name, both. It keeps none of
// the bytes.
func (r *reading) leaf(at int, decoded []byte) {
	p := &r.parts[at]
	name := r.fileName(p)
	shown := p.shown(name)
	if shown {
		if p.media.kind == "text/plain" {
			decoded = r.cutFiles(at, decoded)
		}
		declared := p.media.get("charset")
		text, held := charset.Text(decoded, declared)
		if !held {
			r.defect(BadCharset, p.body, cutText(collapse(decodeRaw(declared, "")), 40))
		}
		b := body{part: at, text: plainText(text), html: p.media.kind != "text/plain"}
		if !b.html && strings.TrimSpace(b.text) != "" {
			r.markPlain(at)
		}
		r.bodies = append(r.bodies, b)
	}
	if !shown || name != "" {
		r.attach(p, name, decoded)
		r.openTNEF(at, decoded)
	}
}

// shown says whether a part is text for the reader and not a file.
func (p *part) shown(name string) bool {
	switch p.media.kind {
	case "text/plain", "text/html", "text/enriched", "text/richtext":
	default:
		return false
	}
	if p.place.kind == "attachment" {
		return false
	}
	// A first part is the letter itself, even when a mailer names it.
	return name == "" || p.place.kind == "inline" || path.Ext("."+p.path) == ".1"
}

// markPlain tells the alternatives around a part that plain text is inside.
func (r *reading) markPlain(at int) {
	for at = r.parts[at].parent; at >= 0; at = r.parts[at].parent {
		r.parts[at].plain = true
	}
}

// replaced says whether a multipart/alternative around a part shows plain
// text instead of it.
func (r *reading) replaced(at int) bool {
	for at = r.parts[at].parent; at >= 0; at = r.parts[at].parent {
		if r.parts[at].plain && r.parts[at].media.kind == "multipart/alternative" {
			return true
		}
	}
	return false
}

// text joins the shown texts by blank lines, in the order of the mail.
func (r *reading) text() string {
	var texts []string
	for _, b := range r.bodies {
		if b.html {
			if b.twin || r.replaced(b.part) {
				continue
			}
			b.text = htmlText(b.text)
		}
		if strings.TrimSpace(b.text) != "" {
			texts = append(texts, b.text)
		}
	}
	return strings.Join(texts, "\n\n")
}

// plainText ends lines in LF, drops NUL and a byte order mark, and trims
// blank lines at the end.
func plainText(s string) string {
	s = strings.TrimPrefix(s, "\uFEFF")
	if strings.IndexByte(s, '\r') >= 0 {
		s = strings.ReplaceAll(s, "\r\n", "\n")
		s = strings.ReplaceAll(s, "\r", "\n")
	}
	if strings.IndexByte(s, 0) >= 0 {
		s = strings.ReplaceAll(s, "\x00", "")
	}
	return strings.TrimRight(s, "\n")
}

func (r *reading) fileName(p *part) string {
	if len(p.place.params) == 0 && len(p.media.params) == 0 {
		return ""
	}
	fallback := r.declared()
	name := p.place.text("filename", fallback)
	return cutText(cmp.Or(name, p.media.text("name", fallback)), maxName)
}

func (r *reading) attach(p *part, name string, decoded []byte) {
	kind := p.media.kind
	if len(kind) > 127 || !charset.IsASCII(kind) { // RFC 6838 §4.2
		kind = "application/octet-stream"
	}
	f := file{Attachment: mail.Attachment{
		Name: name, Type: kind, Size: int64(len(decoded)), SHA: sha256.Sum256(decoded), Part: p.path,
		Inline: p.place.kind == "inline", ContentID: contentID(p.id),
	}}
	if r.visit != nil {
		r.visit(f.Attachment, decoded)
	}
	f.digest = f.SHA
	// Bytes that travelled as lines may have had their line ends changed.
	if p.encoding != "base64" && p.encoding != "uuencode" {
		f.digest = sumLines(r, decoded, nil)
	}
	r.files = append(r.files, f)
	r.embed(p, name, decoded)
}
