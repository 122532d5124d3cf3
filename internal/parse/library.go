package parse

import (
	"bytes"
	"errors"
	"io"
	"slices"

	"github.com/emersion/go-message"
)

// Bodies are wanted as bytes first: the SHA-256 of an attachment is over what
// was sent, and a charset that is declared falsely shows only in the bytes.
// Charsets are decoded afterwards, see charset.go. No package that sets another
// reader, such as go-message/charset, may be imported beside this one.
func init() {
	message.CharsetReader = func(_ string, input io.Reader) (io.Reader, error) { return input, nil }
}

var (
	errFields   = errors.New("too many header fields")
	errBoundary = errors.New("boundary not readable")
	errQuoted   = errors.New("quoted-printable, in which the library hides what is broken")
)

// frame is a multipart whose parts are being read.
type frame struct {
	parts    message.MultipartReader
	boundary string
	index    int
}

// readWithLibrary reads the body, which begins at an offset, with the MIME
// library. An error means that something would be lost, and nothing of what was
// read may be used.
func (r *reading) readWithLibrary(bodyAt int) error {
	header, body := r.libraryHeader(r.fields), r.src.raw[bodyAt:]
	at := r.open(-1, &header, 0)
	p := &r.parts[at]
	p.body = bodyAt
	if !p.media.multipart() && !coded(p.encoding) {
		r.leaf(at, body)
		return nil
	}
	entity, err := message.New(header, bytes.NewReader(body))
	if err != nil && !message.IsUnknownEncoding(err) {
		return err
	}
	var stack []frame
	for {
		inside, err := r.enter(at, entity)
		if err != nil {
			return err
		}
		if inside != nil {
			if clashes(stack, inside.boundary) || len(stack) == 0 && behindEnd(body, inside.boundary) >= 0 {
				return errBoundary
			}
			stack = append(stack, *inside)
		}
		if entity, stack, err = r.next(stack); entity == nil {
			return err
		}
		if entity.Header.Len() > maxFields {
			return errFields
		}
		at = r.open(stack[len(stack)-1].index, &entity.Header, 0)
	}
}

// clashes says whether a multipart around has the same boundary.
func clashes(stack []frame, boundary string) bool {
	return slices.ContainsFunc(stack, func(f frame) bool { return f.boundary == boundary })
}

// coded says whether bytes under a transfer encoding are other than they seem.
func coded(encoding string) bool {
	return encoding != "" && encoding != "7bit" && encoding != "8bit" && encoding != "binary"
}

// enter returns a frame for a part that is a multipart, and reads the body of
// any other.
func (r *reading) enter(at int, entity *message.Entity) (*frame, error) {
	if p := &r.parts[at]; p.media.multipart() && p.depth < maxDepth {
		_, params, err := entity.Header.ContentType()
		if err != nil || params["boundary"] == "" {
			return nil, errBoundary
		}
		return &frame{parts: entity.MultipartReader(), boundary: params["boundary"], index: at}, nil
	}
	if r.parts[at].media.multipart() {
		r.defect(TooDeep, 0, "")
	}
	if r.parts[at].encoding == "quoted-printable" {
		return nil, errQuoted
	}
	r.buffer.Reset()
	r.reserve()
	limit := r.room()
	if _, err := r.buffer.ReadFrom(io.LimitReader(entity.Body, int64(limit)+1)); err != nil {
		return nil, err
	}
	r.leaf(at, r.known(at, r.limited(r.buffer.Bytes(), limit, 0)))
	return nil, nil
}

// reserve gives the buffer of a large mail the size of the whole at once, which
// no encoding but a false one exceeds: growing step by step would hold two.
func (r *reading) reserve() {
	if size := len(r.src.raw); size > largeMail {
		r.buffer.Grow(size + bytes.MinRead)
	}
}

// largeMail is the size of a mail, in bytes, from which on memory is counted.
const largeMail = 8 << 20

// next returns the next part of the innermost multipart that has one, or nil
// at the end of the mail.
func (r *reading) next(stack []frame) (*message.Entity, []frame, error) {
	for len(stack) > 0 {
		top := &stack[len(stack)-1]
		entity, err := top.parts.NextPart()
		if err == io.EOF {
			if r.parts[top.index].children == 0 {
				return nil, stack, errBoundary
			}
			stack = stack[:len(stack)-1]
			continue
		}
		if err != nil && !message.IsUnknownEncoding(err) {
			return nil, stack, err
		}
		if len(r.parts) >= maxParts {
			r.defect(TooManyParts, 0, "")
			return nil, stack, nil
		}
		return entity, stack, nil
	}
	return nil, stack, nil
}

// room returns how many bytes may still be decoded.
func (r *reading) room() int {
	return maxExpansion*len(r.src.raw) + expansionSpare - r.decoded
}

// limited cuts decoded bytes, of a body at an offset, at the limit and counts
// them.
func (r *reading) limited(decoded []byte, limit, offset int) []byte {
	if len(decoded) > limit {
		r.defect(TooLarge, offset, "")
		decoded = decoded[:limit]
	}
	r.decoded += len(decoded)
	return decoded
}
