package serve

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"mime"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"skein/graph"
	"skein/internal/ingest"
	"skein/internal/mail"
	"skein/internal/query"
	"skein/internal/store"
	"skein/internal/store/sqlite"
)

const picture = "\x89PNG\r\n\x1a\n\x00"

// loaded is a ledger of one mail with HTML, a picture in it, and a page that
// calls itself a text.
func loaded(t *testing.T) *sqlite.Reader {
	t.Helper()
	dir := t.TempDir()
	letter := "From: a@x\nMessage-ID: <a@x>\nSubject: Sea\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n" +
		"Content-Type: text/html\n\n<p>By the <b>sea</b> <img src=\"cid:sea@x\" alt=\"waves\"><img src=\"http://x.example/t.gif\"><script>x()</script>\n--b\n" +
		"Content-Type: image/png\nContent-ID: <sea@x>\nContent-Transfer-Encoding: base64\n\n" + base64.StdEncoding.EncodeToString([]byte(picture)) + "\n--b\n" +
		"Content-Type: text/plain\nContent-Disposition: attachment; filename*=utf-8''..%2F%E2%80%AE%C3%9Cber%22%3Bsicht.txt\n\n<html><script>x()</script>\n--b--\n"
	if err := os.WriteFile(filepath.Join(dir, "a.eml"), []byte(letter), 0o600); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "skein.db")
	if _, err := ingest.Run(t.Context(), ingest.Options{Ledger: path, Paths: []string{dir}}); err != nil {
		t.Fatal(err)
	}
	r, err := sqlite.OpenReader(t.Context(), path, ingest.Stages())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

func onlyMessage(t *testing.T, r store.Reader) *mail.Entry {
	t.Helper()
	found, err := r.Search(t.Context(), query.And{}, store.Newest, store.WantParts, store.Page{First: 2})
	if err != nil || len(found.Items) != 1 || len(found.Items[0].Attachments) != 2 {
		t.Fatalf("got %+v, %v, want a message with two attachments", found.Items, err)
	}
	return found.Items[0]
}

func TestAttachment(t *testing.T) {
	r := loaded(t)
	s, _ := start(t, r)
	m := onlyMessage(t, r)
	sea, page := m.Attachments[0], m.Attachments[1]
	for _, test := range []struct {
		path, media, name, body string
	}{
		{graph.FilePath(sea.SHA, m.ID), "image/png", "attachment-" + sea.SHA.String()[:12], picture},
		{"/attachments/" + sea.SHA.String(), "image/png", "attachment-" + sea.SHA.String()[:12], picture},
		{graph.FilePath(page.SHA, m.ID), "application/octet-stream", "Über_;sicht.txt", "<html><script>x()</script>"},
	} {
		response, body := do(t, s, "GET", test.path, "")
		h := response.Header
		disposition, params, err := mime.ParseMediaType(h.Get("Content-Disposition"))
		if response.StatusCode != 200 || body != test.body || h.Get("Content-Type") != test.media || disposition != "attachment" || params["filename"] != test.name {
			t.Errorf("%s: got %d %q %q %q %q, %v", test.path, response.StatusCode, body, h.Get("Content-Type"), disposition, params, err)
		}
		if policy := h.Get("Content-Security-Policy"); !strings.Contains(policy, "sandbox; default-src 'none'") || h.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: got policy %q, sniffing %q", test.path, policy, h.Get("X-Content-Type-Options"))
		}
	}
	other := mail.SHA(sha256.Sum256([]byte("other")))
	for _, path := range []string{
		"/attachments/x", "/attachments/" + other.String(), graph.FilePath(other, m.ID), graph.FilePath(sea.SHA, "M_none"), "/messages/" + string(m.ID[:10]) + "/html",
	} {
		if response, body := do(t, s, "GET", path, ""); response.StatusCode != 404 {
			t.Errorf("%s: got %d %q, want 404", path, response.StatusCode, body)
		}
	}
}

