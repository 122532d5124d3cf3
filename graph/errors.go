package graph

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"runtime/debug"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"skein/graph/internal/scalar"
	"skein/internal/query"
	"skein/internal/store"
)

// The closed set of extensions.code. UNAUTHENTICATED and FORBIDDEN are for
// whoever stands before this handler.
const (
	codeParse       = "GRAPHQL_PARSE_FAILED"
	codeValidation  = "GRAPHQL_VALIDATION_FAILED"
	codeInput       = "BAD_USER_INPUT"
	codeCost        = "TOO_COSTLY"
	codeTimeout     = "TIMEOUT"
	codeUnavailable = "STORE_UNAVAILABLE"
	codeInternal    = "INTERNAL"
)

// inputError says what is wrong with an argument.
type inputError struct {
	argument string
	message  string
	facts    map[string]any // further extensions
}

func (e *inputError) Error() string { return e.message }

func badInput(argument, format string, args ...any) error {
	return &inputError{argument: argument, message: fmt.Sprintf(format, args...)}
}

// badQuery says where the search language was not understood.
func badQuery(argument string, err error) error {
	syntax, ok := errors.AsType[*query.Error](err)
	if !ok {
		return &inputError{argument: argument, message: argument + ": " + err.Error()}
	}
	return &inputError{argument: argument, message: argument + ": " + syntax.Error(), facts: map[string]any{
		"offset":   syntax.Offset,
		"length":   syntax.Length,
		"expected": syntax.Expected,
	}}
}

// checkRange refuses a number outside 1 to most.
func checkRange(argument string, value, most int) error {
	if value < 1 || value > most {
		return badInput(argument, "%s is %d, not 1 to %d", argument, value, most)
	}
	return nil
}

// panicError is a panic that was stopped.
type panicError struct {
	value any
	stack []byte
}

func (e *panicError) Error() string { return fmt.Sprintf("panic: %v", e.value) }

// recovered is what the executor calls inside the deferred function of a
// resolver that panicked.
func recovered(_ context.Context, value any) error {
	return &panicError{value: value, stack: debug.Stack()}
}

// presenter decides what a client may learn from an error.
type presenter struct {
	log       *slog.Logger
	requestID func(context.Context) string
}

// maxMessage bounds a message, for the parser quotes what it did not
// understand.
const maxMessage = 500

func (p presenter) present(ctx context.Context, err error) *gqlerror.Error {
	shown := &gqlerror.Error{Message: err.Error()}
	for known, ok := errors.AsType[*gqlerror.Error](err); ok; known, ok = errors.AsType[*gqlerror.Error](known.Err) {
		err = cmp.Or(known.Err, err) // what is logged says the path apart
		shown = &gqlerror.Error{Message: known.Message, Path: known.Path, Locations: known.Locations, Extensions: known.Extensions}
	}
	if shown.Path == nil {
		shown.Path = currentPath(ctx)
	}
	if shown.Extensions["code"] == nil {
		shown.Message, shown.Extensions = p.classify(ctx, shown, err)
	}
	if len(shown.Message) > maxMessage {
		shown.Message = strings.ToValidUTF8(shown.Message[:maxMessage], "") + "…"
	}
	return shown
}

// classify gives the message and the extensions of an error that has no code.
func (p presenter) classify(ctx context.Context, shown *gqlerror.Error, err error) (string, map[string]any) {
	if input, ok := errors.AsType[*inputError](err); ok {
		facts := map[string]any{"code": codeInput, "argument": input.argument}
		maps.Copy(facts, input.facts)
		return input.message, facts
	}
	if value, ok := errors.AsType[*scalar.Error](err); ok {
		return value.Message, map[string]any{"code": codeInput}
	}
	for _, known := range storeErrors {
		if errors.Is(err, known.err) {
			facts := map[string]any{"code": known.code}
			if known.retryAfter > 0 {
				facts["retryAfter"] = known.retryAfter
			}
			return known.message, facts
		}
	}
	id := p.requestID(ctx)
	attrs := []any{"request", id, "path", shown.Path.String(), "error", err.Error()}
	if broken, ok := errors.AsType[*panicError](err); ok {
		attrs = append(attrs, "stack", string(broken.stack))
	}
	if s := from(ctx); s == nil || s.firstTime(err.Error()) {
		p.log.ErrorContext(ctx, "internal error", attrs...)
	}
	return "internal error", map[string]any{"code": codeInternal, "requestId": id}
}

// storeErrors are the errors by meaning that a client may hear of. What is
// worth asking again has the seconds to wait before.
var storeErrors = []struct {
	err        error
	code       string
	message    string
	retryAfter int
}{
	{context.DeadlineExceeded, codeTimeout, "the operation took too long and was stopped", 0},
	{context.Canceled, codeTimeout, "the operation was cancelled", 0},
	{store.ErrBusy, codeUnavailable, "the store is busy, try again", 2},
	{store.ErrVersion, codeUnavailable, "the store was written by another version, see ingest rebuild and ingest publish --replace", 0},
	{store.ErrUnavailable, codeUnavailable, "the store is unavailable", 10},
}

// currentPath is where in the answer the field stands that ctx belongs to.
func currentPath(ctx context.Context) ast.Path {
	if field := graphql.GetFieldContext(ctx); field != nil {
		return field.Path()
	}
	return nil
}
