package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	bolt "github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"skein/internal/evidence"
)

// heap is that of both servers; with less, garbage is collected all the time.
const heap = "4g"

// server is a Neo4j server of this run alone, as scripts/neo4j.sh starts it.
type server struct {
	script, folder, port string
	password             string // path of the file that holds it
	driver               bolt.DriverWithContext
}

// serverNeeds says what a server of our own needs and this machine lacks, as
// far as can be seen without a start.
func serverNeeds() error {
	if !anywhere("java", filepath.Join(os.Getenv("JAVA_HOME"), "bin", "java"), "/usr/lib/jvm/*/bin/java") {
		return errors.New("there is no Java: Neo4j needs 17 or newer")
	}
	cache, err := os.UserCacheDir()
	if err == nil && !anywhere("mvn", filepath.Join(cache, "skein", "neo4j-*", "lib")) {
		err = errors.New("there is no Maven, which fetches Neo4j")
	}
	return err
}

// anywhere says whether there is a command, or a file of one of the patterns.
func anywhere(command string, patterns ...string) bool {
	if _, err := exec.LookPath(command); err == nil {
		return true
	}
	for _, pattern := range patterns {
		if found, err := filepath.Glob(pattern); err == nil && len(found) > 0 {
			return true
		}
	}
	return false
}

// newServer makes what a server in a folder needs to start.
func newServer(ctx context.Context, folder string) (*server, error) {
	root, err := evidence.Output(exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", "skein"))
	if err != nil {
		return nil, err
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, err
	}
	s := &server{
		script: filepath.Join(strings.TrimSpace(string(root)), "scripts", "neo4j.sh"),
		folder: folder, port: port, password: filepath.Join(folder, "password"),
	}
	return s, os.WriteFile(s.password, []byte(rand.Text()), 0o600)
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, errors.Join(err, l.Close())
}

func (s *server) url() string { return "bolt://127.0.0.1:" + s.port }

// env is the environment of a program that is to know the password.
func (s *server) env() []string {
	return append(os.Environ(), "SKEIN_STORE_PASSWORD=", "SKEIN_STORE_PASSWORD_FILE="+s.password)
}

func (s *server) call(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, s.script, args...)
	cmd.Env = append(s.env(), "SKEIN_NEO4J_HEAP="+heap)
	return cmd
}

// start starts the server and returns how long it took until it answered.
func (s *server) start(ctx context.Context) (time.Duration, error) {
	secret, err := os.ReadFile(s.password)
	if err != nil {
		return 0, err
	}
	if s.driver, err = bolt.NewDriverWithContext(s.url(), bolt.BasicAuth("neo4j", string(secret), "")); err != nil {
		return 0, err
	}
	started, ended := time.Now(), make(chan error, 1)
	go func() {
		_, err := evidence.Output(s.call(ctx, "start", s.folder, s.port))
		ended <- err
	}()
	for s.query(ctx, nil, `RETURN 1`, nil) != nil {
		select {
		case err := <-ended:
			if err != nil {
				return 0, err
			}
			ended <- nil // the script saw it answer first
		case <-time.After(20 * time.Millisecond):
		}
	}
	took := time.Since(started)
	return took, <-ended
}

// stop waits until the server has closed its store.
func (s *server) stop(ctx context.Context) error {
	_, err := evidence.Output(s.call(ctx, "stop", s.folder))
	return errors.Join(err, s.driver.Close(ctx))
}

// remove ends the server, whatever became of it, and takes out all it had.
func (s *server) remove() error {
	_, err := evidence.Output(s.call(context.Background(), "stop", "--throw-away", s.folder))
	if s.driver != nil {
		err = errors.Join(err, s.driver.Close(context.Background()))
	}
	return errors.Join(err, os.RemoveAll(s.folder))
}

// usage returns what the server took since it was started.
func (s *server) usage() (evidence.Usage, error) {
	text, err := os.ReadFile(filepath.Join(s.folder, "run", "pid"))
	if err != nil {
		return evidence.Usage{}, err
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return evidence.Usage{}, fmt.Errorf("the process of the server: %w", err)
	}
	return evidence.Process(pid), nil
}

// query runs a statement in a transaction of its own and calls row with the
// values of each row.
func (s *server) query(ctx context.Context, row func(values []any) error, cypher string, params map[string]any) error {
	session := s.driver.NewSession(ctx, bolt.SessionConfig{DatabaseName: "neo4j", FetchSize: 5000})
	defer session.Close(context.WithoutCancel(ctx))
	result, err := session.Run(ctx, cypher, params)
	if err != nil {
		return err
	}
	var record *bolt.Record
	for result.NextRecord(ctx, &record) {
		if row == nil {
			continue
		}
		if err := row(record.Values); err != nil {
			return err
		}
	}
	return result.Err()
}

// texts returns the texts of the first column of a statement.
func (s *server) texts(ctx context.Context, cypher string) ([]string, error) {
	var all []string
	err := s.query(ctx, func(values []any) error {
		text, _ := values[0].(string)
		all = append(all, text)
		return nil
	}, cypher, nil)
	return all, err
}
