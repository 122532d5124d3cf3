package main

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

// verdict says who is right where two readers differ.
type verdict string

const (
	oursRight   verdict = "ours"
	theirsRight verdict = "theirs" // a fault of ours
	undecidable verdict = "undecidable"
	notThis     verdict = "" // the difference is not of the class
)

// fieldClass is a kind of difference, with the rule that knows it and decides.
type fieldClass struct {
	name, rule string
	fields     string // of which it can be; "" for all
	decide     func(p *pair) verdict
}

const addressFields = "From To Cc"

// differenceKinds are asked in this order. The last one takes what no other explains.
var differenceKinds = []fieldClass{
	{
		"several mails are one message", "other mails of the message count for it as well, as dumps show messages", addressFields,
		func(p *pair) verdict { return when(p.mails > 1, undecidable) },
	},
	{
		"white space inside an id", "equal once white space is taken out; folding puts it there, quotes may keep it", "Message-ID",
		func(p *pair) verdict { return when(slices.Contains(p.ours, squeeze(p.theirs[0])), undecidable) },
	},
	{"an id cut short", "one of both is all that stands between the brackets, the other a part of it", "Message-ID", cutShort},
	{"the name of a group as an address", "a group without members has no address (RFC 5322 §3.4)", addressFields, emptyGroup},
	{
		"an encoded word in an address", "RFC 2047 §5 forbids it there; what was meant is not known", addressFields,
		func(p *pair) verdict { return when(encodedLocal.MatchString(strings.Join(p.stands, " ")), undecidable) },
	},
	{
		"a control character in a quoted local part", "obsolete, but part of the address (RFC 5322 §4.1); ours has a blank for it", addressFields,
		func(p *pair) verdict {
			return when(strings.ContainsFunc(strings.Join(p.theirs, ""), control), theirsRight)
		},
	},
	{"an address that one alone reads", "it stands in angle brackets, letter by letter", addressFields, inBrackets},
	{"bytes over 127 outside encoded words", "theirs holds U+FFFD for them; ours, written back in a charset, is the bytes that stand there", "Subject", lostBytes},
	{"an encoded word left as it stands", "it is well formed (RFC 2047 §2) and one of both shows it undecoded", "Subject", undecoded},
	{"windows-1252 under the name of Latin-1", "one of both holds control characters where the other has what windows-1252 has there (WHATWG Encoding, iso-8859-1)", "Subject", controls},
	{"a year of two or three digits", "RFC 5322 §4.3: 00–49 is 20xx, 50–99 is 19xx, three digits count from 1900", "Date", shortYear},
	{"a zone by a name unknown to Python", "Python takes it for UTC; the difference is the offset of that zone", "Date", namedZone},
	{"not explained", "", "", func(*pair) verdict { return undecidable }},
}

// unexplained is the class of what no rule knows.
var unexplained = &differenceKinds[len(differenceKinds)-1]

// classify returns the first class that a difference is of, and who is right.
func (p *pair) classify() (*fieldClass, verdict) {
	for i := range differenceKinds {
		c := &differenceKinds[i]
		if c.fields != "" && !slices.Contains(strings.Fields(c.fields), p.field) {
			continue
		}
		if v := c.decide(p); v != notThis {
			return c, v
		}
	}
	return unexplained, undecidable
}

func when(is bool, v verdict) verdict {
	if is {
		return v
	}
	return notThis
}

// either returns who is right by whether ours or theirs is; when both or none
// is, the difference is not of the class.
func either(ours, theirs bool) verdict {
	switch {
	case ours == theirs:
		return notThis
	case ours:
		return oursRight
	}
	return theirsRight
}

func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }

func control(c rune) bool { return c < ' ' || c == 0x7f }

func cutShort(p *pair) verdict {
	stands := squeeze(strings.Join(p.stands, ""))
	for _, ours := range p.ours {
		theirs := squeeze(p.theirs[0])
		if !strings.Contains(ours, theirs) && !strings.Contains(theirs, ours) {
			continue
		}
		if v := either(strings.Contains(stands, "<"+ours+">"), strings.Contains(stands, "<"+theirs+">")); v != notThis {
			return v
		}
	}
	return notThis
}

var (
	groupOfNone  = regexp.MustCompile(`:\s*;`)
	encodedLocal = regexp.MustCompile(`=\?[^?\s]+\?[bBqQ]\?[^?\s]*\?=@`)
	encodedWord  = regexp.MustCompile(`=\?[^?\s]+\?[bBqQ]\?[^?\s]*\?=`)
	zoneName     = regexp.MustCompile(`\d\d:\d\d(?::\d\d)? +([A-Z]{2,5}(?: DST)?)\b`)
	yearOf       = regexp.MustCompile(`\b\d{1,2}[ -][A-Za-z]{3}[ -](\d{2,3})\b`)
)

// alone returns what each has that the other has not.
func (p *pair) alone() (ours, theirs []string) {
	in := func(all []string) func(string) bool {
		return func(v string) bool { return slices.Contains(all, v) }
	}
	a, b := plain(p.ours), plain(p.theirs)
	return slices.DeleteFunc(slices.Clone(a), in(b)), slices.DeleteFunc(slices.Clone(b), in(a))
}

