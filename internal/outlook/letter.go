package outlook

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"fmt"
	"strings"
	"time"
)

// letter is a message that is made a mail.
type letter struct {
	*properties
	recipients []*properties
	files      []File
	out        bytes.Buffer
}

// bytes writes the mail. Every body is in base64, so that no boundary can
// stand in one.
func (m *letter) bytes(f *file) []byte {
	m.header()
	texts := m.texts(f)
	m.out.WriteString("MIME-Version: 1.0\r\n")
	signed := m.signed()
	switch {
	case signed != nil:
		m.out.Write(signed)
	case len(m.files) == 0 && len(texts) == 1:
		m.part(texts[0])
	case len(m.files) == 0:
		m.alternative(texts)
	default:
		m.out.WriteString("Content-Type: multipart/mixed; boundary=\"=_files\"\r\n\r\n")
		if len(texts) > 0 {
			m.out.WriteString("--=_files\r\n")
			m.alternative(texts)
		}
		for _, a := range m.files {
			m.out.WriteString("--=_files\r\n")
			m.part(a.entity())
		}
		m.out.WriteString("--=_files--\r\n")
	}
	return m.out.Bytes()
}

// signed is the mail as it was sent, where it is kept as the only attachment
// of a message that was signed ([MS-OXOSMIME] §2.1.3): from the fields that
// describe its body on.
func (m *letter) signed() []byte {
	const class = "ipm.note.smime.multipartsigned"
	if len(m.files) != 1 || m.files[0].Type != "multipart/signed" || strings.ToLower(m.line(messageClass)) != class {
		return nil
	}
	data := bytes.ReplaceAll(m.files[0].Data, []byte("\r\n"), []byte("\n"))
	header, rest, ok := bytes.Cut(data, []byte("\n\n"))
	var kept bytes.Buffer
	keeping := false
	for line := range bytes.Lines(append(header, '\n')) {
		if line[0] != ' ' && line[0] != '\t' {
			keeping = len(line) > 8 && strings.EqualFold(string(line[:8]), "content-")
		}
		if keeping {
			kept.Write(line)
		}
	}
	if !ok || kept.Len() == 0 {
		return nil
	}
	kept.WriteByte('\n')
	kept.Write(rest)
	return kept.Bytes()
}

// entity is a part of the mail.
type entity struct {
	fields []string
	data   []byte
}

// part writes a part, behind its boundary or behind the header of the mail.
func (m *letter) part(e entity) {
	for _, field := range e.fields {
		m.out.WriteString(field + "\r\n")
	}
	m.out.WriteString("Content-Transfer-Encoding: base64\r\n\r\n")
	text := base64.StdEncoding.EncodeToString(e.data)
	for len(text) > 0 {
		n := min(76, len(text))
		m.out.WriteString(text[:n] + "\r\n")
		text = text[n:]
	}
}

// alternative writes the forms of the text.
func (m *letter) alternative(texts []entity) {
	if len(texts) == 0 {
		texts = []entity{{[]string{"Content-Type: text/plain; charset=utf-8"}, nil}}
	}
	if len(texts) == 1 {
		m.part(texts[0])
		return
	}
	m.out.WriteString("Content-Type: multipart/alternative; boundary=\"=_texts\"\r\n\r\n")
	for _, e := range texts {
		m.out.WriteString("--=_texts\r\n")
		m.part(e)
	}
	m.out.WriteString("--=_texts--\r\n")
}

// texts are the forms of the text: plain, HTML, and where both are lacking what
// the RTF says.
func (m *letter) texts(f *file) []entity {
	var texts []entity
	plain, html := m.text(body), m.html()
	if plain == "" && html == "" && m.has(rtfCompressed) {
		rtf, err := decompress(m.raw(rtfCompressed), f.left)
		if err != nil {
			f.fault("the text in RTF: %v", err)
		}
		f.left -= len(rtf)
		plain, html = readRTF(rtf)
	}
	if plain != "" {
		texts = append(texts, entity{[]string{"Content-Type: text/plain; charset=utf-8"}, []byte(plain)})
	}
	if html != "" {
		texts = append(texts, entity{[]string{"Content-Type: text/html; charset=utf-8"}, []byte(html)})
	}
	return texts
}

// html returns the HTML in UTF-8.
func (m *letter) html() string {
	v := m.all[bodyHTML]
	if v.kind != typeBinary {
		return m.text(bodyHTML)
	}
	page := m.number(internetCodepage)
	if page == 0 {
		page = m.codepage
	}
	return decodePage(v.data, page)
}

// entity is a file as a part.
func (a File) entity() entity {
	kind := a.Type
	// What claims to be made of parts is a file here, not a part of this mail.
	if !mediaType(kind) || strings.HasPrefix(kind, "multipart/") || strings.HasPrefix(kind, "message/") && kind != "message/rfc822" {
		kind = "application/octet-stream"
	}
	place := "attachment"
	if a.Inline {
		place = "inline"
	}
	fields := []string{"Content-Type: " + kind, "Content-Disposition: " + place}
	if a.Name != "" {
		fields[1] += "; filename=" + quoted(a.Name)
	}
	if id := strings.Trim(oneLine(a.ContentID), "<> "); id != "" {
		fields = append(fields, "Content-ID: <"+id+">")
	}
	return entity{fields, a.Data}
}

