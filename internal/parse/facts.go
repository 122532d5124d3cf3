package parse

import (
	"bytes"
	"cmp"
	"strings"
	"unicode/utf8"

	"skein/internal/charset"
	"skein/internal/mail"
)

// fieldValues holds the unfolded values of the header fields that facts are
// read from, in header order.
type fieldValues struct {
	messageID, inReplyTo, references  []string
	subject, date                     []string
	people                            [mail.DeliveredTo + 1][]string
	threadIndex, threadTopic, gmail   []string
	listID, precedence, autoSubmitted []string
}

// collect sorts the fields of the mail's header, once over.
func (r *reading) collect() *fieldValues {
	v := new(fieldValues)
	var room [32]byte // longer than any name that is asked for
	for _, f := range r.fields {
		if into := v.of(string(appendLower(room[:0], r.src.name(f)))); into != nil {
			*into = append(*into, r.src.value(f))
		}
	}
	return v
}

// appendLower appends a field name in lower case, or nothing when it is long.
func appendLower(dst, name []byte) []byte {
	if len(name) > 32 {
		return dst
	}
	for _, c := range name {
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		dst = append(dst, c)
	}
	return dst
}

// of returns where the values of a field go, or nil. The key is in lower case.
func (v *fieldValues) of(key string) *[]string {
	switch key {
	case "message-id":
		return &v.messageID
	case "in-reply-to":
		return &v.inReplyTo
	case "references":
		return &v.references
	case "subject":
		return &v.subject
	case "date":
		return &v.date
	case "thread-index":
		return &v.threadIndex
	case "thread-topic":
		return &v.threadTopic
	case "x-gm-thrid":
		return &v.gmail
	case "list-id":
		return &v.listID
	case "precedence":
		return &v.precedence
	case "auto-submitted":
		return &v.autoSubmitted
	}
	return v.peopleOf(key)
}

func (v *fieldValues) peopleOf(key string) *[]string {
	switch key {
	case "from":
		return &v.people[mail.From]
	case "to", "apparently-to":
		return &v.people[mail.To]
	case "cc":
		return &v.people[mail.Cc]
	case "bcc":
		return &v.people[mail.Bcc]
	case "sender":
		return &v.people[mail.Sender]
	case "reply-to":
		return &v.people[mail.ReplyTo]
	case "delivered-to":
		return &v.people[mail.DeliveredTo]
	}
	return nil
}

// facts reads everything but the attachments and the content hash.
func (r *reading) facts() mail.Facts {
	v := r.collect()
	fallback := r.charset(v)
	f := mail.Facts{HasSubject: len(v.subject) > 0}
	r.checkFields(v)
	f.MessageIDs = ownIDs(v.messageID)
	f.Sent = r.sent(v.date, fallback)
	if f.HasSubject {
		f.Subject = cutText(decodeWords(v.subject[0], fallback), maxSubject)
	}
	for role, values := range v.people {
		f.Mentions = mentions(f.Mentions, mail.Role(role), values, fallback, maxMentions)
		if len(f.Mentions) > maxMentions {
			f.Mentions = f.Mentions[:maxMentions]
			r.defect(TooManyNames, r.fieldOffset(mail.Role(role).String(), 0), "")
			break
		}
	}
	r.citations(&f, v)
	f.ThreadIndex = r.threadIndex(v.threadIndex)
	f.ThreadTopic = cutText(decodeWords(first(v.threadTopic), fallback), maxSubject)
	f.GmailThread = cutText(collapse(strings.ToValidUTF8(first(v.gmail), "")), 100)
	f.ListID = listID(first(v.listID), fallback)
	f.Bulk = bulk(v)
	return f
}

func first(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}

// charset returns the charset to guess for header bytes that declare none:
// the one that the mail declares for its text, else what the statistics of
// the header say.
func (r *reading) charset(v *fieldValues) string {
	if !v.strange() {
		return ""
	}
	if name := r.declared(); name != "" {
		return name
	}
	var all []byte
	for _, values := range v.shown() {
		for _, value := range values {
			all = append(all, value...)
		}
	}
	return charset.Detect(all)
}

// declared returns the first charset that a part declares and that says
// something about bytes over 127, or "".
func (r *reading) declared() string {
	for i := range r.parts {
		if name := charset.Name(r.parts[i].media.get("charset")); name != "utf-8" && name != "us-ascii" {
			return name
		}
	}
	return ""
}

// shown returns the fields whose text a reader sees.
func (v *fieldValues) shown() [][]string {
	return [][]string{v.subject, v.people[mail.From], v.people[mail.To], v.people[mail.Cc]}
}

// strange says whether one of them holds bytes that are not UTF-8.
func (v *fieldValues) strange() bool {
	for _, values := range v.shown() {
		for _, value := range values {
			if !utf8.ValidString(value) {
				return true
			}
		}
	}
	return false
}

