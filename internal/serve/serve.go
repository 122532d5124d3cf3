// Package serve is the web server of api: GraphQL, the explorer, the schema,
// health and metrics on one address. It promises that every answer carries
// security headers and a request id, that requests in flight are finished when
// it is told to stop, and that neither its log nor its metrics hold variables,
// bodies or mail.
package serve

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"skein/explorer"
	"skein/graph"
	"skein/internal/store"
)

// Limits of the server itself; those of an operation are in package graph.
const (
	headerTimeout = 10 * time.Second
	readTimeout   = 30 * time.Second
	idleTimeout   = 2 * time.Minute
	maxHeader     = 64 << 10 // bytes
	readyTimeout  = 2 * time.Second
	stopTimeout   = 10 * time.Second
)

// New returns the handler of every path:
//
//	/graphql           GraphQL over HTTP
//	/schema.graphqls   the schema as it is written
//	/attachments/SHA   the bytes of an attachment, to be saved
//	/messages/ID/html  a mail as its HTML shows it
//	/healthz           whether the process answers
//	/readyz            whether the store answers
//	/metrics           for Prometheus
//	/                  the explorer, with its playground at /playground
func New(reader store.Reader, log *slog.Logger) http.Handler {
	m := newMetrics()
	reader = counted{reader, m}
	api := graph.New(reader, graph.Options{
		Logger:    log,
		RequestID: requestID,
		Observe: func(ctx context.Context, op graph.Operation) {
			m.operation(op)
			noteOperation(ctx, op)
		},
	})
	mux := http.NewServeMux()
	mux.Handle("/graphql", compressed(api))
	mux.Handle("GET /schema.graphqls", compressed(http.HandlerFunc(schema)))
	originals := files{reader, log}
	mux.HandleFunc("GET /attachments/{sha}", originals.attachment)
	mux.Handle("GET /messages/{id}/html", compressed(http.HandlerFunc(originals.page)))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { plain(w, http.StatusOK, "ok\n") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) { ready(w, r, reader) })
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}))
	mux.Handle("/", explorer.Handler())
	return observed(log, m, secured(http.NewCrossOriginProtection().Handler(mux)))
}

// policy allows nothing; the pages of the explorer have their own.
const policy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

func secured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("X-Frame-Options", "DENY")
		next.ServeHTTP(w, r)
	})
}

func plain(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text)
}

func schema(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, graph.Schema())
}

func ready(w http.ResponseWriter, r *http.Request, reader store.Reader) {
	ctx, cancel := context.WithTimeout(r.Context(), readyTimeout)
	defer cancel()
	if _, err := reader.Corpus(ctx); err != nil {
		plain(w, http.StatusServiceUnavailable, "the store does not answer\n")
		return
	}
	plain(w, http.StatusOK, "ready\n")
}

// Run serves on l until ctx ends, then lets requests in flight finish for at
// most 10 s. It closes l.
func Run(ctx context.Context, l net.Listener, handler http.Handler, log *slog.Logger) error {
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       readTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	err := server.Shutdown(stopping)
	if errors.Is(err, context.DeadlineExceeded) {
		log.Warn("requests were cut off", "after", stopTimeout)
		err = server.Close()
	}
	if served := <-failed; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}
