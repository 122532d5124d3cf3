package parse

import (
	"strings"
	"testing"

	"skein/internal/mail"
)

// sound is what every broken mail of TestRepairs must still say.
const sound = "From: Ann <ann@example.org>\nTo: bob@example.org\nSubject: A subject\nDate: Thu, 22 Aug 2002 18:26:25 +0200\n"

// broken is a mail that real mailers and archives make of a sound one.
type broken struct {
	name, raw string
	kind      mail.DefectKind // "" for one that needs no repair
	at        string          // what stands at the offset of the defect
	text      string
}

var brokenHeaders = []broken{
	{"line without a colon", strings.Replace(sound, "To:", "no field here\nTo:", 1) + "\nHi.\n", HeaderLine, "no field here", "Hi."},
	{"blank in a field name", strings.Replace(sound, "To:", "a name: x\nTo:", 1) + "\nHi.\n", HeaderLine, "a name: x", "Hi."},
	{"8-bit field name", "N\xe4me: x\n" + sound + "\nHi.\n", HeaderLine, "N\xe4me: x", "Hi."},
	{"folded first line", " of a lost field\n" + sound + "\nHi.\n", HeaderLine, " of a lost field", "Hi."},
	{"unfolded second line", strings.Replace(sound, "A subject\n", "A subject\nthat goes on\n", 1) + "\nHi.\n", HeaderLine, "that goes on", "Hi."},
	{"unfolded line before an unknown field", sound + "and more\nOdd: x\n\nHi.\n", HeaderLine, "and more", "Hi."},
	{"From line", "From ann@example.org Thu Aug 22 18:26:25 2002\n" + sound + "\nHi.\n", FromLine, "From ann@example.org Thu", "Hi."},
	{"escaped From line", ">From ann@example.org Thu Aug 22 18:26:25 2002\n" + sound + "\nHi.\n", FromLine, ">From ann", "Hi."},
	{"two From lines", "From a Thu Aug 22 18:26:25 2002\n>From b Thu Aug 22 18:26:25 2002\n" + sound + "\nHi.\n", FromLine, ">From b", "Hi."},
	{"From line inside", strings.Replace(sound, "To:", "From x Thu Aug 22 18:26:25 2002\nTo:", 1) + "\nHi.\n", FromLine, "From x", "Hi."},
	{"blank lines first", "\n \n\n" + sound + "\nHi.\n", LeadingBlank, "\n \n", "Hi."},
	{"blank line behind a From line", "From a Thu Aug 22 18:26:25 2002\n\n" + sound + "\nHi.\n", LeadingBlank, "\nFrom: Ann", "Hi."},
	{"byte order mark", "\ufeff" + sound + "\nHi.\n", LeadingBlank, "\ufeffFrom", "Hi."},
	{"CR alone", strings.ReplaceAll(sound+"\nHi.\nHo.\n", "\n", "\r"), LineEnds, "\rTo:", "Hi.\nHo."},
	{"CR CR LF", strings.ReplaceAll(sound+"\nHi.\nHo.\n", "\n", "\r\r\n"), LineEnds, "\r\r\nTo:", "Hi.\nHo."},
	{"CR behind a From line", "From a Thu Aug 22 18:26:25 2002\n" + strings.ReplaceAll(sound+"\nHi.\n", "\n", "\r"), LineEnds, "\rTo:", "Hi."},
	{"mixed line ends", strings.Replace(sound, "\nTo", "\r\nTo", 1) + "\r\nHi.\nHo.\r\n", "", "", "Hi.\nHo."},
	{"no blank line", sound + "Hi there.\nHo.\n", HeaderEnd, "Hi there.", "Hi there.\nHo."},
	{"blank line of blanks", sound + " \nHi there.\n", HeaderEnd, "Hi there.", "Hi there."},
	{"header alone", sound, "", "", ""},
	{"header cut short", strings.TrimSuffix(sound, "\n"), "", "", ""},
	{"ten thousand fields", sound + strings.Repeat("X-Y: z\n", 10_000) + "\nHi.\n", HeaderSize, "X-Y: z", "Hi."},
	{"10 MB header", sound + "X-Y: " + strings.Repeat("0123456789", 1<<20) + "\nX-Z: end\n\nHi.\n", HeaderSize, "X-Z: end", "Hi."},
	{"two subjects", sound + "Subject: another\n\nHi.\n", FieldRepeated, "Subject: another", "Hi."},
	{"raw 8-bit header", strings.Replace(sound, "To:", "Cc: J\xf6rg <j@example.org>\nTo:", 1) + "\nHi.\n", RawHeader, "\xf6rg", "Hi."},
	{"bad Thread-Index", sound + "Thread-Index: x\n\nHi.\n", BadIndex, "Thread-Index", "Hi."},
	{"Message-ID without brackets", sound + "Message-ID: 1@x\n\nHi.\n", BadMessageID, "Message-ID", "Hi."},
}

