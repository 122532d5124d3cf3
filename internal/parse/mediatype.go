package parse

import (
	"cmp"
	"slices"
	"strings"

	"skein/internal/charset"
)

// maxParams bounds the parameters read of one field.
const maxParams = 100

// mediaType is a value with parameters: a Content-Type or Content-Disposition
// field (RFC 2045 §5.1, RFC 2183 §2).
type mediaType struct {
	kind   string // lower case: "text/plain", "attachment"
	params []param
}

type param struct {
	name    string // lower case, without "*"
	value   string // not decoded
	section int    // of a value in sections (RFC 2231 §3); else -1
	coded   bool   // percent-encoded with a charset (RFC 2231 §4)
}

// known says whether the kind has the form type/subtype.
func (m *mediaType) known() bool {
	slash := strings.IndexByte(m.kind, '/')
	return slash > 0 && slash < len(m.kind)-1
}

func (m *mediaType) multipart() bool { return strings.HasPrefix(m.kind, "multipart/") }

// get returns the first value of a parameter, not decoded, or "".
func (m *mediaType) get(name string) string {
	for i := range m.params {
		if m.params[i].name == name && m.params[i].section <= 0 {
			return m.params[i].value
		}
	}
	return ""
}

// text returns the decoded value of a parameter: RFC 2231 sections joined,
// encoded words decoded although RFC 2047 §5 forbids them there.
func (m *mediaType) text(name, fallback string) string {
	var sections []param
	for _, p := range m.params {
		if p.name == name && p.section >= 0 {
			sections = append(sections, p)
		}
	}
	if len(sections) == 0 {
		return decodeWords(m.get(name), fallback)
	}
	slices.SortStableFunc(sections, func(a, b param) int { return cmp.Compare(a.section, b.section) })
	var joined []byte
	declared := ""
	for i, p := range sections {
		value := p.value
		if p.coded && i == 0 {
			declared, value = cutCharset(value)
		}
		if p.coded {
			joined = appendPercent(joined, value)
			continue
		}
		joined = append(joined, value...)
	}
	if declared == "" && !sections[0].coded {
		return decodeWords(string(joined), fallback)
	}
	return collapse(charset.Short(joined, declared, fallback))
}

// cutCharset splits charset'language'value.
func cutCharset(value string) (declared, rest string) {
	parts := strings.SplitN(value, "'", 3)
	if len(parts) < 3 {
		return "", value
	}
	return parts[0], parts[2]
}

func appendPercent(dst []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			high, low := hexDigit(s[i+1]), hexDigit(s[i+2])
			if high < 16 && low < 16 {
				dst = append(dst, high<<4|low)
				i += 2
				continue
			}
		}
		dst = append(dst, s[i])
	}
	return dst
}

// readMediaType reads what it can of a field: parameters without quotes,
// without a semicolon between them, twice over, with an open quote.
func readMediaType(value string) mediaType {
	end := strings.IndexAny(value, "; \t(,")
	if end < 0 {
		end = len(value)
	}
	m := mediaType{kind: strings.ToLower(strings.Trim(value[:end], `"'`))}
	rest := value[end:]
	for len(m.params) < maxParams {
		rest = strings.TrimLeft(rest, "; \t,")
		if rest == "" {
			break
		}
		if rest[0] == '(' {
			rest = skipComment(rest)
			continue
		}
		var p param
		var ok bool
		if p, rest, ok = readParam(rest); ok {
			m.params = append(m.params, p)
		}
	}
	return m
}

// readParam reads name=value at the start of s, and returns what follows.
func readParam(s string) (p param, rest string, ok bool) {
	end := strings.IndexAny(s, "=; \t")
	if end < 0 {
		return p, "", false
	}
	name, rest := s[:end], strings.TrimLeft(s[end:], " \t")
	if !strings.HasPrefix(rest, "=") {
		return p, rest, false
	}
	rest = strings.TrimLeft(rest[1:], " \t")
	p = splitName(name)
	if strings.HasPrefix(rest, `"`) {
		p.value, rest = unquote(rest)
		return p, rest, name != ""
	}
	p.value, rest = bareValue(rest)
	return p, rest, name != ""
}

// splitName takes the marks of RFC 2231 off a parameter name.
func splitName(name string) param {
	p := param{section: -1}
	name = strings.ToLower(name)
	if base, coded := strings.CutSuffix(name, "*"); coded {
		name, p.coded, p.section = base, true, 0
	}
	if base, digits, found := strings.Cut(name, "*"); found && digits != "" && len(digits) < 4 {
		n := 0
		for _, c := range []byte(digits) {
			if c < '0' || c > '9' {
				return p
			}
			n = n*10 + int(c-'0')
		}
		name, p.section = base, n
	}
	p.name = name
	return p
}

// bareValue reads a value without quotes. Blanks belong to it unless what
// follows them is another name=value.
func bareValue(s string) (value, rest string) {
	end := strings.IndexByte(s, ';')
	if end < 0 {
		end = len(s)
	}
	value, rest = s[:end], s[end:]
	if i := strings.IndexByte(value, ' '); i >= 0 {
		next := strings.TrimLeft(value[i:], " ")
		if eq := strings.IndexByte(next, '='); eq > 0 && !strings.ContainsAny(next[:eq], " ?.") {
			return value[:i], s[i:]
		}
	}
	return strings.TrimRight(value, " \t"), rest
}

// unquote reads a quoted string (RFC 5322 §3.2.4) at the start of s. One that
// never closes ends at the next semicolon.
func unquote(s string) (text, rest string) {
	var b []byte
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '"':
			return string(b), s[i+1:]
		case s[i] == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\'):
			i++
		}
		b = append(b, s[i])
	}
	text, rest, _ = strings.Cut(s[1:], ";")
	return text, rest
}

// skipComment returns what follows the comment at the start of s.
func skipComment(s string) string {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return s[i+1:]
			}
		}
	}
	return ""
}
