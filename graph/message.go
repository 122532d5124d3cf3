package graph

import (
	"context"

	"skein/graph/internal/gen"
	"skein/graph/internal/model"
	"skein/internal/mail"
)

// message resolves the fields of Message that take arguments or ask the store.
type message struct{}

// maxText is how many characters of a text may be asked for.
const maxText = 1_000_000

// Text answers the beginning of what a reader sees.
func (message) Text(_ context.Context, m *model.Message, maxLength int) (*model.Text, error) {
	if err := checkRange("maxLength", maxLength, maxText); err != nil {
		return nil, err
	}
	return model.NewText(m.Record.Text, maxLength), nil
}

// HTMLURL answers where the mail is shown as its HTML has it.
func (message) HTMLURL(ctx context.Context, m *model.Message) (*string, error) {
	if !m.Record.HTML || !from(ctx).reader.Originals() {
		return nil, nil
	}
	path := PagePath(m.Record.ID)
	return &path, nil
}

// Copies answers the first raw occurrences.
func (message) Copies(_ context.Context, m *model.Message, first int) ([]model.Copy, error) {
	return copies(m.Record.Copies, first)
}

// Thread answers the thread that holds the message.
func (message) Thread(ctx context.Context, m *model.Message, view mail.View) (*model.Thread, error) {
	return entryThread(ctx, m.Record, view)
}

// ReplyLink answers why it is taken to answer another.
func (message) ReplyLink(_ context.Context, m *model.Message, view mail.View) (*model.ReplyLink, error) {
	return m.Link(view), nil
}

// ReplyCandidates answers every link considered.
func (message) ReplyCandidates(_ context.Context, m *model.Message, first int) ([]model.ReplyLink, error) {
	return candidates(m.Record, first)
}

// Replies answers the entries that answer it.
func (message) Replies(ctx context.Context, m *model.Message, first int, after *string, view mail.View) (*gen.ThreadEntryConnection, error) {
	return replies(ctx, m.Record, first, after, view)
}

// variant resolves the fields of Variant that take arguments.
type variant struct{}

// Copies answers the first raw occurrences of the variant.
func (variant) Copies(_ context.Context, v *model.Variant, first int) ([]model.Copy, error) {
	return copies(v.Record.Copies, first)
}

// correspondent resolves the person behind an address.
type correspondent struct{}

// Person answers who uses the address.
func (correspondent) Person(ctx context.Context, c *model.Correspondent) (*model.Person, error) {
	return from(ctx).knownPerson(ctx, c.Record.Person)
}

// mention resolves the person behind an address that only a variant may name.
type mention struct{}

// Person answers who uses the address, if anybody is known to.
func (mention) Person(ctx context.Context, m *model.Mention) (*model.Person, error) {
	return from(ctx).personByAddress(ctx, m.Record.Address)
}
