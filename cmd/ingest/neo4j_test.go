package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	bolt "github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"skein/internal/store/neo4j/neo4jtest"
)

// database is a Neo4j database that a test has alone, and how the program is
// told of it.
type database struct {
	t      *testing.T
	url    string
	env    []string
	driver bolt.DriverWithContext
}

func newDatabase(t *testing.T) *database {
	t.Helper()
	c := neo4jtest.Database(t)
	return connected(t, c.URL, c.Password)
}

func connected(t *testing.T, url, password string) *database {
	t.Helper()
	driver, err := bolt.NewDriverWithContext(url, bolt.BasicAuth("neo4j", password, ""))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { driver.Close(t.Context()) })
	return &database{t, url, []string{"SKEIN_STORE=" + url, "SKEIN_STORE_PASSWORD=" + password}, driver}
}

// ask runs a statement and returns the values of its only row.
func (d *database) ask(cypher string) []any {
	d.t.Helper()
	result, err := bolt.ExecuteQuery(d.t.Context(), d.driver, cypher, nil, bolt.EagerResultTransformer)
	if err != nil {
		d.t.Fatal(err)
	}
	if len(result.Records) == 0 {
		return nil
	}
	return result.Records[0].Values
}

// state is what a publication that changes anything moves.
func (d *database) state() string {
	d.t.Helper()
	return fmt.Sprint(d.ask(`MATCH (s:Skein) RETURN s.revision, s.token, s.at, s.state`)...)
}

// expire lets the lease of a publisher that was killed run out.
func (d *database) expire() {
	d.t.Helper()
	d.ask(`MATCH (l:SkeinLease) SET l.until = datetime.realtime() - duration({seconds: 1})`)
}

// run runs the program on the database.
func (d *database) run(dir string, args ...string) string {
	d.t.Helper()
	return must(d.t, dir, d.env, args...)
}

// same fails when the dump of the database is not that of the ledger in dir,
// or that not want.
func (d *database) same(dir, want string) {
	d.t.Helper()
	for store, got := range map[string]string{
		"Neo4j":  d.run(dir, "dump"),
		"ledger": must(d.t, dir, nil, "dump"),
	} {
		if got != want {
			d.t.Fatalf("the dump of the %s has %d bytes, want %d: %s", store, len(got), len(want), firstDifference(got, want))
		}
	}
}

// undisturbed is the dump of the sample, loaded batch by batch.
func undisturbed(t *testing.T) string {
	t.Helper()
	want, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	return want
}

// TestNeo4jSameGraph loads the sample in several ways; the database must come
// to hold what an undisturbed ledger holds. Loading it again writes nothing.
func TestNeo4jSameGraph(t *testing.T) {
	s := sources()
	for _, c := range []struct {
		name string
		runs [][]string
	}{
		{"batch by batch", separately(s)},
		{"batches permuted", separately([]string{s[2], s[0], s[1]})},
		{"at once in small rounds", [][]string{whole("--round", "170")}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, dir := newDatabase(t), t.TempDir()
			for _, args := range c.runs {
				d.run(dir, args...)
			}
			d.same(dir, undisturbed(t))
			before := d.state()
			for _, args := range c.runs {
				d.run(dir, args...)
			}
			if after := d.state(); after != before {
				t.Errorf("loaded again: the state is %s, want %s", after, before)
			}
		})
	}
}

// TestNeo4jRetract takes a batch back, of the ledger and of what is published.
func TestNeo4jRetract(t *testing.T) {
	d := newDatabase(t)
	runs := separately(sources())
	with, without := t.TempDir(), t.TempDir()
	for i, args := range runs {
		d.run(with, args...)
		if i != 1 {
			must(t, without, nil, args...)
		}
	}
	d.run(with, "retract", "--batch", "2", "--round", "100")
	d.same(with, must(t, without, nil, "dump"))
	d.run(with, runs[1]...)
	d.same(with, undisturbed(t))
}

// TestNeo4jPublish publishes a ledger that was loaded alone: into an empty
// database, into one that lags, and in the place of another's graph.
func TestNeo4jPublish(t *testing.T) {
	d, dir := newDatabase(t), t.TempDir()
	runs := separately(sources())
	must(t, dir, nil, runs[0]...)
	type published struct {
		Revision, Messages int
		Seconds            float64
		Filled             bool
	}
	publish := func(dir string, args ...string) (p published) {
		t.Helper()
		line := d.run(dir, append([]string{"publish", "--json"}, args...)...)
		if err := json.Unmarshal([]byte(line), &p); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		return p
	}
	if p := publish(dir); !p.Filled || p.Messages == 0 || p.Revision == 0 || p.Seconds == 0 {
		t.Errorf("into an empty database: %+v", p)
	}
	d.same(dir, must(t, dir, nil, "dump"))
	must(t, dir, nil, runs[1]...)
	if status := d.run(dir, "status"); !strings.Contains(status, "`ingest publish` brings Neo4j up to date") {
		t.Errorf("status of a graph that lags: %s", status)
	}
	if p := publish(dir); p.Filled {
		t.Errorf("into a graph that lags: %+v", p)
	}
	d.run(dir, runs[2]...)
	d.same(dir, undisturbed(t))
	if status := d.run(dir, "status"); !strings.Contains(status, "Neo4j is where the ledger skein.db is") {
		t.Errorf("status: %s", status)
	}
	d.run(dir, "rebuild")
	d.same(dir, undisturbed(t))
	other := t.TempDir()
	must(t, other, nil, runs[1]...)
	for _, args := range [][]string{{"publish"}, runs[1]} {
		before := d.state()
		refused(t, "another ledger", call(t, other, d.env, args...), exitFailed, "`ingest publish --replace`")
		if after := d.state(); after != before {
			t.Errorf("%q: the state is %s, want %s", args, after, before)
		}
	}
	if p := publish(other, "--replace"); !p.Filled {
		t.Errorf("in the place of another's: %+v", p)
	}
	d.same(other, must(t, other, nil, "dump"))
}

