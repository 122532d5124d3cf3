package parse

import (
	"bytes"
	"errors"
	"io"

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
)

// frame is a multipart whose parts are being read.
type frame struct {
	parts message.MultipartReader
	index int
}

// readWithLibrary reads the whole mail with the MIME library. An error means
// that something would be lost, and nothing of what was read may be used.
func (r *reading) readWithLibrary() error {
	entity, err := message.ReadWithOptions(bytes.NewReader(r.src.raw), &message.ReadOptions{MaxHeaderBytes: maxHeaderBytes})
	if err != nil && !message.IsUnknownEncoding(err) {
		return err
	}
	r.header = entity.Header
	var stack []frame
	for parent := -1; ; {
		inside, err := r.enter(parent, entity)
		if err != nil {
			return err
		}
		if inside != nil {
			stack = append(stack, *inside)
		}
		if entity, stack, err = r.next(stack); entity == nil {
			return err
		}
		parent = stack[len(stack)-1].index
	}
}

// enter opens one part. It returns a frame for a multipart, and reads the
// body of any other.
func (r *reading) enter(parent int, entity *message.Entity) (*frame, error) {
	if entity.Header.Len() > maxFields {
		return nil, errFields
	}
	at := r.open(parent, &entity.Header, 0)
	if p := &r.parts[at]; p.media.multipart() && p.depth < maxDepth {
		_, params, err := entity.Header.ContentType()
		if err != nil || params["boundary"] == "" {
			return nil, errBoundary
		}
		return &frame{parts: entity.MultipartReader(), index: at}, nil
	}
	if r.parts[at].media.multipart() {
		r.defect(TooDeep, 0, "")
	}
	r.buffer.Reset()
	limit := r.room()
	if _, err := r.buffer.ReadFrom(io.LimitReader(entity.Body, int64(limit)+1)); err != nil {
		return nil, err
	}
	r.leaf(at, r.known(at, r.limited(r.buffer.Bytes(), limit)))
	return nil, nil
}

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

// limited cuts decoded bytes at the limit and counts them.
func (r *reading) limited(decoded []byte, limit int) []byte {
	if len(decoded) > limit {
		r.defect(TooLarge, 0, "")
		decoded = decoded[:limit]
	}
	r.decoded += len(decoded)
	return decoded
}
