package parse

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"

	"skein/internal/mail"
)

// differing are those whose text and attachments are not compared with what
// another program made of them, but with these. That program lists the RTF of
// the text as a file; ours takes RTF for what it is, a third form of the text.
var differing = map[string]struct{ text, files string }{
	// The message keeps the mail as it was signed; there it is a part without its
	// boundary, so that its text stands twice, with the signature in it.
	"gpg_signed": {
		"[This is yet another test. -- Matijs van Zuijlen http://www.matijs.net/]", "[signature.asc application/pgp-signature]",
	},
}

// TestOutlookCorpus compares .msg files with what another program made of them.
func TestOutlookCorpus(t *testing.T) {
	files := map[string][]byte{}
	for name, raw := range corpusFiles(t, "outlook-msg.tar.xz") {
		files[path.Base(name)] = raw
	}
	compared := 0
	for name, raw := range files {
		base, isMessage := strings.CutSuffix(name, ".msg")
		if !isMessage {
			continue
		}
		compared++
		got, err := Message(raw)
		want, wantErr := Message(files[base+".eml"])
		if err != nil || wantErr != nil {
			t.Errorf("%s: got %v, %v", base, err, wantErr)
			continue
		}
		same := func(what string, a, b any) {
			if a, b := fmt.Sprint(a), fmt.Sprint(b); a != b {
				t.Errorf("%s: %s: got %q, want %q", base, what, a, b)
			}
		}
		same("people", people(got.Facts.Mentions), people(want.Facts.Mentions))
		same("date", got.Facts.Sent.Milli, want.Facts.Sent.Milli)
		same("subject", got.Facts.Subject, want.Facts.Subject)
		same("message id", got.Facts.MessageIDs, want.Facts.MessageIDs)
		if other, ok := differing[base]; ok {
			if text := fmt.Sprint(strings.Fields(got.Text)); text != other.text {
				t.Errorf("%s: got text %q, want %q", base, text, other.text)
			}
			var files []string
			for _, a := range got.Facts.Attachments {
				files = append(files, a.Name+" "+a.Type)
			}
			if fmt.Sprint(files) != other.files {
				t.Errorf("%s: got files %q, want %q", base, files, other.files)
			}
			continue
		}
		same("text", strings.Fields(got.Text), strings.Fields(want.Text))
		same("attachments", attached(got.Facts.Attachments), attached(want.Facts.Attachments))
	}
	if compared != 6 {
		t.Errorf("compared %d files, want 6", compared)
	}
}

func people(mentions []mail.Mention) []string {
	var all []string
	for _, m := range mentions {
		all = append(all, fmt.Sprint(m.Role, m.Name, m.Address))
	}
	return all
}

// attached are the files but RTF.
func attached(files []mail.Attachment) []string {
	var all []string
	for _, a := range files {
		if a.Type != "application/rtf" {
			all = append(all, fmt.Sprint(a.Name, a.Type, a.Size, a.SHA))
		}
	}
	slices.Sort(all)
	return all
}
