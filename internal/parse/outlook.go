package parse

import (
	"slices"
	"strconv"
	"strings"

	"skein/internal/outlook"
)

// IsOutlook says whether raw is a compound file, as a mail is that Outlook saved.
func IsOutlook(raw []byte) bool { return outlook.IsCompound(raw) }

// fromOutlook makes a .msg file a mail, which offsets are in from then on, and
// returns anything else as it is.
func (r *reading) fromOutlook(raw []byte) ([]byte, error) {
	if !outlook.IsCompound(raw) {
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

// openTNEF reads what Outlook packed into a part, whatever the part is called:
// files, which are attachments inside it, "2.1", and a text.
func (r *reading) openTNEF(at int, decoded []byte) {
	p := r.parts[at]
	declared := p.media.kind == "application/ms-tnef" || p.media.kind == "application/vnd.ms-tnef"
	if !declared && !outlook.IsTNEF(decoded) {
		return
	}
	found := outlook.ReadTNEF(decoded)
	r.faults(found.Faults, p.offset)
	twins := says(found.Text) && says(found.HTML)
	for _, b := range []body{{text: found.Text}, {text: found.HTML, html: true}} {
		if says(b.text) {
			b.part, b.text, b.twin, b.packed = at, plainText(b.text), twins, true
			r.bodies = append(r.bodies, b)
		}
	}
	for i, f := range found.Files {
		if len(r.files) >= maxParts {
			r.defect(TooManyParts, p.offset, "")
			return
		}
		inner := part{path: p.path + "." + strconv.Itoa(i+1), encoding: "base64", offset: p.offset, id: f.ContentID}
		inner.media.kind, inner.place.kind = f.Type, "attachment"
		if f.Inline {
			inner.place.kind = "inline"
		}
		if !inner.media.known() {
			inner.media.kind = "application/octet-stream"
		}
		r.attach(&inner, cutText(f.Name, maxName), r.limited(f.Data, r.room(), p.offset))
	}
}

// choosePacked leaves the texts out of TNEF parts away where the mail says
// something itself, before or behind them, and all but those of the first part
// where it does not.
func (r *reading) choosePacked() {
	first := slices.IndexFunc(r.bodies, func(b body) bool { return b.packed })
	if first < 0 {
		return
	}
	own := slices.ContainsFunc(r.bodies, func(b body) bool {
		return !b.packed && says(b.text) && (!b.html || says(htmlText(b.text)))
	})
	part := r.bodies[first].part
	r.bodies = slices.DeleteFunc(r.bodies, func(b body) bool { return b.packed && (own || b.part != part) })
}

// says whether there are words in a text.
func says(text string) bool { return strings.TrimSpace(text) != "" }
