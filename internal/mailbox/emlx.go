package mailbox

import "bytes"

// Apple Mail keeps one mail per file, .emlx or .partial.emlx: a line with the
// mail's length in bytes, the mail, and a property list in XML with flags and
// the time it came.

// maxCountLine is the length of the first line of an emlx, in bytes.
const maxCountLine = 40

// emlxCount reads the first line of an emlx: how many bytes the mail has, and
// where it begins.
func emlxCount(head []byte) (count int64, start int, ok bool) {
	line, _ := cutLine(head[:min(len(head), maxCountLine)])
	digits := bytes.TrimSpace(line)
	if len(digits) == 0 || len(digits) > 15 || !allDigits(digits) || len(line) == len(head) || len(line) == maxCountLine {
		return 0, 0, false
	}
	for _, c := range digits {
		count = count*10 + int64(c-'0')
	}
	start = len(line) + 1
	if head[len(line)] == '\r' && start < len(head) && head[start] == '\n' {
		start++
	}
	return count, start, true
}

// emlx yields the mail of an emlx. Where the count leads neither to a property
// list nor to the end of the file, the mail is all that follows the count up to
// the last property list, or to the end.
func (r *reading) emlx(c content, w *window) {
	count, start, _ := emlxCount(w.bytes())
	w.skip(start)
	raw, complete := r.readAll(c, w)
	item := Item{Path: c.path, Offset: int64(start), Raw: raw, Fingerprint: c.fingerprint}
	switch {
	case w.broken() != nil:
		item.Rejected = r.reason(w.broken())
	case !complete && count >= int64(len(raw)):
		item.Rejected = r.tooLarge()
	default:
		item.Raw = raw[:emlxEnd(raw, count)]
	}
	r.emit(item)
}

// emlxEnd returns where the mail ends that raw begins with.
func emlxEnd(raw []byte, count int64) int {
	if count > 0 && count <= int64(len(raw)) && endsMail(raw[count:]) {
		return int(count)
	}
	// The mail itself may hold a declaration of XML, but a property list ends
	// the file.
	if at := bytes.LastIndex(raw, []byte("\n<?xml ")); at >= 0 && bytes.HasSuffix(bytes.TrimSpace(raw), []byte("</plist>")) {
		return at + 1
	}
	return len(raw)
}

// endsMail says whether what follows a mail is a property list or nothing.
func endsMail(rest []byte) bool {
	rest = bytes.TrimSpace(rest)
	return len(rest) == 0 || bytes.HasPrefix(rest, []byte("<?xml ")) || bytes.HasPrefix(rest, []byte("<plist"))
}
