package query

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// value is what stands in a term, as written.
type value struct {
	text       string
	quoted     bool
	star       bool // a * follows the quotes
	start, end int  // bytes of the query
}

// term reads a word, a phrase or a condition.
func (p *parser) term() (Expr, error) {
	name, start := p.name(), p.at
	if name == "" {
		v, err := p.value()
		if err != nil {
			return nil, err
		}
		return p.words(v, Anywhere)
	}
	read, known := conditions[strings.ToLower(name)]
	if !known {
		return nil, p.wrong(start, start+len(name)+1,
			"a condition such as from: or subject:, or quotation marks around the text")
	}
	p.at += len(name) + 1
	v, err := p.value()
	if err != nil {
		return nil, err
	}
	if v.text == "" && !v.quoted {
		return nil, p.wrong(start, p.at, "a value right after the colon")
	}
	e, err := read(p, v)
	if e == nil && err == nil {
		return nil, p.wrong(v.start, v.end, "a value with a letter or a digit")
	}
	return e, err
}

// name returns the name of the condition that begins here, without its colon:
// letters and a colon, and something that looks like a value unless the name
// is known. So "Re: lunch", "10:30" and "https://…" are words.
func (p *parser) name() string {
	name, after, found := strings.Cut(p.text[p.at:], ":")
	if !found || name == "" || strings.ContainsFunc(name, notASCIILetter) {
		return ""
	}
	if _, known := conditions[strings.ToLower(name)]; known {
		return name
	}
	if r, _ := utf8.DecodeRuneInString(after); unicode.IsLetter(r) || unicode.IsDigit(r) || isQuote(r) {
		return name
	}
	return ""
}

func notASCIILetter(r rune) bool { return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') }

func (p *parser) value() (value, error) {
	v := value{start: p.at}
	r, _ := utf8.DecodeRuneInString(p.text[p.at:])
	var err error
	if v.quoted = isQuote(r); v.quoted {
		v.text, err = p.quoted()
		if strings.HasPrefix(p.text[p.at:], "*") {
			v.star = true
			p.at++
		}
	} else {
		v.text = p.bare()
	}
	v.end = p.at
	return v, err
}

// words reads text to be found in one of the fields.
func (p *parser) words(v value, fields ...Field) (Expr, error) {
	text := v.text
	if trimmed := strings.TrimRight(text, "*"); trimmed != text {
		text, v.star = trimmed, true
	}
	if !v.quoted && strings.Contains(text, "*") {
		return nil, p.wrong(v.start, v.end, "* only at the end of a word")
	}
	source := sourceTokens(text)
	if len(source) == 0 {
		return nil, nil
	}
	tokens := make([]string, len(source))
	for i, t := range source {
		tokens[i] = t.text
	}
	prefix := v.star && source[len(source)-1].end == len(text)
	if len(fields) == 1 {
		return p.count(v, Words{fields[0], tokens, prefix})
	}
	var either Or
	for _, f := range fields {
		e, err := p.count(v, Words{f, tokens, prefix})
		if err != nil {
			return nil, err
		}
		either = append(either, e)
	}
	return either, nil
}

// count returns e unless it is one term too many.
func (p *parser) count(v value, e Expr) (Expr, error) {
	if p.terms++; p.terms > MaxTerms {
		return nil, p.wrong(v.start, v.end, fmt.Sprintf("at most %d terms", MaxTerms))
	}
	return e, nil
}
