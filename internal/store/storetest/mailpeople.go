package storetest

import (
	"fmt"
	"strings"

	"skein/internal/store"
)

// peopleMail is about who wrote to whom.
func peopleMail() []mailbox {
	return []mailbox{
		{name: "names", releases: []Release{batch("1", "",
			m("name1", "Jörg Müller <jm> -> Ælfric Ångström <aa>, 山田太郎 <ty>", "03-01 09:00", "", "Grüße", "Schöne Grüße aus Köln."),
			m("name2", "J. Müller <jm> -> aa", "03-02 09:00", "", "Naïve", "Ein zweiter Name."),
			m("name3", "Jörg Müller <jm> -> Aelfric <aa> / JM <jm>", "03-03 09:00", "", "東京", "東京都に行く"),
			m("name4", "J. Müller <jm> -> Zoë <aa> / Zoë Å <aa>", "03-04 09:00", "", "Twice", "Two names in one mail."),
			m("name5", "ann -> Robert <bob>, Bobby <bob>, bob / , Cid <cid>", "03-05 09:00", "", "Thrice", "One address, two names."),
		).owned("jm")}},
		{name: "several authors", releases: []Release{batch("1", "",
			m("auth1", "ann, bob -> cid / dee", "03-01 09:00", "", "Joint", "From two."),
			m("auth2", "ann, bob -> bob / ann", "03-02 09:00", "", "Joint", "From two to the same two."),
			m("auth3", "ann, ann@other.example -> cid, ann@other.example", "03-03 09:00", "", "Joint", "Two addresses."),
		)}},
		{name: "gmail aliases", releases: []Release{batch("1", "",
			m("gm1", "J. D. <j.doe@gmail.com> -> bob", "03-01 09:00", "", "Alias", "Dotted."),
			m("gm2", "Jo Doe <jdoe+news@gmail.com> -> bob, j.doe@gmail.com", "03-02 09:00", "", "Alias", "Plus."),
			m("gm3", "bob -> jdoe@googlemail.com, j.d.oe@gmail.com / J. D. <j.doe@gmail.com> / jdoe@gmail.com", "03-03 09:00", "", "Alias", "All."),
			m("gm4", "j.doe@example.org -> jdoe@example.org", "03-04 09:00", "", "Alias", "No alias elsewhere."),
			m("gm5", "j.doe@gmail.com, jdoe@gmail.com -> bob", "03-05 09:00", "", "Alias", "One author by two addresses."),
		).owned("jdoe@gmail.com", "nobody@gmail.com")}},
		{name: "to oneself", releases: []Release{batch("1", "",
			m("me1", "ann -> ann", "03-01 09:00", "", "Note", "Milk."),
			m("me2", "ann -> bob / ann", "03-02 09:00", "", "Note", "Bread."),
			m("me3", "ann -> ann / ann / ann", "", "", "Note", "Thrice."),
		)}},
		{name: "nobody", releases: []Release{batch("1", "",
			m("none1", "ann ->", "03-01 09:00", "", "To nobody", "Draft."),
			m("none2", "-> bob", "03-02 09:00", "", "From nobody", "No author."),
			m("none3", "->", "03-03 09:00", "", "Nobody", "Nobody at all."),
			m("none4", "ann -> bob, cid", "03-04 09:00", "", "Group", "In a group.", grouped("Friends")),
			m("none5", "ann -> bob", "03-05 09:00", "", "Carried", "By others.", also(4, "robot@example.org"), also(5, "desk@example.org")),
		)}},
		{name: "list", releases: []Release{batch("1", "", listMail()...)}},
		{name: "months", releases: []Release{batch("1", "",
			m("mon1", "ann -> bob / cid", "2016-01-31 23:59:59 +0000", "", "January", "The last second."),
			m("mon2", "ann -> bob", "2016-02-01 00:00:00 +0000", "", "February", "The first second."),
			m("mon3", "ann -> bob", "2016-02-01 00:30:00 +0200", "", "January here", "Already February there."),
			m("mon4", "ann -> bob / bob", "", "", "Never", "No date."),
			m("mon5", "ann -> bob", "1969-12-31 23:00:00 +0000", "", "Before", "Before the epoch."),
			m("mon6", "ann -> bob", "1970-01-01 00:00:00 +0000", "", "Zero", "At the epoch."),
			m("mon7", "bob -> ann / / cid", "2016-02-29 12:00:00 -0530", "", "Leap", "A leap day."),
		)}},
	}
}

