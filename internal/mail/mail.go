// Package mail holds the words of Skein: what a message, a copy, an address,
// a thread or a tie is, and the keys by which they are known.
//
// It is values only. It reads nothing, stores nothing and imports the
// standard library alone, so every other package can speak its language.
package mail

import "slices"

// SHA is the SHA-256 of the bytes of one copy of a mail.
type SHA [32]byte

// View says which reply links are believed.
type View uint8

const (
	// Certain takes the links that headers or people state.
	Certain View = iota
	// Probable takes the inferred links as well.
	Probable
)

// Views is how many views there are.
const Views = 2

// Role says in which header field a mention stood.
type Role uint8

const (
	From Role = iota
	To
	Cc
	Bcc
	Sender
	ReplyTo
	DeliveredTo
)

var roleNames = [...]string{"from", "to", "cc", "bcc", "sender", "reply-to", "delivered-to"}

// String returns the lower-case field name.
func (r Role) String() string {
	if int(r) < len(roleNames) {
		return roleNames[r]
	}
	return "role?"
}

// Mention is one address as one header field of one mail names it.
type Mention struct {
	Role    Role   `json:"r"`
	Address string `json:"a"`           // normalised, see parse.Address; never empty
	Name    string `json:"n,omitempty"` // display name, decoded; empty when none was given
	Group   string `json:"g,omitempty"` // RFC 5322 group the address stood in
}

// Date is the moment a mail claims, with the clock it was written on.
type Date struct {
	Milli  int64 `json:"t"`           // milliseconds since 1970-01-01T00:00:00Z
	Offset int   `json:"o,omitempty"` // seconds east of UTC, as written
}

// Attachment is one part of a mail that is not its text.
type Attachment struct {
	Name string `json:"n,omitempty"` // file name, decoded; empty when none was given
	Type string `json:"t"`           // media type, lower case, "application/octet-stream" when unknown
	Size int64  `json:"s"`           // bytes after decoding
	SHA  SHA    `json:"h"`           // of the decoded bytes
	Part string `json:"p"`           // part path such as "2.1"

	Inline    bool   `json:"in,omitempty"` // Content-Disposition says that it is shown with the text (RFC 2183 §2.1)
	ContentID string `json:"id,omitempty"` // by which HTML names it (RFC 2392), without angle brackets
}

// File is the bytes of attachments: one thing, in however many messages. All
// of it but Text and Note follows from the bytes alone; those two depend on the
// programs of the host that read them.
type File struct {
	SHA  SHA
	Size int64  // bytes
	Type string // media type that the bytes have, whatever mails call them
	Text string // what it says, as far as it could be read: valid UTF-8
	Note string // why there is no text, or not all of it; empty when there is nothing to say
}

// Files names the files of attachments, each once, in their order.
func Files(attachments []Attachment) []SHA {
	var files []SHA
	for i := range attachments {
		if !slices.Contains(files, attachments[i].SHA) {
			files = append(files, attachments[i].SHA)
		}
	}
	return files
}

// DefectKind names something wrong in the bytes of a mail.
type DefectKind string

// Defect is something wrong in the bytes that was repaired or set aside.
type Defect struct {
	Kind   DefectKind `json:"k"`
	Offset int64      `json:"o"`           // byte offset in the mail
	Detail string     `json:"d,omitempty"` // short; never body text
}

// Facts is everything that was read from the bytes of one mail. It depends on
// nothing else, so equal bytes always give equal facts.
type Facts struct {
	MessageIDs      []string     `json:"m,omitempty"`  // canonical, see MessageIDKey; header order, distinct
	Content         Hash         `json:"c"`            // hash of the content key, transport headers left out
	Sent            *Date        `json:"d,omitempty"`  // nil when no date could be read
	Subject         string       `json:"s,omitempty"`  // decoded, white space collapsed
	HasSubject      bool         `json:"hs,omitempty"` // a Subject field was present, however empty
	Mentions        []Mention    `json:"a,omitempty"`  // in role order, then header order
	InReplyTo       []string     `json:"i,omitempty"`  // canonical ids, header order, distinct
	InReplyToStrict bool         `json:"is,omitempty"` // exactly one <id> and nothing around it
	References      []string     `json:"r,omitempty"`  // canonical ids, header order, distinct (last place kept)
	ThreadIndex     []byte       `json:"ti,omitempty"` // decoded PidTagConversationIndex
	ThreadTopic     string       `json:"tt,omitempty"`
	GmailThread     string       `json:"gt,omitempty"`
	ListID          string       `json:"l,omitempty"`
	Bulk            bool         `json:"b,omitempty"` // Precedence bulk, list or junk, or Auto-Submitted
	HTML            bool         `json:"w,omitempty"` // a part that a reader is shown is HTML
	Attachments     []Attachment `json:"f,omitempty"`
	Defects         []Defect     `json:"x,omitempty"`
}

// Authors returns the From mentions.
func (f *Facts) Authors() []Mention { return f.with(From) }

func (f *Facts) with(role Role) []Mention {
	var found []Mention
	for _, m := range f.Mentions {
		if m.Role == role {
			found = append(found, m)
		}
	}
	return found
}
