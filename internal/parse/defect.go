package parse

import "skein/internal/mail"

// The kinds of defects.
const (
	FromLine      mail.DefectKind = "from-line"      // an mbox separator before or inside the header; skipped
	LeadingBlank  mail.DefectKind = "leading-blank"  // blank lines before the header; skipped
	LineEnds      mail.DefectKind = "line-ends"      // CR alone or CR CR LF ends the lines; repaired
	HeaderLine    mail.DefectKind = "header-line"    // a header line without a field name; skipped
	HeaderEnd     mail.DefectKind = "header-end"     // no blank line between header and body
	HeaderSize    mail.DefectKind = "header-size"    // fields beyond the limits; left out
	FieldRepeated mail.DefectKind = "field-repeated" // a field that may stand once stands more often (RFC 5322 §3.6)
	BadDate       mail.DefectKind = "date"           // a Date field without a readable date
	DateZone      mail.DefectKind = "date-zone"      // no zone, or one nobody knows; read as UTC
	BadMessageID  mail.DefectKind = "message-id"     // a Message-ID not of the form <left@right>
	TooManyIDs    mail.DefectKind = "ids-cut"        // more ids in one field than the limit
	TooManyNames  mail.DefectKind = "addresses-cut"  // more addresses than the limit
	BadIndex      mail.DefectKind = "thread-index"   // a Thread-Index that cannot be read
	RawHeader     mail.DefectKind = "header-8bit"    // bytes over 127 in a header that are not UTF-8
	BadCharset    mail.DefectKind = "charset"        // text is not in the charset it declares; guessed
	BadEncoding   mail.DefectKind = "encoding"       // unknown transfer encoding, or damaged encoded bytes
	InlineFile    mail.DefectKind = "inline-file"    // a file inside a text; taken out and kept as an attachment
	BadType       mail.DefectKind = "content-type"   // a Content-Type that cannot be read; taken as text
	NoBoundary    mail.DefectKind = "boundary"       // multipart boundary missing or never found
	Unclosed      mail.DefectKind = "unclosed"       // the last part has no closing boundary
	TooDeep       mail.DefectKind = "too-deep"       // multiparts nested beyond the limit; kept as an attachment
	TooManyParts  mail.DefectKind = "parts-cut"      // more parts than the limit
	TooLarge      mail.DefectKind = "expansion"      // decoding gave more bytes than the limit
	BadOutlook    mail.DefectKind = "outlook"        // something in a .msg file or a TNEF part cannot be read; left out
	NoMail        mail.DefectKind = "no-mail"        // a part that claims to be a mail and is none; an attachment only
	EmbeddedCut   mail.DefectKind = "embedded-cut"   // mails inside are more, deeper or larger than the limits; attachments only
	TextCut       mail.DefectKind = "text-cut"       // the text is longer than the limit
)

// defect records something wrong at an offset of the repaired mail.
func (r *reading) defect(kind mail.DefectKind, offset int, detail string) {
	if len(r.defects) < maxDefects {
		r.defects = append(r.defects, mail.Defect{Kind: kind, Offset: r.src.original(offset), Detail: detail})
	}
}
