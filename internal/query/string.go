package query

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"skein/internal/mail"
)

// String returns the canonical text of e: Parse makes e of it again when
// Parse made e, and an equal condition when e was built otherwise, of leaves
// as Parse makes them. The text of everything is "". A text may come out
// longer than the one parsed, even beyond what Parse accepts.
func String(e Expr) string {
	if isTrue(e) {
		return ""
	}
	var b strings.Builder
	write(&b, e, looseOr)
	return b.String()
}

func isTrue(e Expr) bool {
	all, isAnd := e.(And)
	return e == nil || isAnd && !slices.ContainsFunc(all, func(part Expr) bool { return !isTrue(part) })
}

// How tightly the place of an Expr binds.
const (
	looseOr = iota // anything may stand here
	tightAnd
	tightNot
)

// These say what has no name of its own.
var (
	always = Or{Is{Undated}, Not{Is{Undated}}}
	never  = And{Is{Undated}, Not{Is{Undated}}}
)

func write(b *strings.Builder, e Expr, place int) {
	switch e := e.(type) {
	case nil:
		write(b, always, place)
	case And:
		writeParts(b, e, always, " ", place, tightAnd)
	case Or:
		if text, ok := withText(e); ok {
			b.WriteString(text)
			return
		}
		writeParts(b, e, never, " OR ", place, looseOr)
	case Not:
		b.WriteByte('-')
		write(b, e.Expr, tightNot)
	case Sent:
		writeSent(b, e, place)
	case Size:
		writeSize(b, e, place)
	default:
		b.WriteString(leafText(e))
	}
}

// writeParts writes the parts of an And or Or, in parentheses where its place
// binds more tightly than own.
func writeParts(b *strings.Builder, parts []Expr, empty Expr, separator string, place, own int) {
	switch len(parts) {
	case 0:
		write(b, empty, place)
		return
	case 1:
		write(b, parts[0], place)
		return
	}
	if place > own {
		b.WriteByte('(')
		defer b.WriteByte(')')
	}
	for i, part := range parts {
		if i > 0 {
			b.WriteString(separator)
		}
		write(b, part, own)
	}
}

func leafText(e Expr) string {
	switch e := e.(type) {
	case Words:
		return fieldNames[e.Field] + wordsText(e)
	case MessageID:
		if isID(e.ID, mail.MessageLetter) {
			return "id:" + e.ID
		}
		return "id:" + valueText("<"+e.ID+">")
	case InThread:
		return "thread:" + string(e.ID)
	case InBatch:
		return "in:" + valueText(e.Name)
	case By:
		return "from:" + string(e.Person)
	case With:
		return "person:" + string(e.Person)
	case HasDefect:
		return "defect:" + valueText(string(e.Kind))
	case Is:
		return propertyText(e.Property)
	}
	return ""
}

var fieldNames = [...]string{"", "subject:", "body:", "from:", "to:", "cc:", "bcc:", "filename:", "attachment:"}

func wordsText(w Words) string {
	text := strings.Join(w.Tokens, " ")
	if len(w.Tokens) > 1 {
		text = `"` + text + `"`
	}
	if w.Prefix {
		text += "*"
	}
	return text
}

// withText writes the alternatives that with: stands for.
func withText(e Or) (text string, ok bool) {
	if len(e) != 4 {
		return "", false
	}
	for i, part := range e {
		w, isWords := part.(Words)
		if !isWords || w.Field != InFrom+Field(i) || i > 0 && wordsText(w) != text {
			return "", false
		}
		text = wordsText(w)
	}
	return "with:" + text, true
}

// valueText quotes a value that would not stand by itself.
func valueText(text string) string {
	at := strings.IndexFunc(text, func(r rune) bool { return endsWord(string(r)) })
	if text != "" && at < 0 {
		return text
	}
	return `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
}

func propertyText(p Property) string {
	for name, property := range states {
		if property == p {
			return "is:" + name
		}
	}
	for name, property := range havings {
		if property == p {
			return "has:" + name
		}
	}
	return ""
}

func writeSent(b *strings.Builder, e Sent, place int) {
	switch {
	case e.Since == nil && e.Until == nil:
		write(b, Not{Is{Undated}}, place)
	case e.Until == nil:
		b.WriteString("after:" + momentText(*e.Since))
	case e.Since == nil:
		b.WriteString("before:" + momentText(*e.Until))
	default:
		if text, ok := periodText(*e.Since, *e.Until); ok {
			b.WriteString("on:" + text)
			return
		}
		write(b, And{Sent{Since: e.Since}, Sent{Until: e.Until}}, place)
	}
}

// momentText writes a day when the moment begins one, else milliseconds.
func momentText(milli int64) string {
	if day, ok := dayText(milli, time.DateOnly); ok {
		return day
	}
	return "@" + strconv.FormatInt(milli, 10)
}

// dayText writes the date in a layout that says all of it.
func dayText(milli int64, layout string) (text string, ok bool) {
	t := time.UnixMilli(milli).UTC()
	if t.Year() < 0 || t.Year() > 9999 {
		return "", false
	}
	text = t.Format(layout)
	back, err := time.Parse(layout, text)
	return text, err == nil && back.UnixMilli() == milli
}

func periodText(since, until int64) (text string, ok bool) {
	for _, period := range periods {
		text, ok := dayText(since, period.layout)
		end := time.UnixMilli(since).UTC().AddDate(period.years, period.months, period.days)
		if ok && end.UnixMilli() == until {
			return text, true
		}
	}
	return "", false
}

func writeSize(b *strings.Builder, e Size, place int) {
	switch {
	case e.Min == e.Max && e.Max > 0:
		b.WriteString("size:" + sizeText(e.Max))
	case e.Max == 0:
		b.WriteString("size:>=" + sizeText(e.Min))
	case e.Min == 0:
		b.WriteString("size:<=" + sizeText(e.Max))
	default:
		write(b, And{Size{Min: e.Min}, Size{Max: e.Max}}, place)
	}
}

func sizeText(bytes int64) string {
	unit := ""
	for _, next := range []string{"k", "m", "g"} {
		if bytes == 0 || bytes%1024 != 0 {
			break
		}
		bytes, unit = bytes/1024, next
	}
	return strconv.FormatInt(bytes, 10) + unit
}
