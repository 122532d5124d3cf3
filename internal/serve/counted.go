package serve

import (
	"context"
	"iter"
	"time"

	"skein/internal/mail"
	"skein/internal/query"
	"skein/internal/store"
)

// counted is a reader whose calls are measured.
type counted struct {
	store.Reader
	metrics *metrics
}

func timed[V any](m *metrics, name string, call func() (V, error)) (V, error) {
	start := time.Now()
	v, err := call()
	m.call(name, start, err)
	return v, err
}

func (c counted) Corpus(ctx context.Context) (mail.Corpus, error) {
	return timed(c.metrics, "Corpus", func() (mail.Corpus, error) { return c.Reader.Corpus(ctx) })
}

func (c counted) Batches(ctx context.Context) ([]mail.Batch, error) {
	return timed(c.metrics, "Batches", func() ([]mail.Batch, error) { return c.Reader.Batches(ctx) })
}

func (c counted) Entries(ctx context.Context, ids []mail.ID, want store.Want) ([]*mail.Entry, error) {
	return timed(c.metrics, "Entries", func() ([]*mail.Entry, error) { return c.Reader.Entries(ctx, ids, want) })
}

func (c counted) Threads(ctx context.Context, ids []mail.ID, view mail.View) ([]*mail.Thread, error) {
	return timed(c.metrics, "Threads", func() ([]*mail.Thread, error) { return c.Reader.Threads(ctx, ids, view) })
}

func (c counted) People(ctx context.Context, ids []mail.ID) ([]*mail.Person, error) {
	return timed(c.metrics, "People", func() ([]*mail.Person, error) { return c.Reader.People(ctx, ids) })
}

func (c counted) Published(ctx context.Context, publisherID string, batch mail.ID, want store.Want) ([]*mail.Entry, error) {
	return timed(c.metrics, "Published", func() ([]*mail.Entry, error) {
		return c.Reader.Published(ctx, publisherID, batch, want)
	})
}

func (c counted) Search(ctx context.Context, expr query.Expr, order store.SearchOrder, want store.Want, page store.Page) (store.List[*mail.Entry], error) {
	return timed(c.metrics, "Search", func() (store.List[*mail.Entry], error) {
		return c.Reader.Search(ctx, expr, order, want, page)
	})
}

func (c counted) FindThreads(ctx context.Context, expr query.Expr, view mail.View, order store.ThreadOrder, page store.Page) (store.List[*mail.Thread], error) {
	return timed(c.metrics, "FindThreads", func() (store.List[*mail.Thread], error) {
		return c.Reader.FindThreads(ctx, expr, view, order, page)
	})
}

func (c counted) FindPeople(ctx context.Context, text string, scope store.Scope, order store.PersonOrder, page store.Page) (store.List[*mail.Person], error) {
	return timed(c.metrics, "FindPeople", func() (store.List[*mail.Person], error) {
		return c.Reader.FindPeople(ctx, text, scope, order, page)
	})
}

func (c counted) FindMissing(ctx context.Context, expr query.Expr, scope store.Scope, want store.Want, page store.Page) (store.List[*mail.Entry], error) {
	return timed(c.metrics, "FindMissing", func() (store.List[*mail.Entry], error) {
		return c.Reader.FindMissing(ctx, expr, scope, want, page)
	})
}

func (c counted) Replies(ctx context.Context, parents []mail.ID, view mail.View, want store.Want, page store.Page) ([]store.List[*mail.Entry], error) {
	return timed(c.metrics, "Replies", func() ([]store.List[*mail.Entry], error) {
		return c.Reader.Replies(ctx, parents, view, want, page)
	})
}

func (c counted) ThreadEntries(ctx context.Context, threads []mail.ID, view mail.View, want store.Want, page store.Page) ([]store.List[mail.Placed], error) {
	return timed(c.metrics, "ThreadEntries", func() ([]store.List[mail.Placed], error) {
		return c.Reader.ThreadEntries(ctx, threads, view, want, page)
	})
}

func (c counted) Participants(ctx context.Context, threads []mail.ID, view mail.View, page store.Page) ([]store.List[*mail.Person], error) {
	return timed(c.metrics, "Participants", func() ([]store.List[*mail.Person], error) {
		return c.Reader.Participants(ctx, threads, view, page)
	})
}

func (c counted) Correspondents(ctx context.Context, people []mail.ID, scope store.Scope, page store.Page) ([]store.List[mail.Tie], error) {
	return timed(c.metrics, "Correspondents", func() ([]store.List[mail.Tie], error) {
		return c.Reader.Correspondents(ctx, people, scope, page)
	})
}

func (c counted) Ties(ctx context.Context, pairs []store.Pair, scope store.Scope) ([]*mail.Tie, error) {
	return timed(c.metrics, "Ties", func() ([]*mail.Tie, error) { return c.Reader.Ties(ctx, pairs, scope) })
}

func (c counted) TieMessages(ctx context.Context, pairs []store.Pair, scope store.Scope, want store.Want, page store.Page) ([]store.List[*mail.Entry], error) {
	return timed(c.metrics, "TieMessages", func() ([]store.List[*mail.Entry], error) {
		return c.Reader.TieMessages(ctx, pairs, scope, want, page)
	})
}

func (c counted) Attachments(ctx context.Context, files []mail.SHA, want store.Want) ([]*mail.File, error) {
	return timed(c.metrics, "Attachments", func() ([]*mail.File, error) { return c.Reader.Attachments(ctx, files, want) })
}

func (c counted) AttachmentMessages(ctx context.Context, files []mail.SHA, want store.Want, page store.Page) ([]store.List[*mail.Entry], error) {
	return timed(c.metrics, "AttachmentMessages", func() ([]store.List[*mail.Entry], error) {
		return c.Reader.AttachmentMessages(ctx, files, want, page)
	})
}

func (c counted) Original(ctx context.Context, sha mail.SHA) ([]byte, error) {
	return timed(c.metrics, "Original", func() ([]byte, error) { return c.Reader.Original(ctx, sha) })
}

func (c counted) Edges(ctx context.Context, scope store.Scope) iter.Seq2[store.Edge, error] {
	return func(yield func(store.Edge, error) bool) {
		start := time.Now()
		var failed error
		defer func() { c.metrics.call("Edges", start, failed) }()
		for edge, err := range c.Reader.Edges(ctx, scope) {
			failed = err
			if !yield(edge, err) {
				return
			}
		}
	}
}
