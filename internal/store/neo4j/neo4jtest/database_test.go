package neo4jtest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	bolt "github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"skein/internal/store/neo4j"
)

func run(t *testing.T, session bolt.SessionWithContext, cypher string) []string {
	t.Helper()
	all, err := texts(t.Context(), session, cypher)
	if err != nil {
		t.Fatalf("%s: %v", cypher, err)
	}
	return all
}

// content lists what a database holds besides the indexes that every one has.
func content(t *testing.T, session bolt.SessionWithContext) string {
	t.Helper()
	nodes := run(t, session, `MATCH (n) RETURN 'node' LIMIT 3`)
	rules := run(t, session, `SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP' RETURN name ORDER BY name`)
	rules = slices.DeleteFunc(rules, func(name string) bool { return slices.Contains(neo4j.Defined(), name) })
	return strings.Join(append(nodes, rules...), " ")
}

// TestEmpty fills a database with all that may be in it, and gets it empty.
func TestEmpty(t *testing.T) {
	session := Session(t, Database(t))
	for _, cypher := range []string{
		"CREATE CONSTRAINT skein_x IF NOT EXISTS FOR (x:X) REQUIRE x.id IS UNIQUE",
		"CREATE INDEX skein_y FOR (y:Y) ON (y.id)",
		"CREATE FULLTEXT INDEX `another one` FOR (z:Z) ON EACH [z.text]",
		"UNWIND range(1, 12000) AS i CREATE (:X {id: i})-[:R]->(:Y)",
	} {
		run(t, session, cypher)
	}
	if got, want := content(t, session), "node node node another one skein_test_marker skein_x skein_y"; got != want {
		t.Fatalf("before: got %q, want %q", got, want)
	}
	t.Run("subtest", func(t *testing.T) {
		Database(t)
		if got, want := content(t, session), "skein_test_marker"; got != want {
			t.Errorf("after: got %q, want %q", got, want)
		}
	})
}

// TestForeign shows that a database without our marker stays as it is.
func TestForeign(t *testing.T) {
	c := Database(t)
	session := Session(t, c)
	for _, cypher := range []string{"CREATE (:Customer {id: 1})", "CREATE INDEX customers FOR (c:Customer) ON (c.id)"} {
		t.Run(cypher[:12], func(t *testing.T) {
			Database(t)
			run(t, session, "DROP INDEX "+marker)
			run(t, session, cypher)
			before := content(t, session)
			err := empty(t.Context(), c)
			if err == nil || !strings.Contains(err.Error(), "not made for tests") {
				t.Errorf("got %v, want a refusal", err)
			}
			if got := content(t, session); got != before {
				t.Errorf("got %q, want %q", got, before)
			}
			run(t, session, "CREATE INDEX "+marker+" FOR (t:SkeinTest) ON (t.marker)")
		})
	}
}

// TestOneAtATime shows that another test does not get what one has.
func TestOneAtATime(t *testing.T) {
	c := Database(t)
	other := &failing{TB: t, name: "TestOther"}
	func() {
		defer func() { recover() }()
		takeTurn(other, c.URL)
	}()
	if want := "TestOneAtATime has the database"; !strings.Contains(other.failure, want) {
		t.Errorf("got %q, want %q", other.failure, want)
	}
}

// failing is a test of another name whose failure is kept.
type failing struct {
	testing.TB
	name, failure string
}

func (f *failing) Name() string { return f.name }

func (f *failing) Fatalf(format string, args ...any) {
	f.failure = fmt.Sprintf(format, args...)
	panic("failed")
}
