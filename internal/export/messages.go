// Package export writes what a store holds in formats that other programs
// read.
package export

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"time"

	"skein/internal/mail"
	"skein/internal/query"
	"skein/internal/store"
)

// Message is one line of messages.jsonl.
type Message struct {
	ID          mail.ID      `json:"id"`
	MessageIDs  []string     `json:"messageIds"`
	Thread      mail.ID      `json:"thread"` // in the Certain view
	Parent      mail.ID      `json:"parent,omitempty"`
	Subject     *string      `json:"subject"`
	SentAt      *string      `json:"sentAt"` // RFC 3339, on the sender's clock; null when no date could be read
	From        []Address    `json:"from"`
	To          []Address    `json:"to"`
	Cc          []Address    `json:"cc"`
	Bcc         []Address    `json:"bcc"`
	Text        string       `json:"text"`
	Attachments []Attachment `json:"attachments"`
	Copies      []Copy       `json:"copies"`
}

// Address is a correspondent of a Message.
type Address struct {
	Address string `json:"address"`
	Name    string `json:"name,omitempty"`
}

// Attachment is an attachment of a Message.
type Attachment struct {
	Name   string   `json:"name,omitempty"`
	Type   string   `json:"type"`
	Size   int64    `json:"size"` // bytes
	SHA256 mail.SHA `json:"sha256"`
}

// Copy is a raw occurrence of a Message.
type Copy struct {
	Batch       mail.ID  `json:"batch"`
	Source      string   `json:"source"`
	Offset      int64    `json:"offset"` // bytes
	Length      int64    `json:"length"` // bytes
	SHA256      mail.SHA `json:"sha256"`
	PublisherID string   `json:"publisherId,omitempty"`
}

const wanted = store.WantPeople | store.WantLinks | store.WantText | store.WantParts | store.WantCopies

// Messages writes the messages that match expr as JSON Lines, oldest first,
// and returns how many.
func Messages(ctx context.Context, w io.Writer, reader store.Reader, expr query.Expr) (int, error) {
	buffered := bufio.NewWriterSize(w, 1<<16)
	lines := json.NewEncoder(buffered)
	lines.SetEscapeHTML(false)
	written := 0
	for page := (store.Page{First: 200}); ; {
		found, err := reader.Search(ctx, expr, store.Oldest, wanted, page)
		if err != nil {
			return written, err
		}
		for _, e := range found.Items {
			if err := lines.Encode(line(e)); err != nil {
				return written, err
			}
			written++
		}
		if !found.More {
			return written, buffered.Flush()
		}
		page.After = &found.Keys[len(found.Keys)-1]
	}
}

func line(e *mail.Entry) Message {
	m := Message{
		ID: e.ID, MessageIDs: append([]string{}, e.MessageIDs...), Thread: e.Threads[mail.Certain], Text: e.Text,
		From: addresses(e.From), To: addresses(e.To), Cc: addresses(e.Cc), Bcc: addresses(e.Bcc),
		Attachments: []Attachment{}, Copies: []Copy{},
	}
	if e.HasSubject {
		m.Subject = &e.Subject
	}
	if e.Sent != nil {
		at := time.UnixMilli(e.Sent.Milli).In(time.FixedZone("", e.Sent.Offset)).Format(time.RFC3339)
		m.SentAt = &at
	}
	if l := e.Links[mail.Certain]; l != nil {
		m.Parent = l.Parent
	}
	for _, a := range e.Attachments {
		m.Attachments = append(m.Attachments, Attachment{a.Name, a.Type, a.Size, a.SHA})
	}
	for _, c := range e.Copies {
		m.Copies = append(m.Copies, Copy{c.Batch, c.Source, c.Offset, c.Length, c.SHA, c.PublisherID})
	}
	return m
}

func addresses(people []mail.Correspondent) []Address {
	list := make([]Address, len(people))
	for i, c := range people {
		list[i] = Address{c.Address, c.Name}
	}
	return list
}
