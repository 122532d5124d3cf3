package storetest

import (
	"context"
	"slices"

	"skein/internal/mail"
	"skein/internal/store"
)

// files are those that messages carry, as they are shown.
func (r *Reference) files() []mail.SHA {
	var found []mail.SHA
	for _, e := range r.entries {
		if e.Missing() {
			continue
		}
		for _, a := range e.facts.Attachments {
			if !slices.Contains(found, a.SHA) {
				found = append(found, a.SHA)
			}
		}
	}
	return found
}

// file returns a file that some mail carries.
func (r *Reference) file(sha mail.SHA) mail.File {
	at := slices.IndexFunc(r.read, func(i *store.Item) bool { return slices.Contains(mail.Files(i.Facts.Attachments), sha) })
	return r.read[at].File(sha)
}

// Attachments implements store.Reader.
func (r *Reference) Attachments(ctx context.Context, files []mail.SHA, want store.Want) ([]*mail.File, error) {
	found := make([]*mail.File, len(files))
	carried := r.files()
	for i, sha := range files {
		if !slices.Contains(carried, sha) {
			continue
		}
		f := r.file(sha)
		if want&store.WantText == 0 {
			f.Text = ""
		}
		found[i] = &f
	}
	return found, ctx.Err()
}

// AttachmentMessages implements store.Reader.
func (r *Reference) AttachmentMessages(ctx context.Context, files []mail.SHA, want store.Want, page store.Page) ([]store.List[*mail.Entry], error) {
	lists := make([]store.List[*mail.Entry], len(files))
	for i, sha := range files {
		var carry []*entry
		for _, e := range r.entries {
			if !e.Missing() && slices.Contains(mail.Files(e.facts.Attachments), sha) {
				carry = append(carry, e)
			}
		}
		lists[i] = r.shownPage(descending(keyed(carry, (*entry).newest), page), want)
	}
	return lists, ctx.Err()
}
