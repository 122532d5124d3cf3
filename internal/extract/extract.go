// Package extract reads the text of attachments, so that it can be searched.
//
// It promises that what a file is taken for, and what is read of it, follows
// from its bytes alone, for the same bytes travel under many names; only PDF
// depends on the host, for an external program reads it. Hostile bytes cost no
// more than time and memory within limits: nothing recurses on their
// structure, and what is unpacked, the number of parts, time and memory are
// bounded. A file without text is no error; a note says why there is none.
package extract

import (
	"bytes"
	"context"
	"crypto/sha256"
	"net/http"
	netmail "net/mail"
	"strings"
	"time"

	"skein/internal/mail"
	"skein/internal/rtf"
)

// Version is raised when equal bytes would give another type or text than
// before.
const Version = 1

// Limits on the bytes of strangers.
const (
	maxText     = 1 << 20   // bytes of the text of one file …
	expansion   = 10        // … and so many bytes for each of the file's …
	spare       = 16 << 10  // … and so many more
	maxInput    = 128 << 20 // bytes of a file that is read at all
	maxUnpacked = 64 << 20  // bytes unpacked of one file
	maxEntries  = 10_000    // of one archive
	maxStrings  = 1_000_000 // shared by the cells of one workbook
)

// Reader reads files. It may be used by many goroutines at once.
type Reader struct {
	pdftotext string        // path of the program; "" when it is not installed
	patience  time.Duration // with one PDF
}

// New returns a reader that uses what is installed on this host.
func New() *Reader { return &Reader{pdftotext: lookUp("pdftotext"), patience: 20 * time.Second} }

// NoPDF is the note of a PDF on a host without the program that reads it.
const NoPDF = "no text: pdftotext is not installed"

// Media types that are told by more than the first bytes.
const (
	typePDF   = "application/pdf"
	typeZip   = "application/zip"
	typeRTF   = "application/rtf"
	typeOLE   = "application/x-ole-storage"
	typeMail  = "message/rfc822"
	typeHTML  = "text/html"
	typePlain = "text/plain"
	typeArmor = "application/pgp-keys"
)

// File reads one file. Text that goes beyond the limit is cut, and the note
// says so. When ctx ends, what was read so far may be missing.
func (r *Reader) File(ctx context.Context, data []byte) mail.File {
	kind, read := r.kind(ctx, data)
	f := mail.File{SHA: sha256.Sum256(data), Size: int64(len(data)), Type: kind}
	if len(data) > maxInput {
		f.Note = "no text: the file is too large"
		return f
	}
	t := text{limit: min(maxText, expansion*len(data)+spare)}
	f.Note = guarded(&t, read)
	f.Text = t.String()
	if t.full && f.Note == "" {
		f.Note = "only the beginning of its text"
	}
	return f
}

// guarded makes a fault in reading a note: one file that breaks a decoder must
// not end the run that reads a million others.
func guarded(t *text, read func(*text) string) (note string) {
	defer func() {
		if recover() != nil {
			note = "no text beyond this: the file breaks its reader"
		}
	}()
	return read(t)
}

// nothing reads no text, for a reason.
func nothing(why string) func(*text) string { return func(*text) string { return why } }

// kind tells what data is, and how it is read.
func (r *Reader) kind(ctx context.Context, data []byte) (string, func(*text) string) {
	switch {
	case bytes.Contains(data[:min(len(data), 1024)], []byte("%PDF-")):
		return typePDF, func(t *text) string { return r.pdf(ctx, t, data) }
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return packed(data)
	case bytes.HasPrefix(data, []byte(`{\rtf`)):
		return typeRTF, func(t *text) string { return readRTF(t, data) }
	case bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		return typeOLE, nothing("no text: an older office format, which is not read")
	case bytes.HasPrefix(data, []byte("-----BEGIN PGP ")), bytes.HasPrefix(data, []byte("-----BEGIN CERTIFICATE")):
		return typeArmor, nothing("no text: a key, a signature or what is encrypted")
	}
	media, _, _ := strings.Cut(http.DetectContentType(data), ";")
	switch {
	case len(data) == 0:
		return "application/x-empty", nothing("no text: the file is empty")
	case media == typeHTML:
		return media, func(t *text) string { return readHTML(t, data) }
	case media == typePlain && isMail(data):
		return typeMail, nothing("no text: a mail")
	case media == typePlain, media == "text/xml":
		return media, func(t *text) string { return readPlain(t, data) }
	}
	return media, nothing("")
}

// readRTF reads the text of a document; fonts, styles, pictures and what only
// its writer knows stay out.
func readRTF(t *text, data []byte) string {
	plain, html, err := rtf.Read(data)
	t.add(plain)
	readHTML(t, []byte(html))
	if err != nil {
		return "no text beyond this: the file is damaged"
	}
	return ""
}

// readPlain reads text up to the first byte that no text has, for programs that
// unpack themselves begin with text as well.
func readPlain(t *text, data []byte) string {
	if end := bytes.IndexByte(data, 0); end >= 0 && !isUTF16(data) {
		t.add(decode(data[:end]))
		return "no text beyond this: the rest of the file is no text"
	}
	t.add(decode(data))
	return ""
}

// isMail says whether text is a mail: it begins with a header that names who
// sent it, or how it came.
func isMail(data []byte) bool {
	head := data[:min(len(data), 64<<10)]
	if bytes.HasPrefix(head, []byte("From ")) || bytes.HasPrefix(head, []byte(">From ")) {
		_, head, _ = bytes.Cut(head, []byte("\n"))
	}
	m, err := netmail.ReadMessage(bytes.NewReader(head))
	if err != nil {
		return false
	}
	return m.Header.Get("Received") != "" || m.Header.Get("Message-Id") != "" ||
		m.Header.Get("From") != "" && (m.Header.Get("To") != "" || m.Header.Get("Date") != "" || m.Header.Get("Subject") != "")
}
