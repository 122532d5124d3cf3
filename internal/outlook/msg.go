package outlook

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/richardlehane/mscfb"
)

// signature begins every compound file ([MS-CFB] §2.2).
const signature = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"

// IsMessage says whether raw is a compound file, as a .msg is.
func IsMessage(raw []byte) bool { return bytes.HasPrefix(raw, []byte(signature)) }

// storage is a storage of a compound file that holds properties: a message, a
// recipient or an attachment.
type storage struct {
	path string // names, joined by "/"; "" for the message of the file
	*properties
	fixed  []byte
	inside []*storage
}

// The names of storages and streams ([MS-OXMSG] §2.1 and §2.2).
const (
	streamProperties = "__properties_version1.0"
	prefixValue      = "__substg1.0_"
	prefixRecipient  = "__recip_version1.0_#"
	prefixAttachment = "__attach_version1.0_#"
	embeddedMessage  = prefixValue + "3701000D"
)

// file is a .msg file being read.
type file struct {
	storages map[string]*storage
	faults   []Fault
	left     int // bytes that may still be read
	made     int // bytes of files that may still be written into mails
}

func (f *file) fault(format string, args ...any) {
	if len(f.faults) < 20 {
		f.faults = append(f.faults, Fault(fmt.Sprintf(format, args...)))
	}
}

// Message makes a .msg file an RFC 5322 message, and tells what of it could not
// be read. The error says why it is no Outlook message.
func Message(raw []byte) (rfc822 []byte, faults []Fault, err error) {
	f := &file{storages: map[string]*storage{}, left: room(len(raw)), made: min(16*len(raw)+1<<20, maxMade)}
	if err := f.read(raw); err != nil {
		return nil, nil, err
	}
	root := f.storages[""]
	if root == nil || root.fixed == nil {
		return nil, nil, fmt.Errorf("%w: a compound file without its properties", errNotOutlook)
	}
	rfc822 = f.render()
	return rfc822, f.faults, nil
}

// read takes every stream of the file into its storage. The library recurses
// on the directory no deeper than it has entries, and may fail on broken ones.
func (f *file) read(raw []byte) (err error) {
	defer func() {
		if recover() != nil {
			err = fmt.Errorf("%w: a compound file that breaks its reader", errNotOutlook)
		}
	}()
	compound, err := mscfb.New(bytes.NewReader(raw))
	if err != nil {
		return fmt.Errorf("%w: %v", errNotOutlook, err)
	}
	for _, entry := range compound.File {
		path := strings.Join(entry.Path, "/")
		if entry.FileInfo().IsDir() || strings.HasPrefix(path, "__nameid") {
			continue
		}
		if entry.Name != streamProperties && !strings.HasPrefix(entry.Name, prefixValue) {
			continue
		}
		limit := min(int64(f.left), entry.Size)
		data, err := io.ReadAll(io.LimitReader(entry, limit))
		f.left -= len(data)
		if err != nil || int64(len(data)) < entry.Size {
			f.fault("%s is cut off after %d of %d bytes", entry.Name, len(data), entry.Size)
		}
		f.stream(path, entry.Name, data)
	}
	for _, s := range f.storages {
		s.entries()
		s.settle()
	}
	f.nest()
	return nil
}

// stream keeps one stream.
func (f *file) stream(path, name string, data []byte) {
	s := f.storages[path]
	if s == nil {
		s = &storage{path: path, properties: newProperties()}
		f.storages[path] = s
	}
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
	header := 8
	switch base := s.path[strings.LastIndexByte(s.path, '/')+1:]; {
	case base == "":
		header = 32
	case base == embeddedMessage:
		header = 24
	}
	for at := header; at+16 <= len(s.fixed); at += 16 {
		e := s.fixed[at : at+16]
		kind, id := binary.LittleEndian.Uint16(e), binary.LittleEndian.Uint16(e[2:])
		switch kind {
		case typeInteger16, typeInteger32, typeBoolean, typeTime:
			s.all[id] = value{kind, e[8:]}
		}
	}
}

