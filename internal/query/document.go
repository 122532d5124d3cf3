package query

import (
	"unicode/utf8"

	"skein/internal/mail"
)

// Boundary is the token between two values of one field. Fold never makes it,
// for it is neither letter nor digit, and the tokenizers of the engines keep
// it as one token.
const Boundary = "\u00b6"

// Document is the folded text of one message, as it is indexed: in every
// field, tokens joined by single blanks (see Fold). A boundary token between
// two values of a field (two addresses, two file names) keeps a phrase from
// running over it.
type Document struct {
	Subject, Body, From, To, Cc, Bcc, Files, Attached string
}

// maxAttached is how much of what the attachments of one message say is
// searched, in bytes of all of them together.
const maxAttached = 1 << 20

// NewDocument folds what is searched of one message; attached are the texts of
// its attachments, in the order of mail.Files. A mention comes to its
// name and then its address, so that a phrase may hold both. Mentions of other
// roles than From, To, Cc and Bcc are not searched.
func NewDocument(subject string, mentions []mail.Mention, attachments []mail.Attachment, text string, attached ...string) Document {
	var people [mail.Bcc + 1]values
	for _, m := range mentions {
		if m.Role <= mail.Bcc {
			people[m.Role].add(m.Name, m.Address)
		}
	}
	var files values
	for _, a := range attachments {
		files.add(a.Name)
	}
	var said values
	for room, i := maxAttached, 0; i < len(attached) && room > 0; i++ {
		some := cut(attached[i], room)
		room -= len(some)
		said.add(some)
	}
	return Document{
		Subject: Fold(subject),
		Body:    Fold(text),
		From:    string(people[mail.From]),
		To:      string(people[mail.To]),
		Cc:      string(people[mail.Cc]),
		Bcc:     string(people[mail.Bcc]),
		Files:   string(files),

		Attached: string(said),
	}
}

// cut returns the beginning of text, at most so many bytes of whole characters.
func cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most]
}

// values is a field of several values under construction.
type values []byte

// add appends one value made of parts; a value without tokens leaves no trace.
func (v *values) add(parts ...string) {
	separator := " " + Boundary + " "
	if len(*v) == 0 {
		separator = ""
	}
	for _, part := range parts {
		before := len(*v)
		*v = AppendFold(append(*v, separator...), part)
		if len(*v) == before+len(separator) {
			*v = (*v)[:before]
			continue
		}
		separator = " "
	}
}
