package serve

import (
	"compress/gzip"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// minCompressed is the length, in bytes, from which an answer is worth
// compressing.
const minCompressed = 1024

var compressors = sync.Pool{New: func() any {
	w, err := gzip.NewWriterLevel(nil, gzip.BestSpeed)
	if err != nil {
		panic(err) // BestSpeed is a level
	}
	return w
}}

// compressed sends long answers as gzip to clients that accept it.
func compressed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Vary", "Accept-Encoding")
		if r.Method == http.MethodHead || !acceptsGzip(r.Header.Values("Accept-Encoding")) {
			next.ServeHTTP(w, r)
			return
		}
		c := &compressor{ResponseWriter: w}
		defer c.finish()
		next.ServeHTTP(c, r)
	})
}

// acceptsGzip reads Accept-Encoding (RFC 9110 §12.5.3); a quality of 0 refuses.
func acceptsGzip(values []string) bool {
	accepted := false
	for text := range strings.SplitSeq(strings.Join(values, ","), ",") {
		name, params, _ := strings.Cut(strings.ToLower(text), ";")
		name = strings.TrimSpace(name)
		if name != "gzip" && name != "*" {
			continue
		}
		q := 1.0
		if weight, ok := strings.CutPrefix(strings.ReplaceAll(params, " ", ""), "q="); ok {
			q, _ = strconv.ParseFloat(weight, 64)
		}
		if name == "gzip" {
			return q > 0
		}
		accepted = q > 0
	}
	return accepted
}

// compressor decides by the first bytes whether an answer is long enough.
type compressor struct {
	http.ResponseWriter
	status int
	held   []byte
	gzip   *gzip.Writer
}

// WriteHeader holds the status back until it is known how the body is sent.
func (c *compressor) WriteHeader(status int) {
	if c.status == 0 {
		c.status = status
	}
}

// Write holds back a short body and compresses a long one.
func (c *compressor) Write(p []byte) (int, error) {
	if c.gzip == nil && len(c.held)+len(p) < minCompressed {
		c.held = append(c.held, p...)
		return len(p), nil
	}
	if c.gzip == nil {
		c.begin()
		if _, err := c.gzip.Write(c.held); err != nil {
			return 0, err
		}
		c.held = nil
	}
	return c.gzip.Write(p)
}

func (c *compressor) begin() {
	c.Header().Set("Content-Encoding", "gzip")
	c.Header().Del("Content-Length")
	c.sendStatus()
	c.gzip = compressors.Get().(*gzip.Writer)
	c.gzip.Reset(c.ResponseWriter)
}

func (c *compressor) sendStatus() {
	if c.status != 0 {
		c.ResponseWriter.WriteHeader(c.status)
	}
}

func (c *compressor) finish() {
	if c.gzip != nil {
		_ = c.gzip.Close() // fails only when the client has gone
		compressors.Put(c.gzip)
		return
	}
	c.sendStatus()
	if len(c.held) > 0 {
		_, _ = c.ResponseWriter.Write(c.held)
	}
}
