package markup

import (
	"bytes"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

const png = "\x89PNG\r\n\x1a\n\x00\x00"

func pictureOf(id string) []byte {
	return map[string][]byte{"sea@x": []byte(png), "page@x": []byte("<html><script>"), "big@x": []byte(png + strings.Repeat("x", maxPictures))}[id]
}

func body(t *testing.T, source string) string {
	t.Helper()
	page, err := Page(source, pictureOf)
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(string(page), "<body>\n")
	return strings.TrimSuffix(text, "</body></html>\n")
}

func TestPage(t *testing.T) {
	const link = ` rel="nofollow noreferrer noopener" target="_blank"`
	for source, want := range map[string]string{
		`<p style="color: red; position: fixed; background: url(http://x/)">Hi</p>`: `<p style="color: red">Hi</p>`,
		`<a href="http://x.example/?a=1&b=2" onclick="x()">there</a>`:               `<a href="http://x.example/?a=1&amp;b=2"` + link + `>there</a>`,
		`<a href="javascript:x()">no</a>`:                                           `<a>no</a>`,
		`<a href="/graphql">no</a>`:                                                 `<a>no</a>`,
		`<img src="cid:sea@x" alt="sea">`:                                           `<img alt="sea" src="data:image/png;base64,iVBORw0KGgoAAA=="/>`,
		`<img src="cid:sea%40x">`:                                                   `<img src="data:image/png;base64,iVBORw0KGgoAAA=="/>`,
		`<img src="http://x.example/track.gif" alt="a <b>">`:                        `a &lt;b&gt;`,
		`<img src="data:image/png;base64,AAAA"><img src="cid:page@x"><img src="cid:big@x"><img src="cid:none">x`:                          `x`,
		`<script>x()</script><style>p{}</style><iframe src="http://x"></iframe><object data="x"></object><form action="/"><input></form>`: ``,
		`<link rel=stylesheet href="http://x/a.css"><meta http-equiv=refresh content="0;url=http://x"><base href="http://x/">`:            ``,
		`<table background="http://x/a.png"><tr><td bgcolor="red">a`:                                                                      `<table><tr><td bgcolor="red">a`,
		`<svg><image href="http://x/a.png"/><a xlink:href="javascript:x()">a</a></svg>`:                                                   `<a>a</a>`,
	} {
		if got := strings.TrimSpace(body(t, source)); got != want {
			t.Errorf("%s:\n got %s\nwant %s", source, got, want)
		}
	}
}

// checkPage finds whatever would load or run something.
func checkPage(t *testing.T, page []byte) {
	t.Helper()
	z := html.NewTokenizer(bytes.NewReader(page))
	styles := 0
	for {
		switch z.Next() {
		case html.ErrorToken:
			if styles != 1 {
				t.Errorf("got %d style sheets, want ours alone", styles)
			}
			return
		case html.StartTagToken, html.SelfClosingTagToken:
			token := z.Token()
			switch token.Data {
			case "script", "iframe", "frame", "object", "embed", "link", "base", "form", "input", "video", "audio", "svg", "math", "template":
				t.Errorf("got <%s> in %q", token.Data, page)
			case "style":
				styles++
			}
			for _, a := range token.Attr {
				value := strings.ToLower(strings.TrimSpace(a.Val))
				switch {
				case strings.HasPrefix(a.Key, "on"), a.Key == "srcset", a.Key == "background", a.Key == "action",
					a.Key == "src" && !strings.HasPrefix(value, "data:image/"),
					a.Key == "href" && !strings.HasPrefix(value, "http:") && !strings.HasPrefix(value, "https:") && !strings.HasPrefix(value, "mailto:") && !strings.HasPrefix(value, "cid:"),
					a.Key == "style" && strings.Contains(value, "url("):
					t.Errorf("got %s=%q of <%s> in %q", a.Key, a.Val, token.Data, page)
				}
			}
		}
	}
}

func FuzzPage(f *testing.F) {
	for _, seed := range []string{
		`<p style="color: red">Hi</p><a href="http://x">a</a><img src="cid:sea@x">`, `<svg><style><img src=x onerror=x()></style></svg>`,
		`<math><mtext></form><form><mglyph><svg><mtext><style><path id="</style><img onerror=x() src>">`, `<a href="java&#10;script:x()">`,
		`<img src="http://x" alt="<script>">`, `<p style="background:url('javascript:x')">`, "<!--><script>x</script>-->", "<table><td><p",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, source string) {
		page, err := Page(source, pictureOf)
		if err == nil {
			checkPage(t, page)
		}
	})
}
