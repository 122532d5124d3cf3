package sqlite

import (
	"context"

	"skein/internal/mail"
	"skein/internal/store"
)

// carriers is the messages m whose canonical content carries the file of x.
const carriers = `attached x JOIN content c ON c.id = x.content_id JOIN entry m ON m.id = c.entry_id AND m.content_id = c.id`

// Attachments implements store.Reader.
func (r *Reader) Attachments(ctx context.Context, files []mail.SHA, want store.Want) ([]*mail.File, error) {
	var found []*mail.File
	err := r.look(ctx, func(v *view) error {
		var err error
		found, err = v.files(files, want, `EXISTS (SELECT 1 FROM `+carriers+` WHERE x.attachment_id = a.id)`)
		return err
	})
	return found, err
}

// files reads the files for which a condition holds, in their order; nil for
// others.
func (v *view) files(files []mail.SHA, want store.Want, where string) ([]*mail.File, error) {
	found := make([]*mail.File, len(files))
	err := v.query(func(scan func(...any) error) error {
		var f mail.File
		var at int
		var sha, data []byte
		if err := scan(&at, &sha, &f.Size, &f.Type, &f.Note, &data); err != nil {
			return err
		}
		text, err := inflate(data)
		f.SHA, f.Text = mail.SHA(sha), string(text)
		found[at] = &f
		return err
	}, `SELECT j.key, a.sha, a.size, a.type, a.note, iif(?, a.text, '') FROM `+filesNamed+` WHERE `+where,
		want&store.WantText != 0, names(files))
	return found, err
}

// AttachmentMessages implements store.Reader.
func (r *Reader) AttachmentMessages(ctx context.Context, files []mail.SHA, want store.Want, page store.Page) ([]store.List[*mail.Entry], error) {
	lists := make([]store.List[*mail.Entry], len(files))
	err := r.look(ctx, func(v *view) error {
		slices := make([]slice, len(files))
		for i, sha := range files {
			var all []keyed
			err := v.query(func(scan func(...any) error) error {
				k, err := scanKeyed(scan, newest)
				all = append(all, k)
				return err
			}, `SELECT m.id, m.sent, m.hash FROM attachment a JOIN `+carriers+` WHERE x.attachment_id = a.id AND a.sha = ?`, sha[:])
			if err != nil {
				return err
			}
			slices[i] = store.Cut(all, store.Descending, page)
		}
		return v.fillLists(lists, slices, want)
	})
	return lists, err
}

// publishFiles reads the files of the messages whose body is published.
func (v *view) publishFiles(p *store.Publication) error {
	known := map[mail.SHA]bool{}
	var wanted []mail.SHA
	for _, m := range p.Messages {
		if !m.Body {
			continue
		}
		for _, sha := range mail.Files(m.Attachments) {
			if !known[sha] {
				known[sha] = true
				wanted = append(wanted, sha)
			}
		}
	}
	files, err := v.files(wanted, store.WantText, `1`)
	for _, f := range files {
		if f != nil {
			p.Files = append(p.Files, *f)
		}
	}
	return err
}
