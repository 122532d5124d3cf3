package outlook

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"testing"
)

// packedRTF frames bytes as compressed RTF of a size.
func packedRTF(packed string, size int) []byte {
	b := binary.LittleEndian.AppendUint32(nil, uint32(len(packed)+12))
	b = binary.LittleEndian.AppendUint32(b, uint32(size))
	b = append(b, "LZFu"...)
	b = binary.LittleEndian.AppendUint32(b, ^crc32.Update(^uint32(0), crc32.IEEETable, []byte(packed)))
	return append(b, packed...)
}

// TestRTFFrame reads compressed RTF whose frame is not as it should be, but
// whose text is all there.
func TestRTFFrame(t *testing.T) {
	const text = `{\rtf1 hallo}`
	literal := "\x00" + text[:8] + "\x00" + text[8:]
	for name, c := range map[string]struct {
		data []byte
		want error
	}{
		"without an end mark":      {packedRTF(literal, len(text)), nil},
		"something behind it":      {append(packedRTF(literal, len(text)), 0, 0, 0), nil},
		"less than it says":        {packedRTF(literal, len(text)+1), errRTFShort},
		"a length beyond the data": {packedRTF(literal, len(text))[:27], errRTFShort},
	} {
		got, err := decompress(c.data, 1000)
		if !errors.Is(err, c.want) || c.want == nil && string(got) != text {
			t.Errorf("%s: got %q, %v, want %v", name, got, err, c.want)
		}
	}
}

// TestRTFCharsets reads characters by the charset of their font, which is not
// that of the document.
func TestRTFCharsets(t *testing.T) {
	for name, c := range map[string]struct{ rtf, want string }{
		"Cyrillic and Western": {
			`{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fswiss\fcharset0 Arial;}{\f1\fswiss\fcharset204{\*\fname Arial;}Arial Cyr;}}` +
				`\'e9 {\f1\'cf\'f0\'e8} \'e9\f1\'e2\'e5\'f2}`,
			"é При éвет",
		},
		"Greek by default": {`{\rtf1\ansi\ansicpg1252\deff3{\fonttbl{\f3\fcharset161 Arial;}}\'e1\'e2}`, "αβ"},
		"Japanese, of two bytes": {
			`{\rtf1\ansi{\fonttbl{\f0\fcharset128 MS Gothic;}}\f0\'93\'fa\'96\'7b}`, "日本",
		},
		"a code page of the font":      {`{\rtf1\ansi{\fonttbl{\f0\cpg1253 Arial;}}\f0\'e1}`, "α"},
		"plain goes to the default":    {`{\rtf1\ansi\deff0{\fonttbl{\f0 A;}{\f1\fcharset204 B;}}\f1\'cf\plain\'e9}`, "Пé"},
		"a font that nobody described": {`{\rtf1\ansi\ansicpg1251{\fonttbl{\f0\fcharset161 A;}}\f9\'cf}`, "П"},
		"fonts after the text":         {`{\rtf1\f0 \'e9{\fonttbl{\f0\fcharset204 A;}}\'e9}`, "éй"},
		"the first PC":                 {`{\rtf1\pc \'82}`, "é"},
		"a page of no meaning":         {`{\rtf1\ansi\ansicpg0 \'e9}`, "é"},
	} {
		if got, _ := readRTF([]byte(c.rtf)); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

// TestRTFLists has the numbers of a list once, whether the text was HTML or not.
func TestRTFLists(t *testing.T) {
	if got, _ := readRTF([]byte(`{\rtf1\ansi{\pntext 1.\tab}one\par}`)); got != "1.\tone" {
		t.Errorf("plain: got %q, want the number", got)
	}
	_, got := readRTF([]byte(`{\rtf1\ansi\fromhtml1{\*\htmltag64 <ol><li>}{\pntext 1.\tab}one{\*\htmltag72 </ol>}}`))
	if want := "<ol><li>one</ol>"; got != want {
		t.Errorf("HTML: got %q, want %q", got, want)
	}
}
