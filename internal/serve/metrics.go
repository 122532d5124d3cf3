package serve

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"skein/graph"
)

// metrics counts by labels of which there are few, whatever clients send.
type metrics struct {
	registry   *prometheus.Registry
	requests   *prometheus.CounterVec
	operations *prometheus.HistogramVec
	errors     *prometheus.CounterVec
	calls      *prometheus.HistogramVec
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "skein_http_requests_total",
			Help: "Requests answered, by part of the server, method and status.",
		}, []string{"part", "method", "status"}),
		operations: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "skein_operation_seconds",
			Help:    "Time taken by GraphQL operations, by root field.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30},
		}, []string{"class"}),
		errors: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "skein_operation_errors_total",
			Help: "Errors in GraphQL answers, by code.",
		}, []string{"code"}),
		calls: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "skein_store_call_seconds",
			Help:    "Time taken by calls to the store, by call and by whether they failed.",
			Buckets: []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 5, 30},
		}, []string{"call", "failed"}),
	}
	m.registry.MustRegister(m.requests, m.operations, m.errors, m.calls,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *metrics) request(path, method string, status int) {
	m.requests.WithLabelValues(partOf(path), methodOf(method), strconv.Itoa(status)).Inc()
}

func (m *metrics) operation(op graph.Operation) {
	m.operations.WithLabelValues(op.Class).Observe(op.Took.Seconds())
	for _, code := range op.Codes {
		m.errors.WithLabelValues(code).Inc()
	}
}

func (m *metrics) call(name string, start time.Time, err error) {
	m.calls.WithLabelValues(name, strconv.FormatBool(err != nil)).Observe(time.Since(start).Seconds())
}

func partOf(path string) string {
	switch path {
	case "/graphql", "/schema.graphqls", "/healthz", "/readyz", "/metrics":
		return path[1:]
	}
	for _, part := range []string{"attachments", "messages"} {
		if strings.HasPrefix(path, "/"+part+"/") {
			return part
		}
	}
	return "explorer"
}

func methodOf(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodOptions:
		return method
	}
	return "other"
}
