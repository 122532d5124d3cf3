package explorer

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"
)

// file is one file of the page as it is stored.
type file struct {
	bytes   []byte
	gzipped bool
	mime    string
	etag    string // of the stored bytes, without quotation marks
	hashed  bool   // the name changes with the content
}

// mimeTypes are fixed, for what a system's table says of an extension differs
// between machines. A file of another type is not served.
var mimeTypes = map[string]string{
	".css":  "text/css; charset=utf-8",
	".html": "text/html; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".json": "application/json",
	".svg":  "image/svg+xml",
	".ttf":  "font/ttf",
	".txt":  "text/plain; charset=utf-8",
	".wasm": "application/wasm",
	".woff": "font/woff",

	".woff2": "font/woff2",
}

// load reads the files of the page by the names they are asked for.
func load(dist fs.FS) map[string]file {
	files := map[string]file{}
	err := fs.WalkDir(dist, ".", func(stored string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, gzipped := strings.CutSuffix(stored, ".gz")
		mime, known := mimeTypes[path.Ext(name)]
		if !known {
			return nil
		}
		content, err := fs.ReadFile(dist, stored)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(content)
		files[name] = file{
			bytes:   content,
			gzipped: gzipped,
			mime:    mime,
			etag:    hex.EncodeToString(sum[:12]),
			hashed:  strings.HasPrefix(name, "assets/"),
		}
		return nil
	})
	if err != nil {
		panic(err) // embedded files can always be read
	}
	return files
}

// serve answers with the file, gzipped when it is stored so and the client
// accepts it. Each form has an entity tag of its own (RFC 9110 §8.8.3.3).
func (f file) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", f.mime)
	h.Set("Cache-Control", "no-cache")
	if f.hashed {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	content, etag := f.bytes, f.etag
	if f.gzipped {
		h.Set("Vary", "Accept-Encoding")
		if acceptsGzip(r.Header.Values("Accept-Encoding")) {
			h.Set("Content-Encoding", "gzip")
			etag += "-gzip"
		} else {
			content = unpack(f.bytes)
		}
	}
	h.Set("ETag", `"`+etag+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
}

// unpack undoes what the build packed.
func unpack(packed []byte) []byte {
	unpacked, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		panic(err) // packed by our own build
	}
	content, err := io.ReadAll(unpacked)
	if err != nil {
		panic(err)
	}
	return content
}

// acceptsGzip reads Accept-Encoding (RFC 9110 §12.5.3): gzip by name, or else
// "*", with a weight above zero.
func acceptsGzip(fields []string) bool {
	accepted := false
	for _, field := range fields {
		for element := range strings.SplitSeq(field, ",") {
			coding, parameters, _ := strings.Cut(element, ";")
			switch strings.ToLower(strings.TrimSpace(coding)) {
			case "gzip", "x-gzip":
				return weight(parameters) > 0
			case "*":
				accepted = weight(parameters) > 0
			}
		}
	}
	return accepted
}

// weight reads "q=0.5"; none, or one that cannot be read, is 1.
func weight(parameters string) float64 {
	name, value, _ := strings.Cut(strings.TrimSpace(parameters), "=")
	if !strings.EqualFold(strings.TrimSpace(name), "q") {
		return 1
	}
	q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil {
		return 1
	}
	return q
}
