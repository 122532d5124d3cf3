package graph

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"skein/internal/mail"
	"skein/internal/query"
	"skein/internal/store"
	"skein/internal/store/storetest"
)

// letter is one mail of the tests, by hand.
type letter struct {
	id          string // Message-ID without domain; "" for none
	from        string // "Name <address>" or an address; without domain it is of harrow.example
	to, cc, bcc string // comma-separated
	date        string // RFC 3339; "" for undated
	references  string // ids without domain, blanks between
	inReplyTo   string
	subject     string // "-" for no such header
	body        string
	publisher   string
	list        string
	files       []mail.Attachment
	said        []mail.File // of files
	html        bool
	defects     []mail.Defect
}

func (l letter) item() store.Item {
	text := fmt.Sprintf("%+v", l)
	item := store.Item{
		Path:        "mail/" + l.publisher + ".eml",
		Raw:         []byte(text),
		SHA:         sha256.Sum256([]byte(text)),
		PublisherID: l.publisher,
		Text:        l.body,
		TextSHA:     sha256.Sum256([]byte(l.body)),
	}
	f := &item.Facts
	f.Content = mail.HashOf(l.subject + l.body + l.from)
	f.Subject, f.HasSubject = l.subject, true
	if l.subject == "-" {
		f.Subject, f.HasSubject = "", false
	}
	f.MessageIDs, f.References, f.InReplyTo = ids(l.id), ids(l.references), ids(l.inReplyTo)
	f.InReplyToStrict = len(f.InReplyTo) == 1
	if sent, err := time.Parse(time.RFC3339, l.date); err == nil {
		_, offset := sent.Zone()
		f.Sent = &mail.Date{Milli: sent.UnixMilli(), Offset: offset}
	}
	for role, list := range []string{l.from, l.to, l.cc, l.bcc} {
		f.Mentions = append(f.Mentions, mentions(mail.Role(role), list)...)
	}
	f.ListID, f.Attachments, f.Defects = l.list, l.files, l.defects
	item.Files, f.HTML = l.said, l.html
	item.Index = query.NewDocument(f.Subject, f.Mentions, f.Attachments, l.body, item.FileTexts()...)
	return item
}

func ids(labels string) []string {
	var found []string
	for label := range strings.FieldsSeq(labels) {
		found = append(found, label+"@harrow.example")
	}
	return found
}

func mentions(role mail.Role, list string) []mail.Mention {
	var found []mail.Mention
	for one := range strings.SplitSeq(list, ",") {
		name, address, ok := strings.Cut(strings.TrimSpace(one), "<")
		if !ok {
			name, address = "", name
		}
		address = strings.Trim(address, "> ")
		if address == "" {
			continue
		}
		if !strings.Contains(address, "@") {
			address += "@harrow.example"
		}
		found = append(found, mail.Mention{Role: role, Address: address, Name: strings.TrimSpace(name)})
	}
	return found
}

