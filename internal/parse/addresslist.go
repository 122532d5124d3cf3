package parse

import "strings"

// segment is one entry of an address list, taken apart but not decoded.
type segment struct {
	phrase   string // display name or bare address, quotes removed
	angle    string // what stood in angle brackets
	hasAngle bool
	comment  string
	group    string
	end      byte // what ended it: ',', ';' or 0
}

func (s *segment) empty() bool {
	return !s.hasAngle && s.comment == "" && strings.TrimSpace(s.phrase) == ""
}

// bare says whether the segment is a name or word without an address.
func (s *segment) bare() bool {
	return !s.hasAngle && s.comment == "" && !strings.Contains(s.phrase, "@") && strings.TrimSpace(s.phrase) != ""
}

// listScanner splits an address list (RFC 5322 §3.4). What never closes,
// quote, comment or bracket, is taken as ordinary text.
type listScanner struct {
	s         string
	i         int
	noQuote   bool // no quote closes any more
	noComment bool
	close     int // where the next '>' is, at or after i; len(s) for none
	phrase    []byte
	hasAt     bool // phrase holds an "@"
	now       segment
	group     string
	found     []segment
	semicolon bool // a ';' separated entries
}

// splitList returns the entries of an address list, at most limit.
func splitList(value string, limit int) []segment {
	l := listScanner{s: value, close: -1}
	for l.i < len(l.s) && len(l.found) < limit {
		l.step()
	}
	l.finish(0)
	return l.join()
}

// step reads one character or one quoted, bracketed or encoded stretch.
func (l *listScanner) step() {
	switch c := l.s[l.i]; {
	case c == '"' && !l.noQuote:
		l.quoted()
	case c == '(' && !l.noComment:
		l.comment()
	case c == '<':
		l.bracket()
	case c == '[' && hasFold(l.s[l.i:], "[mailto:"):
		l.mailto()
	case c == '=' && strings.HasPrefix(l.s[l.i:], "=?"):
		l.encoded()
	case c == ',' || c == ';':
		l.i++
		l.finish(c)
		if c == ';' {
			l.semicolon = l.semicolon || l.group == ""
			l.group = ""
		}
	case c == ':' && l.opensGroup():
		l.i++
		l.group = strings.TrimSpace(string(l.phrase))
		l.phrase = l.phrase[:0]
	default:
		l.plain()
	}
}

// plain takes the character at i, whatever it is, and those behind it that
// stand only for themselves.
func (l *listScanner) plain() {
	n := strings.IndexAny(l.s[l.i+1:], "\"(<[=,;:")
	text := l.s[l.i:]
	if n >= 0 {
		text = text[:n+1]
	}
	l.hasAt = l.hasAt || strings.IndexByte(text, '@') >= 0
	l.phrase = append(l.phrase, text...)
	l.i += len(text)
}

func hasFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// opensGroup says whether the ':' at i ends the name of a group: not a scheme
// such as "mailto:", and nothing with an "@" before it.
func (l *listScanner) opensGroup() bool {
	if l.now.hasAngle || l.hasAt || strings.HasPrefix(l.s[l.i:], "://") {
		return false
	}
	before := strings.TrimSpace(string(l.phrase))
	if before == "" {
		return false
	}
	for _, scheme := range addressSchemes {
		if strings.EqualFold(before+":", scheme) {
			return false
		}
	}
	return true
}

func (l *listScanner) quoted() {
	end := closing(l.s, l.i+1, '"')
	if end < 0 {
		l.noQuote = true
		return
	}
	text := l.s[l.i+1 : end]
	l.i = end + 1
	if l.i < len(l.s) && l.s[l.i] == '@' { // a quoted local part
		l.phrase = append(l.phrase, l.s[end-len(text)-1:l.i]...)
		return
	}
	l.phrase = append(l.phrase, unescape(text)...)
}

// closing returns where an unescaped c stands in s at or after i, or -1.
func closing(s string, i int, c byte) int {
	for ; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case c:
			return i
		}
	}
	return -1
}

