package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// importFiles writes a graph as the files that the offline import reads: one
// for each shape, ends of relationships by number, which is the easiest for it.
// A property that is not there, or a hollow list, is an empty field, an empty
// text a quoted one.
type importFiles struct {
	folder string
	shapes []*shape
	lines  map[*shape]bool // shapes with texts of more than one line

	file *os.File // of the last shape
	out  *bufio.Writer
	row  []byte
}

// element separates the elements of a list. The format has no escape for it.
const element = "\x1f"

// write adds a row. Rows of one shape follow each other.
func (f *importFiles) write(s *shape, values []any) error {
	if n := len(f.shapes); n == 0 || f.shapes[n-1] != s {
		if err := f.begin(s); err != nil {
			return err
		}
	}
	f.row = f.row[:0]
	for i, value := range values {
		if i > 0 {
			f.row = append(f.row, ',')
		}
		var err error
		if f.row, err = appendField(f.row, value); err != nil {
			return fmt.Errorf("a row of %s cannot be written for the offline import: %w", s.names, err)
		}
	}
	if bytes.ContainsAny(f.row, "\r\n") {
		f.lines[s] = true
	}
	_, err := f.out.Write(append(f.row, '\n'))
	return err
}

func (f *importFiles) begin(s *shape) error {
	if err := f.close(); err != nil {
		return err
	}
	f.shapes = append(f.shapes, s)
	var err error
	if f.file, err = os.Create(f.path(s)); err != nil {
		return err
	}
	f.out = bufio.NewWriterSize(f.file, 1<<20)
	head := []string{":ID"}
	if s.relationship {
		head = []string{":START_ID", ":END_ID"}
	}
	for _, p := range s.properties {
		head = append(head, p.name+":"+p.kind)
	}
	_, err = f.out.WriteString(strings.Join(head, ",") + "\n")
	return err
}

func (f *importFiles) path(s *shape) string {
	return filepath.Join(f.folder, strings.ReplaceAll(s.names, ":", "-")+".csv")
}

// close ends the file of the last shape.
func (f *importFiles) close() error {
	if f.file == nil {
		return nil
	}
	err := errors.Join(f.out.Flush(), f.file.Close())
	f.file = nil
	return err
}

func appendField(row []byte, value any) ([]byte, error) {
	switch v := value.(type) {
	case nil:
		return row, nil
	case string:
		return appendQuoted(row, v), nil
	case int64:
		return strconv.AppendInt(row, v, 10), nil
	case bool:
		return strconv.AppendBool(row, v), nil
	case time.Time:
		return v.UTC().AppendFormat(row, time.RFC3339Nano), nil
	case []any:
		return appendList(row, v)
	}
	return nil, fmt.Errorf("a value of type %T", value)
}

func appendQuoted(row []byte, text string) []byte {
	row = append(row, '"')
	row = append(row, strings.ReplaceAll(text, `"`, `""`)...)
	return append(row, '"')
}

func appendList(row []byte, list []any) ([]byte, error) {
	if hollow(list) {
		return row, nil
	}
	elements := make([]string, len(list))
	for i, one := range list {
		elements[i] = fmt.Sprint(one)
		if strings.Contains(elements[i], element) {
			return nil, errors.New("an element of a list holds what separates elements")
		}
	}
	return appendQuoted(row, strings.Join(elements, element)), nil
}

// arguments are those of the offline import of the files.
func (f *importFiles) arguments() []string {
	args := []string{
		"database", "import", "full", "--overwrite-destination=true", "--id-type=integer", "--array-delimiter=U+001F",
		"--report-file=" + filepath.Join(f.folder, "import.report"),
	}
	var lines []string
	for _, s := range f.shapes {
		option := "--nodes="
		if s.relationship {
			option = "--relationships="
		}
		args = append(args, option+s.names+"="+f.path(s))
		if f.lines[s] {
			lines = append(lines, f.path(s))
		}
	}
	if len(lines) > 0 { // reading such files is slower, so only they are named
		args = append(args, "--multiline-fields-format=v2", "--multiline-fields="+strings.Join(lines, ","))
	}
	return append(args, "--", "neo4j")
}
