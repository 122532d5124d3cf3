package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"skein/internal/mail"
	"skein/internal/store"
)

// attach keeps the files of a fresh content. A file that another mail brought
// is there already.
func (r *Round) attach(c *content, it *store.Item) error {
	for _, sha := range mail.Files(it.Facts.Attachments) {
		var id int64
		err := r.query(func(scan func(...any) error) error { return scan(&id) }, `SELECT id FROM attachment WHERE sha = ?`, sha[:])
		if err != nil {
			return err
		}
		if id == 0 {
			f := it.File(sha)
			r.l.last.attachment++
			id = r.l.last.attachment
			err = r.l.exec(r.ctx, `INSERT INTO attachment VALUES(?, ?, ?, ?, ?, ?)`, id, sha[:], f.Size, f.Type, f.Note, deflate(f.Text))
			if err != nil {
				return err
			}
		}
		if err := r.attached.add(r.ctx, id, c.id); err != nil {
			return err
		}
	}
	return nil
}

// detach lets go of the files of a content that goes. Those that no other
// content carries go with it.
func (r *Round) detach(content int64) error {
	err := r.l.exec(r.ctx, `DELETE FROM attachment WHERE id IN (SELECT attachment_id FROM attached WHERE content_id = ?1)
		AND NOT EXISTS (SELECT 1 FROM attached o WHERE o.attachment_id = attachment.id AND o.content_id <> ?1)`, content)
	if err != nil {
		return err
	}
	return r.l.exec(r.ctx, `DELETE FROM attached WHERE content_id = ?`, content)
}

// File returns what the ledger holds of a file, nil when nothing. It may be
// called beside a round, by many goroutines; it then tells of the rounds before.
func (l *Ledger) File(ctx context.Context, sha mail.SHA) (*mail.File, error) {
	peek, err := l.peeker()
	if err != nil {
		return nil, err
	}
	f := &mail.File{SHA: sha}
	var data []byte
	err = peek.QueryRowContext(ctx, `SELECT size, type, note, text FROM attachment WHERE sha = ?`, sha[:]).
		Scan(&f.Size, &f.Type, &f.Note, &data)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, reason(err)
	}
	text, err := inflate(data)
	f.Text = string(text)
	return f, err
}

func (r *Round) query(row func(scan func(...any) error) error, query string, args ...any) error {
	return r.l.query(r.ctx, row, query, args...)
}

// deflate compresses a text; the empty text stays empty.
func deflate(text string) []byte {
	if text == "" {
		return []byte{}
	}
	return encoder.EncodeAll([]byte(text), nil)
}

// filesNamed is the rows of files by JSON of their SHA-256.
const filesNamed = `json_each(?) j JOIN attachment a ON a.sha = unhex(j.value)`

// names writes SHA-256 for json_each.
func names(files []mail.SHA) string {
	text, _ := json.Marshal(append([]mail.SHA{}, files...)) // hex always can be written
	return string(text)
}

// fileTexts reads what files say, in their order.
func fileTexts(query func(row func(scan func(...any) error) error, query string, args ...any) error, files []mail.SHA) ([]string, error) {
	if len(files) == 0 {
		return nil, nil
	}
	texts := make([]string, len(files))
	err := query(func(scan func(...any) error) error {
		var at int
		var data []byte
		if err := scan(&at, &data); err != nil {
			return err
		}
		text, err := inflate(data)
		texts[at] = string(text)
		return err
	}, `SELECT j.key, a.text FROM `+filesNamed+` WHERE length(a.text) > 0`, names(files))
	return texts, err
}
