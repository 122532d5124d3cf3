package query

import (
	"slices"
	"strings"

	"skein/internal/mail"
)

// Message is what conditions look at. An id is given by every id that finds
// the thing: one for each of its keys, see mail.ID.
type Message struct {
	Document
	Sent       *int64    // epoch milliseconds; nil when no date could be read
	IDs        []mail.ID // of the message
	Threads    []mail.ID // of its thread in the Probable view
	Batches    []string  // names, one for each copy
	Senders    []mail.ID // of the people in From
	Recipients []mail.ID // of the people in To, Cc and Bcc
	Size       int64     // bytes of the canonical copy
	CopyCount  int
	HasParent  bool // in the Probable view

	HasVariant, HasAttachment bool

	Defects []mail.DefectKind // of the canonical copy
}

// Match reports whether the condition holds for m. It is the plain meaning of
// an Expr: an engine answers exactly the messages for which it is true. The
// nesting of e must be bounded, as Parse does.
func Match(e Expr, m *Message) bool {
	switch e := e.(type) {
	case nil:
		return true
	case And:
		return !slices.ContainsFunc(e, func(part Expr) bool { return !Match(part, m) })
	case Or:
		return slices.ContainsFunc(e, func(part Expr) bool { return Match(part, m) })
	case Not:
		return !Match(e.Expr, m)
	case Words:
		return slices.ContainsFunc(m.fields(e.Field), e.in)
	case Sent:
		return m.Sent != nil && (e.Since == nil || *m.Sent >= *e.Since) && (e.Until == nil || *m.Sent < *e.Until)
	case MessageID:
		return slices.Contains(m.IDs, e.PublicID())
	case InThread:
		return slices.Contains(m.Threads, e.ID)
	case InBatch:
		return slices.Contains(m.Batches, e.Name)
	case By:
		return slices.Contains(m.Senders, e.Person)
	case With:
		return slices.Contains(m.Senders, e.Person) || slices.Contains(m.Recipients, e.Person)
	case Is:
		return m.is(e.Property)
	case HasDefect:
		return slices.Contains(m.Defects, e.Kind)
	case Size:
		return (e.Min == 0 || m.Size >= e.Min) && (e.Max == 0 || m.Size <= e.Max)
	}
	return false
}

// fields returns the texts that a field stands for.
func (m *Message) fields(f Field) []string {
	all := []string{m.Subject, m.Body, m.From, m.To, m.Cc, m.Bcc, m.Files, m.Attached}
	if f == Anywhere {
		return all
	}
	return all[f-InSubject : f-InSubject+1]
}

func (m *Message) is(p Property) bool {
	switch p {
	case Root:
		return !m.HasParent
	case Reply:
		return m.HasParent
	case Duplicate:
		return m.CopyCount > 1
	case Variant:
		return m.HasVariant
	case Defective:
		return len(m.Defects) > 0
	case HasAttachment:
		return m.HasAttachment
	case Undated:
		return m.Sent == nil
	}
	return false
}

// in reports whether the tokens follow one another in folded text.
func (w Words) in(text string) bool {
	phrase := strings.Join(w.Tokens, " ")
	for from := 0; ; {
		at := strings.Index(text[from:], phrase)
		if at < 0 {
			return false
		}
		start := from + at
		end := start + len(phrase)
		begins := start == 0 || text[start-1] == ' '
		ends := w.Prefix || end == len(text) || text[end] == ' '
		if begins && ends {
			return true
		}
		from = start + 1
	}
}
