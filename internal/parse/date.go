package parse

import (
	"strings"
	"time"

	"skein/internal/mail"
)

// maxDate bounds the bytes of a Date field that are looked at.
const maxDate = 200

// readDate reads the value of a Date field: RFC 5322 §3.3 and §4.3, RFC 850,
// asctime, ISO 8601, and what mailers make of them. It returns nil when no
// date can be read. zoned is false when the value names no zone that is
// known; UTC is taken then, never the zone of the host.
func readDate(value string) (date *mail.Date, zoned bool) {
	d := dateReader{year: -1, hour: -1}
	outside, comments := lexDate(value[:min(len(value), maxDate)])
	d.read(outside)
	if !d.zoned {
		d.zoneFrom(comments)
	}
	return d.date(), d.zoned
}

// dateReader holds what was read so far.
type dateReader struct {
	day, month, year int // year -1 until read, day and month 0
	hour, min, sec   int // hour -1 until read
	milli            int
	offset           int // seconds east of UTC
	zoned            bool
	utc              bool // the zone was a name of UTC, which a number may correct
	named            bool // the zone was a name, which another word may correct
	in               []lexeme
	i                int
}

func (d *dateReader) read(in []lexeme) {
	d.in = in
	for d.i = 0; d.i < len(in); {
		switch in[d.i].kind {
		case number:
			d.number()
		case letters:
			d.word()
		default:
			d.mark()
		}
	}
}

// at returns the lexeme n places on; its kind is 0 beyond the end.
func (d *dateReader) at(n int) lexeme {
	if i := d.i + n; i >= 0 && i < len(d.in) {
		return d.in[i]
	}
	return lexeme{}
}

// has says whether the lexemes from the present one on are of these kinds: '9'
// for a number, 'a' for letters, others for themselves.
func (d *dateReader) has(kinds string) bool {
	for n := range len(kinds) {
		if d.at(n).kind != kinds[n] {
			return false
		}
	}
	return true
}

func (d *dateReader) number() {
	now := d.at(0)
	switch {
	case d.hour < 0 && (d.has("9:9") || d.has("9a9") && d.at(1).text == "h"):
		d.clock()
	case d.has("9-9-9") && d.year < 0, d.has("9/9/9") && d.year < 0, d.has("9.9.9") && d.year < 0 && (d.at(4).digits == 4 || now.digits == 4):
		d.threeNumbers()
	case d.hour < 0 && d.day > 0 && d.has("9.9") && d.at(2).digits == 2:
		d.clock()
	case now.digits == 8 && d.year < 0:
		d.year, d.month, d.day = now.value/10000, now.value/100%100, now.value%100
		d.i++
	case now.digits == 6 && d.hour < 0 && d.day > 0 && d.at(-1).text == "t":
		d.hour, d.min, d.sec = now.value/10000, now.value/100%100, now.value%100
		d.i++
	case d.day == 0 && now.digits <= 2 && now.value >= 1 && now.value <= 31:
		d.day = now.value
		d.i++
	case d.year < 0 && now.digits <= 4:
		d.year = fullYear(now)
		d.i++
	case d.hour >= 0 && !d.zoned && now.digits == 4:
		d.zone(1, now)
		d.i++
	default:
		d.i++
	}
}

// fullYear reads years of two and three digits (RFC 5322 §4.3).
func fullYear(n lexeme) int {
	switch {
	case n.digits <= 3 && n.value < 50:
		return n.value + 2000
	case n.digits <= 3:
		return n.value + 1900
	}
	return n.value
}

// threeNumbers reads year-month-day, or day and month in the order that the
// numbers leave no doubt about.
func (d *dateReader) threeNumbers() {
	a, b, c := d.at(0), d.at(2), d.at(4)
	dotted := d.at(1).kind == '.'
	d.i += 5
	switch {
	case a.digits >= 3:
		d.year, d.month, d.day = fullYear(a), b.value, c.value
	case dotted || a.value > 12:
		d.day, d.month, d.year = a.value, b.value, fullYear(c)
	case b.value > 12 || a.value == b.value:
		d.month, d.day, d.year = a.value, b.value, fullYear(c)
	}
}

// clock reads hours and minutes, and seconds with a fraction when they follow.
func (d *dateReader) clock() {
	separator := d.at(1).kind
	d.hour, d.min = d.at(0).value, d.at(2).value
	d.i += 3
	if d.at(0).kind != separator || d.at(1).kind != number {
		return
	}
	d.sec = d.at(1).value
	d.i += 2
	if (d.has(".9") || d.has(",9")) && d.at(1).digits <= 9 && separator == ':' && d.at(1).glued && d.at(0).glued {
		fraction := (d.at(1).text + "000")[:3]
		d.milli = int(fraction[0]-'0')*100 + int(fraction[1]-'0')*10 + int(fraction[2]-'0')
		d.i += 2
	}
}

func (d *dateReader) word() {
	text := d.at(0).text
	d.i++
	if n := month(text); n > 0 && (d.month == 0 || d.weekday(n)) {
		d.month = n
		return
	}
	switch text {
	case "am":
		if d.hour == 12 {
			d.hour = 0
		}
		return
	case "pm":
		if d.hour >= 0 && d.hour < 12 {
			d.hour += 12
		}
		return
	}
	d.namedZone(text)
}

