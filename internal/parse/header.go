package parse

import (
	"bytes"
	"strings"

	"github.com/emersion/go-message"
)

// scanHeader reads the header fields in raw[from:to] whatever stands between
// them, and returns where the body begins.
func (r *reading) scanHeader(from, to int) (message.Header, int) {
	raw := r.src.raw[from:to]
	last := lastField(raw)
	s := fieldScan{}
	at, end := 0, len(raw)
	for at < end {
		line := raw[at : at+lineLength(raw[at:])]
		if isBlank(line) {
			at += len(line)
			break
		}
		if !s.take(line, at) {
			if at > last {
				if s.any() {
					r.defect(HeaderEnd, from+at, "")
				}
				break
			}
			r.skipLine(line, from+at)
		}
		at += len(line)
		if at > maxHeaderBytes || len(s.fields) > maxFields {
			r.defect(HeaderSize, from+at, "")
			at = endOfHeader(raw, at)
			break
		}
	}
	return s.header(raw, at), from + at
}

func (r *reading) skipLine(line []byte, offset int) {
	kind := HeaderLine
	if isFromLine(line) {
		kind = FromLine
	}
	r.defect(kind, offset, "")
}

// fieldScan collects the stretches of header fields.
type fieldScan struct {
	fields []span
	open   bool // the next folded line continues the last field
}

// span is a half-open stretch of bytes.
type span struct{ from, to int }

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
		s.fields = append(s.fields, span{at, at + len(line)})
	}
	return s.open
}

// header gives the fields to the library, whose AddRaw puts each on top.
func (s *fieldScan) header(raw []byte, end int) message.Header {
	var h message.Header
	for i := min(len(s.fields), maxFields) - 1; i >= 0; i-- {
		f := s.fields[i]
		h.AddRaw(bytes.TrimLeft(raw[f.from:min(f.to, end)], " \t"))
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

// lastField returns where the last well-known field before the first blank
// line begins, or -1. A strange line before it is junk inside the header; one
// after it begins the body.
func lastField(raw []byte) int {
	last := -1
	for at := 0; at < len(raw) && at <= maxHeaderBytes; {
		line := raw[at : at+lineLength(raw[at:])]
		if isBlank(line) {
			break
		}
		if name := fieldName(line); name != nil && !folded(line) && wellKnown(string(name)) {
			last = at
		}
		at += len(line)
	}
	return last
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
