package graph

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// refusal is why a request was not read.
type refusal struct {
	status int
	err    *gqlerror.Error
}

func badRequest(message string) *gqlerror.Error {
	return &gqlerror.Error{Message: message, Extensions: map[string]any{"code": codeInput}}
}

func refuse(status int, message string) *refusal {
	return &refusal{status, badRequest(message)}
}

// readParams reads the parameters of a GET or POST request (GraphQL over HTTP,
// "Request"). It repeats nothing of the request in what it says.
func readParams(w http.ResponseWriter, r *http.Request) (*graphql.RawParams, *refusal) {
	read := readPost
	if r.Method == http.MethodGet {
		read = readGet
	}
	params, refused := read(w, r)
	if refused != nil {
		return nil, refused
	}
	if params.Query == "" {
		return nil, refuse(http.StatusBadRequest, "the parameter query is missing")
	}
	if len(params.Query) > maxDocument {
		return nil, &refusal{http.StatusBadRequest, tooCostly("the document is longer than %d bytes", maxDocument)}
	}
	params.Headers = r.Header
	return params, nil
}

func readPost(w http.ResponseWriter, r *http.Request) (*graphql.RawParams, *refusal) {
	media, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != mediaJSON {
		return nil, refuse(http.StatusUnsupportedMediaType, "send the request as "+mediaJSON)
	}
	if charset := params["charset"]; charset != "" && !isUTF8(charset) {
		return nil, refuse(http.StatusUnsupportedMediaType, "send the request in utf-8")
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return nil, &refusal{http.StatusRequestEntityTooLarge, tooCostly("the request is longer than %d bytes", maxBody)}
	}
	if err != nil {
		return nil, refuse(http.StatusBadRequest, "the request could not be read")
	}
	return parseBody(body)
}

// parseBody reads the JSON of a request.
func parseBody(body []byte) (*graphql.RawParams, *refusal) {
	if !utf8.Valid(body) {
		return nil, refuse(http.StatusBadRequest, "the request is not utf-8")
	}
	if trimmed := bytes.TrimLeft(body, " \t\r\n"); len(trimmed) > 0 && trimmed[0] == '[' {
		return nil, refuse(http.StatusBadRequest, "send one operation at a time, not a list")
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil || fields == nil {
		return nil, refuse(http.StatusBadRequest, "the request is not a JSON object")
	}
	params := &graphql.RawParams{}
	for _, field := range []struct {
		name string
		into any
		kind string
	}{
		{"query", &params.Query, "a string"},
		{"operationName", &params.OperationName, "a string or null"},
		{"variables", &params.Variables, "an object or null"},
		{"extensions", &params.Extensions, "an object or null"},
	} {
		if !decode(fields[field.name], field.into) {
			return nil, refuse(http.StatusBadRequest, "the parameter "+field.name+" must be "+field.kind)
		}
	}
	return params, nil
}

// decode keeps numbers as they are written, for a float64 would round a Long.
func decode(raw json.RawMessage, into any) bool {
	if len(raw) == 0 {
		return true
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	return decoder.Decode(into) == nil
}

func readGet(_ http.ResponseWriter, r *http.Request) (*graphql.RawParams, *refusal) {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil || !validText(values) {
		return nil, refuse(http.StatusBadRequest, "the query string could not be read")
	}
	params := &graphql.RawParams{Query: values.Get("query"), OperationName: values.Get("operationName")}
	if !decodeText(values.Get("variables"), &params.Variables) {
		return nil, refuse(http.StatusBadRequest, "the parameter variables must be a JSON object or null")
	}
	if !decodeText(values.Get("extensions"), &params.Extensions) {
		return nil, refuse(http.StatusBadRequest, "the parameter extensions must be a JSON object or null")
	}
	return params, nil
}

func decodeText(text string, into any) bool {
	return text == "" || json.Valid([]byte(text)) && decode(json.RawMessage(text), into)
}

func validText(values url.Values) bool {
	for name, texts := range values {
		for _, text := range texts {
			if !utf8.ValidString(name) || !utf8.ValidString(text) {
				return false
			}
		}
	}
	return true
}
