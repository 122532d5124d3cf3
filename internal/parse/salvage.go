package parse

import (
	"bytes"
	"io"

	"github.com/emersion/go-message"
)

// task is a stretch of the mail that is one part, yet to be read.
type task struct {
	parent   int
	from, to int // offsets in the mail
}

// salvage reads a body that the library gave up. Header fields and parts are
// found by tolerant scanners; the library decodes each part.
func (r *reading) salvage(bodyAt int) {
	header := r.libraryHeader(r.fields)
	todo := r.salvageBody(r.open(-1, &header, 0), header, bodyAt, len(r.src.raw), nil)
	for len(todo) > 0 {
		t := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if len(r.parts) >= maxParts {
			r.defect(TooManyParts, t.from, "")
			return
		}
		todo = r.salvagePart(t, todo)
	}
}

// salvagePart reads one part and puts the parts inside it on the stack.
func (r *reading) salvagePart(t task, todo []task) []task {
	fields, bodyAt := r.scanHeader(r.partFields[:0], t.from, t.to)
	r.partFields = fields
	header := r.libraryHeader(fields)
	return r.salvageBody(r.open(t.parent, &header, t.from), header, bodyAt, t.to, todo)
}

// salvageBody reads the body of a part and puts the parts inside it on the
// stack, the first on top.
func (r *reading) salvageBody(at int, header message.Header, from, to int, todo []task) []task {
	raw := r.src.raw[from:to]
	r.parts[at].body = from
	if p := &r.parts[at]; p.media.multipart() {
		if p.depth >= maxDepth {
			r.defect(TooDeep, p.offset, "")
			r.leaf(at, raw)
			return todo
		}
		pieces := r.pieces(at, header.Get("Content-Type"), raw, from)
		for i := len(pieces) - 1; i >= 0; i-- {
			todo = append(todo, task{parent: at, from: from + pieces[i].from, to: from + pieces[i].to})
		}
		if len(pieces) > 0 {
			return todo
		}
		raw = preamble(raw, r.parts[at].media.get("boundary"))
		r.plainFallback(at)
	}
	r.leaf(at, r.decode(at, header, raw, from))
	return todo
}

// plainFallback makes a multipart without parts a text, so that what it holds
// is seen.
func (r *reading) plainFallback(at int) {
	p := &r.parts[at]
	p.media = mediaType{kind: "text/plain", params: p.media.params}
	if p.path == "" {
		p.path = "1"
	}
}

// decode undoes the transfer encoding of a part: the library first, and our
// own decoders where it stops.
func (r *reading) decode(at int, header message.Header, raw []byte, offset int) []byte {
	limit := r.room()
	if i := brokenQuoted(raw); i >= 0 && r.parts[at].encoding == "quoted-printable" {
		r.defect(BadEncoding, offset+i, "quoted-printable")
	}
	r.buffer.Reset()
	r.reserve()
	entity, _ := message.New(header, bytes.NewReader(raw))
	if _, err := r.buffer.ReadFrom(io.LimitReader(entity.Body, int64(limit)+1)); err != nil {
		r.defect(BadEncoding, offset, "")
		return r.limited(decodeTransfer(r.parts[at].encoding, raw, r.parts[at].text()), limit, offset)
	}
	return r.known(at, r.limited(r.buffer.Bytes(), limit, offset))
}