// TestNeo4jExport compares what both engines export.
func TestNeo4jExport(t *testing.T) {
	d, dir := newDatabase(t), t.TempDir()
	d.run(dir, sources()[0])
	for _, query := range []string{"", "contract"} {
		got, want := d.run(dir, "export", "--query", query, "-"), must(t, dir, nil, "export", "--query", query, "-")
		if got != want {
			t.Errorf("export of %q: %s", query, firstDifference(got, want))
		}
	}
}

// TestNeo4jKilled kills a load before its first publication, behind it, before
// the second, and so on; the next run must heal the database.
func TestNeo4jKilled(t *testing.T) {
	newDatabase(t)
	kills := 0
	for n := 1; ; n++ {
		done := true
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			d, dir := newDatabase(t), t.TempDir()
			env := append([]string{fmt.Sprint("SKEIN_FAILPOINT_PUBLISH=", n)}, d.env...)
			r := call(t, dir, env, whole("--round", "500")...)
			if done = r.code == exitLoaded; done {
				d.same(dir, undisturbed(t))
				return
			}
			if kills++; r.code != -1 {
				t.Fatalf("exit %d, want a kill\n%s", r.code, r.stderr)
			}
			refused(t, "while the lease runs", call(t, dir, d.env, whole()...), exitBusy, "another run")
			d.expire()
			d.run(dir, whole("--round", "500")...)
			d.same(dir, undisturbed(t))
		})
		if done || t.Failed() {
			break
		}
	}
	if kills < 5 {
		t.Errorf("the load was killed %d times, want it at every publication", kills)
	}
}

// TestNeo4jKilledFill kills a publication of everything at some of its pieces.
func TestNeo4jKilledFill(t *testing.T) {
	d, dir := newDatabase(t), t.TempDir()
	must(t, dir, nil, whole()...)
	want := must(t, dir, nil, "dump")
	for _, n := range []int{1, 2, 4, 6, 7} {
		env := append([]string{fmt.Sprint("SKEIN_FAILPOINT_PUBLISH=", n)}, d.env...)
		if r := call(t, dir, env, "publish", "--replace"); r.code != -1 {
			t.Fatalf("piece %d: exit %d, want a kill\n%s", n, r.code, r.stderr)
		}
		d.expire()
		if n > 2 {
			refused(t, "half a graph", call(t, dir, d.env, "dump"), exitFailed, "being filled")
		}
		d.run(dir, "publish")
		d.same(dir, want)
	}
}

// TestNeo4jRefuses: one sentence and the exit code, before a mail is read.
func TestNeo4jRefuses(t *testing.T) {
	d, dir := newDatabase(t), t.TempDir()
	write(t, filepath.Join(dir, "mail", "1.eml"), letter(1))
	must(t, dir, nil, "mail")
	want := must(t, dir, nil, "dump")
	write(t, filepath.Join(dir, "mail", "2.eml"), letter(2))
	with := func(url, password string) []string {
		return []string{"SKEIN_STORE=" + url, "SKEIN_STORE_PASSWORD=" + password}
	}
	for _, c := range []struct {
		what, url, password string
		want                []string
	}{
		{"nobody listens", "bolt://127.0.0.1:1", "x", []string{"127.0.0.1:1", "unavailable"}},
		{"wrong password", d.url, "wrong-hunter2", []string{"SKEIN_STORE_PASSWORD"}},
		{"no such database", d.url + "/nosuch", strings.TrimPrefix(d.env[1], "SKEIN_STORE_PASSWORD="), []string{"nosuch"}},
	} {
		// After three wrong passwords the server refuses right ones for a while.
		for _, args := range [][]string{{"mail"}, {"dump"}} {
			r := call(t, dir, with(c.url, c.password), args...)
			refused(t, c.what+": "+args[0], r, exitFailed, c.want...)
			if strings.Contains(r.stderr, "hunter2") || r.stdout != "" {
				t.Errorf("%s: got stdout %q, stderr %q", c.what, r.stdout, r.stderr)
			}
		}
	}
	refused(t, "nothing published", call(t, dir, d.env, "dump"), exitFailed, "not found", "`ingest publish`")
	d.ask(`CREATE (:Cat {name: 'Tom'})`)
	for _, args := range [][]string{{"mail"}, {"publish", "--replace"}} {
		refused(t, "foreign", call(t, dir, d.env, args...), exitFailed, "holds something else")
	}
	if got := must(t, dir, nil, "dump"); got != want {
		t.Errorf("the ledger has changed: %s", firstDifference(got, want))
	}
	d.ask(`MATCH (c:Cat) DELETE c`)
	d.run(dir, "mail")
	d.ask(`MATCH (l:SkeinLease) SET l.token = 'other', l.holder = 'elsewhere', l.since = datetime(), l.until = datetime.realtime() + duration({seconds: 60})`)
	for _, args := range [][]string{{"mail"}, {"publish"}, {"publish", "--replace"}, {"rebuild"}, {"retract", "--batch", "mail"}, {"mail", "--wait", "300ms"}} {
		refused(t, "two writers", call(t, dir, d.env, args...), exitBusy, "another run")
	}
}
