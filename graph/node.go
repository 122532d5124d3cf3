package graph

import (
	"context"
	"fmt"

	"skein/graph/internal/model"
	"skein/internal/mail"
	"skein/internal/store"
)

// The look-ups by id. Each answers nil for an id that is malformed, of another
// kind, or finds nothing.

func (s *session) node(ctx context.Context, id mail.ID, want store.Want) (model.Node, error) {
	found, err := s.nodes(ctx, []mail.ID{id}, want)
	if err != nil {
		return nil, err
	}
	return found[0], nil
}

// nodes asks for every kind at once and waits afterwards.
func (s *session) nodes(ctx context.Context, ids []mail.ID, want store.Want) ([]model.Node, error) {
	waiting := make([]func() (model.Node, error), len(ids))
	for i, id := range ids {
		waiting[i] = s.ask(ctx, id, want)
	}
	found := make([]model.Node, len(ids))
	for i, wait := range waiting {
		node, err := wait()
		if err != nil {
			return nil, err
		}
		found[i] = node
	}
	return found, nil
}

// ask enters a look-up and returns how to wait for it.
func (s *session) ask(ctx context.Context, id mail.ID, want store.Want) func() (model.Node, error) {
	letter, _, ok := id.Parse()
	if from, to, isTie := id.ParseTie(); isTie {
		pair := store.Pair{From: from.ID(mail.PersonLetter), To: to.ID(mail.PersonLetter)}
		return later(s.ties.enter(ctx, pair, ""), func(t *mail.Tie) model.Node {
			return &model.Tie{Record: *t}
		})
	}
	switch {
	case ok && letter == mail.MessageLetter:
		return later(s.entries.enter(ctx, id, want), func(e *mail.Entry) model.Node {
			return model.NewEntry(e)
		})
	case ok && letter == mail.ThreadLetter:
		return later(s.threads.enter(ctx, id, mail.Probable), func(t *mail.Thread) model.Node {
			return &model.Thread{Record: t, View: mail.Probable}
		})
	case ok && letter == mail.PersonLetter:
		return later(s.people.enter(ctx, id, none{}), func(p *mail.Person) model.Node {
			return &model.Person{Record: p}
		})
	case ok && letter == mail.BatchLetter:
		return func() (model.Node, error) { return s.batchNode(ctx, id) }
	}
	return func() (model.Node, error) { return nil, nil }
}

// later waits for a look-up and makes a node of what it found.
func later[V any](wait func() (*V, error), node func(*V) model.Node) func() (model.Node, error) {
	return func() (model.Node, error) {
		found, err := wait()
		if err != nil || found == nil {
			return nil, err
		}
		return node(found), nil
	}
}

func (s *session) entry(ctx context.Context, id mail.ID, want store.Want) (*mail.Entry, error) {
	if !hasLetter(id, mail.MessageLetter) {
		return nil, nil
	}
	return s.entries.load(ctx, id, want)
}

func (s *session) thread(ctx context.Context, id mail.ID, view mail.View) (*model.Thread, error) {
	if !hasLetter(id, mail.ThreadLetter) {
		return nil, nil
	}
	found, err := s.threads.load(ctx, id, view)
	if err != nil || found == nil {
		return nil, err
	}
	return &model.Thread{Record: found, View: view}, nil
}

func (s *session) person(ctx context.Context, id mail.ID) (*model.Person, error) {
	if !hasLetter(id, mail.PersonLetter) {
		return nil, nil
	}
	found, err := s.people.load(ctx, id, none{})
	if err != nil || found == nil {
		return nil, err
	}
	return &model.Person{Record: found}, nil
}

func (s *session) personByAddress(ctx context.Context, address string) (*model.Person, error) {
	return s.person(ctx, mail.AddressHash(address).ID(mail.PersonLetter))
}

// knownPerson is person for an id that the store gave itself.
func (s *session) knownPerson(ctx context.Context, id mail.ID) (*model.Person, error) {
	found, err := s.person(ctx, id)
	if err == nil && found == nil {
		return nil, fmt.Errorf("person %s is named but not stored", id)
	}
	return found, err
}

func (s *session) allBatches(ctx context.Context) ([]model.Batch, error) {
	found, err := s.batches.load(ctx, none{}, none{})
	batches := make([]model.Batch, len(found))
	for i, b := range found {
		batches[i] = model.Batch{Record: b}
	}
	return batches, err
}

func (s *session) batch(ctx context.Context, id mail.ID) (*model.Batch, error) {
	found, err := s.batches.load(ctx, none{}, none{})
	for _, b := range found {
		if b.ID == id {
			return &model.Batch{Record: b}, err
		}
	}
	return nil, err
}

// batchNode keeps a batch that is not there from becoming an interface that is
// not nil.
func (s *session) batchNode(ctx context.Context, id mail.ID) (model.Node, error) {
	found, err := s.batch(ctx, id)
	if err != nil || found == nil {
		return nil, err
	}
	return found, nil
}