// mediaType says whether text is one (RFC 6838 §4.2).
func mediaType(text string) bool {
	top, sub, ok := strings.Cut(text, "/")
	odd := func(r rune) bool {
		return r > '~' || r <= ' ' || strings.ContainsRune(`()<>@,;:\"/[]?=`, r)
	}
	return ok && top != "" && sub != "" && !strings.ContainsFunc(top, odd) && !strings.ContainsFunc(sub, odd)
}

// quoted is a quoted string (RFC 5322 §3.2.4).
func quoted(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(oneLine(text)) + `"`
}

// header writes the fields that the message came with, but those that describe
// its body as it was, and what these lack.
func (m *letter) header() {
	kept := transported(m.text(transportHeaders))
	has := map[string]bool{}
	for _, field := range kept {
		name, _, _ := strings.Cut(field, ":")
		has[strings.ToLower(strings.TrimSpace(name))] = true
		m.out.WriteString(field + "\r\n")
	}
	for _, field := range m.fields() {
		if value := oneLine(field[1]); value != "" && !has[strings.ToLower(field[0])] {
			m.out.WriteString(field[0] + ": " + value + "\r\n")
		}
	}
}

// transported are the fields of a header, each with its folded lines.
func transported(text string) []string {
	var fields []string
	for line := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		if line == "" {
			if len(fields) > 0 {
				break
			}
			continue
		}
		if (line[0] == ' ' || line[0] == '\t') && len(fields) > 0 {
			fields[len(fields)-1] += "\r\n" + line
			continue
		}
		fields = append(fields, line)
	}
	var kept []string
	for _, field := range fields {
		name, _, isField := strings.Cut(field, ":")
		name = strings.ToLower(strings.TrimSpace(name))
		// The first line may name the version of a server, and is no field.
		if isField && name != "mime-version" && !strings.HasPrefix(name, "content-") {
			kept = append(kept, field)
		}
	}
	return kept
}

// fields are what the properties say, in the words of a header.
func (m *letter) fields() [][2]string {
	from := m.mailbox(sentForName, sentForSMTP, sentForAddress)
	sender := m.mailbox(senderName, senderSMTP, senderAddress)
	if from == "" {
		from, sender = sender, ""
	}
	if sender == from {
		sender = ""
	}
	to := [4][]string{}
	for _, r := range m.recipients {
		kind := r.number(recipientType) & 0xF
		if kind < 1 || kind > 3 {
			kind = 1
		}
		if one := mailbox(r.line(displayName), cmp.Or(r.line(smtpAddress), r.line(emailAddress))); one != "" {
			to[kind] = append(to[kind], one)
		}
	}
	return [][2]string{
		{"From", from},
		{"Sender", sender},
		{"To", strings.Join(to[1], ", ")},
		{"Cc", strings.Join(to[2], ", ")},
		{"Bcc", strings.Join(to[3], ", ")},
		{"Subject", m.line(subject)},
		{"Date", m.date()},
		{"Message-ID", m.line(internetID)},
		{"In-Reply-To", m.line(inReplyTo)},
		{"References", m.line(references)},
		{"Thread-Topic", m.line(topic)},
		{"Thread-Index", base64.StdEncoding.EncodeToString(m.raw(index))},
	}
}

// unsent says whether the message is a draft ([MS-OXCMSG] §2.2.1.6): it has no
// sender yet, and was not delivered.
func (m *letter) unsent() bool { return m.number(messageFlags)&8 != 0 }

// date is when the message was sent, else delivered, else last written.
func (m *letter) date() string {
	times := []uint16{submitTime, deliveryTime, modifiedTime, creationTime}
	if m.unsent() {
		times = times[2:]
	}
	for _, id := range times {
		if at, ok := m.moment(id); ok {
			return at.Format(time.RFC1123Z)
		}
	}
	return ""
}

// mailbox is who a message is from; of a draft only who is named with an
// address.
func (m *letter) mailbox(name, smtp, address uint16) string {
	at := cmp.Or(m.line(smtp), m.line(address))
	if at == "" && m.unsent() {
		return ""
	}
	return mailbox(m.line(name), at)
}

// mailbox is a name and an address (RFC 5322 §3.4), "" when both are lacking.
// Addresses of Exchange stay as they are.
func mailbox(name, address string) string {
	address = strings.Trim(address, "'<> ")
	switch {
	case address == "" && name == "":
		return ""
	case address == "":
		return quoted(name)
	case name == "" || strings.EqualFold(name, address):
		return fmt.Sprintf("<%s>", address)
	}
	return fmt.Sprintf("%s <%s>", quoted(name), address)
}
