package outlook

import (
	"bytes"
	"encoding/binary"
	"reflect"
	"strings"
	"testing"
)

// attribute is one of a TNEF stream.
func attribute(level byte, id uint32, data string) string {
	b := []byte{level}
	b = binary.LittleEndian.AppendUint32(b, id)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(data)))
	var sum uint16
	for _, c := range []byte(data) {
		sum += uint16(c)
	}
	return string(binary.LittleEndian.AppendUint16(append(b, data...), sum))
}

// listed is a list of properties of variable length.
func listed(values ...[]byte) string {
	b := binary.LittleEndian.AppendUint32(nil, uint32(len(values)))
	return string(append(b, bytes.Join(values, nil)...))
}

func variable(kind, id uint16, data string) []byte {
	b := binary.LittleEndian.AppendUint16(nil, kind)
	b = binary.LittleEndian.AppendUint16(b, id)
	if id >= 0x8000 {
		b = append(b, make([]byte, 24)...) // of a set, by a number
	}
	b = binary.LittleEndian.AppendUint32(b, 1)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(data)))
	b = append(b, data...)
	return append(b, make([]byte, (4-len(data)%4)%4)...)
}

// winmail is a TNEF stream with a text and two files.
func winmail() []byte {
	return []byte("\x78\x9f\x3e\x22\x01\x00" + attribute(1, attributeCodepage, "\xe3\x04\x00\x00\x00\x00\x00\x00") +
		attribute(1, attributeProperties, listed(variable(typeString, 0x8001, wide("named")), variable(typeString, body, wide("A letter.")))) +
		attribute(2, attributeRendering, strings.Repeat("\x00", 14)) + attribute(2, attributeTitle, "old.txt\x00") + attribute(2, attributeData, "one") +
		attribute(2, attributeAttachment, listed(variable(typeString, attachLongName, wide("a long name.txt")), variable(typeString8, attachType, "text/plain"))) +
		attribute(2, attributeRendering, "") + attribute(2, attributeTitle, "\xef\xeb\xe0\xed.txt\x00") + attribute(2, attributeData, "two"))
}

func TestTNEF(t *testing.T) {
	got := ReadTNEF(winmail())
	if got.Text != "A letter." || got.HTML != "" || len(got.Faults) > 0 || len(got.Files) != 2 {
		t.Fatalf("got %+v", got)
	}
	one, two := got.Files[0], got.Files[1]
	if one.Name != "a long name.txt" || one.Type != "text/plain" || string(one.Data) != "one" {
		t.Errorf("got %+v", one)
	}
	if two.Name != "план.txt" || string(two.Data) != "two" {
		t.Errorf("got %+v", two)
	}
}

// TestBrokenTNEF tells what is wrong, and gives what is there.
func TestBrokenTNEF(t *testing.T) {
	whole := winmail()
	for n := range len(whole) {
		ReadTNEF(whole[:n])
	}
	wrong := bytes.Replace(whole, []byte("one"), []byte("ona"), 1)
	if got := ReadTNEF(wrong); len(got.Faults) != 1 || !strings.Contains(string(got.Faults[0]), "checksum") || len(got.Files) != 2 {
		t.Errorf("a changed byte: got %+v", got)
	}
	if got := ReadTNEF(whole[:len(whole)-4]); len(got.Faults) != 2 || !strings.Contains(string(got.Faults[0]), "cut off") || len(got.Files) != 2 {
		t.Errorf("cut off: got %+v", got)
	}
	const start, twice = "\x78\x9f\x3e\x22\x01\x00", "\x02\x00\x00\x00"
	one := variable(typeString, displayName, wide("Bo"))
	for name, data := range map[string]string{
		"one property of two":  attribute(1, attributeProperties, twice+string(one)),
		"one recipient of two": attribute(1, attributeRecipients, twice+listed(one)),
	} {
		if got := ReadTNEF([]byte(start + data)); len(got.Faults) != 1 || !strings.Contains(string(got.Faults[0]), "cut off") {
			t.Errorf("%s: got %+v", name, got)
		}
	}
	if got := ReadTNEF([]byte("no TNEF at all")); len(got.Faults) != 1 {
		t.Errorf("something else: got %+v", got)
	}
}

