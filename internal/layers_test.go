package internal

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// layers lists, for each package, everything of ours it may import. Reading it
// top to bottom is reading the architecture.
var layers = map[string][]string{
	"skein/internal": {}, // this test

	// The words.
	"skein/internal/mail": {},

	// Stages: they import words, and nothing of each other.
	"skein/internal/mailbox":             {"skein/internal/confine", "skein/internal/mail", "skein/internal/outlook"},
	"skein/internal/parse":               {"skein/internal/charset", "skein/internal/mail", "skein/internal/outlook"},
	"skein/internal/outlook":             {"skein/internal/charset", "skein/internal/rtf"}, // makes mail of what is none, for parse
	"skein/internal/charset":             {},
	"skein/internal/confine":             {},
	"skein/internal/rtf":                 {"skein/internal/charset"},
	"skein/internal/outlook/outlooktest": {},
	"skein/internal/extract":             {"skein/internal/charset", "skein/internal/confine", "skein/internal/mail", "skein/internal/rtf"},
	"skein/internal/thread":              {"skein/internal/mail"},
	"skein/internal/identity":            {"skein/internal/mail"},
	"skein/internal/query":               {"skein/internal/mail"},
	"skein/internal/network":             {"skein/internal/mail"},
	"skein/internal/sample":              {"skein/internal/mail"},

	// Stores: the contract, and who keeps it.
	"skein/internal/store":                       {"skein/internal/mail", "skein/internal/query"},
	"skein/internal/store/sqlite":                {"skein/internal/mail", "skein/internal/query", "skein/internal/store", "skein/internal/thread", "skein/internal/identity"},
	"skein/internal/store/sqlite/sqlitetest":     {"skein/internal/mail", "skein/internal/query", "skein/internal/store", "skein/internal/store/sqlite", "skein/internal/store/storetest", "skein/internal/thread"},
	"skein/internal/store/storetest":             {"skein/internal/mail", "skein/internal/query", "skein/internal/store", "skein/internal/thread", "skein/internal/identity"},
	"skein/internal/store/dial":                  {"skein/internal/store", "skein/internal/store/sqlite", "skein/internal/store/neo4j"},
	"skein/internal/store/neo4j":                 {"skein/internal/mail", "skein/internal/query", "skein/internal/store"},
	"skein/internal/store/neo4j/neo4jtest":       {"skein/internal/mail", "skein/internal/query", "skein/internal/store", "skein/internal/store/neo4j", "skein/internal/store/sqlite", "skein/internal/store/sqlite/sqlitetest", "skein/internal/store/storetest"},
	"skein/internal/store/neo4j/neo4jtest/ready": {}, // asks a server that starts

	// What is done with them.
	"skein/internal/ingest":            {"skein/internal/extract", "skein/internal/mail", "skein/internal/mailbox", "skein/internal/parse", "skein/internal/query", "skein/internal/store", "skein/internal/store/sqlite", "skein/internal/store/neo4j", "skein/internal/thread"},
	"skein/internal/ingest/ingesttest": {"skein/internal/ingest", "skein/internal/sample", "skein/internal/store/sqlite"},
	"skein/internal/export":            {"skein/internal/mail", "skein/internal/query", "skein/internal/store"},
	"skein/graph":                      {"skein/graph/internal/gen", "skein/graph/internal/scalar", "skein/graph/internal/model", "skein/internal/mail", "skein/internal/query", "skein/internal/store", "skein/internal/network"},
	"skein/explorer":                   {},
	"skein/internal/markup":            {}, // HTML of mail, safe to be shown
	"skein/internal/serve":             {"skein/graph", "skein/explorer", "skein/internal/mail", "skein/internal/markup", "skein/internal/parse", "skein/internal/query", "skein/internal/store"},

	// How we know.
	"skein/explorer/test/page":      {"skein/explorer"}, // serves the page alone to the browser tests
	"skein/internal/evidence":       {},
	"skein/internal/evidence/bench": {"skein/internal/evidence"},
	"skein/internal/evidence/eval":  {"skein/internal/evidence"},

	"skein/cmd/ingest": {"skein/internal/export", "skein/internal/ingest", "skein/internal/mail", "skein/internal/mailbox", "skein/internal/query", "skein/internal/sample", "skein/internal/store", "skein/internal/store/dial", "skein/internal/store/sqlite"},
	"skein/cmd/api":    {"skein/internal/ingest", "skein/internal/serve", "skein/internal/store", "skein/internal/store/dial"},
}

// homes are the libraries that one package alone may import.
var homes = map[string][]string{
	"github.com/emersion/go-message":     {"skein/internal/parse"},
	"modernc.org/sqlite":                 {"skein/internal/store/sqlite"},
	"github.com/neo4j/neo4j-go-driver":   {"skein/internal/store/neo4j", "skein/internal/store/neo4j/neo4jtest", "skein/internal/store/neo4j/neo4jtest/ready", "skein/internal/evidence/bench"},
	"github.com/99designs/gqlgen":        {"skein/graph", "skein/graph/internal/gen", "skein/graph/internal/scalar"},
	"github.com/gogs/chardet":            {"skein/internal/charset"},
	"github.com/mholt/archives":          {"skein/internal/mailbox"},
	"github.com/microcosm-cc/bluemonday": {"skein/internal/markup"},
}

// pure packages take values and return values: no context, clock, log or I/O.
var pure = []string{"skein/internal/mail", "skein/internal/thread", "skein/internal/identity", "skein/internal/query", "skein/internal/network"}

var impure = []string{"context", "os", "io/fs", "net", "net/http", "log", "log/slog", "database/sql"}

type pkg struct {
	ImportPath string
	Imports    []string
}

func TestLayers(t *testing.T) {
	for _, p := range packages(t) {
		allowed, known := layers[p.ImportPath]
		if !known && !strings.HasPrefix(p.ImportPath, "skein/graph/internal/") {
			t.Errorf("%s is not in the picture of the layers", p.ImportPath)
			continue
		}
		for _, path := range p.Imports {
			if known && strings.HasPrefix(path, "skein/") && !slices.Contains(allowed, path) {
				t.Errorf("%s imports %s", p.ImportPath, path)
			}
			if slices.Contains(pure, p.ImportPath) && slices.Contains(impure, path) {
				t.Errorf("%s is pure, but imports %s", p.ImportPath, path)
			}
			for library, home := range homes {
				if (path == library || strings.HasPrefix(path, library+"/")) && !slices.Contains(home, p.ImportPath) {
					t.Errorf("%s imports %s, whose home is %s", p.ImportPath, path, strings.Join(home, ", "))
				}
			}
		}
	}
}

// packages asks the go command, which knows what is built.
func packages(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports", "skein/...")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []pkg
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}
