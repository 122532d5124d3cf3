// Package query is the search language: text to Expr, and Match as the plain
// meaning of an Expr, by which every engine is measured.
package query

import "skein/internal/mail"

// Expr is a condition on one message. Its types are below; nil is true.
type Expr interface{ expr() }

type (
	// And is true when all of its parts are; empty is true.
	And []Expr
	// Or is true when one of its parts is; empty is false.
	Or []Expr
	// Not is true when its part is not.
	Not struct{ Expr Expr }

	// Words is true when the folded Tokens follow one another in Field.
	Words struct {
		Field  Field
		Tokens []string // folded, see Fold; never empty
		Prefix bool     // the last token may go on
	}
	// Sent is true for messages dated in [Since, Until), epoch milliseconds.
	Sent struct{ Since, Until *int64 }
	// MessageID is true for messages, present ones, of that canonical id, or
	// of that public id ("M_…"); PublicID tells the two apart.
	MessageID struct{ ID string }
	// InThread is true for messages of that thread in the Probable view.
	InThread struct{ ID mail.ID }
	// InBatch is true for messages with a copy in a batch of that name.
	InBatch struct{ Name string }
	// By is true for messages that the person sent.
	By struct{ Person mail.ID }
	// With is true for messages that the person sent or received.
	With struct{ Person mail.ID }
	// Is is true for messages with that property.
	Is struct{ Property Property }
	// HasDefect is true for messages of whose canonical copy a defect of that
	// kind is known.
	HasDefect struct{ Kind mail.DefectKind }
	// Size is true for mails of Min to Max bytes; 0 is no bound.
	Size struct{ Min, Max int64 }
)

func (And) expr()       {}
func (Or) expr()        {}
func (Not) expr()       {}
func (Words) expr()     {}
func (Sent) expr()      {}
func (MessageID) expr() {}
func (InThread) expr()  {}
func (InBatch) expr()   {}
func (By) expr()        {}
func (With) expr()      {}
func (Is) expr()        {}
func (HasDefect) expr() {}
func (Size) expr()      {}

// Field is what Words looks at.
type Field uint8

const (
	Anywhere Field = iota // any of the fields below; Tokens stand in one of them
	InSubject
	InBody
	InFrom // names and addresses of the From field
	InTo
	InCc
	InBcc
	InFiles    // attachment names
	InAttached // what attachments say
)

// Property is what Is looks at.
type Property uint8

const (
	Root          Property = iota // no chosen parent in the Probable view
	Reply                         // a chosen parent in the Probable view
	Duplicate                     // more than one copy
	Variant                       // a variant exists
	Defective                     // a defect was found
	HasAttachment                 // an attachment
	Undated                       // no date could be read
)

// PublicID returns the id that finds the message: e.ID itself when it is one,
// else that of the key of the Message-ID.
func (e MessageID) PublicID() mail.ID {
	if isID(e.ID, mail.MessageLetter) {
		return mail.ID(e.ID)
	}
	return mail.MessageIDKey(e.ID).Hash().ID(mail.MessageLetter)
}

// isID reports whether text is a well-formed public id with that letter.
func isID(text string, letter byte) bool {
	got, _, ok := mail.ID(text).Parse()
	return ok && got == letter
}
