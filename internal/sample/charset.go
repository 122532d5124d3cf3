package sample

import (
	"encoding/base64"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
)

var encodings = map[string]encoding.Encoding{
	"iso-8859-1":   charmap.ISO8859_1,
	"iso-8859-2":   charmap.ISO8859_2,
	"iso-8859-7":   charmap.ISO8859_7,
	"windows-1250": charmap.Windows1250,
	"windows-1251": charmap.Windows1251,
	"windows-1252": charmap.Windows1252,
	"koi8-r":       charmap.KOI8R,
	"iso-2022-jp":  japanese.ISO2022JP,
}

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= 0x80 {
			return false
		}
	}
	return true
}

// encode writes text in a charset, or in UTF-8 when the charset lacks a
// letter; used is the one that was taken.
func encode(text, charset string) (b []byte, used string) {
	if isASCII(text) {
		return []byte(text), "us-ascii"
	}
	if e, ok := encodings[charset]; ok {
		if b, err := e.NewEncoder().Bytes([]byte(text)); err == nil {
			// ISO 2022 must end in ASCII (RFC 1468).
			if at := strings.LastIndexByte(string(b), 0x1B); at >= 0 && string(b[at+1:at+3]) != "(B" {
				b = append(b, "\x1B(B"...)
			}
			return b, charset
		}
	}
	return []byte(text), "utf-8"
}

// encodedWords writes text for a header field (RFC 2047); ASCII stays as it is.
func encodedWords(text, charset string, base64Form bool) string {
	if isASCII(text) {
		return text
	}
	_, charset = encode(text, charset)
	var words []string
	runes := []rune(text)
	for len(runes) > 0 {
		n := min(len(runes), 12)
		raw, _ := encode(string(runes[:n]), charset)
		runes = runes[n:]
		if base64Form || charset == "iso-2022-jp" {
			words = append(words, "=?"+charset+"?B?"+base64.StdEncoding.EncodeToString(raw)+"?=")
			continue
		}
		words = append(words, "=?"+charset+"?Q?"+qWord(raw)+"?=")
	}
	return strings.Join(words, " ")
}

const upperHex = "0123456789ABCDEF"

func qWord(raw []byte) string {
	var b strings.Builder
	for _, c := range raw {
		switch {
		case c == ' ':
			b.WriteByte('_')
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
			b.WriteByte(c)
		default:
			b.Write([]byte{'=', upperHex[c>>4], upperHex[c&15]})
		}
	}
	return b.String()
}

// quotedPrintable writes a body (RFC 2045 §6.7) with lines of at most 76
// bytes.
func quotedPrintable(raw []byte) []byte {
	b := make([]byte, 0, len(raw)+len(raw)/8)
	column := 0
	for i, c := range raw {
		if c == '\n' {
			b = append(b, c)
			column = 0
			continue
		}
		blankAtEnd := (c == ' ' || c == '\t') && (i+1 == len(raw) || raw[i+1] == '\n')
		plain := c >= ' ' && c < 0x7F && c != '=' && !blankAtEnd
		if width := 1 + 2*toInt(!plain); column+width > 75 {
			b = append(b, "=\n"...)
			column = 0
		}
		if plain {
			b = append(b, c)
			column++
			continue
		}
		b = append(b, '=', upperHex[c>>4], upperHex[c&15])
		column += 3
	}
	return b
}

func toInt(is bool) int {
	if is {
		return 1
	}
	return 0
}

// base64Lines writes a body (RFC 2045 §6.8) with lines of 76 bytes.
func base64Lines(raw []byte) []byte {
	const line = 57
	b := make([]byte, 0, base64.StdEncoding.EncodedLen(len(raw))+len(raw)/line+1)
	for len(raw) > 0 {
		n := min(len(raw), line)
		b = append(base64.StdEncoding.AppendEncode(b, raw[:n]), '\n')
		raw = raw[n:]
	}
	return b
}
