// Package rtf reads the text in RTF (version 1.9.1 of its specification), and
// the HTML that was put into it. It promises that any bytes can be read, in
// time and memory in proportion to their size.
package rtf

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
	"unicode/utf16"

	"skein/internal/charset"
)

// group is what one level of braces says.
type group struct {
	skipped bool // of a destination that is no text
	tag     bool // of an \htmltag destination: HTML as it was
	hidden  bool // between \htmlrtf and \htmlrtf0: RTF beside the HTML
	fonts   bool // of the table of fonts
	skip    int  // characters that stand for a Unicode character
	font    int  // its number; -1 for that of the document
}

// reader turns RTF into the text or the HTML that is in it.
type reader struct {
	text  []byte
	at    int
	group group
	above []group
	page  int         // of the document
	fonts map[int]int // code pages by number of font
	font  int         // of the document
	html  bool
	bytes []byte // characters of the code page, not yet decoded
	after int    // characters still to be passed over
	high  rune   // the first half of a character beyond the first plane
	out   strings.Builder
}

// destinations are groups whose content is no text ([MS-OXRTFEX] and RTF 1.9).
var destinations = map[string]bool{
	"colortbl": true, "stylesheet": true, "info": true, "pict": true, "object": true,
	"listtable": true, "listoverridetable": true, "generator": true, "themedata": true, "datastore": true, "mhtmltag": true,
}

// ErrDeep says that braces nest too deep.
var ErrDeep = errors.New("its braces nest too deep")

// Read returns the text in RTF, or the HTML, where it was made of HTML
// ([MS-OXRTFEX] §2.1.3); with ErrDeep what stands before. Neither has more bytes
// than three times those of data.
func Read(data []byte) (plain, html string, err error) {
	r := &reader{text: data, page: 1252, fonts: map[int]int{}, group: group{skip: 1, font: -1}}
	head := data[:min(len(data), 1024)]
	r.html = bytes.Contains(head, []byte(`\fromhtml`))
	for r.at < len(r.text) && err == nil {
		err = r.next()
	}
	r.flush()
	if r.html {
		return "", r.out.String(), err
	}
	return strings.TrimRight(r.out.String(), "\n"), "", err
}

// maxGroups bounds braces inside one another.
const maxGroups = 10_000

func (r *reader) next() error {
	c := r.text[r.at]
	r.at++
	switch c {
	case '{':
		r.flush()
		r.after = 0
		if len(r.above) == maxGroups {
			return ErrDeep
		}
		r.above = append(r.above, r.group)
	case '}':
		r.flush()
		r.after = 0
		if n := len(r.above); n > 0 {
			r.group, r.above = r.above[n-1], r.above[:n-1]
		}
	case '\\':
		r.control()
	case '\r', '\n':
	default:
		r.character(c)
	}
	return nil
}

// character adds one of the code page.
func (r *reader) character(c byte) {
	switch {
	case r.after > 0:
		r.after--
	case r.shown():
		r.bytes = append(r.bytes, c)
	}
}

// shown says whether what stands here is text.
func (r *reader) shown() bool { return !r.group.skipped && !r.group.hidden }

func (r *reader) flush() {
	if len(r.bytes) > 0 {
		r.out.WriteString(charset.Page(r.bytes, r.codepage()))
		r.bytes = r.bytes[:0]
	}
}

func (r *reader) write(text string) {
	if r.shown() {
		r.flush()
		r.out.WriteString(text)
	}
}

// control reads a control symbol or word.
func (r *reader) control() {
	if r.at >= len(r.text) {
		return
	}
	c := r.text[r.at]
	if c < 'A' || c > 'z' || c > 'Z' && c < 'a' {
		r.at++
		r.symbol(c)
		return
	}
	start := r.at
	for r.at < len(r.text) && (r.text[r.at] >= 'a' && r.text[r.at] <= 'z' || r.text[r.at] >= 'A' && r.text[r.at] <= 'Z') {
		r.at++
	}
	word := string(r.text[start:min(r.at, start+32)])
	start = r.at
	for r.at < len(r.text) && r.at-start < 12 && (r.text[r.at] >= '0' && r.text[r.at] <= '9' || r.at == start && r.text[r.at] == '-') {
		r.at++
	}
	number, err := strconv.Atoi(string(r.text[start:r.at]))
	if r.at < len(r.text) && r.text[r.at] == ' ' {
		r.at++
	}
	r.word(word, number, err == nil)
}

func (r *reader) symbol(c byte) {
	switch c {
	case '\\', '{', '}':
		r.character(c)
	case '\r', '\n':
		r.newline()
	case '~':
		r.write("\u00A0")
	case '_':
		r.write("-")
	case '\'':
		if r.at+2 <= len(r.text) {
			if code, err := strconv.ParseUint(string(r.text[r.at:r.at+2]), 16, 8); err == nil {
				r.character(byte(code))
			}
			r.at += 2
		}
	case '*':
		r.destination()
	}
}

// destination reads what follows \*: HTML, or what is passed over.
func (r *reader) destination() {
	const tag = `\htmltag`
	if r.html && bytes.HasPrefix(r.text[r.at:], []byte(tag)) {
		r.at += len(tag)
		for r.at < len(r.text) && r.text[r.at] >= '0' && r.text[r.at] <= '9' {
			r.at++
		}
		if r.at < len(r.text) && r.text[r.at] == ' ' {
			r.at++
		}
		r.group.tag, r.group.hidden = true, false
		return
	}
	r.group.skipped = true
}

func (r *reader) word(word string, number int, numbered bool) {
	if r.fontWord(word, number) {
		return
	}
	switch word {
	case "par", "line", "row", "sect", "page":
		r.newline()
	case "tab", "cell":
		r.write("\t")
	case "lquote", "rquote", "ldblquote", "rdblquote", "bullet", "endash", "emdash":
		r.write(marks[word])
	case "u":
		if numbered {
			r.unicode(rune(uint16(number)))
			r.after = r.group.skip
		}
	case "uc":
		r.group.skip = min(max(number, 0), 8)
	case "htmlrtf":
		r.flush()
		r.group.hidden = !numbered || number != 0
	case "bin":
		r.at = min(len(r.text), r.at+max(0, number))
	default:
		// A number of a list stands in the HTML as well.
		if destinations[word] || r.html && word == "pntext" {
			r.group.skipped = true
		}
	}
}

// unicode adds a character of UTF-16, or half of one.
func (r *reader) unicode(c rune) {
	if utf16.IsSurrogate(c) && r.high == 0 {
		r.high = c
		return
	}
	if r.high != 0 {
		c, r.high = utf16.DecodeRune(r.high, c), 0
	}
	r.write(string(c))
}

// newline ends a line of text; HTML ends its lines in tags.
func (r *reader) newline() {
	if r.html && !r.group.tag {
		r.write("\r\n")
		return
	}
	r.write("\n")
}

var marks = map[string]string{
	"lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "bullet": "•", "endash": "–", "emdash": "—",
}
