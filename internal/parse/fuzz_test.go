package parse

import (
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"skein/internal/mail"
)

func FuzzMessage(f *testing.F) {
	for _, seed := range []string{
		letter, multipart, "junk\n" + multipart, strings.ReplaceAll(multipart, "\n", "\r\n"), "From x\n" + letter,
		"Subject: x\nContent-Type: text/html\n\n<blockquote><pre>\n\n", "a: b\nContent-Transfer-Encoding: x-uuencode\n\nbegin 644 x\n#AAAA\nend",
		"Content-Type: multipart/digest; boundary=\"\"\n\n--\n\n--", "References: <a@b> <c@d>\nIn-Reply-To: y\n\n",
		"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/mixed; boundary=b\n\n--b\nx\n--b--",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		given := string(raw)
		result, err := Message(raw)
		if string(raw) != given {
			t.Fatal("the mail was changed")
		}
		if err != nil {
			return
		}
		again, _ := Message([]byte(given))
		if !reflect.DeepEqual(again, result) {
			t.Errorf("read again: got %+v, want %+v", again, result)
		}
		checkResult(t, &result, len(raw))
		rescued := salvaged(raw)
		checkResult(t, &rescued, len(raw))
	})
}

// checkResult states what holds for every mail.
func checkResult(t *testing.T, result *Result, size int) {
	t.Helper()
	if !utf8.ValidString(result.Text) || strings.ContainsAny(result.Text, "\x00\r") || len(result.Text) > maxText {
		t.Errorf("text: got %q, want valid UTF-8 in LF lines, without NUL, within the limit", result.Text)
	}
	f := &result.Facts
	for _, s := range append(append([]string{f.Subject, f.ThreadTopic, f.ListID, f.GmailThread}, f.MessageIDs...), append(f.InReplyTo, f.References...)...) {
		if !utf8.ValidString(s) {
			t.Errorf("header text: got %q, want valid UTF-8", s)
		}
	}
	for i, m := range f.Mentions {
		checkMention(t, m)
		if i > 0 && m.Role < f.Mentions[i-1].Role {
			t.Errorf("mentions: got role %v after %v, want role order", m.Role, f.Mentions[i-1].Role)
		}
	}
	for _, d := range f.Defects {
		if d.Offset < 0 || d.Offset > int64(size) || !utf8.ValidString(d.Detail) {
			t.Errorf("defect: got %+v in a mail of %d bytes", d, size)
		}
	}
	for _, a := range f.Attachments {
		if a.Type == "" || a.Part == "" || !utf8.ValidString(a.Name) || a.Size < 0 {
			t.Errorf("attachment: got %+v, want a type and a part path", a)
		}
	}
}

func checkMention(t *testing.T, m mail.Mention) {
	t.Helper()
	if m.Address == "" || len(m.Address) > maxAddress || !utf8.ValidString(m.Address+m.Name+m.Group) {
		t.Errorf("mention: got %+v, want an address of at most %d bytes, all in valid UTF-8", m, maxAddress)
	}
}

func FuzzAddresses(f *testing.F) {
	for _, seed := range []string{
		"Ann <ann@example.org>, b@x; c at d.org (C)", `"a, b" <c@d`, "g: a, b;", "=?utf-8?q?a=2C?= <b@c>", "[mailto:a@b]",
		"/O=X/CN=Y", "(a(b", "<<a>>", `"\`, "a@b c@d", "A, B; C, D",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		for _, m := range mentions(nil, mail.To, []string{value}, "", maxMentions) {
			checkMention(t, m)
		}
	})
}

func FuzzDate(f *testing.F) {
	for _, seed := range []string{
		"Thu, 22 Aug 2002 18:26:25 +0200 (CEST)", "2002-08-22T18:26:25.5Z", "Thu Aug 22 18:26:25 EDT 2002", "22.08.02 6.26 pm", "((", "1:2:3",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		date, _ := readDate(value)
		if date != nil && (date.Offset < -25*3600 || date.Offset > 25*3600) {
			t.Errorf("readDate(%q): got offset %d, want at most a day", value, date.Offset)
		}
	})
}

func FuzzMessageIDs(f *testing.F) {
	for _, seed := range []string{"<a@b>", "<a@b", "a@b> <c", `Message from A <a@b> of "x" <c@d>`, "<\xff@ b>", "y"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		for _, words := range []bool{false, true} {
			for _, id := range scanIDs(value, words) {
				if id == "" || mail.CanonicalMessageID(id) != id && !strings.ContainsAny(id, "<>") {
					t.Errorf("scanIDs(%q): got %q, want canonical ids", value, id)
				}
			}
		}
	})
}

func FuzzSubject(f *testing.F) {
	for _, seed := range []string{"=?utf-8?q?a?= =?utf-8?b?YQ?=", "\xe9=?", "=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "=?x?q?=FF?=", "  a  "} {
		f.Add(seed, "koi8-r")
	}
	f.Fuzz(func(t *testing.T, value, fallback string) {
		got := decodeWords(value, fallback)
		if !utf8.ValidString(got) || collapse(got) != got {
			t.Errorf("decodeWords(%q): got %q, want valid UTF-8 with white space collapsed", value, got)
		}
	})
}
