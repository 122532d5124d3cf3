package storetest

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"time"

	"skein/internal/mail"
	"skein/internal/query"
	"skein/internal/store"
	"skein/internal/thread"
)

// domain ends every short address and Message-ID of the mailboxes here.
const domain = "@example.org"

// option changes what m wrote.
type option func(*store.Item)

// m writes one mail, its facts given rather than parsed.
//
//	label    "a1": Message-ID a1@example.org; "a1+a2": both; "": none
//	route    "ann, Bo Li <bo> -> cid / dee / eve": From -> To / Cc / Bcc
//	when     "03-01 09:00" of 2016 in UTC, or in full with a zone; "" for undated
//	refs     "a0 a1": References; "re:a1": an In-Reply-To that is one id and
//	         nothing else; "maybe:a1": one of several, or among prose
func m(label, route, when, refs, subject, body string, options ...option) store.Item {
	facts := mail.Facts{Subject: subject, HasSubject: true, Sent: date(when), Mentions: mentions(route)}
	if label != "" {
		facts.MessageIDs = messageIDs(strings.Split(label, "+"))
	}
	for ref := range strings.FieldsSeq(refs) {
		if id, ok := strings.CutPrefix(ref, "re:"); ok {
			facts.InReplyTo, facts.InReplyToStrict = messageIDs([]string{id}), true
		} else if id, ok := strings.CutPrefix(ref, "maybe:"); ok {
			facts.InReplyTo = append(facts.InReplyTo, id+domain)
		} else {
			facts.References = append(facts.References, ref+domain)
		}
	}
	content := strings.Join([]string{route, when, subject, body}, "\n")
	facts.Content = mail.HashOf("content\n" + content)
	item := store.Item{
		Path: "mail/" + strings.ReplaceAll(label+" "+subject, " ", "_") + ".eml",
		Raw: fmt.Appendf(nil, "Message-ID: %s\nReferences: %s\nPeople: %s\nDate: %s\nSubject: %s\n\n%s",
			label, refs, route, when, subject, body),
		Text: body, Facts: facts,
	}
	for _, o := range options {
		o(&item)
	}
	return seal(item)
}

// Text reads again the text of a mail of the mailboxes here: what follows the
// first empty line.
func Text(raw []byte) string {
	_, text, _ := strings.Cut(string(raw), "\n\n")
	return text
}

// head adds a line at the beginning of the mail.
func head(i *store.Item, format string, args ...any) {
	i.Raw = append(fmt.Appendf(nil, format+"\n", args...), i.Raw...)
}

// seal computes what follows from the rest.
func seal(item store.Item) store.Item {
	item.SHA = sha256.Sum256(item.Raw)
	if item.Rejected == "" {
		f := &item.Facts
		item.TextSHA = sha256.Sum256([]byte(item.Text))
		item.Index = query.NewDocument(f.Subject, thread.Mentions(f), f.Attachments, item.Text, item.FileTexts()...)
	}
	return item
}

func messageIDs(labels []string) []string {
	var ids []string
	for _, label := range labels {
		ids = append(ids, label+domain)
	}
	return ids
}

// date reads when; the mailboxes are written by hand, so what cannot be read
// is a mistake in this package.
func date(when string) *mail.Date {
	if when == "" {
		return nil
	}
	for _, layout := range []string{"2006-01-02 15:04:05 -0700", "2006-01-02 15:04", "01-02 15:04"} {
		t, err := time.Parse(layout, when)
		if err != nil {
			continue
		}
		if t.Year() == 0 {
			t = t.AddDate(2016, 0, 0)
		}
		_, offset := t.Zone()
		return &mail.Date{Milli: t.UnixMilli(), Offset: offset}
	}
	panic("storetest: no date: " + when)
}

func mentions(route string) []mail.Mention {
	from, rest, _ := strings.Cut(route, "->")
	found := field(mail.From, from)
	for n, list := range strings.Split(rest, " / ") {
		found = append(found, field(mail.To+mail.Role(n), list)...)
	}
	return found
}

func field(role mail.Role, list string) []mail.Mention {
	var found []mail.Mention
	for one := range strings.SplitSeq(list, ",") {
		name, address, ok := strings.Cut(one, "<")
		if !ok {
			name, address = "", one
		}
		address = strings.TrimRight(strings.TrimSpace(address), ">")
		if address == "" {
			continue
		}
		if !strings.Contains(address, "@") {
			address += domain
		}
		found = append(found, mail.Mention{Role: role, Address: address, Name: strings.TrimSpace(name)})
	}
	return found
}

