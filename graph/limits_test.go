package graph

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

// TestLimits refuses what asks for too much, quickly and before the store is
// asked.
func TestLimits(t *testing.T) {
	doubling := strings.Builder{}
	for n := range 60 {
		fmt.Fprintf(&doubling, "fragment f%d on ReplyLink { parent { a%d: replyLink { ...f%d } b%d: replyLink { ...f%d } } } ", n, n, n+1, n, n+1)
	}
	many := func(n int, format string) string {
		var text strings.Builder
		for i := range n {
			fmt.Fprintf(&text, format, i)
		}
		return text.String()
	}
	introspecting := `{ __schema { types { ` + many(4, "a%d: fields { ") + `name ` + strings.Repeat("type { fields { name } } } ", 4) + `} } }`
	for name, test := range map[string]struct{ document, message string }{
		"pages":         {`{ threads(first: 200) { nodes { participants(first: 200) { nodes { correspondents(first: 200) { totalCount } } } } } }`, "costs more"},
		"negative page": {`{ threads(first: -100) { nodes { entries(first: -100) { nodes { replies(first: -100) { totalCount } } } } } }`, "costs more"},
		"text":          {`{ search(query: "", first: 200) { nodes { text(maxLength: 1000000) { value } } } }`, "costs more"},
		"depth":         {`{ corpus { ingest { state } } search(query: "") { nodes ` + strings.Repeat("{ replyLink { parent ", 12) + "{ id }" + strings.Repeat("} }", 12) + ` } }`, "nests fields deeper"},
		"doubling":      {`{ search(query: "") { nodes { replyLink { ...f0 } } } } ` + doubling.String() + `fragment f60 on ReplyLink { kind }`, ""},
		"aliases":       {"{ corpus { " + many(101, "a%d: revision ") + "} }", "100 aliases"},
		"roots":         {"{ " + strings.Repeat("corpus { revision } ", 31) + "}", "30 root fields"},
		"tokens":        {"{ corpus { " + strings.Repeat("revision ", 3000) + "} }", "3000 tokens"},
		"directives":    {"{ corpus { revision " + strings.Repeat("@skip(if: false) ", 3000) + "} }", ""},
		"length":        {"{ corpus { revision } } #" + strings.Repeat("x", maxDocument), "longer than"},
		"introspection": {introspecting, ""},
		"nesting":       {strings.Repeat("{ a ", 1400) + strings.Repeat("}", 1400), ""},
		"lists":         {`{ nodes(ids: ` + strings.Repeat("[", 1400) + strings.Repeat("]", 1400) + `) { id } }`, ""},
	} {
		counting := &counter{Reader: wide(), calls: map[string]int{}}
		start := time.Now()
		a := ask(t, handler(counting, Options{}), test.document, nil)
		if took := time.Since(start); took > 2*time.Second {
			t.Errorf("%s: took %v", name, took)
		}
		if len(a.Errors) == 0 || a.Data != nil {
			t.Errorf("%s: not refused", name)
			continue
		}
		if test.message != "" && (a.Errors[0].Extensions["code"] != codeCost || !strings.Contains(a.Errors[0].Message, test.message)) {
			t.Errorf("%s: %+v, want %s %q", name, a.Errors[0], codeCost, test.message)
		}
		if counting.total() > 0 {
			t.Errorf("%s: the store was asked: %v", name, counting.calls)
		}
		if size := len(fmt.Sprint(a)); size > 200_000 {
			t.Errorf("%s: the answer is %d bytes long", name, size)
		}
	}
}

// TestWithinLimits answers what people do ask.
func TestWithinLimits(t *testing.T) {
	h := handler(nil, Options{})
	for name, document := range map[string]string{
		"introspection": introspect(),
		"page":          `{ search(query: "", first: 200) { nodes { id subject from { name person { id } } to { address } thread { id messageCount } replyLink { parent { id } } } } }`,
		"thread":        `{ thread(id: "T_x") { entries(first: 200) { edges { depth node { id ... on Message { text { value } to { address person { name } } copies { batch { name } } } } } } } }`,
		"threads":       `{ threads { nodes { id entries(first: 50) { nodes { id subject from { person { name } } } } } } }`,
	} {
		if a := ask(t, h, document, nil); len(a.Errors) > 0 {
			t.Errorf("%s: %+v", name, a.Errors)
		}
	}
}

