package graph

import (
	"mime"
	"strconv"
	"strings"
)

// The media types of a response (GraphQL over HTTP, "Media Types").
const (
	mediaJSON     = "application/json"
	mediaResponse = "application/graphql-response+json"
)

// negotiate picks the media type of a response by the Accept header: the one
// of higher quality (RFC 9110 §12.5.1), application/json among equals unless
// only the other is named. ok is false when neither is acceptable.
func negotiate(accept string) (media string, ok bool) {
	if strings.TrimSpace(accept) == "" {
		return mediaJSON, true
	}
	plain, named := quality(accept, mediaJSON), quality(accept, mediaResponse)
	switch {
	case plain.q == 0 && named.q == 0:
		return "", false
	case named.q > plain.q:
		return mediaResponse, true
	case named.q == plain.q && named.exact && (!plain.exact || named.at < plain.at):
		return mediaResponse, true
	}
	return mediaJSON, true
}

// preference is how much a client wants a media type.
type preference struct {
	q     float64 // 0 to 1; 0 refuses
	exact bool    // named in full rather than by a wildcard
	at    int     // place in the header
}

// quality finds the most specific range for a media type, which decides.
func quality(accept, media string) preference {
	var found preference
	best := -1
	for i, text := range strings.Split(accept, ",") {
		kind, params, err := mime.ParseMediaType(text)
		if err != nil || params["charset"] != "" && !isUTF8(params["charset"]) {
			continue
		}
		specific := specificity(kind, media)
		if specific <= best {
			continue
		}
		best = specific
		found = preference{q: weight(params["q"]), exact: specific == 2, at: i}
	}
	return found
}

// specificity is 2 for the type itself, 1 for its family, 0 for anything and
// -1 for something else.
func specificity(kind, media string) int {
	switch kind {
	case media:
		return 2
	case "application/*":
		return 1
	case "*/*":
		return 0
	}
	return -1
}

func weight(text string) float64 {
	if text == "" {
		return 1
	}
	q, err := strconv.ParseFloat(text, 64)
	if err != nil || !(q >= 0 && q <= 1) {
		return 0
	}
	return q
}

func isUTF8(charset string) bool {
	return strings.EqualFold(charset, "utf-8") || strings.EqualFold(charset, "utf8")
}