// forwarded is a stream whose only attachment is the message that data is.
func forwarded(data []byte) []byte {
	object := "\x07\x03\x02\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46" + string(data)
	return []byte("\x78\x9f\x3e\x22\x01\x00" + attribute(1, attributeBody, "Look.\x00") + attribute(2, attributeRendering, "") +
		attribute(2, attributeAttachment, listed(variable(typeString, displayName, wide("the letter")), variable(typeObject, attachData, object))))
}

// letterStream is a message as older servers write it: attributes for what is
// not in its properties.
func letterStream() []byte {
	return []byte("\x78\x9f\x3e\x22\x01\x00" + attribute(1, attributeSubject, "A plan\x00") + attribute(1, attributeBody, "Within.\x00") +
		attribute(1, attributeFrom, "\x04\x00\x20\x00\x04\x00\x15\x00Ann\x00SMTP:ann@example.org\x00") +
		attribute(1, attributeSent, "\xe0\x07\x0a\x00\x07\x00\x0c\x00\x1e\x00\x05\x00\x05\x00") +
		attribute(1, attributeRecipients, "\x01\x00\x00\x00"+listed(variable(typeString, smtpAddress, wide("bo@example.org")))))
}

// TestTNEFMessage makes a message inside TNEF a mail.
func TestTNEFMessage(t *testing.T) {
	got := ReadTNEF(forwarded(letterStream()))
	if got.Text != "Look." || len(got.Faults) > 0 || len(got.Files) != 1 {
		t.Fatalf("got %+v", got)
	}
	inner := got.Files[0]
	if inner.Name != "the letter" || inner.Type != "message/rfc822" {
		t.Errorf("got file %q of type %q", inner.Name, inner.Type)
	}
	for _, want := range []string{
		"From: \"Ann\" <ann@example.org>\r\n", "To: <bo@example.org>\r\n", "Subject: A plan\r\n", "Date: Fri, 07 Oct 2016 12:30:05 +0000\r\n", encoded("Within."),
	} {
		if !strings.Contains(string(inner.Data), want) {
			t.Errorf("got mail\n%s\nwant %q in it", inner.Data, want)
		}
	}
}

// TestTNEFDepth ends where messages inside messages are too many, and keeps
// the rest as a file.
func TestTNEFDepth(t *testing.T) {
	data := letterStream()
	for range maxEmbedding + 5 {
		data = forwarded(data)
	}
	got := ReadTNEF(data)
	if len(got.Faults) != 1 || !strings.Contains(string(got.Faults[0]), "beyond 16") {
		t.Errorf("got faults %q, want one that tells of the depth", got.Faults)
	}
	depth := strings.Count(string(got.Files[0].Data), "Content-Type: message/rfc822") + 1
	if depth != maxEmbedding || !strings.Contains(string(got.Files[0].Data), "Content-Type: application/ms-tnef") {
		t.Errorf("got %d messages inside one another, want %d and the rest as a file", depth, maxEmbedding)
	}
}

func FuzzTNEF(f *testing.F) {
	f.Add(winmail())
	f.Add(forwarded(letterStream()))
	f.Add(forwarded(forwarded(winmail())))
	f.Fuzz(func(t *testing.T, data []byte) {
		found := ReadTNEF(data)
		size := len(found.Text) + len(found.HTML)
		for _, file := range found.Files {
			size += len(file.Data)
		}
		if most := 3*room(10, len(data)) + 3*len(data); size > most {
			t.Errorf("got %d bytes of %d, want at most %d", size, len(data), most)
		}
		if !reflect.DeepEqual(ReadTNEF(data), found) {
			t.Error("read again: got something else")
		}
	})
}