// inMail puts a body under a sound header with a Content-Type.
func inMail(kind, body string) string { return sound + "Content-Type: " + kind + "\n\n" + body }

const twoParts = "--b\n\nOne.\n--b\nContent-Type: application/pdf; name=a.pdf\n\nTwo.\n--b--\n"

// sniffed is the same under a boundary that is known by its form only.
var sniffed = strings.ReplaceAll(strings.Replace(twoParts, "--b\n\n", "--b\nContent-Type: text/plain\n\n", 1), "--b", "--bound")

var brokenParts = []broken{
	{"no boundary parameter", inMail("multipart/mixed", sniffed), NoBoundary, "--bound\n", "One."},
	{"unparsable boundary", inMail("multipart/mixed; charset=; boundary=b", twoParts), "", "", "One."},
	{"boundary without its quote", inMail(`multipart/mixed; boundary="b`, twoParts), "", "", "One."},
	{"another boundary", inMail("multipart/mixed; boundary=c", sniffed), NoBoundary, "--bound\n", "One."},
	{"boundary never found", inMail("multipart/mixed; boundary=c", "Only text.\n"), NoBoundary, "Only text.", "Only text."},
	{"unclosed", inMail("multipart/mixed; boundary=b", strings.TrimSuffix(twoParts, "--b--\n")), Unclosed, "", "One."},
	{"header of a part with junk", inMail("multipart/mixed; boundary=b", strings.Replace(twoParts, "--b\nC", "--b\njunk\nC", 1)), HeaderLine, "junk", "One."},
	{"no blank line in a part", inMail("multipart/mixed; boundary=b", strings.Replace(twoParts, "--b\n\nOne", "--b\nOne", 1)), "", "", "One."},
	{"mixed line ends", inMail("multipart/mixed; boundary=b", strings.Replace(twoParts, "One.\n--b\n", "One.\r\n--b\r\n", 1)), "", "", "One."},
	{"parts behind the end", inMail("multipart/mixed; boundary=b", strings.Replace(twoParts, "\n--b\nC", "\n--b--\n--b\nC", 1)), NoBoundary, "--b\nC", "One."},
	{
		"one boundary in two depths",
		inMail("multipart/mixed; boundary=b", "--b\nContent-Type: multipart/alternative;\n boundary=\"b\"\n\n--b\n\nOne.\n--b\nContent-Type: text/html\n\n<p>One.\n--b--\n"+
			strings.TrimPrefix(twoParts, "--b\n\nOne.\n")),
		NoBoundary, "--b\nContent-Type: application/pdf", "One.",
	},
	{
		"inner multipart unclosed",
		inMail("multipart/mixed; boundary=b", "--b\nContent-Type: multipart/alternative; boundary=c\n\n--c\n\nOne.\n"+strings.TrimPrefix(twoParts, "--b\n\nOne.\n")),
		Unclosed, "\n--b\nContent-Type: application/pdf", "One.",
	},
	{"a part that is no mail", inMail("multipart/mixed; boundary=b", "--b\n\nHi.\n--b\nContent-Type: message/rfc822\n\nIt was lost.\n--b--\n"), NoMail, "Content-Type: message", "Hi."},
	{"type nobody can read", inMail("no type at all", "Hi.\n"), BadType, "Content-Type: no type", "Hi."},
	{"type of a part nobody can read", inMail("multipart/mixed; boundary=b", "--b\nX: y\nContent-Type: ;;\n\nHi.\n--b--\n"), BadType, "Content-Type: ;;", "Hi."},
}

// encodedAs puts a body under a transfer encoding, alone and as a part.
func encodedAs(encoding, kind, body string) string {
	return sound + "Content-Transfer-Encoding: " + encoding + "\nContent-Type: " + kind + "\n\n" + body
}

func asPart(encoding, kind, body string) string {
	return inMail("multipart/mixed; boundary=b", "--b\nContent-Transfer-Encoding: "+encoding+"\nContent-Type: "+kind+"\n\n"+body+"--b--\n")
}

