package main

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// graph is what a dump says, read with nothing of ours but the format.
type graph struct {
	entries  map[string]*entry // by id
	byID     map[string]*entry // by Message-ID
	bySHA    map[string]*entry // by SHA-256 of a copy
	copies   []mailCopy        // by source and offset
	rejected int               // items that are no mail
}

// entry is a message or a missing message.
type entry struct {
	id         string
	missing    bool
	messageIDs []string
	thread     string // of the Certain view
	subject    string
	sent       int64 // seconds since 1970; 0 when it has no date
	dated      bool
	people     map[string][]string // addresses by role, "from" and so on
	parent     *entry              // chosen in the Certain view
	own        bool                // its own headers say so, not another mail's References
	copies     map[string]bool     // SHA-256
}

// link is a candidate parent.
type link struct {
	Child, Parent string
	Chosen        []string
	Evidence      []string // "sha256 header"
}

type mailCopy struct {
	Message, Source string
	Offset          int64
	SHA256          string
}

// line is any line of a dump.
type line struct {
	Kind       string
	ID         string
	MessageIDs []string
	Threads    []string
	Subject    string
	SentAt     *int64   // milliseconds
	People     []string // "role address name"
}

// readDump reads dump v1. Copies and links come before the messages that they
// name.
func readDump(dump []byte) (*graph, error) {
	g := &graph{entries: map[string]*entry{}, byID: map[string]*entry{}, bySHA: map[string]*entry{}}
	var links []*link
	lines := bufio.NewScanner(bytes.NewReader(dump))
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var l line
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			return nil, fmt.Errorf("dump: %w", err)
		}
		var err error
		switch l.Kind {
		case "copy":
			var c mailCopy
			err = json.Unmarshal(lines.Bytes(), &c)
			g.copies = append(g.copies, c)
		case "link":
			var into link
			err = json.Unmarshal(lines.Bytes(), &into)
			links = append(links, &into)
		case "message", "missing":
			g.add(l)
		case "rejected":
			g.rejected++
		}
		if err != nil {
			return nil, fmt.Errorf("dump: %w", err)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("dump: %w", err)
	}
	return g, g.connect(links)
}

func (g *graph) add(l line) {
	e := &entry{
		id: l.ID, missing: l.Kind == "missing", messageIDs: l.MessageIDs, subject: l.Subject,
		copies: map[string]bool{}, people: map[string][]string{},
	}
	if l.SentAt != nil {
		e.sent, e.dated = *l.SentAt/1000, true
	}
	for _, p := range l.People {
		role, address := roleAndAddress(p)
		e.people[role] = append(e.people[role], address)
	}
	if len(l.Threads) > 0 {
		e.thread = l.Threads[0]
	}
	g.entries[e.id] = e
	for _, id := range l.MessageIDs {
		g.byID[id] = e
	}
}

// roleAndAddress takes the name off "role address name". An address may hold
// blanks between quotes.
func roleAndAddress(person string) (role, address string) {
	role, rest, _ := strings.Cut(person, " ")
	from := 0
	if strings.HasPrefix(rest, `"`) {
		from = max(0, strings.Index(rest, `"@`))
	}
	if end := strings.IndexByte(rest[from:], ' '); end >= 0 {
		rest = rest[:from+end]
	}
	return role, rest
}

// connect ties copies and links to their messages.
func (g *graph) connect(links []*link) error {
	for _, c := range g.copies {
		e, known := g.entries[c.Message]
		if !known {
			return fmt.Errorf("dump: a copy of %s, which is no message", c.Message)
		}
		e.copies[c.SHA256] = true
		g.bySHA[c.SHA256] = e
	}
	for _, l := range links {
		child, parent := g.entries[l.Child], g.entries[l.Parent]
		if child == nil || parent == nil {
			return fmt.Errorf("dump: a link from %s to %s, of which one is no message", l.Child, l.Parent)
		}
		if slices.Contains(l.Chosen, "CERTAIN") {
			child.parent, child.own = parent, child.says(l)
		}
	}
	slices.SortFunc(g.copies, func(a, b mailCopy) int {
		return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.Offset, b.Offset))
	})
	return nil
}

// says tells whether a copy of the entry itself is evidence of the link.
func (e *entry) says(l *link) bool {
	return slices.ContainsFunc(l.Evidence, func(evidence string) bool {
		sha, _, _ := strings.Cut(evidence, " ")
		return e.copies[sha]
	})
}

// name returns a Message-ID of the entry, "" for nil.
func (e *entry) name() string {
	if e == nil {
		return ""
	}
	if len(e.messageIDs) == 0 {
		return e.id
	}
	return e.messageIDs[0]
}
