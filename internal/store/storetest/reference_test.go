package storetest

import (
	"context"
	"slices"
	"strings"
	"testing"

	"skein/internal/mail"
	"skein/internal/query"
	"skein/internal/store"
)

func TestRun(t *testing.T) {
	Run(t, func(t *testing.T, releases []Release) store.Reader { return NewReference(releases) })
}

// open returns a reference with the mailbox of that name.
func open(t *testing.T, name string) *Reference {
	t.Helper()
	for _, box := range mailboxes() {
		if box.name == name {
			return NewReference(box.releases)
		}
	}
	t.Fatalf("no mailbox %q", name)
	return nil
}

// must fails the test on an error.
func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func equal(t *testing.T, what string, got, want any) {
	t.Helper()
	if g, w := show(got), show(want); g != w {
		t.Errorf("%s: got %s, want %s", what, g, w)
	}
}

func messageID(label string) mail.ID {
	return mail.MessageIDKey(label + domain).Hash().ID(mail.MessageLetter)
}

func personID(address string) mail.ID {
	return mail.AddressHash(field(mail.From, address)[0].Address).ID(mail.PersonLetter)
}

func entryOf(t *testing.T, r *Reference, label string) *mail.Entry {
	t.Helper()
	found := must[[]*mail.Entry](t)(r.Entries(context.Background(), []mail.ID{messageID(label)}, wantAll))
	if found[0] == nil {
		t.Fatalf("no entry %s", label)
	}
	return found[0]
}

// labels names entries in one line.
func labels(entries []*mail.Entry) string {
	var names []string
	for _, e := range entries {
		names = append(names, label(e))
	}
	return strings.Join(names, " ")
}

// byHash puts labels in the order of their ids: what is of one second cannot
// be ordered by hand.
func byHash(names ...string) string {
	slices.SortFunc(names, func(a, b string) int { return strings.Compare(string(messageID(a)), string(messageID(b))) })
	return strings.Join(names, " ")
}

func backwardsBy(text string) string {
	names := strings.Fields(text)
	slices.Reverse(names)
	return strings.Join(names, " ")
}

var whole = store.Page{First: 200, Total: true}

func TestCopies(t *testing.T) {
	r := open(t, "copies")
	c := must[mail.Corpus](t)(r.Corpus(context.Background()))
	equal(t, "messages", c.Messages, 2)
	equal(t, "copies", c.Copies, 7)
	equal(t, "batches", c.Batches, 2)
	e := entryOf(t, r, "copy1")
	equal(t, "CopyCount", e.CopyCount, 5)
	equal(t, "VariantCount", e.VariantCount, 0)
	var places []string
	for _, c := range e.Copies {
		places = append(places, strings.TrimSpace(c.Source+" "+c.Part)+" "+show(c.Offset))
	}
	equal(t, "Copies", places, []string{"a.eml 2.1 0", "a.eml 2.2 0", "box.mbox 0", "box.mbox 0", "box.mbox 900"})
	batches := must[[]mail.Batch](t)(r.Batches(context.Background()))
	equal(t, "copies of batch 1", batches[0].CopyCount, 3)
	equal(t, "messages of batch 1", batches[0].MessageCount, 1)
	equal(t, "copies of batch 2", batches[1].CopyCount, 4)
}

func TestVariants(t *testing.T) {
	e := entryOf(t, open(t, "variants"), "var1")
	equal(t, "CopyCount", e.CopyCount, 4)
	equal(t, "VariantCount", e.VariantCount, 2)
	equal(t, "Defects of the canonical copy", len(e.Defects), 0)
	for _, v := range e.Variants {
		if v.Subject == "An offer" {
			equal(t, "copies of the variant", len(v.Copies), 2)
			equal(t, "author of the variant", v.From[0].Address, "eve@example.org")
		}
	}
	blind := entryOf(t, open(t, "blind copies"), "blind1")
	equal(t, "RecipientCount", blind.RecipientCount, 3)
	equal(t, "Bcc", blind.Bcc[0].Address, "dee@example.org")
	equal(t, "name in To", blind.To[0].Name, "Bob Byrd")
}

