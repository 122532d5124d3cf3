// Package store is the contract between what is kept and what is asked: by
// question, never by query language, so that every engine answers alike.
// Package storetest is the same contract, executable.
//
// Look-ups are plural and answer in the order of their keys, nil or empty
// where there is nothing, so that one level of a GraphQL query is one call.
// An id that is malformed, unknown or of another kind names nothing; it is no
// error. The error of a cancelled context is returned by every method.
//
// Some definitions hold throughout:
//
//   - A copy is a place of a batch (path, part, offset) and its bytes; an item
//     that comes again with both is no other copy.
//   - What an entry shows of one mail (subject, date, size, list, text, parts,
//     authors) is that of its canonical copy; recipients are those of all.
//   - A present entry shows every Message-ID its copies state, poisoned ones
//     as well. A poisoned id finds nothing by id; query.MessageID finds all who
//     claim it.
//   - A person is the addresses, in From, To, Cc or Bcc of messages, with one
//     identity.FoldKey; an owner, when one of them is an owner of a collection.
//   - Batch order is (published, name in natural order, collection): what has
//     no date of publication is first, "9" is before "10", and names of equal
//     numbers go by their bytes.
package store

import (
	"context"
	"errors"
	"iter"

	"skein/internal/mail"
	"skein/internal/query"
)

// Errors by meaning; every engine wraps these.
var (
	ErrNotFound    = errors.New("not found")
	ErrBusy        = errors.New("store is busy")
	ErrVersion     = errors.New("store has another version")
	ErrUnavailable = errors.New("store is unavailable")
)

// Want says which groups of fields of an entry are asked for.
type Want uint16

const (
	WantPeople     Want = 1 << iota // From, To, Cc, Bcc
	WantLinks                       // Links
	WantCandidates                  // Candidates
	WantCopies                      // Copies, by (batch order, path, part, offset, SHA)
	WantParts                       // HTML, Attachments, Defects
	WantVariants                    // Variants, by SHA; each with the copies of all mails of its content
	WantText                        // Text
	WantCitedBy                     // CitedBy, oldest first, undated last
)

// Key is where a page begins: the sort value and the id's hash of an item.
// Every list is ordered by (Sort, Hash); a list says in which direction.
type Key struct {
	Sort int64
	Hash mail.Hash
}

// Undated is the sort value of what has no date. It is the least, so that it
// comes last where the newest comes first; where the oldest comes first, the
// sort value is -Undated, so that it comes last there too.
const Undated = int64(-1 << 62)

// Page asks for the first items after a key.
type Page struct {
	First int  // how many, 1 to 200; less counts as 1, more as 200
	After *Key // nil for the start; no item need stand there
	Total bool // count everything the list would hold
}

// List is one page of a list.
type List[T any] struct {
	Items []T
	Keys  []Key // one for each item
	More  bool  // items follow
	Total int   // set when the page asked for it
}

// Scope narrows what counts people, ties or missing messages to the messages
// that satisfy all of it. The zero value is everything. A batch that is not
// known holds nothing; a person who is not known takes nothing away.
type Scope struct {
	Since, Until  *int64     // epoch milliseconds, half-open; undated messages satisfy neither
	Batches       []mail.ID  // messages with a copy in one of these
	Match         query.Expr // nil for every message
	Without       []mail.ID  // people whose messages, sent or received, do not count
	MaxRecipients int        // messages with at most so many distinct recipients; 0 for any
}

// All says whether s is everything.
func (s Scope) All() bool {
	return s.Since == nil && s.Until == nil && len(s.Batches) == 0 && s.Match == nil &&
		len(s.Without) == 0 && s.MaxRecipients == 0
}

// Orders of lists. In every one, equal sort values are ordered by hash in the
// direction of the list.
type (
	SearchOrder uint8
	ThreadOrder uint8
	PersonOrder uint8
)

const (
	Newest SearchOrder = iota // Sent descending, undated last
	Oldest                    // Sent ascending, undated last
)

const (
	LatestThread  ThreadOrder = iota // LatestAt descending, undated last
	LargestThread                    // MessageCount descending
)

const (
	BusiestPerson PersonOrder = iota // SentCount+ReceivedCount, in scope, descending
	MostSent                         // SentCount descending
	MostReceived                     // ReceivedCount descending
)

// Edge is one directed pair of people in a snapshot of the ties.
type Edge struct {
	From, To mail.ID
	Count    int // Total of the tie, in scope
}

// Pair names a tie by its two people.
type Pair struct{ From, To mail.ID }

