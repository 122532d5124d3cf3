package parse

import (
	"bytes"
	"crypto/sha256"
	"hash"
	"slices"
	"strconv"

	"skein/internal/mail"
)

// content hashes what makes two mails the same letter, however each was
// carried. The recipe, version 1, is the first 16 bytes of the SHA-256 of
// these lines, each ending in LF:
//
//	content 1
//	from ADDRESS      for each distinct From address, sorted
//	to ADDRESS        for each distinct To or Cc address, sorted; not Bcc
//	subject SUBJECT   decoded, white space collapsed
//	date SECONDS      since 1970-01-01T00:00:00Z
//	file HEX          for each attachment, sorted: the SHA-256 of its bytes, or,
//	                  unless base64 or uuencode carried them, of their lines
//	raw HEX           only without a From address or a Date: the SHA-256 of the
//	                  lines of the whole mail, so that it is equal to none but
//	                  copies of itself
//	text
//
// followed by the lines of the text, before it is cut to its limit. Lines here
// are those of appendLines. Message-ID, References and all transport fields
// stay out, and so does a "From " line of mbox.
func (r *reading) content(f *mail.Facts, text string) mail.Hash {
	authors := addresses(f, mail.From, mail.From)
	var whole mail.SHA
	alone := f.Sent == nil || len(authors) == 0
	if alone {
		whole = sumLines(r, r.src.raw, nil)
	}
	b := append(r.scratch[:0], "content 1\n"...)
	b = appendEach(b, "from ", authors)
	b = appendEach(b, "to ", addresses(f, mail.To, mail.Cc))
	b = append(append(append(b, "subject "...), f.Subject...), '\n')
	if f.Sent != nil {
		b = strconv.AppendInt(append(b, "date "...), floorSecond(f.Sent.Milli), 10)
		b = append(b, '\n')
	}
	b = r.appendFiles(b)
	if alone {
		b = appendHex(append(b, "raw "...), whole)
	}
	b = append(b, "text\n"...)
	r.scratch = b
	sum := sumLines(r, text, b)
	return mail.Hash(sum[:16])
}

func floorSecond(milli int64) int64 {
	if milli < 0 {
		milli -= 999
	}
	return milli / 1000
}

func (r *reading) appendFiles(b []byte) []byte {
	if len(r.files) == 0 {
		return b
	}
	digests := make([]mail.SHA, len(r.files))
	for i := range r.files {
		digests[i] = r.files[i].digest
	}
	slices.SortFunc(digests, func(a, b mail.SHA) int { return bytes.Compare(a[:], b[:]) })
	for _, digest := range digests {
		b = appendHex(append(b, "file "...), digest)
	}
	return b
}

func appendHex(b []byte, sum mail.SHA) []byte {
	const digits = "0123456789abcdef"
	for _, c := range sum {
		b = append(b, digits[c>>4], digits[c&15])
	}
	return append(b, '\n')
}

// addresses returns the distinct addresses of mentions in two roles, sorted.
func addresses(f *mail.Facts, one, other mail.Role) []string {
	var found []string
	for i := range f.Mentions {
		if m := &f.Mentions[i]; m.Role == one || m.Role == other {
			found = append(found, m.Address)
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

func appendEach(b []byte, label string, values []string) []byte {
	for _, value := range values {
		b = append(append(append(b, label...), value...), '\n')
	}
	return b
}

// linesAtOnce is how much of a text is hashed at once, in bytes, so that no
// copy of the whole is made.
const linesAtOnce = 1 << 20

// sumLines returns the SHA-256 of the bytes before and, behind them, of the
// lines of text, as appendLines has them. The bytes may lie in r.scratch.
func sumLines[T ~string | ~[]byte](r *reading, text T, before []byte) (out mail.SHA) {
	sum := sha256.New()
	sum.Write(before) // a hash takes everything
	owed := 0         // line ends behind the last line that is not blank
	for len(text) > 0 {
		n := endOfLines(text)
		b, kept := appendAllLines(r.scratch[:0], text[:n])
		text = text[n:]
		if kept > 0 {
			writeLineEnds(sum, owed)
			sum.Write(b[:kept])
			owed = 0
		}
		owed += len(b) - kept
		r.scratch = b
	}
	sum.Sum(out[:0])
	return out
}

// endOfLines returns where the lines end that are hashed at once: at least one
// of them, however long.
func endOfLines[T ~string | ~[]byte](text T) int {
	if len(text) <= linesAtOnce {
		return len(text)
	}
	for n := linesAtOnce; n > 0; n-- {
		if text[n-1] == '\n' {
			return n
		}
	}
	for n := linesAtOnce; n < len(text); n++ {
		if text[n] == '\n' {
			return n + 1
		}
	}
	return len(text)
}

var manyLineEnds = bytes.Repeat([]byte{'\n'}, 4096)

func writeLineEnds(sum hash.Hash, count int) {
	for ; count > 0; count -= min(count, len(manyLineEnds)) {
		sum.Write(manyLineEnds[:min(count, len(manyLineEnds))])
	}
}

// appendLines appends the lines of text without white space at their ends and
// without blank lines at the end of the whole, and with the ">" taken off that
// mbox puts before "From " (mboxo and mboxrd alike).
func appendLines[T ~string | ~[]byte](dst []byte, text T) []byte {
	all, kept := appendAllLines(dst, text)
	return all[:kept]
}

// appendAllLines appends the same with the blank lines at the end, and returns
// where the last line that is not blank ends.
func appendAllLines[T ~string | ~[]byte](dst []byte, text T) (all []byte, kept int) {
	kept = len(dst)
	for len(text) > 0 {
		line := text
		next := len(text)
		for i := range len(text) {
			if text[i] == '\n' {
				line, next = text[:i], i+1
				break
			}
		}
		text = text[next:]
		line = unescapeFrom(trimLine(line))
		dst = append(dst, line...)
		if len(line) > 0 {
			kept = len(dst)
		}
		dst = append(dst, '\n')
	}
	return dst, kept
}

func trimLine[T ~string | ~[]byte](line T) T {
	end := len(line)
	for end > 0 && (line[end-1] == ' ' || line[end-1] == '\t' || line[end-1] == '\r') {
		end--
	}
	return line[:end]
}

func unescapeFrom[T ~string | ~[]byte](line T) T {
	if len(line) == 0 || line[0] != '>' {
		return line
	}
	n := 0
	for n < len(line) && line[n] == '>' {
		n++
	}
	if len(line) >= n+5 && string(line[n:n+5]) == "From " {
		return line[n:]
	}
	return line
}
