// Package explorer serves the web page: the explorer at "/" and the GraphQL
// playground at "/playground".
//
// The page is built by npm (see "make explorer") into dist, which is embedded.
// A binary that was built without it serves a page that says how to build it.
// Files that gain by it are stored gzipped only; a client that does not accept
// gzip gets them unpacked. Nothing served here loads anything from elsewhere:
// the content security policy allows this origin alone.
package explorer

import (
	"embed"
	"io/fs"
	"net/http"
	"strings"
)

//go:embed all:dist
var built embed.FS

// Views of the page beyond "/", whose addresses the page itself reads. Those
// that end with a slash are followed by an id.
var views = []string{"/search", "/missing", "/thread/", "/message/", "/person/", "/tie/"}

// Handler serves the page as it was embedded. It answers GET and HEAD of "/",
// of the page's views, of "/playground" and of the files of the page, and 404
// for everything else.
func Handler() http.Handler {
	dist, err := fs.Sub(built, "dist")
	if err != nil {
		panic(err) // "dist" is a valid path
	}
	return handler(dist)
}

func handler(dist fs.FS) http.Handler {
	files := load(dist)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		setSecurityHeaders(w.Header(), r.URL.Path)
		switch r.Method {
		case http.MethodGet, http.MethodHead:
		default:
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
			return
		}
		name := fileName(r.URL.Path)
		if f, ok := files[name]; ok {
			f.serve(w, r)
			return
		}
		if name == indexName || name == playgroundName {
			servePlaceholder(w, r)
			return
		}
		w.Header().Set("Cache-Control", "no-cache")
		http.NotFound(w, r)
	})
}

const (
	indexName      = "index.html"
	playgroundName = "playground.html"
	faviconName    = "favicon.svg"
)

// fileName says which file a path shows. Pages are only found by their views,
// so that one page has one address.
func fileName(path string) string {
	switch path {
	case "/":
		return indexName
	case "/playground":
		return playgroundName
	case "/favicon.ico":
		return faviconName
	}
	if isView(path) {
		return indexName
	}
	name := strings.TrimPrefix(path, "/")
	if strings.HasSuffix(name, ".html") {
		return ""
	}
	return name
}

func isView(path string) bool {
	for _, view := range views {
		id, found := strings.CutPrefix(path, view)
		if !found {
			continue
		}
		if !strings.HasSuffix(view, "/") {
			return id == ""
		}
		return id != "" && !strings.Contains(id, "/")
	}
	return false
}

// Policies of the two pages. The explorer frames mails as their HTML shows them,
// which have a policy of their own. The playground's editor writes style elements
// and carries its fonts as data; both pages run scripts of this origin only.
const (
	explorerPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
		"font-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
	playgroundPolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
		"font-src 'self' data:; connect-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

func setSecurityHeaders(h http.Header, path string) {
	policy := explorerPolicy
	// A worker is ruled by the policy it is served with, not by its page's.
	if path == "/playground" || strings.Contains(path, "worker") {
		policy = playgroundPolicy
	}
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
}
