package graph

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"github.com/vektah/gqlparser/v2/gqlerror"
)

// answer is a response before it is written.
type answer struct {
	status    int
	media     string
	errors    []*gqlerror.Error
	data      json.RawMessage // nil when the request was not understood
	operation Operation
}

// refuse makes it the answer to a request that was not executed.
func (a *answer) refuse(status int, errs ...*gqlerror.Error) {
	a.status, a.errors, a.data = status, errs, nil
}

// write sends the answer. There is no data entry unless the request was
// executed (GraphQL over HTTP, "application/graphql-response+json").
func (a *answer) write(w http.ResponseWriter, r *http.Request) {
	if a.status == http.StatusNoContent {
		w.WriteHeader(a.status)
		return
	}
	for _, err := range a.errors {
		code, _ := err.Extensions["code"].(string)
		a.operation.Codes = append(a.operation.Codes, code)
		if seconds, ok := err.Extensions["retryAfter"].(int); ok {
			w.Header().Set("Retry-After", strconv.Itoa(seconds))
		}
	}
	w.Header().Set("Content-Type", a.media+"; charset=utf-8")
	w.WriteHeader(a.status)
	if r.Context().Err() != nil {
		return
	}
	_, _ = w.Write(a.body())
}

func (a *answer) body() []byte {
	body := []byte{'{'}
	if len(a.errors) > 0 {
		errs, err := json.Marshal(firstErrors(a.errors))
		if err != nil {
			errs = []byte(`[{"message":"internal error","extensions":{"code":"` + codeInternal + `"}}]`)
		}
		body = append(append(body, `"errors":`...), errs...)
	}
	if a.data == nil {
		return append(body, '}')
	}
	if len(a.errors) > 0 {
		body = append(body, ',')
	}
	body = append(append(body, `"data":`...), a.data...)
	return append(body, '}')
}

// firstErrors cuts a list that says the same of each of many things.
func firstErrors(errs []*gqlerror.Error) []*gqlerror.Error {
	if len(errs) <= maxErrors {
		return errs
	}
	rest := *errs[maxErrors]
	rest.Path, rest.Locations = nil, nil
	rest.Message = fmt.Sprintf("%d errors more, the first of them: %s", len(errs)-maxErrors, rest.Message)
	return append(errs[:maxErrors:maxErrors], &rest)
}
