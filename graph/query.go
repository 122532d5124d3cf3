package graph

import (
	"context"
	"strings"

	"skein/graph/internal/gen"
	"skein/graph/internal/model"
	"skein/internal/mail"
	"skein/internal/store"
)

// root resolves the root fields.
type root struct{}

// Node answers anything by its id.
func (root) Node(ctx context.Context, id mail.ID) (model.Node, error) {
	return from(ctx).node(ctx, id, wanted(ctx))
}

// Nodes answers many ids in order, each kind with one call to the store.
func (root) Nodes(ctx context.Context, ids []mail.ID) ([]model.Node, error) {
	if len(ids) > maxIDs {
		return nil, badInput("ids", "ids has %d ids, more than %d", len(ids), maxIDs)
	}
	return from(ctx).nodes(ctx, ids, wanted(ctx))
}

// Corpus answers what the store holds.
func (root) Corpus(ctx context.Context) (*model.Corpus, error) {
	corpus, err := from(ctx).corpus.load(ctx, none{}, none{})
	return &model.Corpus{Record: corpus}, err
}

// Batches answers every batch in order.
func (root) Batches(ctx context.Context) ([]model.Batch, error) {
	return from(ctx).allBatches(ctx)
}

// Message answers a mail that is in the release.
func (root) Message(ctx context.Context, id mail.ID) (*model.Message, error) {
	entry, err := from(ctx).entry(ctx, id, wanted(ctx))
	return model.NewMessage(entry), err
}

// EntryByMessageID answers a message, present or missing.
func (root) EntryByMessageID(ctx context.Context, messageID string) (model.ThreadEntry, error) {
	key := mail.MessageIDKey(mail.CanonicalMessageID(messageID))
	if key == "" {
		return nil, nil
	}
	entry, err := from(ctx).entry(ctx, key.Hash().ID(mail.MessageLetter), wanted(ctx))
	return model.NewEntry(entry), err
}

// MessagesByPublisherID answers the mails a publisher's number stands for.
func (root) MessagesByPublisherID(ctx context.Context, publisherID string, batch *mail.ID) ([]model.Message, error) {
	var in mail.ID
	if batch != nil {
		in = *batch
	}
	if publisherID == "" || batch != nil && !hasLetter(in, mail.BatchLetter) {
		return []model.Message{}, nil
	}
	found, err := from(ctx).reader.Published(ctx, publisherID, in, wanted(ctx))
	messages := make([]model.Message, 0, min(len(found), maxPage))
	for _, entry := range found[:min(len(found), maxPage)] {
		messages = append(messages, *model.NewMessage(entry))
	}
	return messages, err
}

// Thread answers a thread of a view.
func (root) Thread(ctx context.Context, id mail.ID, view mail.View) (*model.Thread, error) {
	return from(ctx).thread(ctx, id, view)
}

// Person answers a person.
func (root) Person(ctx context.Context, id mail.ID) (*model.Person, error) {
	return from(ctx).person(ctx, id)
}

// PersonByAddress answers who uses an address.
func (root) PersonByAddress(ctx context.Context, address string) (*model.Person, error) {
	return from(ctx).personByAddress(ctx, normalAddress(address))
}

// normalAddress writes an address as mentions do: lower case, without what may
// stand around it.
func normalAddress(text string) string {
	text = strings.ToLower(strings.TrimSpace(text))
	return strings.Trim(strings.TrimPrefix(text, "mailto:"), "<>\"' ")
}

// Search answers the mails that match.
func (root) Search(ctx context.Context, query string, first int, after *string, orderBy store.SearchOrder) (*gen.MessageConnection, error) {
	p, err := newPage(ctx, newestMessages+listKind(orderBy), first, after)
	if err != nil {
		return nil, err
	}
	expr, err := parseQuery("query", &query)
	if err != nil {
		return nil, err
	}
	list, err := from(ctx).reader.Search(ctx, expr, orderBy, wantedNodes(ctx), p.store())
	if err != nil {
		return nil, err
	}
	return messageConnection(list, p), nil
}

// Threads answers the threads that hold a mail that matches.
func (root) Threads(ctx context.Context, query *string, view mail.View, first int, after *string, orderBy store.ThreadOrder) (*gen.ThreadConnection, error) {
	p, err := newPage(ctx, latestThreads+listKind(orderBy), first, after)
	if err != nil {
		return nil, err
	}
	expr, err := parseQuery("query", query)
	if err != nil {
		return nil, err
	}
	list, err := from(ctx).reader.FindThreads(ctx, expr, view, orderBy, p.store())
	if err != nil {
		return nil, err
	}
	return threadConnection(list, view, p), nil
}

// People answers people by name or address.
func (root) People(ctx context.Context, query *string, scope *gen.Scope, first int, after *string, orderBy store.PersonOrder) (*gen.PersonConnection, error) {
	p, err := newPage(ctx, busiestPeople+listKind(orderBy), first, after)
	if err != nil {
		return nil, err
	}
	name, err := from(ctx).remember(scope)
	if err != nil {
		return nil, err
	}
	text, err := searchText("query", query)
	if err != nil {
		return nil, err
	}
	list, err := from(ctx).reader.FindPeople(ctx, text, from(ctx).scope(name), orderBy, p.store())
	if err != nil {
		return nil, err
	}
	return personConnection(list, p), nil
}

// MissingMessages answers what is cited but in no batch.
func (root) MissingMessages(ctx context.Context, query *string, scope *gen.Scope, first int, after *string) (*gen.MissingMessageConnection, error) {
	p, err := newPage(ctx, missingMessages, first, after)
	if err != nil {
		return nil, err
	}
	name, err := from(ctx).remember(scope)
	if err != nil {
		return nil, err
	}
	expr, err := parseQuery("query", query)
	if err != nil {
		return nil, err
	}
	list, err := from(ctx).reader.FindMissing(ctx, expr, from(ctx).scope(name), wantedNodes(ctx), p.store())
	if err != nil {
		return nil, err
	}
	return missingConnection(list, p), nil
}

// maxSearchText is how long a text to look for may be, in bytes.
const maxSearchText = 4096

func searchText(argument string, text *string) (string, error) {
	if text == nil {
		return "", nil
	}
	if len(*text) > maxSearchText {
		return "", badInput(argument, "%s is longer than %d bytes", argument, maxSearchText)
	}
	return *text, nil
}
