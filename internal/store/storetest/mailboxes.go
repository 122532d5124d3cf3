package storetest

import (
	"fmt"
	"strings"

	"skein/internal/store"
)

// mailbox is mail as it was released, with where its messages stand.
//
// An outline lists the threads of the Certain view, the one with the earliest
// mail first, each entry below its parent and one blank deeper: Message-IDs
// without domain, joined by "+"; the subject in quotes where there is none;
// "?" before a missing message.
type mailbox struct {
	name     string
	releases []Release
	outline  string // "" when it is not written down
}

// mailboxes returns every case; none shares a mail, a key or a batch with
// another, so that all of them together are a case too.
func mailboxes() []mailbox {
	var all []mailbox
	for _, group := range [][]mailbox{threadMail(), copyMail(), peopleMail(), batchMail(), contentMail()} {
		all = append(all, group...)
	}
	for i := range all {
		for n := range all[i].releases {
			r := &all[i].releases[n]
			r.Collection = strings.TrimSpace(all[i].name + " " + r.Collection)
		}
	}
	return all
}

// threadMail is mail that is hard to place.
func threadMail() []mailbox {
	return []mailbox{
		{name: "single mails", outline: "single1\nsingle2\nsingle3", releases: []Release{batch("1", "2016-10-07",
			m("single1", "ann -> bob", "03-01 09:00", "", "Lunch", "Shall we eat at noon?"),
			m("single2", "bob -> cid", "03-02 09:00", "", "Lunch", "Ann asks about noon."),
			m("single3", "cid -> ann", "03-03 09:00", "", "Rent", "The rent is due."),
		)}},
		{name: "chain", outline: `
chain1
 chain2
  chain3
   chain4
  chain5`, releases: []Release{batch("1", "2016-10-07",
			m("chain1", "ann -> bob", "03-01 09:00", "", "Budget", "Here is the plan."),
			m("chain2", "bob -> ann", "03-01 10:00", "chain1", "Re: Budget", "Too high."),
			m("chain3", "ann -> bob", "03-01 11:00", "chain1 chain2 re:chain2", "Re: Budget", "By how much?"),
			m("chain4", "bob -> ann", "03-01 12:00", "re:chain3", "Re: Budget", "A third."),
			m("chain5", "cid -> bob", "03-01 11:30", "maybe:chain2", "Re: Budget", "I agree."),
		)}},
		{name: "missing middle", outline: `
mid1
 ?mid2
  mid3`, releases: []Release{batch("1", "",
			m("mid1", "ann -> bob", "03-01 09:00", "", "Keys", "Where are the keys?"),
			m("mid3", "ann -> bob", "03-01 11:00", "mid1 mid2", "Re: Keys", "Thank you."),
		)}},
		{name: "missing root", outline: `
?root1
 root2
  root3
 root4`, releases: []Release{batch("1", "",
			m("root2", "bob -> ann", "03-01 10:00", "root1", "Re: Car", "It is blue."),
			m("root3", "ann -> bob", "03-01 11:00", "root1 root2", "Re: Car", "I know."),
			m("root4", "cid -> ann", "03-01 10:30", "re:root1", "Re: Car", "Which car?"),
		)}},
		{name: "missing ancestor in common", outline: `
?anc0
 ?anc1
  anc3
 ?anc2
  anc4
   anc5`, releases: []Release{batch("1", "",
			m("anc3", "ann -> bob", "03-01 09:00", "anc0 anc1", "Re: Fair", "Left."),
			m("anc4", "bob -> ann", "03-01 10:00", "anc0 anc2", "Re: Fair", "Right."),
			m("anc5", "cid -> bob", "03-01 11:00", "anc0 anc2 anc4", "Re: Fair", "Straight on."),
		)}},
		{name: "without id", outline: `
noid1
 "Re: Post"
"Post"`, releases: []Release{batch("1", "",
			m("noid1", "ann -> bob", "03-01 09:00", "", "Post", "Did it come?"),
			m("", "bob -> ann", "03-01 10:00", "noid1", "Re: Post", "No."),
			m("", "cid -> ann", "03-01 11:00", "", "Post", "Mine came."),
		)}},
		{name: "answer to itself", outline: `
self1
 self2`, releases: []Release{batch("1", "",
			m("self1", "ann -> bob", "03-01 09:00", "self1 re:self1", "Echo", "Echo."),
			m("self2", "bob -> ann", "03-01 10:00", "self1 self2", "Re: Echo", "Echo, echo."),
		)}},
		{name: "loop", releases: []Release{batch("1", "",
			m("loop1", "ann -> bob", "03-01 09:00", "loop3", "Wheel", "One."),
			m("loop2", "bob -> ann", "03-01 10:00", "loop1", "Re: Wheel", "Two."),
			m("loop3", "ann -> bob", "03-01 11:00", "loop2", "Re: Wheel", "Three."),
			m("loop4", "cid -> ann", "03-01 12:00", "loop3 loop2 loop1", "Re: Wheel", "Four."),
		)}},
		{name: "headers that differ", releases: []Release{batch("1", "",
			m("diff1", "ann -> bob", "03-01 09:00", "", "Trip", "To the sea?"),
			m("diff2", "bob -> ann", "03-01 10:00", "diff1", "Re: Trip", "To the hills."),
			m("diff3", "cid -> ann", "03-01 11:00", "diff1 re:diff2", "Re: Trip", "Both."),
			m("diff4", "dee -> ann", "03-01 12:00", "maybe:diff3 maybe:diff2 maybe:diff0", "Re: Trip", "Neither."),
		)}},
		{name: "many replies", releases: []Release{batch("1", "", manyReplies()...)}},
	}
}