func unescape(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		b = append(b, s[i])
	}
	return string(b)
}

func (l *listScanner) comment() {
	depth := 0
	for i := l.i; i < len(l.s); i++ {
		switch l.s[i] {
		case '\\':
			i++
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				if l.now.comment == "" {
					l.now.comment = strings.TrimSpace(unescape(l.s[l.i+1 : i]))
				}
				l.phrase = append(l.phrase, ' ')
				l.i = i + 1
				return
			}
		}
	}
	l.noComment = true
}

// bracket reads <address>. A second bracket begins the next entry, for the
// comma between them was forgotten.
func (l *listScanner) bracket() {
	if l.now.hasAngle {
		l.finish(',')
	}
	l.now.hasAngle = true
	from := l.i + 1
	if l.close < from {
		l.close = len(l.s)
		if n := strings.IndexByte(l.s[from:], '>'); n >= 0 {
			l.close = from + n
		}
	}
	next := len(l.s)
	if n := strings.IndexByte(l.s[from:l.close], '<'); n >= 0 {
		next = from + n
	}
	if l.close < len(l.s) && next == len(l.s) {
		l.now.angle, l.i = l.s[from:l.close], l.close+1
		return
	}
	end := min(l.close, next)
	if n := strings.IndexAny(l.s[from:end], ",;"); n >= 0 {
		end = from + n
	}
	l.now.angle, l.i = l.s[from:end], end
}

// mailto reads "[mailto:address]".
func (l *listScanner) mailto() {
	end := strings.IndexByte(l.s[l.i:min(len(l.s), l.i+2*maxAddress)], ']')
	if end < 0 || l.now.hasAngle {
		l.phrase = append(l.phrase, l.s[l.i])
		l.i++
		return
	}
	l.now.angle, l.now.hasAngle = l.s[l.i+len("[mailto:"):l.i+end], true
	l.i += end + 1
}

// encoded takes an encoded word whole, for broken ones hold commas.
func (l *listScanner) encoded() {
	n := 2
	if looksLikeWord(l.s[l.i:]) {
		head := strings.IndexByte(l.s[l.i+2:], '?') + 5
		rest := l.s[l.i+head : min(len(l.s), l.i+1000)]
		if end := strings.Index(rest, "?="); end >= 0 && !strings.ContainsAny(rest[:end], "<>") {
			n = head + end + 2
		}
	}
	l.phrase = append(l.phrase, l.s[l.i:l.i+n]...)
	l.i += n
}

// finish ends an entry.
func (l *listScanner) finish(end byte) {
	l.now.phrase = strings.TrimSpace(string(l.phrase))
	l.now.group, l.now.end = l.group, end
	if !l.now.empty() {
		l.found = append(l.found, l.now)
	} else if n := len(l.found); n > 0 && end == ';' {
		l.found[n-1].end = ';'
	}
	l.phrase, l.hasAt, l.now = l.phrase[:0], false, segment{}
}

// join puts names back together that a comma without quotes took apart:
// "Last, First <address>" anywhere, and "Last, First" where semicolons
// separate the entries.
func (l *listScanner) join() []segment {
	kept := l.found[:0]
	for _, s := range l.found {
		if n := len(kept); n > 0 && l.parted(&kept[n-1], &s) {
			s.phrase = kept[n-1].phrase + ", " + s.phrase
			kept[n-1] = s
			continue
		}
		kept = append(kept, s)
	}
	return kept
}

func (l *listScanner) parted(a, b *segment) bool {
	if a.end != ',' || !a.bare() || a.group != b.group || strings.Contains(a.phrase, ",") || strings.ContainsAny(a.phrase, "/=") {
		return false
	}
	if b.bare() {
		return l.semicolon && b.end != ','
	}
	given, more, _ := strings.Cut(b.phrase, " ")
	return b.hasAngle && given != "" && len(strings.TrimSpace(more)) <= 2 && len(strings.Fields(a.phrase)) <= 3
}
