package thread

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"skein/internal/mail"
)

func TestDecide(t *testing.T) {
	for _, test := range []struct{ name, mails string }{
		{"a chain", `
a                        => root
b re:a refs:a            => a IN_REPLY_TO 990
c re:b refs:a,b          => b IN_REPLY_TO 990
d refs:a,b,c             => c REFERENCES 970`},

		{"strangers", `
a                        => root

b                        => root`},

		{"middle missing", `
a                        => root
c refs:a,b               => ?b REFERENCES 970
?b                       => a REFERENCES 850`},

		{"root missing", `
b re:a                   => ?a IN_REPLY_TO 990
c re:a                   => ?a IN_REPLY_TO 990
?a                       => root`},

		{"two roots joined by a missing ancestor", `
c refs:x,b               => ?b REFERENCES 970
e refs:x,d               => ?d REFERENCES 970
?x                       => root
?b                       => ?x REFERENCES 850
?d                       => ?x REFERENCES 850`},

		{"strict In-Reply-To goes before References", `
a                        => root
b                        => a REFERENCES 850
c re:a refs:a,b          => a IN_REPLY_TO 990; b REFERENCES 600`},

		{"loose In-Reply-To goes behind References", `
a                        => root
b refs:a                 => a REFERENCES 970
c maybe:a refs:a,b       => b REFERENCES 970; a IN_REPLY_TO 800`},

		{"loose In-Reply-To alone", `
a                        => root
b maybe:a                => a IN_REPLY_TO 900`},

		{"In-Reply-To and References agree", `
a                        => root
b re:a refs:a            => a IN_REPLY_TO 990`},

		{"In-Reply-To names what References do not", `
a                        => root
b                        => root
c re:a refs:b            => a IN_REPLY_TO 990; b REFERENCES 600`},

		{"In-Reply-To of several ids", `
a                        => root
b                        => root
c maybe:a,b              => a IN_REPLY_TO 900; b IN_REPLY_TO 800`},

		{"several ids, the first missing", `
a                        => root
c maybe:x,a              => ?x IN_REPLY_TO 900; a IN_REPLY_TO 800
?x                       => root`},

		{"References cut short in the middle", `
a                        => root
b refs:a                 => a REFERENCES 970
c refs:a,b               => b REFERENCES 970
d refs:a,b,c             => c REFERENCES 970; a REFERENCES 850
e refs:a,d               => d REFERENCES 970`},

		{"References cut short hint at nothing about who speaks for itself", `
b re:a                   => ?a IN_REPLY_TO 990; ?x REFERENCES 850
c refs:x,b               => b REFERENCES 970
?a                       => root
?x                       => root`},

		{"a mail that names no parent takes the neighbour of a later one", `
a                        => root
b                        => a REFERENCES 850
c refs:a,b               => b REFERENCES 970`},

		{"a loop of two gives way at its greater key", `
a re:b                   => b IN_REPLY_TO 990
b re:a                   => root; a IN_REPLY_TO 990`},

		{"a loop of two gives way where it is weaker", `
a maybe:b                => root; b IN_REPLY_TO 900
b re:a                   => a IN_REPLY_TO 990`},

		{"a loop of three", `
a re:c                   => c IN_REPLY_TO 990
b re:a                   => a IN_REPLY_TO 990
c re:b                   => root; b IN_REPLY_TO 990`},

		{"a loop of three has a second candidate", `
a re:c                   => c IN_REPLY_TO 990
b re:a                   => a IN_REPLY_TO 990
c re:b refs:x            => ?x REFERENCES 600; b IN_REPLY_TO 990
?x                       => root`},

		{"loops that share an end", `
a re:b                   => b IN_REPLY_TO 990
b re:a refs:c            => root; a IN_REPLY_TO 990; c REFERENCES 600
c re:b                   => b IN_REPLY_TO 990`},

		{"a mail cites itself", `
a re:a refs:a            => root`},

		{"a mail cites itself and its parent", `
a                        => root
b re:b refs:a,b          => a REFERENCES 970`},

		{"a mail cites its other id", `
b id:b,b2 re:b2          => root`},

		{"a reply dated before its parent", `
a at:9                   => root
b at:1 re:a              => a IN_REPLY_TO 990`},

		{"a change of subject does not split", `
a subj:money             => root
b subj:lunch re:a        => a IN_REPLY_TO 990`},

		{"an equal subject does not join", `
a subj:lunch             => root

b subj:lunch             => root`},

		{"copies", `
a                        => root
a2 id:a says:a           => copy of a`},

		{"variants", `
a                        => root
a2 id:a says:other       => variant of a`},

		{"fewest defects is shown", `
a bad:2                  => variant of b
b id:a bad:1             => root`},

		{"a variant's reply belongs to the message", `
a re:x                   => ?x IN_REPLY_TO 990
c id:a says:other        => variant of a
?x                       => root
b re:a                   => a IN_REPLY_TO 990`},

		{"variants that name other parents", `
p                        => root
q                        => root
a re:p                   => p IN_REPLY_TO 990; q IN_REPLY_TO 990
a3 id:a says:other re:q  => variant of a`},

		{"several ids of one content", `
a says:same              => root
b says:same              => copy of a
c re:a                   => a IN_REPLY_TO 990
d re:b                   => a IN_REPLY_TO 990`},

		{"ids joined by a mail that has both", `
a id:a,b                 => root
b                        => variant of a
c re:b                   => a IN_REPLY_TO 990`},

		{"no id at all", `
a id:none                => root

b id:none                => root`},

		{"no id, one content", `
a id:none says:same      => root
b id:none says:same      => copy of a`},

		{"a mail without id answers", `
a                        => root
b id:none re:a           => a IN_REPLY_TO 990`},

		{"the parent of a missing message by majority", `
a                        => root
b                        => root
c refs:a,x               => ?x REFERENCES 970
d refs:b,x               => ?x REFERENCES 970
e refs:b,x               => ?x REFERENCES 970
?x                       => b REFERENCES 850; a REFERENCES 850`},

		{"the parent of a missing message by depth", `
a                        => root
b refs:a                 => a REFERENCES 970
c refs:a,x               => ?x REFERENCES 970
d refs:a,b,x             => ?x REFERENCES 970
?x                       => b REFERENCES 850; a REFERENCES 850`},

		{"equal candidates by date, then key", `
a at:1                   => root
b at:5                   => root
c                        => root
d at:8                   => root
m at:6 id:m              => b REFERENCES 850; a REFERENCES 850; d REFERENCES 850; c REFERENCES 850
p refs:a,m               => m REFERENCES 970
q refs:b,m               => m REFERENCES 970
r refs:c,m               => m REFERENCES 970
s refs:d,m               => m REFERENCES 970`},

		{"five claim an id, which is a message with variants", `
a by:1                   => root
b id:a by:2              => variant of a
c id:a by:3              => variant of a
d id:a by:4              => variant of a
e id:a by:5              => variant of a
z re:a                   => a IN_REPLY_TO 990`},

		{"six by four people claim an id, which is poisoned", `
a id:x by:1              => root

b id:x by:2              => root

c id:x by:3              => root

d id:x by:4              => root

e id:x by:1              => root

f id:x by:2              => root

g re:x                   => root`},

		{"six by three people are variants still", `
a id:x by:1              => root
b id:x by:2              => variant of a
c id:x by:3              => variant of a
d id:x by:1              => variant of a
e id:x by:2              => variant of a
f id:x by:3              => variant of a`},

		{"poison hides neither other ids nor what lies beyond", `
a id:x by:1              => root

b id:x by:2              => root

c id:x by:3              => root

d id:x by:4              => root

e id:x by:1              => root

f id:x,f by:2            => root
g re:f                   => f IN_REPLY_TO 990

r                        => root
h refs:r,x               => r REFERENCES 970`},
	} {
		t.Run(test.name, func(t *testing.T) { read(t, test.mails).check(t) })
	}
}

