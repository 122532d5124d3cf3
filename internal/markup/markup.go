// Package markup makes the HTML of mail safe to be shown.
//
// It promises that what it returns runs nothing and loads nothing: no scripts,
// forms, frames or style sheets, no address but that of a link that a person
// may follow, and no picture but those it is given, whose bytes stand in the
// page. It is the only home of bluemonday.
package markup

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Limits on the bytes of strangers.
const (
	maxSource   = 4 << 20 // bytes of HTML; what follows is not shown
	maxPictures = 8 << 20 // bytes of pictures of one page
)

// ErrUnreadable says that HTML breaks its reader.
var ErrUnreadable = errors.New("the HTML cannot be shown")

// policy is what may stand in a mail that is shown.
var policy = newPolicy()

func newPolicy() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("a", "abbr", "address", "b", "big", "blockquote", "br", "center", "cite", "code", "dd", "del", "dfn", "div", "dl", "dt",
		"em", "font", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "ol", "p", "pre", "q", "s", "samp", "small",
		"span", "strike", "strong", "sub", "sup", "table", "caption", "col", "colgroup", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "u", "ul", "var")
	p.AllowNoAttrs().OnElements("a", "font", "img", "span")
	p.AllowAttrs("align", "dir", "lang", "title").Globally()
	p.AllowAttrs("alt", "height", "width", "src").OnElements("img")
	p.AllowAttrs("color", "face", "size").OnElements("font")
	p.AllowAttrs("bgcolor", "border", "cellpadding", "cellspacing", "colspan", "height", "rowspan", "valign", "width").
		OnElements("table", "tbody", "thead", "tfoot", "tr", "td", "th", "col", "colgroup")
	p.AllowAttrs("start", "type", "value").OnElements("ol", "ul", "li")
	p.AllowStyles("background-color", "color", "font-family", "font-size", "font-style", "font-weight", "text-align", "text-decoration",
		"vertical-align", "white-space").Globally()
	p.AllowAttrs("href").OnElements("a")
	p.RequireParseableURLs(true)
	p.AllowURLSchemes("http", "https", "mailto", "cid")
	p.RequireNoFollowOnLinks(true)
	p.RequireNoReferrerOnLinks(true)
	p.AddTargetBlankToFullyQualifiedLinks(true)
	return p
}

// Page makes the HTML of a mail a page of its own. picture returns the bytes of
// the attachment that "cid:" and an id name (RFC 2392), nil when there is none.
// A picture of another kind than PNG, JPEG, GIF or WebP is left out, and so is
// one from elsewhere; their alternative text stays.
func Page(source string, picture func(contentID string) []byte) (page []byte, err error) {
	defer func() {
		if recover() != nil { // a fault of a library in a stranger's bytes
			page, err = nil, ErrUnreadable
		}
	}()
	source = strings.ToValidUTF8(source[:min(len(source), maxSource)], "\uFFFD")
	var out bytes.Buffer
	out.WriteString(`<!DOCTYPE html><html><head><meta charset="utf-8"><meta name="color-scheme" content="light">` +
		`<style>body{margin:1em;background:#fff;color:#000;font-family:sans-serif;overflow-wrap:anywhere}pre{white-space:pre-wrap}img{max-width:100%}</style>` +
		`</head><body>` + "\n")
	w := pictures{out: &out, of: picture, room: maxPictures}
	if err := w.write(policy.SanitizeReader(strings.NewReader(source))); err != nil {
		return nil, err
	}
	out.WriteString("</body></html>\n")
	return out.Bytes(), nil
}

// pictures puts pictures into HTML that is clean but for their addresses.
type pictures struct {
	out  *bytes.Buffer
	of   func(contentID string) []byte
	room int
}

func (w *pictures) write(clean io.Reader) error {
	z := html.NewTokenizer(clean)
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			if z.Err() == io.EOF {
				return nil
			}
			return ErrUnreadable
		}
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
			w.out.Write(z.Raw())
			continue
		}
		raw := bytes.Clone(z.Raw())
		if token := z.Token(); token.DataAtom == atom.Img {
			w.picture(token)
		} else {
			w.out.Write(raw)
		}
	}
}

// picture writes an image with its bytes, or its alternative text.
func (w *pictures) picture(img html.Token) {
	shown := html.Token{Type: html.SelfClosingTagToken, Data: "img", DataAtom: atom.Img}
	source, alternative := "", ""
	for _, a := range img.Attr {
		switch a.Key {
		case "src":
			source = w.address(a.Val)
		case "alt":
			alternative = a.Val
			shown.Attr = append(shown.Attr, a)
		default:
			shown.Attr = append(shown.Attr, a)
		}
	}
	if source == "" {
		w.out.WriteString(html.EscapeString(alternative))
		return
	}
	shown.Attr = append(shown.Attr, html.Attribute{Key: "src", Val: source})
	w.out.WriteString(shown.String())
}

// address returns a picture as an address that holds its bytes, or "".
func (w *pictures) address(address string) string {
	id, ok := strings.CutPrefix(address, "cid:")
	if !ok {
		return ""
	}
	if plain, err := url.PathUnescape(id); err == nil {
		id = plain
	}
	data := w.of(id)
	if data == nil || len(data) > w.room {
		return ""
	}
	media := http.DetectContentType(data)
	switch media {
	case "image/png", "image/jpeg", "image/gif", "image/webp":
		w.room -= len(data)
		return "data:" + media + ";base64," + base64.StdEncoding.EncodeToString(data)
	}
	return ""
}
