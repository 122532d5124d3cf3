package extract

import (
	"bytes"
	"unicode/utf8"

	htmlcharset "golang.org/x/net/html/charset"
	"golang.org/x/text/encoding/unicode"

	"skein/internal/charset"
)

// decode returns text of an unknown charset: as its byte order mark says, else
// as its bytes do.
func decode(data []byte) string { return decodeAs("", data) }

// decodeAs does so for text that declares a charset.
func decodeAs(declared string, data []byte) string {
	if len(data) > 4*maxText {
		data = data[:whole(data[:4*maxText])]
	}
	if isUTF16(data) {
		if text, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Bytes(data); err == nil {
			return string(text)
		}
	}
	text, _ := charset.Text(data, declared)
	return text
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

// decodeHTML returns HTML in the charset that it declares, or as decode does.
func decodeHTML(data []byte) string {
	_, name, _ := htmlcharset.DetermineEncoding(data[:min(len(data), 1024)], "")
	if name == "windows-1252" { // which also stands for none
		name = ""
	}
	return decodeAs(name, data)
}
