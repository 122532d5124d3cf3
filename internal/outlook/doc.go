// Package outlook reads what Outlook makes instead of mail: .msg files
// ([MS-OXMSG]) and TNEF parts, winmail.dat ([MS-OXTNEF]).
//
// Both are lists of MAPI properties ([MS-OXPROPS]). They are made into what a
// mail has: header fields, texts and files. Equal bytes always give equal
// results. Input is hostile: nothing recurses on its structure; no more bytes
// are read than a file has, and a MiB, and no more texts and files are made of it
// than ten times its size or 128 MiB more than that, and a MiB.
package outlook

import (
	"errors"
	"fmt"
)

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

	mail bool // made here: a mail that may stand among others as it is
}

// room bounds what is read or made of a file: so many times its size, or 128 MiB
// more than it, whichever is less, and a MiB.
func room(times, size int) int { return min(times*size, size+128<<20) + 1<<20 }

// maxFiles bounds the attachments and the recipients of one message together.
const maxFiles = 5000

// maxFaults bounds what is told of one file.
const maxFaults = 20

func addFault(faults []Fault, format string, args ...any) []Fault {
	if len(faults) < maxFaults {
		faults = append(faults, Fault(fmt.Sprintf(format, args...)))
	}
	return faults
}
