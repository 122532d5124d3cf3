package thread

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"slices"
	"sort"
	"strings"
	"testing"

	"skein/internal/mail"
)

// faultsOf says what every decision must be and this one is not.
func faultsOf(contents []Content, poisoned map[mail.Key]bool, d *Decision) []string {
	var faults []string
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	held := make([]int, len(contents))
	keys := map[mail.Key]bool{}
	for i := range d.Entries {
		e := &d.Entries[i]
		if i > 0 && d.Entries[i-1].Keys[0].Compare(e.Keys[0]) >= 0 {
			fault("entry %d is out of order", i)
		}
		for _, k := range e.Keys {
			if keys[k] || poisoned[k] {
				fault("key %s is held twice or poisoned", k)
			}
			keys[k] = true
		}
		for _, c := range e.Contents {
			held[c]++
		}
		if e.Missing() && e.Cited == 0 {
			fault("missing %s is cited by nobody", e.Keys[0])
		}
		faultsOfLinks(d, i, fault)
	}
	for c, n := range held {
		if n != 1 {
			fault("content %d is held by %d entries", c, n)
		}
	}
	faultsOfThreads(d, fault)
	return faults
}

func faultsOfLinks(d *Decision, i int, fault func(string, ...any)) {
	e := &d.Entries[i]
	type pair struct {
		parent int
		kind   mail.LinkKind
	}
	seen := map[pair]bool{}
	for n, l := range e.Links {
		if l.Parent == i || seen[pair{l.Parent, l.Kind}] {
			fault("link %d of %s is to itself or comes twice", n, e.Keys[0])
		}
		seen[pair{l.Parent, l.Kind}] = true
		if n > 0 && e.Links[n-1].Confidence < l.Confidence {
			fault("link %d of %s is better than the one before", n, e.Keys[0])
		}
		for view := range mail.Views {
			if l.Chosen[view] && e.Parent[view] != l.Parent {
				fault("link %d of %s is chosen and not its parent", n, e.Keys[0])
			}
		}
	}
	for view, parent := range e.Parent {
		chosen := 0
		for _, l := range e.Links {
			if l.Chosen[view] {
				chosen++
			}
		}
		if want := map[bool]int{true: 1}[parent >= 0]; chosen != want {
			fault("%s has %d chosen links in view %d, want %d", e.Keys[0], chosen, view, want)
		}
		at := i
		for steps := 0; at >= 0; at = d.Entries[at].Parent[view] {
			if steps++; steps > len(d.Entries) {
				fault("%s is in a loop of view %d", e.Keys[0], view)
				break
			}
		}
	}
}

func faultsOfThreads(d *Decision, fault func(string, ...any)) {
	var in [mail.Views]map[int]int // entry to thread
	for view := range mail.Views {
		in[view] = map[int]int{}
	}
	for n, t := range d.Threads {
		if !t.Views[mail.Certain] && !t.Views[mail.Probable] || !slices.IsSorted(t.Members) ||
			t.Key != d.Entries[t.Members[0]].Keys[0] || t.Messages+t.Missing != len(t.Members) {
			fault("thread %d is %+v", n, t)
		}
		for view, stands := range t.Views {
			for _, m := range t.Members {
				if _, twice := in[view][m]; stands && twice {
					fault("%s is in two threads of view %d", d.Entries[m].Keys[0], view)
				}
				if stands {
					in[view][m] = n
				}
			}
		}
	}
	for i := range d.Entries {
		e := &d.Entries[i]
		for view := range mail.Views {
			if n, ok := in[view][i]; !ok || n != e.Thread[view] {
				fault("%s is in thread %d of view %d, and says %d", e.Keys[0], n, view, e.Thread[view])
			}
			if p := e.Parent[view]; p >= 0 && d.Entries[p].Thread[view] != e.Thread[view] {
				fault("%s and its parent are in two threads of view %d", e.Keys[0], view)
			}
		}
	}
}

// described writes a decision without any index, to compare it.
func described(contents []Content, d *Decision) []string {
	var lines []string
	for _, e := range d.Entries {
		var b strings.Builder
		fmt.Fprintf(&b, "entry %q", e.Keys)
		for _, c := range e.Contents {
			fmt.Fprintf(&b, " %x", contents[c].SHA[:4])
		}
		for _, c := range e.Variants {
			fmt.Fprintf(&b, " variant %x", contents[c].SHA[:4])
		}
		fmt.Fprintf(&b, " %v cited %d", e.Mentions, e.Cited)
		for _, l := range e.Links {
			fmt.Fprintf(&b, " link %s %s %d %x %s %v %d %d", d.Entries[l.Parent].Keys[0], l.Kind, l.Confidence,
				contents[l.Content].SHA[:4], l.Key, l.Chosen, l.votes, l.depth)
		}
		for view := range mail.Views {
			fmt.Fprintf(&b, " thread %s", d.Threads[e.Thread[view]].Key)
			if p := e.Parent[view]; p >= 0 {
				fmt.Fprintf(&b, " parent %s", d.Entries[p].Keys[0])
			}
		}
		lines = append(lines, b.String())
	}
	for _, t := range d.Threads {
		var line strings.Builder
		line.WriteString(fmt.Sprintf("thread %s %v %d %d %q", t.Key, t.Views, t.Messages, t.Missing, t.Subject))
		for _, date := range []*int64{t.Started, t.Latest} {
			if date != nil {
				line.WriteString(fmt.Sprint(" ", *date))
			}
		}
		lines = append(lines, line.String())
	}
	sort.Strings(lines)
	return lines
}

