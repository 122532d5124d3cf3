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
	to := m.to()
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

// to are the recipients by kind: To, Cc and Bcc are 1, 2 and 3. Where the table
// of recipients has none of a kind, the names that were shown stand for them.
func (m *letter) to() (to [4][]string) {
	for _, r := range m.recipients {
		kind := r.number(recipientType) & 0xF
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

// quoted is a quoted string (RFC 5322 §3.2.4).
func quoted(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(oneLine(text)) + `"`
}
