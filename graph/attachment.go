package graph

import (
	"context"

	"skein/graph/internal/gen"
	"skein/graph/internal/model"
	"skein/internal/mail"
	"skein/internal/store"
)

// Attachment answers a file as the latest message that carries it has it.
func (root) Attachment(ctx context.Context, sha256 string) (*model.Attachment, error) {
	var sha mail.SHA
	if sha.UnmarshalText([]byte(sha256)) != nil {
		return nil, nil
	}
	list, err := from(ctx).fileMessages.load(ctx, sha, viewArgs{want: store.WantParts, page: page{kind: fileMessages, first: 1}})
	if err != nil || len(list.Items) == 0 {
		return nil, err
	}
	carrier := list.Items[0]
	for _, a := range carrier.Attachments {
		if a.SHA == sha {
			return &model.Attachment{Record: a, Message: carrier.ID}, nil
		}
	}
	return nil, nil
}

// attachment resolves what is said of the file of an attachment.
type attachment struct{}

// file answers the file; it is not nil, for a message that is shown carries it.
func (attachment) file(ctx context.Context, a *model.Attachment, want store.Want) (*mail.File, error) {
	f, err := from(ctx).files.load(ctx, a.Record.SHA, want)
	if f == nil {
		f = &mail.File{SHA: a.Record.SHA, Type: "application/octet-stream"} // the message went meanwhile
	}
	return f, err
}

// DetectedType answers what the bytes are.
func (r attachment) DetectedType(ctx context.Context, a *model.Attachment) (string, error) {
	f, err := r.file(ctx, a, 0)
	return f.Type, err
}

// URL answers where the bytes are.
func (attachment) URL(ctx context.Context, a *model.Attachment) (*string, error) {
	if !from(ctx).reader.Originals() {
		return nil, nil
	}
	path := FilePath(a.Record.SHA, a.Message)
	return &path, nil
}

// Text answers the beginning of what the file says.
func (r attachment) Text(ctx context.Context, a *model.Attachment, maxLength int) (*model.Text, error) {
	if err := checkRange("maxLength", maxLength, maxText); err != nil {
		return nil, err
	}
	f, err := r.file(ctx, a, store.WantText)
	if err != nil || f.Text == "" {
		return nil, err
	}
	return model.NewText(f.Text, maxLength), nil
}

// TextNote answers why there is no text, or not all of it.
func (r attachment) TextNote(ctx context.Context, a *model.Attachment) (*string, error) {
	f, err := r.file(ctx, a, 0)
	if err != nil || f.Note == "" {
		return nil, err
	}
	return &f.Note, nil
}

// Messages answers the messages that carry the file.
func (attachment) Messages(ctx context.Context, a *model.Attachment, first int, after *string) (*gen.MessageConnection, error) {
	p, err := newPage(ctx, fileMessages, first, after)
	if err != nil {
		return nil, err
	}
	list, err := from(ctx).fileMessages.load(ctx, a.Record.SHA, viewArgs{want: wantedNodes(ctx), page: p})
	if err != nil {
		return nil, err
	}
	return messageConnection(list, p), nil
}

// FilePath is the path at which a server gives the bytes of an attachment,
// named as a message names it.
func FilePath(file mail.SHA, message mail.ID) string {
	return "/attachments/" + file.String() + "?message=" + string(message)
}

// PagePath is the path at which a server shows the HTML of a message.
func PagePath(message mail.ID) string { return "/messages/" + string(message) + "/html" }
