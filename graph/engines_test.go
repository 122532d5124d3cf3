package graph

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"skein/internal/store/sqlite/sqlitetest"
)

// revisions are how a store was loaded, not what it holds.
var revisions = regexp.MustCompile(`"(revision|since)": [^,\n]*`)

// TestLedgerAnswersAlike puts every operation to the ledger, which must answer
// with the same bytes as the reference.
func TestLedgerAnswersAlike(t *testing.T) {
	h := handler(sqlitetest.Load(t, office(), 5), Options{})
	for _, file := range operations(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			document := read(t, file)
			got := string(pretty(t, post(t, h, document, variables(t, document))))
			want := read(t, strings.TrimSuffix(file, "graphql")+"json")
			if revisions.ReplaceAllString(got, "") != revisions.ReplaceAllString(want, "") {
				t.Errorf("%s:\ngot  %s\nwant %s", file, got, want)
			}
		})
	}
}
