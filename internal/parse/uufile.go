package parse

import (
	"bytes"
	"strconv"
	"strings"
)

// cutFiles takes the files out of a text that stand in it as uuencode (POSIX
// uuencode, historical algorithm), and keeps each as an attachment. What is
// left of the text is returned; it may share the bytes of the given one.
func (r *reading) cutFiles(at int, text []byte) []byte {
	var left []byte
	from := 0
	for n := 1; len(r.files) < maxParts; n++ {
		f := nextUUFile(text, from)
		if f == nil {
			break
		}
		p := &r.parts[at]
		place := p.body
		if !coded(p.encoding) {
			place += f.from
		}
		detail := "uuencode"
		if !f.closed {
			detail = "uuencode without its end"
		}
		r.defect(InlineFile, place, detail)
		name := cutText(decodeWords(f.name, r.declared()), maxName)
		inside := part{path: p.path + "." + strconv.Itoa(n), media: mediaType{kind: "application/octet-stream"}, encoding: "uuencode"}
		r.attach(&inside, name, f.data)
		left = append(left, text[from:f.from]...)
		from = f.to
	}
	if from == 0 {
		return text
	}
	return append(left, text[from:]...)
}

// uuFile is an uuencoded file inside a text.
type uuFile struct {
	span
	name   string
	data   []byte
	closed bool // an "end" line ends it
}

// nextUUFile finds the first file at or after an offset, or returns nil. A
// "begin" line without an encoded line behind it begins no file.
func nextUUFile(text []byte, at int) *uuFile {
	for at < len(text) {
		if !bytes.HasPrefix(text[at:], []byte("begin ")) {
			next := bytes.Index(text[at:], []byte("\nbegin "))
			if next < 0 {
				return nil
			}
			at += next + 1
		}
		next := at + lineLength(text[at:])
		if name, ok := uuBegin(text[at:next]); ok {
			f := &uuFile{span: span{at, next}, name: name}
			if f.read(text); len(f.data) > 0 {
				return f
			}
		}
		at = next
	}
	return nil
}

// uuBegin reads "begin MODE NAME", a mode of three or four octal digits.
func uuBegin(line []byte) (name string, ok bool) {
	mode, rest, _ := strings.Cut(string(bytes.TrimRight(line[len("begin "):], " \t\r\n")), " ")
	if len(mode) < 3 || len(mode) > 4 || strings.Trim(mode, "01234567") != "" {
		return "", false
	}
	rest = strings.TrimSpace(rest)
	return rest, rest != ""
}

// read decodes the lines behind the "begin" line and moves the end of the
// file behind the last of them.
func (f *uuFile) read(text []byte) {
	for f.to < len(text) {
		next := f.to + lineLength(text[f.to:])
		line := bytes.TrimRight(text[f.to:next], "\r\n")
		if string(bytes.TrimRight(line, " \t")) == "end" {
			f.to, f.closed = next, true
			return
		}
		if !isUULine(line) {
			return
		}
		f.data = appendUULine(f.data, line)
		f.to = next
	}
}

// isUULine says whether a line has as many characters as its first one says.
// Blanks at the end may be lost, and one character may follow as a checksum.
func isUULine(line []byte) bool {
	if len(bytes.TrimRight(line, " `")) == 0 {
		return len(line) < 3 // no bytes: the line before "end"
	}
	for _, c := range line {
		if c < ' ' || c > '`' {
			return false
		}
	}
	want := (int((line[0]-' ')&63) + 2) / 3 * 4
	got := len(line) - 1
	return got <= want+1 && got >= want-3
}
