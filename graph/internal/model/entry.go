// Package model gives the types of the schema the shape that GraphQL has
// them in: absence by comma-ok, ids as domain types. It asks nothing; what needs
// the store is resolved in package graph.
package model

import (
	"encoding/hex"

	"skein/internal/mail"
)

// Node is anything with an id.
type Node interface{ ID() mail.ID }

// ThreadEntry is a *Message or a *MissingMessage.
type ThreadEntry interface {
	Node
	// Stored returns what the store says of the entry.
	Stored() *mail.Entry
}

// NewEntry returns e as a message or a missing message; nil for nil.
func NewEntry(e *mail.Entry) ThreadEntry {
	if e == nil {
		return nil
	}
	if e.Missing {
		return &MissingMessage{Entry{e}}
	}
	return &Message{Entry{e}}
}

// NewMessage returns e as a message; nil when it is nil or missing.
func NewMessage(e *mail.Entry) *Message {
	if e == nil || e.Missing {
		return nil
	}
	return &Message{Entry{e}}
}

// Entry is what messages and missing messages have in common.
type Entry struct{ Record *mail.Entry }

// Message is a mail in the release.
type Message struct{ Entry }

// MissingMessage is cited, but in no batch.
type MissingMessage struct{ Entry }

// Stored returns what the store says of the entry.
func (e Entry) Stored() *mail.Entry { return e.Record }

func (e Entry) ID() mail.ID              { return e.Record.ID }
func (e Entry) MessageIds() []string     { return e.Record.MessageIDs }
func (e Entry) Subject() (string, bool)  { return e.Record.Subject, e.Record.HasSubject }
func (e Entry) From() []Correspondent    { return correspondents(e.Record.From) }
func (e Entry) CitedCount() int          { return e.Record.CitedCount }
func (m Message) To() []Correspondent    { return correspondents(m.Record.To) }
func (m Message) Cc() []Correspondent    { return correspondents(m.Record.Cc) }
func (m Message) Bcc() []Correspondent   { return correspondents(m.Record.Bcc) }
func (m Message) RecipientCount() int    { return m.Record.RecipientCount }
func (m Message) CopyCount() int         { return m.Record.CopyCount }
func (m Message) VariantCount() int      { return m.Record.VariantCount }
func (m Message) Size() int64            { return m.Record.Size }
func (m Message) ListID() (string, bool) { return present(m.Record.ListID) }

// SentAt returns epoch milliseconds.
func (e Entry) SentAt() (int64, bool) { return moment(e.Record.Sent) }

// DateOffset returns seconds east of UTC.
func (m Message) DateOffset() (int, bool) { return offset(m.Record.Sent) }

// Variants returns the contents that differ from the one shown.
func (m Message) Variants() []Variant {
	return each(m.Record.Variants, func(v mail.Variant) Variant { return Variant{v} })
}

// Attachments returns the parts that are not the text.
func (m Message) Attachments() []Attachment {
	return each(m.Record.Attachments, func(a mail.Attachment) Attachment { return Attachment{a, m.Record.ID} })
}

// Defects returns what was wrong in the bytes.
func (m Message) Defects() []Defect {
	return each(m.Record.Defects, func(d mail.Defect) Defect { return Defect{d} })
}

// Link returns the chosen link of a view; nil for none.
func (e Entry) Link(view mail.View) *ReplyLink {
	link := e.Record.Links[view]
	if link == nil {
		return nil
	}
	return &ReplyLink{*link}
}

// Text is the beginning of a text.
type Text struct {
	Value     string
	Truncated bool
}

// NewText returns the first maxLength characters of text.
func NewText(text string, maxLength int) *Text {
	if len(text) <= maxLength {
		return &Text{Value: text}
	}
	for end := range text {
		if maxLength == 0 {
			return &Text{Value: text[:end], Truncated: true}
		}
		maxLength--
	}
	return &Text{Value: text}
}

// Correspondent is an address as one message names it.
type Correspondent struct{ Record mail.Correspondent }

func (c Correspondent) Address() string      { return c.Record.Address }
func (c Correspondent) Name() (string, bool) { return present(c.Record.Name) }

// Mention is an address as a variant names it.
type Mention struct{ Record mail.Mention }

func (m Mention) Address() string      { return m.Record.Address }
func (m Mention) Name() (string, bool) { return present(m.Record.Name) }

// Variant is content that differs from the one shown.
type Variant struct{ Record mail.Variant }

func (v Variant) Sha256() string          { return hex.EncodeToString(v.Record.SHA[:]) }
func (v Variant) Subject() (string, bool) { return present(v.Record.Subject) }
func (v Variant) SentAt() (int64, bool)   { return moment(v.Record.Sent) }
func (v Variant) DateOffset() (int, bool) { return offset(v.Record.Sent) }

// From returns the authors that the variant names.
func (v Variant) From() []Mention {
	return each(v.Record.From, func(m mail.Mention) Mention { return Mention{m} })
}

// Copy is one raw occurrence of a mail.
type Copy struct{ Record mail.Copy }

func (c Copy) Source() string               { return c.Record.Source }
func (c Copy) Part() (string, bool)         { return present(c.Record.Part) }
func (c Copy) PublisherID() (string, bool)  { return present(c.Record.PublisherID) }
func (c Copy) PublisherURL() (string, bool) { return present(c.Record.PublisherURL) }
func (c Copy) Offset() int64                { return c.Record.Offset }
func (c Copy) Length() int64                { return c.Record.Length }
func (c Copy) Sha256() string               { return hex.EncodeToString(c.Record.SHA[:]) }

// Copies returns the first copies.
func Copies(copies []mail.Copy, first int) []Copy {
	return each(copies[:min(first, len(copies))], func(c mail.Copy) Copy { return Copy{c} })
}

// Attachment is a part that is not the text, of a message.
type Attachment struct {
	Record  mail.Attachment
	Message mail.ID
}

func (a Attachment) Name() (string, bool)      { return present(a.Record.Name) }
func (a Attachment) Type() string              { return a.Record.Type }
func (a Attachment) Size() int64               { return a.Record.Size }
func (a Attachment) Sha256() string            { return hex.EncodeToString(a.Record.SHA[:]) }
func (a Attachment) Part() string              { return a.Record.Part }
func (a Attachment) Inline() bool              { return a.Record.Inline }
func (a Attachment) ContentID() (string, bool) { return present(a.Record.ContentID) }

// Defect is something wrong in the bytes.
type Defect struct{ Record mail.Defect }

func (d Defect) Kind() string           { return string(d.Record.Kind) }
func (d Defect) Offset() int64          { return d.Record.Offset }
func (d Defect) Detail() (string, bool) { return present(d.Record.Detail) }

func correspondents(found []mail.Correspondent) []Correspondent {
	return each(found, func(c mail.Correspondent) Correspondent { return Correspondent{c} })
}

func moment(d *mail.Date) (int64, bool) {
	if d == nil {
		return 0, false
	}
	return d.Milli, true
}

func offset(d *mail.Date) (int, bool) {
	if d == nil {
		return 0, false
	}
	return d.Offset, true
}

func present(text string) (string, bool) { return text, text != "" }

// each never returns nil, for a list of the schema is never null.
func each[A, B any](list []A, as func(A) B) []B {
	made := make([]B, len(list))
	for i, a := range list {
		made[i] = as(a)
	}
	return made
}
