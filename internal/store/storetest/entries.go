package storetest

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"skein/internal/mail"
	"skein/internal/store"
	"skein/internal/thread"
)

// mostCitedBy is how many citing messages an entry lists.
const mostCitedBy = 200

// Entries implements store.Reader.
func (r *Reference) Entries(ctx context.Context, ids []mail.ID, want store.Want) ([]*mail.Entry, error) {
	found := make([]*mail.Entry, len(ids))
	for i, id := range ids {
		if at := r.find(id, mail.MessageLetter); at >= 0 {
			found[i] = r.shown(r.entries[at], want)
		}
	}
	return found, ctx.Err()
}

// Published implements store.Reader.
func (r *Reference) Published(ctx context.Context, publisherID string, batch mail.ID, want store.Want) ([]*mail.Entry, error) {
	var found []*entry
	for _, e := range r.entries {
		published := slices.ContainsFunc(e.copies, func(o occurrence) bool {
			return o.PublisherID == publisherID && (batch == "" || r.ids[o.batch] == batch)
		})
		if published && publisherID != "" {
			found = append(found, e)
		}
	}
	slices.SortFunc(found, func(a, b *entry) int { return compareKeys(a.oldest(), b.oldest()) })
	var entries []*mail.Entry
	for _, e := range found {
		entries = append(entries, r.shown(e, want))
	}
	return entries, ctx.Err()
}

func (e *entry) newest() store.Key { return store.Key{Sort: newestSort(e.sent()), Hash: e.hash} }
func (e *entry) oldest() store.Key { return store.Key{Sort: oldestSort(e.sent()), Hash: e.hash} }

func (e *entry) id() mail.ID { return e.hash.ID(mail.MessageLetter) }

// shown returns an entry with the groups of fields that want names.
func (r *Reference) shown(e *entry, want store.Want) *mail.Entry {
	shown := &mail.Entry{
		ID: e.id(), Missing: e.Missing(), MessageIDs: e.messageIDs,
		CopyCount: len(e.copies), VariantCount: len(e.Variants),
		RecipientCount: e.recipientCount(), CitedCount: len(e.citing),
	}
	for view := range mail.View(mail.Views) {
		shown.Threads[view] = r.threads[e.Thread[view]].Key.Hash().ID(mail.ThreadLetter)
	}
	if e.facts != nil {
		shown.Subject, shown.HasSubject = e.facts.Subject, e.facts.HasSubject
		shown.Sent, shown.ListID = e.facts.Sent, e.facts.ListID
		shown.Size = int64(len(e.read.Raw))
	}
	groups := []struct {
		want store.Want
		fill func(*mail.Entry, *entry)
	}{
		{store.WantPeople, r.fillPeople},
		{store.WantLinks, r.fillLinks},
		{store.WantCandidates, r.fillCandidates},
		{store.WantCopies, r.fillCopies},
		{store.WantParts, r.fillParts},
		{store.WantVariants, r.fillVariants},
		{store.WantText, r.fillText},
		{store.WantCitedBy, r.fillCitedBy},
	}
	for _, group := range groups {
		if want&group.want != 0 {
			group.fill(shown, e)
		}
	}
	return shown
}

// recipientCount counts distinct addresses, whatever fields they stand in.
func (e *entry) recipientCount() int {
	var addresses []string
	for _, m := range e.Mentions {
		if m.Role != mail.From && !slices.Contains(addresses, m.Address) {
			addresses = append(addresses, m.Address)
		}
	}
	return len(addresses)
}

func (r *Reference) fillPeople(shown *mail.Entry, e *entry) {
	fields := [...]*[]mail.Correspondent{mail.From: &shown.From, mail.To: &shown.To, mail.Cc: &shown.Cc, mail.Bcc: &shown.Bcc}
	for _, m := range e.Mentions {
		person := r.people[r.address(m.Address).person]
		*fields[m.Role] = append(*fields[m.Role], mail.Correspondent{Address: m.Address, Name: m.Name, Person: person.id})
	}
}

func (r *Reference) fillLinks(shown *mail.Entry, e *entry) {
	for _, l := range e.Links {
		for view, chosen := range l.Chosen {
			if chosen {
				link := r.link(l)
				shown.Links[view] = &link
			}
		}
	}
}

func (r *Reference) fillCandidates(shown *mail.Entry, e *entry) {
	for _, l := range e.Links {
		shown.Candidates = append(shown.Candidates, r.link(l))
	}
}

func (r *Reference) link(l thread.Link) mail.Link {
	value, _ := l.Key.MessageID()
	return mail.Link{
		Parent: r.entries[l.Parent].id(), Kind: l.Kind, Confidence: l.Confidence,
		Evidence: []mail.Evidence{{SHA: r.contents[l.Content].SHA, Header: l.Kind.Header(), Value: value}},
	}
}

func (r *Reference) fillCopies(shown *mail.Entry, e *entry) { shown.Copies = r.listed(e.copies) }

func (r *Reference) listed(copies []occurrence) []mail.Copy {
	var listed []mail.Copy
	for _, o := range copies {
		batch := r.batches[o.batch]
		c := mail.Copy{
			Batch: r.ids[o.batch], Source: o.Path, Part: o.Part, Offset: o.Offset,
			Length: int64(len(o.Raw)), SHA: o.SHA, PublisherID: o.PublisherID,
		}
		if o.PublisherID != "" {
			c.PublisherURL = strings.ReplaceAll(batch.URL, "{id}", url.PathEscape(o.PublisherID))
		}
		listed = append(listed, c)
	}
	return listed
}

func (r *Reference) fillParts(shown *mail.Entry, e *entry) {
	if e.facts != nil {
		shown.HTML, shown.Attachments, shown.Defects = e.facts.HTML, e.facts.Attachments, e.facts.Defects
	}
}

// fillVariants shows each variant with the copies of every mail that has its
// content.
func (r *Reference) fillVariants(shown *mail.Entry, e *entry) {
	for _, i := range e.Variants {
		facts := r.contents[i].Facts
		var copies []occurrence
		for _, o := range e.copies {
			if o.Facts.Content == facts.Content {
				copies = append(copies, o)
			}
		}
		shown.Variants = append(shown.Variants, mail.Variant{
			SHA: r.contents[i].SHA, Subject: facts.Subject, Sent: facts.Sent,
			From: facts.Authors(), Copies: r.listed(copies),
		})
	}
}

func (r *Reference) fillText(shown *mail.Entry, e *entry) {
	if e.read != nil {
		shown.Text = e.read.Text
	}
}

func (r *Reference) fillCitedBy(shown *mail.Entry, e *entry) {
	var all []ranked[mail.ID]
	for _, citing := range e.citing {
		all = append(all, ranked[mail.ID]{citing.id(), citing.oldest()})
	}
	shown.CitedBy = ascending(all, store.Page{First: mostCitedBy}).Items
}

// citingOf returns the messages whose headers cite e, e itself left out.
func (r *Reference) citingOf(e *entry) []*entry {
	var found []*entry
	for _, other := range r.entries {
		cites := slices.ContainsFunc(other.Contents, func(i int) bool {
			return slices.ContainsFunc(thread.Cites(r.contents[i].Facts), func(k mail.Key) bool {
				return slices.Contains(e.Keys, k)
			})
		})
		if cites && other != e {
			found = append(found, other)
		}
	}
	return found
}
