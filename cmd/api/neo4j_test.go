package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"skein/internal/ingest"
	"skein/internal/store/dial"
	"skein/internal/store/neo4j/neo4jtest"
)

// wire passes connections on to a server, and can be cut.
type wire struct {
	t       *testing.T
	to      string
	address string
	mu      sync.Mutex
	open    []net.Conn
	listens net.Listener
}

func newWire(t *testing.T, to string) *wire {
	t.Helper()
	w := &wire{t: t, to: to, address: "127.0.0.1:0"}
	w.mend()
	t.Cleanup(w.cut)
	return w
}

// mend listens, where it listened before.
func (w *wire) mend() {
	w.t.Helper()
	l, err := net.Listen("tcp", w.address)
	if err != nil {
		w.t.Fatal(err)
	}
	w.address, w.listens = l.Addr().String(), l
	go func() {
		for {
			from, err := l.Accept()
			if err != nil {
				return
			}
			w.pass(from)
		}
	}()
}

func (w *wire) pass(from net.Conn) {
	to, err := net.Dial("tcp", w.to)
	if err != nil {
		from.Close()
		return
	}
	w.mu.Lock()
	w.open = append(w.open, from, to)
	w.mu.Unlock()
	go func() { _, _ = io.Copy(to, from); to.Close() }()
	go func() { _, _ = io.Copy(from, to); from.Close() }()
}

// cut ends every connection and takes no other.
func (w *wire) cut() {
	w.listens.Close()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.open {
		c.Close()
	}
	w.open = nil
}

// publish loads a mail into a ledger and publishes it.
func publish(t *testing.T, s dial.Store, n int) {
	t.Helper()
	path := filepath.Join(t.TempDir(), fmt.Sprint(n, ".eml"))
	text := fmt.Sprintf("Message-ID: <m%d@example.org>\nFrom: ann@example.org\nTo: bo@example.org\nSubject: number %d\n\nText.\n", n, n)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := ingest.Run(t.Context(), ingest.Options{
		Ledger: s.Ledger, Paths: []string{path},
		OpenGraph: func(ctx context.Context, replace bool) (ingest.Publisher, error) {
			return s.Publisher(ctx, ingest.Stages(), replace)
		},
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestNeo4jGoesAway serves from a database that goes away and comes back: each
// answer says so meanwhile, and it recovers by itself.
func TestNeo4jGoesAway(t *testing.T) {
	c := neo4jtest.Database(t)
	s := dial.Store{URL: c.URL, Password: c.Password, Ledger: ledger(t)}
	publish(t, s, 1)
	_, host, _ := strings.Cut(c.URL, "://")
	w := newWire(t, host)
	env := map[string]string{"SKEIN_STORE_PASSWORD": c.Password}
	url, stop := served(t, env, "--store", "bolt://"+w.address, "--ledger", s.Ledger)
	ready := func() int {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"/readyz", nil)
		response, _ := fetch(t, request, err)
		return response.StatusCode
	}
	answers := func(count int) bool {
		_, body := ask(t, url)
		return body == fmt.Sprintf(`{"data":{"corpus":{"messageCount":%d}}}`, count)
	}
	if !answers(1) || ready() != http.StatusOK {
		t.Fatal("it does not answer from Neo4j")
	}
	for round := 2; round < 4; round++ {
		w.cut()
		response, body := ask(t, url)
		if !strings.Contains(body, `"code":"STORE_UNAVAILABLE"`) || !strings.Contains(body, `"retryAfter":10`) || response.Header.Get("Retry-After") != "10" {
			t.Errorf("while it is away: %s, Retry-After %q", body, response.Header.Get("Retry-After"))
		}
		if got := ready(); got != http.StatusServiceUnavailable {
			t.Errorf("while it is away: readyz %d, want %d", got, http.StatusServiceUnavailable)
		}
		publish(t, s, round)
		w.mend()
		for end := time.Now().Add(20 * time.Second); !answers(round) || ready() != http.StatusOK; time.Sleep(100 * time.Millisecond) {
			if time.Now().After(end) {
				_, body := ask(t, url)
				t.Fatalf("it does not recover: %s, readyz %d", body, ready())
			}
		}
	}
	if code := stop(); code != exitOK {
		t.Errorf("exit %d, want %d", code, exitOK)
	}
}

// TestNeo4jUnpublished: one sentence and the end where there is nothing to
// serve.
func TestNeo4jUnpublished(t *testing.T) {
	c := neo4jtest.Database(t)
	for _, test := range []struct{ password, says string }{
		{c.Password, "ingest publish"},
		{"wrong-hunter2", "SKEIN_STORE_PASSWORD"},
	} {
		env := map[string]string{"SKEIN_STORE": c.URL, "SKEIN_STORE_PASSWORD": test.password}
		var stdout, stderr strings.Builder
		code := run(t.Context(), nil, func(name string) string { return env[name] }, &stdout, &stderr)
		said := stderr.String()
		if code != exitFailed || !strings.Contains(said, test.says) || strings.Count(said, "\n") != 1 || strings.Contains(said, "hunter2") {
			t.Errorf("exit %d, %q, want %d and %q", code, said, exitFailed, test.says)
		}
	}
}
