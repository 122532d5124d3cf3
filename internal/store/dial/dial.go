// Package dial opens a store by its URL. It is the one place that knows which
// engines a binary holds.
package dial

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"

	"skein/internal/store"
	"skein/internal/store/neo4j"
	"skein/internal/store/sqlite"
)

// ErrURL says that a text names no store that this binary can open. It wraps
// nothing of the text, which may hold a password.
var ErrURL = errors.New("not a store")

// Store names a store.
type Store struct {
	URL      string // sqlite:FILE, or neo4j://host:port/database and its kin
	Ledger   string // path of the ledger beside a Neo4j store; may be empty
	Password string // of Neo4j; one in the URL wins
}

// Open opens a store for reading. The originals of a Neo4j store come from its
// ledger; without one it has none. Errors wrap ErrURL, or one of package
// store: ErrNotFound when the ledger does not exist, ErrVersion when another
// version wrote it, ErrUnavailable when the database does not answer.
func Open(ctx context.Context, s Store, stages sqlite.Stages) (store.Reader, error) {
	config, err := s.graph()
	if err != nil {
		return nil, err
	}
	if config != nil {
		return openGraph(ctx, s, *config, stages)
	}
	path, err := s.LedgerPath()
	if err != nil {
		return nil, err
	}
	reader, err := sqlite.OpenReader(ctx, path, stages)
	if err != nil {
		return nil, err
	}
	return reader, nil
}

// LedgerPath returns the path of the ledger that goes with a store:
// "sqlite:FILE" is a ledger itself, so Ledger must be empty or the same file;
// that of a Neo4j store is Ledger. Errors wrap ErrURL.
func (s Store) LedgerPath() (string, error) {
	scheme, rest, _ := strings.Cut(s.URL, ":")
	if scheme != "sqlite" {
		_, err := s.graph()
		return s.Ledger, err
	}
	path, err := filePath(rest)
	if err != nil {
		return "", err
	}
	if s.Ledger != "" && filepath.Clean(s.Ledger) != filepath.Clean(path) {
		return "", fmt.Errorf("%w: a sqlite store is its own ledger, leave --ledger out", ErrURL)
	}
	return path, nil
}

// filePath reads what follows "sqlite:", a path or, after "//", a path with
// per cent signs as in any URL.
func filePath(rest string) (string, error) {
	path := rest
	if escaped, ok := strings.CutPrefix(rest, "//"); ok {
		var err error
		if path, err = url.PathUnescape(escaped); err != nil {
			return "", fmt.Errorf("%w: the path after sqlite:// is not a path of a URL", ErrURL)
		}
	}
	if path == "" {
		return "", fmt.Errorf("%w: sqlite: is followed by the path of a file", ErrURL)
	}
	return path, nil
}

// graph returns how to reach a Neo4j store; nil when the store is a ledger.
func (s Store) graph() (*neo4j.Config, error) {
	scheme, _, ok := strings.Cut(s.URL, ":")
	switch {
	case ok && scheme == "sqlite":
		return nil, nil
	case ok && graphSchemes[scheme]:
		config, err := neo4j.ParseURL(s.URL)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrURL, err)
		}
		if config.Password == "" {
			config.Password = s.Password
		}
		return &config, nil
	}
	return nil, fmt.Errorf("%w: a store is named by a URL such as sqlite:skein.db or neo4j://localhost:7687", ErrURL)
}

// graphSchemes are those of the driver: neo4j routes within a cluster, bolt
// asks one server; +s demands a certificate that is trusted, +ssc takes any.
var graphSchemes = map[string]bool{
	"neo4j": true, "neo4j+s": true, "neo4j+ssc": true, "bolt": true, "bolt+s": true, "bolt+ssc": true,
}
