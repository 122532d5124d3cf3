// Package charset turns bytes of any charset or code page into UTF-8, whatever
// they claim to be of. Nothing it is given is an error: what fits nothing is
// read as windows-1252. It is the only home of chardet.
package charset

import (
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/gogs/chardet"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
)

// Text turns the bytes of a text into valid UTF-8. It takes the
// declared charset; where that is unknown or does not fit the bytes, UTF-8 if
// they are valid, then what their statistics say, then windows-1252. held is
// false when the declaration did not hold.
func Text(data []byte, declared string) (text string, held bool) {
	if isWestern(Name(declared)) && SurelyUTF8(data) {
		return string(data), false
	}
	if text, ok := decodeDeclared(data, declared); ok {
		return text, true
	}
	if utf8.Valid(data) {
		return string(data), false
	}
	if isUTF8(Name(declared)) && declared != "" {
		if text := strings.ToValidUTF8(string(data), "\uFFFD"); fits(text) {
			return text, false
		}
	}
	if name := Detect(data); name != "" {
		if text, ok := convert(data, name); ok {
			return text, false
		}
	}
	return western(data), false
}

// isWestern says whether a charset gives every byte a meaning, so that it fits
// whatever there is.
func isWestern(name string) bool {
	return name == "windows-1252" || name == "iso-8859-15"
}

// SurelyUTF8 says whether data are valid UTF-8 with at least two characters
// that are not ASCII: hardly ever by chance.
func SurelyUTF8(data []byte) bool {
	if IsASCII(data) || !utf8.Valid(data) {
		return false
	}
	strange := 0
	for _, c := range data {
		if c >= 0xC0 {
			strange++
		}
	}
	return strange >= 2
}

// Short does the same for a stretch of a header, which is too short for
// statistics: in their place stands a fallback charset.
func Short(data []byte, declared, fallback string) string {
	if text, ok := decodeDeclared(data, declared); ok {
		return text
	}
	if utf8.Valid(data) {
		return string(data)
	}
	if name := Name(fallback); fallback != "" && !isUTF8(name) {
		if text, ok := convert(data, name); ok {
			return text
		}
	}
	return western(data)
}

// decodeDeclared decodes data in the charset it declares, UTF-8 when none; ok
// is false when that is unknown or does not fit.
func decodeDeclared(data []byte, declared string) (text string, ok bool) {
	name := Name(declared)
	switch {
	case IsASCII(data) && !stateful(name), isUTF8(name) && utf8.Valid(data):
		return string(data), true
	case isUTF8(name) || name == "us-ascii":
		return "", false
	}
	return convert(data, name)
}

// fits says whether a decoded text has few enough replacement characters to
// be what was meant: one for each twenty others that are not ASCII.
func fits(text string) bool {
	bad := strings.Count(text, "\uFFFD")
	if bad == 0 {
		return true
	}
	strange := 0
	for _, c := range text {
		if c >= utf8.RuneSelf {
			strange++
		}
	}
	return bad*21 <= strange
}

// convert decodes data of a named charset, and says whether it is known and
// fits.
func convert(data []byte, name string) (string, bool) {
	if name == "windows-1252" {
		return western(data), true
	}
	known := encodingOf(name)
	if known == nil {
		return "", false
	}
	text, err := known.NewDecoder().Bytes(data)
	if err != nil {
		return "", false
	}
	clean := strings.ToValidUTF8(string(text), "\uFFFD")
	return clean, fits(clean)
}

// western decodes windows-1252, in which every byte means something.
func western(data []byte) string {
	var b strings.Builder
	b.Grow(len(data) + len(data)/16)
	for _, c := range data {
		if c < utf8.RuneSelf {
			b.WriteByte(c)
			continue
		}
		b.WriteRune(charmap.Windows1252.DecodeByte(c))
	}
	return b.String()
}

// encodings holds the encodings found, by name. There are only so many names.
var encodings sync.Map

// encodingOf finds an encoding by its IANA or WHATWG name, or returns nil.
func encodingOf(name string) encoding.Encoding {
	if found, ok := encodings.Load(name); ok {
		return found.(encoding.Encoding)
	}
	found, err := htmlindex.Get(name)
	if err != nil || found == encoding.Replacement {
		found, err = ianaindex.MIME.Encoding(name)
	}
	if err != nil || found == nil {
		return nil
	}
	encodings.Store(name, found)
	return found
}

