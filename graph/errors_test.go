package graph

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"skein/internal/mail"
	"skein/internal/query"
	"skein/internal/store"
	"skein/internal/store/storetest"
)

// answerOf is an answer as a client reads it.
type answerOf struct {
	Data   map[string]any
	Errors []struct {
		Message    string
		Path       []any
		Extensions map[string]any
	}
}

func ask(t *testing.T, h http.Handler, document string, variables map[string]any) answerOf {
	t.Helper()
	var a answerOf
	body := post(t, h, document, variables)
	if err := json.Unmarshal(body, &a); err != nil {
		t.Fatalf("%s: %v: %.200q", document, err, body)
	}
	return a
}

// TestInputErrors gives each kind of wrong input and expects the code and, of
// the message, what it says.
func TestInputErrors(t *testing.T) {
	h := handler(nil, Options{})
	for _, test := range []struct{ document, code, message string }{
		{`{ search(query: "", first: 0) { totalCount } }`, codeInput, "first is 0, not 1 to 200"},
		{`{ search(query: "", first: 201) { totalCount } }`, codeInput, "first is 201, not 1 to 200"},
		{`{ search(query: "", first: -5) { totalCount } }`, codeInput, "first is -5, not 1 to 200"},
		{`{ search(query: "", after: "x") { totalCount } }`, codeInput, "after is not a cursor"},
		{`{ search(query: "", after: "") { totalCount } }`, codeInput, "after is not a cursor"},
		{`{ search(query: "(a") { totalCount } }`, codeInput, "query: expected"},
		{`{ threads(query: "from:") { totalCount } }`, codeInput, "query: expected"},
		{`{ missingMessages(query: "is:odd") { totalCount } }`, codeInput, "query: expected"},
		{`{ people(scope: {query: "a OR"}) { totalCount } }`, codeInput, "scope.query: expected"},
		{`{ people(scope: {since: "yesterday"}) { totalCount } }`, codeInput, "is not a DateTime"},
		{`{ people(scope: {since: "2015-01-02T00:00:00Z", until: "2015-01-01T00:00:00Z"}) { totalCount } }`, codeInput, "until must be later"},
		{`{ people(scope: {batches: ["x"]}) { totalCount } }`, codeInput, "scope.batches"},
		{`{ people(scope: {without: ["M_00"]}) { totalCount } }`, codeInput, "scope.without"},
		{`{ people(scope: {maxRecipients: 0}) { totalCount } }`, codeInput, "scope.maxRecipients is 0"},
		{`{ people(query: "` + strings.Repeat("x", 5000) + `") { totalCount } }`, codeInput, "longer than 4096 bytes"},
		{`{ paths(from: "P_x", to: "P_y", limit: 0) { truncated } }`, codeInput, "limit is 0, not 1 to 50"},
		{`{ paths(from: "P_x", to: "P_y", maxLength: 11) { truncated } }`, codeInput, "maxLength is 11, not 1 to 10"},
		{`{ nodes(ids: [` + strings.Repeat(`"x" `, 201) + `]) { id } }`, codeInput, "201 ids, more than 200"},
		{`{ search(query: "", first: 1) { nodes { text(maxLength: 1000001) { value } } } }`, codeInput, "maxLength is 1000001"},
		{`{ search(query: "", first: 1) { nodes { copies(first: 0) { length } } } }`, codeInput, "first is 0"},
		{`{`, codeParse, "Expected"},
		{`{ nothing }`, codeValidation, "nothing"},
		{`query Q($n: Int!) { search(query: "", first: $n) { totalCount } }`, codeValidation, ""},
	} {
		a := ask(t, h, test.document, nil)
		if len(a.Errors) == 0 || a.Errors[0].Extensions["code"] != test.code || !strings.Contains(a.Errors[0].Message, test.message) {
			t.Errorf("%.80s: %+v, want %s %q", test.document, a.Errors, test.code, test.message)
		}
	}
}

// TestSyntaxErrorSaysWhere lets a page underline what was not understood.
func TestSyntaxErrorSaysWhere(t *testing.T) {
	a := ask(t, handler(nil, Options{}), `{ search(query: "budget is:odd") { totalCount } }`, nil)
	if len(a.Errors) != 1 {
		t.Fatalf("errors: %+v", a.Errors)
	}
	facts := a.Errors[0].Extensions
	_, syntax := query.Parse("budget is:odd")
	want, _ := errors.AsType[*query.Error](syntax)
	if facts["offset"] != float64(want.Offset) || facts["length"] != float64(want.Length) ||
		facts["expected"] != want.Expected || facts["argument"] != "query" {
		t.Errorf("extensions %v, want %+v", facts, want)
	}
}

// TestLookupsAnswerNull: what is malformed or not there is no error.
func TestLookupsAnswerNull(t *testing.T) {
	h := handler(nil, Options{})
	for _, id := range []string{"", "x", "M_", "M_zz", string(messageID("unknown")), string(personID("ada")) + "0", strings.Repeat("M", 5000), "T_\\u0000"} {
		document := fmt.Sprintf(`{ node(id: "%s") { id } message(id: "%[1]s") { id } thread(id: "%[1]s") { id } person(id: "%[1]s") { id } }`, id)
		if a := ask(t, h, document, nil); len(a.Errors) > 0 || len(a.Data) != 4 {
			t.Errorf("%.60q: %+v", id, a)
		}
	}
}

// failing fails in every way a store can.
type failing struct {
	store.Reader
	err error
}

func (f failing) Search(context.Context, query.Expr, store.SearchOrder, store.Want, store.Page) (store.List[*mail.Entry], error) {
	return store.List[*mail.Entry]{}, f.err
}

