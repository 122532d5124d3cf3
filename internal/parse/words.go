package parse

import (
	"strings"
	"unicode/utf8"

	"skein/internal/charset"
)

// decodeWords decodes the encoded words in s (RFC 2047), wherever they stand,
// also broken ones; other bytes that are not UTF-8 are read in the fallback
// charset. White space is collapsed. Adjacent words of one charset are joined
// before they are decoded, because mailers split characters between them.
func decodeWords(s, fallback string) string {
	if !strings.Contains(s, "=?") {
		return collapse(decodeRaw(s, fallback))
	}
	d := wordDecoder{fallback: fallback}
	for s != "" {
		i := strings.Index(s, "=?")
		if i < 0 {
			break
		}
		w, n, ok := readWord(s[i:])
		if !ok {
			i += 2
			d.literal(s[:i])
			s = s[i:]
			continue
		}
		d.literal(s[:i])
		d.word(w)
		s = s[i+n:]
	}
	d.literal(s)
	d.flush()
	return collapse(d.out.String())
}

// word is one encoded word; data is still in its charset.
type word struct {
	charset string
	data    []byte
}

type wordDecoder struct {
	fallback string
	out      strings.Builder
	charset  string // of pending
	pending  []byte // bytes of adjacent words
	blank    string // white space after them
}

func (d *wordDecoder) literal(s string) {
	if s == "" {
		return
	}
	if d.charset != "" && strings.Trim(s, " \t\r\n") == "" {
		d.blank = s // dropped when another word follows (RFC 2047 §6.2)
		return
	}
	d.flush()
	d.out.WriteString(decodeRaw(s, d.fallback))
}

func (d *wordDecoder) word(w word) {
	d.blank = ""
	if !strings.EqualFold(w.charset, d.charset) {
		d.flush()
		d.charset = w.charset
	}
	d.pending = append(d.pending, w.data...)
}

func (d *wordDecoder) flush() {
	if d.charset == "" {
		return
	}
	d.out.WriteString(charset.Short(d.pending, d.charset, d.fallback))
	d.out.WriteString(d.blank)
	d.charset, d.pending, d.blank = "", d.pending[:0], ""
}

// readWord reads the encoded word that begins s, and its length. A word that
// is not closed ends where the next begins, or with s.
func readWord(s string) (w word, n int, ok bool) {
	mark := strings.IndexByte(s[2:], '?') + 2
	if mark < 3 || mark > 62 || len(s) < mark+3 || s[mark+2] != '?' || strings.ContainsAny(s[2:mark], " \t=\"<>@,") {
		return word{}, 0, false
	}
	w.charset, _, _ = strings.Cut(s[2:mark], "*") // RFC 2231 §5 adds *language
	text := s[mark+3:]
	end, closing := wordEnd(text)
	switch s[mark+1] {
	case 'B', 'b':
		w.data = decodeBase64(nil, text[:end])
	case 'Q', 'q':
		w.data = decodeQ(text[:end])
	default:
		return word{}, 0, false
	}
	return w, mark + 3 + end + closing, w.charset != ""
}

// wordEnd returns where encoded text ends, and the length of what closes it.
func wordEnd(text string) (end, closing int) {
	for i := 0; i+1 < len(text); i++ {
		if text[i] == '?' && text[i+1] == '=' {
			return i, 2
		}
		if text[i] == '=' && text[i+1] == '?' && looksLikeWord(text[i:]) {
			return i, 0
		}
	}
	return len(text), 0
}

// looksLikeWord says whether s, which begins with "=?", goes on as the head
// of an encoded word: it tells such a head from "=?" inside encoded text.
func looksLikeWord(s string) bool {
	mark := strings.IndexByte(s[2:min(len(s), 64)], '?') + 2
	return mark > 2 && len(s) > mark+2 && s[mark+2] == '?' && strings.IndexByte("BbQq", s[mark+1]) >= 0
}

// decodeQ decodes the "Q" encoding (RFC 2047 §4.2).
func decodeQ(s string) []byte {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if b, ok := hexByte(s[i:]); ok {
			out = append(out, b)
			i += 2
			continue
		}
		c := s[i]
		if c == '_' {
			c = ' '
		}
		out = append(out, c)
	}
	return out
}

// decodeRaw makes header text that was never encoded valid UTF-8.
func decodeRaw(s, fallback string) string {
	if utf8.ValidString(s) {
		return s
	}
	return charset.Short([]byte(s), fallback, "")
}

// collapse trims white space, makes each inner run of it one blank and drops
// control characters.
func collapse(s string) string {
	if tidy(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for _, field := range strings.FieldsFunc(s, isBlankRune) {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(field)
	}
	return b.String()
}

func tidy(s string) bool {
	blank := true
	for i := range len(s) {
		c := s[i]
		if c < ' ' || c >= 0x7f || c == ' ' && blank {
			return false
		}
		blank = c == ' '
	}
	return s == "" || !blank
}

func isBlankRune(c rune) bool {
	return c <= ' ' || c >= 0x7f && c <= 0xa0 || c == 0x2028 || c == 0x2029 || c == 0x3000 || c == 0xfeff
}

// cutText cuts s at the last whole character within limit bytes.
func cutText(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit]
}