func TestHTMLPage(t *testing.T) {
	r := loaded(t)
	s, _ := start(t, r)
	response, body := do(t, s, "GET", graph.PagePath(onlyMessage(t, r).ID), "")
	policy := response.Header.Get("Content-Security-Policy")
	if response.StatusCode != 200 || !strings.HasSuffix(policy, "; sandbox") || strings.Contains(policy, "script") || strings.Contains(policy, "self' ") {
		t.Errorf("got %d, policy %q, want one that allows nothing", response.StatusCode, policy)
	}
	if !strings.Contains(body, "<b>sea</b>") || !strings.Contains(body, `alt="waves" src="data:image/png;base64,`) {
		t.Errorf("got %s, want the text and its picture", body)
	}
	for _, not := range []string{"<script", "x.example", "cid:"} {
		if strings.Contains(body, not) {
			t.Errorf("got %q in %s", not, body)
		}
	}
}

// elsewhere is a store without the originals, or one that is away.
type elsewhere struct {
	store.Reader
	err error
}

func (elsewhere) Originals() bool { return false }

func (e elsewhere) Original(context.Context, mail.SHA) ([]byte, error) { return nil, e.err }

func TestWithoutOriginals(t *testing.T) {
	r := loaded(t)
	m := onlyMessage(t, r)
	for _, test := range []struct {
		err    error
		status int
		says   string
	}{{store.ErrNotFound, 404, "not available here"}, {store.ErrUnavailable, 503, "does not answer"}, {context.DeadlineExceeded, 503, "too long"}, {os.ErrInvalid, 500, "could not be read"}} {
		s, _ := start(t, elsewhere{r, test.err})
		for _, path := range []string{graph.FilePath(m.Attachments[0].SHA, m.ID), graph.PagePath(m.ID)} {
			if response, body := do(t, s, "GET", path, ""); response.StatusCode != test.status || !strings.Contains(body, test.says) {
				t.Errorf("%v: %s: got %d %q, want %d %q", test.err, path, response.StatusCode, body, test.status, test.says)
			}
		}
		if _, body := do(t, s, "POST", "/graphql", `{"query": "{ search(query: \"\") { nodes { htmlUrl attachments { url } } } }"}`); strings.Contains(body, "/attachments/") || strings.Contains(body, "/html") {
			t.Errorf("got %s, want no path", body)
		}
	}
}

func TestFileName(t *testing.T) {
	for name, want := range map[string]string{
		"": "attachment-000000000000", "../../etc/passwd": "passwd", `C:\x\y.doc`: "y.doc", "a\u202Etxt.exe": "atxt.exe", "...": "attachment-000000000000",
		"a\x00b\nc<d>.txt": "abc_d_.txt", strings.Repeat("é", 300) + ".pdf": strings.Repeat("é", 98) + ".pdf",
	} {
		if got := fileName(name, mail.SHA{}); got != want {
			t.Errorf("fileName(%q): got %q, want %q", name, got, want)
		}
	}
	if got := disposition(`100% "é".txt`); got != `attachment; filename="100_ \"_\".txt"; filename*=utf-8''100%25%20%22%C3%A9%22.txt` {
		t.Errorf("disposition: got %s", got)
	}
}

// TestMailName: an attached mail is saved under a name that opens in a mail
// program, and nothing else is renamed.
func TestMailName(t *testing.T) {
	const compound = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 and more"
	for _, c := range []struct{ name, media, data, want string }{
		{"Re_ the plan", "message/rfc822", "From: a@x\n", "Re_ the plan.eml"},
		{"Plan v1.2", "message/global", "From: a@x\n", "Plan v1.2.eml"},
		{"plan.EML", "message/rfc822", "From: a@x\n", "plan.EML"},
		{"plan", "message/rfc822", compound, "plan.msg"},
		{"plan", "application/vnd.ms-outlook", compound, "plan.msg"},
		{"plan.msg", "application/vnd.ms-outlook", compound, "plan.msg"},
		{"plan", "application/vnd.ms-outlook", "text", "plan"},
		{"plan.doc", "application/msword", compound, "plan.doc"},
		{"é", "text/plain", "text", "é"},
	} {
		if got := mailName(c.name, c.media, []byte(c.data)); got != c.want {
			t.Errorf("mailName(%q, %s): got %q, want %q", c.name, c.media, got, c.want)
		}
	}
}
