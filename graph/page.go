package graph

import (
	"context"
	"encoding/base64"
	"encoding/binary"

	"skein/graph/internal/gen"
	"skein/graph/internal/model"
	"skein/internal/mail"
	"skein/internal/store"
)

// maxPage is how many items a page may have.
const maxPage = 200

// listKind tells lists apart whose cursors mean different things, so that a
// cursor of one is refused by the other.
type listKind byte

const (
	newestMessages listKind = iota + 1
	oldestMessages
	latestThreads
	largestThreads
	busiestPeople
	sentPeople
	receivedPeople
	missingMessages
	threadReplies
	threadReading
	threadPeople
	personTies
	tieMessages
	citations
	fileMessages
)

// page is what a client asked of a list, in a form that can be compared.
type page struct {
	kind    listKind
	first   int
	resumed bool
	after   store.Key
	total   bool
}

// newPage reads the arguments of a connection.
func newPage(ctx context.Context, kind listKind, first int, after *string) (page, error) {
	if err := checkRange("first", first, maxPage); err != nil {
		return page{}, err
	}
	p := page{kind: kind, first: first, total: selected(ctx, "totalCount")}
	if after == nil {
		return p, nil
	}
	key, ok := parseCursor(kind, *after)
	if !ok {
		return page{}, badInput("after", "after is not a cursor of this list in this order")
	}
	p.resumed, p.after = true, key
	return p, nil
}

func (p page) store() store.Page {
	asked := store.Page{First: p.first, Total: p.total}
	if p.resumed {
		asked.After = &p.after
	}
	return asked
}

// cursor writes where a list goes on: its kind, the sort value and the hash.
func cursor(kind listKind, key store.Key) string {
	raw := append([]byte{byte(kind)}, make([]byte, 8)...)
	binary.BigEndian.PutUint64(raw[1:], uint64(key.Sort))
	return base64.RawURLEncoding.EncodeToString(append(raw, key.Hash[:]...))
}

// cursorSize is the length of a cursor: kind, sort value and hash.
const cursorSize = 1 + 8 + 16

func parseCursor(kind listKind, text string) (store.Key, bool) {
	if len(text) != base64.RawURLEncoding.EncodedLen(cursorSize) {
		return store.Key{}, false
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || raw[0] != byte(kind) {
		return store.Key{}, false
	}
	return store.Key{Sort: int64(binary.BigEndian.Uint64(raw[1:9])), Hash: mail.Hash(raw[9:])}, true
}

// connect makes the edges, nodes and page info of a connection.
func connect[T, N, E any](list store.List[T], p page, node func(T) N, edge func(string, T, N) E) ([]E, []N, *gen.PageInfo) {
	edges, nodes := make([]E, len(list.Items)), make([]N, len(list.Items))
	info := &gen.PageInfo{HasNextPage: list.More, HasPreviousPage: p.resumed}
	for i, item := range list.Items {
		at := cursor(p.kind, list.Keys[i])
		nodes[i] = node(item)
		edges[i] = edge(at, item, nodes[i])
		if i == 0 {
			info.StartCursor = &at
		}
		info.EndCursor = &at
	}
	return edges, nodes, info
}

func messageConnection(list store.List[*mail.Entry], p page) *gen.MessageConnection {
	edges, nodes, info := connect(list, p,
		func(e *mail.Entry) model.Message { return *model.NewMessage(e) },
		func(at string, _ *mail.Entry, m model.Message) gen.MessageEdge {
			return gen.MessageEdge{Cursor: at, Node: &m}
		})
	return &gen.MessageConnection{Edges: edges, Nodes: nodes, PageInfo: info, TotalCount: list.Total}
}

func missingConnection(list store.List[*mail.Entry], p page) *gen.MissingMessageConnection {
	edges, nodes, info := connect(list, p,
		func(e *mail.Entry) model.MissingMessage { return model.MissingMessage{Entry: model.Entry{Record: e}} },
		func(at string, _ *mail.Entry, m model.MissingMessage) gen.MissingMessageEdge {
			return gen.MissingMessageEdge{Cursor: at, Node: &m}
		})
	return &gen.MissingMessageConnection{Edges: edges, Nodes: nodes, PageInfo: info, TotalCount: list.Total}
}

func entryConnection(list store.List[*mail.Entry], p page) *gen.ThreadEntryConnection {
	edges, nodes, info := connect(list, p, model.NewEntry,
		func(at string, _ *mail.Entry, e model.ThreadEntry) gen.ThreadEntryEdge {
			return gen.ThreadEntryEdge{Cursor: at, Node: e}
		})
	return &gen.ThreadEntryConnection{Edges: edges, Nodes: nodes, PageInfo: info, TotalCount: list.Total}
}

func placedConnection(list store.List[mail.Placed], p page) *gen.ThreadEntryConnection {
	edges, nodes, info := connect(list, p,
		func(at mail.Placed) model.ThreadEntry { return model.NewEntry(at.Entry) },
		func(at string, placed mail.Placed, e model.ThreadEntry) gen.ThreadEntryEdge {
			return gen.ThreadEntryEdge{Cursor: at, Node: e, Depth: &placed.Depth}
		})
	return &gen.ThreadEntryConnection{Edges: edges, Nodes: nodes, PageInfo: info, TotalCount: list.Total}
}

func threadConnection(list store.List[*mail.Thread], view mail.View, p page) *gen.ThreadConnection {
	edges, nodes, info := connect(list, p,
		func(t *mail.Thread) model.Thread { return model.Thread{Record: t, View: view} },
		func(at string, _ *mail.Thread, t model.Thread) gen.ThreadEdge {
			return gen.ThreadEdge{Cursor: at, Node: &t}
		})
	return &gen.ThreadConnection{Edges: edges, Nodes: nodes, PageInfo: info, TotalCount: list.Total}
}

func personConnection(list store.List[*mail.Person], p page) *gen.PersonConnection {
	edges, nodes, info := connect(list, p,
		func(found *mail.Person) model.Person { return model.Person{Record: found} },
		func(at string, _ *mail.Person, found model.Person) gen.PersonEdge {
			return gen.PersonEdge{Cursor: at, Node: &found}
		})
	return &gen.PersonConnection{Edges: edges, Nodes: nodes, PageInfo: info, TotalCount: list.Total}
}

func tieConnection(list store.List[mail.Tie], scope string, p page) *gen.TieConnection {
	edges, nodes, info := connect(list, p,
		func(t mail.Tie) model.Tie { return model.Tie{Record: t, Scope: scope} },
		func(at string, _ mail.Tie, t model.Tie) gen.TieEdge {
			return gen.TieEdge{Cursor: at, Node: &t}
		})
	return &gen.TieConnection{Edges: edges, Nodes: nodes, PageInfo: info, TotalCount: list.Total}
}
