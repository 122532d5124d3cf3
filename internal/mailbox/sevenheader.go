package mailbox

import "encoding/binary"

const (
	maxDictionary = 1 << 30 // bytes of memory one coder may ask for
	maxCoders     = 32      // in one folder, as in 7-Zip
)

// Property ids of the format.
const (
	idEnd         = 0x00
	idHeader      = 0x01
	idStreams     = 0x04
	idFiles       = 0x05
	idPackInfo    = 0x06
	idUnpackInfo  = 0x07
	idSubStreams  = 0x08
	idSize        = 0x09
	idSum         = 0x0A
	idFolder      = 0x0B
	idUnpackSize  = 0x0C
	idStreamCount = 0x0D
	idPacked      = 0x17
)

const (
	lzmaCoder  = "\x03\x01\x01"
	lzma2Coder = "\x21"
)

// sevenFolder is a chain of coders as far as the checks need it.
type sevenFolder struct {
	coder      string // the last one read
	properties []byte
	outputs    int
	unpack     []uint64
	hasSum     bool
}

// sevenHeader reads a header. After an error every read yields nothing.
type sevenHeader struct {
	data      []byte
	err       error
	packPos   uint64
	packSizes []uint64
	folders   []sevenFolder
}

func (h *sevenHeader) fail() {
	h.err, h.data = errSevenHeader, nil
}

func (h *sevenHeader) bytes(n int) []byte {
	if n > len(h.data) {
		h.fail()
		return make([]byte, min(n, 8))
	}
	got := h.data[:n]
	h.data = h.data[n:]
	return got
}

func (h *sevenHeader) byte() byte { return h.bytes(1)[0] }

// number reads the format's numbers: leading one bits of the first byte count
// the bytes that follow, its other bits are the highest.
func (h *sevenHeader) number() uint64 {
	first := h.byte()
	var value uint64
	for i := range 8 {
		mask := byte(0x80) >> i
		if first&mask == 0 {
			return value | uint64(first&(mask-1))<<(8*i)
		}
		value |= uint64(h.byte()) << (8 * i)
	}
	return value
}

// count reads how many things follow, each of which takes a byte at least.
func (h *sevenHeader) count() int {
	n := h.number()
	if n > uint64(len(h.data)) {
		h.fail()
		return 0
	}
	return int(n)
}

func (h *sevenHeader) expect(id byte) {
	if h.byte() != id {
		h.fail()
	}
}

func (h *sevenHeader) header() {
	h.expect(idHeader)
	id := h.byte()
	if id == idStreams {
		h.streams()
		id = h.byte()
	}
	if id == idFiles {
		h.count()
		for h.err == nil && h.byte() != idEnd {
			h.bytes(h.count())
		}
		id = h.byte()
	}
	if id != idEnd {
		h.fail()
	}
}

func (h *sevenHeader) streams() {
	for h.err == nil {
		switch h.byte() {
		case idPackInfo:
			h.packInfo()
		case idUnpackInfo:
			h.unpackInfo()
		case idSubStreams:
			h.subStreams()
		case idEnd:
			return
		default:
			h.fail()
		}
	}
}

func (h *sevenHeader) packInfo() {
	h.packPos = h.number()
	streams := h.count()
	for h.err == nil {
		switch h.byte() {
		case idSize:
			for range streams {
				h.packSizes = append(h.packSizes, h.number())
			}
		case idSum:
			h.sums(streams)
		case idEnd:
			return
		default:
			h.fail()
		}
	}
}

func (h *sevenHeader) unpackInfo() {
	h.expect(idFolder)
	folders := h.count()
	h.expect(0) // folders are here, not in another stream
	for range folders {
		if h.err != nil {
			return
		}
		h.folders = append(h.folders, h.folder())
	}
	h.expect(idUnpackSize)
	for i := range h.folders {
		for range h.folders[i].outputs {
			h.folders[i].unpack = append(h.folders[i].unpack, h.number())
		}
	}
	id := h.byte()
	if id == idSum {
		for i, has := range h.sums(len(h.folders)) {
			h.folders[i].hasSum = has
		}
		id = h.byte()
	}
	if id != idEnd {
		h.fail()
	}
}

func (h *sevenHeader) folder() (f sevenFolder) {
	inputs, coders := 0, h.count()
	if coders == 0 || coders > maxCoders {
		h.fail()
	}
	for range coders {
		flags := h.byte()
		f.coder = string(h.bytes(int(flags & 0x0F)))
		in, out := 1, 1
		if flags&0x10 != 0 {
			in, out = h.count(), h.count()
		}
		inputs, f.outputs = inputs+in, f.outputs+out
		f.properties = nil
		if flags&0x20 != 0 {
			f.properties = h.bytes(h.count())
		}
		if in > maxCoders || out > maxCoders || dictionary(f.coder, f.properties) > maxDictionary {
			h.fail()
		}
	}
	for range max(0, f.outputs-1) {
		h.number()
		h.number()
	}
	if packed := inputs - (f.outputs - 1); packed > 1 {
		for range packed {
			h.number()
		}
	}
	return f
}

// dictionary returns the bytes of memory that a coder asks for, where known.
func dictionary(coder string, properties []byte) uint64 {
	switch {
	case coder == lzmaCoder && len(properties) == 5:
		return uint64(binary.LittleEndian.Uint32(properties[1:]))
	case coder == lzma2Coder && len(properties) == 1:
		bits := properties[0] & 0x3F
		return uint64(2|bits&1) << (bits/2 + 11)
	}
	return 0
}

// sums reads which of n things have a checksum, and skips the sums.
func (h *sevenHeader) sums(n int) []bool {
	has := make([]bool, n)
	all := h.byte() != 0
	var bits []byte
	if !all {
		bits = h.bytes((n + 7) / 8)
	}
	for i := range has {
		if h.err != nil {
			return nil
		}
		if has[i] = all || bits[i/8]&(0x80>>(i%8)) != 0; has[i] {
			h.bytes(4)
		}
	}
	return has
}

func (h *sevenHeader) subStreams() {
	counts := make([]int, len(h.folders))
	for i := range counts {
		counts[i] = 1
	}
	id := h.byte()
	if id == idStreamCount {
		for i := range counts {
			counts[i] = h.count()
		}
		id = h.byte()
	}
	if id == idSize {
		for _, n := range counts {
			for range max(0, n-1) {
				h.number()
			}
		}
		id = h.byte()
	}
	unsummed, total := 0, 0
	for i, n := range counts {
		total += n
		if n != 1 || !h.folders[i].hasSum {
			unsummed += n
		}
	}
	if id == idSum {
		h.sums(unsummed)
		id = h.byte()
	}
	if id != idEnd || total > maxSevenHeader {
		h.fail()
	}
}
