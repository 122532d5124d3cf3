package extract

import (
	"bytes"
	"unicode/utf8"

	"github.com/gogs/chardet"
	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// Statistics less sure of themselves, or of fewer strange bytes, are worse than
// windows-1252.
const (
	minConfidence = 30
	minStrange    = 8
	maxSample     = 16 << 10
)

// decode returns text of an unknown charset: as its byte order mark says, else
// UTF-8 if it is that, else what statistics say, else windows-1252.
func decode(data []byte) string {
	if len(data) > 4*maxText {
		data = data[:whole(data[:4*maxText])]
	}
	switch {
	case isUTF16(data):
		return decodeAs(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), data)
	case utf8.Valid(data):
		return string(data)
	}
	return decodeAs(guess(data), data)
}

// isUTF16 says whether text begins with a byte order mark of UTF-16.
func isUTF16(data []byte) bool {
	return bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff"))
}

// whole returns how many bytes of data are left when a character that is cut
// at the end is taken off.
func whole(data []byte) int {
	for n := len(data) - 1; n >= 0 && n >= len(data)-utf8.UTFMax; n-- {
		if utf8.RuneStart(data[n]) {
			if !utf8.FullRune(data[n:]) {
				return n
			}
			break
		}
	}
	return len(data)
}

func decodeAs(e encoding.Encoding, data []byte) string {
	decoded, err := e.NewDecoder().Bytes(data)
	if err != nil {
		return string(data)
	}
	return string(decoded)
}

// guess finds the likeliest encoding. The detector runs its tests at once and
// keeps whichever of equals came first, so the choice among equals is made here.
func guess(data []byte) encoding.Encoding {
	sample := data[:min(len(data), maxSample)]
	strange := 0
	for _, c := range sample {
		if c >= utf8.RuneSelf {
			strange++
		}
	}
	found, err := chardet.NewTextDetector().DetectAll(sample)
	if strange < minStrange || err != nil {
		return charmap.Windows1252
	}
	best, confidence := "", minConfidence-1
	for _, f := range found {
		if f.Confidence > confidence || f.Confidence == confidence && f.Charset < best {
			best, confidence = f.Charset, f.Confidence
		}
	}
	if e, _ := charset.Lookup(best); e != nil && e != encoding.Replacement {
		return e
	}
	return charmap.Windows1252
}

// decodeHTML returns HTML in the charset that it declares, or as decode does.
func decodeHTML(data []byte) string {
	e, name, _ := charset.DetermineEncoding(data[:min(len(data), 1024)], "")
	if name == "utf-8" || name == "windows-1252" { // which also stands for none
		return decode(data)
	}
	return decodeAs(e, data[:min(len(data), 4*maxText)])
}
