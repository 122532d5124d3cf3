// Package neo4jtest gives tests a Neo4j database of their own, and loads the
// releases of package storetest into it. Tests of package neo4j that use it
// stand in package neo4j_test.
//
// The server is named by SKEIN_TEST_NEO4J_URI, its password (of the user neo4j)
// by SKEIN_TEST_NEO4J_PASSWORD; `make test` starts one. Packages take turns.
package neo4jtest

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gofrs/flock"
	bolt "github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"skein/internal/store/neo4j"
)

// marker is an index, not a node, so that a wiped database is an empty one to
// those who count its nodes.
const marker = "skein_test_marker"

// Database returns a database without nodes that t has alone until it ends; the
// constraints and indexes of a published graph may be there already. A server
// that holds something and does not carry our marker fails t: nobody's data is
// wiped. Without a server t is skipped, or fails with REQUIRE_ALL=1. In short
// mode t is skipped: what is tried under the race detector needs no server that
// answers in its own time.
//
// One test of a process has it at a time. A subtest may ask for it while its
// parent has it, and takes out what the parent wrote; any other test, such as a
// parallel one, fails.
func Database(t testing.TB) neo4j.Config {
	t.Helper()
	if testing.Short() {
		t.Skip("short mode: no Neo4j")
	}
	c := neo4j.Config{URL: os.Getenv("SKEIN_TEST_NEO4J_URI"), Password: os.Getenv("SKEIN_TEST_NEO4J_PASSWORD")}
	if c.URL == "" {
		if os.Getenv("REQUIRE_ALL") == "1" {
			t.Fatal("SKEIN_TEST_NEO4J_URI is not set, and REQUIRE_ALL is")
		}
		t.Skip("SKEIN_TEST_NEO4J_URI names no server")
	}
	takeTurn(t, c.URL)
	if err := empty(t.Context(), c); err != nil {
		t.Fatalf("neo4j %s: %v", c.URL, err)
	}
	return c
}

// Session opens a database as any program sees it.
func Session(t testing.TB, c neo4j.Config) bolt.SessionWithContext {
	t.Helper()
	driver, err := bolt.NewDriverWithContext(c.URL, bolt.BasicAuth("neo4j", c.Password, ""))
	if err != nil {
		t.Fatal(err)
	}
	session := driver.NewSession(t.Context(), bolt.SessionConfig{DatabaseName: "neo4j"})
	t.Cleanup(func() {
		session.Close(context.Background())
		driver.Close(context.Background())
	})
	return session
}

// turn is held by the tests of this process that have the database, each one a
// subtest of the one before it.
var turn struct {
	sync.Mutex
	names []string
	lock  *flock.Flock
}

// takeTurn waits until no other process has the database, and gives it back
// when t ends.
func takeTurn(t testing.TB, url string) {
	t.Helper()
	turn.Lock()
	defer turn.Unlock()
	if n := len(turn.names); n > 0 && t.Name() != turn.names[n-1] && !strings.HasPrefix(t.Name(), turn.names[n-1]+"/") {
		t.Fatalf("%s has the database; one test has it at a time", turn.names[n-1])
	}
	if len(turn.names) == 0 {
		path := filepath.Join(os.TempDir(), fmt.Sprintf("skein-test-%x.lock", sha256.Sum256([]byte(url))))
		turn.lock = flock.New(path, flock.SetPermissions(0o666))
		if ok, err := turn.lock.TryLockContext(t.Context(), 20*time.Millisecond); !ok {
			t.Fatalf("waiting for the database: %v", err)
		}
	}
	turn.names = append(turn.names, t.Name())
	t.Cleanup(giveBack)
}

func giveBack() {
	turn.Lock()
	defer turn.Unlock()
	turn.names = turn.names[:len(turn.names)-1]
	if len(turn.names) == 0 {
		turn.lock.Close()
	}
}

// empty takes everything out of a database that is empty or ours, and marks it.
func empty(ctx context.Context, c neo4j.Config) error {
	driver, err := bolt.NewDriverWithContext(c.URL, bolt.BasicAuth("neo4j", c.Password, ""))
	if err != nil {
		return err
	}
	defer driver.Close(context.WithoutCancel(ctx))
	session := driver.NewSession(ctx, bolt.SessionConfig{DatabaseName: "neo4j"})
	defer session.Close(context.WithoutCancel(ctx))
	ours, err := marked(ctx, session)
	if err != nil {
		return err
	}
	if !ours {
		if err := mark(ctx, session); err != nil {
			return err
		}
	}
	return wipe(ctx, session)
}

// mark marks a database that holds nothing.
func mark(ctx context.Context, session bolt.SessionWithContext) error {
	nodes, err := texts(ctx, session, `MATCH (n) RETURN head(labels(n)) LIMIT 1`)
	if err != nil {
		return err
	}
	rules, err := texts(ctx, session, `SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP' RETURN name`)
	if err != nil {
		return err
	}
	if len(nodes)+len(rules) > 0 {
		return errors.New("it holds something and was not made for tests, so nothing is wiped; name an empty server")
	}
	_, err = texts(ctx, session, `CREATE INDEX `+marker+` IF NOT EXISTS FOR (t:SkeinTest) ON (t.marker)`)
	return err
}

func marked(ctx context.Context, session bolt.SessionWithContext) (bool, error) {
	names, err := texts(ctx, session, `SHOW INDEXES YIELD name WHERE name = '`+marker+`' RETURN name`)
	return len(names) > 0, err
}

// wipe takes out every node, and every constraint and index but the marker, the
// indexes that every database has, and those of a published graph: to make
// them anew for each test, and to plan all statements again, takes seconds.
func wipe(ctx context.Context, session bolt.SessionWithContext) error {
	kept := append(neo4j.Defined(), marker)
	for _, kind := range []string{"CONSTRAINT", "INDEX"} {
		names, err := texts(ctx, session, map[string]string{
			"CONSTRAINT": `SHOW CONSTRAINTS YIELD name RETURN name`,
			"INDEX":      `SHOW INDEXES YIELD name, type, owningConstraint WHERE type <> 'LOOKUP' AND owningConstraint IS NULL RETURN name`,
		}[kind])
		if err != nil {
			return err
		}
		for _, name := range names {
			if slices.Contains(kept, name) {
				continue
			}
			if _, err := texts(ctx, session, "DROP "+kind+" `"+name+"` IF EXISTS"); err != nil {
				return err
			}
		}
	}
	// Relationships go first, for some nodes have more of them than the memory of
	// one transaction holds.
	if _, err := texts(ctx, session, `MATCH ()-[r]->() CALL (r) { DELETE r } IN TRANSACTIONS OF 2000 ROWS`); err != nil {
		return err
	}
	_, err := texts(ctx, session, `MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 2000 ROWS`)
	return err
}

// texts runs a statement and returns the texts of its first column.
func texts(ctx context.Context, session bolt.SessionWithContext, cypher string) ([]string, error) {
	result, err := session.Run(ctx, cypher, nil)
	if err != nil {
		return nil, err
	}
	var all []string
	for result.Next(ctx) {
		text, _ := result.Record().Values[0].(string)
		all = append(all, text)
	}
	return all, result.Err()
}
