package parse

import (
	"html"
	"slices"
	"strings"

	"skein/internal/mail"
)

// Files reads a mail and calls visit with each of its attachments and the
// decoded bytes, which are visit's until it returns. A mail that has to be read
// twice may come to the same attachment twice. The error is that of Message.
func Files(raw []byte, visit func(mail.Attachment, []byte)) error {
	_, err := guarded(raw, func(raw []byte) (Result, error) {
		r := readings.Get().(*reading)
		defer r.release()
		r.visit = visit
		return Result{}, r.readParts(raw)
	})
	return err
}

// File returns the decoded bytes of the attachment with that SHA-256, and
// whether the mail has one.
func File(raw []byte, sha mail.SHA) ([]byte, bool) {
	var found []byte
	err := Files(raw, func(a mail.Attachment, decoded []byte) {
		if a.SHA == sha && found == nil {
			found = append([]byte{}, decoded...)
		}
	})
	return found, err == nil && found != nil
}

// HTML returns the HTML that a mail shows, as it was sent: not safe to be
// displayed. Its parts follow one another in the order of the mail; plain text
// is among them unless it says the same as HTML beside it (RFC 2046 §5.1.4).
// It is "" when no part is HTML. The error is that of Message.
func HTML(raw []byte) (string, error) {
	var source string
	_, err := guarded(raw, func(raw []byte) (Result, error) {
		r := readings.Get().(*reading)
		defer r.release()
		err := r.readParts(raw)
		if err == nil {
			source = r.html()
		}
		return Result{}, err
	})
	return source, err
}

// html joins the bodies as HTML.
func (r *reading) html() string {
	rich := map[int]bool{} // alternatives with HTML inside
	for _, b := range r.bodies {
		for at := r.parts[b.part].parent; b.html && at >= 0; at = r.parts[at].parent {
			rich[at] = r.parts[at].media.kind == "multipart/alternative"
		}
	}
	if !slices.ContainsFunc(r.bodies, func(b body) bool { return b.html }) {
		return ""
	}
	var out strings.Builder
	for _, b := range r.bodies {
		switch {
		case b.html:
			out.WriteString(b.text)
		case !b.twin && !r.inside(b.part, rich) && strings.TrimSpace(b.text) != "":
			out.WriteString("<pre>" + html.EscapeString(b.text) + "</pre>")
		}
		out.WriteByte('\n')
	}
	return out.String()
}

// inside says whether a part is in one of some multiparts.
func (r *reading) inside(at int, some map[int]bool) bool {
	for at = r.parts[at].parent; at >= 0; at = r.parts[at].parent {
		if some[at] {
			return true
		}
	}
	return false
}

// contentID returns what a Content-ID field names (RFC 2392), or "".
func contentID(value string) string {
	value = strings.Trim(strings.TrimSpace(value), "<>")
	return cutText(collapse(strings.ToValidUTF8(value, "")), maxName)
}
