package parse

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Bounds on what little markup can write.
const (
	maxQuoteDepth = 20  // marks before a quoted line
	maxBreaks     = 100 // line breaks in a row
)

// htmlText gives the text of an HTML body as a reader would see it: blocks on
// lines of their own, quotations behind "> ", no scripts, styles or comments.
func htmlText(source string) string {
	w := htmlWriter{}
	w.out.Grow(len(source) / 2)
	z := html.NewTokenizer(strings.NewReader(source))
	z.SetMaxBuf(maxText)
	for {
		switch z.Next() {
		case html.ErrorToken:
			return strings.TrimSpace(w.out.String())
		case html.TextToken:
			w.text(z.Text())
		case html.StartTagToken, html.SelfClosingTagToken:
			w.start(element(z.Raw()), z)
		case html.EndTagToken:
			w.end(element(z.Raw()))
		}
	}
}

// element returns the element that a tag opens or closes, 0 for one of no
// interest. Unlike the tokenizer's TagName it allocates nothing.
func element(tag []byte) atom.Atom {
	var name [len("blockquote")]byte
	tag = bytes.TrimPrefix(tag[1:], []byte("/"))
	n := 0
	for ; n < len(tag) && tag[n] > ' ' && tag[n] != '/' && tag[n] != '>'; n++ {
		if n == len(name) {
			return 0
		}
		name[n] = tag[n]
		if 'A' <= tag[n] && tag[n] <= 'Z' {
			name[n] |= 0x20
		}
	}
	return atom.Lookup(name[:n])
}

type htmlWriter struct {
	out    strings.Builder
	skip   atom.Atom // the hidden element we are in
	pre    int
	quotes int
	lines  int  // line breaks owed before the next text
	blank  bool // a blank is owed before the next text
}

// hidden says whether what an element holds is not shown. All of them are read
// by the tokenizer as raw text, up to their end tag.
func hidden(a atom.Atom) bool {
	switch a {
	case atom.Script, atom.Style, atom.Title, atom.Noscript, atom.Iframe, atom.Noembed, atom.Noframes:
		return true
	}
	return false
}

func (w *htmlWriter) start(a atom.Atom, z *html.Tokenizer) {
	switch {
	case w.skip != 0:
	case hidden(a):
		w.skip = a
	case a == atom.Br:
		w.lines = min(w.lines+1, 2)
	case a == atom.Img:
		w.text(attribute(z, "alt"))
	case a == atom.Blockquote:
		w.breakLine(1)
		w.quotes++
	case a == atom.Pre:
		w.breakLine(1)
		w.pre++
	case a == atom.Li:
		w.breakLine(1)
		w.text([]byte("* "))
	case a == atom.Td || a == atom.Th:
		w.blank = true
	case a == atom.Hr:
		w.breakLine(1)
		w.text([]byte("---"))
		w.breakLine(1)
	default:
		w.block(a)
	}
}

func (w *htmlWriter) end(a atom.Atom) {
	switch {
	case w.skip != 0:
		if a == w.skip {
			w.skip = 0
		}
	case a == atom.Blockquote:
		w.breakLine(1)
		w.quotes = max(w.quotes-1, 0)
	case a == atom.Pre:
		w.breakLine(1)
		w.pre = max(w.pre-1, 0)
	default:
		w.block(a)
	}
}

// block ends the line where an element stands on lines of its own.
func (w *htmlWriter) block(a atom.Atom) {
	switch a {
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Ul, atom.Ol, atom.Dl:
		w.breakLine(2)
	case atom.Div, atom.Tr, atom.Table, atom.Dt, atom.Dd, atom.Body, atom.Section, atom.Article,
		atom.Header, atom.Footer, atom.Address, atom.Center, atom.Form, atom.Fieldset, atom.Li:
		w.breakLine(1)
	}
}

func (w *htmlWriter) breakLine(n int) { w.lines = max(w.lines, n) }

// text writes text, of which only <pre> keeps the white space.
func (w *htmlWriter) text(s []byte) {
	if w.skip != 0 {
		return
	}
	if w.pre > 0 {
		w.preformatted(s)
		return
	}
	for len(s) > 0 {
		n, blank := run(s)
		if !blank {
			w.write(s[:n])
		}
		w.blank = blank
		s = s[n:]
	}
}

// run returns how many bytes at the start of s are all blank or all not.
func run(s []byte) (n int, blank bool) {
	for n < len(s) {
		is, size := s[n] <= ' ', 1
		if s[n] >= 0x7f {
			var c rune
			c, size = utf8.DecodeRune(s[n:])
			is = isBlankRune(c)
		}
		if n == 0 {
			blank = is
		} else if is != blank {
			break
		}
		n += size
	}
	return n, blank
}

func (w *htmlWriter) preformatted(s []byte) {
	for len(s) > 0 {
		line, rest, broken := bytes.Cut(s, []byte("\n"))
		if len(line) > 0 {
			w.write(line)
		}
		if broken {
			w.lines = min(w.lines+1, maxBreaks)
		}
		s = rest
	}
}

// write puts one run of text behind the white space that is owed.
func (w *htmlWriter) write(s []byte) {
	if w.out.Len() > maxText {
		return
	}
	switch {
	case w.out.Len() == 0:
		w.mark()
	case w.lines > 0:
		for range w.lines {
			w.out.WriteByte('\n')
			w.mark()
		}
	case w.blank:
		w.out.WriteByte(' ')
	}
	w.lines, w.blank = 0, false
	w.out.Write(s)
}

func (w *htmlWriter) mark() {
	for range min(w.quotes, maxQuoteDepth) {
		w.out.WriteString("> ")
	}
}

// attribute returns one attribute of the tag just read.
func attribute(z *html.Tokenizer, name string) []byte {
	for _, more := z.TagName(); more; {
		var key, value []byte
		key, value, more = z.TagAttr()
		if string(key) == name {
			return value
		}
	}
	return nil
}
