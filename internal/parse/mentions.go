package parse

import (
	"strings"

	"skein/internal/charset"
	"skein/internal/mail"
)

// mentions appends what the values of one address field name (RFC 5322 §3.4,
// tolerantly): at most limit in all.
func mentions(found []mail.Mention, role mail.Role, values []string, fallback string, limit int) []mail.Mention {
	for _, value := range values {
		for _, s := range splitList(value, limit+1-len(found)) {
			found = s.mentions(found, role, fallback)
		}
	}
	return found
}

// mentions appends the addresses of one entry: one as a rule, several where
// commas were forgotten, none where recipients are hidden.
func (s *segment) mentions(found []mail.Mention, role mail.Role, fallback string) []mail.Mention {
	m := mail.Mention{Role: role, Group: cutText(decodeWords(s.group, fallback), maxName)}
	phrase := decodeWords(s.phrase, fallback)
	if s.hasAngle {
		return s.angled(found, m, phrase, fallback)
	}
	comment := decodeWords(s.comment, fallback)
	words := strings.Fields(phrase)
	at := addressWords(words)
	switch {
	case phrase == "":
		return named(found, m, comment)
	case strings.Contains(phrase, "<") && at == 1:
		return unwrapped(found, m, phrase)
	case at == 1 && isNotes(phrase), strings.HasPrefix(phrase, `"`) && at > 0:
		return added(found, m, phrase, comment)
	case at > 1:
		return several(found, m, words)
	case at == 1:
		address, name := partPhrase(words)
		if address[0] == '@' { // what a mail system added to a group of nobody
			return found
		}
		if name == "" {
			name = comment
		}
		return added(found, m, address, name)
	}
	if address, ok := obscured(phrase); ok {
		return added(found, m, address, comment)
	}
	return named(found, m, phrase)
}

// angled reads "phrase <address>".
func (s *segment) angled(found []mail.Mention, m mail.Mention, phrase, fallback string) []mail.Mention {
	address := s.angle
	if strings.HasPrefix(address, "@") { // a route (RFC 5322 §4.4)
		address = address[strings.LastIndexByte(address, ':')+1:]
	}
	if !charset.IsASCII(address) || strings.Contains(address, "=?") {
		address = decodeWords(address, fallback)
	}
	if plain, ok := obscured(strings.TrimSpace(address)); ok {
		address = plain
	}
	name := phrase
	if name == "" {
		name = decodeWords(s.comment, fallback)
	}
	if Address(address) == "" {
		bare := segment{phrase: s.phrase, comment: s.comment, group: s.group}
		if bare.empty() {
			return found
		}
		return bare.mentions(found, m.Role, fallback)
	}
	if strings.Contains(address, ":;") || strings.IndexByte(address, '@') < 0 && nobody(address) {
		return found
	}
	return added(found, m, address, name)
}

// added appends a mention of an address.
func added(found []mail.Mention, m mail.Mention, address, name string) []mail.Mention {
	if m.Address = Address(address); m.Address == "" {
		return found
	}
	m.Name = displayName(name)
	if strings.Contains(m.Name, "@") && Address(m.Name) == m.Address {
		m.Name = ""
	}
	return append(found, m)
}

// named appends a mention of a name without an address: the name in lower
// case is its address.
func named(found []mail.Mention, m mail.Mention, name string) []mail.Mention {
	if nobody(name) {
		return found
	}
	if m.Address = Address(name); m.Address == "" {
		return found
	}
	if !strings.ContainsAny(name, "/=") { // not an X.500 or Notes name
		m.Name = displayName(name)
	}
	return append(found, m)
}

// displayName takes the quotes off a name.
func displayName(name string) string {
	if len(name) > 1 {
		if c := name[0]; (c == '"' || c == '\'') && name[len(name)-1] == c {
			name = strings.TrimSpace(name[1 : len(name)-1])
		}
	}
	return cutText(name, maxName)
}

// addressWords counts the words that hold an "@", a lone one between two
// words included.
func addressWords(words []string) int {
	n := 0
	for _, w := range words {
		if strings.Contains(w, "@") {
			n++
		}
	}
	return n
}

// partPhrase parts the words of "a@b Name", "Name a@b" and "a @ b".
func partPhrase(words []string) (address, name string) {
	var rest []string
	for i := 0; i < len(words); i++ {
		w := words[i]
		if !strings.Contains(w, "@") {
			rest = append(rest, w)
			continue
		}
		if strings.HasPrefix(w, "@") && len(rest) > 0 {
			w = rest[len(rest)-1] + w
			rest = rest[:len(rest)-1]
		}
		if strings.HasSuffix(w, "@") && i+1 < len(words) {
			i++
			w += words[i]
		}
		address = w
	}
	return address, strings.Join(rest, " ")
}

// several appends each word with an "@" as an address of its own.
func several(found []mail.Mention, m mail.Mention, words []string) []mail.Mention {
	for _, w := range words {
		if strings.Contains(w, "@") {
			found = added(found, m, w, "")
		}
	}
	return found
}

// unwrapped reads "Name <address>" that came out of encoded words.
func unwrapped(found []mail.Mention, m mail.Mention, phrase string) []mail.Mention {
	name, rest, _ := strings.Cut(phrase, "<")
	address, _, _ := strings.Cut(rest, ">")
	return added(found, m, address, strings.TrimSpace(name))
}

// isNotes says whether phrase is a Lotus Notes name such as "Given
// Surname/Unit/Site@Domain", whose blanks belong to it.
func isNotes(phrase string) bool {
	local, domain, _ := strings.Cut(phrase, "@")
	return strings.Contains(local, "/") && !strings.Contains(domain, ".")
}
