package graph

import (
	"context"
	"time"

	"skein/internal/network"
	"skein/internal/store"
)

// snapshotAge is how long a snapshot of the ties serves before a change of the
// corpus replaces it.
const snapshotAge = 10 * time.Second

// snapshots holds the ties of the whole corpus as a network. Those of a scope
// are read for each operation.
type snapshots struct {
	reader   store.Reader
	turn     chan struct{} // holds one token; who has it may look and load
	latest   *network.Graph
	revision int64 // of latest
	loaded   time.Time
}

func newSnapshots(reader store.Reader) *snapshots {
	s := &snapshots{reader: reader, turn: make(chan struct{}, 1)}
	s.turn <- struct{}{}
	return s
}

// of returns the network of a scope; "" names the whole corpus.
func (s *snapshots) of(ctx context.Context, name string, scope store.Scope) (*network.Graph, error) {
	if name != "" {
		return s.load(ctx, scope)
	}
	select {
	case <-s.turn:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { s.turn <- struct{}{} }()
	return s.whole(ctx)
}

// whole is called by whoever has the turn.
func (s *snapshots) whole(ctx context.Context) (*network.Graph, error) {
	if s.latest != nil && time.Since(s.loaded) < snapshotAge {
		return s.latest, nil
	}
	corpus, err := from(ctx).corpus.load(ctx, none{}, none{})
	if err != nil {
		return nil, err
	}
	if s.latest != nil && corpus.Revision == s.revision {
		s.loaded = time.Now()
		return s.latest, nil
	}
	people, err := s.load(ctx, store.Scope{})
	if err != nil {
		return nil, err
	}
	s.latest, s.revision, s.loaded = people, corpus.Revision, time.Now()
	return people, nil
}

func (s *snapshots) load(ctx context.Context, scope store.Scope) (*network.Graph, error) {
	var failed error
	people := network.New(func(yield func(network.Edge) bool) {
		for edge, err := range s.reader.Edges(ctx, scope) {
			if err != nil {
				failed = err
				return
			}
			if !yield(network.Edge(edge)) {
				return
			}
		}
	})
	if failed != nil {
		return nil, failed
	}
	return people, nil
}
