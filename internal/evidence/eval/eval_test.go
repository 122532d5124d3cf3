package main

import (
	"bytes"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"skein/internal/evidence"
)

func TestCompare(t *testing.T) {
	ours := grouping{"a": "1", "b": "1", "c": "1", "d": "2", "e": "3", "mine": "3"}
	theirs := grouping{"a": "x", "b": "x", "c": "y", "d": "y", "e": "z", "other": "z"}
	a := compare(ours, theirs)
	if a.mails != 5 || a.ours != 3 || a.theirs != 2 || a.both != 1 {
		t.Errorf("got %d mails and pairs %d, %d, %d, want 5 and 3, 2, 1", a.mails, a.ours, a.theirs, a.both)
	}
	if !slices.Equal(a.onlyOurs, []string{"mine"}) || !slices.Equal(a.onlyTheirs, []string{"other"}) {
		t.Errorf("got %q and %q known to one alone, want mine and other", a.onlyOurs, a.onlyTheirs)
	}
	if got := a.together(); got != 0.25 {
		t.Errorf("together: got %v, want 1/4", got)
	}
	if got := a.all(); math.Abs(got-0.7) > 1e-12 {
		t.Errorf("all: got %v, want 7/10", got)
	}
	if len(a.differences) != 1 || len(a.differences[0].ours) != 2 || len(a.differences[0].theirs) != 2 {
		t.Errorf("got differences %v, want one of two groups on each side", a.differences)
	}
	if equal := compare(ours, ours); equal.together() != 1 || equal.all() != 1 || len(equal.differences) != 0 {
		t.Errorf("equal groupings: got %+v, want no difference", equal)
	}
	if none := compare(nil, nil); none.together() != 1 || none.all() != 1 {
		t.Errorf("no mails: got %+v, want agreement", none)
	}
}

func TestCauses(t *testing.T) {
	split := difference{
		ours:   map[string][]string{"1": {"a", "b"}, "2": {"c"}},
		theirs: map[string][]string{"x": {"a", "b", "c"}},
	}
	merged := difference{ours: split.theirs, theirs: split.ours}
	for _, test := range []struct {
		name      string
		known     causes
		d         difference
		explained bool
	}{
		{"address", causes{notIDs: map[string][]string{"b": {"p@q"}, "c": {"p@q"}}}, split, true},
		{"other addresses", causes{notIDs: map[string][]string{"b": {"p@q"}, "c": {"r@s"}}}, split, false},
		{"one message", causes{messages: map[string]string{"a": "M_1", "b": "M_2", "c": "M_1"}}, merged, true},
		{"two messages", causes{messages: map[string]string{"a": "M_1", "b": "M_2", "c": "M_3"}}, merged, false},
	} {
		if cause, explained := test.known.of(test.d); explained != test.explained {
			t.Errorf("%s: got %q, explained %v, want %v", test.name, cause, explained, test.explained)
		}
	}
}

const pipermailPage = `<ul>
<!--0 01122981224/a-1@x- -->
<LI><A HREF="1.html">one</A>
<UL>
<!--1 01122981224/a-1@x-01122982343/b@y- -->
<!--3 01122981224/a-1@x-01122982343/b@y-01122989338/c@z- -->
</UL>
<!--0 01071140225- -->
<!--1 01071140225-01071162760- -->
<!-- not one -->`