// office is a small release with everything the schema speaks of.
func office() []storetest.Release {
	plan := mail.Attachment{
		Name: "plan.pdf", Type: "application/octet-stream", Size: 2048, SHA: sha256.Sum256([]byte("plan")), Part: "2",
		Inline: true, ContentID: "plan@harrow.example",
	}
	said := mail.File{SHA: plan.SHA, Size: 2048, Type: "application/pdf", Text: "Piers of granite.", Note: "only the beginning of its text"}
	bridge := letter{
		id: "bridge1", from: "Ada Harrow <ada>", to: "Bo Lindqvist <bo>", cc: "cy", date: "2015-03-02T09:00:00+01:00",
		subject: "Bridge", body: "The bridge needs a budget.", publisher: "101", files: []mail.Attachment{plan}, said: []mail.File{said}, html: true,
	}
	first := []letter{
		bridge,
		{
			id: "bridge2", from: "Bo Lindqvist <bo>", to: "Ada Harrow <ada>", cc: "dee", date: "2015-03-02T10:00:00Z",
			references: "bridge1", subject: "Re: Bridge", body: "How much of a budget?", publisher: "102", files: []mail.Attachment{{Name: "old.pdf", Type: "application/pdf", Size: 2048, SHA: plan.SHA, Part: "3"}}, said: []mail.File{said},
		},
		{
			id: "bridge4", from: "ada", to: "bo", bcc: "eve", date: "2015-03-03T08:00:00Z", references: "bridge1 bridge3",
			inReplyTo: "bridge3", subject: "Re: Bridge", body: "Half of it.", publisher: "103",
		},
		{
			id: "bridge5", from: "cy", to: "ada", date: "2015-03-04T08:00:00Z", references: "bridge3",
			subject: "Re: Bridge", body: "Nobody told me of that.", publisher: "104",
		},
		{id: "twice", from: "bo", to: "cy", date: "2015-03-05T08:00:00Z", subject: "Minutes", body: "Version one.", publisher: "105"},
		{id: "twice", from: "Bo L. <bo>", to: "cy", date: "2015-03-05T08:00:01Z", subject: "Minutes", body: "Version two.", publisher: "106"},
		{
			from: "dee", to: "ada", subject: "-", body: "No id, no date, no subject.", publisher: "107",
			defects: []mail.Defect{{Kind: "no-date", Offset: 12, Detail: "Date"}},
		},
	}
	second := []letter{
		bridge,
		{
			id: "news1", from: "News Desk <news@desk.example>", to: "ada, bo, cy, dee, eve", date: "2015-04-01T12:00:00Z",
			subject: "Weekly news", body: "Spring has come to Harrow.", publisher: "201", list: "news.desk.example",
		},
		{id: "dinner1", from: "eve", to: "fay@elsewhere.example", date: "2015-04-02T18:00:00Z", subject: "Dinner", body: "Shall we?", publisher: "202"},
		{
			id: "dinner2", from: "fay@elsewhere.example", to: "eve", date: "2015-04-02T19:00:00Z", references: "dinner1",
			inReplyTo: "dinner1", subject: "Re: Dinner", body: "Gladly.", publisher: "203",
		},
		{
			id: "late", from: "ada", to: "eve", date: "2015-04-03T07:30:00.250Z", references: "gone", subject: "Re: Lost",
			body: "I never had that mail. " + strings.Repeat("é", 20), publisher: "204",
		},
	}
	return []storetest.Release{release("1", "2015-10-01", first), release("2", "2015-10-08", second)}
}

func release(name, published string, letters []letter) storetest.Release {
	r := storetest.Release{Batch: store.Batch{
		Collection: "harrow", Name: name, Published: published, Owners: []string{"ada@harrow.example"},
		URL: "https://harrow.example/{id}",
	}}
	for _, l := range letters {
		r.Items = append(r.Items, l.item())
	}
	return r
}

// server answers from the office; reader and opts may be zero.
func server(t testing.TB, reader store.Reader, opts Options) *httptest.Server {
	t.Helper()
	if reader == nil {
		reader = storetest.NewReference(office())
	}
	s := httptest.NewServer(New(reader, opts))
	t.Cleanup(s.Close)
	return s
}

// handler answers from the office without a network.
func handler(reader store.Reader, opts Options) http.Handler {
	if reader == nil {
		reader = storetest.NewReference(office())
	}
	return New(reader, opts)
}

// messageID, threadID and personID are ids by a key.
func messageID(label string) mail.ID {
	return mail.MessageIDKey(label + "@harrow.example").Hash().ID(mail.MessageLetter)
}

func threadID(label string) mail.ID {
	return mail.MessageIDKey(label + "@harrow.example").Hash().ID(mail.ThreadLetter)
}

func personID(address string) mail.ID {
	if !strings.Contains(address, "@") {
		address += "@harrow.example"
	}
	return mail.AddressHash(address).ID(mail.PersonLetter)
}
