package parse

import (
	"encoding/base64"
	"strings"
	"testing"

	"skein/internal/mail"
)

// winmail is a TNEF stream: the text "A letter." and the file "old.txt" of
// three bytes, whose checksum is wrong by so much.
func winmail(wrong uint16) string {
	attribute := func(id, data string) string {
		sum := wrong
		for _, c := range []byte(data) {
			sum += uint16(c)
		}
		return "\x01" + id + string([]byte{byte(len(data)), 0, 0, 0}) + data + string([]byte{byte(sum), byte(sum >> 8)})
	}
	return "\x78\x9f\x3e\x22\x01\x00" + attribute("\x0c\x80\x02\x00", "A letter.") +
		attribute("\x02\x90\x06\x00", "") + attribute("\x10\x80\x01\x00", "old.txt\x00") + attribute("\x0f\x80\x06\x00", "one")
}

// TestTNEF opens winmail.dat: its files are attachments inside it, and its text
// is that of a mail without one.
func TestTNEF(t *testing.T) {
	part := func(data string) string {
		return "--b\nContent-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n" +
			base64.StdEncoding.EncodeToString([]byte(data)) + "\n--b--\n"
	}
	const head = "From: a@example.org\nContent-Type: multipart/mixed; boundary=b\n\n"
	for _, c := range []struct {
		name, mail, text string
		broken           bool
	}{
		{"with a text", head + "--b\n\nHello.\n" + part(winmail(0)), "Hello.", false},
		{"without one", head + part(winmail(0)), "A letter.", false},
		{"changed", head + part(winmail(1)), "A letter.", true},
	} {
		result, err := Message([]byte(c.mail))
		if err != nil {
			t.Fatal(err)
		}
		if result.Text != c.text || hasDefect(&result.Facts, BadOutlook) != c.broken {
			t.Errorf("%s: got text %q and defects %v", c.name, result.Text, result.Facts.Defects)
		}
		files := result.Facts.Attachments
		if len(files) != 2 || files[0].Name != "winmail.dat" || files[1].Name != "old.txt" || files[1].Part != files[0].Part+".1" || files[1].Size != 3 {
			t.Errorf("%s: got %+v, want winmail.dat and the file inside it", c.name, files)
			continue
		}
		if data, ok := File([]byte(c.mail), files[1].SHA); !ok || string(data) != "one" {
			t.Errorf("%s: the file inside: got %q, %t", c.name, data, ok)
		}
	}
}

// TestTNEFText: a text that Outlook packed gives way to one of the mail itself,
// wherever that stands, and only the first of several is shown.
func TestTNEFText(t *testing.T) {
	packed := func(kind, data string) string {
		return "--b\nContent-Type: " + kind + "\nContent-Transfer-Encoding: base64\n\n" + base64.StdEncoding.EncodeToString([]byte(data)) + "\n"
	}
	other := strings.Replace(winmail(0), "letter", "lettre", 1)
	for _, c := range []struct{ name, parts, text string }{
		{"before the text", packed("application/ms-tnef", winmail(0)) + "--b\n\nHello.\n", "Hello."},
		{"before HTML", packed("application/ms-tnef", winmail(0)) + "--b\nContent-Type: text/html\n\n<p>Hello.\n", "Hello."},
		{"beside HTML that says nothing", "--b\nContent-Type: text/html\n\n<p>&nbsp;</p>\n" + packed("application/ms-tnef", winmail(0)), "A letter."},
		{"two of them", packed("application/ms-tnef", other) + packed("application/ms-tnef", winmail(0)), "A lettre."},
		{"called something else", packed("application/octet-stream; name=ATT0001.dat", winmail(0)), "A letter."},
	} {
		result, err := Message([]byte("From: a@example.org\nContent-Type: multipart/mixed; boundary=b\n\n" + c.parts + "--b--\n"))
		if err != nil {
			t.Fatal(err)
		}
		if result.Text != c.text {
			t.Errorf("%s: got text %q, want %q", c.name, result.Text, c.text)
		}
		if files := result.Facts.Attachments; len(files) < 2 || files[1].Name != "old.txt" {
			t.Errorf("%s: got %+v, want the file inside as well", c.name, files)
		}
	}
}