func TestSeveralIDs(t *testing.T) {
	r := open(t, "several ids")
	e := entryOf(t, r, "ids4")
	equal(t, "MessageIDs", e.MessageIDs, []string{"ids1@example.org", "ids2@example.org", "ids4@example.org"})
	equal(t, "ID", e.ID, messageID("ids1"))
	equal(t, "CitedCount", e.CitedCount, 2)
}

func TestPoisoned(t *testing.T) {
	ctx, r := context.Background(), open(t, "poisoned id")
	found := must[[]*mail.Entry](t)(r.Entries(ctx, []mail.ID{messageID("fax")}, 0))
	equal(t, "entry of the poisoned id", found[0], nil)
	claimants := must[store.List[*mail.Entry]](t)(r.Search(ctx, query.MessageID{ID: "fax" + domain}, store.Oldest, 0, whole))
	equal(t, "messages that claim it", labels(claimants.Items), "fax fax fax fax fax fax fax+own")
	equal(t, "variants of an id of few senders", entryOf(t, r, "near").VariantCount, 5)
	missing := must[store.List[*mail.Entry]](t)(r.FindMissing(ctx, nil, store.Scope{}, 0, whole))
	equal(t, "missing messages", missing.Total, 0)
	equal(t, "parent by the other id", entryOf(t, r, "reply2").Links[mail.Certain].Parent, messageID("own"))
}

func TestMissing(t *testing.T) {
	ctx, r := context.Background(), open(t, "missing ancestor in common")
	found := must[store.List[*mail.Entry]](t)(r.FindMissing(ctx, nil, store.Scope{}, store.WantCitedBy, whole))
	equal(t, "missing messages", labels(found.Items), "?anc0 ?anc2 ?anc1")
	equal(t, "who cites the first", found.Items[0].CitedBy, []mail.ID{messageID("anc3"), messageID("anc4"), messageID("anc5")})
	since := date("03-01 10:30").Milli
	late := must[store.List[*mail.Entry]](t)(r.FindMissing(ctx, nil, store.Scope{Since: &since}, 0, whole))
	equal(t, "cited since half past ten", labels(late.Items), "?anc0 ?anc2")
}

func TestAliases(t *testing.T) {
	ctx, r := context.Background(), open(t, "gmail aliases")
	people := must[store.List[*mail.Person]](t)(r.FindPeople(ctx, "", store.Scope{}, store.BusiestPerson, whole))
	equal(t, "people", people.Total, 4)
	doe := must[[]*mail.Person](t)(r.People(ctx, []mail.ID{personID("jdoe+news@gmail.com")}))[0]
	equal(t, "ID", doe.ID, personID("j.d.oe@gmail.com"))
	equal(t, "Name", doe.Name, "J. D.")
	equal(t, "addresses", len(doe.Addresses), 5)
	equal(t, "SentCount", doe.SentCount, 3)
	equal(t, "ReceivedCount", doe.ReceivedCount, 2)
	equal(t, "Owner", doe.Owner, true)
	bob := personID("bob")
	ties := must[[]*mail.Tie](t)(r.Ties(ctx, []store.Pair{{From: bob, To: doe.ID}, {From: doe.ID, To: bob}, {From: doe.ID, To: doe.ID}, {From: bob, To: bob}}, store.Scope{}))
	equal(t, "from bob", []int{ties[0].ToCount, ties[0].CcCount, ties[0].BccCount}, []int{2, 1, 1})
	equal(t, "to bob", []int{ties[1].ToCount, ties[1].Total()}, []int{4, 4})
	equal(t, "to oneself", ties[2].ToCount, 1)
	equal(t, "no tie", ties[3], nil)
	for edge := range r.Edges(ctx, store.Scope{}) {
		if edge.From == bob {
			equal(t, "edge from bob", edge, store.Edge{From: bob, To: doe.ID, Count: 4})
		}
	}
}

