package parse

import (
	"strconv"
	"strings"

	"skein/internal/outlook"
)

// fromOutlook makes a .msg file a mail, which offsets are in from then on, and
// returns anything else as it is.
func (r *reading) fromOutlook(raw []byte) ([]byte, error) {
	if !outlook.IsMessage(raw) {
		return raw, nil
	}
	made, faults, err := outlook.Message(raw)
	if err != nil {
		return nil, &Rejection{Reason: err.Error()}
	}
	r.faults(faults, 0)
	return made, nil
}

func (r *reading) faults(faults []outlook.Fault, offset int) {
	for _, f := range faults {
		r.defect(BadOutlook, offset, cutText(string(f), 200))
	}
}

// openTNEF reads what Outlook packed into a part: files, which are attachments
// inside it, "2.1", and a text where the mail has none so far.
func (r *reading) openTNEF(at int, decoded []byte) {
	p := r.parts[at]
	if p.media.kind != "application/ms-tnef" && p.media.kind != "application/vnd.ms-tnef" {
		return
	}
	found := outlook.ReadTNEF(decoded)
	r.faults(found.Faults, p.offset)
	if !r.says() {
		for _, b := range []body{{at, found.Text, false}, {at, found.HTML, true}} {
			if strings.TrimSpace(b.text) != "" {
				b.text = plainText(b.text)
				r.bodies = append(r.bodies, b)
				break
			}
		}
	}
	for i, f := range found.Files {
		inner := part{path: p.path + "." + strconv.Itoa(i+1), encoding: "base64", offset: p.offset, id: f.ContentID}
		inner.media.kind, inner.place.kind = f.Type, "attachment"
		if f.Inline {
			inner.place.kind = "inline"
		}
		if !inner.media.known() {
			inner.media.kind = "application/octet-stream"
		}
		r.attach(&inner, cutText(f.Name, maxName), f.Data)
	}
}

// says whether a text with words was found so far.
func (r *reading) says() bool {
	for _, b := range r.bodies {
		if strings.TrimSpace(b.text) != "" {
			return true
		}
	}
	return false
}
