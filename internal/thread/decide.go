// Package thread decides, from the facts of mails, which copies are the same
// message, which messages are missing, which reply to which and which hang
// together. It is pure: equal facts give equal decisions, in whatever order
// they are given.
//
// The layers are keys, entries, links, threads; none reads upward.
package thread

import "skein/internal/mail"

// Version is raised when equal facts would be decided otherwise.
const Version = 1

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

// Missing says whether no copy of the entry exists.
func (e *Entry) Missing() bool { return len(e.Contents) == 0 }

// Link is a candidate: the entry that holds it may reply to Parent.
type Link struct {
	Parent     int // index into Decision.Entries
	Kind       mail.LinkKind
	Confidence int      // per mille
	Content    int      // the content that says so, the one of least SHA among equals
	Key        mail.Key // the cited key
	Chosen     [mail.Views]bool

	votes int // contents that say so
	depth int // place in References, the deepest
}

// Thread is a decided thread.
type Thread struct {
	Key               mail.Key         // least key of its members
	Views             [mail.Views]bool // one thread serves both views when its members are the same
	Members           []int            // indexes into Decision.Entries, by least key
	Subject           string           // of the earliest message
	Messages, Missing int
	Started, Latest   *int64 // epoch milliseconds
}

// Decision is what a closure of facts comes to. Entries are ordered by least
// key, threads by key.
type Decision struct {
	Entries []Entry
	Threads []Thread
}

// Poisoned says whether a Message-ID that so many different contents by so
// many senders claim tells nothing any more. Two mails with one id are a
// variant; a dozen people with one id are a broken mailer.
func Poisoned(contents, senders int) bool { return contents > 5 && senders > 3 }

// Decide decides a closure: contents that share no key, claimed or cited,
// with any content outside it, poisoned keys aside.
func Decide(contents []Content, poisoned map[mail.Key]bool) Decision {
	c := closure{contents: contents, poisoned: poisoned}
	c.join()
	c.link()
	for view := range mail.View(mail.Views) {
		c.choose(view)
	}
	return Decision{Entries: c.entries, Threads: c.threads()}
}

// closure is the work of one Decide.
type closure struct {
	contents []Content
	poisoned map[mail.Key]bool
	entries  []Entry
	holder   map[mail.Key]int // key to the entry that has it
}

// sent returns the date of an entry's canonical content, nil for none.
func (c *closure) sent(entry int) *int64 {
	e := &c.entries[entry]
	if e.Missing() {
		return nil
	}
	date := c.contents[e.Contents[0]].Facts.Sent
	if date == nil {
		return nil
	}
	return &date.Milli
}