// keysOf returns the keys of the entry that has the Message-ID id.
func keysOf(t *testing.T, b *mailbox, id string) (keys []mail.Key, missing bool) {
	t.Helper()
	d := Decide(b.contents, b.poisoned)
	for _, e := range d.Entries {
		if slices.Contains(e.Keys, mail.MessageIDKey(id)) {
			return e.Keys, e.Missing()
		}
	}
	t.Fatalf("no entry has Message-ID %s", id)
	return nil, false
}

// TestMissingArrives checks that a missing message keeps its key when its mail
// comes, with or without further ids.
func TestMissingArrives(t *testing.T) {
	before, missing := keysOf(t, read(t, "b re:m"), "m")
	if !missing || len(before) != 1 || before[0] != "mid:m" {
		t.Fatalf("before the mail comes: got keys %q, missing %t, want mid:m, missing", before, missing)
	}
	for _, mails := range []string{"b re:m\nm", "b re:m\nm id:m,z", "b re:m\nz id:z,m re:q"} {
		after, missing := keysOf(t, read(t, mails), "m")
		if missing || after[0] != before[0] {
			t.Errorf("%q: got least key %s, missing %t, want %s, present", mails, after[0], missing, before[0])
		}
	}
	if after, _ := keysOf(t, read(t, "b re:m\nm id:a,m"), "m"); after[0] != "mid:a" || !slices.Contains(after, before[0]) {
		t.Errorf("with a lesser id: got keys %q, want mid:a first and %s among them", after, before[0])
	}
}

