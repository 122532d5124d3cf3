package mailbox

import "bytes"

// maxFieldName bounds a header field name in bytes. RFC 5322 has no bound but
// the line's; no name in use comes near.
const maxFieldName = 100

// fieldName returns the name of a header field line in lower case, or nil when
// the line is none (RFC 5322 §2.2, and §4.5.8 for blanks before the colon).
func fieldName(line []byte) []byte {
	colon := bytes.IndexByte(line[:min(len(line), maxFieldName)], ':')
	if colon <= 0 {
		return nil
	}
	name := bytes.TrimRight(line[:colon], " \t")
	if len(name) == 0 || bytes.HasPrefix(line[colon+1:], []byte("//")) {
		return nil
	}
	for _, c := range name {
		if c <= ' ' || c > '~' {
			return nil
		}
	}
	return bytes.ToLower(name)
}

// The fields by which a header is known as one of mail. Strong ones hardly
// begin a line of anything else.
var (
	strongFields = names("received", "return-path", "message-id", "delivered-to", "mime-version", "envelope-to",
		"dkim-signature", "domainkey-signature", "from", "in-reply-to", "references", "x-mailer", "reply-to",
		"list-id", "list-unsubscribe", "arc-seal", "authentication-results", "content-transfer-encoding",
		"received-spf", "resent-from", "resent-date", "resent-message-id", "thread-index", "thread-topic")
	weakFields = names("date", "subject", "to", "cc", "bcc", "sender", "content-type", "content-disposition",
		"content-description", "content-length", "status", "lines", "newsgroups", "path", "organization",
		"precedence", "priority", "importance", "comments", "keywords", "user-agent", "mailing-list", "errors-to",
		"apparently-to", "approved", "encrypted", "sensitivity", "disposition-notification-to", "auto-submitted")
)

func names(list ...string) map[string]bool {
	set := make(map[string]bool, len(list))
	for _, name := range list {
		set[name] = true
	}
	return set
}

func isStrong(name []byte) bool { return strongFields[string(name)] }

func isKnown(name []byte) bool { return isStrong(name) || weakFields[string(name)] }

// opensHeader says whether a line stands at the top of a mail's header so
// surely that a separator is believed without a blank line before it.
func opensHeader(line []byte) bool {
	name := fieldName(line)
	switch {
	case name == nil:
		return false
	case isStrong(name), string(name) == "date", string(name) == "subject":
		return true
	}
	return len(name) > 2 && name[0] == 'x' && name[1] == '-' && name[2] >= 'a' && name[2] <= 'z'
}

// headerBehind says whether text is one line that is no field, such as a field
// that lost its colon, and then the header of a mail: only fields and their
// folded lines up to a blank line, at least three of them known and different,
// at least one of those strong. Text that shows a header has words around it,
// or begins with the header.
func headerBehind(text []byte) bool {
	seen := make(map[string]bool)
	strong, line := 0, []byte(nil)
	// What is in view beyond depends on how the file was read.
	_, text = cutLine(text[:min(len(text), lookahead-maxSeparator-2)])
	for len(text) > 0 {
		line, text = cutLine(text)
		name := fieldName(line)
		switch {
		case len(line) == 0:
			return strong > 0 && len(seen) >= 3
		case name != nil && isKnown(name) && !seen[string(name)]:
			seen[string(name)] = true
			strong += count(isStrong(name))
		case name == nil && (len(seen) == 0 || line[0] != ' ' && line[0] != '\t'):
			return len(text) == 0 && strong > 0 && len(seen) >= 3 // the view may end in a line
		}
	}
	return strong > 0 && len(seen) >= 3
}

// cutLine splits data after its first line, which is returned without its line
// end: LF, CR LF or a lone CR.
func cutLine(data []byte) (line, rest []byte) {
	at := bytes.IndexAny(data, "\r\n")
	if at < 0 {
		return data, nil
	}
	end := at + 1
	if data[at] == '\r' && end < len(data) && data[end] == '\n' {
		end++
	}
	return data[:at], data[end:]
}

// lead returns the length of what may stand before the first line of a file: a
// byte order mark and blank lines.
func lead(data []byte) int {
	n := 0
	if bytes.HasPrefix(data, []byte("\xEF\xBB\xBF")) {
		n = 3
	}
	for n < len(data) && n < 64 && (data[n] == '\n' || data[n] == '\r') {
		n++
	}
	return n
}
