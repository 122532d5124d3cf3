package ingest

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"skein/internal/extract"
	"skein/internal/mail"
	"skein/internal/query"
	"skein/internal/store"
)

// carrying is the n-th mail, with a file.
func carrying(n int, name, content string) string {
	return fmt.Sprintf("Message-ID: <c%d@example.org>\nFrom: Ann <ann@example.org>\nDate: Fri, 7 Oct 2016 12:00:%02d +0000\n"+
		"Subject: carried\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nSee below.\n--b\n"+
		"Content-Type: application/octet-stream; name=%q\nContent-Transfer-Encoding: base64\n\n%s\n--b--\n",
		n, n, name, base64.StdEncoding.EncodeToString([]byte(content)))
}

func (b *box) hits(text string) int {
	b.t.Helper()
	expr, err := query.Parse(text)
	if err != nil {
		b.t.Fatal(err)
	}
	found, err := b.reader().Search(b.t.Context(), expr, store.Newest, 0, store.Page{First: 1, Total: true})
	if err != nil {
		b.t.Fatal(err)
	}
	return found.Total
}

const dues = "The harbour dues are unpaid."

// TestAttachments loads a file that several mails carry, in several batches,
// under several names.
func TestAttachments(t *testing.T) {
	b := newBox(t)
	sha := mail.SHA(sha256.Sum256([]byte(dues)))
	b.write("1/1.eml", carrying(1, "dues.txt", dues))
	b.write("1/2.eml", carrying(2, "other.bin", dues))
	b.write("1/3.eml", carrying(3, "map.png", "\x89PNG\r\n\x1a\n\x00"))
	b.write("2/4.eml", carrying(4, "again.txt", dues))
	for _, round := range []int{1, 100} {
		b := b.another()
		b.load(Options{Round: round, Paths: []string{b.mail + "/1", b.mail + "/2"}})
		for text, want := range map[string]int{"harbour": 3, `attachment:"harbour dues"`: 3, "body:harbour": 0, "filename:again": 1, "has:attachment -harbour": 1} {
			if got := b.hits(text); got != want {
				t.Errorf("rounds of %d: %s: got %d hits, want %d", round, text, got, want)
			}
		}
		files, err := b.reader().Attachments(t.Context(), []mail.SHA{sha}, store.WantText)
		if err != nil || files[0] == nil || files[0].Text != dues || files[0].Type != "text/plain" || files[0].Size != int64(len(dues)) {
			t.Fatalf("rounds of %d: got %+v, %v, want what the file says", round, files, err)
		}
		lists, err := b.reader().AttachmentMessages(t.Context(), []mail.SHA{sha}, store.WantParts, store.Page{First: 2, Total: true})
		if err != nil || lists[0].Total != 3 || len(lists[0].Items) != 2 || lists[0].Items[0].Attachments[0].Name != "again.txt" {
			t.Errorf("rounds of %d: got %+v, %v, want three messages, the newest first", round, lists, err)
		}
		if round == 100 {
			b.retracts(sha)
		}
	}
}

// retracts takes back both batches, and looks at what is left of a file.
func (b *box) retracts(sha mail.SHA) {
	b.t.Helper()
	if err := retractErr(b, "1"); err != nil {
		b.t.Fatal(err)
	}
	if got := b.hits("attachment:harbour"); got != 1 {
		b.t.Errorf("without batch 1: got %d hits, want 1", got)
	}
	alone := b.another()
	alone.load(Options{Paths: []string{b.mail + "/2"}})
	same(b.t, "dump", b.dump(), alone.dump())
	if err := retractErr(b, "2"); err != nil {
		b.t.Fatal(err)
	}
	files, err := b.reader().Attachments(b.t.Context(), []mail.SHA{sha}, 0)
	if err != nil || files[0] != nil {
		b.t.Errorf("without any batch: got %+v, %v, want no file", files, err)
	}
}

// TestRecentContentKeepsItsFiles has a mail found again in a later round, whose
// full text is then written anew.
func TestRecentContentKeepsItsFiles(t *testing.T) {
	b := newBox(t)
	b.write("1/1.eml", carrying(1, "dues.txt", dues))
	b.load(Options{Paths: []string{b.mail + "/1"}})
	// Another copy: other bytes, equal content.
	b.write("2/1.eml", "Received: from x\n"+carrying(1, "dues.txt", dues))
	b.load(Options{Paths: []string{b.mail + "/2"}})
	if got := b.hits("attachment:harbour"); got != 1 {
		t.Errorf("got %d hits, want 1", got)
	}
}

// TestWithoutPDF: what no program reads is said once, and is no error.
func TestWithoutPDF(t *testing.T) {
	t.Setenv("PATH", "")
	b := newBox(t)
	page := "%PDF-1.4 page"
	b.write("1.eml", carrying(1, "a.pdf", page))
	b.write("2.eml", carrying(2, "b.pdf", page))
	b.write("3.eml", carrying(3, "c.pdf", page+" two"))
	report := b.load(Options{})
	if len(report.Notes) != 1 || !strings.Contains(report.Notes[0], "2 PDF files") || len(report.Problems) > 0 {
		t.Errorf("got notes %q, problems %q, want one note of two files", report.Notes, report.Problems)
	}
	sha := mail.SHA(sha256.Sum256([]byte(page)))
	files, err := b.reader().Attachments(t.Context(), []mail.SHA{sha}, store.WantText)
	if err != nil || files[0] == nil || files[0].Note != extract.NoPDF || files[0].Text != "" {
		t.Errorf("got %+v, %v, want the note that the program is not there", files, err)
	}
	// What the ledger holds is not read again.
	b.touch("1.eml")
	if report := b.load(Options{}); len(report.Notes) > 0 {
		t.Errorf("again: got notes %q, want none", report.Notes)
	}
}
