package explorer

import (
	_ "embed"
	"net/http"
	"strings"
	"time"
)

//go:embed placeholder.html
var placeholder string

// servePlaceholder answers in place of a page that was not built.
func servePlaceholder(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", mimeTypes[".html"])
	w.Header().Set("Cache-Control", "no-store")
	http.ServeContent(w, r, "", time.Time{}, strings.NewReader(placeholder))
}
