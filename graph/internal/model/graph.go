package model

import (
	"encoding/hex"

	"skein/internal/mail"
	"skein/internal/network"
)

// ReplyLink says why an entry is taken to answer another.
type ReplyLink struct{ Record mail.Link }

func (l ReplyLink) Kind() mail.LinkKind { return l.Record.Kind }

// Confidence returns 0 to 1.
func (l ReplyLink) Confidence() float64 { return float64(l.Record.Confidence) / 1000 }

// Evidence returns what supports the link.
func (l ReplyLink) Evidence() []Evidence {
	return each(l.Record.Evidence, func(e mail.Evidence) Evidence { return Evidence{e} })
}

// ReplyLinks returns the first links.
func ReplyLinks(links []mail.Link, first int) []ReplyLink {
	return each(links[:min(first, len(links))], func(l mail.Link) ReplyLink { return ReplyLink{l} })
}

// Evidence supports a statement.
type Evidence struct{ Record mail.Evidence }

func (e Evidence) Header() (string, bool) { return present(e.Record.Header) }
func (e Evidence) Value() string          { return e.Record.Value }
func (e Evidence) Sha256() string         { return hex.EncodeToString(e.Record.SHA[:]) }

// Thread is a thread of a view.
type Thread struct {
	Record *mail.Thread
	View   mail.View
}

func (t Thread) ID() mail.ID             { return t.Record.ID }
func (t Thread) Subject() (string, bool) { return present(t.Record.Subject) }
func (t Thread) MessageCount() int       { return t.Record.MessageCount }
func (t Thread) MissingCount() int       { return t.Record.MissingCount }
func (t Thread) StartedAt() *int64       { return t.Record.StartedAt }
func (t Thread) LatestAt() *int64        { return t.Record.LatestAt }

// Person is one or more addresses that are the same human.
type Person struct{ Record *mail.Person }

func (p Person) ID() mail.ID               { return p.Record.ID }
func (p Person) Name() string              { return p.Record.Name }
func (p Person) Addresses() []mail.Address { return p.Record.Addresses }
func (p Person) SentCount() int            { return p.Record.SentCount }
func (p Person) ReceivedCount() int        { return p.Record.ReceivedCount }
func (p Person) IsOwner() bool             { return p.Record.Owner }

// Tie says how often one person wrote to another, in a scope.
type Tie struct {
	Record mail.Tie
	Scope  string // what graph's loaders know the scope by
}

func (t Tie) ID() mail.ID     { return t.Record.ID }
func (t Tie) ToCount() int    { return t.Record.ToCount }
func (t Tie) CcCount() int    { return t.Record.CcCount }
func (t Tie) BccCount() int   { return t.Record.BccCount }
func (t Tie) FirstAt() *int64 { return t.Record.FirstAt }
func (t Tie) LastAt() *int64  { return t.Record.LastAt }

// Batch is one numbered release.
type Batch struct{ Record mail.Batch }

func (b Batch) ID() mail.ID               { return b.Record.ID }
func (b Batch) Collection() string        { return b.Record.Collection }
func (b Batch) Name() string              { return b.Record.Name }
func (b Batch) Published() (string, bool) { return present(b.Record.Published) }
func (b Batch) MessageCount() int         { return b.Record.MessageCount }
func (b Batch) CopyCount() int            { return b.Record.CopyCount }
func (b Batch) RejectedCount() int        { return b.Record.Rejected }

// Corpus counts what a store holds.
type Corpus struct{ Record mail.Corpus }

func (c Corpus) MessageCount() int              { return c.Record.Messages }
func (c Corpus) MissingCount() int              { return c.Record.Missing }
func (c Corpus) PersonCount() int               { return c.Record.People }
func (c Corpus) AddressCount() int              { return c.Record.Addresses }
func (c Corpus) CopyCount() int                 { return c.Record.Copies }
func (c Corpus) BatchCount() int                { return c.Record.Batches }
func (c Corpus) FirstSentAt() *int64            { return c.Record.FirstAt }
func (c Corpus) LastSentAt() *int64             { return c.Record.LastAt }
func (c Corpus) Revision() int64                { return c.Record.Revision }
func (c Corpus) ThreadCount(view mail.View) int { return c.Record.Threads[view] }
func (c Corpus) Ingest() IngestState            { return IngestState{c.Record} }

// IngestState is what the writer of a store is doing.
type IngestState struct{ record mail.Corpus }

// Since returns epoch milliseconds.
func (s IngestState) Since() *int64 { return s.record.Since }

// State returns the phase.
func (s IngestState) State() IngestPhase {
	if s.record.Loading {
		return Loading
	}
	return Idle
}

// IngestPhase is IDLE or LOADING.
type IngestPhase string

// The phases of a store.
const (
	Idle    IngestPhase = "IDLE"
	Loading IngestPhase = "LOADING"
)

// PathResult is the chains of people between two.
type PathResult struct {
	Paths     []Path
	Truncated bool
}

// Path is a chain of people.
type Path struct{ Hops []Hop }

// Length returns how many hops the chain has.
func (p Path) Length() int { return len(p.Hops) }

// Hop is one link of a chain.
type Hop struct {
	Record network.Hop
	Scope  string // what graph's loaders know the scope by
}

func (h Hop) SentCount() int { return h.Record.Sent }
func (h Hop) BackCount() int { return h.Record.Back }
