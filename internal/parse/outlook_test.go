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