// manyReplies is one mail with more replies than a short page holds, some of
// the same second and some undated.
func manyReplies() []store.Item {
	items := []store.Item{m("many0", "ann -> all", "04-01 09:00", "", "Vote", "Who is for it?")}
	for n := range 24 {
		when := fmt.Sprintf("04-01 10:%02d", n/3)
		if n%8 == 7 {
			when = ""
		}
		body := fmt.Sprintf("Vote number %d.", n)
		items = append(items, m(fmt.Sprint("many", n+1), "bob -> ann", when, "many0", "Re: Vote", body))
	}
	return items
}

// copyMail is mail that came more than once.
func copyMail() []mailbox {
	variant := m("var1", "ann -> bob", "03-01 09:00", "", "Offer", "Ten for you.")
	again := m("copy1", "ann -> bob", "03-01 09:00", "", "Map", "The map.", at("box.mbox", 0))
	return []mailbox{
		{name: "variants", outline: `
var1
 var2`, releases: []Release{
			batch("1", "2016-10-07", variant,
				m("var2", "bob -> ann", "03-01 10:00", "var1", "Re: Offer", "Thank you."),
			),
			batch("2", "2016-10-08",
				m("var1", "ann -> bob", "03-01 09:00", "", "Offer", "Twelve for you."),
				m("var1", "eve -> bob / / dee", "03-01 09:30", "", "An offer", "Nothing for you.", broken("odd-header", 12)),
				m("var1", "eve -> bob / / dee", "03-01 09:30", "", "An offer", "Nothing for you.", via("mx9"), broken("odd-header", 40)),
			),
		}},
		{name: "several ids", outline: `
ids1+ids2+ids4
 ids3
  ids5`, releases: []Release{batch("1", "",
			m("ids1", "ann -> bob", "03-01 09:00", "", "Form", "Sign here."),
			m("ids2", "ann -> bob", "03-01 09:00", "", "Form", "Sign here."),
			m("ids2+ids4", "ann -> bob", "03-01 09:00", "", "Form", "Sign here."),
			m("ids3", "bob -> ann", "03-01 10:00", "ids4", "Re: Form", "Signed."),
			m("ids5", "ann -> bob", "03-01 11:00", "ids1 ids3", "Re: Form", "Received."),
		)}},
		{name: "poisoned id", releases: []Release{batch("1", "", poisonedMail()...)}},
		{name: "copies", outline: `
copy1
 copy2`, releases: []Release{
			batch("2", "2016-10-08", again,
				m("copy1", "ann -> bob", "03-01 09:00", "", "Map", "The map.", via("mx1"), at("box.mbox", 900)),
				m("copy2", "bob -> ann", "03-01 10:00", "copy1", "Re: Map", "I see.", at("box.mbox", 1800)),
			),
			batch("1", "2016-10-07", again,
				m("copy1", "ann -> bob", "03-01 09:00", "", "Map", "The map.", via("mx2"), at("a.eml", 0), part("2.1")),
				m("copy1", "ann -> bob", "03-01 09:00", "", "Map", "The map.", via("mx2"), at("a.eml", 0), part("2.2")),
			),
			batch("2", "2016-10-08", again,
				m("copy2", "bob -> ann", "03-01 10:00", "copy1", "Re: Map", "I see.", at("other.mbox", 0)),
			),
		}},
		{name: "blind copies", outline: "blind1", releases: []Release{batch("1", "",
			m("blind1", "ann -> bob", "03-01 09:00", "", "Hush", "Quiet."),
			m("blind1", "Ann Archer <ann> -> Bob Byrd <bob> / cid / dee", "03-01 09:00", "", "Hush", "Quiet."),
		)}},
	}
}

