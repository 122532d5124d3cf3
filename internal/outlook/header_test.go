package outlook

import (
	"encoding/binary"
	"strings"
	"testing"
)

// said is a letter whose properties are texts of 8-bit characters.
func said(texts map[uint16]string) *letter {
	m := &letter{properties: newProperties()}
	for id, text := range texts {
		m.all[id] = value{typeString8, []byte(text)}
	}
	return m
}

func headerOf(m *letter) string {
	m.header()
	return strings.ReplaceAll(m.out.String(), "\r\n", "\n")
}

// TestSender names who sent for somebody, and nobody for two forms of the same
// address.
func TestSender(t *testing.T) {
	const ann, bo = "/O=HARROW/CN=ANN", "/O=HARROW/CN=BO"
	for name, c := range map[string]struct {
		texts map[uint16]string
		want  string
	}{
		"one address in two forms": {
			map[uint16]string{sentForName: "Ann", sentForAddress: ann, sentForSMTP: "ann@example.org", senderName: "Ann, A.", senderAddress: ann},
			"From: \"Ann\" <ann@example.org>\n",
		},
		"the better form is of the sender": {
			map[uint16]string{sentForName: "Ann", sentForAddress: strings.ToLower(ann), senderName: "Ann", senderAddress: ann, senderSMTP: "ann@example.org"},
			"From: \"Ann\" <ann@example.org>\n",
		},
		"an assistant": {
			map[uint16]string{sentForName: "Ann", sentForAddress: ann, senderName: "Bo", senderAddress: bo},
			"From: \"Ann\" <" + ann + ">\nSender: \"Bo\" <" + bo + ">\n",
		},
		"a sender alone":    {map[uint16]string{senderName: "Bo", senderAddress: bo}, "From: \"Bo\" <" + bo + ">\n"},
		"names alone":       {map[uint16]string{sentForName: "Ann", senderName: "Ann"}, "From: \"Ann\"\n"},
		"nobody":            {nil, ""},
		"as the header has": {map[uint16]string{transportHeaders: "From: a@example.org\n", senderName: "Bo", senderAddress: bo}, "From: a@example.org\n"},
	} {
		if got := headerOf(said(c.texts)); got != c.want {
			t.Errorf("%s: got\n%swant\n%s", name, got, c.want)
		}
	}
}

// TestSubject puts a subject together from its parts where it is not whole.
func TestSubject(t *testing.T) {
	parts := map[uint16]string{subjectPrefix: "Re: ", normalSubject: "the bridge"}
	if got, want := headerOf(said(parts)), "Subject: Re: the bridge\n"; got != want {
		t.Errorf("in parts: got %q, want %q", got, want)
	}
	parts[subject] = "AW: the bridge"
	if got, want := headerOf(said(parts)), "Subject: AW: the bridge\n"; got != want {
		t.Errorf("whole: got %q, want %q", got, want)
	}
}

// TestOriginator keeps who wrote a message out of those it was sent to, and
// takes a recipient of no kind for one.
func TestOriginator(t *testing.T) {
	m := said(nil)
	for i, name := range []string{"Ann", "Bo", "Cy"} {
		p := newProperties()
		p.all[displayName] = value{typeString8, []byte(name)}
		if i < 2 {
			p.all[recipientType] = value{typeInteger32, binary.LittleEndian.AppendUint32(nil, uint32(i))}
		}
		m.recipients = append(m.recipients, p)
	}
	if got, want := headerOf(m), "To: \"Bo\", \"Cy\"\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestFalseCodePage reads UTF-8 that claims to be something else, and says so.
func TestFalseCodePage(t *testing.T) {
	for name, c := range map[string]struct {
		data string
		page int
		want string
		told bool
	}{
		"UTF-8":                      {"Grüße, für", 1252, "Grüße, für", true},
		"UTF-8 of a page of no name": {"Grüße, für", 4711, "Grüße, für", true},
		"one character is by chance": {"\xc3\x83!", 1252, "Ãƒ!", false},
		"as it claims":               {"Gr\xfc\xdfe", 1252, "Grüße", false},
		"Cyrillic is what it claims": {"\xd0\xaf\xd1\x80", 1251, "РЇСЂ", false},
	} {
		p := newProperties()
		if got := p.decode([]byte(c.data), c.page); got != c.want || p.doubt != "" != c.told {
			t.Errorf("%s: got %q, doubt %q, want %q, told %t", name, got, p.doubt, c.want, c.told)
		}
	}
}

// TestLetterParts: RTF stands in for a text without words, and a file of text
// stays a file although the letter shows it.
func TestLetterParts(t *testing.T) {
	m := said(map[uint16]string{body: " \r\n"})
	m.all[rtfCompressed] = value{typeBinary, []byte(spoken)}
	if plain, _ := m.forms(func(string, ...any) {}, 1000); plain != "hello world" {
		t.Errorf("got text %q, want that of the RTF", plain)
	}
	p := newProperties()
	p.all[attachType] = value{typeString8, []byte("Text/HTML; charset=utf-8")}
	p.all[attachFlags] = value{typeInteger32, []byte{renderedInBody, 0, 0, 0}}
	a := attachmentOf(p)
	if got := strings.Join(a.entity().fields, "\n"); got != "Content-Type: text/html\nContent-Disposition: attachment" {
		t.Errorf("got fields\n%s", got)
	}
}
