package outlook

import (
	"bytes"
	"encoding/binary"
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
	if got := ReadTNEF(whole[:len(whole)-4]); len(got.Faults) != 1 || !strings.Contains(string(got.Faults[0]), "cut off") || len(got.Files) != 2 {
		t.Errorf("cut off: got %+v", got)
	}
	if got := ReadTNEF([]byte("no TNEF at all")); len(got.Faults) != 1 {
		t.Errorf("something else: got %+v", got)
	}
}

func FuzzTNEF(f *testing.F) {
	f.Add(winmail())
	f.Fuzz(func(t *testing.T, data []byte) {
		found := ReadTNEF(data)
		size := 0
		for _, file := range found.Files {
			size += len(file.Data)
		}
		if size > room(len(data)) {
			t.Errorf("%d bytes of files in %d", size, len(data))
		}
	})
}
