package outlook

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
)

// IsCompound says whether a file of which raw is the beginning is a compound
// file, as a .msg is, and an older office document.
func IsCompound(raw []byte) bool { return bytes.HasPrefix(raw, []byte(signature)) }

// HoldsMessage says whether a compound file is an Outlook message: its root has
// the stream that makes it one. Of one whose directory is broken it is enough
// that the stream is named at all.
func HoldsMessage(raw []byte) bool {
	if !bytes.Contains(raw, utf16Of(streamProperties)) {
		return false
	}
	c, err := openCompound(raw)
	if err != nil {
		return true
	}
	root, _ := c.entry(0)
	entries, whole := c.children(root)
	return !whole || slices.ContainsFunc(entries, func(e node) bool { return e.name == streamProperties })
}

func utf16Of(name string) []byte {
	var b []byte
	for _, unit := range utf16.Encode([]rune(name)) {
		b = binary.LittleEndian.AppendUint16(b, unit)
	}
	return b
}

// The names of storages and streams ([MS-OXMSG] §2.1 and §2.2).
const (
	streamProperties = "__properties_version1.0"
	prefixValue      = "__substg1.0_"
	prefixRecipient  = "__recip_version1.0_#"
	prefixAttachment = "__attach_version1.0_#"
	storageObject    = prefixValue + "3701000D" // a message, or a document, in an attachment
)

// role is what a storage is in a message.
type role int

const (
	isMessage role = iota
	isRecipient
	isAttachment
	isObject // what an attachment holds instead of bytes, until it is known for a message
)

// storage is a storage of a compound file that holds properties.
type storage struct {
	role role
	node
	*properties
	header int    // bytes before the entries of its property stream
	fixed  []byte // the property stream
	depth  int    // messages around it
	inside []*storage
	made   []byte // the mail made of a message, or the bytes of an object
	told   bool   // that an attachment has no bytes
}

// file is a .msg file being read.
type file struct {
	*compound
	messages []*storage // those around others first
	count    int        // storages
	streams  int        // bytes of streams that may still be read
	left     int        // bytes of texts and files that may still be made
	faults   []Fault
}

func (f *file) fault(format string, args ...any) { f.faults = addFault(f.faults, format, args...) }

// Message makes a .msg file an RFC 5322 message, and tells what of it could not
// be read. The error says why it is no Outlook message.
func Message(raw []byte) (rfc822 []byte, faults []Fault, err error) {
	c, err := openCompound(raw)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", errNotOutlook, err)
	}
	f := &file{compound: c, streams: room(1, len(raw)), left: room(10, len(raw))}
	top, _ := c.entry(0)
	root := &storage{node: top, header: 32, properties: newProperties()}
	f.walk(root)
	if root.fixed == nil {
		return nil, nil, fmt.Errorf("%w: a compound file without its properties", errNotOutlook)
	}
	for i := len(f.messages) - 1; i >= 0; i-- { // the innermost first
		f.messages[i].made = f.mail(f.messages[i])
	}
	return root.made, f.faults, nil
}

// maxEmbedding is how deep messages inside messages are made mails.
const maxEmbedding = 16

// maxStorages bounds the messages, recipients and attachments of a file.
const maxStorages = 100_000

// walk reads the storages from the root on. Only those of a message are looked
// into, so nothing is deeper than messages may be.
func (f *file) walk(root *storage) {
	for todo := []*storage{root}; len(todo) > 0; {
		s := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		entries, whole := f.children(s.node)
		if !whole {
			f.fault("the directory is broken in %s", cmp.Or(s.name, "the root"))
		}
		if s.role == isObject {
			if !slices.ContainsFunc(entries, func(e node) bool { return e.name == streamProperties }) {
				f.document(s, entries)
				continue
			}
			s.role, s.header = isMessage, 24
		}
		if s.role == isMessage {
			f.messages = append(f.messages, s)
		}
		for _, e := range entries {
			f.visit(s, e)
		}
		s.entries()
		s.settle()
		for _, inner := range slices.Backward(s.inside) {
			todo = append(todo, inner)
		}
	}
}

