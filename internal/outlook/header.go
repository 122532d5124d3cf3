package outlook

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"strings"
	"time"
)

// header writes the fields that the message came with, but those that describe
// its body as it was, and what these lack.
func (m *letter) header() {
	has := m.transported(m.text(transportHeaders))
	for _, field := range m.fields() {
		name, value := field[0], oneLine(field[1])
		// Who sent for somebody is known to the header that names that somebody.
		if value == "" || has[strings.ToLower(name)] || name == "Sender" && has["from"] {
			continue
		}
		m.out.WriteString(name + ": " + value + "\r\n")
	}
}

// transported writes the fields of a header, each with its folded lines, and
// tells which they are.
func (m *letter) transported(text string) map[string]bool {
	has := map[string]bool{}
	keeping, begun := false, false
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" {
			if begun {
				break
			}
			continue
		}
		if !begun || line[0] != ' ' && line[0] != '\t' {
			name, _, isField := strings.Cut(line, ":")
			name = strings.ToLower(strings.TrimSpace(name))
			// The first line may name the version of a server, and is no field.
			keeping = isField && name != "mime-version" && !strings.HasPrefix(name, "content-")
			has[name] = has[name] || keeping
		}
		begun = true
		if keeping {
			m.out.WriteString(line + "\r\n")
		}
	}
	return has
}

// fields are what the properties say, in the words of a header.
func (m *letter) fields() [][2]string {
	from, sender := m.from()
	to := m.to()
	return [][2]string{
		{"From", from},
		{"Sender", sender},
		{"To", strings.Join(to[1], ", ")},
		{"Cc", strings.Join(to[2], ", ")},
		{"Bcc", strings.Join(to[3], ", ")},
		{"Subject", m.about()},
		{"Date", m.date()},
		{"Message-ID", m.line(internetID)},
		{"In-Reply-To", m.line(inReplyTo)},
		{"References", m.line(references)},
		{"Thread-Topic", m.line(topic)},
		{"Thread-Index", base64.StdEncoding.EncodeToString(m.raw(index))},
	}
}

// from is who the message is from, and who sent it where that is somebody else:
// known by another address, not by another form of the same.
func (m *letter) from() (from, sender string) {
	forWhom := [2]string{m.line(sentForSMTP), m.line(sentForAddress)}
	by := [2]string{m.line(senderSMTP), m.line(senderAddress)}
	for _, a := range forWhom {
		for _, b := range by {
			if a != "" && strings.EqualFold(a, b) {
				return m.mailbox(sentForName, cmp.Or(forWhom[0], by[0], a)), ""
			}
		}
	}
	from, sender = m.mailbox(sentForName, cmp.Or(forWhom[:]...)), m.mailbox(senderName, cmp.Or(by[:]...))
	if from == "" || from == sender {
		return sender, ""
	}
	return from, sender
}

// about is the subject, where need be in its two parts: "Re: " and what it is an
// answer to.
func (m *letter) about() string {
	return cmp.Or(m.line(subject), oneLine(m.text(subjectPrefix)+m.text(normalSubject)))
}

// to are the recipients by kind: To, Cc and Bcc are 1, 2 and 3. Where the table
// of recipients has none of a kind, the names that were shown stand for them.
func (m *letter) to() (to [4][]string) {
	for _, r := range m.recipients {
		kind := r.number(recipientType) & 0xF
		if kind == 0 && r.has(recipientType) { // the originator, who is no recipient
			continue
		}
		if kind < 1 || kind > 3 {
			kind = 1
		}
		if one := mailbox(r.line(displayName), cmp.Or(r.line(smtpAddress), r.line(emailAddress))); one != "" {
			to[kind] = append(to[kind], one)
		}
	}
	for kind, id := range map[int]uint16{1: displayTo, 2: displayCc, 3: displayBcc} {
		if len(to[kind]) > 0 {
			continue
		}
		for name := range strings.SplitSeq(m.line(id), ";") {
			if name = strings.TrimSpace(name); strings.Contains(name, "@") && !strings.Contains(name, " ") {
				to[kind] = append(to[kind], mailbox("", name))
			} else if name != "" {
				to[kind] = append(to[kind], mailbox(name, ""))
			}
			if len(to[kind]) == maxFiles {
				break
			}
		}
	}
	return to
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
func (m *letter) mailbox(name uint16, address string) string {
	if address == "" && m.unsent() {
		return ""
	}
	return mailbox(m.line(name), address)
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

// quoted is a quoted string (RFC 5322 §3.2.4).
func quoted(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(oneLine(text)) + `"`
}
