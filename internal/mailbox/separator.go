package mailbox

import (
	"bytes"
	"strings"
)

// shape is what kind of separator a "From " line can be.
type shape uint8

const (
	// unlike is a line that is none.
	unlike shape = iota
	// dateless is "From " and something that has no date we know. Some writers
	// cut the line short or use the names of another language.
	dateless
	// patch is the first line that git format-patch writes.
	patch
	// dated is "From ", a sender and a date.
	dated
)

const (
	maxSeparator = 1000 // bytes in a separator line; RFC 5322 §2.1.1 allows 998 in any
	maxTokens    = 24   // words in a separator line
)

var (
	fromSpace  = []byte("From ")
	quotedFrom = []byte(">From ")
)

// shapeOf judges one line, without its line end.
func shapeOf(line []byte) shape {
	if !bytes.HasPrefix(line, fromSpace) || len(line) > maxSeparator {
		return unlike
	}
	tokens := bytes.Fields(line[len(fromSpace):])
	if len(tokens) > maxTokens {
		return unlike
	}
	for i := range tokens {
		if !plausibleDate(tokens[i:]) || !plausibleSender(tokens[:i]) {
			continue
		}
		if isPatch(tokens) {
			return patch
		}
		return dated
	}
	return dateless
}

// isPatch knows the line of git format-patch: an object name and a date that
// never changes. Such lines stand in the bodies of mails that carry a patch.
func isPatch(tokens [][]byte) bool {
	if len(tokens) != 6 || len(tokens[0]) != 40 && len(tokens[0]) != 64 {
		return false
	}
	for _, c := range tokens[0] {
		if !isDigit(c) && (c < 'a' || c > 'f') {
			return false
		}
	}
	return string(bytes.Join(tokens[1:], []byte(" "))) == "Mon Sep 17 00:00:00 2001"
}

// plausibleSender takes one word of any kind (an address, a user, "-",
// "MAILER-DAEMON"), none, or a few words of which one shows an address: a
// quoted local part, "user at host" as Mailman writes it, a name before the
// address.
func plausibleSender(words [][]byte) bool {
	if len(words) <= 1 {
		return true
	}
	if len(words) > 8 {
		return false
	}
	for _, w := range words {
		if bytes.IndexByte(w, '@') >= 0 || string(w) == "at" {
			return true
		}
	}
	return false
}

// plausibleDate says whether the words, all of them, are a date such as
// writers put on separator lines: asctime, with a zone before or after the
// year, in RFC 5322 order, or ISO 8601.
func plausibleDate(words [][]byte) bool {
	if n := len(words) - 3; n > 0 && string(words[n]) == "remote" && string(words[n+1]) == "from" { // UUCP
		words = words[:n]
	}
	if len(words) == 0 || len(words) > 9 {
		return false
	}
	if isISODate(words) {
		return true
	}
	if !isName(bytes.TrimSuffix(words[0], []byte(",")), "Sun Mon Tue Wed Thu Fri Sat") {
		return false
	}
	var d dateParts
	for _, w := range words[1:] {
		if !d.add(w) {
			return false
		}
	}
	return d.month && d.day && d.clock && d.year
}

// dateParts notes which parts of a date have been seen, each at most once.
type dateParts struct {
	month, day, clock, year bool
	zones                   int
}

func (d *dateParts) add(w []byte) bool {
	switch {
	case isName(w, "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"):
		return once(&d.month)
	case isClock(w):
		return once(&d.clock)
	case isDay(w) && !d.day:
		return once(&d.day)
	case isYear(w):
		return once(&d.year)
	case isZone(w):
		d.zones++
		return d.zones <= 2 && d.month
	}
	return false
}

func once(seen *bool) bool {
	first := !*seen
	*seen = true
	return first
}

func isName(w []byte, names string) bool {
	if len(w) != 3 {
		return false
	}
	for name := range strings.SplitSeq(names, " ") {
		if strings.EqualFold(name, string(w)) {
			return true
		}
	}
	return false
}

// isClock takes H:MM and HH:MM:SS, with a fraction of a second or without.
func isClock(w []byte) bool {
	w, _, _ = bytes.Cut(w, []byte("."))
	parts := bytes.Split(w, []byte(":"))
	if len(parts) < 2 || len(parts) > 3 || len(parts[0]) > 2 || len(parts[0]) == 0 {
		return false
	}
	for i, p := range parts {
		if i > 0 && len(p) != 2 || !allDigits(p) {
			return false
		}
	}
	return true
}

func isDay(w []byte) bool {
	if len(w) > 2 || !allDigits(w) {
		return false
	}
	n := number(w)
	return n >= 1 && n <= 31
}

// isYear takes four digits, two, or the three of writers that count from 1900.
func isYear(w []byte) bool {
	if !allDigits(w) {
		return false
	}
	n := number(w)
	switch len(w) {
	case 2:
		return true
	case 3:
		return n >= 100 && n < 200
	case 4:
		return n >= 1900 && n < 2200
	}
	return false
}

// isZone takes +0100, GMT, CEST, GMT+0100 and the same in brackets.
func isZone(w []byte) bool {
	w = bytes.TrimSuffix(bytes.TrimPrefix(w, []byte("(")), []byte(")"))
	letters := 0
	for letters < len(w) && w[letters] >= 'A' && w[letters] <= 'Z' {
		letters++
	}
	if letters > 5 {
		return false
	}
	w = w[letters:]
	if len(w) == 0 {
		return letters > 0
	}
	if w[0] != '+' && w[0] != '-' {
		return false
	}
	digits := bytes.ReplaceAll(w[1:], []byte(":"), nil)
	return len(digits) <= 4 && allDigits(digits)
}

// isISODate takes 2010-01-31T22:50:51Z, also with a blank and a zone.
func isISODate(words [][]byte) bool {
	day, clock, joined := bytes.Cut(words[0], []byte("T"))
	parts := bytes.Split(day, []byte("-"))
	if len(parts) != 3 || len(parts[0]) != 4 || !isYear(parts[0]) ||
		!isDay(parts[1]) || number(parts[1]) > 12 || !isDay(parts[2]) {
		return false
	}
	words = words[1:]
	if !joined {
		if len(words) == 0 {
			return false
		}
		clock, words = words[0], words[1:]
	}
	if at := bytes.IndexAny(clock, "Z+-"); at >= 0 {
		if string(clock[at:]) != "Z" && !isZone(clock[at:]) {
			return false
		}
		clock = clock[:at]
	}
	return isClock(clock) && (len(words) == 0 || len(words) == 1 && isZone(words[0]))
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func allDigits(w []byte) bool {
	for _, c := range w {
		if !isDigit(c) {
			return false
		}
	}
	return len(w) > 0
}

// number reads at most four digits.
func number(w []byte) int {
	n := 0
	for _, c := range w {
		n = n*10 + int(c-'0')
	}
	return n
}
