package main

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strings"
)

// hostileFile is mail made to exhaust its reader.
type hostileFile struct {
	name  string // of the file
	what  string
	size  int64 // bytes, or parts
	write func(w io.Writer, size int64) error
}

// hostileFiles are those of the fourth table, each divided by so much.
// The letter and the noise of 195 MB are just below the size of mail that ingest reads.
func hostileFiles(by int64) []hostileFile {
	return []hostileFile{
		{"letter-195.mbox", "an mbox of one mail, %v MB of text", 195e6 / by, writeLetter},
		{"letter-1000.mbox", "an mbox of one mail, %v MB of text", 1e9 / by, writeLetter},
		{"parts.eml", "a mail of %v parts", 100_000 / by, writeParts},
		{"zeros.zip", "%v MB of zeros in nested zips", 10e9 / by, writeZeros},
		{"header.eml", "a header of %v MB", 10e6 / by, writeHeader},
		{"noise-195.mbox", "an mbox of one mail, %v MB of base64 of random bytes", 195e6 / by, writeNoise},
		{"noise-300.mbox", "an mbox of one mail, %v MB of base64 of random bytes", 300e6 / by, writeNoise},
	}
}

// make writes the file.
func (h hostileFile) make(path string) (err error) {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() {
		if closed := file.Close(); err == nil {
			err = closed
		}
	}()
	buffered := bufio.NewWriterSize(file, 1<<20)
	if err := h.write(buffered, h.size); err != nil {
		return err
	}
	return buffered.Flush()
}

// title says what the file is.
func (h hostileFile) title() string {
	if strings.Contains(h.what, "MB") {
		return fmt.Sprintf(h.what, float64(h.size)/megabyte)
	}
	return fmt.Sprintf(h.what, h.size)
}

const hostileHeader = "From: Ann Other <ann@example.org>\nTo: bob@example.org\nSubject: more than you want\n" +
	"Date: Thu, 22 Aug 2002 18:26:25 +0200\nMessage-ID: <more@example.org>\n"

const hostileFrom = "From ann@example.org Thu Aug 22 18:26:25 2002\n"

// writeLetter writes lines of text, each with its number.
func writeLetter(w io.Writer, size int64) error {
	if _, err := io.WriteString(w, hostileFrom+hostileHeader+"\n"); err != nil {
		return err
	}
	for written, line := int64(0), 0; written < size; line++ {
		n, err := fmt.Fprintf(w, "Line %d of a letter that somebody wrote to somebody else.\n", line)
		if err != nil {
			return err
		}
		written += int64(n)
	}
	return nil
}

// writeParts writes short texts, every tenth of them an attachment.
func writeParts(w io.Writer, parts int64) error {
	if _, err := io.WriteString(w, hostileHeader+"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"); err != nil {
		return err
	}
	for i := range parts {
		kind := "Content-Type: text/plain"
		if i%10 == 9 {
			kind = fmt.Sprintf("Content-Type: application/octet-stream; name=%d.bin", i)
		}
		if _, err := fmt.Fprintf(w, "--b\n%s\n\npart %d\n", kind, i); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, "--b--\n")
	return err
}

// writeZeros writes ten zips into one, each of a tenth of the zeros under the
// name of an mbox. The bombs are packed twice, so the file is small.
func writeZeros(w io.Writer, size int64) error {
	const bombs = 10
	var inner bytes.Buffer
	if err := zipOf(&inner, 1, "zeros.mbox", func(w io.Writer) error {
		_, err := io.CopyN(w, zeros{}, size/bombs)
		return err
	}); err != nil {
		return err
	}
	return zipOf(w, bombs, "%d.zip", func(w io.Writer) error {
		_, err := w.Write(inner.Bytes())
		return err
	})
}

// zipOf writes a zip of so many equal members.
func zipOf(w io.Writer, members int, name string, write func(io.Writer) error) error {
	z := zip.NewWriter(w)
	for i := range members {
		named := name
		if strings.Contains(name, "%d") {
			named = fmt.Sprintf(name, i)
		}
		member, err := z.Create(named)
		if err != nil {
			return err
		}
		if err := write(member); err != nil {
			return err
		}
	}
	return z.Close()
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// writeHeader writes half of the size as one field of ids, and half as fields
// of one line.
func writeHeader(w io.Writer, size int64) error {
	if _, err := io.WriteString(w, hostileHeader+"References:"); err != nil {
		return err
	}
	written := int64(0)
	for i := 0; written < size; i++ {
		format := " <id-%d@references.example.org>\n"
		if written >= size/2 {
			format = "X-Field-%d: a value of some length that says nothing\n"
		}
		n, err := fmt.Fprintf(w, format, i)
		if err != nil {
			return err
		}
		written += int64(n)
	}
	_, err := io.WriteString(w, "\nA short text.\n")
	return err
}

// writeNoise writes random bytes, the same in each run, as an attachment.
func writeNoise(w io.Writer, size int64) error {
	head := hostileFrom + hostileHeader + "MIME-Version: 1.0\nContent-Type: application/octet-stream; name=noise.bin\nContent-Transfer-Encoding: base64\n\n"
	if _, err := io.WriteString(w, head); err != nil {
		return err
	}
	const bytesOfLine = 57 // 76 characters, RFC 2045 §6.8
	noise := rand.NewChaCha8([32]byte{})
	raw, line := make([]byte, bytesOfLine), make([]byte, base64.StdEncoding.EncodedLen(bytesOfLine)+1)
	line[len(line)-1] = '\n'
	for written := int64(0); written < size; written += int64(len(line)) {
		_, _ = noise.Read(raw) // never fails
		base64.StdEncoding.Encode(line, raw)
		if _, err := w.Write(line); err != nil {
			return err
		}
	}
	return nil
}
