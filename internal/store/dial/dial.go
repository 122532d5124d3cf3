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
	"skein/internal/store/sqlite"
)

// ErrURL says that a text names no store that this binary can open. It wraps
// nothing of the text, which may hold a password.
var ErrURL = errors.New("not a store")

// Open opens the store that rawURL names for reading. Errors wrap ErrURL, or
// one of package store: ErrNotFound when the ledger does not exist, ErrVersion
// when another version wrote it.
func Open(ctx context.Context, rawURL, ledger string, stages sqlite.Stages) (store.Reader, error) {
	path, err := Ledger(rawURL, ledger)
	if err != nil {
		return nil, err
	}
	reader, err := sqlite.OpenReader(ctx, path, stages)
	if err != nil {
		return nil, err
	}
	return reader, nil
}

// Ledger returns the path of the ledger that goes with a store:
// "sqlite:FILE" is a ledger itself, so that ledger must be empty or the same
// file. Errors wrap ErrURL.
func Ledger(rawURL, ledger string) (string, error) {
	scheme, rest, ok := strings.Cut(rawURL, ":")
	if !ok {
		return "", fmt.Errorf("%w: a store is named by a URL such as sqlite:skein.db", ErrURL)
	}
	switch scheme {
	case "sqlite":
		path, err := filePath(rest)
		if err != nil {
			return "", err
		}
		if ledger != "" && filepath.Clean(ledger) != filepath.Clean(path) {
			return "", fmt.Errorf("%w: a sqlite store is its own ledger, leave --ledger out", ErrURL)
		}
		return path, nil
	case "neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc":
		return "", fmt.Errorf("%w: %s: Neo4j is not in this build", ErrURL, scheme)
	}
	return "", fmt.Errorf("%w: a store is named by a URL such as sqlite:skein.db", ErrURL)
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
