package dial

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"skein/internal/store"
	"skein/internal/store/sqlite"
)

func TestOpen(t *testing.T) {
	stages := sqlite.Stages{Versions: map[string]int{"parse": 1}, Text: func([]byte) string { return "" }}
	path := filepath.Join(t.TempDir(), "a b.db")
	ledger, err := sqlite.Open(t.Context(), path, stages)
	if err != nil {
		t.Fatal(err)
	}
	if err := ledger.Close(); err != nil {
		t.Fatal(err)
	}
	for _, url := range []string{"sqlite:" + path, "sqlite://" + strings.ReplaceAll(path, " ", "%20")} {
		reader, err := Open(t.Context(), url, "", stages)
		if err != nil {
			t.Errorf("Open(%q): %v", url, err)
			continue
		}
		if _, err := reader.Corpus(t.Context()); err != nil {
			t.Errorf("Open(%q).Corpus: %v", url, err)
		}
		reader.Close()
	}
	other := sqlite.Stages{Versions: map[string]int{"parse": 2}, Text: stages.Text}
	if _, err := Open(t.Context(), "sqlite:"+path, "", other); !errors.Is(err, store.ErrVersion) {
		t.Errorf("other version: %v, want ErrVersion", err)
	}
}

func TestOpenRefuses(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "none.db")
	for _, test := range []struct {
		url, ledger string
		want        error
	}{
		{"sqlite:" + missing, "", store.ErrNotFound},
		{"sqlite:" + missing, "./" + missing, ErrURL},
		{"sqlite:", "", ErrURL},
		{"sqlite://%zz", "", ErrURL},
		{"skein.db", "", ErrURL},
		{"", "", ErrURL},
		{"postgres://user:hunter2@host/db", "", ErrURL},
		{"neo4j://user:hunter2@host:7687/db", "", ErrURL},
		{"bolt+s://user:hunter2@host", "skein.db", ErrURL},
	} {
		reader, err := Open(context.Background(), test.url, test.ledger, sqlite.Stages{})
		if !errors.Is(err, test.want) || reader != nil {
			t.Errorf("Open(%q, %q): %v, %v, want %v", test.url, test.ledger, reader, err, test.want)
		}
		if err != nil && strings.Contains(err.Error(), "hunter2") {
			t.Errorf("Open(%q): the error repeats the password: %v", test.url, err)
		}
	}
}