var charsetAliases = map[string]string{
	"": "utf-8", "utf8": "utf-8", "utf_8": "utf-8", "unicode": "utf-8", "unicode-1-1-utf-8": "utf-8", "utf-8n": "utf-8",
	"ascii": "us-ascii", "ansi_x3.4-1968": "us-ascii", "iso646-us": "us-ascii", "7bit": "us-ascii", "us": "us-ascii",
	// Mail that says Latin-1 means windows-1252, of which it is a part.
	"iso-8859-1": "windows-1252", "iso8859-1": "windows-1252", "iso_8859-1": "windows-1252", "latin1": "windows-1252",
	"latin-1": "windows-1252", "8859-1": "windows-1252", "iso-8859-1-windows-3.1-latin-1": "windows-1252",
	"cp1252": "windows-1252", "cp-1252": "windows-1252", "ansi": "windows-1252", "x-ansi": "windows-1252",
	"windows1252": "windows-1252", "win-1252": "windows-1252", "gb2312": "gbk", "x-gbk": "gbk", "cp936": "gbk",
	"ks_c_5601-1987": "euc-kr", "ks_c_5601": "euc-kr", "cp949": "euc-kr", "x-sjis": "shift_jis", "sjis": "shift_jis",
	"cp932": "shift_jis", "cp1251": "windows-1251", "cp1250": "windows-1250", "koi8r": "koi8-r", "x-mac-roman": "macintosh",
	"iso-8859-8-i": "iso-8859-8", "iso-8859-8-e": "iso-8859-8", "iso-8859-6-i": "iso-8859-6",
}

// Name cleans a declared charset; "utf-8" stands for none.
func Name(declared string) string {
	name := strings.ToLower(strings.Trim(declared, " \t\"'"))
	if end := strings.IndexAny(name, " \t(;,*"); end >= 0 {
		name = name[:end]
	}
	if alias, ok := charsetAliases[name]; ok {
		return alias
	}
	return name
}

func isUTF8(name string) bool { return name == "utf-8" }

// stateful says whether ASCII bytes may mean something else in a charset.
func stateful(name string) bool {
	for _, prefix := range []string{"utf-7", "utf-16", "utf-32", "ucs-", "iso-2022", "csiso2022", "hz", "ibm", "ebcdic", "unicode-1-1-utf-7"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// IsASCII says whether all bytes are below 128.
func IsASCII[T ~string | ~[]byte](s T) bool {
	for len(s) >= 8 { // bodies are long
		if s[0]|s[1]|s[2]|s[3]|s[4]|s[5]|s[6]|s[7] >= utf8.RuneSelf {
			return false
		}
		s = s[8:]
	}
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// Statistics of fewer bytes, or less sure of themselves, are worse than
// windows-1252.
const (
	minDetectBytes      = 8 // that are not ASCII
	minDetectConfidence = 30
	maxDetectBytes      = 4096
)

// Detect guesses the charset of bytes, or returns "". The detector runs its
// tests at once and keeps whichever of equals came first, so the choice among
// equals is made here.
func Detect(data []byte) string {
	sample := strange(data)
	if len(sample) < minDetectBytes {
		return ""
	}
	found, err := chardet.NewTextDetector().DetectAll(data[:min(len(data), maxDetectBytes)])
	if err != nil {
		return ""
	}
	best, confidence := "", minDetectConfidence-1
	for _, f := range found {
		name := Name(f.Charset)
		if stateful(name) && !strings.HasPrefix(name, "iso-2022") {
			continue
		}
		if f.Confidence > confidence || f.Confidence == confidence && name < best {
			best, confidence = name, f.Confidence
		}
	}
	return best
}

// strange returns up to minDetectBytes bytes that are not ASCII.
func strange(data []byte) []byte {
	var found []byte
	for _, c := range data[:min(len(data), maxDetectBytes)] {
		if c >= utf8.RuneSelf {
			if found = append(found, c); len(found) == minDetectBytes {
				break
			}
		}
	}
	return found
}
