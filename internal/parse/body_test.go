package parse

import (
	"crypto/sha256"
	"strings"
	"testing"

	"skein/internal/mail"
)

const multipart = `From: a@x.org
Date: Thu, 22 Aug 2002 18:26:25 +0200
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="outer"

preamble
--outer
Content-Type: multipart/alternative; boundary=inner

--inner
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

caf=E9
--inner
Content-Type: text/html

<p>caf&eacute;</p>
--inner--

--outer
Content-Type: application/pdf; name="old.pdf"
Content-Disposition: attachment; filename*=utf-8''n%C3%A9w.pdf
Content-Transfer-Encoding: base64

AAECAwQF
--outer
Content-Type: message/rfc822

Subject: inside

Within.
--outer
Content-Type: text/plain

A footer.
--outer--
epilogue
`

func TestParts(t *testing.T) {
	for name, raw := range map[string]string{
		"LF": multipart, "CR LF": strings.ReplaceAll(multipart, "\n", "\r\n"),
		"salvaged": "junk line\n" + multipart,
		"unclosed": strings.TrimSuffix(multipart, "--outer--\nepilogue\n"),
		"sniffed":  strings.Replace(multipart, `boundary="outer"`, `boundary="other"`, 1),
		"broken":   strings.Replace(multipart, `; boundary="outer"`, `; boundary="outer"; charset="x`, 1),
	} {
		result := parsed(t, raw)
		if want := "café\n\nA footer."; result.Text != want {
			t.Errorf("%s: text: got %q, want %q", name, result.Text, want)
		}
		files := result.Facts.Attachments
		if len(files) != 2 {
			t.Fatalf("%s: attachments: got %+v, want two", name, files)
		}
		pdf := mail.Attachment{Name: "néw.pdf", Type: "application/pdf", Size: 6, SHA: sha256.Sum256([]byte{0, 1, 2, 3, 4, 5}), Part: "2"}
		if files[0] != pdf {
			t.Errorf("%s: got %+v, want %+v", name, files[0], pdf)
		}
		if files[1].Type != "message/rfc822" || files[1].Part != "3" {
			t.Errorf("%s: got %+v, want message/rfc822 as part 3", name, files[1])
		}
	}
}

func TestContentOfParts(t *testing.T) {
	plain := parsed(t, multipart)
	for name, raw := range map[string]string{
		"CR LF":    strings.ReplaceAll(multipart, "\n", "\r\n"),
		"mbox":     "From x\n" + multipart + "\n",
		"unclosed": strings.TrimSuffix(multipart, "--outer--\nepilogue\n"),
	} {
		if got := parsed(t, raw); got.Facts.Content != plain.Facts.Content {
			t.Errorf("%s: got another content hash, want the same", name)
		}
	}
	if got := parsed(t, strings.Replace(multipart, "AAECAwQF", "AAECAwQG", 1)); got.Facts.Content == plain.Facts.Content {
		t.Error("another attachment: got the same content hash, want another")
	}
}

func TestTextChoice(t *testing.T) {
	tests := []struct{ name, header, body, want string }{
		{"html only", "Content-Type: text/html", "<p>Hi", "Hi"},
		{"no type", "X: y", "Hi", "Hi"},
		{"odd type", "Content-Type: text", "Hi", "Hi"},
		{"broken type", "Content-Type: ;;;", "Hi", "Hi"},
		{
			"empty plain alternative", "Content-Type: multipart/alternative; boundary=b",
			"--b\n\n \n--b\nContent-Type: text/html\n\nHi\n--b--", "Hi",
		},
		{
			"named first text", "Content-Type: multipart/mixed; boundary=b",
			"--b\nContent-Type: text/plain; name=letter.txt\n\nHi\n--b--", "Hi",
		},
		{
			"attached text", "Content-Type: multipart/mixed; boundary=b",
			"--b\n\nHi\n--b\nContent-Type: text/plain\nContent-Disposition: attachment\n\nno\n--b--", "Hi",
		},
		{"digest", "Content-Type: multipart/digest; boundary=b", "--b\n\nSubject: x\n\nno\n--b--", ""},
		{"uuencode", "Content-Transfer-Encoding: x-uuencode", "begin 644 x\n\"2&D \n`\nend", "Hi"},
		{"7-bit", "Content-Transfer-Encoding: 7-bit", "Hi", "Hi"},
		{"unknown encoding", "Content-Transfer-Encoding: rot13", "Hi", "Hi"},
		{"base64 with junk", "Content-Transfer-Encoding: base64", "SG!k=\nSGk", "HiHi"},
		{"broken quoted-printable", "Content-Transfer-Encoding: quoted-printable", "H=69 =ZZ", "Hi =ZZ"},
		{"no parts", "Content-Type: multipart/mixed; boundary=b", "Hi", "Hi"},
		{"NUL", "X: y", "H\x00i\r\n", "Hi"},
	}
	for _, test := range tests {
		if got := parsed(t, "From: a@x.org\n"+test.header+"\n\n"+test.body+"\n").Text; got != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
}
