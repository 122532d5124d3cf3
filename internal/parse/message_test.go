package parse

import (
	"encoding/base64"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"skein/internal/mail"
)

// mailOf makes a mail with the given header lines and a short body.
func mailOf(lines ...string) string { return strings.Join(lines, "\n") + "\n\nHello.\n" }

func parsed(t *testing.T, raw string) Result {
	t.Helper()
	result, err := Message([]byte(raw))
	if err != nil {
		t.Fatalf("Message(%.60q): got error %v, want none", raw, err)
	}
	return result
}

func factsOf(t *testing.T, raw string) *mail.Facts {
	t.Helper()
	result := parsed(t, raw)
	return &result.Facts
}

func hasDefect(f *mail.Facts, kind mail.DefectKind) bool {
	for _, d := range f.Defects {
		if d.Kind == kind {
			return true
		}
	}
	return false
}

const letter = `Message-ID: <1@example.org>
From: Ann <ann@example.org>
To: bob@example.org
Cc: "Other, Carl" <carl@example.org>
Date: Thu, 22 Aug 2002 18:26:25 +0200
Subject: =?utf-8?q?caf=C3=A9?=
List-Id: The list <The-List.example.org>
Precedence: bulk
X-GM-THRID: 1545668983435175434
Thread-Topic: topic
Content-Type: text/plain; charset=us-ascii

Hello,
>From here.
`

func TestMessage(t *testing.T) {
	result := parsed(t, letter)
	f := result.Facts
	if want := "Hello,\n>From here."; result.Text != want {
		t.Errorf("text: got %q, want %q", result.Text, want)
	}
	want := mail.Facts{
		MessageIDs: []string{"1@example.org"}, Content: f.Content,
		Sent:    &mail.Date{Milli: 1030033585000, Offset: 7200},
		Subject: "café", HasSubject: true,
		Mentions: []mail.Mention{
			{Role: mail.From, Address: "ann@example.org", Name: "Ann"},
			{Role: mail.To, Address: "bob@example.org"},
			{Role: mail.Cc, Address: "carl@example.org", Name: "Other, Carl"},
		},
		ThreadTopic: "topic", GmailThread: "1545668983435175434", ListID: "the-list.example.org", Bulk: true,
	}
	if !reflect.DeepEqual(f, want) {
		t.Errorf("facts:\n got %+v\nwant %+v", f, want)
	}
}

func TestRejection(t *testing.T) {
	for raw, want := range map[string]string{
		"": "empty", "\n \r\n": "empty", "no header here\n\nat all\n": "no header field",
		"\x89PNG\r\n\x1a\n\x00\x00": "no header field", "\x00\x01k:\x00\n": "no header field", "a:b\x00\n\nc": "binary",
	} {
		_, err := Message([]byte(raw))
		var rejection *Rejection
		if !errors.As(err, &rejection) || rejection.Reason != want {
			t.Errorf("Message(%q): got %v, want a rejection: %s", raw, err, want)
		}
	}
}

// What carried a mail must change neither its facts nor its content.
func TestMessageCarriers(t *testing.T) {
	plain := parsed(t, letter)
	long := letter + strings.Repeat("a longer line of text\n", 400)
	for name, carried := range map[string]string{
		"CR LF":            strings.ReplaceAll(letter, "\n", "\r\n"),
		"CR":               strings.ReplaceAll(letter, "\n", "\r"),
		"CR CR LF":         strings.ReplaceAll(letter, "\n", "\r\r\n"),
		"mbox":             "From ann@example.org Thu Aug 22 18:26:25 2002\n" + letter + "\n",
		"escaped mbox":     ">From ann@example.org Thu Aug 22 18:26:25 2002\n" + letter,
		"blank lines":      "\n\n" + letter,
		"byte order mark":  "\ufeff" + letter,
		"unescaped":        strings.Replace(letter, ">From", "From", 1),
		"mboxrd":           strings.Replace(letter, ">From", ">>From", 1),
		"trailing space":   strings.Replace(letter, "Hello,", "Hello, \t", 1),
		"other transport":  "Received: by x; Thu, 22 Aug 2002 18:26:25 +0200\n" + strings.Replace(letter, "<1@", "<2@", 1),
		"quoted-printable": strings.Replace(strings.Replace(letter, "\n\n", "\nContent-Transfer-Encoding: quoted-printable\n\n", 1), "Hello", "H=65l=\nlo", 1),
		"salvaged":         strings.Replace(letter, "To: ", "junk without a colon\nTo: ", 1),
		"Bcc":              "Bcc: d@example.org\n" + letter,
	} {
		got := parsed(t, carried)
		if got.Facts.Content != plain.Facts.Content {
			t.Errorf("%s: got another content hash, want that of the plain letter", name)
		}
		if got.Facts.Subject != plain.Facts.Subject || *got.Facts.Sent != *plain.Facts.Sent {
			t.Errorf("%s: got subject %q and date %v, want those of the plain letter", name, got.Facts.Subject, got.Facts.Sent)
		}
	}
	if parsed(t, long).Facts.Content == plain.Facts.Content {
		t.Error("another text: got the same content hash, want another")
	}
}

func TestContentTellsApart(t *testing.T) {
	seen := map[mail.Hash]string{parsed(t, letter).Facts.Content: "the letter"}
	for _, change := range [][2]string{
		{"ann@example.org", "eve@example.org"},
		{"bob@example.org", "eve@example.org"},
		{"caf=C3=A9", "tea"},
		{"18:26:25", "18:26:26"},
		{"Hello", "hello"},
		{"Date:", "X-Date:"},
		{"From: Ann", "X-From: Ann"},
	} {
		hash := parsed(t, strings.Replace(letter, change[0], change[1], 1)).Facts.Content
		if other, found := seen[hash]; found {
			t.Errorf("%q instead of %q: got the content hash of %s, want another", change[1], change[0], other)
		}
		seen[hash] = change[1]
	}
}

