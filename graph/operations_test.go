package graph

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"skein/internal/mail"
)

var update = flag.Bool("update", false, "write the golden answers anew")

// TestOperations answers each testdata/*.graphql and compares with the .json
// beside it. A first line "# {…}" holds the variables.
func TestOperations(t *testing.T) {
	h := handler(nil, Options{})
	for _, file := range operations(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			document := read(t, file)
			got := pretty(t, post(t, h, document, variables(t, document)))
			golden := strings.TrimSuffix(file, "graphql") + "json"
			if *update {
				if err := os.WriteFile(golden, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if want := read(t, golden); string(got) != want {
				t.Errorf("%s:\ngot  %s\nwant %s", file, got, want)
			}
		})
	}
}

// TestOperationsUseEverything fails when a field or an argument of the schema
// is in none of the operations, so that nothing is served that was never
// answered.
func TestOperationsUseEverything(t *testing.T) {
	schema := gqlparser.MustLoadSchema(&ast.Source{Input: Schema()})
	used := map[string]bool{}
	for _, file := range operations(t) {
		doc, errs := gqlparser.LoadQueryWithRules(schema, read(t, file), nil)
		if errs != nil {
			t.Fatalf("%s: %v", file, errs)
		}
		for _, op := range doc.Operations {
			use(used, op.SelectionSet)
		}
	}
	for _, def := range schema.Types {
		if def.BuiltIn || def.Kind != ast.Object {
			continue
		}
		for _, field := range def.Fields {
			name := def.Name + "." + field.Name
			if !used[name] && !usedByInterface(schema, def, field.Name, used) && !strings.HasPrefix(field.Name, "__") {
				t.Errorf("no operation selects %s", name)
			}
		}
	}
	for _, field := range schema.Query.Fields {
		if strings.HasPrefix(field.Name, "__") {
			continue
		}
		for _, arg := range field.Arguments {
			if !used["Query."+field.Name+"("+arg.Name] && !paging[arg.Name] {
				t.Errorf("no operation gives Query.%s(%s:)", field.Name, arg.Name)
			}
		}
	}
}

// paging is tested by TestPages.
var paging = map[string]bool{"first": true, "after": true}

func usedByInterface(schema *ast.Schema, def *ast.Definition, field string, used map[string]bool) bool {
	for _, of := range schema.Implements[def.Name] {
		if used[of.Name+"."+field] {
			return true
		}
	}
	return false
}

func use(used map[string]bool, set ast.SelectionSet) {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			name := s.ObjectDefinition.Name + "." + s.Name
			used[name] = true
			for _, arg := range s.Arguments {
				used[name+"("+arg.Name] = true
			}
			use(used, s.SelectionSet)
		case *ast.InlineFragment:
			use(used, s.SelectionSet)
		}
	}
}

func operations(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/*.graphql")
	if err != nil || len(files) == 0 {
		t.Fatalf("operations: %v, %v", files, err)
	}
	return files
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// variables reads those of a document: texts such as "message:bridge1" stand
// for ids.
func variables(t *testing.T, document string) map[string]any {
	t.Helper()
	line, _, _ := strings.Cut(document, "\n")
	line, ok := strings.CutPrefix(line, "# {")
	if !ok {
		return nil
	}
	var given map[string]any
	if err := json.Unmarshal([]byte("{"+line), &given); err != nil {
		t.Fatalf("variables %q: %v", line, err)
	}
	for name, value := range given {
		switch v := value.(type) {
		case string:
			given[name] = named(v)
		case []any:
			for i := range v {
				v[i] = named(v[i].(string))
			}
		}
	}
	return given
}

// named returns the id that a text such as "person:ada" stands for.
func named(text string) string {
	kind, name, _ := strings.Cut(text, ":")
	switch kind {
	case "message":
		return string(messageID(name))
	case "thread":
		return string(threadID(name))
	case "person":
		return string(personID(name))
	case "batch":
		return string(mail.BatchHash("harrow", name).ID(mail.BatchLetter))
	case "tie":
		from, to, _ := strings.Cut(name, ":")
		_, a, _ := personID(from).Parse()
		_, b, _ := personID(to).Parse()
		return string(mail.TieID(a, b))
	}
	return text
}

// post sends an operation and returns the body of the answer.
func post(t *testing.T, h http.Handler, document string, variables map[string]any) []byte {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": document, "variables": variables})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Body.Bytes()
}

func pretty(t *testing.T, body []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := json.Indent(&out, body, "", "  "); err != nil {
		t.Fatalf("answer %q: %v", body, err)
	}
	out.WriteByte('\n')
	return out.Bytes()
}
