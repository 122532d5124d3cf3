package parse

import (
	"bytes"
	"strings"

	"github.com/emersion/go-message"

	"skein/internal/charset"
)

// field is one header field of the mail.
type field struct {
	from, colon, to int // offsets in the repaired mail; folded lines and the last line end belong to it
}

// name returns the name of a field as it is written.
func (s *source) name(f field) []byte { return bytes.Trim(s.raw[f.from:f.colon], " \t") }

// value returns the value of a field, unfolded (RFC 5322 §2.2.3).
func (s *source) value(f field) string { return unfold(s.raw[f.colon+1 : f.to]) }

// unfold joins the lines of a value by blanks, without the white space around
// each.
func unfold(value []byte) string {
	value = bytes.Trim(value, " \t\r\n")
	if bytes.IndexByte(value, '\n') < 0 {
		return string(value)
	}
	joined := make([]byte, 0, len(value))
	for line := range bytes.SplitSeq(value, []byte("\n")) {
		line = bytes.Trim(bytes.TrimSuffix(line, []byte("\r")), " \t")
		if len(line) > 0 && len(joined) > 0 {
			joined = append(joined, ' ')
		}
		joined = append(joined, line...)
	}
	return string(joined)
}

// scanHeader appends the header fields in raw[from:to] to what it is given,
// whatever stands between them, and returns where the body begins.
func (r *reading) scanHeader(fields []field, from, to int) ([]field, int) {
	raw := r.src.raw[:to]
	s := fieldScan{fields: fields}
	last := unknown
	for at := from; at < to; {
		line := raw[at : at+lineLength(raw[at:])]
		if isBlank(line) {
			return s.fields, at + len(line)
		}
		if !s.take(line, at) {
			if last == unknown && !strangeName(line) {
				last = at + lastField(raw[at:])
			}
			if at > last && !strangeName(line) {
				if s.any() {
					r.defect(HeaderEnd, at, "")
				}
				return s.fields, at
			}
			r.skipLine(line, at)
		}
		at += len(line)
		if at-from > maxHeaderBytes || len(s.fields) > maxFields {
			r.defect(HeaderSize, at, "")
			return s.fields[:min(len(s.fields), maxFields)], endOfHeader(raw, at)
		}
	}
	return s.fields, to
}

// unknown is an offset that was not looked for yet.
const unknown = -2

func (r *reading) skipLine(line []byte, offset int) {
	kind := HeaderLine
	if isFromLine(line) {
		kind = FromLine
	}
	r.defect(kind, offset, "")
}

// fieldScan collects header fields.
type fieldScan struct {
	fields []field
	open   bool // the next folded line continues the last field
}

func (s *fieldScan) any() bool { return len(s.fields) > 0 }

// take adds a line that begins or continues a field, and says whether it did.
func (s *fieldScan) take(line []byte, at int) bool {
	if folded(line) {
		if s.open {
			s.fields[len(s.fields)-1].to = at + len(line)
			return true
		}
		if s.any() {
			return false
		}
	}
	s.open = fieldName(line) != nil
	if s.open {
		s.fields = append(s.fields, field{at, at + bytes.IndexByte(line, ':'), at + len(line)})
	}
	return s.open
}

// libraryHeader gives the library the fields that say how a body is to be
// read. Its AddRaw puts each on top.
func (r *reading) libraryHeader(fields []field) message.Header {
	var h message.Header
	for i := len(fields) - 1; i >= 0; i-- {
		if name := r.src.name(fields[i]); len(name) > len("content-") && bytes.EqualFold(name[:len("content-")], []byte("content-")) {
			h.AddRaw(bytes.TrimLeft(r.src.raw[fields[i].from:fields[i].to], " \t"))
		}
	}
	return h
}

func folded(line []byte) bool { return line[0] == ' ' || line[0] == '\t' }

func isBlank(line []byte) bool { return len(bytes.TrimRight(line, "\r\n")) == 0 }

// fieldName returns the name of the field that line begins (RFC 5322 §2.2),
// white space around it allowed, or nil.
func fieldName(line []byte) []byte {
	colon := bytes.IndexByte(line, ':')
	if colon <= 0 {
		return nil
	}
	name := bytes.Trim(line[:colon], " \t")
	for _, c := range name {
		if c <= ' ' || c > '~' {
			return nil
		}
	}
	if len(name) == 0 {
		return nil
	}
	return name
}

// strangeName says whether line would begin a field if its name had no bytes
// over 127.
func strangeName(line []byte) bool {
	colon := bytes.IndexByte(line, ':')
	name := bytes.Trim(line[:max(colon, 0)], " \t")
	return len(name) > 0 && !charset.IsASCII(name) && !bytes.ContainsAny(name, " \t")
}

// lastField returns where the last field begins, up to the first blank line,
// that makes a strange line before it junk inside the header: the last
// well-known one; or, when nothing but fields follows the strange line that
// begins raw, the last of them. It returns -1 when the strange line begins the
// body.
func lastField(raw []byte) int {
	last, known, only := -1, -1, true
	for at := lineLength(raw); at < len(raw) && at <= maxHeaderBytes; {
		line := raw[at : at+lineLength(raw[at:])]
		if isBlank(line) {
			break
		}
		name := fieldName(line)
		switch {
		case folded(line):
		case name == nil:
			only = only && strangeName(line)
		default:
			last = at
			if wellKnown(string(name)) {
				known = at
			}
		}
		at += len(line)
	}
	if only {
		return last
	}
	return known
}

// endOfHeader returns where the body begins when no more fields are read.
func endOfHeader(raw []byte, at int) int {
	for at < len(raw) {
		n := lineLength(raw[at:])
		blank := isBlank(raw[at : at+n])
		at += n
		if blank {
			break
		}
	}
	return at
}

var knownFields = map[string]bool{
	"from": true, "to": true, "cc": true, "bcc": true, "subject": true, "date": true, "message-id": true,
	"received": true, "return-path": true, "reply-to": true, "sender": true, "in-reply-to": true,
	"references": true, "mime-version": true, "delivered-to": true, "comments": true, "keywords": true,
	"organization": true, "errors-to": true, "precedence": true, "mailing-list": true, "status": true,
	"newsgroups": true, "thread-index": true, "thread-topic": true, "user-agent": true, "importance": true,
	"priority": true, "delivery-date": true, "envelope-to": true, "apparently-to": true, "lines": true,
	"authentication-results": true, "dkim-signature": true, "auto-submitted": true,
}

var knownPrefixes = []string{"x-", "content-", "list-", "resent-", "arc-", "received-", "disposition-"}

// wellKnown says whether mails use a field of that name.
func wellKnown(name string) bool {
	name = strings.ToLower(name)
	if knownFields[name] {
		return true
	}
	for _, prefix := range knownPrefixes {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}
