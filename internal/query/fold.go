package query

import (
	"slices"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxTokenRunes is how long a token may be. What is longer is no word, and
// full-text engines refuse or cut long terms each in its own way.
const maxTokenRunes = 64

// maxMarks is how many marks one letter may carry. Written language needs
// four; strangers stack thousands.
const maxMarks = 8

// Fold returns the tokens of text joined by single blanks: what is indexed
// and what is looked for. It is idempotent and the same on every host.
//
// A token is a maximal run of letters, digits and the marks that spell vowels,
// at most 64 characters; a longer run is cut into pieces that long. Everything
// else, invalid UTF-8 included, parts tokens. Compatibility forms are replaced
// (NFKC, Unicode Annex 15), letter case is folded, and accents are removed:
// every non-spacing mark of Latin, Greek, Cyrillic, Hebrew and Arabic, and the
// strokes of the letters in plainLetters. Soft hyphens and other format
// characters vanish without parting a word.
//
// Scripts are treated as their readers look for words:
//   - Han, kana, Thai, Lao, Khmer and Myanmar put no blanks between words, so
//     each of their letters, with its marks, is a token of its own and a word
//     is found as a phrase. Kana keep their voicing marks, for they are other
//     letters without.
//   - Hangul has blanks; its syllables stay together as words.
//   - Indic scripts keep their vowel signs.
func Fold(text string) string {
	return string(AppendFold(nil, text))
}

// AppendFold appends Fold(text) to dst. It does not put a blank between dst
// and what it appends.
func AppendFold(dst []byte, text string) []byte {
	f := folder{dst: slices.Grow(dst, len(text)+1), base: len(dst), start: closed}
	f.fold(text)
	return f.dst
}

// sourceToken is a token with the byte range of the text it was made of.
type sourceToken struct {
	text       string
	start, end int
}

// sourceTokens returns the tokens of text, in order. The pieces of a run
// longer than a token all have the range of the run.
func sourceTokens(text string) []sourceToken {
	f := folder{start: closed, keep: true}
	f.fold(text)
	return f.tokens
}

// closed is folder.start while no token is open.
const closed = -1

type folder struct {
	dst   []byte
	base  int // where the output begins in dst
	start int // where the open token begins in dst, or closed

	alone bool // the open token is one letter and takes marks only
	rough bool // the open token may not be composed yet
	marks int  // of its last letter

	keep     bool // tokens is filled
	tokens   []sourceToken
	from, to int // the open token in the text
}

func (f *folder) fold(text string) {
	for at := 0; at < len(text); {
		if text[at] < utf8.RuneSelf {
			at = f.ascii(text, at)
			continue
		}
		r, size := utf8.DecodeRuneInString(text[at:])
		f.rune(r, text[at:at+size], at)
		at += size
	}
	f.close()
}

// asciiFold maps letters and digits to their lower case, all else to 0.
var asciiFold = func() (table [256]byte) {
	for c := '0'; c <= '9'; c++ {
		table[c] = byte(c)
	}
	for c := 'a'; c <= 'z'; c++ {
		table[c], table[c-'a'+'A'] = byte(c), byte(c)
	}
	return table
}()

// ascii folds from text[at] to the next byte that is not ASCII, and returns
// where that is. Almost all of the mail in the world goes through here.
func (f *folder) ascii(text string, at int) int {
	if f.alone && asciiFold[text[at]] != 0 {
		f.close()
	}
	for at < len(text) && text[at] < utf8.RuneSelf {
		if asciiFold[text[at]] == 0 {
			f.close()
			at++
			continue
		}
		f.open(at)
		f.dst = slices.Grow(f.dst, len(text)-at)
		out, n := f.dst[:cap(f.dst)], len(f.dst)
		for ; at < len(text); at++ {
			c := asciiFold[text[at]]
			if c == 0 {
				break
			}
			out[n] = c
			n++
		}
		f.dst, f.to, f.marks = out[:n], at, 0
	}
	return at
}

// rune folds one character beyond ASCII, which stands at text[at] as raw.
func (f *folder) rune(r rune, raw string, at int) {
	end := at + len(raw)
	switch {
	case int(r) < len(quickFold) && quickFold[r] != "":
		if f.alone {
			f.close()
		}
		f.add(quickFold[r], at, end)
		return
	case isPlainIdeograph(r):
		f.close()
		f.add(raw, at, end)
		f.alone = true
		return
	}
	whole := norm.NFKD.PropertiesString(raw).Decomposition()
	if whole == nil {
		f.part(r, at, end)
		return
	}
	for len(whole) > 0 {
		r, size := utf8.DecodeRune(whole)
		whole = whole[size:]
		f.part(r, at, end)
	}
}

// part folds one character without decomposition, made of text[at:end].
func (f *folder) part(r rune, at, end int) {
	r = foldCase(r)
	switch kindOf(r) {
	case gap:
		f.close()
	case nothing:
		f.to = end
	case letter:
		if f.alone {
			f.close()
		}
		f.add(plainLetter(r), at, end)
	case ideograph:
		f.close()
		f.add(string(r), at, end)
		f.alone = true
	case jamo:
		f.mark(r, at, end)
	case mark:
		if f.start != closed {
			f.mark(r, at, end)
		}
	}
}

// add puts folded letters, made of text[at:end], into the open token.
func (f *folder) add(letters string, at, end int) {
	f.open(at)
	f.dst = append(f.dst, letters...)
	f.to, f.marks = end, 0
}

// mark puts a mark on the last letter, and leaves out what is too many.
func (f *folder) mark(r rune, at, end int) {
	if f.marks >= maxMarks {
		return
	}
	f.open(at)
	f.dst = utf8.AppendRune(f.dst, r)
	f.to, f.rough = end, true
	f.marks++
}

func (f *folder) open(at int) {
	if f.start != closed {
		return
	}
	if len(f.dst) > f.base {
		f.dst = append(f.dst, ' ')
	}
	f.start, f.from = len(f.dst), at
}

// close ends the open token: composed, cut and recorded.
func (f *folder) close() {
	if f.start == closed {
		return
	}
	if f.rough && !norm.NFC.IsNormal(f.dst[f.start:]) {
		f.dst = append(f.dst[:f.start], norm.NFC.Bytes(f.dst[f.start:])...)
	}
	if len(f.dst)-f.start > maxTokenRunes {
		f.cut()
	}
	if f.keep {
		f.record()
	}
	f.start, f.alone, f.rough, f.marks = closed, false, false, 0
}

// cut parts the open token into pieces of at most 64 characters. None begins
// with a mark, so that each piece folds to itself.
func (f *folder) cut() {
	run := string(f.dst[f.start:])
	f.dst = f.dst[:f.start]
	pieceStart, count := 0, 0
	letterStart, sinceLetter := 0, 0
	for at, r := range run {
		if k := kindOf(r); k != mark && k != jamo {
			letterStart, sinceLetter = at, 0
		}
		if count == maxTokenRunes {
			f.dst = append(append(f.dst, run[pieceStart:letterStart]...), ' ')
			pieceStart, count = letterStart, sinceLetter
		}
		count++
		sinceLetter++
	}
	f.dst = append(f.dst, run[pieceStart:]...)
}

func (f *folder) record() {
	for piece := range splitTokens(string(f.dst[f.start:])) {
		f.tokens = append(f.tokens, sourceToken{piece, f.from, f.to})
	}
}
