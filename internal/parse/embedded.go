package parse

import (
	"bytes"
	"strings"

	"skein/internal/outlook"
)

// Embedded is a mail that is a part of another (RFC 2046 §5.2.1), or a .msg
// file attached to it, as it is after decoding. The other lists it as an attachment as well.
type Embedded struct {
	Part string // part path, such as "2.1"
	Raw  []byte // owned by the receiver
}

// maxEmbedded bounds the mails inside one mail. Their bytes are bounded by its
// own.
const maxEmbedded = 1000

// embed keeps the bytes of a part that is a mail.
func (r *reading) embed(p *part, name string, decoded []byte) {
	switch p.media.kind {
	case "message/rfc822", "message/global": // RFC 6532 §3.7
	default:
		if !outlook.IsMessage(decoded) || p.media.kind != "application/vnd.ms-outlook" && !strings.HasSuffix(strings.ToLower(name), ".msg") {
			return
		}
	}
	if len(r.embedded) >= maxEmbedded {
		r.defect(EmbeddedCut, p.offset, "")
		return
	}
	r.embedded = append(r.embedded, Embedded{Part: p.path, Raw: bytes.Clone(decoded)})
}
