package storetest

import (
	"context"
	"crypto/sha256"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"skein/internal/mail"
	"skein/internal/store"
)

var viewNames = [mail.Views]string{mail.Certain: "CERTAIN", mail.Probable: "PROBABLE"}

// Dump implements store.Reader.
func (r *Reference) Dump(ctx context.Context) iter.Seq2[store.Record, error] {
	return func(yield func(store.Record, error) bool) {
		if err := ctx.Err(); err != nil {
			yield(nil, err)
			return
		}
		kinds := []func() []store.Record{
			r.dumpAddresses, r.dumpAttachments, r.dumpBatches, r.dumpCopies, r.dumpKeys, r.dumpLinks, r.dumpMessages,
			r.dumpMissing, r.dumpPeople, r.dumpRejected, r.dumpThreads, r.dumpTies,
		}
		for _, kind := range kinds {
			for _, record := range kind() {
				if !yield(record, nil) {
					return
				}
			}
		}
	}
}

func (r *Reference) dumpAddresses() (records []store.Record) {
	for _, a := range r.addresses {
		record := store.AddressRecord{
			Kind: "address", Address: a.text, Person: r.people[a.person].id, Sent: a.sent, Received: a.got,
		}
		for _, n := range a.names {
			record.Names = append(record.Names, n.Text)
		}
		records = append(records, record)
	}
	return records
}

func (r *Reference) dumpAttachments() []store.Record {
	var files []store.AttachmentRecord
	for _, sha := range r.files() {
		f := r.file(sha)
		files = append(files, store.AttachmentRecord{Kind: "attachment", SHA: f.SHA.String(), Size: f.Size, Type: f.Type})
	}
	return sorted(files, func(f store.AttachmentRecord) []string { return []string{f.SHA} })
}

func (r *Reference) dumpBatches() []store.Record {
	var batches []store.BatchRecord
	for i, b := range r.batches {
		batches = append(batches, store.BatchRecord{
			Kind: "batch", ID: r.ids[i], Collection: b.Collection, Name: b.Name, Published: b.Published,
		})
	}
	return sorted(batches, func(b store.BatchRecord) []string { return []string{string(b.ID)} })
}

func (r *Reference) dumpCopies() []store.Record {
	var copies []store.CopyRecord
	for _, e := range r.entries {
		for _, c := range r.listed(e.copies) {
			copies = append(copies, store.CopyRecord{
				Kind: "copy", Message: e.id(), Batch: c.Batch, Source: c.Source, Part: c.Part,
				Offset: c.Offset, Length: c.Length, SHA: c.SHA.String(), PublisherID: c.PublisherID,
			})
		}
	}
	return sorted(copies, func(c store.CopyRecord) []string {
		return []string{string(c.Message), string(c.Batch), c.Source, c.Part, number(c.Offset), c.SHA}
	})
}

func (r *Reference) dumpKeys() []store.Record {
	var keys []store.KeyRecord
	for key := range r.poisoned {
		id, _ := key.MessageID()
		record := store.KeyRecord{Kind: "key", Key: string(key)}
		for _, e := range r.entries {
			if !e.Missing() && slices.Contains(e.messageIDs, id) {
				record.Claimants = append(record.Claimants, e.id())
			}
		}
		slices.Sort(record.Claimants)
		keys = append(keys, record)
	}
	return sorted(keys, func(k store.KeyRecord) []string { return []string{k.Key} })
}

func (r *Reference) dumpLinks() []store.Record {
	var links []store.LinkRecord
	for _, e := range r.entries {
		for _, l := range e.Links {
			shown := r.link(l)
			record := store.LinkRecord{
				Kind: "link", Child: e.id(), Parent: shown.Parent, By: l.Kind, Confidence: l.Confidence,
			}
			for view, chosen := range l.Chosen {
				if chosen {
					record.Chosen = append(record.Chosen, viewNames[view])
				}
			}
			for _, v := range shown.Evidence {
				record.Evidence = append(record.Evidence, strings.TrimSpace(v.SHA.String()+" "+v.Header))
			}
			links = append(links, record)
		}
	}
	return sorted(links, func(l store.LinkRecord) []string {
		return []string{string(l.Child), string(l.Parent), string(l.By)}
	})
}

func (r *Reference) dumpMessages() []store.Record {
	return r.dumpEntries("message", func(e *entry) bool { return !e.Missing() })
}

func (r *Reference) dumpMissing() []store.Record {
	return r.dumpEntries("missing", func(e *entry) bool { return e.Missing() })
}

func (r *Reference) dumpEntries(kind string, of func(*entry) bool) []store.Record {
	var messages []store.MessageRecord
	for _, e := range r.entries {
		if !of(e) {
			continue
		}
		record := store.MessageRecord{Kind: kind, ID: e.id(), MessageIDs: e.messageIDs, CitedCount: e.Cited}
		for view := range mail.View(mail.Views) {
			record.Threads = append(record.Threads, r.threads[e.Thread[view]].Key.Hash().ID(mail.ThreadLetter))
		}
		if !e.Missing() {
			r.describe(&record, e)
		}
		messages = append(messages, record)
	}
	return sorted(messages, func(m store.MessageRecord) []string { return []string{string(m.ID)} })
}

