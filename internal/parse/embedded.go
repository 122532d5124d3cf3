package parse

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"skein/internal/mail"
	"skein/internal/outlook"
)

// Embedded is a mail that is a part of another (message/rfc822, RFC 2046
// §5.2.1; message/partial of a single part, §5.2.2; message/global, RFC 6532
// §3.7; message/news, RFC 1036), or an .eml or .msg file attached to it, its
// transfer encoding undone. The other lists it as an attachment as well.
type Embedded struct {
	Part string // part path, such as "2.1"
	Raw  []byte // owned by the receiver
}

// Limits on the mails inside one mail.
const (
	maxEmbedded    = 1000      // at all depths together
	maxEmbedding   = 16        // inside one another
	embeddedFactor = 4         // bytes for each byte of the mail, at all depths together …
	embeddedSpare  = 256 << 10 // … and so many more
)

// embed keeps the bytes of a part that is a mail.
func (r *reading) embed(p *part, name string, decoded []byte) {
	claimed, extension := p.claimsMail(), strings.ToLower(path.Ext(name))
	file := p.media.kind == "application/vnd.ms-outlook" || extension == ".msg"
	fromOutlook := (claimed || file) && outlook.IsCompound(decoded) // read to the end later, and told of then
	switch {
	case !fromOutlook && !((claimed || extension == ".eml") && isMail(decoded)):
		if claimed {
			r.defect(NoMail, p.offset, "")
		}
	case len(r.embedded) >= maxEmbedded:
		r.defect(EmbeddedCut, p.offset, "")
	default:
		r.embedded = append(r.embedded, Embedded{Part: p.path, Raw: bytes.Clone(decoded)})
	}
}

// claimsMail says whether a part is a whole mail by its type.
func (p *part) claimsMail() bool {
	switch p.media.kind {
	case "message/rfc822", "message/global", "message/news":
		return true
	case "message/partial":
		return p.media.get("number") == "1" && p.media.get("total") == "1"
	}
	return false
}

// isMail says whether a part that may be a mail is one: Message reads
// it, and a field says who wrote, to whom, when, of what, or under which id.
func isMail(raw []byte) bool {
	if len(bytes.TrimSpace(raw)) == 0 {
		return false
	}
	r := readings.Get().(*reading)
	defer r.release()
	r.repair(raw)
	r.fields, _ = r.scanHeader(r.fields[:0], 0, len(r.src.raw))
	if r.refusal() != "" {
		return false
	}
	v := r.collect()
	return len(v.messageID)+len(v.date)+len(v.subject)+len(v.people[mail.From])+len(v.people[mail.To]) > 0
}

// Inner is a mail inside another, at any depth.
type Inner struct {
	Part string // of one inside an inner mail, that mail's and its own: "2.1/1"
	Raw  []byte
	Result
}

// Within reads the mails inside a mail of size bytes that Message gave r for:
// level by level, each in the order of its parts. Where there are more than the
// limits allow, the first are returned, and the mail has the defect
// EmbeddedCut; the others are kept in its own bytes alone. Equal bytes give
// equal facts here too, whichever mails they are inside. It takes r.Embedded.
func (r *Result) Within(size int) []Inner {
	if len(r.Embedded) == 0 {
		return nil
	}
	root := &nested{Inner: Inner{Result: *r}, size: size, kept: true}
	var inner []Inner
	for _, n := range root.walk() {
		if n.over() {
			n.note(EmbeddedCut)
		}
		if n.up != nil {
			inner = append(inner, n.Inner)
		}
	}
	r.Facts, r.Embedded = root.Facts, nil
	return inner
}

// nested is a mail and what is inside it. What is not kept is read for the
// sake of the facts of the mails around it.
type nested struct {
	Inner
	size, depth int
	kept        bool
	up          *nested // nil for the outermost

	height, mails, bytes int // of the mails inside that were read
}

// walk returns n and the mails inside it that are kept: the first, up to the
// limits. It reads on until of each of them is known whether more is inside it
// than the limits allow. Each level holds no more bytes than the one around it.
func (n *nested) walk() []*nested {
	kept, room, full := []*nested{n}, embeddedFactor*n.size+embeddedSpare, false
	for todo := []*nested{n}; len(todo) > 0; todo = todo[1:] {
		up := todo[0]
		embedded := up.Embedded
		up.Embedded = nil
		if !up.matters() {
			continue
		}
		for _, e := range embedded {
			inner := up.inner(e)
			if inner == nil {
				up.note(NoMail)
				continue
			}
			full = full || inner.depth > maxEmbedding || len(kept) > maxEmbedded || inner.size > room
			if !full {
				inner.kept = true
				kept, room = append(kept, inner), room-inner.size
			} else {
				inner.Raw, inner.Facts, inner.Text = nil, mail.Facts{}, ""
			}
			todo = append(todo, inner)
		}
	}
	return kept
}

// matters says whether what is inside a mail can change what is said of it or
// of a mail around it.
func (n *nested) matters() bool {
	for ; n != nil; n = n.up {
		if n.kept && !n.over() {
			return true
		}
	}
	return false
}

// over says whether more is inside a mail than the limits allow.
func (n *nested) over() bool {
	return n.height > maxEmbedding || n.mails > maxEmbedded || n.bytes > embeddedFactor*n.size+embeddedSpare
}

// inner reads a mail directly inside and counts it; nil when it breaks its
// reader.
func (n *nested) inner(e Embedded) *nested {
	result, err := Message(e.Raw)
	if err != nil {
		return nil
	}
	part := e.Part
	if n.up != nil {
		part = n.Part + "/" + part
	}
	inner := &nested{Inner: Inner{part, e.Raw, result}, size: len(e.Raw), depth: n.depth + 1, up: n}
	for around := n; around != nil; around = around.up {
		around.height = max(around.height, inner.depth-around.depth)
		around.mails++
		around.bytes += inner.size
	}
	return inner
}

// note records a defect of the mail as a whole, once.
func (n *nested) note(kind mail.DefectKind) {
	f := &n.Facts
	known := slices.ContainsFunc(f.Defects, func(d mail.Defect) bool { return d.Kind == kind })
	if !known && len(f.Defects) < maxDefects {
		f.Defects = append(f.Defects, mail.Defect{Kind: kind})
	}
}