// A mail without a date or an author says too little to be joined with
// another by what it says.
func TestContentOfWeakMail(t *testing.T) {
	weak := "To: bob@example.org\nMessage-ID: <1@x>\n\nHello.\n"
	one, other := parsed(t, weak), parsed(t, strings.Replace(weak, "<1@x>", "<2@x>", 1))
	if one.Facts.Content == other.Facts.Content {
		t.Error("two weak mails: got one content hash, want two")
	}
	if copied := parsed(t, "From x\n"+strings.ReplaceAll(weak, "\n", "\r\n")); copied.Facts.Content != one.Facts.Content {
		t.Error("a copy of a weak mail: got another content hash, want the same")
	}
}

func TestThreadIndex(t *testing.T) {
	index := strings.Repeat("x", 22+5)
	encoded := base64.StdEncoding.EncodeToString([]byte(index))
	f := factsOf(t, mailOf("From: a@x.org", "Thread-Index: "+encoded[:10]+"\n "+encoded[10:]))
	if string(f.ThreadIndex) != index {
		t.Errorf("ThreadIndex: got %x, want %x", f.ThreadIndex, index)
	}
	f = factsOf(t, mailOf("From: a@x.org", "Thread-Index: AAAA"))
	if f.ThreadIndex != nil || !hasDefect(f, BadIndex) {
		t.Errorf("short ThreadIndex: got %x, want none and a defect", f.ThreadIndex)
	}
}

func TestBulk(t *testing.T) {
	for header, want := range map[string]bool{
		"Precedence: List": true, "Precedence: junk": true, "Precedence: first-class": false,
		"Auto-Submitted: auto-replied; x=y": true, "Auto-Submitted: no": false, "X: y": false,
	} {
		if got := factsOf(t, mailOf("From: a@x.org", header)).Bulk; got != want {
			t.Errorf("%s: got bulk %v, want %v", header, got, want)
		}
	}
}

func TestLimits(t *testing.T) {
	var deep strings.Builder
	deep.WriteString("From: a@x.org\n")
	for i := range 200 {
		deep.WriteString(fmt.Sprintf("Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i))
	}
	tests := []struct {
		name, raw string
		kind      mail.DefectKind
	}{
		{"depth", deep.String() + "\nend\n", TooDeep},
		{"parts", "From: a@x.org\nContent-Type: multipart/mixed; boundary=b\n\n" + strings.Repeat("--b\n\nx\n", 2*maxParts) + "--b--\n", TooManyParts},
		{"fields", strings.Repeat("From: a@x.org\n", 2*maxFields) + "\nx\n", HeaderSize},
		{"header bytes", "From: a@x.org\nX: " + strings.Repeat("x", maxHeaderBytes+100) + "\n\nx\n", HeaderSize},
		{"text", mailOf("From: a@x.org") + strings.Repeat("0123456789abcde\n", maxText/16+1), TextCut},
	}
	for _, test := range tests {
		result := parsed(t, test.raw)
		if !hasDefect(&result.Facts, test.kind) {
			t.Errorf("%s: got defects %v, want %s among them", test.name, result.Facts.Defects, test.kind)
		}
		if len(result.Facts.Mentions) == 0 || len(result.Text) > maxText {
			t.Errorf("%s: got %d mentions and %d bytes of text, want the author and at most %d bytes",
				test.name, len(result.Facts.Mentions), len(result.Text), maxText)
		}
	}
}

func TestDefectOffsets(t *testing.T) {
	tests := []struct {
		raw  string
		kind mail.DefectKind
		want string // what stands at the offset
	}{
		{"From x\nFrom: a@x.org\nDate: never\n\n", BadDate, "Date: never"},
		{"From: a@x.org\r\r\nX: y\r\r\nDate: never\r\r\n\r\r\n", BadDate, "Date: never"},
		{"From: a@x.org\njunk line\nTo: b@x.org\n\n", HeaderLine, "junk line"},
		{"From: a@x.org\nbody begins\n", HeaderEnd, "body begins"},
		{"From: a@x.org\nSubject: a\nSubject: b\n\n", FieldRepeated, "Subject: b"},
	}
	for _, test := range tests {
		f := factsOf(t, test.raw)
		found := false
		for _, d := range f.Defects {
			found = found || d.Kind == test.kind && strings.HasPrefix(test.raw[d.Offset:], test.want)
		}
		if !found {
			t.Errorf("%q: got defects %+v, want %s at %q", test.raw, f.Defects, test.kind, test.want)
		}
	}
}

// Equal bytes give equal facts, also when other mails were read in between.
func TestMessageIsPure(t *testing.T) {
	raws := []string{letter, multipart, "junk\n" + multipart, mailOf("From: \xe9\xe8@x.org")}
	var want []Result
	for _, raw := range raws {
		want = append(want, parsed(t, raw))
	}
	for range 3 {
		for i := len(raws) - 1; i >= 0; i-- {
			if got := parsed(t, raws[i]); !reflect.DeepEqual(got, want[i]) {
				t.Errorf("mail %d read again: got %+v, want %+v", i, got, want[i])
			}
		}
	}
}

func TestFaultIsARejection(t *testing.T) {
	_, err := guarded([]byte("Subject: x\n\n"), func([]byte) (Result, error) { panic("index out of range") })
	var rejection *Rejection
	if !errors.As(err, &rejection) {
		t.Fatalf("guarded: got error %v, want a *Rejection", err)
	}
	if !Refused(err.Error()) || Refused("a PST file") {
		t.Errorf("Refused(%q) or its contrary is wrong", err)
	}
}
