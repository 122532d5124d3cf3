package rtf

import "skein/internal/charset"

// maxFonts bounds the fonts of one text.
const maxFonts = 10_000

// charsets are the code pages of the charsets of fonts (RTF 1.9.1, \fcharset).
// The charsets "default" and "symbol" have none.
var charsets = map[int]int{
	0: 1252, 77: 10000, 128: 932, 129: 949, 134: 936, 136: 950, 161: 1253, 162: 1254, 163: 1258, 177: 1255, 178: 1256,
	186: 1257, 204: 1251, 222: 874, 238: 1250, 254: 437, 255: 850,
}

// codepage is that of characters which stand here: of their font, or where
// that has none, of the document.
func (r *reader) codepage() int {
	font := r.group.font
	if font < 0 {
		font = r.font
	}
	if page, ok := r.fonts[font]; ok {
		return page
	}
	return r.page
}

// fontWord reads the words that say which code page characters are of. It is
// false for all other words.
func (r *reader) fontWord(word string, number int) bool {
	switch word {
	case "ansicpg", "pc", "pca", "deff", "f", "plain":
		r.flush()
	}
	switch word {
	case "ansicpg":
		r.page = number
	case "pc":
		r.page = 437
	case "pca":
		r.page = 850
	case "fonttbl":
		r.group.skipped, r.group.fonts = true, true
	case "deff":
		r.font = number
	case "f":
		r.group.font = number
	case "plain":
		r.group.font = -1
	case "fcharset":
		r.describe(charsets[number])
	case "cpg":
		r.describe(number)
	default:
		return false
	}
	return true
}

// describe keeps the code page of the font that the table speaks of. One that
// is not known leaves its characters to the document.
func (r *reader) describe(page int) {
	if r.group.fonts && charset.KnownPage(page) && len(r.fonts) < maxFonts {
		r.fonts[r.group.font] = page
	}
}
