package store

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"strings"

	"skein/internal/mail"
)

// Record is one line of dump v1: the canonical content of a store, equal for
// equal mail whatever the engine, the order of loading or the host. It holds
// integers and text only: dates are epoch milliseconds, confidence is per
// mille, long text is its SHA-256, and nothing says when it was loaded.
type Record interface{ dumped() }

// The records of a dump, in the order of their kinds. Within a kind they are
// ordered by address; SHA-256 of an attachment; batch; message, batch, source, part, offset and SHA-256
// of a copy; key; child, parent and kind of a link; id of a message, a person
// and a thread, whose views then decide; batch, source, offset and SHA-256 of
// a rejected item; from, to and month of a tie. Views are "CERTAIN" and
// "PROBABLE". A text of parts joined by blanks ends with its last part that is
// not empty.
type (
	AddressRecord struct {
		Kind     string   `json:"kind"` // "address"
		Address  string   `json:"address"`
		Person   mail.ID  `json:"person"`
		Names    []string `json:"names,omitempty"` // most used first
		Sent     int      `json:"sent"`
		Received int      `json:"received"`
	}
	AttachmentRecord struct {
		Kind string `json:"kind"` // "attachment": the file, however many messages carry it
		SHA  string `json:"sha256"`
		Size int64  `json:"size"`
		Type string `json:"type"` // of its bytes; what it says depends on the programs of the host
	}
	BatchRecord struct {
		Kind       string  `json:"kind"` // "batch"
		ID         mail.ID `json:"id"`
		Collection string  `json:"collection"`
		Name       string  `json:"name"`
		Published  string  `json:"published,omitempty"`
	}
	CopyRecord struct {
		Kind        string  `json:"kind"` // "copy"
		Message     mail.ID `json:"message"`
		Batch       mail.ID `json:"batch"`
		Source      string  `json:"source"`
		Part        string  `json:"part,omitempty"`
		Offset      int64   `json:"offset"`
		Length      int64   `json:"length"`
		SHA         string  `json:"sha256"`
		PublisherID string  `json:"publisherId,omitempty"`
	}
	KeyRecord struct {
		Kind      string    `json:"kind"` // "key": only poisoned ones
		Key       string    `json:"key"`
		Claimants []mail.ID `json:"claimants"`
	}
	LinkRecord struct {
		Kind       string        `json:"kind"` // "link": every candidate
		Child      mail.ID       `json:"child"`
		Parent     mail.ID       `json:"parent"`
		By         mail.LinkKind `json:"by"`
		Confidence int           `json:"confidence"`
		Chosen     []string      `json:"chosen,omitempty"` // views
		Evidence   []string      `json:"evidence"`         // "sha256 header"
	}
	MessageRecord struct {
		Kind       string    `json:"kind"` // "message" or "missing"
		ID         mail.ID   `json:"id"`
		MessageIDs []string  `json:"messageIds,omitempty"`
		Subject    *string   `json:"subject,omitempty"`
		SentAt     *int64    `json:"sentAt,omitempty"`
		DateOffset *int      `json:"dateOffset,omitempty"`
		Size       int64     `json:"size,omitempty"`
		Canonical  string    `json:"canonical,omitempty"` // SHA-256 of the copy shown
		Variants   []string  `json:"variants,omitempty"`
		People     []string  `json:"people,omitempty"` // "role address name"
		Threads    []mail.ID `json:"threads"`          // by view
		Text       string    `json:"text,omitempty"`   // SHA-256
		CitedCount int       `json:"citedCount,omitempty"`
		HTML       bool      `json:"html,omitempty"`
		Parts      []string  `json:"attachments,omitempty"` // "part type size sha256 name"
		Places     []string  `json:"places,omitempty"`      // "part inline <contentId>", of those that say one of the two
		Defects    []string  `json:"defects,omitempty"`     // "kind offset"
	}
	PersonRecord struct {
		Kind      string   `json:"kind"` // "person"
		ID        mail.ID  `json:"id"`
		Name      string   `json:"name"`
		Addresses []string `json:"addresses"`
		Owner     bool     `json:"owner,omitempty"`
	}
	RejectedRecord struct {
		Kind   string  `json:"kind"` // "rejected"
		Batch  mail.ID `json:"batch"`
		Source string  `json:"source"`
		Offset int64   `json:"offset"`
		Length int64   `json:"length"`
		Reason string  `json:"reason"`
		SHA    string  `json:"sha256"`
	}
	ThreadRecord struct {
		Kind     string   `json:"kind"` // "thread"
		ID       mail.ID  `json:"id"`
		Views    []string `json:"views"`
		Subject  string   `json:"subject,omitempty"`
		Messages int      `json:"messages"`
		Missing  int      `json:"missing"`
		Started  *int64   `json:"startedAt,omitempty"`
		Latest   *int64   `json:"latestAt,omitempty"`
	}
	TieRecord struct {
		Kind  string `json:"kind"` // "tie": between addresses, by month
		From  string `json:"from"`
		To    string `json:"to"`
		Month string `json:"month"` // "2016-10", UTC; empty for undated
		Count [3]int `json:"count"` // to, cc, bcc
		First *int64 `json:"firstAt,omitempty"`
		Last  *int64 `json:"lastAt,omitempty"`
	}
)

func (AddressRecord) dumped()    {}
func (AttachmentRecord) dumped() {}
func (BatchRecord) dumped()      {}
func (CopyRecord) dumped()       {}
func (KeyRecord) dumped()        {}
func (LinkRecord) dumped()       {}
func (MessageRecord) dumped()    {}
func (PersonRecord) dumped()     {}
func (RejectedRecord) dumped()   {}
func (ThreadRecord) dumped()     {}
func (TieRecord) dumped()        {}

// NewMessageRecord says of an entry what it says itself, with its parts; who
// wrote it, what it shows and its variants stand beside it.
func NewMessageRecord(kind string, e *mail.Entry) MessageRecord {
	record := MessageRecord{
		Kind: kind, ID: e.ID, MessageIDs: e.MessageIDs, CitedCount: e.CitedCount, Threads: e.Threads[:], Size: e.Size, HTML: e.HTML,
	}
	if e.HasSubject {
		record.Subject = &e.Subject
	}
	if e.Sent != nil {
		record.SentAt, record.DateOffset = &e.Sent.Milli, &e.Sent.Offset
	}
	for _, a := range e.Attachments {
		part := fmt.Sprintf("%s %s %d %s %s", a.Part, a.Type, a.Size, a.SHA, a.Name)
		record.Parts = append(record.Parts, strings.TrimSpace(part))
		if a.Inline || a.ContentID != "" {
			record.Places = append(record.Places, place(a))
		}
	}
	for _, f := range e.Defects {
		record.Defects = append(record.Defects, fmt.Sprintf("%s %d", f.Kind, f.Offset))
	}
	return record
}

// place says how an attachment belongs to the text.
func place(a mail.Attachment) string {
	text := a.Part
	if a.Inline {
		text += " inline"
	}
	if a.ContentID != "" {
		text += " <" + a.ContentID + ">"
	}
	return text
}

// WriteDump writes records as JSON Lines.
func WriteDump(w io.Writer, records iter.Seq2[Record, error]) error {
	buffered := bufio.NewWriterSize(w, 1<<16)
	encoder := json.NewEncoder(buffered)
	encoder.SetEscapeHTML(false)
	for record, err := range records {
		if err != nil {
			return err
		}
		if err := encoder.Encode(record); err != nil {
			return err
		}
	}
	return buffered.Flush()
}