func (f failing) People(context.Context, []mail.ID) ([]*mail.Person, error) {
	if f.err == nil {
		panic("broken")
	}
	return nil, f.err
}

// TestStoreErrors maps the errors of a store and hides what is not known.
func TestStoreErrors(t *testing.T) {
	secret := errors.New("disk /secret is on fire")
	for _, test := range []struct {
		err     error
		code    string
		message string
		retry   any // seconds
	}{
		{fmt.Errorf("read: %w", store.ErrBusy), codeUnavailable, "the store is busy, try again", 2.0},
		{fmt.Errorf("read: %w", store.ErrUnavailable), codeUnavailable, "the store is unavailable", 10.0},
		{fmt.Errorf("read: %w", store.ErrVersion), codeUnavailable, "the store was written by another version, see ingest rebuild and ingest publish --replace", nil},
		{fmt.Errorf("read: %w", context.DeadlineExceeded), codeTimeout, "the operation took too long and was stopped", nil},
		{secret, codeInternal, "internal error", nil},
		{nil, codeInternal, "internal error", nil},
	} {
		var logged bytes.Buffer
		h := handler(failing{storetest.NewReference(office()), test.err}, Options{
			Logger:    slog.New(slog.NewTextHandler(&logged, nil)),
			RequestID: func(context.Context) string { return "r1" },
		})
		document := fmt.Sprintf(`{ person(id: %q) { name } search(query: "") { totalCount } }`, personID("ada"))
		if test.err == nil {
			document = fmt.Sprintf(`{ person(id: %q) { name } }`, personID("ada"))
		}
		a := ask(t, h, document, nil)
		if len(a.Errors) == 0 || a.Errors[0].Extensions["code"] != test.code || a.Errors[0].Message != test.message {
			t.Errorf("%v: %+v, want %s %q", test.err, a.Errors, test.code, test.message)
		}
		if retry := a.Errors[0].Extensions["retryAfter"]; retry != test.retry {
			t.Errorf("%v: retry after %v, want %v", test.err, retry, test.retry)
		}
		internal := test.code == codeInternal
		if internal != strings.Contains(logged.String(), "request=r1") || internal && a.Errors[0].Extensions["requestId"] != "r1" {
			t.Errorf("%v: logged %q, answered %v", test.err, logged.String(), a.Errors)
		}
		if strings.Contains(fmt.Sprint(a), "secret") {
			t.Errorf("%v: the client learned of it: %+v", test.err, a)
		}
	}
}

// TestRetryAfter says in the header, too, when to ask again.
func TestRetryAfter(t *testing.T) {
	h := handler(failing{storetest.NewReference(office()), store.ErrUnavailable}, Options{})
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(`{"query": "{ search(query: \"\") { totalCount } }"}`))
	r.Header.Set("Content-Type", mediaJSON)
	h.ServeHTTP(w, r)
	if got := w.Header().Get("Retry-After"); got != "10" {
		t.Errorf("Retry-After: got %q, want 10: %s", got, w.Body)
	}
}

// waiting answers no search before it is told to stop.
type waiting struct {
	store.Reader
	started, stopped chan struct{}
}

func (w waiting) Search(ctx context.Context, _ query.Expr, _ store.SearchOrder, _ store.Want, _ store.Page) (store.List[*mail.Entry], error) {
	close(w.started)
	<-ctx.Done()
	close(w.stopped)
	return store.List[*mail.Entry]{}, ctx.Err()
}

// TestTimeout ends an operation that takes too long.
func TestTimeout(t *testing.T) {
	reader := storetest.NewReference(office())
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		w := waiting{reader, make(chan struct{}), make(chan struct{})}
		a := ask(t, handler(w, Options{}), `{ search(query: "") { totalCount } }`, nil)
		if len(a.Errors) != 1 || a.Errors[0].Extensions["code"] != codeTimeout {
			t.Errorf("errors %+v, want %s", a.Errors, codeTimeout)
		}
		if took := time.Since(start); took != 30*time.Second {
			t.Errorf("took %v, want 30 s", took)
		}
	})
}

// TestCancellation reaches the reader when the client leaves.
func TestCancellation(t *testing.T) {
	w := waiting{storetest.NewReference(office()), make(chan struct{}), make(chan struct{})}
	ctx, leave := context.WithCancel(t.Context())
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/graphql", strings.NewReader(`{"query": "{ search(query: \"\") { totalCount } }"}`))
	r.Header.Set("Content-Type", mediaJSON)
	done := make(chan struct{})
	go func() {
		defer close(done)
		handler(w, Options{}).ServeHTTP(httptest.NewRecorder(), r)
	}()
	<-w.started
	leave()
	for name, wait := range map[string]chan struct{}{"the reader": w.stopped, "the handler": done} {
		select {
		case <-wait:
		case <-time.After(10 * time.Second):
			t.Fatalf("%s did not hear that the client left", name)
		}
	}
}

// TestManyErrors: a level that fails says so a hundred times, not for each of
// its fields.
func TestManyErrors(t *testing.T) {
	var logged bytes.Buffer
	h := handler(failing{wide(), errors.New("gone")}, Options{Logger: slog.New(slog.NewTextHandler(&logged, nil))})
	a := ask(t, h, `{ threads(first: 60) { nodes { entries(first: 3) { nodes { from { person { name } } ... on Message { to { person { name } } } } } } } }`, nil)
	if len(a.Errors) != maxErrors+1 {
		t.Errorf("%d errors, want %d", len(a.Errors), maxErrors+1)
	}
	if lines := strings.Count(logged.String(), "internal error"); lines != 1 {
		t.Errorf("%d lines logged, want 1", lines)
	}
}
