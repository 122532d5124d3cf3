package parse

import (
	"strings"
	"testing"
)

func TestHTMLText(t *testing.T) {
	tests := []struct{ source, want string }{
		{"<p>One</p><p>Two</p>", "One\n\nTwo"},
		{"a<br>b<br/>c", "a\nb\nc"},
		{"<b>bo</b>ld <i>it</i>", "bold it"},
		{"a &amp; b&nbsp;c &#233;", "a & b c é"},
		{"<style>p{}</style><script>x()</script><title>t</title>seen", "seen"},
		{
			"before<blockquote>quoted<br>more<blockquote>deep</blockquote></blockquote>after",
			"before\n> quoted\n> more\n> > deep\nafter",
		},
		{"<pre>a\n  b</pre>c", "a\n  b\nc"},
		{"<ul><li>x</li><li>y</li></ul>", "* x\n* y"},
		{"<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>", "1 2\n3"},
		{"<img alt='a picture' src='x'>", "a picture"},
		{"one\n\ttwo", "one two"},
		{"<!-- hidden -->x", "x"},
		{"<a href='http://x'>link</a>", "link"},
		{"</blockquote></pre>x", "x"},
		{"<", "<"},
		{"", ""},
	}
	for _, test := range tests {
		if got := htmlText(test.source); got != test.want {
			t.Errorf("htmlText(%q): got %q, want %q", test.source, got, test.want)
		}
	}
}

func TestHTMLTextIsBounded(t *testing.T) {
	source := strings.Repeat("<blockquote>", 50) + "<pre>x" + strings.Repeat(strings.Repeat("\n", 50)+"x", 100_000)
	if got := len(htmlText(source)); got > 2*maxText {
		t.Errorf("htmlText of %d bytes: got %d bytes, want at most %d", len(source), got, 2*maxText)
	}
}
