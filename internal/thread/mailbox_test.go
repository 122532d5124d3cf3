package thread

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"skein/internal/mail"
)

// A mailbox of these tests is text: one mail per line, what stands in it on
// the left, its expected place on the right. A paragraph is a thread.
//
//	b re:a refs:x,y at:3 by:bo  => a IN_REPLY_TO 990; y REFERENCES 600
//
// The first word names the mail; without id: it is its Message-ID, too.
//
//	id:a,b    its Message-IDs; "id:none" for none
//	re:a      In-Reply-To that is one id and nothing else
//	maybe:a,b In-Reply-To of several ids, or one in prose
//	refs:a,b  References
//	at:3      sent three hours after noon; undated without
//	by:bo     its author; "ann" without
//	says:x    what its content is told by; its name without
//	subj:x    its subject
//	bad:2     number of defects
//
// A place is the chosen parent, or "root", then the other candidates, best
// first. "?x" is a missing message. "copy of a" and "variant of a" are mails
// that are a's message.
type mailbox struct {
	names    []string // of the mails, as in contents
	contents []Content
	poisoned map[mail.Key]bool
	lines    []string // as written, white space evened
}

// read reads a mailbox; a mistake in it fails the test.
func read(t *testing.T, text string) *mailbox {
	t.Helper()
	b := &mailbox{}
	for line := range strings.Lines(strings.TrimSpace(text)) {
		written, place, _ := strings.Cut(line, "=>")
		words := strings.Fields(written)
		if len(words) == 0 {
			b.lines = append(b.lines, "")
			continue
		}
		b.lines = append(b.lines, strings.Join(words, " ")+" => "+strings.Join(strings.Fields(place), " "))
		if strings.HasPrefix(words[0], "?") {
			continue
		}
		facts, err := factsOf(words)
		if err != nil {
			t.Fatalf("line %q: %v", line, err)
		}
		b.names = append(b.names, words[0])
		// Of mails with as many defects, the first line is the canonical one.
		b.contents = append(b.contents, Content{mail.SHA{byte(len(b.names))}, facts})
	}
	b.poisoned = poisonedKeys(b.contents)
	return b
}

func factsOf(words []string) (*mail.Facts, error) {
	f := &mail.Facts{MessageIDs: []string{words[0]}, Subject: "s", HasSubject: true}
	author, says := "ann", words[0]
	for _, word := range words[1:] {
		name, value, _ := strings.Cut(word, ":")
		switch name {
		case "id":
			f.MessageIDs = nil
			if value != "none" {
				f.MessageIDs = strings.Split(value, ",")
			}
		case "re":
			f.InReplyTo, f.InReplyToStrict = []string{value}, true
		case "maybe":
			f.InReplyTo = strings.Split(value, ",")
		case "refs":
			f.References = strings.Split(value, ",")
		case "at":
			hours, err := strconv.Atoi(value)
			if err != nil {
				return nil, err
			}
			f.Sent = &mail.Date{Milli: int64(hours) * 3_600_000}
		case "by":
			author = value
		case "says":
			says = value
		case "subj":
			f.Subject = value
		case "bad":
			n, err := strconv.Atoi(value)
			if err != nil {
				return nil, err
			}
			f.Defects = make([]mail.Defect, n)
		default:
			return nil, fmt.Errorf("unknown word %q", word)
		}
	}
	f.Mentions = []mail.Mention{{Role: mail.From, Address: author}}
	f.Content = mail.HashOf(says)
	return f, nil
}

// poisonedKeys counts who claims which Message-ID, as the ledger does.
func poisonedKeys(contents []Content) map[mail.Key]bool {
	claimed := map[mail.Key]map[mail.Hash]bool{}
	senders := map[mail.Key]map[string]bool{}
	for _, c := range contents {
		for _, id := range c.Facts.MessageIDs {
			k := mail.MessageIDKey(id)
			if claimed[k] == nil {
				claimed[k], senders[k] = map[mail.Hash]bool{}, map[string]bool{}
			}
			claimed[k][c.Facts.Content] = true
			for _, author := range c.Facts.Authors() {
				senders[k][author.Address] = true
			}
		}
	}
	poisoned := map[mail.Key]bool{}
	for k := range claimed {
		if Poisoned(len(claimed[k]), len(senders[k])) {
			poisoned[k] = true
		}
	}
	return poisoned
}

// place writes where an entry stands in a view.
func (b *mailbox) place(d *Decision, entry int, view mail.View) string {
	e := &d.Entries[entry]
	texts := []string{"root"}
	for _, l := range e.Links {
		text := fmt.Sprintf("%s %s %d", b.name(d, l.Parent), l.Kind, l.Confidence)
		if l.Chosen[view] {
			texts[0] = text
		} else {
			texts = append(texts, text)
		}
	}
	return strings.Join(texts, "; ")
}

// name is what an entry is called: its canonical mail, or "?" and its id.
func (b *mailbox) name(d *Decision, entry int) string {
	e := &d.Entries[entry]
	if e.Missing() {
		id, _ := e.Keys[0].MessageID()
		return "?" + id
	}
	return b.names[e.Contents[0]]
}

// places returns the place of every mail and every missing message by name,
// and the thread of each.
func (b *mailbox) places(d *Decision, view mail.View) (places map[string]string, threads map[string]int) {
	places, threads = map[string]string{}, map[string]int{}
	for i := range d.Entries {
		e := &d.Entries[i]
		name := b.name(d, i)
		places[name], threads[name] = b.place(d, i, view), e.Thread[view]
		for at, c := range e.Contents {
			if at == 0 {
				continue
			}
			of := "copy of "
			if b.contents[c].Facts.Content != b.contents[e.Contents[0]].Facts.Content {
				of = "variant of "
			}
			places[b.names[c]], threads[b.names[c]] = of+name, e.Thread[view]
		}
	}
	return places, threads
}

// check decides the mailbox and compares every line.
func (b *mailbox) check(t *testing.T) {
	t.Helper()
	d := Decide(b.contents, b.poisoned)
	if faults := faultsOf(b.contents, b.poisoned, &d); len(faults) > 0 {
		t.Errorf("not sound: %s", strings.Join(faults, "; "))
	}
	for view := range mail.View(mail.Views) {
		places, threads := b.places(&d, view)
		paragraph, known := 0, map[int]int{} // thread to the paragraph it stands in
		for _, line := range b.lines {
			if line == "" {
				paragraph++
				continue
			}
			written, want, _ := strings.Cut(line, " => ")
			name := strings.Fields(written)[0]
			got, ok := places[name]
			if !ok {
				got = "nowhere"
			}
			if got != want {
				t.Errorf("view %d: %s\n got %s\nwant %s", view, written, got, want)
			}
			thread := threads[name]
			if p, ok := known[thread]; ok && p != paragraph || !ok && slices.Contains(paragraphs(known), paragraph) {
				t.Errorf("view %d: %s stands in a thread of another paragraph", view, name)
			}
			known[thread] = paragraph
			delete(places, name)
		}
		for name, place := range places {
			t.Errorf("view %d: %s => %s is not expected", view, name, place)
		}
	}
}

func paragraphs(known map[int]int) []int {
	var all []int
	for _, p := range known {
		all = append(all, p)
	}
	return all
}