// checkFields records fields that stand too often, and header bytes in no
// known charset.
func (r *reading) checkFields(v *fieldValues) {
	for _, once := range []struct {
		name   string
		values []string
	}{{"Message-ID", v.messageID}, {"Subject", v.subject}, {"Date", v.date}, {"From", v.people[mail.From]}} {
		if len(once.values) > 1 {
			r.defect(FieldRepeated, r.fieldOffset(once.name, 1), once.name)
		}
	}
	if len(v.messageID) > 0 && !wellFormedID(v.messageID[0]) {
		r.defect(BadMessageID, r.fieldOffset("Message-ID", 0), "")
	}
	if v.strange() {
		r.defect(RawHeader, r.strangeOffset(), "")
	}
}

// strangeOffset returns where a field that a reader sees has its first byte
// that is not UTF-8.
func (r *reading) strangeOffset() int {
	for _, f := range r.fields {
		switch strings.ToLower(string(r.src.name(f))) {
		case "subject", "from", "to", "apparently-to", "cc":
			if raw := r.src.raw[f.from:f.to]; !utf8.Valid(raw) {
				return f.from + bytes.IndexFunc(raw, func(c rune) bool { return c == utf8.RuneError })
			}
		}
	}
	return 0
}

// sent reads the first Date field that can be read.
func (r *reading) sent(values []string, fallback string) *mail.Date {
	for i, value := range values {
		if !charset.IsASCII(value) || strings.Contains(value, "=?") {
			value = decodeWords(value, fallback)
		}
		date, zoned := readDate(value)
		if date == nil {
			continue
		}
		if !zoned {
			r.defect(DateZone, r.fieldOffset("Date", i), "")
		}
		return date
	}
	if len(values) > 0 {
		r.defect(BadDate, r.fieldOffset("Date", 0), "")
	}
	return nil
}

// citations reads In-Reply-To and References, and keeps the ids that can name
// another mail.
func (r *reading) citations(f *mail.Facts, v *fieldValues) {
	if len(v.inReplyTo) == 0 && len(v.references) == 0 {
		return
	}
	c := newCitation(f)
	var replied, referenced []string
	for _, value := range v.inReplyTo {
		replied = r.boundIDs(append(replied, scanIDs(value, false)...), "In-Reply-To")
	}
	for _, value := range v.references {
		referenced = r.boundIDs(append(referenced, scanIDs(value, true)...), "References")
	}
	f.InReplyTo = c.first(replied)
	f.InReplyToStrict = len(v.inReplyTo) == 1 && len(f.InReplyTo) == 1 && strictID(v.inReplyTo[0])
	f.References = c.last(referenced)
}

func (r *reading) boundIDs(ids []string, name string) []string {
	if len(ids) >= maxIDs {
		r.defect(TooManyIDs, r.fieldOffset(name, 0), name)
		return ids[:maxIDs]
	}
	return ids
}

// threadIndex decodes a Thread-Index field (MS-OXOMSG §2.2.1.3): 22 bytes,
// and 5 for each reply.
func (r *reading) threadIndex(values []string) []byte {
	if len(values) == 0 {
		return nil
	}
	index := decodeBase64(nil, values[0])
	if len(index) < 22 || len(index) > maxThreadIndex || (len(index)-22)%5 != 0 {
		r.defect(BadIndex, r.fieldOffset("Thread-Index", 0), "")
		return nil
	}
	return index
}

// listID returns what names a list (RFC 2919 §2), in lower case.
func listID(value, fallback string) string {
	if open := strings.LastIndexByte(value, '<'); open >= 0 {
		value, _, _ = strings.Cut(value[open+1:], ">")
	}
	return strings.ToLower(cutText(decodeWords(value, fallback), maxName))
}

// bulk says whether a program or a list sent the mail (RFC 3834 §5).
func bulk(v *fieldValues) bool {
	switch strings.ToLower(strings.TrimSpace(first(v.precedence))) {
	case "bulk", "list", "junk":
		return true
	}
	automatic, _, _ := strings.Cut(strings.ToLower(first(v.autoSubmitted)), ";")
	return cmp.Or(strings.TrimSpace(automatic), "no") != "no"
}

// fieldOffset returns where the nth field of that name stands in the mail.
func (r *reading) fieldOffset(name string, nth int) int {
	for _, f := range r.fields {
		if bytes.EqualFold(r.src.name(f), []byte(name)) {
			if nth == 0 {
				return f.from
			}
			nth--
		}
	}
	return 0
}

// place returns where the first of the fields with that name stands, else a
// fallback.
func (s *source) place(fields []field, name string, fallback int) int {
	for _, f := range fields {
		if bytes.EqualFold(s.name(f), []byte(name)) {
			return f.from
		}
	}
	return fallback
}
