package serve

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"skein/graph"
	"skein/internal/mail"
	"skein/internal/query"
	"skein/internal/store"
	"skein/internal/store/storetest"
)

// logBuffer is a log that several goroutines write.
type logBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

func start(t *testing.T, reader store.Reader) (*httptest.Server, *logBuffer) {
	t.Helper()
	log := &logBuffer{}
	s := httptest.NewServer(New(reader, slog.New(slog.NewTextHandler(log, nil))))
	t.Cleanup(s.Close)
	return s, log
}

func empty() store.Reader { return storetest.NewReference(nil) }

// do sends a request and returns the answer with its body, as it was sent.
func do(t *testing.T, s *httptest.Server, method, path, body string, headers ...string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept-Encoding", "identity")
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	response, err := s.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(text)
}

func TestPaths(t *testing.T) {
	s, _ := start(t, empty())
	for _, test := range []struct {
		method, path, body string
		status             int
		contains           string
	}{
		{"POST", "/graphql", `{"query": "{ corpus { messageCount } }"}`, 200, `{"data":{"corpus":{"messageCount":0}}}`},
		{"GET", "/graphql?query=%7B__typename%7D", "", 200, `"Query"`},
		{"GET", "/schema.graphqls", "", 200, "type MissingMessage implements"},
		{"GET", "/healthz", "", 200, "ok"},
		{"GET", "/readyz", "", 200, "ready"},
		{"GET", "/metrics", "", 200, "skein_operation_seconds"},
		{"GET", "/", "", 200, "<html"},
		{"GET", "/playground", "", 200, "<html"},
		{"GET", "/nothing/here.js", "", 404, ""},
		{"POST", "/healthz", "", 405, ""},
	} {
		response, body := do(t, s, test.method, test.path, test.body)
		if response.StatusCode != test.status || !strings.Contains(body, test.contains) {
			t.Errorf("%s %s: %d %.200q, want %d %q", test.method, test.path, response.StatusCode, body, test.status, test.contains)
		}
		for _, name := range []string{"Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "X-Request-Id"} {
			if response.Header.Get(name) == "" {
				t.Errorf("%s %s: no %s", test.method, test.path, name)
			}
		}
		if policy := response.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "frame-ancestors 'none'") {
			t.Errorf("%s %s: policy %q", test.method, test.path, policy)
		}
	}
}

func TestSchemaIsServedWhole(t *testing.T) {
	s, _ := start(t, empty())
	if _, body := do(t, s, "GET", "/schema.graphqls", ""); body != graph.Schema() {
		t.Errorf("schema of %d bytes, want %d", len(body), len(graph.Schema()))
	}
}

func TestOtherSitesAreRefused(t *testing.T) {
	s, _ := start(t, empty())
	body := `{"query": "{ __typename }"}`
	if response, _ := do(t, s, "POST", "/graphql", body, "Sec-Fetch-Site", "cross-site"); response.StatusCode != 403 {
		t.Errorf("cross-site: %d, want 403", response.StatusCode)
	}
	if response, _ := do(t, s, "POST", "/graphql", body, "Origin", "https://evil.example"); response.StatusCode != 403 {
		t.Errorf("other origin: %d, want 403", response.StatusCode)
	}
	if response, _ := do(t, s, "POST", "/graphql", body, "Origin", s.URL); response.StatusCode != 200 {
		t.Errorf("same origin: %d, want 200", response.StatusCode)
	}
}