var brokenBodies = []broken{
	{"base64 with junk", encodedAs("base64", "text/plain", "SGk!s\nIHRo*ZXJlLg==\n"), BadEncoding, "SGk!s", "Hi, there."},
	{"base64 without padding", encodedAs("base64", "text/plain", "SGksIHRoZXJlLg\n"), BadEncoding, "SGks", "Hi, there."},
	{"base64, two streams", encodedAs("base64", "text/plain", "SGk=\nLCB0aGVyZS4=\n"), BadEncoding, "SGk=", "Hi, there."},
	{"base64 in a part", asPart("base64", "text/plain", "SGk!sIHRoZXJlLg\n"), BadEncoding, "SGk!s", "Hi, there."},
	{"base64 with a note", encodedAs("base64", "text/plain", "SGksIHRoZXJlLg==\n\n_____\nA list\n"), BadEncoding, "SGks", "Hi, there.\n_____\nA list"},
	{"broken quoted-printable", encodedAs("quoted-printable", "text/plain", "Hi=2C =ZZ there=2\n"), BadEncoding, "=ZZ", "Hi, =ZZ there=2"},
	{"quoted-printable with a lost line end", encodedAs("quoted-printable", "text/plain", "Hi,=\n there.="), "", "", "Hi, there."},
	{"uuencode", encodedAs("x-uuencode", "text/plain", "begin 644 x\n*2&DL('1H97)E+@``\n`\nend\n"), "", "", "Hi, there."},
	{"odd name of no encoding", encodedAs("7-bit", "text/plain", "Hi, there.\n"), "", "", "Hi, there."},
	{"unknown encoding", encodedAs("rot13", "text/plain", "Hi, there.\n"), BadEncoding, "Hi, there.", "Hi, there."},
	{"unknown encoding of a part", asPart("rot13", "text/plain", "Hi, there.\n"), BadEncoding, "Hi, there.", "Hi, there."},
	{"unknown charset", inMail("text/plain; charset=x-nobody", "caf\xe9\n"), BadCharset, "caf\xe9", "café"},
	{"wrong charset", inMail("text/plain; charset=utf-8", "caf\xe9\n"), BadCharset, "caf\xe9", "café"},
	{"undeclared charset", inMail("text/plain", "caf\xe9\n"), BadCharset, "caf\xe9", "café"},
	{"us-ascii that is not", inMail("text/plain; charset=us-ascii", "café\n"), BadCharset, "café", "café"},
	{"wrong charset of a part", asPart("8bit", "text/plain; charset=us-ascii", "caf\xe9\n"), BadCharset, "caf\xe9", "café"},
	{"long text", sound + "\n" + strings.Repeat("0123456789abcde\n", maxText/16+1), TextCut, "0123456789", strings.Repeat("0123456789abcde\n", maxText/16)},
}

// Whatever is wrong with a mail, it is read, and a defect says where.
func TestRepairs(t *testing.T) {
	for _, b := range append(append(brokenHeaders, brokenParts...), brokenBodies...) {
		result := parsed(t, b.raw)
		f := &result.Facts
		if len(f.Authors()) != 1 || f.Authors()[0].Address != "ann@example.org" || f.Subject != "A subject" || f.Sent == nil {
			t.Errorf("%s: got author %v, subject %q and date %v, want those of the sound mail", b.name, f.Authors(), f.Subject, f.Sent)
		}
		if result.Text != b.text {
			t.Errorf("%s: got text %.200q, want %.200q", b.name, result.Text, b.text)
		}
		b.checkDefect(t, f.Defects)
	}
}

func (b *broken) checkDefect(t *testing.T, defects []mail.Defect) {
	t.Helper()
	if b.kind == "" {
		if len(defects) > 0 {
			t.Errorf("%s: got defects %+v, want none", b.name, defects)
		}
		return
	}
	for _, d := range defects {
		if d.Kind == b.kind && strings.HasPrefix(b.raw[d.Offset:], b.at) {
			return
		}
	}
	t.Errorf("%s: got defects %+v, want %s at %q", b.name, defects, b.kind, b.at)
}

// The files of mails with broken parts are found as well.
func TestRepairsKeepFiles(t *testing.T) {
	for _, b := range brokenParts {
		if !strings.Contains(b.raw, "application/pdf") {
			continue
		}
		files := factsOf(t, b.raw).Attachments
		if len(files) != 1 || files[0].Name != "a.pdf" || files[0].Size != int64(len("Two.")) && b.name != "unclosed" {
			t.Errorf("%s: got attachments %+v, want a.pdf", b.name, files)
		}
	}
}
