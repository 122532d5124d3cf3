package query

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of a text that Parse accepts.
const (
	MaxLength  = 4096 // bytes
	MaxTerms   = 200  // words, phrases and conditions; with: counts four
	MaxNesting = 32   // parentheses and negations around one term
)

const expectedCondition = "a word, a phrase or a condition"

// Parse returns what text asks for, nil (everything) for blank text. Every
// error is an *Error.
//
// A query is words, "phrases" and conditions, all of which must hold:
//
//	budget "annual report" from:ann after:2015-03
//
// OR between them, in capitals, asks for either side and binds less tightly
// than mere neighbourhood; parentheses group; - before a term, or NOT, negates;
// AND may be written. A trailing * lets a word go on. Names of conditions may
// be in any case, and their values may be quoted, a doubled quotation mark
// standing for itself:
//
//	from: to: cc: bcc:     a name or an address; a person's id after from:
//	with:                  one of the four; or a person's id
//	subject: body: filename:
//	attachment:            what attachments say
//	person:                a person's id, who sent or received
//	id: thread: in:        Message-ID or id; thread's id; name of a batch
//	after: before: on:     2015, 2015-03 or 2015-03-27, in UTC. after: begins
//	                       with that period, before: ends where it begins, on:
//	                       is that period. After @ stand epoch milliseconds.
//	larger: smaller: size: 500, 20k, 1m or 2g, by 1,024; after size: with
//	                       > >= < <= or nothing for exactly
//	defect:                what was wrong in the bytes, such as charset
//	is:                    root reply duplicate variant defective undated
//	has:attachment
//
// What folds to several tokens (an address, don't, 東京) is a phrase of them.
// What folds to none, such as !!!, is as if it were not written, unless
// nothing else is; as a value of a condition it is an error.
func Parse(text string) (Expr, error) {
	if len(text) > MaxLength {
		return nil, wrong(text, 0, len(text), fmt.Sprintf("at most %d bytes", MaxLength))
	}
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	p := parser{text: text}
	e, err := p.or()
	switch {
	case err != nil:
		return nil, err
	case p.at < len(text):
		return nil, p.wrong(p.at, p.at+1, "no closing parenthesis without an opening one")
	case e == nil:
		return nil, p.wrong(0, len(text), "a letter or a digit")
	}
	return e, nil
}

// parser reads text from at on. Its methods return a nil Expr for what is as
// if it were not written.
type parser struct {
	text         string
	at           int
	terms, depth int
}

func (p *parser) wrong(start, end int, expected string) error {
	return wrong(p.text, start, end, expected)
}

// or reads alternatives up to the end or a closing parenthesis.
func (p *parser) or() (Expr, error) {
	var parts Or
	for {
		e, err := p.and()
		if err != nil {
			return nil, err
		}
		switch e := e.(type) {
		case nil:
		case Or:
			parts = append(parts, e...)
		default:
			parts = append(parts, e)
		}
		if !p.keyword("OR") {
			break
		}
	}
	switch len(parts) {
	case 0:
		return nil, nil
	case 1:
		return parts[0], nil
	}
	return parts, nil
}

// and reads neighbours up to OR, the end or a closing parenthesis.
func (p *parser) and() (Expr, error) {
	var parts And
	for first := true; ; first = false {
		joined, end := p.keyword("AND"), p.at
		if p.endOfAnd() {
			if first || joined {
				return nil, p.wrong(p.at, min(p.at+1, len(p.text)), expectedCondition)
			}
			break
		}
		if first && joined {
			return nil, p.wrong(end-len("AND"), end, expectedCondition)
		}
		e, err := p.not()
		if err != nil {
			return nil, err
		}
		switch e := e.(type) {
		case nil:
		case And:
			parts = append(parts, e...)
		default:
			parts = append(parts, e)
		}
	}
	switch len(parts) {
	case 0:
		return nil, nil
	case 1:
		return parts[0], nil
	}
	return parts, nil
}

