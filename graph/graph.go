// Package graph answers GraphQL from a store.Reader. It says the types of
// schema.graphqls in terms of our words and promises that a level of a query
// costs one call to the store however wide it is, that a query costs no more
// than its limits, and that a client never sees an error of the store.
//
// It holds no rule about mail and no query of a store; New is the only door.
package graph

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"

	"skein/graph/internal/gen"
	"skein/internal/store"
)

//go:generate go tool gqlgen

// Options set limits and where to report. The zero value is what a server
// wants; a limit of 0 is the default.
type Options struct {
	Timeout  time.Duration // of one operation; default 30 s
	MaxCost  int           // see limits.go; default 100,000
	MaxDepth int           // nested fields; default 20

	Logger    *slog.Logger                 // of internal errors; default none
	RequestID func(context.Context) string // "" when there is none; default none
	Observe   func(context.Context, Operation)
}

// Operation is what an operation came to. It holds nothing of its variables or
// its answer.
type Operation struct {
	Name  string // as the client gave it; "" when it gave none or was not understood
	Class string // the root field, "several", "introspection", or "invalid"
	Took  time.Duration
	Codes []string // extensions.code of each error
}

// New returns the handler of GraphQL over HTTP at one path. It answers GET
// and POST, see transport.go, and never changes what the reader reads.
func New(reader store.Reader, opts Options) http.Handler {
	opts = opts.withDefaults()
	schema := gen.NewExecutableSchema(gen.Config{Resolvers: resolvers{}})
	errors := presenter{log: opts.Logger, requestID: opts.RequestID}
	exec := executor.New(schema)
	exec.SetErrorPresenter(errors.present)
	exec.SetRecoverFunc(recovered)
	exec.SetParserTokenLimit(maxTokens)
	exec.SetQueryCache(newDocuments())
	exec.AroundFields(func(ctx context.Context, next graphql.Resolver) (any, error) {
		from(ctx).activity.Add(1)
		return next(ctx)
	})
	exec.Use(limits{cost: opts.MaxCost, depth: opts.MaxDepth})
	exec.Use(introspection{})
	return &transport{
		exec:      exec,
		errors:    errors,
		reader:    reader,
		snapshots: newSnapshots(reader),
		timeout:   opts.Timeout,
		observe:   opts.Observe,
	}
}

func (o Options) withDefaults() Options {
	if o.Timeout <= 0 {
		o.Timeout = 30 * time.Second
	}
	if o.MaxCost <= 0 {
		o.MaxCost = 100_000
	}
	if o.MaxDepth <= 0 {
		o.MaxDepth = 20
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.RequestID == nil {
		o.RequestID = func(context.Context) string { return "" }
	}
	if o.Observe == nil {
		o.Observe = func(context.Context, Operation) {}
	}
	return o
}

// resolvers names the resolvers of each type; the compiler lists what is
// missing.
type resolvers struct{}

func (resolvers) Query() gen.QueryResolver                   { return root{} }
func (resolvers) Message() gen.MessageResolver               { return message{} }
func (resolvers) MissingMessage() gen.MissingMessageResolver { return missing{} }
func (resolvers) ReplyLink() gen.ReplyLinkResolver           { return replyLink{} }
func (resolvers) Correspondent() gen.CorrespondentResolver   { return correspondent{} }
func (resolvers) Copy() gen.CopyResolver                     { return rawCopy{} }
func (resolvers) Variant() gen.VariantResolver               { return variant{} }
func (resolvers) Mention() gen.MentionResolver               { return mention{} }
func (resolvers) Attachment() gen.AttachmentResolver         { return attachment{} }
func (resolvers) Thread() gen.ThreadResolver                 { return thread{} }
func (resolvers) Person() gen.PersonResolver                 { return person{} }
func (resolvers) Tie() gen.TieResolver                       { return tie{} }
func (resolvers) Hop() gen.HopResolver                       { return hop{} }

// Schema returns schema.graphqls as it is written.
func Schema() string {
	return gen.NewExecutableSchema(gen.Config{Resolvers: resolvers{}}).Schema().Query.Position.Src.Input
}
