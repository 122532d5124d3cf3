package outlook

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"strings"
	"time"

	"skein/internal/charset"
)

// tnefSignature begins every TNEF stream ([MS-OXTNEF] §2.1.3.1).
const tnefSignature = 0x223E9F78

// The attributes that are read ([MS-OXTNEF] §2.1.3.3).
const (
	attributeFrom       = 0x00008000
	attributeSubject    = 0x00018004
	attributeSent       = 0x00038005
	attributeID         = 0x00018009
	attributeBody       = 0x0002800C
	attributeCodepage   = 0x00069007
	attributeProperties = 0x00069003
	attributeRecipients = 0x00069004
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

// ReadTNEF reads a TNEF stream as far as it can be read. A message in it is a
// file, made a mail.
func ReadTNEF(data []byte) TNEF {
	s := &tnefStream{left: room(10, len(data))}
	if !IsTNEF(data) {
		s.fault("it does not begin as TNEF does")
		return TNEF{Faults: s.faults}
	}
	top := newTNEF(data, 0)
	var messages []*tnef // those around others first
	for todo := []*tnef{top}; len(todo) > 0; {
		t := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		t.stream = s
		t.attributes(t.data)
		messages = append(messages, t)
		todo = append(todo, t.messages()...)
	}
	for i := len(messages) - 1; i > 0; i-- {
		messages[i].finish()
	}
	found := TNEF{Files: top.attachments()}
	found.Text, found.HTML = top.letter().forms(s.fault, s.left)
	if top.message.doubt != "" {
		s.fault("the text: %s", top.message.doubt)
	}
	found.Faults = s.faults
	return found
}

// tnefStream is what all messages of one stream share.
type tnefStream struct {
	left   int // bytes of texts and files of messages inside that may still be made
	files  int
	faults []Fault
}

func (s *tnefStream) fault(format string, args ...any) {
	s.faults = addFault(s.faults, format, args...)
}

// tnef is a message being read.
type tnef struct {
	stream     *tnefStream
	data       []byte // its attributes
	depth      int    // messages around it
	codepage   int
	message    *properties
	recipients []*properties
	files      []*tnefFile
	made       []byte // the mail made of it
}

type tnefFile struct {
	title string
	data  []byte
	inner *tnef
	*properties
}

func newTNEF(data []byte, depth int) *tnef {
	return &tnef{data: data[6:], depth: depth, codepage: 1252, message: newProperties()}
}

// attributes reads one attribute after the other: level, id, length, data, sum.
func (t *tnef) attributes(data []byte) {
	for len(data) > 0 {
		if len(data) < 11 {
			t.stream.fault("an attribute is cut off")
			return
		}
		id, size := binary.LittleEndian.Uint32(data[1:]), int64(binary.LittleEndian.Uint32(data[5:]))
		rest := data[9:]
		if size > int64(len(rest)-2) {
			t.stream.fault("an attribute of %d bytes is cut off", size)
			t.attribute(id, rest)
			return
		}
		t.attribute(id, rest[:size])
		var sum uint16
		for _, c := range rest[:size] {
			sum += uint16(c)
		}
		if sum != binary.LittleEndian.Uint16(rest[size:]) {
			t.stream.fault("the checksum of attribute %08x is wrong", id)
		}
		data = rest[size+2:]
	}
}

func (t *tnef) attribute(id uint32, data []byte) {
	switch id {
	case attributeCodepage:
		if len(data) >= 4 {
			t.codepage = int(int32(binary.LittleEndian.Uint32(data)))
			t.message.codepage = t.codepage
		}
	case attributeBody:
		t.say(body, data)
	case attributeSubject:
		t.say(subject, data)
	case attributeID:
		t.say(internetID, data)
	case attributeSent:
		t.sent(data)
	case attributeFrom:
		t.from(data)
	case attributeProperties:
		t.properties(t.message, &cursor{data: data})
	case attributeRecipients:
		t.people(&cursor{data: data})
	case attributeRendering:
		t.open()
	case attributeTitle, attributeData, attributeAttachment:
		t.file(id, data)
	}
}

// say takes a text that properties, which are in Unicode, say better.
func (t *tnef) say(id uint16, data []byte) {
	if !t.message.has(id) {
		t.message.all[id] = value{typeString8, data}
	}
}

// sent takes a date: seven numbers of 16 bits, the last the day of the week.
func (t *tnef) sent(data []byte) {
	if len(data) < 12 || t.message.has(submitTime) {
		return
	}
	n := func(i int) int { return int(binary.LittleEndian.Uint16(data[2*i:])) }
	at := time.Date(n(0), time.Month(n(1)), n(2), n(3), n(4), n(5), 0, time.UTC)
	if at.Year() == n(0) {
		t.message.all[submitTime] = timeValue(at)
	}
}

// from takes a sender: four numbers, of which the third and the fourth are the
// lengths of a name and of an address with its type before a colon.
func (t *tnef) from(data []byte) {
	r := &cursor{data: data}
	r.take(4)
	nameSize, addressSize := int(r.uint16()), int(r.uint16())
	name, address := r.take(nameSize), r.take(addressSize)
	if r.broken {
		t.stream.fault("the sender is cut off")
		return
	}
	t.say(senderName, name)
	if _, after, ok := bytes.Cut(address, []byte(":")); ok {
		t.say(senderAddress, after)
	}
}

// people reads the table of recipients: a count, and properties of each.
func (t *tnef) people(r *cursor) {
	for range r.uint32() {
		if r.broken { // which is told
			return
		}
		if len(r.data) == 0 || len(t.recipients) >= maxFiles {
			t.stream.fault("the table of recipients is cut off after %d", len(t.recipients))
			return
		}
		p := newProperties()
		t.properties(p, r)
		t.recipients = append(t.recipients, p)
	}
}

// open begins an attachment.
func (t *tnef) open() {
	if t.stream.files++; t.stream.files > maxFiles {
		t.stream.fault("more than %d attachments", maxFiles)
		return
	}
	t.files = append(t.files, &tnefFile{properties: newProperties()})
}

func (t *tnef) file(id uint32, data []byte) {
	if len(t.files) == 0 {
		t.stream.fault("an attachment without its beginning")
		t.open()
	}
	if t.stream.files > maxFiles {
		return
	}
	f := t.files[len(t.files)-1]
	switch id {
	case attributeTitle:
		f.title = oneLine(charset.Page(bytes.TrimRight(data, "\x00"), t.codepage))
	case attributeData:
		f.data = data
	case attributeAttachment:
		t.properties(f.properties, &cursor{data: data})
	}
}

// messages returns those that are attached, to be read. What is attached as an
// object begins with the id of its interface.
func (t *tnef) messages() (found []*tnef) {
	for _, f := range t.files {
		v := f.all[attachData]
		if f.data != nil || v.kind != typeObject || len(v.data) < 16 {
			continue
		}
		f.data = v.data[16:]
		switch {
		case !IsTNEF(f.data):
		case t.depth == maxEmbedding:
			t.stream.fault("messages inside one another beyond %d", maxEmbedding)
		default:
			f.inner = newTNEF(f.data, t.depth+1)
			found = append(found, f.inner)
		}
	}
	return found
}

func (t *tnef) letter() *letter {
	return &letter{properties: t.message, recipients: t.recipients}
}

// finish makes a message a mail.
func (t *tnef) finish() {
	m := t.letter()
	m.files = t.attachments()
	t.made = m.bytes(t.stream.fault, &t.stream.left)
}

func (t *tnef) attachments() (all []File) {
	for _, f := range t.files {
		a := attachmentOf(f.properties)
		a.Name = cmp.Or(a.Name, f.title)
		switch {
		case f.inner != nil:
			a.Data, f.inner.made = f.inner.made, nil
			a.Type, a.Inline, a.mail = "message/rfc822", false, true
		case IsTNEF(f.data) && f.all[attachData].kind == typeObject:
			a.Type, a.Name = "application/ms-tnef", strings.TrimSuffix(cmp.Or(a.Name, "message"), ".msg")+".dat"
			fallthrough
		case f.data != nil:
			a.Data = f.data
		case !f.has(attachData):
			t.stream.fault("the attachment %q has no bytes", a.Name)
		}
		all = append(all, a)
	}
	return all
}
