package mailbox

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"unicode/utf8"
)

// disk is one open file. It remembers an error of its own, so that a failing
// disk is told from damaged content.
type disk struct {
	file *os.File
	size int64
	read int64 // bytes read so far
	err  error
}

// openFile opens a file below root, which has to be a regular one.
func openFile(root *os.Root, name string) (*disk, error) {
	opened, err := root.Open(name)
	if err != nil {
		return nil, err
	}
	info, err := opened.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = notRegular(irregular(info.Mode()))
	}
	if err != nil {
		opened.Close()
		return nil, err
	}
	return &disk{file: opened, size: info.Size()}, nil
}

// notRegular is why something in a folder is not read as a file.
type notRegular string

func (n notRegular) Error() string { return string(n) }

func irregular(mode fs.FileMode) string {
	switch {
	case mode.IsRegular():
		return ""
	case mode&fs.ModeSymlink != 0:
		return "a symbolic link, which is not followed"
	}
	return "a special file, not a regular one"
}

// Read reads on and counts.
func (d *disk) Read(p []byte) (int, error) {
	n, err := d.file.Read(p)
	return n, d.note(n, err)
}

// ReadAt is for archives that begin with their last bytes.
func (d *disk) ReadAt(p []byte, at int64) (int, error) {
	n, err := d.file.ReadAt(p, at)
	return n, d.note(n, err)
}

func (d *disk) note(n int, err error) error {
	d.read = min(d.read+int64(n), d.size)
	if err != nil && !errors.Is(err, io.EOF) {
		d.err = err
	}
	return err
}

func (d *disk) close() { d.file.Close() }

// fingerprint is of size and time of change, and never 0.
func fingerprint(info fs.FileInfo) uint64 {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], uint64(info.Size()))
	binary.BigEndian.PutUint64(b[8:], uint64(info.ModTime().UnixNano()))
	sum := fnv.New64a()
	sum.Write(b[:])
	return max(1, sum.Sum64())
}

// shown is a name as a path shows it: valid UTF-8 without control characters,
// so that two names never look alike.
func shown(name string) string {
	plain := func(r rune, size int) bool { return r >= ' ' && r != 0x7f && (r != utf8.RuneError || size > 1) }
	var b strings.Builder
	for i := 0; i < len(name); {
		r, size := utf8.DecodeRuneInString(name[i:])
		if plain(r, size) {
			b.WriteString(name[i : i+size])
		} else {
			fmt.Fprintf(&b, `\x%02X`, name[i])
		}
		i += size
	}
	return b.String()
}

// member is the name of an archive's member as a path shows it. It is never
// used to open anything.
func member(name string) string {
	clean := path.Clean("/" + strings.ReplaceAll(name, `\`, "/"))
	if clean == "/" {
		return "unnamed"
	}
	return shown(clean[1:])
}
