package parse

import (
	"bytes"
	"strings"
)

// known applies the transfer encodings that the library does not know, to a
// body it therefore left as it was.
func (r *reading) known(at int, body []byte) []byte {
	p := &r.parts[at]
	switch p.encoding {
	case "", "7bit", "8bit", "binary", "base64", "quoted-printable":
		return body
	}
	p.encoding = encodingName(p.encoding)
	switch p.encoding {
	case "7bit":
		return body
	case "":
		r.defect(BadEncoding, p.body, "unknown")
		return body
	}
	return decodeTransfer(p.encoding, body, p.text())
}

// encodingName maps the spellings seen in real mail to the names of RFC 2045
// §6.1 and "uuencode"; "" for one nobody knows.
func encodingName(value string) string {
	value, _, _ = strings.Cut(strings.Trim(value, " \t\"';,."), ";")
	if token, _, found := strings.Cut(value, " "); found && !strings.HasPrefix(value, "7 ") && !strings.HasPrefix(value, "8 ") {
		value = token
	}
	switch strings.NewReplacer("-", "", "_", "", " ", "").Replace(value) {
	case "7bit", "7bits", "8bit", "8bits", "binary", "plain", "none", "text", "usascii", "7bitascii":
		return "7bit"
	case "base64", "64", "b":
		return "base64"
	case "quotedprintable", "qp", "q":
		return "quoted-printable"
	case "uuencode", "xuuencode", "uue", "xuue", "uu":
		return "uuencode"
	}
	return ""
}

// decodeTransfer decodes what it can of damaged bytes, which are a text or not.
func decodeTransfer(encoding string, raw []byte, text bool) []byte {
	switch encoding {
	case "base64":
		encoded, note := cutNote(raw)
		decoded := decodeBase64(nil, encoded)
		if text {
			decoded = append(decoded, note...)
		}
		return decoded
	case "quoted-printable":
		return decodeQuoted(raw)
	case "uuencode":
		return decodeUU(raw)
	}
	return raw
}

// The values of the characters of RFC 4648 §4 and of the URL alphabet of §5;
// 255 for all others.
var (
	base64Value = base64Table("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
	base64URL   = base64Table("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
)

func base64Table(alphabet string) (table [256]byte) {
	for i := range table {
		table[i] = 255
	}
	for i := range len(alphabet) {
		table[alphabet[i]] = byte(i)
	}
	return table
}

// text says whether a part holds text.
func (p *part) text() bool { return strings.HasPrefix(p.media.kind, "text/") }

// decodeBase64 appends the bytes of src to dst. It skips what is not of the
// alphabet (RFC 2045 §6.8), needs no padding, and after padding goes on with
// the next stream. The URL alphabet is taken when only its characters occur.
func decodeBase64[T ~string | ~[]byte](dst []byte, src T) []byte {
	table := &base64Value
	if strings.ContainsAny(string(src), "-_") && !strings.ContainsAny(string(src), "+/") {
		table = &base64URL
	}
	var bits, count uint
	for i := range len(src) {
		c := src[i]
		if c == '=' {
			bits, count = 0, 0
			continue
		}
		v := table[c]
		if v == 255 {
			continue
		}
		bits, count = bits<<6|uint(v), count+6
		if count >= 8 {
			count -= 8
			dst = append(dst, byte(bits>>count))
			bits &= 1<<count - 1
		}
	}
	return dst
}

// cutNote parts base64 from the plain text that lists put behind it: from the
// first line with a blank inside, or from the blank line before such a one.
func cutNote(raw []byte) (encoded, note []byte) {
	blank := -1 // the first blank line behind an encoded one
	for at := 0; at < len(raw); at += lineLength(raw[at:]) {
		line := bytes.TrimSpace(raw[at : at+lineLength(raw[at:])])
		switch {
		case len(line) == 0 && blank < 0 && at > 0:
			blank = at
		case bytes.IndexByte(line, ' ') >= 0 && at > 0:
			if blank >= 0 {
				at = blank
			}
			return raw[:at], raw[at:]
		}
	}
	return raw, nil
}

// brokenQuoted returns where the first "=" stands that begins no escape and
// ends no line, or -1.
func brokenQuoted(raw []byte) int {
	for at := 0; at < len(raw); at++ {
		next := bytes.IndexByte(raw[at:], '=')
		if next < 0 {
			break
		}
		at += next
		line := raw[at+1 : at+lineLength(raw[at:])]
		if _, ok := hexByte(raw[at:]); !ok && len(bytes.TrimSpace(line)) > 0 {
			return at
		}
	}
	return -1
}

// decodeQuoted decodes quoted-printable (RFC 2045 §6.7) and leaves a "=" that
// begins no escape as it is.
func decodeQuoted(src []byte) []byte {
	dst := make([]byte, 0, len(src))
	for len(src) > 0 {
		line := src[:lineLength(src)]
		src = src[len(line):]
		text := bytes.TrimRight(line, " \t\r\n")
		soft := bytes.HasSuffix(text, []byte("="))
		if soft {
			text = text[:len(text)-1]
		}
		for i := 0; i < len(text); i++ {
			if b, ok := hexByte(text[i:]); ok {
				dst = append(dst, b)
				i += 2
				continue
			}
			dst = append(dst, text[i])
		}
		if !soft {
			dst = append(dst, line[len(bytes.TrimRight(line, "\r\n")):]...)
		}
	}
	return dst
}

// hexByte reads "=XX" at the start of s.
func hexByte[T ~string | ~[]byte](s T) (byte, bool) {
	if len(s) < 3 || s[0] != '=' {
		return 0, false
	}
	high, low := hexDigit(s[1]), hexDigit(s[2])
	return high<<4 | low, high < 16 && low < 16
}

func hexDigit(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10
	}
	return 255
}

// decodeUU decodes the lines between "begin" and "end" (POSIX uuencode,
// historical algorithm); without a "begin" all lines that can be.
func decodeUU(src []byte) []byte {
	if i := bytes.Index(src, []byte("begin ")); i >= 0 {
		src = src[i+lineLength(src[i:]):]
	}
	var dst []byte
	for len(src) > 0 {
		line := bytes.TrimRight(src[:lineLength(src)], "\r\n")
		src = src[lineLength(src):]
		if string(line) == "end" {
			break
		}
		dst = appendUULine(dst, line)
	}
	return dst
}

func appendUULine(dst, line []byte) []byte {
	if len(line) == 0 || line[0] < ' ' || line[0] > '`' {
		return dst
	}
	want := len(dst) + int((line[0]-' ')&63)
	var bits, count uint
	for _, c := range line[1:] {
		if c < ' ' || c > '`' || len(dst) == want {
			break
		}
		bits, count = bits<<6|uint((c-' ')&63), count+6
		if count >= 8 {
			count -= 8
			dst = append(dst, byte(bits>>count))
			bits &= 1<<count - 1
		}
	}
	return dst
}
