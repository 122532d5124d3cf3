package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"skein/internal/mail"
	"skein/internal/query"
	"skein/internal/store"
)

const wantAll = store.WantCitedBy<<1 - 1

var views = []mail.View{mail.Certain, mail.Probable}

// corpus compares the counts; how a store was loaded is not its content, and
// neither is by which arguments.
func (s *suite) corpus() {
	ask(s, "Corpus", func(r store.Reader) (mail.Corpus, error) {
		c, err := r.Corpus(context.Background())
		c.Revision, c.Loading, c.Since = 0, false, nil
		return c, err
	})
	ask(s, "Batches", func(r store.Reader) ([]mail.Batch, error) {
		batches, err := r.Batches(context.Background())
		batches = slices.Clone(batches)
		for i := range batches {
			batches[i].Sources = 0
		}
		return batches, err
	})
}

// lookups compares what is found by id.
func (s *suite) lookups() {
	ctx := context.Background()
	entries := s.args.mixed(s.args.entries)
	wants := []store.Want{0, wantAll}
	for want := store.Want(1); want < wantAll; want <<= 1 {
		wants = append(wants, want)
	}
	for _, want := range wants {
		ask(s, fmt.Sprintf("Entries(%d ids, want %b)", len(entries), want), func(r store.Reader) ([]*mail.Entry, error) {
			return r.Entries(ctx, entries, want)
		})
	}
	for _, id := range thin(entries, 20) {
		ask(s, fmt.Sprintf("Entries(%q, all)", id), func(r store.Reader) ([]*mail.Entry, error) {
			return r.Entries(ctx, []mail.ID{id}, wantAll)
		})
	}
	ask(s, "Entries(none)", func(r store.Reader) ([]*mail.Entry, error) { return r.Entries(ctx, nil, wantAll) })
	for _, view := range views {
		ids := slices.Concat(s.args.mixed(s.args.threads), s.args.entries[:min(2, len(s.args.entries))])
		ask(s, fmt.Sprintf("Threads(%d ids, view %d)", len(ids), view), func(r store.Reader) ([]*mail.Thread, error) {
			return r.Threads(ctx, ids, view)
		})
	}
	people := slices.Concat(s.args.mixed(s.args.people), s.args.entries[:min(2, len(s.args.entries))])
	ask(s, fmt.Sprintf("People(%d ids)", len(people)), func(r store.Reader) ([]*mail.Person, error) {
		return r.People(ctx, people)
	})
	s.published()
	s.attachments()
	s.originals()
}

// attachments compares files, and the messages that carry them.
func (s *suite) attachments() {
	ctx := context.Background()
	files := slices.Concat([]mail.SHA{{}, {31: 1}}, s.args.files)
	if len(s.args.files) > 0 {
		files = append(files, s.args.files[0])
	}
	for _, want := range []store.Want{0, store.WantText} {
		for _, asked := range [][]mail.SHA{files, files[:1], nil} {
			ask(s, fmt.Sprintf("Attachments(%d files, want %b)", len(asked), want), func(r store.Reader) ([]*mail.File, error) {
				return r.Attachments(ctx, asked, want)
			})
		}
	}
	for n, every := range []bool{false, true} {
		want := []store.Want{wantAll, 0}[n]
		walk(s, fmt.Sprintf("AttachmentMessages(%d files, want %b)", len(files), want), files, every,
			func(r store.Reader, asked []mail.SHA, page store.Page) ([]store.List[*mail.Entry], error) {
				return r.AttachmentMessages(ctx, asked, want, page)
			})
		files = thin(files, s.size.walked)
	}
}

func (s *suite) published() {
	batches := slices.Concat([]mail.ID{"", "x", s.args.bad[3]}, thin(s.args.batches, 4))
	for _, id := range thin(s.args.publishers, 30) {
		for n, batch := range batches {
			want := []store.Want{0, wantAll, store.WantCopies}[n%3]
			ask(s, fmt.Sprintf("Published(%q, %q)", id, batch), func(r store.Reader) ([]*mail.Entry, error) {
				return r.Published(context.Background(), id, batch, want)
			})
		}
	}
}

