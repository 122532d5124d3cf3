package mailbox

import (
	"bytes"
	"fmt"
)

// maxTableLine is how much of a line is looked at to find a header or the
// start of a row, in bytes.
const maxTableLine = 4 << 10

// rowError is what is wrong with a row that the file holds whole.
type rowError string

func (e rowError) Error() string { return string(e) }

const errUnclosed = rowError("a quoted field that is never closed")

// tableRow is one row of a table.
type tableRow struct {
	offset int64  // in bytes, from the start of the file
	raw    []byte // without its line end, up to the limit; owned by the receiver
	length int64  // of the whole row
	err    error  // a rowError, or why the file broke off in this row
}

// rows cuts a table into rows. All bytes are in a row, but line ends and blank
// lines between rows.
//
// A quoted field ends at a quote before a comma or a line end; any other quote
// in it that is not doubled is taken for text, unless the line that it stands
// on begins a row (tableShape.starts): then the row before was not closed. A
// row of the wrong number of fields goes on to the next line that begins one.
type rows struct {
	w     *window
	shape tableShape
	body  collector
	told  bool // a row tells why the file broke off
}

// next returns the next row; ok is false when there is none.
func (s *rows) next() (row tableRow, ok bool) {
	for blank := s.blankLine(); blank > 0; blank = s.blankLine() {
		s.w.skip(blank)
	}
	row.offset = s.w.offset
	if len(s.w.need(1)) == 0 {
		row.err = s.w.broken()
		tell := row.err != nil && !s.told
		s.told = true
		return row, tell
	}
	end, unclosed := s.end()
	if data := s.w.bytes(); s.w.broken() != nil && end == len(data) && (unclosed || data[end-1] != '\n') {
		s.told, row.err = true, s.w.broken()
	}
	s.take(end)
	switch {
	case row.err == nil && unclosed:
		row.err = errUnclosed
	case row.err == nil && s.body.total <= s.body.limit:
		if n := s.fields(); n != s.shape.columns {
			row.err = rowError(fmt.Sprintf("a row of %d fields, where the header has %d", n, s.shape.columns))
			s.swallow()
		}
	}
	row.length = s.body.total
	row.raw = s.body.take()
	if row.length == int64(len(row.raw)) {
		row.raw = bytes.TrimSuffix(bytes.TrimSuffix(row.raw, []byte("\n")), []byte("\r"))
		row.length = int64(len(row.raw))
	}
	return row, true
}

// blankLine returns the length of the blank line that comes next, or 0.
func (s *rows) blankLine() int {
	switch data := s.w.need(2); {
	case bytes.HasPrefix(data, []byte("\n")):
		return 1
	case bytes.HasPrefix(data, []byte("\r\n")):
		return 2
	}
	return 0
}

// take moves n bytes of the view into the row.
func (s *rows) take(n int) {
	s.body.add(s.w.bytes()[:n])
	s.w.skip(n)
}

// fields counts the fields of what was gathered.
func (s *rows) fields() int {
	return len(splitRow(bytes.TrimSuffix(bytes.TrimSuffix(s.body.buf, []byte("\n")), []byte("\r"))))
}

// swallow takes the lines up to the next that begins a row.
func (s *rows) swallow() {
	begins := true
	for data := s.w.need(maxTableLine); len(data) > 0; data = s.w.need(maxTableLine) {
		if begins && s.shape.starts(data) {
			return
		}
		end := bytes.IndexByte(data, '\n') + 1
		begins = end > 0
		if !begins {
			end = len(data)
		}
		s.take(end)
	}
}

// Where a byte of a row stands.
type rowState uint8

const (
	atField  rowState = iota // a field begins
	inPlain                  // in a field without quotes
	inQuotes                 // in a quoted field
	atQuote                  // behind a quote in a quoted field
)

// end finds the end of the row that the view begins with, behind its line end,
// as a place in the view. What lies far behind is taken into the row on the
// way. unclosed says that a quoted field was not closed.
func (s *rows) end() (at int, unclosed bool) {
	state := atField
	for data := s.w.need(maxTableLine); ; at++ {
		if state == inQuotes {
			at += untilQuote(data[at:])
		}
		for ; at >= len(data); data = s.w.need(at + maxTableLine) {
			if s.w.err != nil {
				return at, state == inQuotes
			}
			done := max(0, at-maxTableLine)
			s.take(done)
			at -= done
		}
		c := data[at]
		switch {
		case state == inQuotes && c == '"':
			state = atQuote
		case state == inQuotes:
		case c == '"' && state == atQuote:
			state = inQuotes
		case c == ',':
			state = atField
		case c == '\n':
			return at + 1, false
		case c == '"' && state == atField:
			state = inQuotes
		case state == atQuote:
			data = s.w.need(at + maxTableLine)
			if c == '\r' && (at+1 == len(data) || data[at+1] == '\n') {
				break // and the line end follows
			}
			if start := bytes.LastIndexByte(data[:at], '\n') + 1; start > 0 && s.shape.starts(data[start:]) {
				return start, true
			}
			state = inQuotes
		case state == atField:
			state = inPlain
		}
	}
}

// untilQuote returns how many bytes come before the first quote.
func untilQuote(data []byte) int {
	if n := bytes.IndexByte(data, '"'); n >= 0 {
		return n
	}
	return len(data)
}
