package serve

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"regexp"
	"time"

	"skein/graph"
)

// record is what is logged of a request. One goroutine at a time writes it.
type record struct {
	id        string
	operation graph.Operation
}

type recordKey struct{}

func recordOf(ctx context.Context) *record {
	r, _ := ctx.Value(recordKey{}).(*record)
	return r
}

func requestID(ctx context.Context) string {
	if r := recordOf(ctx); r != nil {
		return r.id
	}
	return ""
}

func noteOperation(ctx context.Context, op graph.Operation) {
	if r := recordOf(ctx); r != nil {
		r.operation = op
	}
}

// plainID is what a request id from outside may look like: nothing that could
// break a log line.
var plainID = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// maxName bounds the operation name in the log, in bytes; names are ASCII.
const maxName = 64

// observed gives every request an id, counts it and logs one line. Paths of
// the server's own checks are logged at debug level.
func observed(log *slog.Logger, m *metrics, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		seen := &record{id: r.Header.Get("X-Request-Id")}
		if !plainID.MatchString(seen.id) {
			seen.id = rand.Text()
		}
		w.Header().Set("X-Request-Id", seen.id)
		counting := &statusWriter{ResponseWriter: w}
		next.ServeHTTP(counting, r.WithContext(context.WithValue(r.Context(), recordKey{}, seen)))
		took := time.Since(start)
		m.request(r.URL.Path, r.Method, counting.code())
		log.Log(r.Context(), levelOf(r.URL.Path), "request", append([]any{
			"method", r.Method, "path", r.URL.Path, "status", counting.code(),
			"took", took.Round(time.Microsecond), "request", seen.id,
		}, operationAttrs(seen.operation)...)...)
	})
}

func operationAttrs(op graph.Operation) []any {
	if op.Class == "" {
		return nil
	}
	attrs := []any{"class", op.Class, "operation", op.Name[:min(len(op.Name), maxName)]}
	if len(op.Codes) > 0 {
		attrs = append(attrs, "errors", len(op.Codes), "code", op.Codes[0])
	}
	return attrs
}

func levelOf(path string) slog.Level {
	switch path {
	case "/healthz", "/readyz", "/metrics":
		return slog.LevelDebug
	}
	return slog.LevelInfo
}

// statusWriter remembers the status of a response.
type statusWriter struct {
	http.ResponseWriter
	status int
}

// WriteHeader remembers the first status.
func (w *statusWriter) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap is for http.ResponseController.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *statusWriter) code() int {
	if w.status == 0 {
		return http.StatusOK
	}
	return w.status
}
