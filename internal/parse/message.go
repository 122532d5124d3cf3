package parse

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/emersion/go-message"

	"skein/internal/mail"
)

// Result is what the bytes of one mail hold.
type Result struct {
	Facts    mail.Facts
	Embedded []Embedded // parts that are mails, in the order of the mail
	Text     string     // what a reader sees: valid UTF-8, lines end in LF, at most 4 MiB
}

// Rejection is the error for bytes that hold no mail.
type Rejection struct {
	Reason string // one plain clause, such as "empty"
}

// refusal begins the text of every Rejection.
const refusal = "not a mail: "

func (r *Rejection) Error() string { return refusal + r.Reason }

// Refused says whether a reason, kept as text, is that of a Rejection: another
// version of this package may read such bytes.
func Refused(reason string) bool { return strings.HasPrefix(reason, refusal) }

// Message reads one mail. The bytes may begin with an mbox "From " line and
// may end their lines in LF, CR LF or CR; they are not changed or kept. The
// error is a *Rejection, and only when the bytes hold no header field at all.
func Message(raw []byte) (Result, error) { return guarded(raw, read) }

// guarded makes a fault in reading a Rejection: one mail that breaks a decoder
// must not end the run that reads a million others.
func guarded(raw []byte, read func([]byte) (Result, error)) (result Result, err error) {
	defer func() {
		if recover() != nil {
			result, err = Result{}, &Rejection{Reason: "it breaks its reader"}
		}
	}()
	return read(raw)
}

func read(raw []byte) (Result, error) {
	if len(bytes.TrimSpace(raw)) == 0 {
		return Result{}, &Rejection{Reason: "empty"}
	}
	r := readings.Get().(*reading)
	defer r.release()
	if err := r.readParts(raw); err != nil {
		return Result{}, err
	}
	return r.result(), nil
}

// readParts reads the header and the parts.
func (r *reading) readParts(raw []byte) error {
	raw, err := r.fromOutlook(raw)
	if err != nil {
		return err
	}
	r.repair(raw)
	var bodyAt int
	r.fields, bodyAt = r.scanHeader(r.fields[:0], 0, len(r.src.raw))
	before := len(r.defects)
	err = r.readWithLibrary(bodyAt)
	if err != nil || len(r.defects) > before { // the library names no places
		r.reset(before)
		r.salvage(bodyAt)
	}
	r.choosePacked()
	if reason := r.refusal(); reason != "" {
		return &Rejection{Reason: reason}
	}
	return nil
}

// reading is the work on one mail.
type reading struct {
	src      source
	fields   []field // of the mail's own header
	parts    []part  // in the order of the mail, a multipart before its parts
	bodies   []body  // texts to be shown
	files    []file
	embedded []Embedded
	defects  []mail.Defect
	decoded  int // bytes decoded so far

	visit func(mail.Attachment, []byte) // is told of each attachment; nil when nobody asks

	partFields []field      // of the part being read
	buffer     bytes.Buffer // decoded bytes of it
	scratch    []byte
}

// part is a node of the MIME tree.
type part struct {
	parent   int // index; -1 for the mail itself
	children int
	depth    int
	path     string // as IMAP numbers parts (RFC 3501 §6.4.5); "" for a multipart that is the mail itself
	offset   int    // of its header
	body     int    // offset of its body; 0 when the library read it
	media    mediaType
	place    mediaType // Content-Disposition
	encoding string    // Content-Transfer-Encoding, lower case
	id       string    // Content-ID, as it is written
	plain    bool      // of a multipart/alternative: a plain text with words in it is inside
}

var readings = sync.Pool{New: func() any { return new(reading) }}

// release gives the reading back, without what belongs to a result and
// without buffers that a large mail left behind.
func (r *reading) release() {
	kept := reading{fields: r.fields[:0], partFields: r.partFields[:0], parts: r.parts, scratch: r.scratch, buffer: r.buffer}
	if kept.buffer.Cap() > 1<<20 {
		kept.buffer = bytes.Buffer{}
	}
	if cap(kept.scratch) > 1<<20 {
		kept.scratch = nil
	}
	*r = kept
	r.reset(0)
	readings.Put(r)
}

// reset forgets what was read after the first so many defects.
func (r *reading) reset(defects int) {
	clear(r.parts)
	r.parts = r.parts[:0]
	r.bodies, r.files, r.embedded, r.defects, r.decoded = nil, nil, nil, r.defects[:defects], 0
}

// open adds a part to the tree and returns its index.
func (r *reading) open(parent int, h *message.Header, offset int) int {
	fields := r.partFields
	if parent < 0 {
		fields = r.fields
	}
	p := part{parent: parent, offset: offset}
	p.media, p.place = readMediaType(h.Get("Content-Type")), readMediaType(h.Get("Content-Disposition"))
	p.encoding, p.id = strings.ToLower(h.Get("Content-Transfer-Encoding")), h.Get("Content-Id")
	inDigest := parent >= 0 && r.parts[parent].media.kind == "multipart/digest"
	switch {
	case !p.media.known() && inDigest:
		p.media.kind = "message/rfc822" // RFC 2046 §5.1.5
	case !p.media.known():
		if h.Get("Content-Type") != "" && p.media.kind != "text" {
			r.defect(BadType, r.src.place(fields, "Content-Type", offset), "")
		}
		p.media.kind = "text/plain" // RFC 2045 §5.2
	}
	if parent >= 0 {
		up := &r.parts[parent]
		up.children++
		p.depth = up.depth + 1
		p.path = strconv.Itoa(up.children)
		if up.path != "" {
			p.path = up.path + "." + p.path
		}
	} else if !p.media.multipart() {
		p.path = "1"
	}
	r.parts = append(r.parts, p)
	return len(r.parts) - 1
}

// refusal says why the bytes are no mail, or "".
func (r *reading) refusal() string {
	if len(r.fields) == 0 {
		return "no header field"
	}
	if bytes.IndexByte(r.src.raw[:min(len(r.src.raw), 1024)], 0) < 0 {
		return ""
	}
	for _, f := range r.fields {
		if wellKnown(string(r.src.name(f))) {
			return ""
		}
	}
	return "binary"
}

// result turns what was read into facts and text.
func (r *reading) result() Result {
	var result Result
	result.Text, result.Embedded = r.text(), r.embedded
	f := r.facts()
	f.HTML = slices.ContainsFunc(r.bodies, func(b body) bool { return b.html })
	for i := range r.files {
		f.Attachments = append(f.Attachments, r.files[i].Attachment)
	}
	f.Content = r.content(&f, result.Text)
	if len(result.Text) > maxText {
		r.defect(TextCut, r.parts[r.bodies[0].part].body, "")
		result.Text = cutText(result.Text, maxText)
	}
	f.Defects = r.defects
	result.Facts = f
	return result
}
