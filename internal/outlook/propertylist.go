package outlook

import "encoding/binary"

// properties reads a list of MAPI properties ([MS-OXTNEF] §2.1.3.4).
func (t *tnef) properties(p *properties, r *cursor) {
	count := int(r.uint32())
	for range count {
		if r.broken = r.broken || len(r.data) == 0; r.broken {
			break
		}
		kind, id := r.uint16(), r.uint16()
		if id >= 0x8000 { // a named property
			r.take(16)
			if r.uint32() == 0 {
				r.uint32()
			} else {
				r.padded(int(r.uint32()))
			}
		}
		v := r.value(kind)
		if !r.broken && id < 0x8000 {
			p.all[id] = value{kind, v}
		}
	}
	if r.broken {
		t.stream.fault("a list of properties is cut off, or holds one of a kind nobody knows")
	}
	p.codepage = t.codepage
	p.settle()
}

// cursor reads numbers and bytes, until it is broken.
type cursor struct {
	data   []byte
	broken bool
}

func (r *cursor) take(n int) []byte {
	if n < 0 || n > len(r.data) {
		r.broken, r.data = true, nil
		return nil
	}
	taken := r.data[:n]
	r.data = r.data[n:]
	return taken
}

// padded takes n bytes and those that fill them up to a multiple of four.
func (r *cursor) padded(n int) []byte {
	taken := r.take(n)
	if n >= 0 && n%4 != 0 {
		r.take(min(4-n%4, len(r.data)))
	}
	return taken
}

func (r *cursor) uint32() uint32 {
	if b := r.take(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

func (r *cursor) uint16() uint16 {
	if b := r.take(2); b != nil {
		return binary.LittleEndian.Uint16(b)
	}
	return 0
}

// several marks a property of several values.
const several = 0x1000

// value reads a value; of several the first.
func (r *cursor) value(kind uint16) []byte {
	count := 1
	text := kind&^several == typeString8 || kind&^several == typeString || kind&^several == typeBinary || kind&^several == typeObject
	if kind&several != 0 || text {
		count = int(r.uint32())
	}
	var first []byte
	for i := range count {
		if r.broken || i > 0 && len(r.data) == 0 {
			break
		}
		var v []byte
		switch kind &^ several {
		case typeString8, typeString, typeBinary, typeObject:
			v = r.padded(int(r.uint32()))
		case typeInteger16, typeInteger32, typeBoolean, 0x0001, 0x0004, 0x000A:
			v = r.take(4)
		case 0x0005, 0x0006, 0x0007, 0x0014, typeTime:
			v = r.take(8)
		case 0x0048: // a GUID
			v = r.take(16)
		default:
			r.broken = true
		}
		if i == 0 {
			first = v
		}
	}
	return first
}
