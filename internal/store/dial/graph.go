package dial

import (
	"context"
	"errors"

	"skein/internal/store"
	"skein/internal/store/neo4j"
	"skein/internal/store/sqlite"
)

// graph is a reader of a Neo4j store with the ledger that holds its originals.
type graph struct {
	*neo4j.Reader
	ledger *sqlite.Reader
}

func openGraph(ctx context.Context, s Store, config neo4j.Config, stages sqlite.Stages) (store.Reader, error) {
	if s.Ledger == "" {
		reader, err := neo4j.OpenReader(ctx, config, stages.Versions, nil)
		if err != nil {
			return nil, err
		}
		return reader, nil
	}
	ledger, err := sqlite.OpenReader(ctx, s.Ledger, stages)
	if err != nil {
		return nil, err
	}
	reader, err := neo4j.OpenReader(ctx, config, stages.Versions, ledger)
	if err != nil {
		return nil, errors.Join(err, ledger.Close())
	}
	return graph{reader, ledger}, nil
}

// Close implements store.Reader.
func (g graph) Close() error { return errors.Join(g.Reader.Close(), g.ledger.Close()) }

// Published says whether a store is published to by the ledger beside it,
// rather than a ledger itself. Errors wrap ErrURL.
func (s Store) Published() (bool, error) {
	config, err := s.graph()
	return config != nil, err
}

// Publisher opens a Neo4j store for publishing; replace takes one that another
// version published to. Errors are those of neo4j.OpenPublisher.
func (s Store) Publisher(ctx context.Context, stages sqlite.Stages, replace bool) (*neo4j.Publisher, error) {
	config, err := s.graph()
	if err != nil {
		return nil, err
	}
	if config == nil {
		return nil, errors.New("a ledger is not published to")
	}
	var options []neo4j.Option
	if replace {
		options = append(options, neo4j.Replace)
	}
	return neo4j.OpenPublisher(ctx, *config, stages.Versions, options...)
}
