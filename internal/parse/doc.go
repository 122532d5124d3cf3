// Package parse reads the bytes of one mail and gives its facts and the text
// a reader sees.
//
// It promises that no header, however broken, costs the message: bytes are
// refused only when they hold no header field at all. It promises that equal
// bytes give equal facts, on every host and in every time zone, and that
// hostile bytes cost no more than time and memory in proportion to their
// size: nothing recurses on their structure, and depth, parts, fields and
// expansion have limits.
//
// A tolerant scanner of our own finds the header fields of the mail. The MIME
// library then reads its parts. Where it gives up, a tolerant reader of our own
// finds them, and the library still decodes each. Message ids, addresses, dates and subjects are always read by scanners of
// our own, because strict ones lose what is plainly there. Whatever was
// repaired or set aside is a defect, with its place.
package parse

// Version is raised when equal bytes would give other facts than before.
const Version = 2

// Limits on the bytes of strangers.
const (
	maxHeaderBytes = 4 << 20     // of one header, the mail's or a part's
	maxFields      = 1000        // of one header
	maxDepth       = 64          // multiparts inside one another
	maxParts       = 5000        // of one mail
	maxText        = 4 << 20     // bytes of Result.Text
	maxExpansion   = 10          // decoded bytes for each raw byte …
	expansionSpare = 1 << 20     // … and so many more
	maxIDs         = 1000        // message ids of one field
	maxMentions    = 20000       // addresses of one mail
	maxAddress     = 320         // bytes of a normalised address (RFC 3696 errata 1690)
	maxName        = 1000        // bytes of a display or file name, or of a Content-ID
	maxSubject     = 10000       // bytes
	maxDefects     = 100         // of one mail
	maxThreadIndex = 22 + 5*1000 // bytes
)
