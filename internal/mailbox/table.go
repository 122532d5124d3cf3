package mailbox

import (
	"bytes"
	"errors"
	"strings"
)

// A table is a CSV file (RFC 4180) whose header names the columns file and
// message, as the Enron mails are published: 1.4 GB of quoted fields of many
// lines. A library reads a row of any size into memory, takes the CR from line
// ends within fields, and finds no row again behind a broken one; so rows are
// cut here.

// tableShape is what the header of a table says, and where the mails are.
type tableShape struct{ columns, file, message int }

// tableHeader reads the first line of a table.
func tableHeader(text []byte) (shape tableShape, ok bool) {
	end := bytes.IndexByte(text[:min(len(text), maxTableLine)], '\n')
	if end < 0 {
		return shape, false
	}
	shape.file, shape.message = -1, -1
	fields := splitRow(bytes.TrimSuffix(text[:end], []byte("\r")))
	for i, f := range fields {
		switch strings.ToLower(strings.TrimSpace(string(f.text))) {
		case "file":
			shape.file = i
		case "message":
			shape.message = i
		}
	}
	shape.columns = len(fields)
	return shape, shape.file >= 0 && shape.message >= 0
}

// starts says whether a line begins a row for sure: all columns up to the
// message stand on it, and the message begins with a header field of mail.
func (t tableShape) starts(line []byte) bool {
	line = firstLine(line[:min(len(line), maxTableLine)])
	for range t.message {
		if len(line) > 0 && line[0] == '"' {
			end := bytes.Index(line, []byte(`",`))
			if end < 1 {
				return false
			}
			line = line[end+2:]
			continue
		}
		_, rest, more := bytes.Cut(line, []byte(","))
		if !more {
			return false
		}
		line = rest
	}
	name := fieldName(bytes.TrimPrefix(line, []byte(`"`)))
	return name != nil && (isKnown(name) || bytes.HasPrefix(name, []byte("x-")))
}

// tableField is one field of a row, as it stands there between its quotes.
type tableField struct {
	text   []byte
	quoted bool
}

// splitRow cuts a row, without its line end, into fields. A quote in a quoted
// field that is neither doubled nor before a comma or the end is text.
func splitRow(row []byte) (fields []tableField) {
	for {
		quoted := len(row) > 0 && row[0] == '"'
		end := bytes.IndexByte(row, ',')
		text := row[:max(end, 0)]
		if quoted {
			end = closingQuote(row)
			if end < 0 { // it never ends
				return append(fields, tableField{row[1:], true})
			}
			text = row[1:end]
			end++
			if end == len(row) {
				end = -1
			}
		} else if end < 0 {
			text = row
		}
		fields = append(fields, tableField{text, quoted})
		if end < 0 {
			return fields
		}
		row = row[end+1:]
	}
}

// closingQuote returns where the field ends that row begins with, or -1.
func closingQuote(row []byte) int {
	for at := 1; ; {
		next := bytes.IndexByte(row[at:], '"')
		if next < 0 {
			return -1
		}
		at += next
		switch {
		case at+1 == len(row) || row[at+1] == ',':
			return at
		case row[at+1] == '"':
			at++
		}
		at++
	}
}

// plain returns the text of a field, its doubled quotes made single. It is
// written over the field.
func (f tableField) plain() []byte {
	if !f.quoted {
		return f.text
	}
	to := f.text[:0]
	for rest := f.text; ; {
		at := bytes.Index(rest, []byte(`""`))
		if at < 0 {
			return append(to, rest...)
		}
		to = append(to, rest[:at+1]...)
		rest = rest[at+2:]
	}
}

// table yields an item for each row. Reading goes on behind a broken one.
func (r *reading) table(c content, w *window) {
	w.skip(lead(w.bytes()))
	shape, _ := tableHeader(w.bytes())
	cut := rows{w: w, shape: shape, body: collector{limit: r.source.opts.MaxItem}}
	cut.next() // the header
	for !r.stopped && !r.canceled() {
		row, ok := cut.next()
		if !ok {
			return
		}
		r.emit(r.tableItem(c, shape, row))
	}
}

func (r *reading) tableItem(c content, shape tableShape, row tableRow) Item {
	item := Item{Path: c.path, Offset: row.offset, Raw: row.raw}
	switch {
	case errors.As(row.err, new(rowError)):
		item.Rejected = row.err.Error()
	case row.err != nil:
		item.Rejected = r.reason(row.err)
	case row.length > int64(len(row.raw)):
		item.Rejected = r.tooLarge()
	}
	if item.Rejected != "" {
		return item
	}
	fields := splitRow(row.raw)
	item.Path += "/" + member(string(fields[shape.file].plain()))
	item.Raw = fields[shape.message].plain()
	switch recognise(item.Raw[:min(len(item.Raw), headSize)]) {
	case isEmpty:
		item.Rejected = "an empty message"
	case isMessage, isMbox:
	default:
		item.Rejected = otherReason(item.Raw)
	}
	return item
}
