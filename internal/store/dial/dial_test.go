package dial

import (
	"errors"
	"os"
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
		reader, err := Open(t.Context(), Store{URL: url}, stages)
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
	if _, err := Open(t.Context(), Store{URL: "sqlite:" + path}, other); !errors.Is(err, store.ErrVersion) {
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
		{"neo4j://user:hunter2@host:7687/a/b", "", ErrURL},
		{"neo4j://user:hunter2@host:7687/a?b=c", "", ErrURL},
		{"bolt+s://user:hunter2@", "skein.db", ErrURL},
		{"bolt://user:hunter2%zz@host", "", ErrURL},
		{"bolt+x://user:hunter2@host", "", ErrURL},
		{"neo4j:host", "", ErrURL},
		{"neo4j", "", ErrURL},
		{"bolt://user:hunter2@127.0.0.1:1", "", store.ErrUnavailable},
		{"bolt://user:hunter2@127.0.0.1:1", missing, store.ErrNotFound},
	} {
		reader, err := Open(t.Context(), Store{URL: test.url, Ledger: test.ledger}, sqlite.Stages{})
		if !errors.Is(err, test.want) || reader != nil {
			t.Errorf("Open(%q, %q): %v, %v, want %v", test.url, test.ledger, reader, err, test.want)
		}
		if err != nil && strings.Contains(err.Error(), "hunter2") {
			t.Errorf("Open(%q): the error repeats the password: %v", test.url, err)
		}
	}
}

func TestLedgerPath(t *testing.T) {
	for _, test := range []struct {
		store     Store
		want      string
		published bool
	}{
		{Store{URL: "sqlite:a.db"}, "a.db", false},
		{Store{URL: "sqlite:a.db", Ledger: "./a.db"}, "a.db", false},
		{Store{URL: "neo4j://host"}, "", true},
		{Store{URL: "neo4j+s://host:7687/db", Ledger: "a.db"}, "a.db", true},
		{Store{URL: "neo4j+ssc://host", Ledger: "a.db"}, "a.db", true},
		{Store{URL: "bolt://me:hunter2@host", Ledger: "a.db"}, "a.db", true},
		{Store{URL: "bolt+s://host", Ledger: "a.db"}, "a.db", true},
		{Store{URL: "bolt+ssc://host", Ledger: "a.db"}, "a.db", true},
	} {
		got, err := test.store.LedgerPath()
		if err != nil || got != test.want {
			t.Errorf("%+v: ledger %q, %v, want %q", test.store, got, err, test.want)
		}
		if published, err := test.store.Published(); err != nil || published != test.published {
			t.Errorf("%+v: published %t, %v, want %t", test.store, published, err, test.published)
		}
	}
}

// TestPassword takes it from one place; one in the URL wins.
func TestPassword(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte(" pass word \n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		password, file, want, says string
	}{
		{"", "", "", ""},
		{"hunter2", "", "hunter2", ""},
		{"", file, " pass word ", ""},
		{"hunter2", file, "", "both set"},
		{"", file + "x", "", "SKEIN_STORE_PASSWORD_FILE: "},
	} {
		env := map[string]string{"SKEIN_STORE_PASSWORD": test.password, "SKEIN_STORE_PASSWORD_FILE": test.file}
		got, err := Password(func(name string) string { return env[name] })
		if got != test.want || (err == nil) != (test.says == "") || err != nil && !strings.Contains(err.Error(), test.says) {
			t.Errorf("%v: got %q, %v, want %q, %q", env, got, err, test.want, test.says)
		}
	}
	for url, want := range map[string]string{
		"neo4j://host": "given", "neo4j://me@host": "given", "neo4j://me:own@host": "own", "neo4j://me:o%2fn@host": "o/n",
	} {
		s := Store{URL: url, Password: "given"}
		config, err := s.graph()
		if err != nil || config.Password != want || s.ShowsPassword() != (want != "given") {
			t.Errorf("%s: %+v, %v, shown %t, want password %q", url, config, err, s.ShowsPassword(), want)
		}
		if strings.Contains(config.URL, "own") {
			t.Errorf("%s: %s still holds the password", url, config.URL)
		}
	}
}