// describe fills what only a present message has.
func (r *Reference) describe(record *store.MessageRecord, e *entry) {
	if e.facts.HasSubject {
		record.Subject = &e.facts.Subject
	}
	if e.facts.Sent != nil {
		record.SentAt, record.DateOffset = &e.facts.Sent.Milli, &e.facts.Sent.Offset
	}
	record.Size = int64(len(e.read.Raw))
	record.Canonical = e.read.SHA.String()
	for _, i := range e.Variants {
		record.Variants = append(record.Variants, r.contents[i].SHA.String())
	}
	for _, m := range e.Mentions {
		record.People = append(record.People, strings.TrimSpace(fmt.Sprintf("%s %s %s", m.Role, m.Address, m.Name)))
	}
	if e.read.Text != "" {
		record.Text = mail.SHA(sha256.Sum256([]byte(e.read.Text))).String()
	}
	for _, a := range e.facts.Attachments {
		part := fmt.Sprintf("%s %s %d %s %s", a.Part, a.Type, a.Size, a.SHA, a.Name)
		record.Parts = append(record.Parts, strings.TrimSpace(part))
		switch {
		case a.Inline && a.ContentID != "":
			record.Places = append(record.Places, fmt.Sprintf("%s inline <%s>", a.Part, a.ContentID))
		case a.Inline:
			record.Places = append(record.Places, a.Part+" inline")
		case a.ContentID != "":
			record.Places = append(record.Places, fmt.Sprintf("%s <%s>", a.Part, a.ContentID))
		}
	}
	record.HTML = e.facts.HTML
	for _, d := range e.facts.Defects {
		record.Defects = append(record.Defects, fmt.Sprintf("%s %d", d.Kind, d.Offset))
	}
}

func (r *Reference) dumpPeople() []store.Record {
	var people []store.PersonRecord
	for _, p := range r.people {
		record := store.PersonRecord{Kind: "person", ID: p.id, Name: p.name, Owner: p.owner}
		for _, a := range p.addresses {
			record.Addresses = append(record.Addresses, a.text)
		}
		people = append(people, record)
	}
	return sorted(people, func(p store.PersonRecord) []string { return []string{string(p.ID)} })
}

func (r *Reference) dumpRejected() []store.Record {
	var rejected []store.RejectedRecord
	for _, o := range r.items {
		if o.Rejected != "" {
			rejected = append(rejected, store.RejectedRecord{
				Kind: "rejected", Batch: r.ids[o.batch], Source: o.Path, Offset: o.Offset,
				Length: int64(len(o.Raw)), Reason: o.Rejected, SHA: o.SHA.String(),
			})
		}
	}
	return sorted(rejected, func(j store.RejectedRecord) []string {
		return []string{string(j.Batch), j.Source, number(j.Offset), j.SHA}
	})
}

func (r *Reference) dumpThreads() []store.Record {
	var threads []store.ThreadRecord
	for at, t := range r.threads {
		shown := r.shownThread(at)
		record := store.ThreadRecord{
			Kind: "thread", ID: shown.ID, Subject: t.Subject, Messages: t.Messages, Missing: t.Missing,
			Started: t.Started, Latest: t.Latest,
		}
		for view, stands := range t.Views {
			if stands {
				record.Views = append(record.Views, viewNames[view])
			}
		}
		threads = append(threads, record)
	}
	return sorted(threads, func(t store.ThreadRecord) []string { return append([]string{string(t.ID)}, t.Views...) })
}

// dumpTies counts, for each from address, to address and month, the messages
// that name them so.
func (r *Reference) dumpTies() []store.Record {
	var ties []*store.TieRecord
	for _, e := range r.entries {
		for _, from := range e.Mentions {
			for _, to := range e.Mentions {
				if from.Role != mail.From || to.Role == mail.From {
					continue
				}
				at := slices.IndexFunc(ties, func(t *store.TieRecord) bool {
					return t.From == from.Address && t.To == to.Address && t.Month == month(e.sent())
				})
				if at < 0 {
					at = len(ties)
					ties = append(ties, &store.TieRecord{Kind: "tie", From: from.Address, To: to.Address, Month: month(e.sent())})
				}
				ties[at].Count[to.Role-mail.To]++
				ties[at].First, ties[at].Last = span(ties[at].First, ties[at].Last, e.sent())
			}
		}
	}
	var records []store.TieRecord
	for _, t := range ties {
		records = append(records, *t)
	}
	return sorted(records, func(t store.TieRecord) []string { return []string{t.From, t.To, t.Month} })
}

func month(sent *int64) string {
	if sent == nil {
		return ""
	}
	return time.UnixMilli(*sent).UTC().Format("2006-01")
}

// number writes offsets so that their text sorts as they do.
func number(n int64) string { return fmt.Sprintf("%020d", n) }

// sorted orders the records of one kind by their fields, compared as bytes.
func sorted[T store.Record](records []T, by func(T) []string) []store.Record {
	slices.SortFunc(records, func(a, b T) int { return slices.Compare(by(a), by(b)) })
	var list []store.Record
	for _, record := range records {
		list = append(list, record)
	}
	return list
}
