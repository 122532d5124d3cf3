package sample

import (
	"strconv"
	"strings"
)

// segment is literal text followed by a slot, which may be empty.
type segment struct{ literal, slot string }

// template is one sentence with slots, see theme.
type template []segment

func compileAll(lines string) []template {
	var all []template
	for line := range strings.SplitSeq(lines, "\n") {
		all = append(all, compile(line))
	}
	return all
}

func compile(line string) template {
	var t template
	for {
		literal, rest, found := strings.Cut(line, "{")
		if !found {
			return append(t, segment{literal: literal})
		}
		slot, after, _ := strings.Cut(rest, "}")
		t = append(t, segment{literal, slot})
		line = after
	}
}

// voice writes text about one theme.
type voice struct {
	*random
	lex   *lexicon
	theme int
	names []string // given names that come up in the thread
	had   [128]bool
}

// fill appends a template to b with its slots filled; the first letter is a
// capital.
func (v *voice) fill(b []byte, t template) []byte {
	begin := len(b)
	for _, s := range t {
		b = append(b, s.literal...)
		if s.slot != "" {
			b = v.slot(b, s.slot)
		}
	}
	if c := b[begin]; 'a' <= c && c <= 'z' {
		b[begin] = c - 'a' + 'A'
	}
	return b
}

func (v *voice) slot(b []byte, slot string) []byte {
	l := v.lex
	switch slot {
	case "n":
		return append(b, l.nouns[v.theme].draw(v.random)...)
	case "ns":
		return append(b, l.plurals[v.theme].draw(v.random)...)
	case "g":
		return append(b, l.general.draw(v.random)...)
	case "gs":
		return append(b, l.generals.draw(v.random)...)
	case "v":
		return append(b, l.verbs.draw(v.random)...)
	case "vd":
		return append(b, l.pasts.draw(v.random)...)
	case "vg":
		return append(b, l.ings.draw(v.random)...)
	case "a":
		return append(b, l.adjectives.draw(v.random)...)
	case "d":
		return append(b, l.adverbs.draw(v.random)...)
	}
	return v.particular(b, slot)
}

// particular fills the slots of names and numbers.
func (v *voice) particular(b []byte, slot string) []byte {
	switch slot {
	case "p":
		return append(b, pick(v.random, v.names)...)
	case "P":
		return append(append(append(b, pick(v.random, givens)...), ' '), v.surname()...)
	case "l":
		return append(b, v.place()...)
	case "s":
		return append(b, v.street()...)
	case "o":
		b = append(append(b, pick(v.random, fronts)...), pick(v.random, placeEnds)...)
		return append(append(b, ' '), pick(v.random, pick(v.random, circles[:5]).ends)...)
	case "w":
		return append(b, pick(v.random, v.lex.weekdayNames)...)
	case "m":
		return append(b, pick(v.random, v.lex.months)...)
	case "h":
		b = strconv.AppendInt(b, int64(v.between(7, 21)), 10)
		return append(append(b, ':'), pick(v.random, []string{"00", "15", "30", "45", "10"})...)
	case "k":
		return strconv.AppendInt(b, int64(v.between(2, 40)), 10)
	case "q":
		return strconv.AppendInt(b, int64(v.between(100, 9999)), 10)
	case "$":
		b = append(b, '$')
		b = strconv.AppendInt(b, int64(v.between(2, 940)), 10)
		return append(b, pick(v.random, []string{"", ",000", ",500", ",250", " million"})...)
	}
	return b
}

func (v *voice) subject() string { return string(v.fill(nil, pick(v.random, v.lex.subjects[v.theme]))) }

// sentence appends one sentence, of a pattern this mail has not had if a few
// tries find one.
func (v *voice) sentence(b []byte) []byte {
	from, base := v.lex.sentences[v.theme], 0
	if v.chance(5000) {
		from, base = v.lex.commonSentences, 64
	}
	k := v.below(len(from))
	for tries := 0; tries < 6 && v.had[(base+k)%128]; tries++ {
		k = v.below(len(from))
	}
	v.had[(base+k)%128] = true
	return v.fill(b, from[k])
}

// paragraph appends sentences without breaking lines.
func (v *voice) paragraph(b []byte, sentences int) []byte {
	for i := range sentences {
		if i > 0 {
			b = append(b, ' ')
		}
		b = v.sentence(b)
	}
	return b
}

// lengths are the quantiles of the number of sentences in a mail.
var lengths = []int{1, 1, 2, 2, 3, 3, 4, 4, 5, 6, 7, 8, 10, 12, 14, 17, 21, 27, 36, 60}

// paragraphs returns the text of one mail without greeting or signature.
func (v *voice) paragraphs() []string {
	i := v.below(len(lengths) - 1)
	left := v.between(lengths[i], lengths[i+1])
	var all []string
	for left > 0 {
		n := min(left, v.between(1, 6))
		left -= n
		all = append(all, string(v.paragraph(nil, n)))
	}
	return all
}

// wrap breaks the lines of text at blanks so that none is longer than width
// bytes where that is possible; quoted lines keep as they are.
func wrap(text string, width int) string {
	if width == 0 {
		return text
	}
	b := make([]byte, 0, len(text)+len(text)/width+1)
	for line := range strings.Lines(text) {
		for len(line) > width+1 && line[0] != '>' {
			cut := strings.LastIndexByte(line[:width+1], ' ')
			if cut <= 0 {
				break
			}
			b = append(append(b, line[:cut]...), '\n')
			line = line[cut+1:]
		}
		b = append(b, line...)
	}
	return string(b)
}
