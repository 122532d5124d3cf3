package explorer

import (
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

const script = "export const answer = 42 // as long as it must be to be worth packing\n"

func packed(t testing.TB, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := io.WriteString(z, text); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func page(t testing.TB) fs.FS {
	return fstest.MapFS{
		".gitkeep":               {},
		"index.html.gz":          {Data: packed(t, "<title>explorer</title>")},
		"playground.html":        {Data: []byte("<title>playground</title>")},
		"favicon.svg":            {Data: []byte("<svg/>")},
		"notices.txt":            {Data: []byte("notices")},
		"assets/index-1a2b.js":   {Data: []byte("plain")},
		"assets/big-3c4d.js.gz":  {Data: packed(t, script)},
		"assets/x.worker-5e.js":  {Data: []byte("worker")},
		"assets/icons-7f.ttf.gz": {Data: packed(t, "font")},
		"assets/odd.unknown":     {Data: []byte("odd")},
	}
}

func get(t testing.TB, h http.Handler, method, path string, header ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func body(t testing.TB, r *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestPaths(t *testing.T) {
	h := handler(page(t))
	const html, js = "text/html; charset=utf-8", "text/javascript; charset=utf-8"
	for _, test := range []struct {
		path   string
		status int
		mime   string
		body   string
	}{
		{"/", 200, html, "<title>explorer</title>"},
		{"/search?q=ann", 200, html, "<title>explorer</title>"},
		{"/missing", 200, html, "<title>explorer</title>"},
		{"/thread/T_00", 200, html, "<title>explorer</title>"},
		{"/thread/T_00?at=M_00", 200, html, "<title>explorer</title>"},
		{"/message/M_00", 200, html, "<title>explorer</title>"},
		{"/person/P_00", 200, html, "<title>explorer</title>"},
		{"/tie/W_00", 200, html, "<title>explorer</title>"},
		{"/playground", 200, html, "<title>playground</title>"},
		{"/playground?query=%7B__typename%7D", 200, html, "<title>playground</title>"},
		{"/favicon.svg", 200, "image/svg+xml", "<svg/>"},
		{"/favicon.ico", 200, "image/svg+xml", "<svg/>"},
		{"/notices.txt", 200, "text/plain; charset=utf-8", "notices"},
		{"/assets/index-1a2b.js", 200, js, "plain"},
		{"/assets/big-3c4d.js", 200, js, script},
		{"/assets/icons-7f.ttf", 200, "font/ttf", "font"},
		{"/index.html", 404, "", ""},
		{"/playground.html", 404, "", ""},
		{"/assets/", 404, "", ""},
		{"/assets/none.js", 404, "", ""},
		{"/assets/odd.unknown", 404, "", ""},
		{"/assets/big-3c4d.js.gz", 404, "", ""},
		{"/.gitkeep", 404, "", ""},
		{"/thread/", 404, "", ""},
		{"/thread/T_00/more", 404, "", ""},
		{"/searching", 404, "", ""},
		{"/wp-admin", 404, "", ""},
		{"/../embed.go", 404, "", ""},
	} {
		r := get(t, h, "GET", test.path)
		if r.StatusCode != test.status {
			t.Errorf("%s: got status %d, want %d", test.path, r.StatusCode, test.status)
			continue
		}
		if test.status != 200 {
			continue
		}
		if got := r.Header.Get("Content-Type"); got != test.mime {
			t.Errorf("%s: got type %q, want %q", test.path, got, test.mime)
		}
		if got := body(t, r); got != test.body {
			t.Errorf("%s: got body %q, want %q", test.path, got, test.body)
		}
	}
}

func TestGzipOnlyIfAccepted(t *testing.T) {
	h := handler(page(t))
	for _, test := range []struct {
		accept string
		want   string
	}{
		{"", ""},
		{"gzip", "gzip"},
		{"br, gzip;q=0.5", "gzip"},
		{"GZIP", "gzip"},
		{"*", "gzip"},
		{"*;q=0, gzip", "gzip"},
		{"gzip;q=0", ""},
		{"gzip;q=0.000, *", ""},
		{"identity, *;q=0", ""},
		{"br", ""},
	} {
		r := get(t, h, "GET", "/assets/big-3c4d.js", "Accept-Encoding", test.accept)
		if got := r.Header.Get("Content-Encoding"); got != test.want {
			t.Errorf("Accept-Encoding %q: got Content-Encoding %q, want %q", test.accept, got, test.want)
		}
		if got := r.Header.Get("Vary"); got != "Accept-Encoding" {
			t.Errorf("Accept-Encoding %q: got Vary %q, want Accept-Encoding", test.accept, got)
		}
	}
	if got := get(t, h, "GET", "/assets/index-1a2b.js", "Accept-Encoding", "gzip").Header.Get("Content-Encoding"); got != "" {
		t.Errorf("file stored plain: got Content-Encoding %q, want none", got)
	}
}

func TestCaching(t *testing.T) {
	h := handler(page(t))
	for path, want := range map[string]string{
		"/":                     "no-cache",
		"/playground":           "no-cache",
		"/favicon.svg":          "no-cache",
		"/assets/index-1a2b.js": "public, max-age=31536000, immutable",
		"/assets/none.js":       "no-cache",
	} {
		if got := get(t, h, "GET", path).Header.Get("Cache-Control"); got != want {
			t.Errorf("%s: got Cache-Control %q, want %q", path, got, want)
		}
	}
	plain := get(t, h, "GET", "/").Header.Get("ETag")
	gzipped := get(t, h, "GET", "/", "Accept-Encoding", "gzip").Header.Get("ETag")
	if plain == "" || plain == gzipped {
		t.Fatalf("got entity tags %s and %s, want two that differ", plain, gzipped)
	}
	r := get(t, h, "GET", "/", "If-None-Match", plain)
	if r.StatusCode != http.StatusNotModified {
		t.Errorf("If-None-Match with the tag: got status %d, want 304", r.StatusCode)
	}
	r = get(t, h, "GET", "/", "If-None-Match", gzipped)
	if r.StatusCode != http.StatusOK {
		t.Errorf("If-None-Match with the tag of the other form: got status %d, want 200", r.StatusCode)
	}
}

func TestMethods(t *testing.T) {
	h := handler(page(t))
	r := get(t, h, "HEAD", "/assets/index-1a2b.js")
	if got := body(t, r); r.StatusCode != 200 || got != "" {
		t.Errorf("HEAD: got status %d and body %q, want 200 and none", r.StatusCode, got)
	}
	r = get(t, h, "POST", "/")
	if got := r.Header.Get("Allow"); r.StatusCode != http.StatusMethodNotAllowed || got != "GET, HEAD" {
		t.Errorf("POST: got status %d, Allow %q, want 405, \"GET, HEAD\"", r.StatusCode, got)
	}
}

func TestSecurityHeaders(t *testing.T) {
	h := handler(page(t))
	for path, inline := range map[string]bool{
		"/": false, "/search": false, "/assets/none.js": false,
		"/playground": true, "/assets/x.worker-5e.js": true,
	} {
		header := get(t, h, "GET", path).Header
		policy := header.Get("Content-Security-Policy")
		if !strings.Contains(policy, "script-src 'self';") {
			t.Errorf("%s: got policy %q, want scripts of this origin only", path, policy)
		}
		if got := strings.Contains(policy, "'unsafe-inline'"); got != inline {
			t.Errorf("%s: got inline styles allowed %t, want %t", path, got, inline)
		}
		if strings.Contains(policy, "http") {
			t.Errorf("%s: got policy %q, want no other origin", path, policy)
		}
		if got := header.Get("X-Content-Type-Options"); got != "nosniff" {
			t.Errorf("%s: got X-Content-Type-Options %q, want nosniff", path, got)
		}
	}
}

func TestPlaceholder(t *testing.T) {
	h := handler(fstest.MapFS{".gitkeep": {}})
	for _, path := range []string{"/", "/search", "/thread/T_00", "/playground"} {
		r := get(t, h, "GET", path)
		if got := body(t, r); r.StatusCode != 200 || !strings.Contains(got, "npm run build") {
			t.Errorf("%s: got status %d and body %q, want 200 and how to build the page", path, r.StatusCode, got)
		}
		if got := r.Header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: got Cache-Control %q, want no-store", path, got)
		}
	}
	if got := get(t, h, "GET", "/assets/none.js").StatusCode; got != 404 {
		t.Errorf("asset of a page that was not built: got status %d, want 404", got)
	}
}

// TestEmbedded holds whether or not the page was built.
func TestEmbedded(t *testing.T) {
	h := Handler()
	r := get(t, h, "GET", "/")
	if got := body(t, r); r.StatusCode != 200 || !strings.Contains(got, "<title>Skein</title>") {
		t.Errorf("got status %d and body %q, want the page or what stands for it", r.StatusCode, got)
	}
	if got := get(t, h, "GET", "/.gitkeep").StatusCode; got != 404 {
		t.Errorf("/.gitkeep: got status %d, want 404", got)
	}
}

func FuzzAcceptsGzip(f *testing.F) {
	for _, seed := range []string{"", "gzip", "gzip;q=0", "*;q=1", "br;q=x, gzip ; q = 0.5", ",;=,"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, field string) {
		if acceptsGzip([]string{field}) && !strings.Contains(field, "*") && !strings.Contains(strings.ToLower(field), "gzip") {
			t.Errorf("got %q accepted, want only what names gzip or *", field)
		}
	})
}
