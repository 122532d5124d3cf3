package parse

import (
	"bytes"
	"encoding/base64"
	"mime"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"skein/internal/charset"
	"skein/internal/mail"
)

func FuzzMessage(f *testing.F) {
	for _, seed := range []string{
		letter, multipart, "junk\n" + multipart, strings.ReplaceAll(multipart, "\n", "\r\n"), "From x\n" + letter,
		"Subject: x\nContent-Type: text/html\n\n<blockquote><pre>\n\n", "a: b\nContent-Transfer-Encoding: x-uuencode\n\nbegin 644 x\n#AAAA\nend",
		"Content-Type: multipart/digest; boundary=\"\"\n\n--\n\n--", "References: <a@b> <c@d>\nIn-Reply-To: y\n\n",
		"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/mixed; boundary=b\n\n--b\nx\n--b--",
		"a: b\nContent-Type: application/ms-tnef\n\n" + winmail(1),
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
		"/O=X/CN=Y", "IMCEAEX-_O=X_CN=Y+20Z@b", "CN=A/OU=B/O=C@D", "(a(b", "<<a>>", `"\`, "a@b c@d", "A, B; C, D", "0@@@@@@@@@@@",
		strings.Repeat("imceaex-", 12) + "_o=a@b",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		for _, m := range mentions(nil, mail.To, []string{value}, "", maxMentions) {
			checkMention(t, m)
			if again := Address(m.Address); again != m.Address {
				t.Errorf("Address(%q): got %q, want a normal form to be its own", m.Address, again)
			}
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

func FuzzHeader(f *testing.F) {
	for _, seed := range []string{"A: b\n c\n\nbody", " x\nA: b\njunk\nFrom x\nSubject: s\n\n", "A:\r\n\tb\r\nc", "N\xe4: x\n:\n::", "\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		r := &reading{src: source{given: raw, raw: raw}}
		fields, bodyAt := r.scanHeader(nil, 0, len(raw))
		if bodyAt < 0 || bodyAt > len(raw) || len(fields) > maxFields {
			t.Fatalf("scanHeader: got a body at %d of %d and %d fields", bodyAt, len(raw), len(fields))
		}
		at := 0
		for _, field := range fields {
			if field.from < at || field.colon <= field.from || field.to <= field.colon || field.to > bodyAt {
				t.Fatalf("scanHeader: got field %+v after %d, want fields in order before the body at %d", field, at, bodyAt)
			}
			at = field.to
			if name := r.src.name(field); fieldName(raw[field.from:field.to]) == nil || bytes.ContainsAny(name, " \t\r\n") {
				t.Errorf("scanHeader: got field name %q", name)
			}
			if value := r.src.value(field); strings.Contains(value, "\n") {
				t.Errorf("value: got %q, want one line", value)
			}
		}
	})
}

func FuzzParts(f *testing.F) {
	f.Add([]byte("--b\none\n--b\r\ntwo\n--b--\nafter"), "b")
	f.Add([]byte("--b\nContent-Type: multipart/x; boundary=b\n\n--b\nx\n--b--\n--b\ny\n--b--"), "b")
	f.Add([]byte("--\n----\n"), "")
	f.Fuzz(func(t *testing.T, body []byte, boundary string) {
		pieces, _ := splitParts(body, boundary)
		at := 0
		for _, p := range pieces {
			if p.from < at || p.to < p.from || p.to > len(body) {
				t.Fatalf("splitParts(%q, %q): got %v, want parts in order", body, boundary, pieces)
			}
			at = p.to
		}
		if len(pieces) > maxParts+1 {
			t.Errorf("splitParts: got %d parts, want at most %d", len(pieces), maxParts+1)
		}
		if behind := behindEnd(body, boundary); behind >= len(body) {
			t.Errorf("behindEnd(%q, %q): got %d", body, boundary, behind)
		}
		if got := preamble(body, boundary); !bytes.HasPrefix(body, got) {
			t.Errorf("preamble(%q, %q): got %q, want the start of the body", body, boundary, got)
		}
		rawBoundary(string(body))
		if sniffed := sniffBoundary(body); sniffed != "" && !bytes.Contains(body, []byte("--"+sniffed)) {
			t.Errorf("sniffBoundary(%q): got %q", body, sniffed)
		}
	})
}

func FuzzTransfer(f *testing.F) {
	for _, seed := range []string{"SGk=SGk=\n\na list", "a=3Db=\nc =E9=zz=", cat, "begin 644 a\n#0V", "-_", "M\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		for _, encoding := range []string{"base64", "quoted-printable", "uuencode", "7bit"} {
			for _, text := range []bool{false, true} {
				if got := decodeTransfer(encoding, raw, text); len(got) > len(raw) {
					t.Errorf("decodeTransfer(%s, %q): got %d bytes, want no more than there were", encoding, raw, len(got))
				}
			}
		}
		if valid, err := base64.StdEncoding.DecodeString(string(raw)); err == nil && !bytes.Equal(decodeBase64(nil, raw), valid) {
			t.Errorf("decodeBase64(%q): got %q, want %q", raw, decodeBase64(nil, raw), valid)
		}
		if at := brokenQuoted(raw); at >= 0 && raw[at] != '=' {
			t.Errorf("brokenQuoted(%q): got %d, want the place of a \"=\"", raw, at)
		}
		at := 0
		for file := nextUUFile(raw, 0); file != nil; file = nextUUFile(raw, file.to) {
			if file.from < at || file.to <= file.from || file.to > len(raw) || len(file.data) > file.to-file.from {
				t.Fatalf("nextUUFile(%q): got %+v at or after %d", raw, file.span, at)
			}
			at = file.to
		}
	})
}

func FuzzMediaType(f *testing.F) {
	for _, seed := range []string{
		"text/plain; charset=utf-8", `a/b; n="x\"y"; n*0*=utf-8''%C3; n*1*=%A9`, "multipart/mixed; charset=; boundary=B", ";;=\"(", "a/b; n=x y z=1",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		value = strings.TrimSpace(value)
		m := readMediaType(value)
		if m.kind != strings.ToLower(m.kind) || len(m.params) > maxParams {
			t.Errorf("readMediaType(%q): got %q with %d parameters", value, m.kind, len(m.params))
		}
		for _, p := range m.params {
			if text := m.text(p.name, ""); !utf8.ValidString(text) {
				t.Errorf("readMediaType(%q): got %s=%q, want valid UTF-8", value, p.name, text)
			}
		}
		if kind, params, err := mime.ParseMediaType(value); err == nil && m.known() && charset.IsASCII(value) && !strings.ContainsAny(value, "\\(*'") {
			if m.kind != kind || m.get("boundary") != params["boundary"] {
				t.Errorf("readMediaType(%q): got %q with boundary %q, want %q with %q", value, m.kind, m.get("boundary"), kind, params["boundary"])
			}
		}
	})
}

func FuzzHTML(f *testing.F) {
	for _, seed := range []string{"<p>a<blockquote>b<pre>\n c</pre>", "<style>x</style><img alt='a'>", "<", "</", "<!--", "a&amp;b&#0;", "<br/><BR ><o:p>x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, source string) {
		source = strings.ToValidUTF8(source, "")
		got := htmlText(source)
		if !utf8.ValidString(got) || strings.TrimSpace(got) != got || len(got) > 2*maxText {
			t.Errorf("htmlText(%q): got %q, want trimmed valid UTF-8 within limits", source, got)
		}
	})
}
