package parse

import (
	"bytes"
	"strings"
)

// maxBoundary bounds a boundary; RFC 2046 §5.1.1 allows 70 characters.
const maxBoundary = 10000

// span is a half-open stretch of bytes.
type span struct{ from, to int }

// pieces returns where the parts of a multipart body stand. It takes the
// declared boundary, one found in the raw field, or, when neither ever
// occurs, the first line that looks like one.
func (r *reading) pieces(at int, contentType string, body []byte, offset int) []span {
	declared := r.parts[at].media.get("boundary")
	for _, boundary := range []string{declared, rawBoundary(contentType), sniffBoundary(body)} {
		if boundary == "" || len(boundary) > maxBoundary {
			continue
		}
		found, closed := splitParts(body, boundary)
		if len(found) == 0 {
			continue
		}
		if boundary != declared {
			r.defect(NoBoundary, offset, "found by its form")
		}
		if at := behindEnd(body, boundary); at >= 0 {
			r.defect(NoBoundary, offset+at, "goes on behind its end")
		}
		if !closed {
			r.defect(Unclosed, offset+len(body), "")
		}
		return found
	}
	r.defect(NoBoundary, offset, "never found")
	return nil
}

// splitParts cuts a body at its delimiter lines (RFC 2046 §5.1.1). The line
// end before a delimiter belongs to it. What stands before the first and
// after the closing delimiter is no part, unless parts go on behind it. A part
// that is a multipart with the same boundary goes to its own closing delimiter.
func splitParts(body []byte, boundary string) (pieces []span, closed bool) {
	start, inside := -1, 0
	for at := 0; at < len(body) && len(pieces) <= maxParts; {
		n := lineLength(body[at:])
		is, closing := delimiter(body[at:at+n], boundary)
		switch {
		case is && inside > 0 && closing:
			inside--
		case is && inside == 0:
			if start >= 0 {
				pieces = append(pieces, span{start, max(start, lineStart(body, at))})
			}
			start = -1
			if closed = closing; !closing {
				start = at + n
			}
		}
		at += n
		if is && !closing && declares(body[at:], boundary) {
			inside++
		}
	}
	if start >= 0 && len(pieces) <= maxParts {
		pieces = append(pieces, span{start, len(body)})
	}
	return pieces, closed
}

// behindEnd returns where a delimiter that begins a part stands behind the
// closing one, or -1.
func behindEnd(body []byte, boundary string) int {
	line := []byte("\n--" + boundary)
	at := bytes.Index(body, append(line, "--"...))
	for at >= 0 {
		at += len(line)
		next := bytes.Index(body[at:], line)
		if next < 0 {
			break
		}
		at += next
		if is, closing := delimiter(body[at+1:at+1+lineLength(body[at+1:])], boundary); is && !closing {
			return at + 1
		}
	}
	return -1
}

// preamble returns what stands before the first delimiter.
func preamble(body []byte, boundary string) []byte {
	for at := 0; at < len(body); at += lineLength(body[at:]) {
		if is, _ := delimiter(body[at:at+lineLength(body[at:])], boundary); is && boundary != "" {
			return body[:at]
		}
	}
	return body
}

// declares says whether the header that begins a part names a boundary.
func declares(part []byte, boundary string) bool {
	end := 0
	for end < len(part) {
		line := part[end : end+lineLength(part[end:])]
		if isBlank(line) || !folded(line) && fieldName(line) == nil {
			break
		}
		end += len(line)
	}
	header := part[:end]
	return bytes.Contains(header, []byte(boundary)) && rawBoundary(string(header)) == boundary
}

// lineStart returns at without the line end before it.
func lineStart(body []byte, at int) int {
	if at > 0 && body[at-1] == '\n' {
		at--
		if at > 0 && body[at-1] == '\r' {
			at--
		}
	}
	return at
}

// delimiter says whether a line is a delimiter, and the closing one. After the
// boundary only a blank may bring more, for one boundary often begins with
// another.
func delimiter(line []byte, boundary string) (is, closing bool) {
	if len(line) < len(boundary)+2 || line[0] != '-' || line[1] != '-' || string(line[2:len(boundary)+2]) != boundary {
		return false, false
	}
	rest := bytes.TrimRight(line[len(boundary)+2:], "\r\n")
	rest, closing = bytes.CutPrefix(rest, []byte("--"))
	is = len(rest) == 0 || rest[0] == ' ' || rest[0] == '\t'
	return is, is && closing
}

// rawBoundary finds a boundary in a Content-Type that is otherwise broken.
func rawBoundary(contentType string) string {
	i := strings.Index(strings.ToLower(contentType), "boundary")
	if i < 0 || i+len("boundary") > len(contentType) {
		return ""
	}
	rest := strings.TrimLeft(contentType[i+len("boundary"):], " \t=")
	if quoted, ok := strings.CutPrefix(rest, `"`); ok {
		rest, _, _ = strings.Cut(quoted, `"`)
		return rest
	}
	if end := strings.IndexAny(rest, " \t\r\n;"); end >= 0 {
		rest = rest[:end]
	}
	return rest
}

// sniffBoundary returns what follows the dashes of the first line that looks
// like a delimiter: "--" and more, followed by a line that looks like a header
// field.
func sniffBoundary(body []byte) string {
	for at := 0; at < len(body); {
		n := lineLength(body[at:])
		line := bytes.TrimRight(body[at:at+n], " \t\r\n")
		at += n
		if len(line) < 4 || !bytes.HasPrefix(line, []byte("--")) || bytes.IndexByte(line, ' ') >= 0 {
			continue
		}
		if name := fieldName(body[at : at+lineLength(body[at:])]); name != nil && wellKnown(string(name)) {
			return string(line[2:])
		}
	}
	return ""
}
