package outlook

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"skein/internal/charset"
)

// The properties that are read, by id ([MS-OXPROPS] §2).
const (
	messageClass     = 0x001A
	subject          = 0x0037
	subjectPrefix    = 0x003D
	submitTime       = 0x0039
	sentForName      = 0x0042 // PidTagSentRepresenting…
	sentForType      = 0x0064
	sentForAddress   = 0x0065
	topic            = 0x0070
	index            = 0x0071
	transportHeaders = 0x007D
	recipientType    = 0x0C15
	senderName       = 0x0C1A
	senderType       = 0x0C1E
	senderAddress    = 0x0C1F
	displayBcc       = 0x0E02
	displayCc        = 0x0E03
	displayTo        = 0x0E04
	deliveryTime     = 0x0E06
	messageFlags     = 0x0E07
	normalSubject    = 0x0E1D // PidTagNormalizedSubject
	body             = 0x1000
	rtfCompressed    = 0x1009
	bodyHTML         = 0x1013
	internetID       = 0x1035
	references       = 0x1039
	inReplyTo        = 0x1042
	displayName      = 0x3001
	addressType      = 0x3002
	emailAddress     = 0x3003
	creationTime     = 0x3007
	modifiedTime     = 0x3008
	smtpAddress      = 0x39FE
	attachData       = 0x3701
	attachFilename   = 0x3704
	attachMethod     = 0x3705
	attachLongName   = 0x3707
	attachType       = 0x370E
	attachContentID  = 0x3712
	attachFlags      = 0x3714
	internetCodepage = 0x3FDE
	messageCodepage  = 0x3FFD
	senderSMTP       = 0x5D01
	sentForSMTP      = 0x5D02
)

// The types of properties ([MS-OXCDATA] §2.11.1).
const (
	typeInteger16 = 0x0002
	typeInteger32 = 0x0003
	typeBoolean   = 0x000B
	typeObject    = 0x000D
	typeString8   = 0x001E
	typeString    = 0x001F
	typeTime      = 0x0040
	typeBinary    = 0x0102
)

// value is a property's value: its bytes as they are stored.
type value struct {
	kind uint16
	data []byte
}

// properties are those of one object, by id.
type properties struct {
	all      map[uint16]value
	codepage int    // of strings of 8-bit characters
	doubt    string // why a text may not be what was written, as a clause
}

func newProperties() *properties { return &properties{all: map[uint16]value{}, codepage: 1252} }

// settle takes the code page that the properties name.
func (p *properties) settle() {
	for _, id := range []uint16{messageCodepage, internetCodepage} {
		if n := p.number(id); n > 0 && n != 1200 && n != 1201 {
			p.codepage = n
			return
		}
	}
}

func (p *properties) has(id uint16) bool { _, ok := p.all[id]; return ok }

// number returns an integer, 0 when there is none.
func (p *properties) number(id uint16) int {
	v := p.all[id]
	switch {
	case (v.kind == typeInteger32 || v.kind == typeBoolean) && len(v.data) >= 4:
		return int(int32(binary.LittleEndian.Uint32(v.data)))
	case v.kind == typeInteger16 && len(v.data) >= 2:
		return int(int16(binary.LittleEndian.Uint16(v.data)))
	}
	return 0
}

// text returns a string, "" when there is none.
func (p *properties) text(id uint16) string {
	v := p.all[id]
	switch v.kind {
	case typeString:
		return utf16Text(v.data)
	case typeString8:
		return p.decode(bytes.TrimRight(v.data, "\x00"), p.codepage)
	}
	return ""
}

// line is a text without line ends, as a header field may hold it.
func (p *properties) line(id uint16) string { return oneLine(p.text(id)) }

func oneLine(text string) string {
	var b strings.Builder
	for word := range strings.FieldsSeq(text) {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(word)
	}
	return b.String()
}

// raw returns bytes, or the text of a string.
func (p *properties) raw(id uint16) []byte {
	if v := p.all[id]; v.kind == typeBinary || v.kind == typeObject {
		return v.data
	}
	return []byte(p.text(id))
}

// fileEpoch is how many seconds 1601, from which times count 100 ns ([MS-DTYP]
// §2.3.3), lies before 1970.
const fileEpoch = 11_644_473_600

func timeValue(at time.Time) value {
	return value{typeTime, binary.LittleEndian.AppendUint64(nil, uint64(at.Unix()+fileEpoch)*10_000_000)}
}

// moment returns a time; ok is false when there is none in years that mail has.
func (p *properties) moment(id uint16) (at time.Time, ok bool) {
	v := p.all[id]
	if v.kind != typeTime || len(v.data) < 8 {
		return at, false
	}
	ticks := binary.LittleEndian.Uint64(v.data)
	at = time.Unix(int64(ticks/10_000_000)-fileEpoch, 0).UTC()
	return at, at.Year() > 1970 && at.Year() < 2200
}

func utf16Text(data []byte) string {
	units := make([]uint16, 0, len(data)/2)
	for ; len(data) >= 2; data = data[2:] {
		units = append(units, binary.LittleEndian.Uint16(data))
	}
	return strings.TrimRight(string(utf16.Decode(units)), "\x00")
}

// decode reads text of a code page, and notes where that does not fit.
func (p *properties) decode(data []byte, page int) string {
	if (page == 1252 || !charset.KnownPage(page)) && charset.SurelyUTF8(data) { // where every byte means something, nothing tells a false claim but this
		p.doubt = fmt.Sprintf("it claims to be of code page %d, and is UTF-8", page)
		page = charset.UTF8Page
	}
	text := charset.Page(data, page)
	switch {
	case charset.IsASCII(data):
	case page != charset.UTF8Page && !charset.KnownPage(page):
		p.doubt = fmt.Sprintf("code page %d is not known, Windows-1252 is taken", page)
	case strings.ContainsRune(text, utf8.RuneError) && !bytes.Contains(data, []byte("\uFFFD")):
		p.doubt = fmt.Sprintf("some characters are not of code page %d", page)
	}
	return text
}
