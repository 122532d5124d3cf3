package mailbox

import (
	"bytes"
	"io/fs"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestRecognise(t *testing.T) {
	tests := []struct {
		name string
		head string
		want kind
	}{
		{"nothing", "", isEmpty},
		{"a header", "Received: by x\n\tfor y\nSubject: a\n\nA\n", isMessage},
		{"one known field", "Subject: a\n\nA\n", isMessage},
		{"CR LF", "Message-ID: <a@b>\r\n\r\nA\r\n", isMessage},
		{"CR", "Message-ID: <a@b>\rSubject: a\r\rA\r", isMessage},
		{"a byte order mark", "\xEF\xBB\xBFSubject: a\n\nA\n", isMessage},
		{"blank lines first", "\n\r\nSubject: a\n\nA\n", isMessage},
		{"a header alone", "Subject: a", isMessage},
		{"a blank before the colon", "Subject : a\n\nA\n", isMessage},
		{"a line that is no field", "Subject: a\nthis is no field\nX-Other: b\n\nA\n", isMessage},
		{"junk first", "junk\nReceived: by x\nFrom: a\nSubject: b\n\nA\n", isMessage},
		{"a quoted From line first", ">From a@b Thu\nReceived: by x\n\nA\n", isMessage},
		{"a From line", sepA + "Subject: a\n\nA\n", isMbox},
		{"a From line and prose", sepA + "prose\n", isMbox},
		{"a From line without a date", "From ann@example.org\nSubject: a\n\nA\n", isMbox},
		{"prose", "From the start it was clear\nthat this is prose: no mail\n", isOther},
		{"unknown fields", "title: a\nauthor: b\n\nA\n", isOther},
		{"an address", "http://example.org/\n", isOther},
		{"HTTP", "HTTP/1.1 200 OK\nDate: now\nContent-Type: text/html\n\n", isOther},
		{"HTML", "<!DOCTYPE html>\n<title>From: a</title>\n", isOther},
		{"JSON", "{\n\"From\": 1,\n\"Subject\": 2}\n", isOther},
		{"binary", "\x7fELF\x00\x00", isOther},
		{"an OLE file", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\nFrom: a\nSubject: b\n", isCompound},
		{"an Outlook store", "!BDN\nFrom: a\nSubject: b\n", isStore},
		{"emlx", "17        \nSubject: a\n\nA\n", isEmlx},
		{"a number and prose", "17\nbottles of beer\n", isOther},
		{"a table", "file,message\na,\"Subject: a\n\nA\n\"\n", isTable},
		{"a table of other columns too", "\xEF\xBB\xBF\"id\",\"Message\",\"File\"\r\n1,a,b\n", isTable},
		{"a table of other columns", "file,text\na,b\n", isOther},
		{"a table without a row", "file,message", isOther},
		{"gzip", "\x1f\x8b\x08\x00", isGzip},
		{"xz", "\xfd7zXZ\x00", isXz},
		{"zstd", "\x28\xb5\x2f\xfd", isZstd},
		{"bzip2", "BZh91AY&SY....", isBzip2},
		{"zip", "PK\x03\x04", isZip},
		{"7z", "7z\xbc\xaf\x27\x1c", isSevenZip},
		{"tar", string(tarOf(t, entry{"a", "b"})), isTar},
	}
	for _, test := range tests {
		if got := recognise([]byte(test.head)); got != test.want {
			t.Errorf("%s: got %d, want %d", test.name, got, test.want)
		}
	}
}

func TestOtherReason(t *testing.T) {
	tests := map[string]string{
		"a\x00b":           "a binary file, not a mail",
		" <HTML>":          "an HTML page, not a mail",
		" \n\t":            "nothing but white space",
		"Dear all,\nhello": "no mail header at its start",
	}
	for head, want := range tests {
		if got := otherReason([]byte(head)); got != want {
			t.Errorf("%q: got %q, want %q", head, got, want)
		}
	}
}

func TestIgnored(t *testing.T) {
	for _, name := range []string{".notmuch", "dovecot.index.cache", "dovecot-uidlist", ".DS_Store", "Inbox.msf", "._mail.eml", ".git"} {
		if !ignored(name) {
			t.Errorf("%s: got kept, want ignored", name)
		}
	}
	for _, name := range []string{"tmp", "dovecot.eml", ".Sent", "subscriptions.eml", "cur"} {
		if ignored(name) {
			t.Errorf("%s: got ignored, want kept", name)
		}
	}
}

func TestShown(t *testing.T) {
	tests := map[string]string{
		"a/ä.eml":  "a/ä.eml",
		"a\xff":    `a\xFF`,
		"a\nb\x7f": `a\x0Ab\x7F`,
		"\uFFFD":   "\uFFFD",
	}
	for name, want := range tests {
		if got := shown(name); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
	if got, want := member(`..\..//etc/../x`), "x"; got != want {
		t.Errorf("member: got %q, want %q", got, want)
	}
}

func FuzzRecognise(f *testing.F) {
	f.Add([]byte("Subject: a\n\nA\n"))
	f.Add([]byte("\xEF\xBB\xBF\n" + sepA + "Subject: a\n"))
	f.Add([]byte("\x1f\x8b\x08"))
	f.Add([]byte("junk\nReceived: x\nFrom: y\n"))
	f.Add([]byte("9\r\nSubject: a\n"))
	f.Add([]byte("\"file\",message,\"\"\n"))
	f.Add([]byte("!BDN"))
	f.Add(bytes.Repeat([]byte("7"), 600))
	f.Fuzz(func(t *testing.T, head []byte) {
		got := recognise(head)
		if (got == isEmpty) != (len(head) == 0) {
			t.Errorf("got %d for %d bytes", got, len(head))
		}
		if got == isMbox && !bytes.Contains(head, fromSpace) {
			t.Errorf("got an mbox without a From line")
		}
		if reason := otherReason(head); reason == "" || strings.ContainsAny(reason, "\n\r") {
			t.Errorf("got reason %q, want one clause", reason)
		}
	})
}

// FuzzMember demands that the name of an archive's member stays below the
// archive, is valid text, and is told from another name unless both mean the
// same path.
func FuzzMember(f *testing.F) {
	f.Add(`..\..\etc/./passwd`)
	f.Add("/\x00\xff/ä/\u202e")
	f.Add("a/" + strings.Repeat("../", 40))
	f.Add("C:\\mail\\1.eml")
	f.Fuzz(func(t *testing.T, name string) {
		got := member(name)
		if !fs.ValidPath(got) || got == "." || strings.ContainsFunc(got, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			t.Errorf("%q: got %q, want a plain path", name, got)
		}
		if again := member(got); again != strings.ReplaceAll(got, `\`, "/") && utf8.ValidString(name) && !strings.Contains(got, `\x`) {
			t.Errorf("%q: got %q, then %q", name, got, again)
		}
	})
}
