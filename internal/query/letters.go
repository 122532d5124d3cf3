package query

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// plainLetters are letters that Unicode does not decompose but that people
// type without their stroke, or as two letters. Lower case only: case is
// folded first.
var plainLetters = map[rune]string{
	'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'ł': "l", 'đ': "d", 'ð': "d",
	'þ': "th", 'ħ': "h", 'ŧ': "t",
}

// kind is what a folded character does to the token it meets.
type kind uint8

const (
	gap       kind = iota // parts tokens
	nothing               // is left out
	letter                // a letter or digit: lengthens a token
	ideograph             // a letter that is a token of its own
	mark                  // belongs to the letter before it, and is left out without one
	jamo                  // a Hangul vowel or final: a mark that may stand alone
)

var (
	// accented are the scripts whose non-spacing marks readers leave out.
	accented = []*unicode.RangeTable{
		unicode.Inherited, unicode.Cyrillic, unicode.Hebrew, unicode.Arabic, unicode.Syriac,
	}
	// unspaced are the scripts that put no blank between words.
	unspaced = []*unicode.RangeTable{
		unicode.Han, unicode.Hiragana, unicode.Katakana,
		unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar,
	}
)

const (
	zeroWidthSpace  = '\u200B' // the one format character that parts words
	tatweel         = '\u0640' // stretches an Arabic word, spells nothing
	voicedKana      = '\u3099'
	semivoicedKana  = '\u309A'
	prolongedKana   = '\u30FC' // written with both kana, so Unicode gives it no script
	ideographicMark = '\u3006' // likewise
)

func kindOf(r rune) kind {
	switch {
	case isPlainIdeograph(r):
		return ideograph
	case r == zeroWidthSpace:
		return gap
	case r == tatweel, unicode.Is(unicode.Cf, r):
		return nothing
	case r == voicedKana, r == semivoicedKana:
		return mark
	case isFollowingJamo(r):
		return jamo
	case unicode.IsMark(r):
		return kindOfMark(r)
	case unicode.Is(unicode.Nd, r):
		return letter
	case unicode.IsLetter(r), unicode.IsNumber(r):
		if r == prolongedKana || r == ideographicMark || unicode.In(r, unspaced...) {
			return ideograph
		}
		return letter
	}
	return gap
}

func kindOfMark(r rune) kind {
	if !unicode.Is(unicode.Mc, r) && unicode.In(r, accented...) {
		return nothing
	}
	return mark
}

// isFollowingJamo reports whether r is a vowel or a final consonant that
// composes with the jamo before it (Unicode §3.12). A stack of them is bounded
// as a stack of marks is.
func isFollowingJamo(r rune) bool {
	return r >= 0x1160 && r <= 0x11FF || r >= 0xD7B0 && r <= 0xD7FB && unicode.IsLetter(r)
}

// isPlainIdeograph finds most of Han and kana without a search. Kana with a
// voicing mark are among them: they are letters, composed already.
func isPlainIdeograph(r rune) bool {
	return r >= 0x4E00 && r <= 0x9FFF || r >= 0x3041 && r <= 0x3096 || r >= 0x30A1 && r <= 0x30FA
}

// plainLetter returns a folded letter without its stroke.
func plainLetter(r rune) string {
	if plain := plainLetters[r]; plain != "" {
		return plain
	}
	return string(r)
}

// foldCase goes by way of upper case, which joins what lower case alone keeps
// apart: final and medial sigma, dotless and dotted i.
func foldCase(r rune) rune {
	if r < utf8.RuneSelf {
		if lower := asciiFold[r]; lower != 0 {
			return rune(lower)
		}
		return r
	}
	return unicode.ToLower(unicode.ToUpper(r))
}

// quickFold is the folded text of every character of the alphabets around the
// Mediterranean that comes to letters alone, "" for all others.
var quickFold = func() (table [0x700]string) {
	for r := rune(utf8.RuneSelf); int(r) < len(table); r++ {
		table[r] = foldedLetters(r)
	}
	return table
}()

func foldedLetters(r rune) string {
	var b strings.Builder
	for _, part := range norm.NFKD.String(string(r)) {
		part = foldCase(part)
		switch kindOf(part) {
		case nothing:
		case letter:
			b.WriteString(plainLetter(part))
		default:
			return ""
		}
	}
	return b.String()
}

// splitTokens yields the tokens of folded text.
func splitTokens(folded string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for folded != "" {
			token, rest, _ := strings.Cut(folded, " ")
			if !yield(token) {
				return
			}
			folded = rest
		}
	}
}
