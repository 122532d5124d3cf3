package parse

import (
	"slices"
	"strings"

	"skein/internal/mail"
)

// minCitedID is the shortest id that can name another mail.
const minCitedID = 5

// scanIDs returns every message id in a field, canonical, in order. An id is
// what stands in angle brackets (RFC 5322 §3.6.4), white space inside removed;
// a bracket that never closes holds what follows it up to white space or the
// next bracket. Without any bracket the words with an "@" are ids when prose
// is not expected (words is true), else only a value that is one such word.
func scanIDs(value string, words bool) []string {
	var ids []string
	rest := value
	for len(ids) < maxIDs {
		_, after, ok := strings.Cut(rest, "<")
		if !ok {
			break
		}
		var id string
		id, rest = bracketed(after)
		if id = mail.CanonicalMessageID(id); id != "" && !author(rest) {
			ids = append(ids, id)
		}
	}
	if len(ids) > 0 || strings.IndexByte(value, '<') >= 0 && strings.IndexByte(value, '>') >= 0 {
		return ids
	}
	return bareIDs(value, words)
}

// bracketed reads an id behind an opening bracket and returns what follows.
func bracketed(s string) (id, rest string) {
	end := strings.IndexAny(s, "<>")
	if end >= 0 && s[end] == '>' {
		return s[:end], s[end+1:]
	}
	open := s
	rest = ""
	if end >= 0 {
		open, rest = s[:end], s[end:]
	}
	fields := strings.Fields(open)
	if len(fields) == 0 || !strings.Contains(fields[0], "@") {
		return "", rest
	}
	return strings.TrimRight(fields[0], ",;"), rest
}

// author says whether the text behind a bracket shows that a mail address
// stood in it: "Message from A <a@b> of Monday <id>".
func author(rest string) bool {
	rest = rest[:min(len(rest), 300)]
	word, more, _ := strings.Cut(strings.TrimLeft(rest, " \t\""), " ")
	switch strings.ToLower(word) {
	case "of", "on", "dated", "sent", "wrote", "wrote:", "at":
		return strings.Contains(more, "<")
	}
	return false
}

func bareIDs(value string, words bool) []string {
	fields := strings.FieldsFunc(value, func(c rune) bool { return c <= ' ' || c == ',' || c == '<' || c == '>' })
	if len(fields) != 1 && !words {
		return nil
	}
	var ids []string
	for _, field := range fields {
		id := mail.CanonicalMessageID(strings.Trim(field, `"';`))
		if at := strings.IndexByte(id, '@'); at > 0 && len(ids) < maxIDs {
			ids = append(ids, id)
		}
	}
	return ids
}

// ownIDs returns the ids of Message-ID fields: all in brackets, else the
// whole value, however odd.
func ownIDs(values []string) []string {
	var ids []string
	for _, value := range values[:min(len(values), maxIDs)] {
		found := scanIDs(value, true)
		if len(found) == 0 {
			found = []string{mail.CanonicalMessageID(strings.Trim(value, " \t\"'<>"))}
		}
		for _, id := range found[:min(len(found), 10)] {
			if id != "" && !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// wellFormedID says whether value is <left@right> and nothing more.
func wellFormedID(value string) bool {
	return strictID(value) && strings.Count(value, "@") == 1 && !strings.ContainsAny(value, " \t\"")
}

// strictID says whether value is exactly one <id> with nothing around it.
func strictID(value string) bool {
	return len(value) > 2 && value[0] == '<' && strings.IndexAny(value[1:], "<>") == len(value)-2 && value[len(value)-1] == '>'
}

// citation tells ids that cite other mails from the rest: a mail's own ids,
// addresses of its people that mailers put where an id belongs, and answers
// to a prompt such as "y".
type citation struct {
	own    []string
	people map[string]bool
}

func newCitation(f *mail.Facts) *citation {
	c := &citation{own: f.MessageIDs, people: make(map[string]bool)}
	for i := range f.Mentions {
		if m := &f.Mentions[i]; m.Role <= mail.Cc {
			c.people[m.Address] = true
		}
	}
	return c
}

func (c *citation) cites(id string) bool {
	return len(id) >= minCitedID && !slices.Contains(c.own, id) && !c.people[id] && !c.people[strings.ToLower(id)]
}

// fewIDs is how many ids are cheaper to compare than to hash.
const fewIDs = 16

// first keeps the cited ids, each at its first place.
func (c *citation) first(ids []string) []string {
	var kept []string
	var seen map[string]bool
	if len(ids) > fewIDs {
		seen = make(map[string]bool, len(ids))
	}
	for _, id := range ids {
		if seen[id] || seen == nil && slices.Contains(kept, id) || !c.cites(id) {
			continue
		}
		if seen != nil {
			seen[id] = true
		}
		kept = append(kept, id)
	}
	return kept
}

// last keeps the cited ids, each at its last place.
func (c *citation) last(ids []string) []string {
	slices.Reverse(ids)
	kept := c.first(ids)
	slices.Reverse(kept)
	return kept
}