// visit takes one entry of a storage: a stream, or a storage to be looked into.
func (f *file) visit(s *storage, e node) {
	inner := &storage{node: e, header: 8, depth: s.depth, properties: newProperties()}
	switch {
	case e.stream:
		if e.name == streamProperties || strings.HasPrefix(e.name, prefixValue) {
			s.keep(e.name, f.bytes(e))
		}
		return
	case s.role == isMessage && strings.HasPrefix(e.name, prefixRecipient):
		inner.role = isRecipient
	case s.role == isMessage && strings.HasPrefix(e.name, prefixAttachment):
		inner.role = isAttachment
	case s.role == isAttachment && e.name == storageObject:
		inner.role, inner.depth = isObject, s.depth+1
	default: // names of named properties
		return
	}
	switch f.count++; {
	case inner.depth > maxEmbedding:
		f.fault("messages inside one another beyond %d", maxEmbedding)
		s.told = true
	case f.count > maxStorages:
		f.fault("more than %d recipients, attachments and messages", maxStorages)
	default:
		s.inside = append(s.inside, inner)
	}
}

// bytes reads a stream, and tells when it is not all there.
func (f *file) bytes(e node) []byte {
	data := f.read(e, f.streams)
	f.streams -= len(data)
	if int64(len(data)) < e.size {
		f.fault("%s is cut off after %d of %d bytes", e.name, len(data), e.size)
	}
	return data
}

// keep takes a stream as what its name says.
func (s *storage) keep(name string, data []byte) {
	if name == streamProperties {
		s.fixed = data
		return
	}
	tag, err := strconv.ParseUint(strings.TrimPrefix(name, prefixValue), 16, 32)
	if err != nil { // a value of a property of several, which none of ours is
		return
	}
	s.all[uint16(tag>>16)] = value{uint16(tag), data}
}

// entries reads the values that stand in the property stream itself.
func (s *storage) entries() {
	for at := s.header; at+16 <= len(s.fixed); at += 16 {
		e := s.fixed[at : at+16]
		kind, id := binary.LittleEndian.Uint16(e), binary.LittleEndian.Uint16(e[2:])
		switch kind {
		case typeInteger16, typeInteger32, typeBoolean, typeTime:
			s.all[id] = value{kind, e[8:]}
		}
	}
}

// documents are the streams that hold the whole of an embedded document. Of
// one that is spread over several, such as of old Word, the .msg keeps all.
var documents = []string{"Package", "CONTENTS", "\x01Ole10Native"}

// document takes the bytes of an object that is no message.
func (f *file) document(s *storage, entries []node) {
	for _, name := range documents {
		if i := slices.IndexFunc(entries, func(e node) bool { return e.stream && e.name == name }); i >= 0 {
			s.made = f.bytes(entries[i])
			return
		}
	}
}

// mail makes one message a mail.
func (f *file) mail(s *storage) []byte {
	m := letter{properties: s.properties}
	for _, in := range s.inside {
		in.codepage = s.codepage
		switch {
		case len(m.files)+len(m.recipients) >= maxFiles:
			f.fault("more than %d recipients and attachments in one message", maxFiles)
			return m.bytes(f.fault, &f.left)
		case in.role == isRecipient:
			m.recipients = append(m.recipients, in.properties)
		case in.role == isAttachment:
			m.files = append(m.files, f.attachment(in))
		}
	}
	return m.bytes(f.fault, &f.left)
}

// attachment reads one attachment: bytes, or a message that is a mail by now.
func (f *file) attachment(s *storage) File {
	a := attachmentOf(s.properties)
	for _, object := range s.inside {
		a.Data, object.made = object.made, nil
		if object.role == isMessage {
			a.Type, a.Inline, a.mail = "message/rfc822", false, true
		}
	}
	if len(a.Data) > 0 || s.has(attachData) || s.told {
		return a
	}
	switch s.number(attachMethod) {
	case byReference, byReferenceResolve, byReferenceOnly, byWebReference:
		f.fault("the file %q lies elsewhere, the message only refers to it", a.Name)
	case asObject:
		f.fault("the object %q is a document of several streams, which is not read", a.Name)
	default:
		f.fault("the file %q has no bytes here", a.Name)
	}
	return a
}

// Where an attachment is ([MS-OXCMSG] §2.2.2.9).
const (
	byReference        = 2
	byReferenceResolve = 3
	byReferenceOnly    = 4
	asObject           = 6
	byWebReference     = 7
)

func attachmentName(p *properties) string {
	return cmp.Or(p.line(attachLongName), p.line(attachFilename), p.line(displayName))
}

// renderedInBody says that the text shows the file ([MS-OXCMSG] §2.2.2.18).
const renderedInBody = 4

func attachmentOf(p *properties) File {
	kind, _, _ := strings.Cut(strings.ToLower(p.line(attachType)), ";") // parameters are those of its way here
	return File{
		Name: attachmentName(p), Type: strings.TrimSpace(kind), ContentID: p.line(attachContentID),
		Inline: p.number(attachFlags)&renderedInBody != 0, Data: p.raw(attachData),
	}
}
