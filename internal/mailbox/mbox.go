package mailbox

import "bytes"

const (
	lookahead = 4 << 10 // bytes in view from a possible separator on
	// maxAhead bounds how far a Content-Length is followed in search of the
	// message's end, so that a lying one costs little.
	maxAhead = 32 << 20
	// lookBehind is what stays in view of bytes already searched: enough for
	// the start of a separator, and the line end and blank line before it.
	lookBehind = 12
)

// piece is one message of an mbox. Its separator, body and tail, joined for
// all pieces, are the file.
type piece struct {
	separator []byte // the "From " line with its line end; for the first piece, all before it as well
	offset    int64  // of body, in bytes
	body      []byte // up to the limit; owned by the receiver
	length    int64  // of the whole body
	tail      []byte // the blank line that ends the body; not part of it
	err       error  // why the mbox broke off in this piece; nil when it did not
}

// splitter cuts an mbox into messages.
//
// A line is a separator when it begins with "From ", shows a plausible sender
// and date, follows a blank line and precedes a header field (or a quoted
// ">From " line, or the end). One line that is no field may stand between when
// what follows it is a header beyond doubt (headerBehind). Archives of old Mailman lack the blank line at
// times: then the next line must be a field that opens headers, such as From,
// Date, Received, Message-ID or X-something. Lines without a known date are
// believed only in a file that begins with one, and first lines of git patches
// only in a file that begins with one; both need the stronger evidence too.
//
// Content-Length is honoured when it leads exactly to the end of the file or
// to a "From " line before a header field: "From " lines before that point are
// text. A length that leads elsewhere is ignored.
type splitter struct {
	w       *window
	style   shape // of the first line
	newline byte  // LF, or CR in files of old Macs
	body    collector
	started bool
}

func newSplitter(w *window, limit int64) *splitter {
	return &splitter{w: w, newline: '\n', body: collector{limit: limit}}
}

// next returns the next message; ok is false when there is none. It takes the
// first line of the stream for a separator whatever it is.
func (s *splitter) next() (p piece, ok bool) {
	data := s.w.need(lookahead)
	if len(data) == 0 {
		return piece{err: s.w.broken()}, !s.started && s.w.broken() != nil
	}
	skip := 0
	if !s.started {
		s.started = true
		skip = s.begin(data)
	}
	end := len(data)
	if at := bytes.IndexByte(data[skip:], s.newline); at >= 0 {
		end = skip + at + 1
	}
	p.separator = bytes.Clone(data[:end])
	s.w.skip(end)
	p.offset = s.w.offset
	s.collect(&p)
	return p, true
}

// more says whether a separator follows the messages read so far.
func (s *splitter) more() bool { return len(s.w.need(1)) > 0 }

// begin learns from the first line how the file is written.
func (s *splitter) begin(data []byte) (skip int) {
	skip = lead(data)
	line, _ := cutLine(data[skip:])
	head := data[:min(len(data), lookahead)]
	if after := skip + len(line); after < len(head) && head[after] == '\r' && bytes.IndexByte(head, '\n') < 0 {
		s.newline = '\r'
	}
	s.style = shapeOf(line)
	return skip
}

// collect reads the body of p and stops before the next separator.
func (s *splitter) collect(p *piece) {
	pattern := append([]byte{s.newline}, fromSpace...)
	contentEnd := int64(-2) // unknown yet
	from := 0
	for data := s.w.need(lookahead); ; {
		at := bytes.Index(data[from:], pattern)
		if at < 0 {
			if s.w.err != nil {
				s.finish(p, data)
				return
			}
			done := max(0, len(data)-lookBehind)
			s.body.add(data[:done])
			s.w.skip(done)
			from = max(0, len(data)-done-len(pattern)+1)
			data = s.w.need(lookBehind + lookahead)
			continue
		}
		at += from
		data = s.w.need(at + 1 + lookahead)
		if contentEnd == -2 {
			contentEnd = s.contentEnd(p.offset, data[:at+1])
		}
		here := s.w.offset + int64(at) + 1
		if !s.separates(data, at) && !s.landed(data, at, here, contentEnd) {
			from = at + 1
			continue
		}
		if ahead := contentEnd - s.w.offset; contentEnd > here && ahead <= maxAhead && s.lands(int(ahead)) {
			s.cut(p, int(ahead))
			return
		}
		s.cut(p, at+1)
		return
	}
}

// finish ends p at the end of the stream.
func (s *splitter) finish(p *piece, data []byte) {
	p.err = s.w.broken()
	if p.err == nil && len(data) > 0 && data[len(data)-1] == s.newline {
		s.cut(p, len(data))
		return
	}
	s.deliver(p, data, nil)
	s.w.skip(len(data))
}

// cut ends p after n bytes of the view, the blank line that may be last among
// them set apart. After a Content-Length, the blank line follows the n bytes.
func (s *splitter) cut(p *piece, n int) {
	data := s.w.bytes()
	if at := n + s.blankLine(data[n:]); at > n {
		s.deliver(p, data[:n], data[n:at])
		s.w.skip(at)
		return
	}
	end := n
	if n > 0 {
		if at, blank := s.blankBefore(data, n-1); blank {
			end = at
		}
	}
	s.deliver(p, data[:end], data[end:n])
	s.w.skip(n)
}

func (s *splitter) deliver(p *piece, rest, tail []byte) {
	p.tail = bytes.Clone(tail)
	p.length = s.body.total + int64(len(rest))
	if s.body.total == 0 && p.length <= s.body.limit {
		p.body = append(make([]byte, 0, len(rest)), rest...)
		return
	}
	s.body.add(rest)
	p.body = s.body.take()
}

