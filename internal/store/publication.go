package store

import (
	"skein/internal/mail"
	"skein/internal/query"
)

// Point is a state of a ledger. The zero Point is that of an empty one.
type Point struct {
	Revision int64  // grows with every round
	Token    string // drawn by chance with the round: a ledger that went another way has another
	At       int64  // epoch milliseconds of the round
}

// Publication is what brings a published graph from one state of the ledger
// to a later one, or one piece of a whole graph. Everything in it is as it is
// at Until. What is gone is taken out first: a thing that is New may have the
// id of one that is gone.
type Publication struct {
	Since, Until Point

	Gone      Gone
	Batches   []PublishedBatch
	Rejected  []PublishedRejected // new ones; those of a batch that is gone go with it
	People    []PublishedPerson
	Addresses []PublishedAddress
	Threads   []PublishedThread
	Files     []mail.File        // of the attachments of messages with a Body, each once
	Messages  []PublishedMessage // in the order of their rows
	Ties      []PublishedTie
}

// Gone names what the published graph may hold and the ledger does not.
type Gone struct {
	Messages  []mail.ID
	Threads   []ThreadKey
	People    []mail.ID
	Addresses []mail.ID // as PublishedAddress.ID
	Batches   []mail.ID
}

// ThreadKey tells threads apart: the views may hold different entries together
// under one id.
type ThreadKey struct {
	ID    mail.ID
	Views [mail.Views]bool
}

// PublishedBatch is a batch as it is now.
type PublishedBatch struct {
	mail.Batch
	URL string // template of the publisher's page, with {id}; empty when none
}

// PublishedRejected is an item that could not be read as a mail.
type PublishedRejected struct {
	Batch          mail.ID
	Source         string
	Offset, Length int64
	Reason         string
	SHA            mail.SHA
}

// PublishedPerson is a person as it is now.
type PublishedPerson struct {
	mail.Person        // Addresses has the texts alone
	New         bool   // the graph does not hold it yet
	Search      string // each token of names and addresses, folded, after a blank
}

// PublishedAddress is an address as it is now.
type PublishedAddress struct {
	mail.Address
	ID     mail.ID // the id under which the address finds its person
	Person mail.ID
	New    bool // the graph does not hold it yet
	Uses   bool // the graph does not hold yet that the person uses it
}

// PublishedThread is a thread as it is now.
type PublishedThread struct {
	mail.Thread
	Views [mail.Views]bool
	New   bool // the graph does not hold it yet
}

// Key returns what tells t apart.
func (t PublishedThread) Key() ThreadKey { return ThreadKey{t.ID, t.Views} }

// PublishedMessage is a message, or a missing message, as it is now. A graph
// holds what its body says apart from where it stands, for a message moves
// more often than it changes. What is New has a Body; its Place comes with it,
// or, in a whole graph, in a later piece.
type PublishedMessage struct {
	*mail.Entry // of it CitedBy is never filled

	New bool // the graph does not hold it yet

	// Body says that what it is made of is new: all fields of Entry but those of
	// Place, and Keys to Document.
	Body      bool
	Keys      []mail.Hash // every key that finds it, its least included
	Poisoned  []string    // Message-IDs it states that find nothing, sorted
	Canonical mail.SHA    // of the copy shown
	Document  query.Document

	// Place says that where it stands is new: Links, Candidates, Threads and
	// CitedCount of Entry, and what follows.
	Place    bool
	ThreadOf [mail.Views]ThreadKey
	Cites    []mail.ID // the entries that its headers cite, itself left out, sorted
}

// PublishedTie is what one address wrote to another, by month. Without months
// there is no tie any more.
type PublishedTie struct {
	From, To string // addresses
	Months   []TieMonth
}

// TieMonth counts the mentions of one month.
type TieMonth struct {
	Month       int    // 201610, UTC; 0 for undated
	Count       [3]int // to, cc, bcc
	First, Last *int64 // epoch milliseconds; nil for undated
}