// nest puts each storage into the one it is in, in the order of their names.
func (f *file) nest() {
	paths := make([]string, 0, len(f.storages))
	for path := range f.storages {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	for _, path := range paths {
		if path == "" {
			continue
		}
		above := path[:max(0, strings.LastIndexByte(path, '/'))]
		if s := f.storages[above]; s != nil {
			s.inside = append(s.inside, f.storages[path])
		} else {
			f.fault("%s is in no message", path[strings.LastIndexByte(path, '/')+1:])
		}
	}
}

// maxMade bounds the bytes of files in the mails that one file is made, for each
// mail around another holds it again, and a third longer.
const maxMade = 128 << 20

// maxEmbedding is how deep messages inside messages are made mails.
const maxEmbedding = 16

// render makes every message of the file a mail, the innermost first.
func (f *file) render() []byte {
	var messages []*storage
	for path, s := range f.storages {
		base := path[strings.LastIndexByte(path, '/')+1:]
		if path == "" || base == embeddedMessage && s.fixed != nil {
			messages = append(messages, s)
		}
	}
	depth := func(s *storage) int { return strings.Count(s.path, embeddedMessage) }
	slices.SortFunc(messages, func(a, b *storage) int {
		return cmp.Or(cmp.Compare(depth(b), depth(a)), cmp.Compare(a.path, b.path))
	})
	rendered := map[string][]byte{}
	for _, s := range messages {
		if depth(s) > maxEmbedding {
			f.fault("messages inside one another beyond %d", maxEmbedding)
			continue
		}
		rendered[s.path] = f.mail(s, rendered)
	}
	return rendered[""]
}

// mail makes one message a mail.
func (f *file) mail(s *storage, rendered map[string][]byte) []byte {
	m := letter{properties: s.properties}
	for _, in := range s.inside {
		base := in.path[strings.LastIndexByte(in.path, '/')+1:]
		switch {
		case len(m.files)+len(m.recipients) >= maxFiles:
			f.fault("more than %d recipients and attachments", maxFiles)
			return m.bytes(f)
		case strings.HasPrefix(base, prefixRecipient):
			in.codepage = s.codepage
			m.recipients = append(m.recipients, in.properties)
		case strings.HasPrefix(base, prefixAttachment):
			in.codepage = s.codepage
			a := f.attachment(in, rendered)
			if f.made -= len(a.Data) / 3 * 4; f.made < 0 {
				f.fault("the attachment %q of %d bytes is too large to be read in its place", a.Name, len(a.Data))
				a.Data = nil
			}
			m.files = append(m.files, a)
		}
	}
	return m.bytes(f)
}

// attachment reads one attachment: bytes, or a message that is a mail by now.
func (f *file) attachment(s *storage, rendered map[string][]byte) File {
	if inner, ok := rendered[s.path+"/"+embeddedMessage]; ok {
		return File{Name: attachmentName(s.properties), Type: "message/rfc822", Data: inner}
	}
	a := attachmentOf(s.properties)
	if len(a.Data) == 0 && s.number(attachMethod) == 6 { // afOLE
		f.fault("the object %q is a document inside the message, which is not read", a.Name)
	}
	return a
}

func attachmentName(p *properties) string {
	return cmp.Or(p.line(attachLongName), p.line(attachFilename), p.line(displayName))
}

// rendered says that the text shows the file ([MS-OXCMSG] §2.2.2.18, attRenderedInBody).
const renderedInBody = 4

func attachmentOf(p *properties) File {
	return File{
		Name: attachmentName(p), Type: strings.ToLower(p.line(attachType)), ContentID: p.line(attachContentID),
		Inline: p.number(attachFlags)&renderedInBody != 0, Data: p.raw(attachData),
	}
}
