package graph

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"skein/internal/mail"
	"skein/internal/store"
	"skein/internal/store/storetest"
)

// TestPages walks every connection with pages of one and of seven, and gets
// what one page of 200 holds.
func TestPages(t *testing.T) {
	h := handler(wide(), Options{})
	for name, list := range map[string]string{
		"search":          `search(query: "", %s) %s`,
		"oldest":          `search(query: "", orderBy: OLDEST, %s) %s`,
		"threads":         `threads(%s) %s`,
		"largest":         `threads(orderBy: LARGEST, %s) %s`,
		"people":          `people(%s) %s`,
		"received":        `people(orderBy: RECEIVED, %s) %s`,
		"missingMessages": `missingMessages(%s) %s`,
	} {
		whole, total := walkList(t, h, list, 200)
		if len(whole) < 60 || total != float64(len(whole)) {
			t.Errorf("%s: %d items, total %v", name, len(whole), total)
		}
		for _, size := range []int{7, 50} {
			if got, _ := walkList(t, h, list, size); !slices.Equal(got, whole) {
				t.Errorf("%s by %d: %d items, want the %d in the same order", name, size, len(got), len(whole))
			}
		}
	}
}

func walkList(t *testing.T, h http.Handler, list string, size int) (ids []string, total any) {
	t.Helper()
	after := ""
	for {
		arguments := fmt.Sprintf("first: %d%s", size, after)
		a := ask(t, h, "{ list: "+fmt.Sprintf(list, arguments, "{ totalCount pageInfo { hasNextPage hasPreviousPage endCursor } nodes { id } edges { cursor node { id } } }")+" }", nil)
		if len(a.Errors) > 0 {
			t.Fatalf("%s: %+v", list, a.Errors)
		}
		found := a.Data["list"].(map[string]any)
		info := found["pageInfo"].(map[string]any)
		if info["hasPreviousPage"] != (after != "") {
			t.Errorf("%s: hasPreviousPage %v after %q", list, info["hasPreviousPage"], after)
		}
		for _, node := range found["nodes"].([]any) {
			ids = append(ids, node.(map[string]any)["id"].(string))
		}
		if info["hasNextPage"] == false {
			return ids, found["totalCount"]
		}
		after = fmt.Sprintf(", after: %q", info["endCursor"])
	}
}

// TestCursorOfAnotherList is refused.
func TestCursorOfAnotherList(t *testing.T) {
	key := store.Key{Sort: -5, Hash: mail.HashOf("x")}
	if got, ok := parseCursor(personTies, cursor(personTies, key)); !ok || got != key {
		t.Errorf("cursor came back as %v, %v", got, ok)
	}
	if _, ok := parseCursor(tieMessages, cursor(personTies, key)); ok {
		t.Error("the cursor of another list was taken")
	}
}

// TestCitationsEnd: a cursor that was made up reads past the end at worst.
func TestCitationsEnd(t *testing.T) {
	h := handler(nil, Options{})
	for _, place := range []int64{-1 << 63, -1, 0, 1, 2, 1<<63 - 1} {
		after := cursor(citations, store.Key{Sort: place})
		document := fmt.Sprintf(`{ node(id: %q) { ... on MissingMessage { citedBy(first: 200, after: %q) { totalCount nodes { id } } } } }`, messageID("bridge3"), after)
		if a := ask(t, h, document, nil); len(a.Errors) > 0 {
			t.Errorf("after %d: %+v", place, a.Errors)
		}
	}
}

func FuzzCursor(f *testing.F) {
	f.Add(cursor(newestMessages, store.Key{Sort: store.Undated}))
	f.Add("CQAAAUvZ7ZEAZJTo2p0cbFs_Sy0cq6aJyw")
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		key, ok := parseCursor(newestMessages, text)
		if ok && cursor(newestMessages, key) != text {
			t.Fatalf("cursor %q reads as %v, which is %q", text, key, cursor(newestMessages, key))
		}
	})
}

// growing is a reader whose revision a test moves.
type growing struct {
	store.Reader
	revision int64
	loads    int
}

func (g *growing) Corpus(ctx context.Context) (mail.Corpus, error) {
	corpus, err := g.Reader.Corpus(ctx)
	corpus.Revision = g.revision
	return corpus, err
}

func (g *growing) Edges(ctx context.Context, scope store.Scope) iter.Seq2[store.Edge, error] {
	g.loads++
	return g.Reader.Edges(ctx, scope)
}

// TestSnapshot reloads the ties when they changed, every 10 s at most, and
// those of a scope each time.
func TestSnapshot(t *testing.T) {
	reference := storetest.NewReference(office())
	synctest.Test(t, func(t *testing.T) {
		g := &growing{Reader: reference}
		h := handler(g, Options{})
		paths := func(scope string) {
			document := fmt.Sprintf(`{ paths(from: %q, to: %q %s) { paths { length } } }`, personID("ada"), personID("bo"), scope)
			if a := ask(t, h, document, nil); len(a.Errors) > 0 {
				t.Fatalf("paths: %+v", a.Errors)
			}
		}
		for _, step := range []struct {
			wait     time.Duration
			revision int64
			scope    string
			loads    int
		}{
			{0, 1, "", 1},
			{time.Second, 2, "", 1},
			{10 * time.Second, 2, "", 2},
			{time.Minute, 2, "", 2},
			{time.Second, 3, "", 2},
			{0, 3, "scope: {maxRecipients: 3}", 3},
			{0, 3, "scope: {}", 3},
			{10 * time.Second, 3, "", 4},
		} {
			time.Sleep(step.wait)
			g.revision = step.revision
			paths(step.scope)
			if g.loads != step.loads {
				t.Errorf("%+v: %d loads", step, g.loads)
			}
		}
	})
}
