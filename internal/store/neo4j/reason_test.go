package neo4j_test

import (
	"errors"
	"strings"
	"testing"

	bolt "github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"skein/internal/store"
	"skein/internal/store/neo4j"
	"skein/internal/store/neo4j/neo4jtest"
)

// lostConnection is what the driver says when the connection ends.
func lostConnection() error { return &bolt.ConnectivityError{Inner: errors.New("EOF")} }

func neo4jPlan(t testing.TB, c neo4j.Config, cypher string) []string {
	t.Helper()
	driver, err := bolt.NewDriverWithContext(c.URL, bolt.BasicAuth("neo4j", c.Password, ""))
	if err != nil {
		t.Fatal(err)
	}
	defer driver.Close(t.Context())
	params := map[string]any{"rows": []any{}, "token": "", "time": 1, "state": map[string]any{}, "revision": 1}
	if strings.Contains(cypher, "LIMIT $rows") {
		params["rows"] = 1
	}
	result, err := bolt.ExecuteQuery(t.Context(), driver, "EXPLAIN "+cypher, params, bolt.EagerResultTransformer, bolt.ExecuteQueryWithDatabase("neo4j"))
	if err != nil {
		t.Fatalf("%s: %v", cypher, err)
	}
	var operators []string
	var walk func(p bolt.Plan)
	walk = func(p bolt.Plan) {
		operators = append(operators, p.Operator())
		for _, child := range p.Children() {
			walk(child)
		}
	}
	walk(result.Summary.Plan())
	return operators
}

func TestForeignGraph(t *testing.T) {
	c := neo4jtest.Database(t)
	for _, name := range neo4j.Defined() { // another test may have left them
		askGraph(t, c, `DROP CONSTRAINT `+name+` IF EXISTS`)
		askGraph(t, c, `DROP INDEX `+name+` IF EXISTS`)
	}
	askGraph(t, c, `CREATE (:Customer {id: 1})`)
	for _, options := range [][]neo4j.Option{nil, {neo4j.Replace}} {
		_, err := neo4j.OpenPublisher(t.Context(), c, versions, options...)
		if !errors.Is(err, neo4j.ErrForeign) || !strings.Contains(err.Error(), "database neo4j has nodes that Skein did not make") {
			t.Errorf("options %v: got %v, want %v with the name", options, err, neo4j.ErrForeign)
		}
	}
	wantRows(t, "nodes", askGraph(t, c, `MATCH (n) RETURN labels(n)`), "[Customer]")
	wantRows(t, "indexes", askGraph(t, c, `SHOW INDEXES YIELD name WHERE name STARTS WITH 'skein_' AND name <> 'skein_test_marker' RETURN name`))
}

func TestPublisherVersions(t *testing.T) {
	c := neo4jtest.Database(t)
	p := openPublisher(t, c)
	publishTo(t, p, smallGraph())
	p.Close()
	for _, test := range []struct{ change, want string }{
		{`SET s.versions = 'parse 9'`, "made by parse 9, this program has parse 1, thread 1"},
		{`SET s.model = 0`, "model 0, this program writes 2"},
	} {
		askGraph(t, c, `MATCH (s:Skein) `+test.change)
		_, err := neo4j.OpenPublisher(t.Context(), c, versions)
		if !errors.Is(err, store.ErrVersion) || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "`ingest publish --replace`") {
			t.Errorf("%s: got %v, want %v with %q", test.change, err, store.ErrVersion, test.want)
		}
	}
	p = openPublisher(t, c, neo4j.Replace)
	if got := p.Point(); got != (store.Point{}) {
		t.Errorf("point: got %v, want none", got)
	}
	if err := p.Publish(t.Context(), smallGraph()); err == nil {
		t.Error("publishing instead of filling: got no error, want one")
	}
	if err := p.Fill(t.Context(), smallGraph().Until, pieces(smallGraph())); err != nil {
		t.Fatal(err)
	}
	p.Close()
	if got, want := openPublisher(t, c).Point(), smallGraph().Until; got != want {
		t.Errorf("point: got %v, want %v", got, want)
	}
}

// TestReasons has a server complain.
func TestReasons(t *testing.T) {
	c := neo4jtest.Database(t)
	wrong := func(change func(*neo4j.Config)) neo4j.Config {
		wrong := c
		change(&wrong)
		return wrong
	}
	for _, test := range []struct {
		name   string
		config neo4j.Config
		is     error
		want   string
	}{
		{"password", wrong(func(c *neo4j.Config) { c.Password = "other" }), nil, "SKEIN_STORE_PASSWORD"},
		{"database", wrong(func(c *neo4j.Config) { c.Database = "other" }), store.ErrNotFound, "no database of that name"},
		{"address", wrong(func(c *neo4j.Config) { c.URL = "bolt://127.0.0.1:1" }), store.ErrUnavailable, "does not answer: connect: connection refused"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := neo4j.OpenPublisher(t.Context(), test.config, versions)
			if err == nil || test.is != nil && !errors.Is(err, test.is) || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %v, want %v with %q in one line", err, test.is, test.want)
			}
		})
	}
	p := openPublisher(t, c)
	publishTo(t, p, smallGraph())
	r, err := neo4j.OpenReader(t.Context(), c, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	askGraph(t, c, `DROP INDEX skein_search`)
	err = r.Ask(t.Context(), `CALL db.index.fulltext.queryNodes('skein_search', 'a') YIELD node RETURN node.id`)
	if !errors.Is(err, store.ErrVersion) || !strings.Contains(err.Error(), "`ingest publish`") {
		t.Errorf("without the full-text index: got %v, want %v with what to do", err, store.ErrVersion)
	}
	p.Close()
	openPublisher(t, c) // makes it again
	if err := r.Ask(t.Context(), `CALL db.index.fulltext.queryNodes('skein_search', 'a') YIELD node RETURN node.id`); err != nil {
		t.Errorf("after the next run: got %v, want none", err)
	}
}

// TestReasonOfCodes gives a meaning to what a plain server does not complain of.
func TestReasonOfCodes(t *testing.T) {
	for _, test := range []struct {
		code string
		is   error
		want string
	}{
		{"Neo.ClientError.General.WriteOnReadOnlyAccessDatabase", nil, "it cannot be written; name the leader, or use neo4j://"},
		{"Neo.ClientError.Cluster.NotALeader", nil, "it cannot be written"},
		{"Neo.TransientError.General.MemoryPoolOutOfMemoryError", nil, "too little memory"},
		{"Neo.TransientError.General.DatabaseUnavailable", store.ErrUnavailable, "not running"},
		{"Neo.ClientError.Transaction.TransactionTimedOutClientConfiguration", nil, "took too long"},
		{"Neo.ClientError.Security.CredentialsExpired", nil, "has run out"},
		{"Neo.ClientError.Schema.ConstraintValidationFailed", nil, "`ingest publish --replace`"},
	} {
		err := neo4j.ErrorReason(&bolt.Neo4jError{Code: test.code, Msg: "said so"})
		if test.is != nil && !errors.Is(err, test.is) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %v with %q", test.code, err, test.is, test.want)
		}
	}
	if err := neo4j.ErrorReason(lostConnection()); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("lost connection: got %v, want %v", err, store.ErrUnavailable)
	}
}
