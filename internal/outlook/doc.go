// Package outlook reads what Outlook makes instead of mail: .msg files
// ([MS-OXMSG]) and TNEF parts, winmail.dat ([MS-OXTNEF]).
//
// Both are lists of MAPI properties ([MS-OXPROPS]). They are made into what a
// mail has: header fields, texts and files. Equal bytes always give equal
// results. Input is hostile: nothing recurses on its structure, and no more
// bytes are made of a file than twice its size and a MiB.
package outlook

import "errors"

// Fault is something that could not be read and was left out.
type Fault string

var errNotOutlook = errors.New("not an Outlook message")

// File is an attachment.
type File struct {
	Name      string // empty when none is given
	Type      string // media type; empty when none is given
	ContentID string
	Inline    bool // shown in the text, by its ContentID
	Data      []byte
}

// room bounds what is made of a file of size bytes.
func room(size int) int { return 2*size + 1<<20 }

// maxFiles bounds the attachments and the recipients of one message.
const maxFiles = 5000