func TestPoisoned(t *testing.T) {
	for _, test := range []struct {
		contents, senders int
		want              bool
	}{{1, 1, false}, {5, 5, false}, {6, 3, false}, {6, 4, true}, {100, 1, false}, {100, 50, true}} {
		if got := Poisoned(test.contents, test.senders); got != test.want {
			t.Errorf("Poisoned(%d, %d) = %t, want %t", test.contents, test.senders, got, test.want)
		}
	}
}

func TestMentions(t *testing.T) {
	sent := &mail.Facts{Mentions: []mail.Mention{
		{Role: mail.From, Address: "ann"},
		{Role: mail.To, Address: "bo"},
		{Role: mail.To, Address: "bo", Name: "Bo"},
		{Role: mail.Bcc, Address: "cy"},
		{Role: mail.ReplyTo, Address: "no"},
	}}
	received := &mail.Facts{Mentions: []mail.Mention{
		{Role: mail.From, Address: "forged"},
		{Role: mail.To, Address: "bo", Name: "Other"},
		{Role: mail.Cc, Address: "bo"},
		{Role: mail.To, Address: "di"},
	}}
	var got []string
	for _, m := range Mentions(sent, received) {
		got = append(got, fmt.Sprint(m.Role, ":", m.Address, ":", m.Name))
	}
	want := "from:ann: to:bo:Bo to:di: cc:bo: bcc:cy:"
	if text := strings.Join(got, " "); text != want {
		t.Errorf("mentions of two copies: got %s, want %s", text, want)
	}
}

// TestCitesOnce checks that a key is cited once, in header order.
func TestCitesOnce(t *testing.T) {
	f := &mail.Facts{InReplyTo: []string{"c", "a"}, References: []string{"a", "b", "c"}}
	if got, want := Cites(f), []mail.Key{"mid:c", "mid:a", "mid:b"}; !slices.Equal(got, want) {
		t.Errorf("cited keys: got %q, want %q", got, want)
	}
}

// TestThreadCounts checks what a thread says of its members.
func TestThreadCounts(t *testing.T) {
	b := read(t, "b re:a at:4 subj:late\nc re:b at:2 subj:early\nd re:b subj:undated")
	d := Decide(b.contents, nil)
	if len(d.Threads) != 1 {
		t.Fatalf("got %d threads, want 1", len(d.Threads))
	}
	const hour = 3_600_000
	got := d.Threads[0]
	if got.Key != "mid:a" || got.Messages != 3 || got.Missing != 1 || got.Subject != "early" ||
		got.Started == nil || *got.Started != 2*hour || got.Latest == nil || *got.Latest != 4*hour {
		t.Errorf("got %+v, want mid:a of 3 messages and 1 missing, subject early, from hour 2 to 4", got)
	}
	if cited := d.Entries[slices.IndexFunc(d.Entries, func(e Entry) bool { return e.Keys[0] == "mid:b" })].Cited; cited != 2 {
		t.Errorf("b is cited %d times, want 2", cited)
	}
	if empty := Decide(nil, nil); len(empty.Entries) != 0 || len(empty.Threads) != 0 {
		t.Errorf("nothing decides to %+v, want nothing", empty)
	}
}