func TestPipermail(t *testing.T) {
	var got []string
	for _, p := range pipermail(pipermailPage) {
		got = append(got, p.id+"<"+p.parent)
	}
	want := []string{"a-1@x<", "b@y<a-1@x", "c@z<b@y", "01071140225<", "01071162760<01071140225"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

const mhonarcPage = `<UL>
<li><a name="00002" href="m2">Two &amp; more</a>
<ul>
<li><a name="00003" href="m3">Re: Two</a></li>
<li><a name="00004" href="m4">Re: Two</a>
<ul><li><a name="00005" href="m5">Re: Two</a></li></ul>
</li>
</ul>
</li>
<li><a name="00001" href="m1">One</a></li>
</UL></UL><a name="00009">outside</a>`

func TestMHonArc(t *testing.T) {
	places := mhonarc(mhonarcPage)
	var got []string
	for _, p := range places {
		got = append(got, p.id+"<"+p.parent+" after "+strings.Join(p.siblings, ","))
	}
	want := []string{"00002< after ", "00003<00002 after ", "00004<00002 after 00003", "00005<00004 after ", "00001< after 00002"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if places[0].subject != "Two & more" {
		t.Errorf("subject: got %q, want it unescaped", places[0].subject)
	}
}

const dump = `{"kind":"copy","message":"M_1","source":"box","offset":10,"sha256":"aa"}
{"kind":"copy","message":"M_2","source":"box","offset":5,"sha256":"bb"}
{"kind":"link","child":"M_1","parent":"M_2","chosen":["CERTAIN","PROBABLE"],"evidence":["aa In-Reply-To"]}
{"kind":"link","child":"M_2","parent":"M_3","chosen":["CERTAIN"],"evidence":["aa References"]}
{"kind":"message","id":"M_1","messageIds":["a@x"],"subject":"s","sentAt":2000,"threads":["T_1","T_1"]}
{"kind":"message","id":"M_2","messageIds":["b@x"],"threads":["T_1","T_1"]}
{"kind":"missing","id":"M_3","messageIds":["c@x"],"threads":["T_1","T_1"]}
{"kind":"tie","from":"p","to":"q"}
`

func TestReadDump(t *testing.T) {
	g, err := readDump([]byte(dump))
	if err != nil {
		t.Fatal(err)
	}
	a, b := g.byID["a@x"], g.byID["b@x"]
	if a.parent != b || !a.own || b.parent == nil || !b.parent.missing || b.own {
		t.Errorf("got parents %q (own %v) and %q (own %v), want b@x by its own header and c@x by another's",
			a.parent.name(), a.own, b.parent.name(), b.own)
	}
	if len(g.copies) != 2 || g.copies[0].Message != "M_2" {
		t.Errorf("got copies %v, want them by offset", g.copies)
	}
	want := counts{Files: 1, Mails: 2, IDs: 2, Messages: 2, Citing: 1, Present: 1, Threads: 1, Missing: 1}
	if got := g.count(); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if _, err := readDump([]byte(`{"kind":"copy","message":"M_9"}`)); err == nil {
		t.Error("a copy of no message: got no error")
	}
}

func TestAgainst(t *testing.T) {
	g, err := readDump([]byte(dump))
	if err != nil {
		t.Fatal(err)
	}
	records := []record{
		{Member: "box", Number: 1, SHA256: "bb", ID: "b@x"},
		{Member: "box", Number: 2, SHA256: "aa", ID: "a@x", Parent: "p@q", NotIDs: []string{"p@q"}, InReplyTo: `Message from P <p@q> of "Monday" <b@x>`},
		{Member: "box", Number: 3, ID: "z@x"},
	}
	equal, found := g.against(records)
	if equal != 2 || len(found) != 2 || found[0].cause != addressForID || found[0].ours != "b@x" || found[1].mail != "z@x" {
		t.Errorf("got %d equal and %+v, want 2, an address taken for an id, and a mail split otherwise", equal, found)
	}
	records[1].Parent, records[1].InReplyTo = "", "<b @x>"
	if _, found := g.against(records[:2]); len(found) != 1 || !strings.Contains(found[0].cause, "white space") {
		t.Errorf("got %+v, want an id with white space inside", found)
	}
}

func TestReadThreads(t *testing.T) {
	got, err := readThreads([]byte(`[[[{"id":"a"},[[{"id":"b"},[]],[{"id":"c"},[]]]]],[[{"id":"d"},[]]]]`))
	if err != nil {
		t.Fatal(err)
	}
	want := grouping{"a": "0", "b": "0", "c": "0", "d": "1"}
	if len(got) != len(want) || got["b"] != "0" || got["c"] != "0" || got["d"] != "1" {
		t.Errorf("got %v, want %v", got, want)
	}
	if _, err := readThreads([]byte(`[[[null,[]]]]`)); err == nil {
		t.Error("a mail that is not shown: got no error")
	}
}

// TestRealThreads holds two real collections against notmuch and against the
// pages of their archives.
func TestRealThreads(t *testing.T) {
	e := evaluation{out: new(bytes.Buffer), work: t.TempDir()}
	need(t)
	var err error
	if e.corpora, err = evidence.Corpora(); err != nil {
		t.Fatal(err)
	}
	if e.ingest, err = evidence.Program(t.Context(), "", e.work); err != nil {
		t.Fatal(err)
	}
	e.collections = []evidence.Collection{evidence.Fedora, evidence.Twisted}
	if err := e.read(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, c := range e.collections {
		theirs, err := e.notmuch(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		if got := compare(e.graphs[c.Name].grouping(), theirs).together(); got < 0.995 {
			t.Errorf("%s: got %.4f of the pairs as notmuch has them, want 0.995", c.Short(), got)
		}
		equal, found := e.graphs[c.Name].against(e.records[c.Name].records)
		if len(found) > 1 || equal != len(e.records[c.Name].records) {
			t.Errorf("%s: got %d of %d mails with equal bytes and %d other parents, want all and 1 at most",
				c.Short(), equal, len(e.records[c.Name].records), len(found))
		}
	}
	if err := e.parents(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"201 of 202", "3119 of 3121"} {
		if !strings.Contains(e.out.(*bytes.Buffer).String(), want) {
			t.Errorf("parents on the pages: want %s in\n%s", want, e.out)
		}
	}
}

// need skips the test plainly when there is nothing to measure on or by.
func need(t *testing.T) {
	t.Helper()
	why := ""
	switch {
	case os.Getenv("CORPORA") == "":
		why = "CORPORA is not set: real mail was not measured"
	case !evidence.Notmuch.Installed() || !evidence.Python3.Installed():
		why = "notmuch or python3 is not installed: real mail was not measured"
	default:
		return
	}
	if os.Getenv("REQUIRE_ALL") == "1" {
		t.Fatal(why)
	}
	t.Skip(why)
}

func FuzzPages(f *testing.F) {
	f.Add(pipermailPage)
	f.Add(mhonarcPage)
	f.Add("<!--0 01122981224/- --></ul><ul><ul><a name=\"1\"></a>")
	f.Fuzz(func(t *testing.T, page string) {
		for _, p := range append(pipermail(page), mhonarc(page)...) {
			if slices.Contains(p.siblings, "") && p.id == "" {
				t.Errorf("got a place without id beside another: %+v", p)
			}
		}
	})
}

func FuzzReadDump(f *testing.F) {
	f.Add([]byte(dump))
	f.Add([]byte(`{"kind":"link","child":"M_1","parent":"M_1"}`))
	f.Fuzz(func(t *testing.T, dump []byte) {
		g, err := readDump(dump)
		if err != nil {
			return
		}
		if c := g.count(); c.Mails != len(g.copies) || c.Present+c.Absent != c.Citing {
			t.Errorf("got %+v of %d copies", c, len(g.copies))
		}
	})
}

func FuzzReadThreads(f *testing.F) {
	f.Add([]byte(`[[[{"id":"a"},[[{"id":"b"},[]]]]]]`))
	f.Add([]byte(`[[[null,[]]]]`))
	f.Fuzz(func(t *testing.T, shown []byte) {
		threads, err := readThreads(shown)
		if err != nil && threads != nil {
			t.Errorf("got threads %v beside %v", threads, err)
		}
	})
}
