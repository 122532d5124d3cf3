package sqlite_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"skein/internal/mail"
	"skein/internal/query"
	"skein/internal/store"
	"skein/internal/store/sqlite/sqlitetest"
	"skein/internal/store/storetest"
)

// TestCrowd asks a new reader many first questions at once: each has to
// prepare its statements while all connections are in use.
func TestCrowd(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	for range 6 {
		reader := sqlitetest.Load(t, []storetest.Release{{Batch: store.Batch{Collection: "c", Name: "1"}}}, 1)
		var crowd sync.WaitGroup
		for n := range 64 {
			crowd.Go(func() {
				if err := ask(ctx, reader, n); err != nil {
					t.Errorf("question %d: %v", n, err)
				}
			})
		}
		crowd.Wait()
	}
}

// ask asks the n-th question; no two need the same statements.
func ask(ctx context.Context, r store.Reader, n int) error {
	var err error
	page := store.Page{First: 1 + n}
	id := mail.HashOf("any")
	switch n % 6 {
	case 0:
		_, err = r.Entries(ctx, []mail.ID{id.ID(mail.MessageLetter)}, store.WantPeople)
	case 1:
		_, err = r.Threads(ctx, []mail.ID{id.ID(mail.ThreadLetter)}, mail.View(n/6%2))
	case 2:
		_, err = r.People(ctx, []mail.ID{id.ID(mail.PersonLetter)})
	case 3:
		var any query.Or
		for i := range n {
			any = append(any, query.InBatch{Name: fmt.Sprint(i)})
		}
		_, err = r.Search(ctx, any, store.Newest, 0, page)
	case 4:
		_, err = r.FindPeople(ctx, "a", store.Scope{MaxRecipients: n}, store.BusiestPerson, page)
	default:
		_, err = r.Corpus(ctx)
	}
	return err
}
