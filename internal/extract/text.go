package extract

import (
	"strings"
	"unicode/utf8"
)

// text gathers what a file says, up to the limit.
type text struct {
	out   strings.Builder
	limit int  // bytes
	full  bool // more was to come
}

// add appends text. What is not UTF-8 is replaced, line ends become LF, and
// controls other than tabs become blanks.
func (t *text) add(s string) {
	if t.full {
		return
	}
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n")
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\r':
			return '\n'
		case r < ' ' && r != '\n' && r != '\t', r == 0x7f, r == '\uFEFF':
			return ' '
		}
		return r
	}, s)
	if room := t.limit - t.out.Len(); len(s) > room {
		t.full = true
		for room > 0 && !utf8.RuneStart(s[room]) {
			room--
		}
		s = s[:room]
	}
	t.out.WriteString(s)
}

// line ends the line, unless one begins here.
func (t *text) line() {
	if n := t.out.Len(); n > 0 && t.out.String()[n-1] != '\n' {
		t.add("\n")
	}
}

// tab parts two columns, unless one begins here.
func (t *text) tab() {
	if n := t.out.Len(); n > 0 && t.out.String()[n-1] != '\n' && t.out.String()[n-1] != '\t' {
		t.add("\t")
	}
}

// String returns the text without white space around it.
func (t *text) String() string { return strings.TrimSpace(t.out.String()) }
