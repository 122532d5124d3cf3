package query

import (
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

// marked returns text with the spans in brackets.
func marked(text string, spans []Span) string {
	var b strings.Builder
	at := 0
	for _, s := range spans {
		b.WriteString(text[at:s.Start] + "[" + text[s.Start:s.End] + "]")
		at = s.End
	}
	return b.String() + text[at:]
}

func parsed(t *testing.T, text string) Expr {
	t.Helper()
	e, err := Parse(text)
	if err != nil {
		t.Fatalf("Parse(%q): %v", text, err)
	}
	return e
}

func TestTerms(t *testing.T) {
	e := parsed(t, `a -b (subject:c OR -(d -e*)) is:root a`)
	want := []Words{word(Anywhere, "a"), word(InSubject, "c"), begin(Anywhere, "e")}
	if got := Terms(e); !reflect.DeepEqual(got, want) {
		t.Errorf("Terms = %v, want %v", got, want)
	}
}

func TestHighlight(t *testing.T) {
	for _, test := range []struct{ query, text, want string }{
		{"cafe", "The Café and the CAFE\u0301, cafeteria", "The [Café] and the [CAFE\u0301], cafeteria"},
		{"caf*", "cafeteria, decaf", "[cafeteria], decaf"},
		{`"annual rep"*`, "annual\n> report, annual", "[annual\n> report], annual"},
		{"京都 東京", "東京都", "[東京都]"},
		{"a b", "a b", "[a] [b]"},
		{"x", "nothing", "nothing"},
		{"-a", "a", "a"},
		{"o'neil", "O’Neil", "[O’Neil]"},
	} {
		spans := Highlight(test.text, Terms(parsed(t, test.query)))
		if got := marked(test.text, spans); got != test.want {
			t.Errorf("Highlight(%q) for %q = %q, want %q", test.text, test.query, got, test.want)
		}
	}
}

func TestSnippet(t *testing.T) {
	text := strings.Repeat("lorem ipsum ", 20) + "a needle here, and a second needle there; " + strings.Repeat("dolor sit ", 20) + "needle"
	for _, test := range []struct {
		query string
		width int
		want  string
	}{
		{"needle", 60, "ipsum a [needle] here, and a second [needle] there; dolor sit"},
		{"needle", 3, "[nee]"},
		{"absent", 14, "lorem ipsum"},
		{"absent", 0, ""},
	} {
		got := Snippet(text, Terms(parsed(t, test.query)), test.width)
		if m := marked(got.Text, got.Marks); m != test.want || utf8.RuneCountInString(got.Text) > test.width {
			t.Errorf("Snippet for %q at %d = %q, want %q", test.query, test.width, m, test.want)
		}
		if text[got.Start:got.Start+len(got.Text)] != got.Text {
			t.Errorf("Snippet for %q starts at %d, which is elsewhere", test.query, got.Start)
		}
	}
	if got := Snippet("short", nil, 80); got.Text != "short" || got.Start != 0 || got.Marks != nil {
		t.Errorf("Snippet of a short text = %+v, want all of it", got)
	}
}

func FuzzSnippet(f *testing.F) {
	f.Add("The Café and the CAFE\u0301", "cafe* OR the", 10)
	f.Add("東京都庁 東京", "東京 都庁", 3)
	f.Add("\xff a \xc3", "a", -1)
	f.Fuzz(func(t *testing.T, text, query string, width int) {
		e, err := Parse(query)
		if err != nil {
			return
		}
		got := Snippet(text, Terms(e), width)
		if text[got.Start:got.Start+len(got.Text)] != got.Text || utf8.RuneCountInString(got.Text) > max(width, 0) {
			t.Errorf("Snippet = %+v, want at most %d characters of the text", got, width)
		}
		at := -1
		for _, m := range got.Marks {
			if m.Start <= at || m.End <= m.Start || m.End > len(got.Text) {
				t.Errorf("marks %v of %q, want ranges in order", got.Marks, got.Text)
			}
			at = m.End
		}
	})
}