// chance makes up numbers: at random, or from the bytes of a fuzzer.
type chance func(n int) int

// mails makes up contents that cite each other wildly: few ids, so they often
// meet.
func (dice chance) mails(count, pool int) []Content {
	contents := make([]Content, count)
	ids := func(most int) []string {
		var found []string
		for range dice(most + 1) {
			if id := fmt.Sprint("i", dice(pool)); !slices.Contains(found, id) {
				found = append(found, id)
			}
		}
		return found
	}
	for i := range contents {
		f := &mail.Facts{
			MessageIDs: []string{fmt.Sprint("i", dice(pool))}, Content: mail.HashOf(fmt.Sprint(dice(count * 3))),
			References: ids(4), Subject: fmt.Sprint("s", i), HasSubject: true, Defects: make([]mail.Defect, dice(2)),
			Mentions: []mail.Mention{{Role: mail.From, Address: fmt.Sprint("p", dice(9))}, {Role: mail.To, Address: fmt.Sprint("p", dice(9)), Name: fmt.Sprint("n", dice(3))}},
		}
		switch dice(8) {
		case 0:
			f.MessageIDs = nil
		case 1:
			f.MessageIDs = ids(3)
		case 2:
			f.MessageIDs = []string{"everyone"}
		}
		if f.InReplyTo = ids(2); len(f.InReplyTo) == 1 {
			f.InReplyToStrict = dice(2) == 0
		}
		if date := dice(6); date > 0 {
			f.Sent = &mail.Date{Milli: int64(date)}
		}
		contents[i] = Content{sha256.Sum256(fmt.Append(nil, i)), f}
	}
	return contents
}

func random(seed uint64) chance { return rand.New(rand.NewPCG(seed, 7)).IntN }

// TestAnyOrder checks random graphs: sound, and the same in any order.
func TestAnyOrder(t *testing.T) {
	for seed := range uint64(400) {
		dice := random(seed)
		contents := dice.mails(1+dice(30), 2+dice(25))
		poisoned := poisonedKeys(contents)
		d := Decide(contents, poisoned)
		if faults := faultsOf(contents, poisoned, &d); len(faults) > 0 {
			t.Fatalf("seed %d: %s", seed, strings.Join(faults, "\n"))
		}
		want := described(contents, &d)
		shuffled := slices.Clone(contents)
		rand.New(rand.NewPCG(seed, 8)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		again := Decide(shuffled, poisoned)
		sameLines(t, fmt.Sprint("seed ", seed, " in another order"), described(shuffled, &again), want)
	}
}

func sameLines(t *testing.T, what string, got, want []string) {
	t.Helper()
	for i := range max(len(got), len(want)) {
		g, w := "no line", "no line"
		if i < len(got) {
			g = got[i]
		}
		if i < len(want) {
			w = want[i]
		}
		if g != w {
			t.Fatalf("%s:\n got %s\nwant %s", what, g, w)
		}
	}
}

// TestSeparately checks that what does not hang together decides the same
// alone: this is what lets a round touch only its closure.
func TestSeparately(t *testing.T) {
	parts := 0
	for seed := range uint64(300) {
		dice := random(seed + 1000)
		contents := dice.mails(1+dice(30), 20+dice(300))
		poisoned := poisonedKeys(contents)
		whole := Decide(contents, poisoned)
		var got []string
		for _, part := range apart(contents, poisoned) {
			d := Decide(part, poisoned)
			got = append(got, described(part, &d)...)
			parts++
		}
		sort.Strings(got)
		sameLines(t, fmt.Sprint("seed ", seed, " in parts"), got, described(contents, &whole))
	}
	if parts < 900 {
		t.Errorf("only %d parts were tried, want at least 900", parts)
	}
}

// apart divides contents into those that hang together by keys.
func apart(contents []Content, poisoned map[mail.Key]bool) [][]Content {
	groups := newSets(len(contents))
	first := map[mail.Key]int{}
	for i, c := range contents {
		for _, k := range append(Claims(c.Facts), Cites(c.Facts)...) {
			if poisoned[k] {
				continue
			}
			if other, ok := first[k]; ok {
				groups.union(i, other)
			}
			first[k] = i
		}
	}
	var parts [][]Content
	for _, members := range groups.all() {
		var part []Content
		for _, m := range members {
			part = append(part, contents[m])
		}
		parts = append(parts, part)
	}
	return parts
}

func FuzzDecide(f *testing.F) {
	f.Add([]byte{3, 2, 0, 1, 0, 1, 0})
	f.Add([]byte("\x09\x03ababababcdcdcdcd\x01\x02\x03\x04"))
	f.Add([]byte(strings.Repeat("\x02\x00\x01\x03", 60)))
	f.Fuzz(func(t *testing.T, data []byte) {
		at := 0
		dice := chance(func(n int) int {
			if at++; at > len(data) {
				return at * 7 % n
			}
			return int(data[at-1]) % n
		})
		contents := dice.mails(1+dice(16), 1+dice(12))
		poisoned := poisonedKeys(contents)
		d := Decide(contents, poisoned)
		if faults := faultsOf(contents, poisoned, &d); len(faults) > 0 {
			t.Fatal(strings.Join(faults, "\n"))
		}
		want := described(contents, &d)
		slices.Reverse(contents)
		again := Decide(contents, poisoned)
		sameLines(t, "reversed", described(contents, &again), want)
	})
}