func TestAuthors(t *testing.T) {
	ctx, r := context.Background(), open(t, "several authors")
	list := must[[]store.List[mail.Tie]](t)(r.Correspondents(ctx, []mail.ID{personID("ann")}, store.Scope{}, whole))[0]
	counts := map[mail.ID]int{}
	for _, tie := range list.Items {
		counts[tie.To] = tie.Total()
	}
	equal(t, "ties of ann", counts, map[mail.ID]int{
		personID("cid"): 2, personID("dee"): 1, personID("bob"): 1, personID("ann"): 1, personID("ann@other.example"): 1,
	})
	equal(t, "the first", list.Items[0].To, personID("cid"))
}

func TestOrders(t *testing.T) {
	ctx, r := context.Background(), open(t, "dates")
	same, undated := byHash("date1", "date2", "date3"), byHash("date4", "date5", "date6")
	newest := must[store.List[*mail.Entry]](t)(r.Search(ctx, nil, store.Newest, 0, whole))
	equal(t, "newest first", labels(newest.Items), "date7 "+backwardsBy(same)+" date8 "+backwardsBy(undated))
	oldest := must[store.List[*mail.Entry]](t)(r.Search(ctx, nil, store.Oldest, 0, whole))
	equal(t, "oldest first", labels(oldest.Items), "date8 "+same+" date7 "+undated)
	replies := must[[]store.List[*mail.Entry]](t)(open(t, "many replies").Replies(ctx, []mail.ID{messageID("many0")}, mail.Certain, 0, whole))[0]
	equal(t, "replies", len(replies.Items), 24)
	equal(t, "last replies", labels(replies.Items[21:]), byHash("many8", "many16", "many24"))
}

func TestBatchOrder(t *testing.T) {
	var names []string
	for _, b := range must[[]mail.Batch](t)(open(t, "order of batches").Batches(context.Background())) {
		names = append(names, b.Name)
	}
	equal(t, "batches", names, []string{"99", "9", "09x", "10", "b9", "b10", "1"})
}

func TestPublished(t *testing.T) {
	ctx, r := context.Background(), open(t, "publisher ids")
	any7 := must[[]*mail.Entry](t)(r.Published(ctx, "7", "", 0))
	equal(t, "in any batch", labels(any7), "pub3 "+byHash("pub1", "pub2")+" pub4")
	second := must[[]*mail.Entry](t)(r.Published(ctx, "7", mail.BatchHash("publisher ids box", "2").ID(mail.BatchLetter), 0))
	equal(t, "in the second batch", labels(second), "pub3 pub4")
	odd := entryOf(t, r, "pub5").Copies[0].PublisherURL
	equal(t, "PublisherURL", odd, "https://leaks.example/a%20b%2F%C3%BC%3F&7/a%20b%2F%C3%BC%3F&7?raw")
}

func TestMonths(t *testing.T) {
	var got []string
	for record := range open(t, "months").Dump(context.Background()) {
		if tie, ok := record.(store.TieRecord); ok && tie.To == "bob@example.org" {
			got = append(got, tie.Month+" "+show(tie.Count))
		}
	}
	equal(t, "ties to bob", got, []string{" [1 1 0]", "1969-12 [1 0 0]", "1970-01 [1 0 0]", "2016-01 [2 0 0]", "2016-02 [1 0 0]"})
}

func TestFindPeople(t *testing.T) {
	ctx, r := context.Background(), open(t, "names")
	for text, want := range map[string]string{
		"": "jm aa bob ty cid ann", "muller j": "jm", "MÜLL": "jm", "angs": "aa", "山": "ty", "uller": "", "jm example": "jm", "cid": "cid",
	} {
		var got []string
		list := must[store.List[*mail.Person]](t)(r.FindPeople(ctx, text, store.Scope{}, store.BusiestPerson, whole))
		for _, p := range list.Items {
			got = append(got, strings.TrimSuffix(p.Addresses[0].Address, domain))
		}
		slices.Sort(got)
		names := strings.Fields(want)
		slices.Sort(names)
		equal(t, "people of "+text, got, names)
	}
	jm := must[[]*mail.Person](t)(r.People(ctx, []mail.ID{personID("jm")}))[0]
	equal(t, "names", jm.Addresses[0].Names, []string{"J. Müller", "Jörg Müller", "JM"})
}
