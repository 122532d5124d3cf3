package extract

import (
	"strconv"
	"unicode/utf16"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
)

// rtf is the reading of one RTF document (version 1.9.1 of its specification).
type rtf struct {
	t       *text
	data    []byte
	at      int
	groups  []group
	group   group // the innermost
	charset encoding.Encoding
	raw     []byte // bytes in that charset that are yet to be decoded
	high    rune   // the first half of a surrogate pair
	skip    int    // characters that stand for one already written
}

// group is what a brace opens.
type group struct {
	hidden bool
	after  int // how many characters stand behind a \u for readers that do not know it
}

// readRTF reads the text of a document; fonts, styles, pictures and what only
// its writer knows stay out.
func readRTF(t *text, data []byte) string {
	r := &rtf{t: t, data: data, charset: charmap.Windows1252, group: group{after: 1}}
	for r.at < len(data) && !t.full {
		switch c := data[r.at]; c {
		case '{':
			if len(r.groups) == maxGroups {
				return "no text beyond this: the file is damaged"
			}
			r.groups = append(r.groups, r.group)
			r.at++
		case '}':
			r.flush()
			if len(r.groups) > 0 {
				r.group, r.groups = r.groups[len(r.groups)-1], r.groups[:len(r.groups)-1]
			}
			r.at++
		case '\\':
			r.control()
		case '\r', '\n':
			r.at++
		default:
			r.char(c)
			r.at++
		}
	}
	r.flush()
	return ""
}

// char takes one character of the text.
func (r *rtf) char(c byte) {
	if r.skip > 0 {
		r.skip--
		return
	}
	if !r.group.hidden {
		r.raw = append(r.raw, c)
	}
}

// flush decodes the bytes that wait for it.
func (r *rtf) flush() {
	if len(r.raw) > 0 {
		r.t.add(decodeAs(r.charset, r.raw))
		r.raw = r.raw[:0]
	}
}

// say writes text that needs no decoding.
func (r *rtf) say(s string) {
	r.flush()
	if !r.group.hidden {
		r.t.add(s)
	}
}

// control reads a control word or symbol.
func (r *rtf) control() {
	r.at++
	if r.at == len(r.data) {
		return
	}
	c := r.data[r.at]
	if c|0x20 < 'a' || c|0x20 > 'z' {
		r.symbol(c)
		return
	}
	start := r.at
	for r.at < len(r.data) && r.data[r.at]|0x20 >= 'a' && r.data[r.at]|0x20 <= 'z' {
		r.at++
	}
	word := string(r.data[start:min(r.at, start+32)])
	start = r.at
	for r.at < len(r.data) && (r.data[r.at] >= '0' && r.data[r.at] <= '9' || r.data[r.at] == '-' && r.at == start) {
		r.at++
	}
	number, _ := strconv.Atoi(string(r.data[start:min(r.at, start+10)]))
	if r.at < len(r.data) && r.data[r.at] == ' ' {
		r.at++
	}
	r.word(word, number)
}

// symbol reads what stands for one character.
func (r *rtf) symbol(c byte) {
	r.at++
	switch c {
	case '\'':
		if b, err := strconv.ParseUint(string(r.data[r.at:min(r.at+2, len(r.data))]), 16, 8); err == nil {
			r.char(byte(b))
		}
		r.at = min(r.at+2, len(r.data))
	case '*':
		r.group.hidden = true
	case '~':
		r.say(" ")
	case '\r', '\n':
		r.say("\n")
	case '\\', '{', '}':
		r.char(c)
	}
}

func (r *rtf) word(word string, number int) {
	switch word {
	case "par", "line", "row", "sect", "page":
		r.say("\n")
	case "tab", "cell":
		r.say("\t")
	case "fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "themedata", "datastore":
		r.group.hidden = true
	case "ansicpg":
		if e, _ := charset.Lookup("windows-" + strconv.Itoa(number)); e != nil {
			r.charset = e
		}
	case "uc":
		r.group.after = min(max(number, 0), 8)
	case "u":
		r.unicode(rune(uint16(number)))
		r.skip = r.group.after
	case "bin": // so many bytes follow that are no text
		r.at = min(r.at+max(number, 0), len(r.data))
	case "emdash":
		r.say("—")
	case "endash":
		r.say("–")
	case "lquote", "rquote":
		r.say("'")
	case "ldblquote", "rdblquote":
		r.say(`"`)
	}
}

// unicode takes a UTF-16 code unit; a character beyond the first plane is two.
func (r *rtf) unicode(unit rune) {
	if r.high == 0 && utf16.IsSurrogate(unit) {
		r.high = unit
		return
	}
	if r.high != 0 {
		unit, r.high = utf16.DecodeRune(r.high, unit), 0
	}
	r.say(string(unit))
}
