package extract

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// readHTML reads what a page shows; scripts, styles and comments stay out.
func readHTML(t *text, data []byte) string {
	z := html.NewTokenizer(strings.NewReader(decodeHTML(data)))
	z.SetMaxBuf(maxUnpacked)
	var hidden atom.Atom
	for !t.full {
		switch z.Next() {
		case html.ErrorToken:
			return ""
		case html.TextToken:
			if hidden == 0 {
				t.add(collapse(string(z.Text())))
			}
		case html.StartTagToken:
			name, _ := z.TagName()
			switch a := atom.Lookup(name); a {
			case atom.Script, atom.Style, atom.Noscript, atom.Iframe, atom.Noembed, atom.Noframes:
				hidden = a
			default:
				t.tag(a)
			}
		case html.EndTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			a := atom.Lookup(name)
			if a == hidden {
				hidden = 0
			}
			t.tag(a)
		}
	}
	return ""
}

// tag parts words where an element does.
func (t *text) tag(a atom.Atom) {
	switch a {
	case atom.A, atom.B, atom.I, atom.U, atom.S, atom.Em, atom.Strong, atom.Font, atom.Span, atom.Code, atom.Tt,
		atom.Sub, atom.Sup, atom.Small, atom.Big, atom.Abbr, atom.Wbr, 0:
	case atom.Td, atom.Th:
		t.tab()
	default:
		t.line()
	}
}

// collapse makes each run of white space a blank.
func collapse(s string) string {
	words := strings.Fields(s)
	if len(words) == 0 {
		if s != "" {
			return " "
		}
		return ""
	}
	joined := strings.Join(words, " ")
	if strings.IndexByte(" \t\r\n", s[0]) >= 0 {
		joined = " " + joined
	}
	if strings.IndexByte(" \t\r\n", s[len(s)-1]) >= 0 {
		joined += " "
	}
	return joined
}