// blankBefore says whether the line that ends with the newline at data[at] is
// blank, and where it begins.
func (s *splitter) blankBefore(data []byte, at int) (start int, blank bool) {
	start = at
	if start > 0 && s.newline == '\n' && data[start-1] == '\r' {
		start--
	}
	if start == 0 {
		return 0, s.body.total == 0
	}
	return start, data[start-1] == s.newline
}

// blankLine returns the length of the blank line that data begins with, or 0.
func (s *splitter) blankLine(data []byte) int {
	switch {
	case len(data) > 0 && data[0] == s.newline:
		return 1
	case len(data) > 1 && data[0] == '\r' && data[1] == s.newline:
		return 2
	}
	return 0
}

// separates says whether a separator line begins after the newline at data[at].
func (s *splitter) separates(data []byte, at int) bool {
	line, next := cutLine(data[at+1:])
	_, blank := s.blankBefore(data, at)
	switch shapeOf(line) {
	case dated:
		return blank && s.continues(next) || s.opens(next)
	case patch:
		return s.style == patch && blank && s.opens(next)
	case dateless:
		return s.style == dateless && blank && hasAddress(line) && s.opens(next)
	}
	return false
}

// landed says whether a message whose Content-Length ends here, the blank line
// counted or not, is followed by a separator of any kind.
func (s *splitter) landed(data []byte, at int, here, contentEnd int64) bool {
	if contentEnd < 0 {
		return false
	}
	if start, blank := s.blankBefore(data, at); contentEnd != here && (!blank || contentEnd != s.w.offset+int64(start)) {
		return false
	}
	line, next := cutLine(data[at+1:])
	return shapeOf(line) != unlike && fieldName(firstLine(next)) != nil
}

// lands says whether the file ends, or a separator stands, n bytes from the
// start of the view, a blank line between allowed.
func (s *splitter) lands(n int) bool {
	data := s.w.need(n + lookahead)
	if n > len(data) {
		return false
	}
	rest := data[n:]
	rest = rest[s.blankLine(rest):]
	if len(rest) == 0 {
		return s.w.ended()
	}
	if len(rest) == len(data)-n && (n == 0 || data[n-1] != s.newline) {
		return false
	}
	line, next := cutLine(rest)
	return shapeOf(line) != unlike && fieldName(firstLine(next)) != nil
}

// continues says whether what follows a dated separator may follow one.
func (s *splitter) continues(next []byte) bool {
	line := firstLine(next)
	if fieldName(line) != nil || bytes.HasPrefix(line, quotedFrom) {
		return true
	}
	rest := next[s.blankLine(next):]
	if len(rest) == 0 {
		return s.w.ended()
	}
	if len(rest) == len(next) {
		return headerBehind(next)
	}
	return shapeOf(firstLine(rest)) == dated
}

func (s *splitter) opens(next []byte) bool { return opensHeader(firstLine(next)) }

// contentEnd returns the offset at which the body ends by its Content-Length,
// or -1. It looks in what was collected and in data, which follows it.
func (s *splitter) contentEnd(start int64, data []byte) int64 {
	head := data[:min(len(data), maxHeader)]
	if kept := s.body.buf; s.body.total > 0 {
		kept = kept[:min(len(kept), maxHeader)]
		head = append(bytes.Clone(kept), data[:min(len(data), maxHeader-len(kept))]...)
	}
	length := int64(-1)
	for at := 0; at < len(head); {
		line := head[at:]
		end := bytes.IndexByte(line, s.newline)
		if end < 0 {
			return -1
		}
		line, at = line[:end], at+end+1
		if len(bytes.TrimRight(line, "\r")) == 0 {
			if length < 0 {
				return -1
			}
			return start + int64(at) + length
		}
		if n, ok := contentLength(line); ok {
			length = n
		}
	}
	return -1
}

// contentLength reads a Content-Length field, a count of bytes.
func contentLength(line []byte) (n int64, ok bool) {
	const name = "content-length:"
	if len(line) <= len(name) || !bytes.EqualFold(line[:len(name)], []byte(name)) {
		return 0, false
	}
	digits := bytes.TrimSpace(line[len(name):])
	if len(digits) > 15 || !allDigits(digits) {
		return 0, false
	}
	for _, c := range digits {
		n = n*10 + int64(c-'0')
	}
	return n, true
}

// hasAddress says whether the first word after "From " looks like an address.
func hasAddress(line []byte) bool {
	words := bytes.Fields(line[len(fromSpace):])
	if len(words) == 0 {
		return false
	}
	at := bytes.IndexByte(words[0], '@')
	last := words[0][len(words[0])-1]
	return at > 0 && at < len(words[0])-1 && (isDigit(last) || last|0x20 >= 'a' && last|0x20 <= 'z')
}

func firstLine(data []byte) []byte {
	line, _ := cutLine(data)
	return line
}

// escaped says whether raw has a line of one or more '>' and "From ".
func escaped(raw []byte) bool {
	for at := 0; ; {
		found := bytes.Index(raw[at:], quotedFrom)
		if found < 0 {
			return false
		}
		start := at + found
		for start > 0 && raw[start-1] == '>' {
			start--
		}
		if start == 0 || raw[start-1] == '\n' || raw[start-1] == '\r' {
			return true
		}
		at += found + len(quotedFrom)
	}
}
