package sample

import (
	"bytes"
	"strings"
)

// The rates of damage to bytes, in 10,000 of the mails it can happen to.
const (
	rateUnclosed     = 260 // of multiparts
	rateNoColon      = 30
	rateBareCR       = 25
	rateNUL          = 10
	rateTwice        = 20
	rateNoBlankLine  = 5
	rateTruncated    = 10
	rateBadBase64    = 100 // of bodies in base64
	rateWrongCharset = 500 // of texts beyond ASCII
	rateCRLF         = 1500
)

// damage breaks a mail the way wires, gateways and exporters do, and names
// what it broke. A mail cut short may be left with other defects than are
// named. It depends on the mail alone, so every copy breaks alike.
func damage(n *node, h *header, body entity) []byte {
	r := newRandom(n.key, 4)
	b := body.body
	many := strings.Contains(body.fields, "multipart")
	if many && r.chance(rateUnclosed) {
		b = unclosed(h, b)
	}
	if r.chance(rateBadBase64) && strings.Contains(body.fields, "Encoding: base64") && len(b) > 80 {
		h.defect("encoding")
		b = bytes.Join([][]byte{b[:30], b[30:]}, []byte("*!"))
	}
	if r.chance(rateBareCR) && strings.Contains(body.fields, "7bit") {
		h.hazard("bare-cr")
		b = bytes.Replace(b, []byte(" "), []byte("\r"), 1)
	}
	if r.chance(rateNUL) && strings.Contains(body.fields, "7bit") {
		h.hazard("nul-byte")
		b = bytes.Replace(b, []byte(" "), []byte{' ', 0}, 1)
	}
	if r.chance(rateTruncated) && len(b) > 400 && len(h.defects) == 0 {
		h.hazard("truncated")
		b = append(b[:len(b)/2:len(b)/2], '\n')
	}
	h.b = append(append(h.b, "MIME-Version: 1.0\n"...), body.fields...)
	damageHead(r, h)
	if r.chance(rateNoBlankLine) && !many && n.quote.style == "" {
		h.defect("header-end")
		return bytes.TrimLeft(b, "\n")
	}
	return append([]byte{'\n'}, b...)
}

func damageHead(r *random, h *header) {
	if r.chance(rateNoColon) {
		h.defect("header-line")
		at := bytes.Index(h.b, []byte("\nSubject")) + 1
		line := pick(r, []string{"scanned and found clean\n", "X-Spam-Flag NO\n", "* passed on by the relay of the second floor\n"})
		h.b = bytes.Join([][]byte{h.b[:at], h.b[at:]}, []byte(line))
	}
	if r.chance(rateTwice) {
		h.defect("field-repeated")
		h.field("Subject", "(no subject)")
	}
}

// unclosed takes the closing boundary of a multipart away.
func unclosed(h *header, b []byte) []byte {
	if !bytes.HasSuffix(b, []byte("--\n")) {
		return b
	}
	at := bytes.LastIndex(b[:len(b)-1], []byte("\n--"))
	if at < 0 {
		return b
	}
	h.defect("unclosed")
	return b[:at+1]
}

// crlf gives every line the ends of RFC 5322 §2.1.
func crlf(b []byte) []byte { return bytes.ReplaceAll(b, []byte("\n"), []byte("\r\n")) }