func emptyGroup(p *pair) verdict {
	if !groupOfNone.MatchString(strings.Join(p.stands, " ")) {
		return notThis
	}
	ours, theirs := p.alone()
	named := func(all []string) bool {
		return len(all) > 0 && !slices.ContainsFunc(all, func(a string) bool { return strings.Contains(a, "@") })
	}
	return either(len(ours) == 0 && named(theirs), len(theirs) == 0 && named(ours))
}

func inBrackets(p *pair) verdict {
	stands := strings.ToLower(strings.Join(p.stands, " "))
	bracketed := func(all []string) bool {
		return len(all) > 0 && !slices.ContainsFunc(all, func(a string) bool { return !strings.Contains(stands, "<"+a+">") })
	}
	ours, theirs := p.alone()
	return either(bracketed(ours), bracketed(theirs))
}

// charsets are those that a text is written back in: UTF-8, one for each
// script of the 8-bit ones, and those of East Asia.
var charsets = []encoding.Encoding{
	unicode.UTF8, charmap.Windows1252, charmap.Windows1251, charmap.KOI8R, charmap.Windows1250, charmap.ISO8859_2, charmap.ISO8859_15,
	charmap.Windows1253, charmap.Windows1254, charmap.Windows1255, charmap.Windows1256, charmap.CodePage437, charmap.CodePage850, charmap.Macintosh,
	japanese.ShiftJIS, japanese.EUCJP, japanese.ISO2022JP, korean.EUCKR, simplifiedchinese.GB18030, simplifiedchinese.HZGB2312, traditionalchinese.Big5,
}

// lostBytes compares without the white space that both collapse.
func lostBytes(p *pair) verdict {
	if len(p.ours) != 1 || !strings.Contains(p.theirs[0], "\uFFFD") || strings.Contains(p.ours[0], "\uFFFD") {
		return notThis
	}
	stands := squeeze(bytesOf(strings.Join(p.stands, "")))
	for _, charset := range charsets {
		if back, err := charset.NewEncoder().String(p.ours[0]); err == nil && squeeze(back) == stands {
			return oursRight
		}
	}
	return notThis
}

// bytesOf turns Latin-1 back into the bytes that it stands for.
func bytesOf(latin1 string) string {
	b := make([]byte, 0, len(latin1))
	for _, c := range latin1 {
		b = append(b, byte(c))
	}
	return string(b)
}

func undecoded(p *pair) verdict {
	ours := encodedWord.MatchString(strings.Join(p.ours, ""))
	return either(!ours && len(p.ours) > 0, !encodedWord.MatchString(p.theirs[0]))
}

func controls(p *pair) verdict {
	if len(p.ours) != 1 {
		return notThis
	}
	ours, theirs := p.ours[0], p.theirs[0]
	return either(windows(theirs) == ours && theirs != ours, windows(ours) == theirs && theirs != ours)
}

// windows reads the control characters of Latin-1 as windows-1252 does.
func windows(text string) string {
	return strings.Map(func(c rune) rune {
		if 0x80 <= c && c < 0xa0 {
			return charmap.Windows1252.DecodeByte(byte(c))
		}
		return c
	}, text)
}

// moments are both dates in seconds since 1970.
func (p *pair) moments() (ours, theirs int64, ok bool) {
	if len(p.ours) != 1 || len(p.theirs) != 1 {
		return 0, 0, false
	}
	ours, err := strconv.ParseInt(p.ours[0], 10, 64)
	if err != nil {
		return 0, 0, false
	}
	theirs, err = strconv.ParseInt(p.theirs[0], 10, 64)
	return ours, theirs, err == nil
}

// shortYear allows a day, by which a year may begin earlier in another zone.
func shortYear(p *pair) verdict {
	ours, theirs, ok := p.moments()
	found := yearOf.FindStringSubmatch(strings.Join(p.stands, " "))
	if !ok || found == nil {
		return notThis
	}
	year, err := strconv.Atoi(found[1])
	switch {
	case err != nil:
		return notThis
	case len(found[1]) == 2 && year < 50:
		year += 2000
	default:
		year += 1900
	}
	in := func(second int64) bool {
		at := time.Unix(second, 0).UTC()
		return at.AddDate(0, 0, -1).Year() == year || at.AddDate(0, 0, 1).Year() == year
	}
	return either(in(ours), in(theirs))
}

// zones are offsets in hours that RFC 5322 §4.3 does not name.
var zones = map[string]int64{
	"WET": 0, "WEST": 1, "BST": 1, "CET": 1, "MET": 1, "CEST": 2, "MEST": 2, "MET DST": 2, "EET": 2, "EEST": 3, "MSK": 3, "MSD": 4,
	"HKT": 8, "SGT": 8, "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13, "AKST": -9, "AKDT": -8, "HST": -10,
}

func namedZone(p *pair) verdict {
	ours, theirs, ok := p.moments()
	found := zoneName.FindStringSubmatch(strings.Join(p.stands, " "))
	if !ok || found == nil {
		return notThis
	}
	hours, known := zones[found[1]]
	if !known {
		return notThis
	}
	return when(theirs-ours == hours*3600, oursRight)
}
