package mail

// LinkKind says what a reply link rests on.
type LinkKind string

// The kinds of reply links. A kind is never shown as more than it is.
const (
	ByReferences  LinkKind = "REFERENCES"
	ByInReplyTo   LinkKind = "IN_REPLY_TO"
	ByThreadIndex LinkKind = "THREAD_INDEX"
	ByGmailThread LinkKind = "GMAIL_THREAD"
	ByEmbedded    LinkKind = "EMBEDDED"
	ByQuote       LinkKind = "QUOTE"
	ByAttribution LinkKind = "ATTRIBUTION"
	BySubject     LinkKind = "SUBJECT"
	ByCorrection  LinkKind = "CORRECTION"
)

// Header names the field that a kind of link is read from, "" when it is none.
func (k LinkKind) Header() string {
	switch k {
	case ByReferences:
		return "References"
	case ByInReplyTo:
		return "In-Reply-To"
	case ByThreadIndex:
		return "Thread-Index"
	}
	return ""
}

// Evidence supports a statement, down to the copy and the header.
type Evidence struct {
	SHA    SHA    // the bytes that say so
	Header string // "References", "In-Reply-To"; empty when it is not a header
	Value  string // what stands there: an id, never body text
}

// Link is a reply link from a child to its parent.
type Link struct {
	Parent     ID
	Kind       LinkKind
	Confidence int // per mille
	Evidence   []Evidence
}

// Correspondent is an address as one message names it, with the person it is.
type Correspondent struct {
	Address string
	Name    string // empty when the message gives none
	Person  ID
}

// Entry is a place in a thread: a message, or a missing message. Fields below
// the first blank line are filled only when they were asked for.
type Entry struct {
	ID             ID
	Missing        bool
	MessageIDs     []string // sorted; empty when the mail has none
	Subject        string
	HasSubject     bool
	Sent           *Date
	Threads        [Views]ID
	Size           int64
	CopyCount      int
	VariantCount   int // contents that differ from the one shown
	RecipientCount int // distinct to, cc and bcc addresses
	CitedCount     int // messages whose headers cite it
	ListID         string

	From, To, Cc, Bcc []Correspondent // store.WantPeople

	Links [Views]*Link // store.WantLinks: the chosen parent of each view

	Candidates []Link // store.WantCandidates: every link considered, best first

	Copies []Copy // store.WantCopies, in batch order

	HTML        bool         // store.WantParts: a part that a reader is shown is HTML
	Attachments []Attachment // store.WantParts
	Defects     []Defect     // store.WantParts

	Variants []Variant // store.WantVariants

	Text string // store.WantText: the whole text

	CitedBy []ID // store.WantCitedBy: who cites it, by (sentAt, id), at most 200
}

// Variant is content that claims the same Message-ID as the one shown but
// differs from it.
type Variant struct {
	SHA     SHA
	Subject string
	Sent    *Date
	From    []Mention
	Copies  []Copy
}

// Copy is one raw occurrence of a mail.
type Copy struct {
	Batch        ID
	Source       string // path relative to the argument it was loaded by
	Part         string // part path inside the mail of the file, "2.1"; of a mail inside a mail inside it, "2.1/1"; empty for that mail itself
	Offset       int64  // bytes
	Length       int64  // bytes
	SHA          SHA
	PublisherID  string
	PublisherURL string
}

// Placed is an entry at its place in the reading order of a thread.
type Placed struct {
	Entry *Entry
	Depth int // 0 for a root
}

// Thread is the entries that the links of a view hold together.
type Thread struct {
	ID           ID
	Subject      string // of the earliest message; empty when none is known
	MessageCount int
	MissingCount int
	StartedAt    *int64 // epoch milliseconds
	LatestAt     *int64 // epoch milliseconds
}

// Person is one or more addresses that are the same human.
type Person struct {
	ID            ID
	Name          string // the display name most used; the least address when there is none
	Addresses     []Address
	SentCount     int // messages
	ReceivedCount int // messages that name the person in to, cc or bcc
	Owner         bool
}

// Address is one normalised mailbox address.
type Address struct {
	Address       string
	Names         []string // every display name seen, most used first
	SentCount     int
	ReceivedCount int
}

// Tie says how often one person wrote to another: the ties between their
// addresses, summed. A message that names two addresses of the person in one
// field counts twice.
type Tie struct {
	ID                         ID
	From, To                   ID
	ToCount, CcCount, BccCount int
	FirstAt, LastAt            *int64 // epoch milliseconds, nil when every message is undated
}

// Total returns how often the pair is named; a message that names the
// person in two fields counts in both.
func (t Tie) Total() int { return t.ToCount + t.CcCount + t.BccCount }

// Batch is one numbered release within a collection.
type Batch struct {
	ID           ID
	Collection   string
	Name         string
	Published    string // RFC 3339 date; empty when not given
	CopyCount    int
	MessageCount int
	Rejected     int
	Sources      int
}

// Corpus counts what a store holds.
type Corpus struct {
	Messages, Missing, People, Addresses, Copies, Batches int
	Threads                                               [Views]int
	FirstAt, LastAt                                       *int64 // epoch milliseconds
	Revision                                              int64  // grows with every committed round
	Loading                                               bool   // a writer holds the store
	Since                                                 *int64 // epoch milliseconds of the writer's start or the last round
}
