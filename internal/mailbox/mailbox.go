// Package mailbox finds mails on disk and yields their bytes with an origin:
// mbox files, Maildirs, folders of one-message files (.eml, Apple's .emlx,
// Outlook's .msg, MH), CSV of mails, Outlook stores (PST), and gz, xz, zst, bz2,
// zip, tar and 7z of all these.
//
// It promises that nothing is lost: every byte of every file is in an item, in
// what stands between the items of an mbox, emlx or CSV, or named in an error; a
// file that is no mail is an item with a reason. Only the few files that mail
// programs keep for themselves are passed over (see ignored). What a file is
// is decided by its content. Bytes are never changed: quoting of "From " lines
// and line ends stay as they were released.
//
// Input is hostile: memory is bounded by Options.MaxItem and a few MiB,
// archives are streamed and never unpacked to disk, expansion and nesting are
// limited, and reading never leaves the folder that was given. Outlook stores
// alone are written out by another program, into a folder of their own in the
// system's for temporary files, which is removed again.
package mailbox

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

// Format is how a source keeps its mails.
type Format uint8

const (
	// Auto recognises each file by its content.
	Auto Format = iota
	// Mbox is one file of many messages between "From " lines (RFC 4155).
	Mbox
	// Maildir is a folder of one-message files in cur and new.
	Maildir
	// Message is one file, or a folder of files, of one message each (RFC 5322).
	Message
	// Archive is a zip, tar or 7z file of all these. It is found, never asked
	// for, and so are the next two.
	Archive
	// PST is an Outlook store, .pst or .ost ([MS-PST]).
	PST
	// CSV is a table (RFC 4180) with the columns file and message, a mail in
	// each row.
	CSV
)

var formatNames = [...]string{"auto", "mbox", "maildir", "message", "archive", "pst", "csv"}

// String returns the name that ParseFormat reads.
func (f Format) String() string {
	if int(f) < len(formatNames) {
		return formatNames[f]
	}
	return "format?"
}

// ParseFormat reads what an analyst may ask for: auto, mbox, maildir or
// message.
func ParseFormat(name string) (Format, error) {
	for i, known := range formatNames[:Archive] {
		if name == known {
			return Format(i), nil
		}
	}
	return Auto, fmt.Errorf("unknown format %q, want one of %s", name, strings.Join(formatNames[:Archive], ", "))
}

// Options narrows what Walk does. The zero value takes the defaults.
type Options struct {
	// Format says what every file is, for input that content does not tell
	// apart: with Mbox every file is split, with Message and Maildir every
	// file is one message. Compression and archives are seen through anyway.
	Format Format
	// MaxItem is the largest item in bytes; 0 means 192 MiB. What is larger
	// is rejected, and its bytes are kept up to the limit.
	MaxItem int64
	// MaxRatio is how many times its own size a compressed file or archive
	// may expand, all layers together; 0 means 200. The first 64 MiB are
	// always allowed.
	MaxRatio int64
	// MaxExpansion is how many bytes one compressed file or archive may
	// expand to, all layers together; 0 means 1 TiB.
	MaxExpansion int64
}

// The defaults of Options.
const (
	defaultMaxItem      = 192 << 20
	defaultMaxRatio     = 200
	defaultMaxExpansion = 1 << 40
)

func (o Options) withDefaults() Options {
	if o.MaxItem <= 0 {
		o.MaxItem = defaultMaxItem
	}
	if o.MaxRatio <= 0 {
		o.MaxRatio = defaultMaxRatio
	}
	if o.MaxExpansion <= 0 {
		o.MaxExpansion = defaultMaxExpansion
	}
	return o
}

// Source is one file that holds many mails, or one folder of one-message
// files. It stays valid after the walk that yielded it.
type Source struct {
	// Path is relative to the argument, with slashes; "." for the folder that
	// is the argument, the base name for a file that is.
	Path string
	// Format is that of the file or folder, never Auto.
	Format Format
	// Fingerprint is of size and time of change of the file; 0 for a folder.
	Fingerprint uint64
	// Size is how many bytes are to be read, before expansion; 0 when unknown.
	Size int64

	argument string // as it was given, for errors
	base     string // folder that names are relative to
	files    []file
	opts     Options
}

// file is one file of a source.
type file struct {
	name    string // below base, with slashes, as the file system spells it
	maildir bool   // it stands in cur or new, so it is one message
}

// Item is one mail as it was released, or bytes that are none.
type Item struct {
	// Path names the file like Source.Path; a member of an archive is
	// "a.zip/inner/x.mbox". Of members with equal names, the second and later
	// end in "#2", "#3". Bytes that are not UTF-8 are written as "\xHH".
	Path string
	// Offset is where Raw begins, in bytes from the start of the file as it is
	// after decompression. In a CSV it is where its row begins.
	Offset int64
	// Raw is the bytes as released, owned by the receiver: for a file that is
	// one message the whole file, a leading "From " line included; for an emlx
	// the message without the count before and the property list after it; for
	// an mbox the message without its separator line and without the one blank
	// line that ends it; for a CSV the text of the column, of a rejected row the
	// row. A mail of an Outlook store is as readpst writes it.
	Raw []byte
	// Fingerprint is of size and time of change of a file that is one message
	// and no member of an archive; else 0.
	Fingerprint uint64
	// Skipped says that the file is known and was not opened.
	Skipped bool
	// Rejected says in a plain clause why Raw is no message; Raw holds what
	// there is, up to the limit.
	Rejected string
	// EscapedFrom says that the item has been in an mbox and has lines of one
	// or more '>' and "From " (mboxo, mboxrd), which the writer of the mbox
	// may have quoted.
	EscapedFrom bool
	// Read is how much of Source.Size has been read, for a progress bar.
	Read int64
}

// Error is something the run must report that is not the content of an item:
// a folder that cannot be read, a file that vanished.
type Error struct {
	Path   string // the argument and the path below it
	Offset int64  // bytes; 0 when there is none to name
	Err    error
}

// Error names file, offset and reason.
func (e *Error) Error() string {
	if e.Offset > 0 {
		return fmt.Sprintf("%s: at byte %d: %v", e.Path, e.Offset, e.Err)
	}
	return fmt.Sprintf("%s: %v", e.Path, e.Err)
}

// Unwrap returns the reason.
func (e *Error) Unwrap() error { return e.Err }

var errMissing = fmt.Errorf("no such file or folder%w", silent{fs.ErrNotExist})

// silent lets an error be found by errors.Is without repeating its text.
type silent struct{ error }

func (silent) Error() string   { return "" }
func (s silent) Unwrap() error { return s.error }

// plainly removes what an operating system's error repeats: the call and the
// path, which Error names already.
func plainly(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return errMissing
	}
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