func (p *parser) endOfAnd() bool {
	p.blanks()
	if p.at == len(p.text) || p.text[p.at] == ')' {
		return true
	}
	ahead := *p
	return ahead.keyword("OR")
}

func (p *parser) not() (Expr, error) {
	if !p.negation() {
		return p.primary()
	}
	p.depth++
	defer func() { p.depth-- }()
	if p.depth > MaxNesting {
		return nil, p.tooDeep()
	}
	p.blanks()
	if p.at == len(p.text) || p.text[p.at] == ')' {
		return nil, p.wrong(p.at, min(p.at+1, len(p.text)), expectedCondition)
	}
	e, err := p.not()
	if e == nil || err != nil {
		return nil, err
	}
	return Not{e}, nil
}

// negation takes NOT, or a minus sign that touches what it negates.
func (p *parser) negation() bool {
	if p.keyword("NOT") {
		return true
	}
	rest, found := strings.CutPrefix(p.text[p.at:], "-")
	if !found || rest == "" || rest[0] == ')' || startsBlank(rest) {
		return false
	}
	p.at++
	return true
}

func (p *parser) primary() (Expr, error) {
	start := p.at
	if p.text[p.at] != '(' {
		return p.term()
	}
	p.depth++
	defer func() { p.depth-- }()
	if p.depth > MaxNesting {
		return nil, p.tooDeep()
	}
	p.at++
	e, err := p.or()
	if err != nil {
		return nil, err
	}
	if p.at == len(p.text) {
		return nil, p.wrong(start, p.at, "a closing parenthesis for this opening one")
	}
	p.at++
	return e, nil
}

func (p *parser) tooDeep() error {
	return p.wrong(p.at, min(p.at+1, len(p.text)), fmt.Sprintf("at most %d levels of nesting", MaxNesting))
}

// keyword takes word, in capitals and on its own, with the blanks before it.
func (p *parser) keyword(word string) bool {
	p.blanks()
	rest, found := strings.CutPrefix(p.text[p.at:], word)
	if !found || rest != "" && !endsWord(rest) {
		return false
	}
	p.at += len(word)
	return true
}

func (p *parser) blanks() {
	p.at = len(p.text) - len(strings.TrimLeftFunc(p.text[p.at:], unicode.IsSpace))
}

// bare takes everything up to a blank, a parenthesis or a quotation mark.
func (p *parser) bare() string {
	start := p.at
	for p.at < len(p.text) && !endsWord(p.text[p.at:]) {
		_, size := utf8.DecodeRuneInString(p.text[p.at:])
		p.at += size
	}
	return p.text[start:p.at]
}

func startsBlank(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	return unicode.IsSpace(r)
}

func endsWord(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	return unicode.IsSpace(r) || r == '(' || r == ')' || isQuote(r)
}

// quotes are the quotation marks that people and word processors write.
var quotes = []rune{'"', '“', '”', '„', '‟', '«', '»', '＂'}

func isQuote(r rune) bool { return slices.Contains(quotes, r) }

// quoted takes a quoted value and returns what is inside. What '"' opens, only
// '"' closes, and '""' inside is a quotation mark; what another mark opens,
// any mark closes.
func (p *parser) quoted() (string, error) {
	start := p.at
	opening, size := utf8.DecodeRuneInString(p.text[p.at:])
	p.at += size
	var inside strings.Builder
	for p.at < len(p.text) {
		r, size := utf8.DecodeRuneInString(p.text[p.at:])
		raw := p.text[p.at : p.at+size]
		p.at += size
		switch {
		case opening == '"' && r == '"' && strings.HasPrefix(p.text[p.at:], `"`):
			p.at++
		case r == '"', opening != '"' && isQuote(r):
			return inside.String(), nil
		}
		inside.WriteString(raw)
	}
	return "", p.wrong(start, p.at, "a closing quotation mark for this opening one")
}
