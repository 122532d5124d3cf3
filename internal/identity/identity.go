// Package identity decides which addresses are the same person. It is pure.
//
// Only deterministic folds are used: two addresses are one person when the
// mail system that serves them says they are one mailbox.
package identity

import "strings"

// FoldKey returns what addresses of one mailbox have in common. Gmail ignores
// dots and what follows "+" in the local part, and googlemail.com is
// gmail.com; every other address is only itself.
func FoldKey(address string) string {
	at := strings.LastIndexByte(address, '@')
	if at < 0 {
		return address
	}
	local, domain := address[:at], address[at+1:]
	if domain != "gmail.com" && domain != "googlemail.com" {
		return address
	}
	if plus := strings.IndexByte(local, '+'); plus > 0 {
		local = local[:plus]
	}
	if bare := strings.ReplaceAll(local, ".", ""); bare != "" {
		local = bare
	}
	return local + "@gmail.com"
}

// Name is one display name with the number of messages that use it.
type Name struct {
	Text  string
	Count int
}

// BestName returns the name most used, the least text among equals, or
// fallback when there is none.
func BestName(names []Name, fallback string) string {
	best := Name{Text: fallback}
	for _, n := range names {
		if n.Text != "" && (n.Count > best.Count || n.Count == best.Count && n.Text < best.Text) {
			best = n
		}
	}
	return best.Text
}
