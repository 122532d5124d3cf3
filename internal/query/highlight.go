package query

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Span is a range of bytes of a text, half-open.
type Span struct{ Start, End int }

// Terms returns the words that a message matching e may show: those under no
// negation, or an even number of them, each once, in the order of e.
func Terms(e Expr) []Words {
	var found []Words
	collectTerms(e, true, &found)
	return found
}

func collectTerms(e Expr, positive bool, found *[]Words) {
	switch e := e.(type) {
	case And:
		for _, part := range e {
			collectTerms(part, positive, found)
		}
	case Or:
		for _, part := range e {
			collectTerms(part, positive, found)
		}
	case Not:
		collectTerms(e.Expr, !positive, found)
	case Words:
		if positive && !slices.ContainsFunc(*found, e.equal) {
			*found = append(*found, e)
		}
	}
}

func (w Words) equal(other Words) bool {
	return w.Field == other.Field && w.Prefix == other.Prefix && slices.Equal(w.Tokens, other.Tokens)
}

// Highlight returns where the terms stand in a text that was not folded,
// whatever their field: in order, and touching nowhere.
func Highlight(text string, terms []Words) []Span {
	tokens := sourceTokens(text)
	exact, prefixes := byFirstToken(terms)
	var spans []Span
	for i, t := range tokens {
		end := 0
		for _, w := range exact[t.text] {
			end = max(end, w.endIn(tokens[i:]))
		}
		for _, w := range prefixes {
			end = max(end, w.endIn(tokens[i:]))
		}
		if end == 0 {
			continue
		}
		if last := len(spans) - 1; last >= 0 && spans[last].End >= t.start {
			spans[last].End = max(spans[last].End, end)
			continue
		}
		spans = append(spans, Span{t.start, end})
	}
	return spans
}

// byFirstToken sorts terms by their first token, and apart those for which
// other tokens than this one may come first.
func byFirstToken(terms []Words) (exact map[string][]Words, prefixes []Words) {
	exact = make(map[string][]Words)
	for _, w := range terms {
		switch {
		case len(w.Tokens) == 1 && w.Prefix:
			prefixes = append(prefixes, w)
		case len(w.Tokens) > 0:
			exact[w.Tokens[0]] = append(exact[w.Tokens[0]], w)
		}
	}
	return exact, prefixes
}

// endIn returns where the words end in the text when tokens begin with them,
// else 0.
func (w Words) endIn(tokens []sourceToken) int {
	last := len(w.Tokens) - 1
	if last >= len(tokens) {
		return 0
	}
	for i, token := range w.Tokens {
		if tokens[i].text == token || i == last && w.Prefix && strings.HasPrefix(tokens[i].text, token) {
			continue
		}
		return 0
	}
	return tokens[last].end
}

// Excerpt is a piece of a text with the places of what was looked for.
type Excerpt struct {
	Text  string
	Marks []Span // in Text
	Start int    // bytes of the whole text before Text
}

// Snippet returns at most width characters of text with as many places of the
// terms as fit, or its beginning when there are none. It does not cut words in
// two where blanks allow it.
func Snippet(text string, terms []Words, width int) Excerpt {
	spans := Highlight(text, terms)
	first, last := densest(text, spans, width)
	start, end := around(text, first, last, width)
	excerpt := Excerpt{Text: text[start:end], Start: start}
	for _, s := range spans {
		s.Start, s.End = max(s.Start, start)-start, min(s.End, end)-start
		if s.Start < s.End {
			excerpt.Marks = append(excerpt.Marks, s)
		}
	}
	return excerpt
}

// densest returns the range from one span to another, no wider than width
// characters, that holds the most spans; the earliest of equals.
func densest(text string, spans []Span, width int) (start, end int) {
	best, from, wide := 0, 0, 0
	for to, s := range spans {
		left := s.Start
		if to > 0 {
			left = spans[to-1].End
		}
		wide += utf8.RuneCountInString(text[left:s.End])
		for wide > width && from < to {
			wide -= utf8.RuneCountInString(text[spans[from].Start:spans[from+1].Start])
			from++
		}
		if to-from+1 > best {
			best, start, end = to-from+1, spans[from].Start, s.End
		}
	}
	return start, end
}

// around widens text[first:last] to width characters, a third of what is free
// going before it, and then back to whole words.
func around(text string, first, last, width int) (start, end int) {
	free := max(width-utf8.RuneCountInString(text[first:last]), 0)
	start = back(text, first, free/3)
	end = forward(text, start, width)
	start = back(text, start, width-utf8.RuneCountInString(text[start:end]))
	if start > 0 && start < first {
		if blank := strings.IndexFunc(text[start:first], unicode.IsSpace); blank >= 0 {
			rest := strings.TrimLeftFunc(text[start+blank:first], unicode.IsSpace)
			start = first - len(rest)
		}
	}
	if end < len(text) && end > last {
		if blank := strings.LastIndexFunc(text[last:end], unicode.IsSpace); last+blank > start {
			end = last + blank
		}
	}
	return start, end
}

// back returns where the count characters before at begin.
func back(text string, at, count int) int {
	for ; count > 0 && at > 0; count-- {
		_, size := utf8.DecodeLastRuneInString(text[:at])
		at -= size
	}
	return at
}

// forward returns where the count characters from at on end.
func forward(text string, at, count int) int {
	for ; count > 0 && at < len(text); count-- {
		_, size := utf8.DecodeRuneInString(text[at:])
		at += size
	}
	return at
}
