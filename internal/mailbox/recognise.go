package mailbox

import (
	"bytes"
	"strings"

	"skein/internal/outlook"
)

// kind is what the first bytes of a file say it is.
type kind uint8

const (
	isOther    kind = iota // no mail; see otherReason
	isEmpty                // no bytes at all
	isMbox                 // begins with a "From " line
	isMessage              // begins with a mail header
	isEmlx                 // a count of bytes, and then a mail header
	isTable                // CSV with the columns file and message
	isStore                // an Outlook store
	isCompound             // an OLE file, such as .msg
	isGzip
	isXz
	isZstd
	isBzip2
	isTar
	isZip
	isSevenZip
)

var kindNames = map[kind]string{
	isGzip: "gzip", isXz: "xz", isZstd: "zstd", isBzip2: "bzip2", isTar: "tar", isZip: "zip", isSevenZip: "7z",
}

func (k kind) String() string { return kindNames[k] }

func (k kind) isCompression() bool { return k >= isGzip && k <= isBzip2 }

func (k kind) isArchive() bool { return k >= isTar && k <= isSevenZip }

// headSize is how many bytes recognise is given, if there are as many.
const headSize = 32 << 10

// recognise judges a file by its first bytes.
func recognise(head []byte) kind {
	if len(head) == 0 {
		return isEmpty
	}
	if k := packed(head); k != isOther {
		return k
	}
	switch {
	case bytes.HasPrefix(head, []byte("!BDN")): // [MS-PST] §2.2.2.6
		return isStore
	case outlook.IsCompound(head):
		return isCompound
	}
	text := head[lead(head):]
	line, rest := cutLine(text)
	switch shapeOf(line) {
	case dated, patch:
		return isMbox
	case dateless:
		if next, _ := cutLine(rest); fieldName(next) != nil {
			return isMbox
		}
	}
	if bytes.HasPrefix(line, quotedFrom) {
		text = rest
	}
	if _, ok := tableHeader(text); ok {
		return isTable
	}
	if _, start, ok := emlxCount(head); ok && beginsWithHeader(head[start:]) {
		return isEmlx
	}
	if beginsWithHeader(text) {
		return isMessage
	}
	return isOther
}

// packed knows compression and archives by their signatures.
func packed(head []byte) kind {
	has := func(signature string) bool { return strings.HasPrefix(string(head[:min(len(head), 8)]), signature) }
	switch {
	case has("\x1f\x8b\x08"):
		return isGzip
	case has("\xfd7zXZ\x00"):
		return isXz
	case has("\x28\xb5\x2f\xfd"):
		return isZstd
	case has("BZh") && len(head) > 9 && head[3] >= '1' && head[3] <= '9' && (head[4] == 0x31 || head[4] == 0x17):
		return isBzip2
	case has("PK\x03\x04"), has("PK\x05\x06"):
		return isZip
	case has("7z\xbc\xaf\x27\x1c"):
		return isSevenZip
	case hasTarSum(head):
		return isTar
	}
	return isOther
}

// hasTarSum checks the sum of the first tar header (POSIX.1-1988 ustar and the
// older form alike): all bytes, those of the sum itself counted as blanks.
func hasTarSum(head []byte) bool {
	const size, at, width = 512, 148, 8
	if len(head) < size || head[0] == 0 {
		return false
	}
	want, digits := 0, 0
	for _, c := range bytes.TrimLeft(head[at:at+width], " ") {
		if c < '0' || c > '7' {
			break
		}
		want, digits = want*8+int(c-'0'), digits+1
	}
	sum := width * int(' ')
	for i, c := range head[:size] {
		if i < at || i >= at+width {
			sum += int(c)
		}
	}
	return digits > 0 && sum == want
}

// beginsWithHeader says whether text starts with a block of header fields of
// mail. In a clean block one known name is enough. A block with lines that are
// no fields needs more: a known name first and more fields than such lines, or
// two known names, one of them strong.
func beginsWithHeader(text []byte) bool {
	var fields, known, strong, junk int
	knownFirst := false
	for lines := 0; lines < 400 && len(text) > 0; lines++ {
		var line []byte
		line, text = cutLine(text)
		if len(line) == 0 {
			break
		}
		name := fieldName(line)
		switch {
		case name != nil:
			fields++
			known += count(isKnown(name))
			strong += count(isStrong(name))
			knownFirst = knownFirst || lines == 0 && known > 0
		case bytes.IndexByte(line, 0) >= 0:
			return false
		case lines == 0 || line[0] != ' ' && line[0] != '\t':
			junk++
		}
	}
	if junk == 0 {
		return known > 0
	}
	return knownFirst && fields > junk || strong > 0 && known > 1 && junk <= 2*known
}

func count(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// otherReason says what a file is that is no mail.
func otherReason(head []byte) string {
	start := strings.ToLower(string(bytes.TrimLeft(head[:min(len(head), 512)], "\xEF\xBB\xBF \t\r\n")))
	switch {
	case bytes.IndexByte(head, 0) >= 0:
		return "a binary file, not a mail"
	case strings.HasPrefix(start, "<!doctype html"), strings.HasPrefix(start, "<html"):
		return "an HTML page, not a mail"
	case start == "":
		return "nothing but white space"
	}
	return "no mail header at its start"
}
