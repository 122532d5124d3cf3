package mailbox

import "skein/internal/outlook"

const notOutlook = "an OLE file that is no Outlook message, such as an older office document"

// compound yields an Outlook message as it is, and rejects other OLE files.
func (r *reading) compound(c content, w *window) {
	raw, complete := r.readAll(c, w)
	item := Item{Path: c.path, Raw: raw, Fingerprint: c.fingerprint}
	switch {
	case w.broken() != nil:
		item.Rejected = r.reason(w.broken())
	case !complete:
		item.Rejected = r.tooLarge()
	case !outlook.HoldsMessage(raw):
		item.Rejected = notOutlook
	}
	r.emit(item)
}
