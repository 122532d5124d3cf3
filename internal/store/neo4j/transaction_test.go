package neo4j

import (
	"strings"
	"testing"
)

func TestFitting(t *testing.T) {
	small, large := []any{"id", properties{"text": "x", "n": 1}}, []any{"id", properties{"text": strings.Repeat("x", 3<<20), "names": []string{"y"}}}
	many := make([]any, 2*batchRows)
	for i := range many {
		many[i] = small
	}
	for _, test := range []struct {
		name string
		rows []any
		want int
	}{
		{"none", nil, 0},
		{"few", []any{small, small}, 2},
		{"many", many, batchRows},
		{"large ones", []any{large, large, small}, 1},
		{"too large alone", []any{[]any{large, large}, small}, 1},
	} {
		if got := fitting(test.rows); got != test.want {
			t.Errorf("%s: got %d rows, want %d", test.name, got, test.want)
		}
	}
}

func TestDefinedName(t *testing.T) {
	for _, statement := range append(append([]string{searchIndex}, constraints...), indexes...) {
		if name := definedName(statement); !strings.HasPrefix(name, "skein_") || strings.ContainsAny(name, " \n") {
			t.Errorf("name in %q: got %q, want one that begins with skein_", statement, name)
		}
	}
}
