package neo4j

import (
	"context"

	"skein/internal/mail"
	"skein/internal/store"
)

// Attachments implements store.Reader.
func (r *Reader) Attachments(ctx context.Context, files []mail.SHA, want store.Want) ([]*mail.File, error) {
	said := ``
	if want&store.WantText != 0 {
		said = `, f.text`
	}
	var answer []*mail.File
	err := r.look(ctx, func(v *view) error {
		answer = make([]*mail.File, len(files))
		found := map[mail.SHA]*mail.File{}
		err := v.query(func(values []any) error {
			sha, err := shaOf(values[0])
			f := &mail.File{SHA: sha, Size: number(values[1]), Type: text(values[2]), Note: text(values[3])}
			if len(values) > 4 {
				f.Text = text(values[4])
			}
			found[sha] = f
			return err
		}, `UNWIND $files AS sha MATCH (f:Attachment {sha256: sha}) RETURN f.sha256, f.size, f.type, f.note`+said,
			map[string]any{"files": shaTexts(files)})
		for i, sha := range files {
			answer[i] = found[sha]
		}
		return err
	})
	return answer, err
}

// shaTexts are files as they are asked for, once each.
func shaTexts(files []mail.SHA) []string {
	texts, known := []string{}, map[mail.SHA]bool{}
	for _, sha := range files {
		if !known[sha] {
			known[sha] = true
			texts = append(texts, sha.String())
		}
	}
	return texts
}

// AttachmentMessages implements store.Reader.
func (r *Reader) AttachmentMessages(ctx context.Context, files []mail.SHA, want store.Want, page store.Page) ([]store.List[*mail.Entry], error) {
	var lists []store.List[*mail.Entry]
	err := r.look(ctx, func(v *view) error {
		all := map[string][]store.Ranked[mail.ID]{}
		err := v.query(func(values []any) error {
			m, err := ranked(values[1], values[2])
			all[text(values[0])] = append(all[text(values[0])], m)
			return err
		}, `UNWIND $files AS sha MATCH (:Attachment {sha256: sha})<-[:ATTACHES]-(m:Message) RETURN DISTINCT sha, m.id, m.sentMs`,
			map[string]any{"files": shaTexts(files)})
		if err != nil {
			return err
		}
		cut := make([]store.List[mail.ID], len(files))
		for i, sha := range files {
			cut[i] = store.Cut(all[sha.String()], store.Descending, page)
		}
		lists, err = v.entryLists(cut, want)
		return err
	})
	return lists, err
}