func TestGzip(t *testing.T) {
	s, _ := start(t, empty())
	for _, test := range []struct {
		accept string
		want   bool
	}{
		{"gzip", true}, {"br, gzip;q=0.5", true}, {"*", true}, {"identity", false}, {"gzip;q=0", false}, {"gzip;q=0, *", false}, {"br", false},
	} {
		response, body := do(t, s, "GET", "/schema.graphqls", "", "Accept-Encoding", test.accept)
		if got := response.Header.Get("Content-Encoding") == "gzip"; got != test.want {
			t.Errorf("%q: gzip %v, want %v", test.accept, got, test.want)
			continue
		}
		if !test.want {
			continue
		}
		unpacked, err := gzip.NewReader(strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		if text, err := io.ReadAll(unpacked); err != nil || string(text) != graph.Schema() {
			t.Errorf("%q: %d bytes unpacked, %v", test.accept, len(text), err)
		}
	}
	response, body := do(t, s, "POST", "/graphql", `{"query": "{ __typename }"}`, "Accept-Encoding", "gzip")
	if response.Header.Get("Content-Encoding") != "" || !strings.Contains(body, "Query") {
		t.Errorf("short answer: %v %q", response.Header, body)
	}
	response, _ = do(t, s, "PUT", "/graphql", "", "Accept-Encoding", "gzip")
	if response.StatusCode != 405 {
		t.Errorf("refused: %d, want 405", response.StatusCode)
	}
}

// TestLogHoldsNoQuestions: the log names operations, not what they ask.
func TestLogHoldsNoQuestions(t *testing.T) {
	s, log := start(t, empty())
	do(t, s, "POST", "/graphql", `{"query": "query Find($q: String!) { search(query: $q) { totalCount } }", "variables": {"q": "secretword"}}`, "X-Request-Id", "given-1")
	do(t, s, "GET", "/graphql?query=%7Bsearch(query%3A%22secretword%22)%7BtotalCount%7D%7D", "", "X-Request-Id", "bad id\twith=blanks")
	do(t, s, "POST", "/graphql", `{"query": "{ search(query: \"secretword (\") { totalCount } }"}`)
	do(t, s, "GET", "/healthz", "")
	text := log.String()
	for _, want := range []string{"operation=Find", "class=search", "request=given-1", "status=200", "path=/graphql", "code=BAD_USER_INPUT"} {
		if !strings.Contains(text, want) {
			t.Errorf("the log lacks %s:\n%s", want, text)
		}
	}
	for _, unwanted := range []string{"secretword", "bad id", "healthz"} {
		if strings.Contains(text, unwanted) {
			t.Errorf("the log holds %q:\n%s", unwanted, text)
		}
	}
}

// TestMetricsStayFew: what clients choose is no label.
func TestMetricsStayFew(t *testing.T) {
	s, _ := start(t, empty())
	do(t, s, "POST", "/graphql", `{"query": "query Secret1 { corpus { messageCount } batches { id } }"}`)
	do(t, s, "POST", "/graphql", `{"query": "query Secret2 { a: search(query: \"\", first: 0) { totalCount } }"}`)
	do(t, s, "FROB", "/secret3", "")
	_, text := do(t, s, "GET", "/metrics", "")
	for _, want := range []string{
		`skein_operation_seconds_count{class="several"} 1`,
		`skein_operation_seconds_count{class="search"} 1`,
		`skein_operation_errors_total{code="BAD_USER_INPUT"} 1`,
		`skein_store_call_seconds_count{call="Corpus",failed="false"} 1`,
		`skein_http_requests_total{method="POST",part="graphql",status="200"} 2`,
		`method="other"`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("metrics lack %s", want)
		}
	}
	if strings.Contains(strings.ToLower(text), "secret") || strings.Contains(text, "FROB") {
		t.Error("metrics hold what a client chose")
	}
}

// slow answers a search when it is let, and no longer counts anything.
type slow struct {
	store.Reader
	started, finish chan struct{}
}

func (s slow) Search(context.Context, query.Expr, store.SearchOrder, store.Want, store.Page) (store.List[*mail.Entry], error) {
	close(s.started)
	<-s.finish
	return store.List[*mail.Entry]{}, nil
}

func (s slow) Corpus(context.Context) (mail.Corpus, error) {
	return mail.Corpus{}, errors.New("no")
}

func TestReadyAsksTheStore(t *testing.T) {
	s, _ := start(t, slow{Reader: empty()})
	response, body := do(t, s, "GET", "/readyz", "")
	if response.StatusCode != 503 || body != "the store does not answer\n" {
		t.Errorf("readyz: %d %q, want 503", response.StatusCode, body)
	}
}

// TestShutdown: a request in flight is finished, a new one is refused.
func TestShutdown(t *testing.T) {
	reader := slow{empty(), make(chan struct{}), make(chan struct{})}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- Run(ctx, listener, New(reader, log), log) }()
	url := "http://" + listener.Addr().String() + "/graphql"
	answered := make(chan string, 1)
	go func() {
		response, err := http.Post(url, "application/json", strings.NewReader(`{"query": "{ search(query: \"\") { nodes { id } } }"}`))
		if err != nil {
			answered <- err.Error()
			return
		}
		defer response.Body.Close()
		body, _ := io.ReadAll(response.Body)
		answered <- string(body)
	}()
	<-reader.started
	stop()
	refused := false
	for range 100 {
		connection, err := net.DialTimeout("tcp", listener.Addr().String(), time.Second)
		if refused = err != nil; refused {
			break
		}
		connection.Close()
		time.Sleep(10 * time.Millisecond)
	}
	if !refused {
		t.Error("new connections are accepted after the stop")
	}
	close(reader.finish)
	if got, want := <-answered, `{"data":{"search":{"nodes":[]}}}`; got != want {
		t.Errorf("request in flight: %q, want %q", got, want)
	}
	if err := <-ended; err != nil {
		t.Errorf("Run: %v", err)
	}
}
