package outlook

import (
	"encoding/binary"
	"testing"
	"time"
	"unicode/utf16"

	"skein/internal/outlook/outlooktest"
)

type streams = outlooktest.Streams

func compoundFile(t testing.TB, s streams) []byte { return outlooktest.File(t, s) }

const end = 0xFFFFFFFE

// wide is text in UTF-16.
func wide(text string) string {
	var b []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		b = binary.LittleEndian.AppendUint16(b, unit)
	}
	return string(b)
}

// fixed is a property stream with so many bytes before its entries.
func fixed(header int, entries ...[]byte) string {
	b := make([]byte, header)
	for _, e := range entries {
		b = append(b, e...)
	}
	return string(b)
}

func integer(id uint16, n uint32) []byte { return property(typeInteger32, id, uint64(n)) }

func moment(id uint16, at time.Time) []byte {
	return property(typeTime, id, uint64(at.Unix()+11_644_473_600)*10_000_000)
}

func property(kind, id uint16, v uint64) []byte {
	b := binary.LittleEndian.AppendUint16(nil, kind)
	b = binary.LittleEndian.AppendUint16(b, id)
	b = binary.LittleEndian.AppendUint32(b, 6)
	return binary.LittleEndian.AppendUint64(b, v)
}

// TestHoldsMessage tells a message from other compound files, by its root, and
// gives one whose directory is broken the benefit of the doubt.
func TestHoldsMessage(t *testing.T) {
	document := compoundFile(t, streams{"WordDocument": "x", "ObjectPool/_1/" + streamProperties: "y"})
	ring := func(at int, to uint32) []byte {
		raw := compoundFile(t, streams{"a": "x", "b/" + streamProperties: "y"})
		binary.LittleEndian.PutUint32(raw[at:], to)
		return raw
	}
	const table, directory = headerSize, 2 * headerSize
	for name, test := range map[string]struct {
		file []byte
		want bool
	}{
		"a message":                     {compoundFile(t, draft()), true},
		"a document":                    {compoundFile(t, streams{"WordDocument": "x", "1Table": "y"}), false},
		"a document holding a message":  {document, false},
		"a longer name":                 {compoundFile(t, streams{streamProperties + "1": "x"}), false},
		"siblings in a ring":            {ring(directory+entrySize+linkRight, 1), true},
		"an entry that is not there":    {ring(directory+entrySize+linkRight, 999), true},
		"no header":                     {append([]byte(signature), wide(streamProperties)...), true},
		"a directory that goes nowhere": {ring(48, 1<<20), true},
		"nothing but the signature":     {[]byte(signature), false},
	} {
		if got := HoldsMessage(test.file); got != test.want {
			t.Errorf("%s: got %v, want %v", name, got, test.want)
		}
	}
	looping := compoundFile(t, draft())
	binary.LittleEndian.PutUint32(looping[table+4:], 1) // the directory follows itself
	if !HoldsMessage(looping) {
		t.Error("a directory in a ring: got no message, want one")
	}
}