// listMail goes to more people than a short page holds.
func listMail() []store.Item {
	var members []string
	for n := range 30 {
		members = append(members, fmt.Sprintf("Member %c <member%02d@list.example>", 'A'+n%7, n))
	}
	all := strings.Join(members, ", ")
	return []store.Item{
		m("list1", "host@list.example -> "+all, "03-01 09:00", "", "News", "To all.", listed("news.list.example")),
		m("list2", "host@list.example -> "+strings.Join(members[:9], ", ")+" / "+strings.Join(members[5:20], ", "),
			"03-02 09:00", "list1", "News", "To some.", listed("news.list.example")),
		m("list3", "member03@list.example -> host@list.example", "03-03 09:00", "re:list1", "Re: News", "Stop."),
	}
}

// contentMail is about what stands in the mail.
func contentMail() []mailbox {
	return []mailbox{
		{name: "dates", releases: []Release{batch("1", "",
			m("date1", "ann -> bob", "03-01 09:00", "", "Same second", "First."),
			m("date2", "ann -> bob", "03-01 09:00", "", "Same second", "Second."),
			m("date3", "ann -> bob", "2016-03-01 10:00:00 +0100", "", "Same second", "Third."),
			m("date4", "ann -> bob", "", "", "Undated", "Fourth."),
			m("date5", "ann -> bob", "", "", "Undated", "Fifth."),
			m("date6", "bob -> ann", "", "date4", "Re: Undated", "Undated reply."),
			m("date7", "bob -> ann", "03-02 09:00", "date5", "Re: Undated", "Dated reply."),
			m("date8", "bob -> ann", "02-01 09:00", "date1", "Re: Same second", "Before what it answers."),
		)}},
		{name: "parts", releases: []Release{batch("1", "",
			m("part1", "ann -> bob", "03-01 09:00", "", "Plans", "See the files.",
				attached("Plan für Köln.pdf", "application/pdf", 1200), attached("", "text/plain", 7), attached("sea.jpg", "image/jpeg", 99)),
			m("part2", "ann -> bob", "03-02 09:00", "", "Broken", "Odd bytes.", broken("bad-charset", 17), broken("no-date", 0)),
			m("part3", "ann -> bob", "03-03 09:00", "", "", "No subject field.", unnamed),
			m("part4", "ann -> bob", "03-04 09:00", "", "", "An empty subject field."),
			m("part5", "ann -> bob", "03-05 09:00", "", "No text", ""),
			m("part6", "ann -> bob", "03-06 09:00", "", "Two copies, one broken", "Odd bytes here.", broken("bad-date", 3)),
			m("part6", "ann -> bob", "03-06 09:00", "", "Two copies, one broken", "Odd bytes here.", via("mx3")),
		)}},
		{name: "attachments", releases: []Release{batch("1", "",
			m("file1", "ann -> bob", "03-01 09:00", "", "Map", "See the map.", attached("map.jpg", "image/jpeg", 5), shownInline("map@x")),
			m("file2", "bob -> ann", "03-02 09:00", "file1", "Re: Map", "Twice.", attached("map.jpg", "image/jpeg", 5), attached("map.jpg", "image/jpeg", 5)),
			m("file3", "cid -> ann", "", "", "Undated map", "Here.", attached("map.jpg", "image/jpeg", 5), attached("dues.txt", "text/plain", 5)),
			// Of the two contents that claim this id the one without a file is shown.
			m("file4", "dee -> ann", "03-04 09:00", "", "Lists", "No file."),
			m("file4", "dee -> ann", "03-04 09:00", "", "Lists", "With a file.", attached("hidden.txt", "text/plain", 8), broken("bad-date", 3)),
			m("file5", "dee -> ann", "03-05 09:00", "", "Copies", "Sent twice.", attached("dues.txt", "text/plain", 5)),
			m("file5", "dee -> ann", "03-05 09:00", "", "Copies", "Sent twice.", attached("dues.txt", "text/plain", 5), via("mx2")),
		)}},
		{name: "sizes", releases: []Release{batch("1", "",
			m("size1", "ann -> bob", "03-01 09:00", "", "Small", "Small.", long(1000)),
			m("size2", "ann -> bob", "03-02 09:00", "", "Larger", "Larger.", long(1001)),
			m("size3", "ann -> bob", "03-03 09:00", "", "Large", "Large.", long(300_000)),
		)}},
		{name: "odd text", releases: []Release{batch("'\"; DROP \u00fc {id}%", "", oddMail()...)}},
		{name: "words", releases: []Release{batch("1", "",
			m("word1", "Ann Archer <ann> -> Bob Byrd <bob>, Cid Cole <cid>", "03-01 09:00", "", "Quick brown fox", "The quick brown fox jumps. The lazy dog sleeps."),
			m("word2", "Bob Byrd <bob> -> Ann Archer <ann>", "03-02 09:00", "word1", "Re: Quick brown fox", "The brown quick fox. QUICK! Don't stop; e-mail a.b@c.example now."),
			m("word3", "Cid Cole <cid> -> Ann Archer <ann> / Dee Dean <dee> / Eve <eve>", "03-03 09:00", "", "Dogs", "Café, CAFÉ, cafe\u0301 and quicksand.",
				attached("fox report.doc", "application/msword", 10), attached("quick.txt", "text/plain", 1)),
			m("word4", "ann -> bob", "03-04 09:00", "", "Long words", strings.Repeat("x", 70)+" 0x00ff 3.14 a_b --- * \" \\ AND OR NOT NEAR"),
		)}},
	}
}

