package graph

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"

	"skein/internal/store"
)

// transport is GraphQL over HTTP: GET and POST of one operation, JSON only, so
// that no form of another site can send one. It keeps to the draft at
// graphql.github.io/graphql-over-http: a request that was not understood has
// no data, and status 400 except where application/json asks for 200.
type transport struct {
	exec      *executor.Executor
	errors    presenter
	reader    store.Reader
	snapshots *snapshots
	timeout   time.Duration
	observe   func(context.Context, Operation)
}

// ServeHTTP answers one request.
func (t *transport) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	start := time.Now()
	w.Header().Add("Vary", "Accept")
	w.Header().Set("Cache-Control", "no-store")
	a := &answer{media: mediaJSON}
	defer func() {
		a.operation.Took = time.Since(start)
		t.observe(r.Context(), a.operation)
	}()
	defer func() {
		if value := recover(); value != nil {
			a.refuse(http.StatusInternalServerError, t.errors.present(r.Context(), recovered(r.Context(), value)))
			a.write(w, r)
		}
	}()
	t.answer(w, r, a)
	a.write(w, r)
}

func (t *transport) answer(w http.ResponseWriter, r *http.Request, a *answer) {
	a.operation.Class = "invalid"
	switch r.Method {
	case http.MethodGet, http.MethodPost:
	case http.MethodOptions:
		w.Header().Set("Allow", allowed)
		a.status = http.StatusNoContent
		return
	default:
		w.Header().Set("Allow", allowed)
		a.refuse(http.StatusMethodNotAllowed, badRequest("use GET or POST"))
		return
	}
	media, ok := negotiate(strings.Join(r.Header.Values("Accept"), ","))
	if !ok {
		a.refuse(http.StatusNotAcceptable, badRequest("accept "+mediaResponse+" or "+mediaJSON))
		return
	}
	a.media = media
	params, refused := readParams(w, r)
	if refused != nil {
		a.refuse(refused.status, refused.err)
		return
	}
	ctx, cancel := context.WithTimeout(graphql.StartOperationTrace(r.Context()), t.timeout)
	defer cancel()
	t.operate(w, r.WithContext(withSession(ctx, newSession(t.reader, t.snapshots))), params, a)
}

// allowed is the Allow header.
const allowed = "GET, POST, OPTIONS"

func (t *transport) operate(w http.ResponseWriter, r *http.Request, params *graphql.RawParams, a *answer) {
	ctx := r.Context()
	op, errs := t.exec.CreateOperationContext(ctx, params)
	if r.Method == http.MethodGet && !isQuery(op, params) {
		w.Header().Set("Allow", "POST")
		a.refuse(http.StatusMethodNotAllowed, badRequest("GET is for queries only"))
		return
	}
	if len(errs) > 0 {
		a.refuse(requestStatus(a.media, errs), t.present(ctx, errs)...)
		return
	}
	a.operation.Name = op.Operation.Name
	a.operation.Class = classOf(op.Operation)
	respond, ctx := t.exec.DispatchOperation(ctx, op)
	response := respond(ctx)
	if response == nil {
		a.refuse(http.StatusServiceUnavailable, t.errors.present(ctx, context.Cause(ctx)))
		return
	}
	a.status = http.StatusOK
	a.data = response.Data
	a.errors = response.Errors
}

// present shows the errors of a request that was not understood. The executor
// does so itself for the others.
func (t *transport) present(ctx context.Context, errs gqlerror.List) []*gqlerror.Error {
	shown := make([]*gqlerror.Error, min(len(errs), maxErrors+1))
	for i := range shown {
		if strings.Contains(errs[i].Message, "token limit") {
			errs[i] = tooCostly("the document has more than %d tokens", maxTokens)
		}
		shown[i] = t.errors.present(ctx, errs[i])
	}
	return shown
}

// requestStatus is 200 for application/json, as clients that know no other
// media type expect, except for what was understood but costs too much.
func requestStatus(media string, errs gqlerror.List) int {
	costly := slices.ContainsFunc(errs, func(err *gqlerror.Error) bool {
		return err.Extensions["code"] == codeCost || strings.Contains(err.Message, "token limit")
	})
	if media == mediaResponse || costly {
		return http.StatusBadRequest
	}
	return http.StatusOK
}

// isQuery says whether the operation is a query, or so broken that validation
// speaks better of it. A document that was refused is looked at again, for a
// schema without mutations refuses them all.
func isQuery(op *graphql.OperationContext, params *graphql.RawParams) bool {
	if op != nil && op.Operation != nil {
		return op.Operation.Operation == ast.Query
	}
	doc, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: params.Query}, maxTokens)
	if err != nil {
		return true
	}
	named := doc.Operations.ForName(params.OperationName)
	return named == nil || named.Operation == ast.Query
}

// classOf names what an operation asks, in few enough ways to be counted.
func classOf(op *ast.OperationDefinition) string {
	class := ""
	for _, selection := range op.SelectionSet {
		field, ok := selection.(*ast.Field)
		switch {
		case !ok || class != "" && class != field.Name:
			return "several"
		case field.Name == "__typename":
			continue
		}
		class = field.Name
	}
	if class == "" || strings.HasPrefix(class, "__") {
		return "introspection"
	}
	return class
}
