package thread

import (
	"bytes"
	"cmp"
	"slices"

	"skein/internal/mail"
)

// Claims returns the keys a mail claims to be: its Message-IDs and its
// content.
func Claims(facts *mail.Facts) []mail.Key {
	keys := make([]mail.Key, 0, len(facts.MessageIDs)+1)
	for _, id := range facts.MessageIDs {
		keys = append(keys, mail.MessageIDKey(id))
	}
	return append(keys, mail.ContentKey(facts.Content))
}

// Cites returns the keys of the mails that a mail cites, each once.
func Cites(facts *mail.Facts) []mail.Key {
	keys := make([]mail.Key, 0, len(facts.InReplyTo)+len(facts.References))
	for _, ids := range [][]string{facts.InReplyTo, facts.References} {
		for _, id := range ids {
			if k := mail.MessageIDKey(id); !slices.Contains(keys, k) {
				keys = append(keys, k)
			}
		}
	}
	return keys
}

// join makes entries: contents that share a key are one message, and a cited
// key that none has is a missing message.
func (c *closure) join() {
	claims := make([][]mail.Key, len(c.contents))
	groups := newSets(len(c.contents))
	first := map[mail.Key]int{}
	for i := range c.contents {
		claims[i] = slices.DeleteFunc(Claims(c.contents[i].Facts), func(k mail.Key) bool { return c.poisoned[k] })
		for _, k := range claims[i] {
			if other, known := first[k]; known {
				groups.union(i, other)
			} else {
				first[k] = i
			}
		}
	}
	for _, members := range groups.all() {
		c.entries = append(c.entries, c.message(members, claims))
	}
	missing := map[mail.Key]bool{}
	for i := range c.contents {
		for _, k := range Cites(c.contents[i].Facts) {
			if _, claimed := first[k]; !claimed && !c.poisoned[k] && !missing[k] {
				missing[k] = true
				c.entries = append(c.entries, Entry{Keys: []mail.Key{k}})
			}
		}
	}
	slices.SortFunc(c.entries, func(a, b Entry) int { return a.Keys[0].Compare(b.Keys[0]) })
	c.holder = make(map[mail.Key]int, len(first)+len(missing))
	for i, e := range c.entries {
		for _, k := range e.Keys {
			c.holder[k] = i
		}
	}
}

// message makes one message of the contents that share its keys.
func (c *closure) message(members []int, claims [][]mail.Key) Entry {
	slices.SortFunc(members, c.byDefects)
	var keys []mail.Key
	for _, i := range members {
		keys = append(keys, claims[i]...)
	}
	slices.SortFunc(keys, mail.Key.Compare)
	return Entry{
		Keys:     slices.Compact(keys),
		Contents: members,
		Variants: c.variants(members),
		Mentions: c.mentions(members),
	}
}

// byDefects orders contents as the canonical one is picked: fewest defects,
// then least SHA-256.
func (c *closure) byDefects(a, b int) int {
	x, y := &c.contents[a], &c.contents[b]
	return cmp.Or(cmp.Compare(len(x.Facts.Defects), len(y.Facts.Defects)), bytes.Compare(x.SHA[:], y.SHA[:]))
}

// variants picks, for every content that differs from the canonical one, the
// best of its bytes.
func (c *closure) variants(members []int) []int {
	seen := map[mail.Hash]bool{c.contents[members[0]].Facts.Content: true}
	var variants []int
	for _, i := range members[1:] {
		if h := c.contents[i].Facts.Content; !seen[h] {
			seen[h] = true
			variants = append(variants, i)
		}
	}
	slices.SortFunc(variants, func(a, b int) int {
		return bytes.Compare(c.contents[a].SHA[:], c.contents[b].SHA[:])
	})
	return variants
}

// mentions unites the recipients of all copies.
func (c *closure) mentions(members []int) []mail.Mention {
	facts := make([]*mail.Facts, len(members))
	for i, m := range members {
		facts[i] = c.contents[m].Facts
	}
	return Mentions(facts...)
}

// Mentions unites the correspondents of the copies of one message, the
// canonical one first: From as that one says it; To, Cc and Bcc of all, for a
// sent copy shows who was on Bcc and a received one does not. Each address
// comes once per role.
func Mentions(copies ...*mail.Facts) []mail.Mention {
	type place struct {
		role    mail.Role
		address string
	}
	var united []mail.Mention
	at := map[place]int{}
	for n, facts := range copies {
		for _, m := range facts.Mentions {
			if m.Role > mail.Bcc || m.Role == mail.From && n > 0 {
				continue
			}
			p := place{m.Role, m.Address}
			known, ok := at[p]
			if !ok {
				at[p] = len(united)
				united = append(united, m)
			} else if united[known].Name == "" {
				united[known].Name = m.Name
			}
		}
	}
	slices.SortStableFunc(united, func(a, b mail.Mention) int { return cmp.Compare(a.Role, b.Role) })
	return united
}
