package outlook

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"strings"
)

// tnefSignature begins every TNEF stream ([MS-OXTNEF] §2.1.3.1).
const tnefSignature = 0x223E9F78

// The attributes that are read ([MS-OXTNEF] §2.1.3.3).
const (
	attributeCodepage   = 0x00069007
	attributeBody       = 0x0002800C
	attributeProperties = 0x00069003
	attributeRendering  = 0x00069002 // begins an attachment
	attributeTitle      = 0x00018010
	attributeData       = 0x0006800F
	attributeAttachment = 0x00069005 // properties of the attachment
)

// TNEF is what a TNEF stream holds.
type TNEF struct {
	Text, HTML string
	Files      []File
	Faults     []Fault
}

// IsTNEF says whether data begins as TNEF does.
func IsTNEF(data []byte) bool {
	return len(data) >= 6 && binary.LittleEndian.Uint32(data) == tnefSignature
}

// ReadTNEF reads a TNEF stream as far as it can be read.
func ReadTNEF(data []byte) TNEF {
	t := &tnef{left: room(len(data)), codepage: 1252, message: newProperties()}
	if !IsTNEF(data) {
		return TNEF{Faults: []Fault{"it does not begin as TNEF does"}}
	}
	t.attributes(data[6:])
	return t.result()
}

// tnef is a stream being read.
type tnef struct {
	left     int // bytes that may still be made
	codepage int
	body     string
	message  *properties
	files    []*tnefFile
	faults   []Fault
}

type tnefFile struct {
	title string
	data  []byte
	*properties
}

func (t *tnef) fault(format string, args ...any) {
	if len(t.faults) < 20 {
		t.faults = append(t.faults, Fault(fmt.Sprintf(format, args...)))
	}
}

// attributes reads one attribute after the other: level, id, length, data, sum.
func (t *tnef) attributes(data []byte) {
	for len(data) > 0 {
		if len(data) < 11 {
			t.fault("an attribute is cut off")
			return
		}
		id, size := binary.LittleEndian.Uint32(data[1:]), int(binary.LittleEndian.Uint32(data[5:]))
		rest := data[9:]
		if size < 0 || size > len(rest)-2 {
			t.fault("an attribute of %d bytes is cut off", size)
			t.attribute(id, rest)
			return
		}
		t.attribute(id, rest[:size])
		var sum uint16
		for _, c := range rest[:size] {
			sum += uint16(c)
		}
		if sum != binary.LittleEndian.Uint16(rest[size:]) {
			t.fault("the checksum of attribute %08x is wrong", id)
		}
		data = rest[size+2:]
	}
}

func (t *tnef) attribute(id uint32, data []byte) {
	if id == attributeRendering {
		if len(t.files) >= maxFiles {
			t.fault("more than %d attachments", maxFiles)
			return
		}
		t.files = append(t.files, &tnefFile{properties: newProperties()})
		return
	}
	switch id {
	case attributeCodepage:
		if len(data) >= 4 {
			t.codepage = int(binary.LittleEndian.Uint32(data))
		}
	case attributeBody:
		t.body = decodePage(bytes.TrimRight(data, "\x00"), t.codepage)
	case attributeProperties:
		t.properties(t.message, data)
	case attributeTitle, attributeData, attributeAttachment:
		if len(t.files) == 0 {
			t.fault("an attachment without its beginning")
			t.files = append(t.files, &tnefFile{properties: newProperties()})
		}
		f := t.files[len(t.files)-1]
		switch id {
		case attributeTitle:
			f.title = oneLine(decodePage(bytes.TrimRight(data, "\x00"), t.codepage))
		case attributeData:
			f.data = data
		case attributeAttachment:
			t.properties(f.properties, data)
		}
	}
}

// properties reads a list of MAPI properties ([MS-OXTNEF] §2.1.3.4).
func (t *tnef) properties(p *properties, data []byte) {
	r := &cursor{data: data}
	count := int(r.uint32())
	for range count {
		if r.broken || len(r.data) == 0 {
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
		t.fault("a list of properties is cut off, or holds one of a kind nobody knows")
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

// result puts together what was read.
func (t *tnef) result() TNEF {
	m := letter{properties: t.message}
	found := TNEF{Text: cmp.Or(t.message.text(body), t.body), HTML: m.html()}
	if found.Text == "" && found.HTML == "" && t.message.has(rtfCompressed) {
		rtf, err := decompress(t.message.raw(rtfCompressed), t.left)
		if err != nil {
			t.fault("the text in RTF: %v", err)
		}
		found.Text, found.HTML = readRTF(rtf)
	}
	for _, f := range t.files {
		a := attachmentOf(f.properties)
		a.Name = cmp.Or(a.Name, f.title)
		if f.data != nil {
			a.Data = f.data
		} else if v := f.all[attachData]; v.kind == typeObject && len(v.data) > 16 {
			a.Data = v.data[16:] // behind the id of its interface
			if IsTNEF(a.Data) {
				a.Type, a.Name = "application/ms-tnef", strings.TrimSuffix(cmp.Or(a.Name, "message"), ".msg")+".dat"
			}
		}
		if a.Data == nil {
			t.fault("an attachment without bytes")
			continue
		}
		found.Files = append(found.Files, a)
	}
	found.Faults = t.faults
	return found
}
