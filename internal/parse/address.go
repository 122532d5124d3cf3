package parse

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"skein/internal/charset"
)

// Address returns the normal form of a mailbox address, or "" when nothing
// remains: quotes, angle brackets and "mailto:" taken off, the whole in lower
// case, an internationalised domain in its ASCII form (RFC 5890 §2.3.2.1), so
// that equal domains are equal bytes and lookalikes show; at most 320 bytes.
// A text without "@", such as an X.500 name or a bare display name, is its own
// normal form in the same way; an X.500 name wrapped into an address is taken
// out, and a Lotus Notes name loses its labels.
func Address(text string) string {
	for range maxUnwrap {
		if isNormal(text) {
			break
		}
		normal := unwrap(text)
		if normal == text {
			break
		}
		text = normal
	}
	return text
}

// maxUnwrap bounds how often what was around an address is taken off.
const maxUnwrap = 10

// unwrap takes one layer off an address.
func unwrap(text string) string {
	text = collapse(strings.ToValidUTF8(text, "\uFFFD"))
	text = plainNotes(directoryName(strings.ToLower(trimAddress(text))))
	at := strings.LastIndexByte(text, '@')
	if at < 0 {
		return cutText(text, maxAddress)
	}
	local, domain := strings.TrimRight(text[:at], " "), strings.Trim(text[at+1:], " .>,;:")
	if inner := strings.Trim(local, `"'`); inner != "" && !strings.ContainsAny(inner, ` "@<>,;:()\`) {
		local = inner
	}
	if !charset.IsASCII(domain) {
		if ascii, err := idna.Lookup.ToASCII(domain); err == nil {
			domain = ascii
		}
	}
	if local == "" || domain == "" {
		return cutText(strings.Trim(local+domain, " @"), maxAddress)
	}
	return cutText(local+"@"+domain, maxAddress)
}

// wrappings begin the addresses into which Exchange wraps those of others.
var wrappings = []string{"imceaex-", "imceanotes-", "imceasmtp-"}

// directoryName returns the X.500, Notes or Internet address that Exchange
// wraps into another as "IMCEAEX-_O=A_CN=B@host", with "_" for "/" and "+XX" for
// other bytes, and any other text as it is.
func directoryName(text string) string {
	wrapped := text
	for before := ""; before != wrapped; {
		before = wrapped
		for _, wrapping := range wrappings {
			wrapped = strings.TrimPrefix(wrapped, wrapping)
		}
	}
	at := strings.LastIndexByte(wrapped, '@')
	if len(wrapped) == len(text) || at <= 0 {
		return text
	}
	var name []byte
	for i := 0; i < at; i++ {
		c := wrapped[i]
		if c == '_' {
			c = '/'
		}
		if b, ok := hexByte("=" + wrapped[i+1:min(i+3, at)]); ok && c == '+' {
			c, i = b, i+2
		}
		name = append(name, c)
	}
	return trimAddress(collapse(strings.ToLower(strings.ToValidUTF8(string(name), "\uFFFD"))))
}

// plainNotes takes the quotes and labels off a Lotus Notes name:
// "CN=Ann/OU=Unit/O=Org" is the same as "Ann/Unit/Org".
func plainNotes(text string) string {
	if isNotes(text) {
		text = strings.ReplaceAll(text, `"`, "")
	}
	if !strings.HasPrefix(text, "cn=") || !strings.Contains(text, "/o=") {
		return text
	}
	return strings.NewReplacer("/ou=", "/", "/o=", "/", "/c=", "/").Replace(text[len("cn="):])
}

// isNormal says whether text is an ordinary address in its normal form.
func isNormal(text string) bool {
	if len(text) == 0 || len(text) > maxAddress || text[len(text)-1] == '.' {
		return false
	}
	at := 0
	for i := range len(text) {
		switch c := text[i]; {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9', c == '.', c == '-', c == '_', c == '+', c == '=':
		case c == '@':
			at++
		default:
			return false
		}
	}
	return at == 1 && text[0] != '@' && text[len(text)-1] != '@'
}

var addressSchemes = []string{"mailto:", "smtp:", "internet:", "ex:"}

// trimAddress takes off what mailers put around an address.
func trimAddress(text string) string {
	for {
		before := len(text)
		text = trimPaired(strings.Trim(text, " <>,;"))
		for _, scheme := range addressSchemes {
			if len(text) > len(scheme) && strings.EqualFold(text[:len(scheme)], scheme) {
				text = text[len(scheme):]
			}
		}
		if len(text) == before {
			return text
		}
	}
}

// trimPaired takes quotes off both ends. One at the start alone goes as well,
// unless it opens a quoted local part.
func trimPaired(text string) string {
	for len(text) > 0 && (text[0] == '"' || text[0] == '\'' || text[0] == '`') {
		if text[0] == '"' && strings.Contains(text[1:], `"@`) {
			break
		}
		text = text[1:]
	}
	return strings.TrimRight(text, `"'`)
}

// obscured reads "user at host" as archives write addresses, also with " dot "
// for the dots; ok is false for any other text.
func obscured(text string) (address string, ok bool) {
	local, host, found := strings.Cut(text, " at ")
	if !found {
		return "", false
	}
	host = strings.ReplaceAll(strings.TrimSpace(host), " dot ", ".")
	local = strings.ReplaceAll(strings.TrimSpace(local), " dot ", ".")
	if local == "" || host == "" || strings.ContainsAny(local, " @") || strings.ContainsAny(host, " @") {
		return "", false
	}
	return local + "@" + host, true
}

// nobody says whether a name stands where mailers hide recipients.
func nobody(name string) bool {
	name = strings.ToLower(name)
	for _, word := range []string{
		"undisclosed", "unlisted-recipient", "unlisted recipient", "recipient list suppressed",
		"recipient list not shown", "recipients suppressed", "addresslisttoolong", "no to-header on input",
		"(no recipient", "unspecified-recipients", "suppressed recipient",
	} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return !strings.ContainsFunc(name, func(c rune) bool {
		return c >= utf8.RuneSelf || 'a' <= c && c <= 'z' || '0' <= c && c <= '9'
	})
}
