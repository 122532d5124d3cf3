package parse

import "bytes"

// source is a mail made fit for reading: it begins with a header line and its
// lines end in LF or CR LF.
type source struct {
	given   []byte // as handed in
	raw     []byte // as it is read
	start   int    // bytes of given before raw
	dropped bool   // CRs were dropped from raw
}

// repair cuts what stands before the header and mends line ends. It records
// defects on r.
func (r *reading) repair(given []byte) {
	r.src = source{given: given, raw: given}
	lone, double := lineEnds(given)
	if lone {
		r.src.raw = bytes.ReplaceAll(given, []byte("\r"), []byte("\n"))
	}
	if double {
		r.src.raw = bytes.ReplaceAll(given, []byte("\r\r\n"), []byte("\r\n"))
		r.src.dropped = true
	}
	if lone || double {
		r.defect(LineEnds, bytes.IndexByte(given, '\r'), "")
	}
	r.cutBlank()
	if isFromLine(r.src.raw) {
		r.defect(FromLine, 0, "")
		r.cut(lineLength(r.src.raw))
		r.cutBlank()
	}
}

func (r *reading) cutBlank() {
	raw := r.src.raw
	if bytes.HasPrefix(raw, []byte("\xef\xbb\xbf")) {
		raw = raw[3:]
	}
	body := raw
	for len(body) > 0 && len(bytes.TrimSpace(body[:lineLength(body)])) == 0 {
		body = body[lineLength(body):]
	}
	if n := len(r.src.raw) - len(body); n > 0 {
		r.defect(LeadingBlank, 0, "")
		r.cut(n)
	}
}

func (r *reading) cut(n int) {
	r.src.raw = r.src.raw[n:]
	r.src.start += n
}

// original returns the offset in the given bytes of an offset in raw.
func (s *source) original(offset int) int64 {
	offset += s.start
	if !s.dropped {
		return int64(offset)
	}
	at := 0
	for kept := 0; kept < offset && at < len(s.given); at++ {
		if !bytes.HasPrefix(s.given[at:], []byte("\r\r\n")) {
			kept++
		}
	}
	return int64(at)
}

// lineEnds says whether lines end in CR alone, and whether in CR CR LF. The
// start of the mail tells.
func lineEnds(raw []byte) (lone, double bool) {
	head := raw[:min(len(raw), 4096)]
	if isFromLine(head) { // an archive's, with line ends of its own
		head = head[lineLength(head):]
	}
	if bytes.IndexByte(head, '\r') < 0 {
		return false, false
	}
	lone = bytes.IndexByte(head, '\n') < 0
	return lone, !lone && bytes.Contains(head, []byte("\r\r\n"))
}

// isFromLine says whether b begins with an mbox separator, escaped or not.
func isFromLine(b []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(b[:min(len(b), 8)], ">"), []byte("From "))
}

// lineLength returns the length of the first line with its end.
func lineLength(b []byte) int {
	if i := bytes.IndexByte(b, '\n'); i >= 0 {
		return i + 1
	}
	return len(b)
}