// Reader answers questions. It may be used by many goroutines at once. Every
// id it is given may be the hash of any key of the thing; every id it returns
// is that of the least key.
type Reader interface {
	Corpus(context.Context) (mail.Corpus, error)
	// Batches answers every batch in batch order.
	Batches(context.Context) ([]mail.Batch, error)

	// Entries answers messages and missing messages by any of their ids.
	Entries(ctx context.Context, ids []mail.ID, want Want) ([]*mail.Entry, error)
	// Threads answers threads by the id of a thread or of any of its entries'
	// keys under the letter T.
	Threads(ctx context.Context, ids []mail.ID, view mail.View) ([]*mail.Thread, error)
	// People answers people by the hash of any of their addresses.
	People(ctx context.Context, ids []mail.ID) ([]*mail.Person, error)
	// Published answers the messages with a copy of that publisher's id, oldest
	// first, undated last, in any batch when batch is "". No copy has the id "".
	// A copy's PublisherURL is its batch's template with {id} replaced by the
	// escaped id (url.PathEscape).
	Published(ctx context.Context, publisherID string, batch mail.ID, want Want) ([]*mail.Entry, error)

	// Search answers messages (never missing ones) that match expr.
	Search(ctx context.Context, expr query.Expr, order SearchOrder, want Want, page Page) (List[*mail.Entry], error)
	// FindThreads answers threads with a message that matches expr.
	FindThreads(ctx context.Context, expr query.Expr, view mail.View, order ThreadOrder, page Page) (List[*mail.Thread], error)
	// FindPeople answers people of whom every token of text (query.Fold) begins
	// a token of a name or an address, with their counts in scope; outside the
	// whole corpus, only those with a count. Names, and the counts of single
	// addresses, are corpus-wide.
	FindPeople(ctx context.Context, text string, scope Scope, order PersonOrder, page Page) (List[*mail.Person], error)
	// FindMissing answers missing messages cited by a message that matches
	// expr and scope, CitedCount descending, which is corpus-wide.
	FindMissing(ctx context.Context, expr query.Expr, scope Scope, want Want, page Page) (List[*mail.Entry], error)

	// Replies answers, for each parent, the entries whose chosen parent it is
	// in view, Sent ascending, undated last.
	Replies(ctx context.Context, parents []mail.ID, view mail.View, want Want, page Page) ([]List[*mail.Entry], error)
	// ThreadEntries answers each thread in reading order (see Arrange); Sort
	// of its keys is the position, from 0.
	ThreadEntries(ctx context.Context, threads []mail.ID, view mail.View, want Want, page Page) ([]List[mail.Placed], error)
	// Participants answers who wrote or received messages of each thread, by
	// how many of them, descending, which is Sort. Counts of the people are
	// corpus-wide.
	Participants(ctx context.Context, threads []mail.ID, view mail.View, page Page) ([]List[*mail.Person], error)

	// Correspondents answers, for each person, the ties that start there,
	// Total descending in scope. Sort is Total, Hash is the other person's.
	// A message counts in a tie once for each of To, Cc and Bcc, however many
	// addresses of either person it names there; who writes to oneself has a
	// tie to oneself.
	Correspondents(ctx context.Context, people []mail.ID, scope Scope, page Page) ([]List[mail.Tie], error)
	// Ties answers the tie of each pair in scope; nil when there is none.
	Ties(ctx context.Context, pairs []Pair, scope Scope) ([]*mail.Tie, error)
	// TieMessages answers, for each pair, the messages that From wrote to To,
	// Newest first.
	TieMessages(ctx context.Context, pairs []Pair, scope Scope, want Want, page Page) ([]List[*mail.Entry], error)
	// Edges yields every tie in scope, in no particular order.
	Edges(ctx context.Context, scope Scope) iter.Seq2[Edge, error]

	// Attachments answers the files that messages carry, as these are shown;
	// nil where none does. Text is read with WantText.
	Attachments(ctx context.Context, files []mail.SHA, want Want) ([]*mail.File, error)
	// AttachmentMessages answers, for each file, the messages that carry it, as
	// they are shown, Newest first.
	AttachmentMessages(ctx context.Context, files []mail.SHA, want Want, page Page) ([]List[*mail.Entry], error)

	// Originals says whether the bytes of the mails are here.
	Originals() bool
	// Original answers the bytes of a mail, or of a rejected item, as they
	// were released, or ErrNotFound.
	Original(ctx context.Context, sha mail.SHA) ([]byte, error)
	// Dump yields the canonical records, by kind, then by the fields that name
	// one, compared as bytes, numbers by value (dump v1).
	Dump(context.Context) iter.Seq2[Record, error]

	Close() error
}
