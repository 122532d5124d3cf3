package main

import (
	"context"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"skein/internal/ingest"
	"skein/internal/store/sqlite"
)

func unset(string) string { return "" }

// ledger makes an empty ledger and returns its path.
func ledger(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "skein.db")
	l, err := sqlite.Open(t.Context(), path, ingest.Stages())
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestMistakes: one sentence that says what to do, and the exit code.
func TestMistakes(t *testing.T) {
	missing := "sqlite:" + filepath.Join(t.TempDir(), "none.db")
	for _, test := range []struct {
		args []string
		env  map[string]string
		code int
		says string
	}{
		{args: []string{"--nonsense"}, code: exitUsage, says: "nonsense"},
		{args: []string{"here"}, code: exitUsage, says: `"here" is not a flag`},
		{args: []string{"--listen", "8080"}, code: exitUsage, says: "host and a port"},
		{args: []string{"--store", "skein.db"}, code: exitUsage, says: "sqlite:skein.db"},
		{args: []string{"--store", "neo4j://localhost/a/b"}, code: exitUsage, says: "that of the database"},
		{args: []string{"--store", "bolt://127.0.0.1:1"}, code: exitFailed, says: "unavailable"},
		{args: []string{"--store", "bolt://127.0.0.1:1", "--ledger", "none.db"}, code: exitFailed, says: "none.db"},
		{env: map[string]string{"SKEIN_STORE_PASSWORD": "a", "SKEIN_STORE_PASSWORD_FILE": "b"}, code: exitUsage, says: "both set"},
		{args: []string{"--store", missing}, code: exitFailed, says: "ingest"},
		{env: map[string]string{"SKEIN_STORE": missing}, code: exitFailed, says: "none.db"},
		{env: map[string]string{"SKEIN_LISTEN": "x"}, code: exitUsage, says: "--listen"},
		{args: []string{"--store", "sqlite:" + ledger(t), "--listen", "256.0.0.1:1"}, code: exitFailed, says: "256.0.0.1"},
	} {
		var stdout, stderr strings.Builder
		env := func(name string) string { return test.env[name] }
		code := run(t.Context(), test.args, env, &stdout, &stderr)
		if code != test.code || !strings.Contains(stderr.String(), test.says) {
			t.Errorf("api %v %v: exit %d %q, want %d %q", test.args, test.env, code, stderr.String(), test.code, test.says)
		}
		if strings.Count(stderr.String(), "\n") != 1 || stdout.Len() > 0 {
			t.Errorf("api %v: not one line: %q %q", test.args, stdout.String(), stderr.String())
		}
	}
}

func TestHelp(t *testing.T) {
	var stdout, stderr strings.Builder
	if code := run(t.Context(), []string{"--help"}, unset, &stdout, &stderr); code != exitOK || !strings.Contains(stdout.String(), "--listen ADDRESS") {
		t.Errorf("exit %d, %q, %q", code, stdout.String(), stderr.String())
	}
}

// served runs api until the test ends, or until stop, which returns the exit
// code, and returns its address.
func served(t *testing.T, env map[string]string, args ...string) (url string, stop func() int) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	reading, writing := io.Pipe()
	ended := make(chan int, 1)
	var stderr strings.Builder
	go func() {
		code := run(ctx, append(args, "--listen", "127.0.0.1:0"), func(name string) string { return env[name] }, writing, &stderr)
		writing.Close()
		ended <- code
	}()
	line := make([]byte, 200)
	n, err := reading.Read(line)
	if err != nil {
		t.Fatalf("%v, exit %d: %s", err, <-ended, stderr.String())
	}
	said := string(line[:n])
	url, ok := strings.CutPrefix(said, "Skein on ")
	url, rest, _ := strings.Cut(url, " ")
	if !ok || rest != "(playground at /playground)\n" {
		t.Fatalf("said %q", said)
	}
	return url, func() int {
		cancel()
		select {
		case code := <-ended:
			return code
		case <-time.After(15 * time.Second):
			t.Fatal("it did not stop")
			return 0
		}
	}
}

// fetch sends a request and returns the answer and its body.
func fetch(t *testing.T, request *http.Request, err error) (*http.Response, string) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(body)
}

// ask asks for the number of messages.
func ask(t *testing.T, url string) (*http.Response, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/graphql",
		strings.NewReader(`{"query": "{ corpus { messageCount } }"}`))
	return fetch(t, request, err)
}

// TestRun serves an empty ledger until it is told to stop.
func TestRun(t *testing.T) {
	url, stop := served(t, nil, "--store", "sqlite:"+ledger(t))
	if _, body := ask(t, url); body != `{"data":{"corpus":{"messageCount":0}}}` {
		t.Errorf("answer %q, want a count of 0", body)
	}
	if code := stop(); code != exitOK {
		t.Errorf("exit %d, want %d", code, exitOK)
	}
}
