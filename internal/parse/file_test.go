package parse

import (
	"crypto/sha256"
	"strings"
	"testing"

	"skein/internal/mail"
)

const withPicture = `From: a@x.org
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=m

--m
Content-Type: multipart/alternative; boundary=a

--a
Content-Type: text/plain

In plain words
--a
Content-Type: multipart/related; boundary=r

--r
Content-Type: text/html

<p>In <b>rich</b> words</p><img src="cid:sea@x">
--r
Content-Type: image/png; name=sea.png
Content-Disposition: inline
Content-ID: <sea@x>
Content-Transfer-Encoding: base64

iVBORw==
--r--
--a--
--m
Content-Type: text/plain

<A footer> & more
--m--
`

func TestFiles(t *testing.T) {
	for name, raw := range map[string]string{
		"plain": multipart, "salvaged": "junk line\n" + multipart, "picture": withPicture,
		"empty": "From: a@x\nContent-Type: application/x-none\n\n",
	} {
		f := factsOf(t, raw)
		if len(f.Attachments) == 0 {
			t.Fatalf("%s: got no attachments", name)
		}
		for _, a := range f.Attachments {
			got, ok := File([]byte(raw), a.SHA)
			if !ok || sha256.Sum256(got) != a.SHA || int64(len(got)) != a.Size {
				t.Errorf("%s: part %s: got %q, %v, want the %d bytes of %s", name, a.Part, got, ok, a.Size, a.SHA)
			}
		}
		if _, ok := File([]byte(raw), mail.SHA{1}); ok {
			t.Errorf("%s: got a file that the mail does not have", name)
		}
	}
	if err := Files([]byte("no mail"), func(mail.Attachment, []byte) { t.Error("visit: got a call, want none") }); err == nil {
		t.Error("Files of what is no mail: got no error")
	}
}

func TestInlinePicture(t *testing.T) {
	f := factsOf(t, withPicture)
	if len(f.Attachments) != 1 || !f.HTML {
		t.Fatalf("got attachments %+v, HTML %v, want one and true", f.Attachments, f.HTML)
	}
	if a := f.Attachments[0]; !a.Inline || a.ContentID != "sea@x" || a.Part != "1.2.2" {
		t.Errorf("got %+v, want it inline, with id sea@x, in part 1.2.2", a)
	}
	if f := factsOf(t, "From: a@x\n\nHi"); f.HTML {
		t.Error("a mail of plain text: got HTML true, want false")
	}
}

func TestHTML(t *testing.T) {
	for name, test := range map[string]struct{ raw, want string }{
		"alternative": {withPicture, "<p>In <b>rich</b> words</p><img src=\"cid:sea@x\">\n<pre>&lt;A footer&gt; &amp; more</pre>\n"},
		"plain":       {"From: a@x\n\nHi", ""},
		"alone":       {"From: a@x\nContent-Type: text/html\n\n<i>Hi</i>", "<i>Hi</i>\n"},
	} {
		got, err := HTML([]byte(test.raw))
		if err != nil || strings.TrimLeft(got, "\n") != test.want {
			t.Errorf("%s: got %q, %v, want %q", name, got, err, test.want)
		}
	}
	if _, err := HTML(nil); err == nil {
		t.Error("HTML of nothing: got no error, want a rejection")
	}
}

// FuzzFiles: what the facts tell of an attachment, its bytes are.
func FuzzFiles(f *testing.F) {
	for _, seed := range []string{multipart, withPicture, "junk\n" + withPicture, "a: b\nContent-Transfer-Encoding: x-uuencode\nContent-Type: a/b\n\nbegin 644 x\n#AAAA\nend"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		result, err := Message(raw)
		source, htmlErr := HTML(raw)
		if (err == nil) != (htmlErr == nil) || err == nil && result.Facts.HTML != (source != "") {
			t.Errorf("HTML: got %q, %v, want it when the facts say %v (%v)", source, htmlErr, result.Facts.HTML, err)
		}
		for i := range min(len(result.Facts.Attachments), 20) {
			a := &result.Facts.Attachments[i]
			if got, ok := File(raw, a.SHA); !ok || sha256.Sum256(got) != a.SHA {
				t.Errorf("%+v: got %d bytes, %v, want those of the facts", a, len(got), ok)
			}
		}
	})
}
