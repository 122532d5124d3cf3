//go:build linux

package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// server is a Neo4j server of a test's own, which may be killed.
type server struct {
	*database
	dir, port string
}

// newServer starts one where tests have a Neo4j at all.
func newServer(t *testing.T) *server {
	t.Helper()
	if testing.Short() {
		t.Skip("starting servers and waiting for a lease takes minutes")
	}
	if os.Getenv("SKEIN_TEST_NEO4J_URI") == "" {
		if os.Getenv("REQUIRE_ALL") == "1" {
			t.Fatal("SKEIN_TEST_NEO4J_URI is not set, and REQUIRE_ALL is")
		}
		t.Skip("SKEIN_TEST_NEO4J_URI names no server, so none is started either")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	l.Close()
	s := &server{dir: t.TempDir(), port: port}
	t.Cleanup(func() { s.script("stop", "--throw-away", s.dir) })
	const password = "only-for-tests"
	s.database = &database{t: t, env: []string{"SKEIN_STORE_PASSWORD=" + password}}
	s.start()
	s.database = connected(t, "bolt://127.0.0.1:"+port, password)
	return s
}

func (s *server) script(args ...string) {
	s.t.Helper()
	cmd := exec.Command(filepath.Join("..", "..", "scripts", "neo4j.sh"), args...)
	cmd.Env = append(append(os.Environ(), "SKEIN_NEO4J_HEAP=512m"), s.env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		s.t.Fatalf("neo4j.sh %q: %v\n%s", args, err, out)
	}
}

func (s *server) start(settings ...string) {
	s.t.Helper()
	args := []string{"start"}
	for _, setting := range settings {
		args = append(args, "--set", setting)
	}
	s.script(append(args, s.dir, s.port)...)
}

// TestNeo4jServerKilled kills the server in the middle of a load: the run ends
// with one sentence, the ledger keeps whole rounds, and with the server again
// the next run heals both. A server that may only be read is told apart.
func TestNeo4jServerKilled(t *testing.T) {
	s, dir := newServer(t), t.TempDir()
	s.run(dir, sources()[0])
	first := fmt.Sprint(s.ask(`MATCH (s:Skein) RETURN s.revision`)...)
	cmd := exec.CommandContext(t.Context(), program, whole("--round", "25")...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), s.env...)
	ended := make(chan result, 1)
	go func() { ended <- run(t, cmd) }()
	for end := time.Now().Add(time.Minute); fmt.Sprint(s.ask(`MATCH (s:Skein) RETURN s.revision`)...) == first; {
		if time.Now().After(end) {
			t.Fatal("nothing was published within a minute")
		}
	}
	s.script("stop", "--throw-away", s.dir)
	r := <-ended
	refused(t, "server killed", stripped(r), exitFailed, "unavailable", "`ingest publish`, brings Neo4j up to date")
	kept := must(t, dir, nil, "dump")
	if n := strings.Count(kept, `{"kind":"copy"`); n == 0 || n >= messages {
		t.Errorf("the ledger keeps %d copies, want those of the rounds before", n)
	}
	refused(t, "server gone", call(t, dir, s.env, whole()...), exitFailed, "unavailable")
	if got := must(t, dir, nil, "dump"); got != kept {
		t.Errorf("the ledger has changed: %s", firstDifference(got, kept))
	}
	s.start()
	s.run(dir, whole("--wait", "1m")...) // the lease of the run that failed has to run out
	s.same(dir, undisturbed(t))

	s.script("stop", s.dir)
	s.start("server.databases.default_to_read_only=true")
	for _, args := range [][]string{whole(), {"publish", "--replace"}} {
		refused(t, "read-only server", call(t, dir, s.env, args...), exitFailed, "cannot be written")
	}
	s.same(dir, undisturbed(t))
}

// TestNeo4jInterrupted ends a load with the signal of the terminal: the lease
// is given back, so the next run need not wait.
func TestNeo4jInterrupted(t *testing.T) {
	d, dir := newDatabase(t), t.TempDir()
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		interrupted(t, dir, d.env, signal)
	}
	d.run(dir, whole()...)
	d.same(dir, undisturbed(t))
}

// stripped leaves out the lines of progress that a load prints now and then.
func stripped(r result) result {
	var kept strings.Builder
	for line := range strings.Lines(r.stderr) {
		if !strings.Contains(line, " found, ") {
			kept.WriteString(line)
		}
	}
	r.stderr = kept.String()
	return r
}