// at puts the item at a place of a file, such as "box.mbox" 120.
func at(path string, offset int64) option {
	return func(i *store.Item) { i.Path, i.Offset = path, offset }
}

// part puts the item inside the mail of its file.
func part(path string) option { return func(i *store.Item) { i.Part = path } }

// publisher gives the item the publisher's id.
func publisher(id string) option { return func(i *store.Item) { i.PublisherID = id } }

// via writes a transport header: other bytes of the same content.
func via(host string) option {
	return func(i *store.Item) { head(i, "Received: from %s", host) }
}

// long makes the mail exactly size bytes long, if it is not longer.
func long(size int) option {
	return func(i *store.Item) {
		if pad := size - len(i.Raw) - len("Pad: \n"); pad >= 0 {
			head(i, "Pad: %s", strings.Repeat("x", pad))
		}
	}
}

// attached adds an attachment, whose file is told by its name and size. What it
// says is made of them as well; a picture says nothing.
func attached(name, mediaType string, size int64) option {
	return func(i *store.Item) {
		head(i, "Attached: %s %s %d", name, mediaType, size)
		file := mail.File{SHA: sha256.Sum256(fmt.Append(nil, name, size)), Size: size, Type: mediaType, Text: "Page " + name + " of the harbour."}
		if strings.HasSuffix(name, ".jpg") {
			file.Text, file.Note = "", "no text: a picture"
		}
		i.Facts.Attachments = append(i.Facts.Attachments, mail.Attachment{
			Name: name, Type: mediaType, Size: size, SHA: file.SHA, Part: fmt.Sprint(len(i.Facts.Attachments) + 2),
		})
		i.Files = append(i.Files, file)
		i.Facts.Content = mail.HashOf("attached" + name + string(i.Facts.Content[:]))
	}
}

// shownInline has the last attachment stand in the text, of HTML.
func shownInline(id string) option {
	return func(i *store.Item) {
		head(i, "Inline: %s", id)
		last := &i.Facts.Attachments[len(i.Facts.Attachments)-1]
		last.Inline, last.ContentID, i.Facts.HTML = true, id, true
	}
}

// broken adds a defect.
func broken(kind mail.DefectKind, offset int64) option {
	return func(i *store.Item) {
		head(i, "Broken: %s %d", kind, offset)
		i.Facts.Defects = append(i.Facts.Defects, mail.Defect{Kind: kind, Offset: offset, Detail: "by hand"})
	}
}

// listed marks mail of a list.
func listed(id string) option {
	return func(i *store.Item) {
		head(i, "List-Id: %s", id)
		i.Facts.ListID, i.Facts.Bulk = id, true
	}
}

// grouped puts the recipients in a group (RFC 5322 §3.4).
func grouped(name string) option {
	return func(i *store.Item) {
		head(i, "Group: %s", name)
		for n := range i.Facts.Mentions {
			if i.Facts.Mentions[n].Role != mail.From {
				i.Facts.Mentions[n].Group = name
			}
		}
	}
}

// also adds a mention that tells who carried the mail, not who wrote to whom.
func also(role mail.Role, address string) option {
	return func(i *store.Item) {
		head(i, "%s: %s", role, address)
		i.Facts.Mentions = append(i.Facts.Mentions, mail.Mention{Role: role, Address: address})
	}
}

// unnamed leaves the Subject field out.
func unnamed(i *store.Item) {
	head(i, "No subject")
	i.Facts.Subject, i.Facts.HasSubject = "", false
}

// rejected is an item that could not be read.
func rejected(path string, offset int64, reason, raw string) store.Item {
	return seal(store.Item{Path: path, Offset: offset, Raw: []byte(raw), Rejected: reason})
}

// batch is a release of a collection without owners.
func batch(name, published string, items ...store.Item) Release {
	return Release{Batch: store.Batch{Collection: "box", Name: name, Published: published}, Items: items}
}

// owned gives the release's collection owners.
func (r Release) owned(addresses ...string) Release {
	for _, m := range addresses {
		r.Owners = append(r.Owners, field(mail.From, m)[0].Address)
	}
	return r
}
