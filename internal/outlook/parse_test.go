package outlook_test

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"testing"

	"skein/internal/mail"
	"skein/internal/outlook"
	"skein/internal/parse"
)

// read reads a mail and those inside it.
func read(t *testing.T, raw []byte) (parse.Result, []parse.Inner) {
	t.Helper()
	result, err := parse.Message(raw)
	if err != nil {
		t.Fatal(err)
	}
	if len(result.Facts.Defects) > 0 {
		t.Errorf("got defects %v, want none", result.Facts.Defects)
	}
	return result, result.Within(len(raw))
}

// TestFacts reads a .msg as a mail: who, when, what, its file as it is in it,
// and the message inside as a mail inside.
func TestFacts(t *testing.T) {
	raw := outlook.DraftFile(t)
	result, inner := read(t, raw)
	f := &result.Facts
	var people []string
	for _, m := range f.Mentions {
		people = append(people, fmt.Sprint(m.Role, " ", m.Name, " ", m.Address))
	}
	want := fmt.Sprint([]string{
		fmt.Sprint(mail.From, ` Ann "A" Other ann@example.org`), fmt.Sprint(mail.To, " Bo /o=harrow/ou=hq/cn=recipients/cn=bo"), fmt.Sprint(mail.Cc, "  cy@example.org"),
	})
	if got := fmt.Sprint(people); got != want {
		t.Errorf("people: got %s, want %s", got, want)
	}
	if f.Subject != "Über the bridge" || f.Sent == nil || f.Sent.Milli != 1475841600000 || fmt.Sprint(f.MessageIDs) != "[m1@example.org]" || len(f.ThreadIndex) != 22 {
		t.Errorf("got subject %q, date %v, ids %q, index %x", f.Subject, f.Sent, f.MessageIDs, f.ThreadIndex)
	}
	if result.Text != "See the plan.\nAnn" {
		t.Errorf("got text %q", result.Text)
	}
	const content = "%PDF fiction"
	file := mail.Attachment{Name: "plan é.pdf", Type: "application/pdf", Size: int64(len(content)), SHA: sha256.Sum256([]byte(content)), Part: "2"}
	if len(f.Attachments) != 2 || f.Attachments[0] != file {
		t.Errorf("got attachments %+v, want %+v and the message inside", f.Attachments, file)
	}
	if data, ok := parse.File(raw, file.SHA); !ok || string(data) != content {
		t.Errorf("the file: got %q, %t, want %q", data, ok, content)
	}
	if len(inner) != 1 || inner[0].Part != "3" || inner[0].Text != "Привет" || inner[0].Facts.Mentions[0].Address != "dee@example.org" {
		t.Errorf("got mails inside %+v, want one", inner)
	}
}

// TestFactsOfNested reads as many messages inside one another as are made mails,
// each without a byte more or less than in the one around it.
func TestFactsOfNested(t *testing.T) {
	_, inner := read(t, outlook.NestedFile(t, outlook.MaxEmbedding))
	if len(inner) != outlook.MaxEmbedding {
		t.Fatalf("got %d mails inside, want %d", len(inner), outlook.MaxEmbedding)
	}
	for i := range inner {
		if inner[i].Text != "deep" || len(inner[i].Facts.Defects) > 0 || len(inner[i].Facts.Attachments) != 1 {
			t.Errorf("at depth %d: got text %q, attachments %v, defects %v", i+1, inner[i].Text, inner[i].Facts.Attachments, inner[i].Facts.Defects)
		}
	}
}

// TestFactsOfTNEF finds a mail inside a message that TNEF carries.
func TestFactsOfTNEF(t *testing.T) {
	raw := "From: a@example.org\nContent-Type: application/ms-tnef\nContent-Transfer-Encoding: base64\n\n" +
		base64.StdEncoding.EncodeToString(outlook.ForwardedStream()) + "\n"
	result, inner := read(t, []byte(raw))
	if result.Text != "Look." || len(inner) != 1 || inner[0].Text != "Within." || inner[0].Facts.Subject != "A plan" {
		t.Errorf("got text %q and mails inside %+v, want one with a text and a subject", result.Text, inner)
	}
}