func (s *suite) originals() {
	for _, sha := range s.args.originals {
		got, gotErr := s.engine.Original(context.Background(), sha)
		want, wantErr := s.want.Original(context.Background(), sha)
		call := "Original(" + sha.String() + ")"
		s.same(call, got, gotErr, want, wantErr)
		if wantErr != nil && gotErr != nil && !errors.Is(gotErr, store.ErrNotFound) {
			s.fail(fmt.Sprintf("%s: got error %v, want %v", call, gotErr, store.ErrNotFound))
		}
	}
}

// stops breaks off what is iterated; the engine must answer as before.
func (s *suite) stops() {
	for range s.engine.Dump(context.Background()) {
		break
	}
	for range s.engine.Edges(context.Background(), store.Scope{}) {
		break
	}
	s.corpus()
}

// together asks many questions at once.
func (s *suite) together() {
	ctx := context.Background()
	page := store.Page{First: 50, Total: true}
	want, err := s.want.Search(ctx, nil, store.Newest, wantAll, page)
	if err != nil {
		s.fail(fmt.Sprintf("Search of the reference: %v", err))
		return
	}
	const askers = 8
	got, errs := make([]store.List[*mail.Entry], askers), make([]error, askers)
	var wg sync.WaitGroup
	for n := range askers {
		wg.Go(func() {
			for range 5 {
				got[n], errs[n] = s.engine.Search(ctx, nil, store.Newest, wantAll, page)
			}
		})
	}
	wg.Wait()
	for n := range askers {
		s.same(fmt.Sprintf("Search(nil), asked by %d at once", askers), got[n], errs[n], want, nil)
	}
}

// cancelled asks with a context that is over.
func (s *suite) cancelled() {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	entries, people := s.args.entries[:1], s.args.people[:1]
	page, pairs := store.Page{First: 5}, s.args.pairs[:1]
	errs := map[string]error{}
	_, errs["Corpus"] = s.engine.Corpus(ctx)
	_, errs["Batches"] = s.engine.Batches(ctx)
	_, errs["Entries"] = s.engine.Entries(ctx, entries, 0)
	_, errs["Threads"] = s.engine.Threads(ctx, s.args.threads[:1], mail.Certain)
	_, errs["People"] = s.engine.People(ctx, people)
	_, errs["Published"] = s.engine.Published(ctx, "7", "", 0)
	_, errs["Search"] = s.engine.Search(ctx, nil, store.Newest, 0, page)
	_, errs["FindThreads"] = s.engine.FindThreads(ctx, nil, mail.Certain, store.LatestThread, page)
	_, errs["FindPeople"] = s.engine.FindPeople(ctx, "", store.Scope{}, store.BusiestPerson, page)
	_, errs["FindMissing"] = s.engine.FindMissing(ctx, query.And{}, store.Scope{}, 0, page)
	_, errs["Replies"] = s.engine.Replies(ctx, entries, mail.Certain, 0, page)
	_, errs["ThreadEntries"] = s.engine.ThreadEntries(ctx, s.args.threads[:1], mail.Certain, 0, page)
	_, errs["Participants"] = s.engine.Participants(ctx, s.args.threads[:1], mail.Certain, page)
	_, errs["Correspondents"] = s.engine.Correspondents(ctx, people, store.Scope{}, page)
	_, errs["Ties"] = s.engine.Ties(ctx, pairs, store.Scope{})
	_, errs["TieMessages"] = s.engine.TieMessages(ctx, pairs, store.Scope{}, 0, page)
	_, errs["Attachments"] = s.engine.Attachments(ctx, s.args.files, 0)
	_, errs["AttachmentMessages"] = s.engine.AttachmentMessages(ctx, s.args.files, 0, page)
	for _, err := range s.engine.Edges(ctx, store.Scope{}) {
		errs["Edges"] = err
	}
	for _, err := range s.engine.Dump(ctx) {
		errs["Dump"] = err
	}
	for method, err := range errs {
		if !errors.Is(err, context.Canceled) {
			s.fail(fmt.Sprintf("%s with a cancelled context: got error %v, want %v", method, err, context.Canceled))
		}
	}
}
