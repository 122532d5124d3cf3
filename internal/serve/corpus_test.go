package serve

import (
	"crypto/sha256"
	"regexp"
	"testing"

	"skein/graph"
	"skein/internal/ingest/ingesttest"
	"skein/internal/mail"
	"skein/internal/query"
	"skein/internal/store"
)

// loads is what would run, or load something from elsewhere.
var loads = regexp.MustCompile(`(?i)<(script|iframe|object|embed|link|base|form|input|meta http)|\ssrc="[^d]|\sbackground=|\son[a-z]+="|url\(`)

// TestCorpusFiles asks for every attachment and every HTML page of real mail.
func TestCorpusFiles(t *testing.T) {
	for _, name := range []string{"spamassassin-ham.tar.xz", "notmuch.tar.xz", "mime4j.tar.xz"} {
		t.Run(name, func(t *testing.T) {
			reader := ingesttest.RealMail(t, name)
			s, _ := start(t, reader)
			pages, attachments := 0, 0
			for next := (store.Page{First: 200}); ; {
				found, err := reader.Search(t.Context(), query.And{}, store.Newest, store.WantParts, next)
				if err != nil {
					t.Fatal(err)
				}
				for _, m := range found.Items {
					if m.HTML {
						pages++
						if response, body := do(t, s, "GET", graph.PagePath(m.ID), ""); response.StatusCode != 200 || loads.MatchString(body) {
							t.Errorf("%s: got %d, and %q", m.ID, response.StatusCode, loads.FindString(body))
						}
					}
					for _, sha := range mail.Files(m.Attachments) {
						attachments++
						if response, body := do(t, s, "GET", graph.FilePath(sha, m.ID), ""); response.StatusCode != 200 || sha256.Sum256([]byte(body)) != sha {
							t.Errorf("%s: %s: got %d and %d bytes, want those of the hash", m.ID, sha, response.StatusCode, len(body))
						}
					}
				}
				if !found.More {
					break
				}
				next.After = &found.Keys[len(found.Keys)-1]
			}
			if pages == 0 || attachments == 0 {
				t.Errorf("got %d pages and %d attachments, want some of both", pages, attachments)
			}
			t.Logf("%d pages, %d attachments", pages, attachments)
		})
	}
}
