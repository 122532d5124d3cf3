package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestImportHoldsTheSame has the offline import take over a graph whose texts
// are hard on a table.
func TestImportHoldsTheSame(t *testing.T) {
	s := startServer(t)
	for _, statement := range []string{
		`CREATE CONSTRAINT a_id FOR (a:A) REQUIRE a.id IS UNIQUE`,
		`CREATE INDEX b_text FOR (b:B) ON (b.text, b.n)`,
		"CREATE FULLTEXT INDEX b_words FOR (b:B) ON EACH [b.text] OPTIONS {indexConfig: {`fulltext.analyzer`: 'whitespace'}}",
	} {
		if err := s.query(t.Context(), nil, statement, nil); err != nil {
			t.Fatal(err)
		}
	}
	hard := []any{"", " ", `"`, `""`, `a "b", c`, "one\ntwo", "one\r\ntwo\r", "\n", ",", `\`, `\"`, ";", "a\tb", "é \u2028 😀 \ufeff", "\x01\x02", "'", "true", "1"}
	err := s.query(t.Context(), nil, `UNWIND range(0, size($texts) - 1) AS i
		CREATE (a:A {id: i, text: $texts[i]})
		CREATE (b:A:B {id: 100 + i, text: $texts[i] + $texts[(i + 1) % size($texts)], all: $texts, nothing: [], hollow: [''], numbers: [-4611686018427387904, i],
			at: datetime('2016-10-07T08:09:10.123Z'), yes: i = 1, n: -i})
		CREATE (a)-[:TO {value: $texts[i]}]->(b), (b)-[:TO]->(a), (b)-[:SELF {list: [$texts[i], 'x']}]->(b)`, map[string]any{"texts": hard})
	if err != nil {
		t.Fatal(err)
	}
	files := &importFiles{folder: filepath.Join(s.folder, "import"), lines: map[*shape]bool{}}
	held, err := s.read(t.Context(), files.write)
	if err != nil || files.close() != nil {
		t.Fatal(err)
	}
	statements, err := s.definitions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	var g graphs
	g.load.wall = append(g.load.wall, 1)
	if err := g.offline(t.Context(), s, files, statements, held); err != nil {
		t.Fatal(err)
	}
	if err := s.query(t.Context(), nil, `MATCH (b:B {id: 101}) SET b.n = 5`, nil); err != nil {
		t.Fatal(err)
	}
	if err := s.same(t.Context(), statements, held); err == nil || !strings.Contains(err.Error(), "A:B (18 and 18)") {
		t.Errorf("one number changed: got %v, want that nodes A:B differ", err)
	}
}

// needServer skips a test when there can be no server, or fails it with
// REQUIRE_ALL=1.
func needServer(t *testing.T) {
	t.Helper()
	err := serverNeeds()
	if err == nil && testing.Short() {
		err = errors.New("two starts of a server are long")
	}
	if err != nil && os.Getenv("REQUIRE_ALL") == "1" && !testing.Short() {
		t.Fatal(err)
	}
	if err != nil {
		t.Skip(err)
	}
}

func startServer(t *testing.T) *server {
	t.Helper()
	needServer(t)
	s, err := newServer(t.Context(), filepath.Join(t.TempDir(), "neo4j"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.remove(); err != nil {
			t.Error(err)
		}
	})
	if took, err := s.start(t.Context()); err != nil || took < 100*time.Millisecond {
		t.Fatalf("the server started after %v, with error %v", took, err)
	}
	return s
}

// What the format of the files cannot hold is refused.
func TestImportFilesRefuse(t *testing.T) {
	for _, value := range []any{[]any{"a\x1fb", "c"}, 1.5} {
		if row, err := appendField(nil, value); err == nil {
			t.Errorf("%v: got %q, want an error", value, row)
		}
	}
}

func TestContentDiffers(t *testing.T) {
	a := content{"A": {2, 7}, "-TO": {1, 3}}
	if got := a.differs(content{"A": {2, 7}, "-TO": {1, 3}}); got != "" {
		t.Errorf("the same: got %q", got)
	}
	if got, want := a.differs(content{"A": {2, 8}, "B": {1, 1}}), "-TO (1 and 0), A (2 and 2), B (0 and 1)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := []int{a.count(false), a.count(true)}; got[0] != 2 || got[1] != 1 {
		t.Errorf("got %v nodes and relationships, want 2 and 1", got)
	}
}
