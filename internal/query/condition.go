package query

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"skein/internal/mail"
)

// conditions reads the value after a name and a colon. A reader returns nil
// for a value that folds to nothing.
var conditions = map[string]func(*parser, value) (Expr, error){
	"from":       (*parser).from,
	"to":         recipient(InTo),
	"cc":         recipient(InCc),
	"bcc":        recipient(InBcc),
	"with":       (*parser).with,
	"person":     (*parser).person,
	"subject":    textIn(InSubject),
	"body":       textIn(InBody),
	"filename":   textIn(InFiles),
	"attachment": textIn(InAttached),
	"id":         (*parser).messageID,
	"thread":     (*parser).thread,
	"in":         (*parser).batch,
	"after":      (*parser).after,
	"before":     (*parser).before,
	"on":         (*parser).on,
	"larger":     (*parser).larger,
	"smaller":    (*parser).smaller,
	"size":       (*parser).size,
	"defect":     (*parser).defect,
	"is":         property(states),
	"has":        property(havings),
}

// Values of is: and has:.
var (
	states = map[string]Property{
		"root": Root, "reply": Reply, "duplicate": Duplicate, "variant": Variant,
		"defective": Defective, "undated": Undated,
	}
	havings = map[string]Property{"attachment": HasAttachment}
)

func textIn(f Field) func(*parser, value) (Expr, error) {
	return func(p *parser, v value) (Expr, error) { return p.words(v, f) }
}

// recipient refuses a person's id, which as text would find nothing.
func recipient(f Field) func(*parser, value) (Expr, error) {
	return func(p *parser, v value) (Expr, error) {
		if isID(v.text, mail.PersonLetter) {
			return nil, p.wrong(v.start, v.end, "a name or an address; a person's id goes after from: or person:")
		}
		return p.words(v, f)
	}
}

func (p *parser) from(v value) (Expr, error) {
	if isID(v.text, mail.PersonLetter) {
		return p.count(v, By{mail.ID(v.text)})
	}
	return p.words(v, InFrom)
}

func (p *parser) with(v value) (Expr, error) {
	if isID(v.text, mail.PersonLetter) {
		return p.person(v)
	}
	return p.words(v, InFrom, InTo, InCc, InBcc)
}

func (p *parser) person(v value) (Expr, error) {
	if !isID(v.text, mail.PersonLetter) {
		return nil, p.wrong(v.start, v.end, "the id of a person, which begins with P_")
	}
	return p.count(v, With{mail.ID(v.text)})
}

func (p *parser) messageID(v value) (Expr, error) {
	id := mail.CanonicalMessageID(v.text)
	if id == "" {
		return nil, p.wrong(v.start, v.end, "a Message-ID or the id of a message")
	}
	return p.count(v, MessageID{id})
}

func (p *parser) thread(v value) (Expr, error) {
	if !isID(v.text, mail.ThreadLetter) {
		return nil, p.wrong(v.start, v.end, "the id of a thread, which begins with T_")
	}
	return p.count(v, InThread{mail.ID(v.text)})
}

func (p *parser) batch(v value) (Expr, error) { return p.count(v, InBatch{v.text}) }

// defect takes any name: the kinds grow with what is read.
func (p *parser) defect(v value) (Expr, error) {
	return p.count(v, HasDefect{mail.DefectKind(strings.ToLower(v.text))})
}

func (p *parser) after(v value) (Expr, error) {
	since, _, err := p.moment(v)
	if err != nil {
		return nil, err
	}
	return p.count(v, Sent{Since: &since})
}

func (p *parser) before(v value) (Expr, error) {
	until, _, err := p.moment(v)
	if err != nil {
		return nil, err
	}
	return p.count(v, Sent{Until: &until})
}

// moment reads a period, or a moment written as @ and epoch milliseconds,
// which begins and ends there.
func (p *parser) moment(v value) (since, until int64, err error) {
	if digits, found := strings.CutPrefix(v.text, "@"); found {
		milli, err := strconv.ParseInt(digits, 10, 64)
		if err != nil {
			return 0, 0, p.wrong(v.start, v.end, "milliseconds since 1970 after @")
		}
		return milli, milli, nil
	}
	return p.period(v)
}

func (p *parser) on(v value) (Expr, error) {
	since, until, err := p.period(v)
	if err != nil {
		return nil, err
	}
	return p.count(v, Sent{&since, &until})
}

// periods are the layouts of dates and how long each lasts.
var periods = []struct {
	layout              string
	years, months, days int
}{
	{"2006", 1, 0, 0}, {"2006-01", 0, 1, 0}, {time.DateOnly, 0, 0, 1},
}

// period reads a date and returns it half-open, in epoch milliseconds.
func (p *parser) period(v value) (since, until int64, err error) {
	for _, period := range periods {
		start, err := time.Parse(period.layout, v.text)
		if err == nil && len(v.text) == len(period.layout) {
			end := start.AddDate(period.years, period.months, period.days)
			return start.UnixMilli(), end.UnixMilli(), nil
		}
	}
	return 0, 0, p.wrong(v.start, v.end, "a date such as 2015, 2015-03 or 2015-03-27")
}

func (p *parser) larger(v value) (Expr, error)  { return p.sized(v, ">", v.text) }
func (p *parser) smaller(v value) (Expr, error) { return p.sized(v, "<", v.text) }

func (p *parser) size(v value) (Expr, error) {
	for _, operator := range []string{">=", "<=", ">", "<"} {
		if number, found := strings.CutPrefix(v.text, operator); found {
			return p.sized(v, operator, number)
		}
	}
	return p.sized(v, "", v.text)
}

func (p *parser) sized(v value, operator, number string) (Expr, error) {
	n, ok := parseSize(number)
	if !ok {
		return nil, p.wrong(v.start, v.end, "a size such as 500, 20k, 1m or 2g")
	}
	s := Size{Min: n, Max: n}
	switch operator {
	case ">":
		s = Size{Min: n + 1}
	case ">=":
		s = Size{Min: n}
	case "<":
		s = Size{Max: n - 1}
	case "<=":
		s = Size{Max: n}
	}
	atLeast := operator == ">" || operator == ">="
	if s.Min > maxSize || s.Max <= 0 && !atLeast {
		return nil, p.wrong(v.start, v.end, "a size that a mail can have")
	}
	return p.count(v, s)
}

// maxSize is the largest size to ask for, 4 EiB.
const maxSize = 1 << 62

// parseSize reads digits and a unit.
func parseSize(text string) (bytes int64, ok bool) {
	text = strings.TrimSuffix(strings.ToLower(text), "b")
	unit := int64(1)
	if text != "" {
		if power := strings.IndexByte("kmg", text[len(text)-1]); power >= 0 {
			unit = 1024 << (10 * power)
			text = text[:len(text)-1]
		}
	}
	n, err := strconv.ParseUint(text, 10, 63)
	if err != nil || int64(n) > maxSize/unit {
		return 0, false
	}
	return int64(n) * unit, true
}

func property(values map[string]Property) func(*parser, value) (Expr, error) {
	names := slices.Sorted(maps.Keys(values))
	expected := names[0]
	if last := len(names) - 1; last > 0 {
		expected = strings.Join(names[:last], ", ") + " or " + names[last]
	}
	return func(p *parser, v value) (Expr, error) {
		found, known := values[strings.ToLower(v.text)]
		if !known {
			return nil, p.wrong(v.start, v.end, expected)
		}
		return p.count(v, Is{found})
	}
}
