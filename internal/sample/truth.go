package sample

import (
	"fmt"
	"slices"
)

// Truth is one line of truth.jsonl: what is so, whatever the mail's bytes say.
type Truth struct {
	Kind   string `json:"kind"`             // "mail", or "withheld" for one that is in no batch
	Path   string `json:"path,omitempty"`   // below the folder of the release, with slashes
	Offset int64  `json:"offset,omitempty"` // of the mail's first byte in a file of many, after the separator line and after decompression
	Length int64  `json:"length,omitempty"` // bytes
	Batch  string `json:"batch,omitempty"`

	Message   int    `json:"message"`             // the same for every copy and variant
	MessageID string `json:"messageId,omitempty"` // without brackets; empty when the mail has none
	Thread    int    `json:"thread"`
	Subject   string `json:"subject"`
	SentAt    int64  `json:"sentAt"` // the real moment, epoch milliseconds

	From   string   `json:"from"`             // id of a correspondent
	Writer string   `json:"writer,omitempty"` // who sent it for From
	To     []string `json:"to,omitempty"`
	Cc     []string `json:"cc,omitempty"`
	Bcc    []string `json:"bcc,omitempty"` // of the message; only a sent copy shows them

	Parent          *int   `json:"parent,omitempty"` // message number
	ParentID        string `json:"parentId,omitempty"`
	ParentInRelease bool   `json:"parentInRelease"`
	Cites           string `json:"cites,omitempty"` // references, in-reply-to, thread-index or none
	Quote           string `json:"quote,omitempty"` // outlook, attribution, inline, bare, lotus, forward or attached

	Cited  bool `json:"cited,omitempty"`  // of a withheld mail: a present mail's headers name it
	Quoted bool `json:"quoted,omitempty"` // of a withheld mail: a present mail shows text of it

	CopyOf    string   `json:"copyOf,omitempty"`    // "path" or "path:offset" of the first mail with this content
	VariantOf string   `json:"variantOf,omitempty"` // the same, when the content differs
	Files     []string `json:"files,omitempty"`     // names of attachments
	Hazards   []string `json:"hazards,omitempty"`   // what makes it hard to read or to place
	Defects   []string `json:"defects,omitempty"`   // kinds of defects that a reader must report (mail.DefectKind)
}

// Place is how CopyOf and VariantOf name a mail.
func (t *Truth) Place() string {
	if t.Offset == 0 {
		return t.Path
	}
	return fmt.Sprint(t.Path, ":", t.Offset)
}

// Correspondent is the line of truth.jsonl on one person, list, robot or role.
type Correspondent struct {
	Kind      string   `json:"kind"` // person, list, robot or role
	ID        string   `json:"id"`
	Name      string   `json:"name"`
	Addresses []string `json:"addresses"`
	Owner     bool     `json:"owner,omitempty"`
}

// truth states what is so of a mail, apart from where its copies are.
func (g *generator) truth(t *thread, n *node) Truth {
	truth := Truth{
		Kind: "mail", Message: n.message, MessageID: n.id, Thread: t.number, Subject: n.subject,
		SentAt: n.sent * 1000, From: g.cast.all[n.author].id,
		To: g.ids(n.to), Cc: g.ids(n.cc), Bcc: g.ids(n.bcc), Quote: n.quote.style, Hazards: n.hazards,
	}
	if n.writer != n.author {
		truth.Writer = g.cast.all[n.writer].id
	}
	if n.parent >= 0 {
		parent := &t.nodes[n.parent]
		truth.Parent, truth.ParentID = &parent.message, parent.id
		truth.ParentInRelease = !parent.withheld
		truth.Cites = string(n.cites)
	}
	return truth
}

func (g *generator) ids(people []int) []string {
	var ids []string
	for _, p := range people {
		ids = append(ids, g.cast.all[p].id)
	}
	return ids
}

// withheldTruth states what is so of a mail that never comes, and what the
// others give away of it.
func (g *generator) withheldTruth(t *thread, i int) Truth {
	truth := g.truth(t, &t.nodes[i])
	truth.Kind, truth.Cites, truth.Quote = "withheld", "", ""
	for _, n := range t.nodes[i+1:] {
		if n.withheld {
			continue
		}
		child := n.parent == i
		truth.Cited = truth.Cited || slices.Contains(n.cited, truth.MessageID) || child && n.cites == citesThreadIndex
		truth.Quoted = truth.Quoted || child && n.quote.style != ""
	}
	return truth
}