// TestTNEFForms shows the HTML of a TNEF part where HTML is asked for, and its
// plain form elsewhere.
func TestTNEFForms(t *testing.T) {
	list := "\x02\x00\x00\x00" + // two properties, each of one value
		"\x1e\x00\x00\x10\x01\x00\x00\x00\x06\x00\x00\x00plain\x00\x00\x00" +
		"\x1e\x00\x13\x10\x01\x00\x00\x00\x0c\x00\x00\x00<b>rich</b>\x00"
	sum := 0
	for _, c := range []byte(list) {
		sum += int(c)
	}
	stream := "\x78\x9f\x3e\x22\x01\x00\x01\x03\x90\x06\x00" + string([]byte{byte(len(list)), 0, 0, 0}) + list + string([]byte{byte(sum), byte(sum >> 8)})
	raw := []byte("From: a@example.org\nContent-Type: application/ms-tnef\nContent-Transfer-Encoding: base64\n\n" +
		base64.StdEncoding.EncodeToString([]byte(stream)) + "\n")
	result, err := Message(raw)
	if err != nil || result.Text != "plain" || !result.Facts.HTML || hasDefect(&result.Facts, BadOutlook) {
		t.Errorf("got text %q, HTML %t, defects %v, %v; want the plain form, and HTML beside it", result.Text, result.Facts.HTML, result.Facts.Defects, err)
	}
	if source, err := HTML(raw); strings.TrimSpace(source) != "<b>rich</b>" || err != nil {
		t.Errorf("got HTML %q, %v", source, err)
	}
}

// TestNotTNEF leaves bytes alone that only claim to be TNEF, and says so.
func TestNotTNEF(t *testing.T) {
	result := parsed(t, "From: a@example.org\nContent-Type: application/ms-tnef; name=winmail.dat\n\nno TNEF\n")
	if len(result.Facts.Attachments) != 1 || !hasDefect(&result.Facts, BadOutlook) {
		t.Errorf("got attachments %+v and defects %v, want one of each", result.Facts.Attachments, result.Facts.Defects)
	}
}

// TestManyFiles bounds the files of all TNEF parts together.
func TestManyFiles(t *testing.T) {
	raw := winmail(0)
	file := raw[len(raw)-11-3-11-8-11:]
	var mail strings.Builder
	mail.WriteString("From: a@example.org\nContent-Type: multipart/mixed; boundary=b\n\n")
	for range 3 {
		mail.WriteString("--b\nContent-Type: application/ms-tnef\nContent-Transfer-Encoding: base64\n\n" +
			base64.StdEncoding.EncodeToString([]byte("\x78\x9f\x3e\x22\x01\x00"+strings.Repeat(file, 2000))) + "\n")
	}
	result := parsed(t, mail.String()+"--b--\n")
	if n := len(result.Facts.Attachments); n < 4000 || n > maxParts+3 || !hasDefect(&result.Facts, TooManyParts) {
		t.Errorf("got %d attachments and defects %v, want about %d and %s", n, result.Facts.Defects, maxParts, TooManyParts)
	}
}

// TestCompoundFile refuses an OLE file that is no mail, and leaves one that is
// attached alone.
func TestCompoundFile(t *testing.T) {
	const document = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 and nothing that can be read"
	if _, err := Message([]byte(document)); err == nil || !Refused(err.Error()) || !strings.Contains(err.Error(), "Outlook") {
		t.Errorf("got %v, want a rejection that tells of Outlook", err)
	}
	result, err := Message([]byte("From: a@example.org\nContent-Type: application/vnd.ms-outlook; name=a.msg\nContent-Transfer-Encoding: base64\n\n" +
		base64.StdEncoding.EncodeToString([]byte(document))))
	if err != nil || len(result.Embedded) != 1 || len(result.Facts.Attachments) != 1 || result.Facts.Attachments[0].SHA == (mail.SHA{}) {
		t.Errorf("attached: got %+v, %v, want an attachment that is tried as a mail", result, err)
	}
}
