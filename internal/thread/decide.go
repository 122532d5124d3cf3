// Package thread decides, from the facts of mails, which copies are the same
// message, which messages are missing, which reply to which and which hang
// together. It is pure: equal facts give equal decisions, in whatever order
// they are given.
package thread

import "skein/internal/mail"

// Content is one distinct mail as threading sees it.
type Content struct {
	SHA   mail.SHA
	Facts *mail.Facts
}

// Entry is a decided message or missing message.
type Entry struct {
	Keys     []mail.Key      // least first; the least gives the id
	Contents []int           // indexes of Contents, the canonical one first; empty when missing
	Variants []int           // of Contents, one index for each content that differs from the canonical one, by SHA
	Mentions []mail.Mention  // From of the canonical content, To, Cc and Bcc of all, each address once per role
	Links    []Link          // every candidate parent, best first
	Parent   [mail.Views]int // index into Decision.Entries of the chosen parent; -1 for none
	Thread   [mail.Views]int // index into Decision.Threads
	Cited    int             // distinct present entries that cite it
}

// Link is a candidate: this entry may reply to Parent.
type Link struct {
	Parent     int // index into Decision.Entries
	Kind       mail.LinkKind
	Confidence int      // per mille
	Content    int      // the content that says so, least SHA first
	Key        mail.Key // the cited key
	Chosen     [mail.Views]bool
}

// Thread is a decided thread.
type Thread struct {
	Key               mail.Key         // least key of its members
	Views             [mail.Views]bool // in which views it stands; one row serves both when its members are the same
	Members           []int            // indexes into Decision.Entries
	Subject           string           // of the earliest message
	Messages, Missing int
	Started, Latest   *int64 // epoch milliseconds
}

// Decision is what a closure of facts comes to.
type Decision struct {
	Entries []Entry
	Threads []Thread
}