// weekday says whether what was taken for the month is the weekday instead,
// because the month follows: "mar. 5 nov." is a Tuesday in French, Spanish and
// Italian, "maa" a Monday in Dutch.
func (d *dateReader) weekday(now int) bool {
	return d.hour < 0 && d.i > 1 && month(d.in[0].text) == d.month && now > 0
}

// namedZone takes a zone name. A single letter, and any name before the
// time, is easily something else.
func (d *dateReader) namedZone(text string) {
	if (text == "dst" || text == "daylight") && d.zoned && !d.utc {
		d.offset += 3600
		return
	}
	if minutes, ok := regions[text]; ok && d.hour >= 0 && (!d.zoned || d.named) {
		d.region(minutes)
		return
	}
	seconds, ok := zoneOffset(text)
	abbreviated := len(text) == 1 && d.at(0).kind == '.' // "W. Europe"
	if !ok || d.zoned || abbreviated || len(text) < 3 && d.hour < 0 {
		return
	}
	d.offset, d.zoned, d.named = seconds, true, true
	d.utc = text == "gmt" || text == "utc" || text == "ut"
}

// region takes a word that says more about a zone than the word before it.
func (d *dateReader) region(minutes int) {
	before := d.at(-2)
	if before.kind == '.' {
		before = d.at(-3)
	}
	if before.text == "eastern" || before.text == "e" {
		minutes += 60
	}
	d.offset, d.zoned, d.utc, d.named = minutes*60, true, false, true
}

// mark reads a sign as that of a zone when the time is known, and skips all
// other marks.
func (d *dateReader) mark() {
	now := d.at(0)
	if d.hour < 0 || now.kind != '+' && now.kind != '-' || d.at(1).kind != number || month(d.at(-1).text) > 0 {
		d.i++
		return
	}
	sign := 1
	if now.kind == '-' {
		sign = -1
	}
	d.i++
	hours := d.at(0)
	d.i++
	if d.has(":9") {
		hours = lexeme{kind: number, value: hours.value*100 + d.at(1).value, digits: 4}
		d.i += 2
	}
	d.zone(sign, hours)
}

// zone takes a numeric zone: hours, or hours and minutes in four digits. Only
// a name of UTC may stand before it.
func (d *dateReader) zone(sign int, n lexeme) {
	if d.zoned && !d.utc {
		return
	}
	hours, minutes := n.value/100, n.value%100
	switch {
	case n.digits <= 2:
		hours, minutes = n.value, 0
	case n.digits == 6:
		hours, minutes = n.value/10000, n.value/100%100
	}
	if hours > 24 || minutes > 59 {
		return
	}
	d.offset, d.zoned, d.utc, d.named = sign*(hours*3600+minutes*60), true, false, false
}

// zoneFrom takes the zone from comments such as "(EST)" or "(GMT+2)".
func (d *dateReader) zoneFrom(comments []lexeme) {
	if d.hour < 0 {
		return
	}
	d.in = comments
	for d.i = 0; d.i < len(d.in); {
		if d.at(0).kind == letters {
			d.i++
			d.namedZone(d.at(-1).text)
			continue
		}
		d.mark()
	}
}

func (d *dateReader) date() *mail.Date {
	if d.day < 1 || d.month < 1 || d.month > 12 || d.year < 1 || d.hour > 24 || d.min > 59 || d.sec > 60 {
		return nil
	}
	t := time.Date(d.year, time.Month(d.month), d.day, max(d.hour, 0), d.min, d.sec, 0, time.UTC)
	if midnight := time.Date(d.year, time.Month(d.month), d.day, 0, 0, 0, 0, time.UTC); midnight.Day() != d.day {
		return nil
	}
	return &mail.Date{Milli: (t.Unix()-int64(d.offset))*1000 + int64(d.milli), Offset: d.offset}
}

// The kinds of lexemes; a mark is its own kind.
const (
	number  = '9'
	letters = 'a'
)

type lexeme struct {
	kind   byte
	text   string // lower case
	value  int    // of a number
	digits int
	glued  bool // nothing stands between it and the lexeme before
}

// lexDate cuts a value into runs of digits, runs of letters and single marks,
// those in parentheses apart.
func lexDate(value string) (outside, comments []lexeme) {
	outside = make([]lexeme, 0, 12) // as a rule enough
	depth, glued := 0, false
	for i := 0; i < len(value); {
		c := value[i]
		l := lexeme{kind: c, glued: glued}
		n := i + 1
		switch {
		case c == '(':
			depth++
		case c == ')':
			depth = max(depth-1, 0)
		case isDigit(c):
			for ; n < len(value) && isDigit(value[n]); n++ {
			}
			l.kind, l.text, l.digits, l.value = number, value[i:n], n-i, digitsValue(value[i:n])
		case isLetter(c):
			for ; n < len(value) && isLetter(value[n]); n++ {
			}
			l.kind, l.text = letters, strings.ToLower(value[i:n])
		}
		i = n
		glued = c > ' '
		switch {
		case c <= ' ' || c == '(' || c == ')':
		case depth > 0:
			comments = append(comments, l)
		default:
			outside = append(outside, l)
		}
	}
	return outside, comments
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' || c >= 0x80 }

// digitsValue reads at most nine digits.
func digitsValue(s string) int {
	n := 0
	for i := 0; i < len(s) && i < 9; i++ {
		n = n*10 + int(s[i]-'0')
	}
	return n
}
