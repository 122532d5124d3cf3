package store

import (
	"crypto/sha256"
	"encoding/json"

	"skein/internal/mail"
	"skein/internal/query"
)

// Batch is a release as a load names it.
type Batch struct {
	Collection string
	Owners     []string // normalised addresses whose mailboxes the collection exposes
	Name       string
	Published  string // "2006-01-02"; empty when not given
	URL        string // template of the publisher's page, with {id}; empty when none
}

// Item is one item of a source, read and ready to be kept: a copy of a mail,
// or rejected bytes.
type Item struct {
	Path        string // of the file, relative to the argument it was loaded by, with slashes
	Part        string // part path inside the item's file; empty for the file's own mail
	Offset      int64  // bytes from the start of the file
	Raw         []byte
	SHA         mail.SHA
	PublisherID string
	Fingerprint uint64 // of a file that is one message; else 0
	Rejected    string // why no message could be read; empty for a copy

	Facts mail.Facts     // of a copy
	Text  string         // what a reader sees
	Files []mail.File    // of the attachments of Facts, as far as they were read
	Index query.Document // the folded fields that are searched

	// Mails inside it, at any depth, each with its Part and read like it.
	Embedded []Item

	// Seal fills these.
	TextSHA mail.SHA // of Text
	Stored  []byte   // Facts as they are kept
}

// FileTexts returns what the attachments say, in the order of mail.Files.
func (it *Item) FileTexts() []string {
	var texts []string
	for _, sha := range mail.Files(it.Facts.Attachments) {
		texts = append(texts, it.File(sha).Text)
	}
	return texts
}

// File returns one of the files of the attachments. Of one that was not read
// it tells the size, and that it may be anything.
func (it *Item) File(sha mail.SHA) mail.File {
	for _, f := range it.Files {
		if f.SHA == sha {
			return f
		}
	}
	for _, a := range it.Facts.Attachments {
		if a.SHA == sha {
			return mail.File{SHA: sha, Size: a.Size, Type: "application/octet-stream"}
		}
	}
	return mail.File{SHA: sha}
}

// Seal computes what is kept of an item beside what was read, so that the
// writer, who is alone, need not.
func (it *Item) Seal() error {
	it.TextSHA = sha256.Sum256([]byte(it.Text))
	var err error
	it.Stored, err = json.Marshal(&it.Facts)
	return err
}