// oddMail is text that is hard to store: controls, quotes, wild cards, other
// planes, one name in two forms, very long values.
func oddMail() []store.Item {
	long := strings.Repeat("long", 600)
	return []store.Item{
		m("odd1", "O'Brien \"Bo\" \\ % _ <o'brien%_@x.example> -> bob", "03-01 09:00", "", "100% 'quoted' \"twice\" \\ $1 ?1 {x} [y]", "It's; -- /* odd */ \x00 after a zero\r\nline\u2028line.",
			at("dir/'\"\\ \n%_\u00fc.eml", 1<<40), part("1.2"), publisher("'7'"), attached("a\x00b'.txt", "text/plain", 1<<40)),
		m("odd2", "Zero\x00Name <zero@x.example> -> \U0001f600 \u05d0\u05d1 <emoji\U0001f600@x.example>", "03-02 09:00", "odd1", "\x00", "\U0001f600 \U00020000 \ufffd \ufeff"),
		m("odd3", "Zoe\u0308 <zoe> -> Zo\u00eb <zoe>", "03-03 09:00", "", "e\u0301", "e\u0301 and \u00e9"),
		m(long+"4", long+" <"+long+"@x.example> -> bob", "03-04 09:00", "", long, long),
		m("odd5", "UPPER <UPPER@X.example> -> upper@x.example", "03-05 09:00", long+"4 Odd1", "Case", "Ids and addresses keep their case."),
		m("odd6", "ann -> bob", "0001-01-01 00:00", "", "Early", "The first year."),
		m("odd7", "ann -> bob", "9999-12-31 23:59", "", "Late", "The last year."),
	}
}
