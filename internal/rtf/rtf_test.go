package rtf

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestRead reads text, and the HTML that text was made of.
func TestRead(t *testing.T) {
	for rtf, want := range map[string][2]string{
		`{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}\pard One\par Two\tab 3 \'e9\u8364?\u-10179?\u-8704?{\*\generator x}\par}`: {"One\nTwo\t3 é€😀", ""},
		`{\rtf1\ansi\ansicpg1251\fromhtml1 {\*\htmltag19 <p>}\htmlrtf \par \htmlrtf0 \'cf\'f0{\*\htmltag27 </p>}}`:               {"", "<p>Пр</p>"},
		`}}}\'zz\u`: {"", ""},
	} {
		if plain, html, err := Read([]byte(rtf)); err != nil || plain != want[0] || html != want[1] {
			t.Errorf("%s: got %q and %q, want %q", rtf, plain, html, want)
		}
	}
}

// TestDeep stops where braces nest too deep, and keeps what stands before.
func TestDeep(t *testing.T) {
	if plain, _, err := Read([]byte("{\\rtf1 one" + strings.Repeat("{", maxGroups) + "two")); plain != "one" || !errors.Is(err, ErrDeep) {
		t.Errorf("got %q, %v, want %q and %v", plain, err, "one", ErrDeep)
	}
}

// TestUnicodeSkip ends what stands for a character in Unicode at a brace.
func TestUnicodeSkip(t *testing.T) {
	if got, _, _ := Read([]byte(`{\rtf1{\u8364}5 {\uc2\u8364 ab}c}`)); got != "€5 €c" {
		t.Errorf("got %q, want %q", got, "€5 €c")
	}
}

// TestCharsets reads characters by the charset of their font, which is not
// that of the document.
func TestCharsets(t *testing.T) {
	for name, c := range map[string]struct{ rtf, want string }{
		"Cyrillic and Western": {
			`{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fswiss\fcharset0 Arial;}{\f1\fswiss\fcharset204{\*\fname Arial;}Arial Cyr;}}` +
				`\'e9 {\f1\'cf\'f0\'e8} \'e9\f1\'e2\'e5\'f2}`,
			"é При éвет",
		},
		"Greek by default": {`{\rtf1\ansi\ansicpg1252\deff3{\fonttbl{\f3\fcharset161 Arial;}}\'e1\'e2}`, "αβ"},
		"Japanese, of two bytes": {
			`{\rtf1\ansi{\fonttbl{\f0\fcharset128 MS Gothic;}}\f0\'93\'fa\'96\'7b}`, "日本",
		},
		"a code page of the font":      {`{\rtf1\ansi{\fonttbl{\f0\cpg1253 Arial;}}\f0\'e1}`, "α"},
		"plain goes to the default":    {`{\rtf1\ansi\deff0{\fonttbl{\f0 A;}{\f1\fcharset204 B;}}\f1\'cf\plain\'e9}`, "Пé"},
		"a font that nobody described": {`{\rtf1\ansi\ansicpg1251{\fonttbl{\f0\fcharset161 A;}}\f9\'cf}`, "П"},
		"fonts after the text":         {`{\rtf1\f0 \'e9{\fonttbl{\f0\fcharset204 A;}}\'e9}`, "éй"},
		"the first PC":                 {`{\rtf1\pc \'82}`, "é"},
		"a page of no meaning":         {`{\rtf1\ansi\ansicpg0 \'e9}`, "é"},
	} {
		if got, _, _ := Read([]byte(c.rtf)); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

// TestLists has the numbers of a list once, whether the text was HTML or not.
func TestLists(t *testing.T) {
	if got, _, _ := Read([]byte(`{\rtf1\ansi{\pntext 1.\tab}one\par}`)); got != "1.\tone" {
		t.Errorf("plain: got %q, want the number", got)
	}
	_, got, _ := Read([]byte(`{\rtf1\ansi\fromhtml1{\*\htmltag64 <ol><li>}{\pntext 1.\tab}one{\*\htmltag72 </ol>}}`))
	if want := "<ol><li>one</ol>"; got != want {
		t.Errorf("HTML: got %q, want %q", got, want)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`{\rtf1\fromhtml1{\*\htmltag19 <p>}\'cf\u8364?\bin5 abc}`))
	f.Add([]byte(`{\rtf1\deff1{\fonttbl{\f1\fcharset204 A;}{\f2\cpg932 B;}}\f2\plain\pc\'82{\uc3\u8364}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		plain, html, _ := Read(data)
		if said := plain + html; !utf8.ValidString(said) || len(said) > 3*len(data) {
			t.Errorf("got %d bytes of %d, valid %t", len(said), len(data), utf8.ValidString(said))
		}
	})
}