// introspect asks for all that GraphiQL asks for when it starts.
func introspect() string {
	input := `{ name description type { ...Ref } defaultValue isDeprecated deprecationReason }`
	return `query IntrospectionQuery { __schema { description queryType { name kind } mutationType { name kind } subscriptionType { name kind }
		types { ...Full } directives { name description isRepeatable locations args(includeDeprecated: true) ` + input + ` } } }
	fragment Full on __Type { kind name description specifiedByURL
		fields(includeDeprecated: true) { name description args(includeDeprecated: true) ` + input + ` type { ...Ref } isDeprecated deprecationReason }
		inputFields(includeDeprecated: true) ` + input + ` interfaces { ...Ref }
		enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason } possibleTypes { ...Ref } }
	fragment Ref on __Type { kind name ` + strings.Repeat("ofType { kind name ", 9) + strings.Repeat("}", 9) + ` }`
}

// TestDescriptions fails on anything in the schema that does not say what it
// promises.
func TestDescriptions(t *testing.T) {
	schema := gqlparser.MustLoadSchema(&ast.Source{Input: Schema()})
	blank := func(what, description string) {
		if len(strings.Fields(description)) < 2 {
			t.Errorf("%s has no description", what)
		}
	}
	blank("schema", schema.Description)
	for _, def := range schema.Types {
		if def.BuiltIn {
			continue
		}
		blank(def.Name, def.Description)
		for _, value := range def.EnumValues {
			blank(def.Name+"."+value.Name, value.Description)
		}
		for _, field := range def.Fields {
			if strings.HasPrefix(field.Name, "__") {
				continue
			}
			blank(def.Name+"."+field.Name, field.Description)
			if !field.Type.NonNull && def.Kind == ast.Object && !strings.Contains(field.Description+def.Description, "null") {
				t.Errorf("%s.%s does not say what null means", def.Name, field.Name)
			}
			for _, argument := range field.Arguments {
				blank(def.Name+"."+field.Name+"("+argument.Name+":)", argument.Description)
			}
		}
	}
}

// TestSchemaIsTheFile: what is served is what stands in the repository.
func TestSchemaIsTheFile(t *testing.T) {
	file, err := os.ReadFile("../schema.graphqls")
	if err != nil {
		t.Fatal(err)
	}
	if Schema() != string(file) {
		t.Error("the generated code is older than schema.graphqls: go generate ./graph")
	}
}

// TestWantsAreFields: every name in wantOf is a field of an entry.
func TestWantsAreFields(t *testing.T) {
	schema := gqlparser.MustLoadSchema(&ast.Source{Input: Schema()})
	for name := range wantOf {
		if schema.Types["Message"].Fields.ForName(name) == nil && schema.Types["MissingMessage"].Fields.ForName(name) == nil {
			t.Errorf("wantOf names %s, which is no field of an entry", name)
		}
	}
	for name := range usualLength {
		of, field, ok := strings.Cut(name, ".")
		if ok && (schema.Types[of] == nil || schema.Types[of].Fields.ForName(field) == nil) {
			t.Errorf("usualLength names %s, which is no field", name)
		}
	}
}

// TestDocumentsAreBounded: a long document is not kept.
func TestDocumentsAreBounded(t *testing.T) {
	d := newDocuments()
	long := strings.Repeat("x", maxKept+1)
	d.Add(t.Context(), long, &ast.QueryDocument{})
	d.Add(t.Context(), "short", &ast.QueryDocument{})
	_, hasLong := d.Get(t.Context(), long)
	_, hasShort := d.Get(t.Context(), "short")
	if hasLong || !hasShort {
		t.Errorf("kept long %v, short %v", hasLong, hasShort)
	}
}

func TestBounded(t *testing.T) {
	for _, test := range []struct {
		value any
		want  int
	}{
		{5, 5},
		{int64(7), 7},
		{float64(9), 9},
		{json.Number("11"), 11},
		{json.Number("x"), 200},
		{0, 200},
		{-3, 200},
		{int64(1) << 40, 200},
		{"x", 200},
		{nil, 200},
	} {
		if got := bounded(test.value, 200); got != test.want {
			t.Errorf("bounded(%v) = %d, want %d", test.value, got, test.want)
		}
	}
}
