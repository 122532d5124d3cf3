package outlook

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
)

// dictionary is what compressed RTF may refer to from the start
// ([MS-OXRTFCP] §2.1.3.1).
const dictionary = `{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans SerifSymbolArial` +
	`Times New RomanCourier{\colortbl\red0\green0\blue0` + "\r\n" + `\par \pard\plain\f0\fs20\b\i\u\tab\tx`

var (
	errRTFShort = errors.New("it is cut off")
	errRTFKind  = errors.New("its compression is not known")
	errRTFSum   = errors.New("its checksum is wrong")
	errRTFSize  = errors.New("it is shorter than it says")
	errRTFLarge = errors.New("it expands too far")
)

// decompress undoes the compression of RTF ([MS-OXRTFCP] §2.2) to at most so
// many bytes. With an error it returns what could be read.
func decompress(data []byte, most int) ([]byte, error) {
	if len(data) < 16 {
		return nil, errRTFShort
	}
	size := int(binary.LittleEndian.Uint32(data[4:]))
	kind, sum := string(data[8:12]), binary.LittleEndian.Uint32(data[12:])
	packed := data[16:]
	// The length in front is of all behind itself. Padding may follow.
	if n := int(binary.LittleEndian.Uint32(data)) - 12; n >= 0 && n < len(packed) {
		packed = packed[:n]
	}
	switch kind {
	case "MELA":
		if size > len(packed) {
			return packed, errRTFShort
		}
		return packed[:size], nil
	case "LZFu":
	default:
		return nil, errRTFKind
	}
	limit := max(0, min(size, most))
	out, err := expand(packed, limit)
	switch {
	case err == nil && limit < size && len(out) == limit:
		return out, errRTFLarge
	case err == nil && len(out) < size:
		return out, errRTFSize
	}
	// The sum begins at 0, which the library inverts.
	if err == nil && ^crc32.Update(^uint32(0), crc32.IEEETable, packed) != sum {
		err = errRTFSum
	}
	return out, err
}

// expand reads runs of eight tokens, each a byte or a reference to the last
// 4,096 bytes. A reference to where the next byte goes ends them; some writers
// just stop.
func expand(packed []byte, size int) ([]byte, error) {
	var window [4096]byte
	at := copy(window[:], dictionary)
	out := make([]byte, 0, min(size, 20*len(packed)))
	put := func(b byte) {
		window[at%len(window)] = b
		at++
		out = append(out, b)
	}
	for len(packed) > 0 {
		flags := packed[0]
		packed = packed[1:]
		for range 8 {
			if flags&1 == 0 {
				if len(packed) < 1 {
					return out, missing(out, size)
				}
				put(packed[0])
				packed = packed[1:]
			} else {
				if len(packed) < 2 {
					return out, missing(out, size)
				}
				reference := int(binary.BigEndian.Uint16(packed))
				packed = packed[2:]
				from := reference >> 4
				if from == at%len(window) {
					return out, nil
				}
				for i := range reference&0xF + 2 {
					put(window[(from+i)%len(window)])
				}
			}
			if len(out) > size {
				return out[:size], nil
			}
			flags >>= 1
		}
	}
	return out, missing(out, size)
}

// missing is the error for bytes that are not there; none are when the text is
// as long as it should be.
func missing(out []byte, size int) error {
	if len(out) < size {
		return errRTFShort
	}
	return nil
}
