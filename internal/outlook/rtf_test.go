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