// poisonedMail is a broken mailer that gives every mail one id, and beside it
// an id that has as many contents, but too few senders to be poisoned.
func poisonedMail() []store.Item {
	var items []store.Item
	senders := []string{"ann", "bob", "cid", "dee", "eve", "fay"}
	for n, sender := range senders {
		body := fmt.Sprintf("Fax page %d.", n)
		items = append(items,
			m("fax", sender+" -> gus", fmt.Sprintf("05-0%d 09:00", n+1), "", fmt.Sprint("Fax ", n), body),
			m("near", senders[n%3]+" -> gus", fmt.Sprintf("05-0%d 10:00", n+1), "", fmt.Sprint("Near ", n), body),
		)
	}
	return append(items,
		m("fax+own", "hal -> gus", "05-08 09:00", "", "Own", "Also an id of its own."),
		m("reply1", "gus -> ann", "05-09 09:00", "fax", "Re: Fax 0", "Which one?"),
		m("reply2", "gus -> hal", "05-10 09:00", "fax own", "Re: Own", "This one."),
		m("reply3", "gus -> ann", "05-11 09:00", "near", "Re: Near 0", "That one."),
	)
}

// batchMail is about releases.
func batchMail() []mailbox {
	ordered := func(name, published, label string) Release {
		return batch(name, published,
			m(label, "ann -> bob", "03-01 09:00", "", "Batch "+name, "From "+label, publisher(name)),
			m("batch0", "ann -> bob", "02-01 09:00", "", "In every batch", "The same."),
		)
	}
	published := batch("2", "2016-10-08",
		m("pub3", "bob -> ann", "02-01 09:00", "", "Third", "Two mails of one id.", publisher("7")),
		m("pub4", "bob -> ann", "", "", "Fourth", "No date.", publisher("7")),
		m("pub1", "ann -> bob", "03-01 09:00", "", "First", "Released twice.", publisher("8")),
		m("pub5", "ann -> bob", "03-05 09:00", "", "Fifth", "An odd id.", publisher("a b/ü?&7")),
	)
	published.URL = "https://leaks.example/{id}/{id}?raw"
	return []mailbox{
		{name: "order of batches", releases: []Release{
			ordered("10", "2016-10-07", "batch1"), ordered("9", "2016-10-07", "batch2"),
			ordered("b10", "2016-10-07", "batch3"), ordered("b9", "2016-10-07", "batch4"),
			ordered("1", "2016-10-08", "batch5"), ordered("99", "", "batch6"), ordered("09x", "2016-10-07", "batch7"),
		}},
		{name: "publisher ids", releases: []Release{
			batch("1", "2016-10-07",
				m("pub1", "ann -> bob", "03-01 09:00", "", "First", "Released twice.", publisher("7")),
				m("pub2", "ann -> bob", "03-01 09:00", "", "Second", "Same second.", publisher("7")),
			),
			published,
		}},
		{name: "rejected", outline: "rej1", releases: []Release{
			batch("1", "", rejected("junk.eml", 0, "no header", "\x00\x01\x02"),
				m("rej1", "ann -> bob", "03-01 09:00", "", "Fine", "A mail.", at("box.mbox", 0)),
				rejected("box.mbox", 300, "too long", "From nobody\n"),
				rejected("box.mbox", 100, "too long", "From nobody\n"),
			),
			batch("2", "", rejected("junk.eml", 0, "no header", "\x00\x01\x02")),
		}},
	}
}
