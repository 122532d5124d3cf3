package storetest

import (
	"context"
	"iter"
	"slices"
	"testing"

	"skein/internal/mail"
	"skein/internal/query"
	"skein/internal/store"
	"skein/internal/thread"
)

// wrong is a reader with one fault, which the suite must find.
type wrong struct {
	*Reference
	list   func(store.List[*mail.Entry]) store.List[*mail.Entry]
	page   func(store.Page) store.Page
	expr   func(query.Expr) query.Expr
	scope  func(store.Scope) store.Scope
	record func(store.Record) store.Record
	files  func([]mail.SHA) []mail.SHA
}

func (w wrong) Search(ctx context.Context, expr query.Expr, order store.SearchOrder, want store.Want, page store.Page) (store.List[*mail.Entry], error) {
	if w.page != nil {
		page = w.page(page)
	}
	if w.expr != nil {
		expr = w.expr(expr)
	}
	list, err := w.Reference.Search(ctx, expr, order, want, page)
	if w.list != nil {
		list = w.list(list)
	}
	return list, err
}

func (w wrong) Attachments(ctx context.Context, files []mail.SHA, want store.Want) ([]*mail.File, error) {
	if w.files != nil {
		files = w.files(files)
	}
	return w.Reference.Attachments(ctx, files, want)
}

func (w wrong) AttachmentMessages(ctx context.Context, files []mail.SHA, want store.Want, page store.Page) ([]store.List[*mail.Entry], error) {
	lists, err := w.Reference.AttachmentMessages(ctx, files, want, page)
	for i := range lists {
		if w.list != nil {
			lists[i] = w.list(lists[i])
		}
	}
	return lists, err
}

func (w wrong) Edges(ctx context.Context, scope store.Scope) iter.Seq2[store.Edge, error] {
	if w.scope != nil {
		scope = w.scope(scope)
	}
	return w.Reference.Edges(ctx, scope)
}

func (w wrong) Dump(ctx context.Context) iter.Seq2[store.Record, error] {
	return func(yield func(store.Record, error) bool) {
		for record, err := range w.Reference.Dump(ctx) {
			if w.record != nil {
				record = w.record(record)
			}
			if record != nil && !yield(record, err) {
				return
			}
		}
	}
}

// TestFaults breaks a reader in one place at a time.
func TestFaults(t *testing.T) {
	first := func(r *Reference, has func(*entry) bool) *entry {
		return r.entries[slices.IndexFunc(r.entries, has)]
	}
	tests := []struct {
		name, box string
		fault     func(*Reference) wrong
	}{
		{"a page of one too many", "many replies", func(*Reference) wrong {
			return wrong{page: func(p store.Page) store.Page { p.First++; return p }}
		}},
		{"no end of pages", "many replies", func(*Reference) wrong {
			return wrong{list: func(l store.List[*mail.Entry]) store.List[*mail.Entry] { l.More = true; return l }}
		}},
		{"a page that begins at its key", "chain", func(*Reference) wrong {
			return wrong{page: func(p store.Page) store.Page {
				if p.After != nil {
					p.After = &store.Key{Sort: p.After.Sort + 1}
				}
				return p
			}}
		}},
		{"no total", "chain", func(*Reference) wrong {
			return wrong{list: func(l store.List[*mail.Entry]) store.List[*mail.Entry] { l.Total = 0; return l }}
		}},
		{"fields as one", "words", func(*Reference) wrong {
			return wrong{expr: func(e query.Expr) query.Expr {
				if w, ok := e.(query.Words); ok {
					w.Field = query.Anywhere
					return w
				}
				return e
			}}
		}},
		{"until with its moment", "chain", func(*Reference) wrong {
			return wrong{expr: func(e query.Expr) query.Expr {
				if s, ok := e.(query.Sent); ok && s.Until != nil {
					next := *s.Until + 1
					return query.Sent{Since: s.Since, Until: &next}
				}
				return e
			}}
		}},
		{"most recipients not counted", "list", func(*Reference) wrong {
			return wrong{scope: func(s store.Scope) store.Scope { s.MaxRecipients = 0; return s }}
		}},
		{"a record not dumped", "rejected", func(*Reference) wrong {
			return wrong{record: func(r store.Record) store.Record {
				if _, ok := r.(store.RejectedRecord); ok {
					return nil
				}
				return r
			}}
		}},
		{"a file of another mail", "attachments", func(*Reference) wrong {
			return wrong{files: func(files []mail.SHA) []mail.SHA {
				return append(slices.Clone(files[min(1, len(files)):]), files[:min(1, len(files))]...)
			}}
		}},
		{"an attachment lost", "attachments", func(r *Reference) wrong {
			e := first(r, func(e *entry) bool { return !e.Missing() && len(e.facts.Attachments) == 1 })
			facts := *e.facts
			facts.Attachments, e.facts = nil, &facts
			return wrong{}
		}},
		{"a copy lost", "copies", func(r *Reference) wrong {
			e := first(r, func(e *entry) bool { return len(e.copies) > 1 })
			e.copies = e.copies[1:]
			return wrong{}
		}},
		{"a name lost", "names", func(r *Reference) wrong {
			r.addresses[0].names = nil
			return wrong{}
		}},
		{"an owner who is none", "gmail aliases", func(r *Reference) wrong {
			r.people[r.address("bob@example.org").person].owner = true
			return wrong{}
		}},
		{"a candidate lost", "headers that differ", func(r *Reference) wrong {
			e := first(r, func(e *entry) bool { return len(e.Links) > 1 })
			e.Links = e.Links[:1]
			return wrong{}
		}},
		{"a reply elsewhere", "chain", func(r *Reference) wrong {
			e := first(r, func(e *entry) bool { return e.Parent[mail.Certain] > 0 })
			e.Parent[mail.Certain] = 0
			return wrong{}
		}},
		{"a citation lost", "missing root", func(r *Reference) wrong {
			e := first(r, func(e *entry) bool { return e.Missing() })
			e.citing = e.citing[1:]
			return wrong{}
		}},
		{"a thread of another subject", "single mails", func(r *Reference) wrong {
			r.threads[0].Subject = "Dinner"
			return wrong{}
		}},
		{"an alias that finds nothing", "several ids", func(r *Reference) wrong {
			e := first(r, func(e *entry) bool { return len(e.Keys) > 2 })
			e.Keys = slices.DeleteFunc(slices.Clone(e.Keys), func(k mail.Key) bool { return k == "mid:ids4"+domain })
			return wrong{}
		}},
		{"a poisoned id that joins", "poisoned id", func(r *Reference) wrong {
			clear(r.poisoned)
			r.entries[0].Entry = thread.Entry{Keys: append(r.entries[0].Keys, "mid:fax"+domain), Contents: r.entries[0].Contents}
			return wrong{}
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			engine := open(t, test.box)
			faulty := test.fault(engine)
			faulty.Reference = engine
			found := 0
			stop := func(string) { found++ }
			s := newSuite(faulty, releasesOf(test.box), stop)
			s.answers()
			s.dump()
			if found == 0 {
				t.Error("the suite found nothing wrong")
			}
		})
	}
}

func releasesOf(name string) []Release {
	boxes := mailboxes()
	return boxes[slices.IndexFunc(boxes, func(b mailbox) bool { return b.name == name })].releases
}

// TestItems checks what engines rely on: equal bytes are equal mail, and Text
// reads it again.
func TestItems(t *testing.T) {
	facts := map[mail.SHA]string{}
	for _, release := range everything().releases {
		for _, item := range release.Items {
			if item.Rejected != "" {
				continue
			}
			if got := Text(item.Raw); got != item.Text {
				t.Errorf("%s: Text of the bytes is %q, want %q", item.Path, got, item.Text)
			}
			known, ok := facts[item.SHA]
			if got := show(item.Facts); ok && got != known {
				t.Errorf("%s: equal bytes with facts %s and %s", item.Path, got, known)
			}
			facts[item.SHA] = show(item.Facts)
		}
	}
}

// TestShow checks that answers are equal text when, and only when, they are
// equal.
func TestShow(t *testing.T) {
	zero, one := int64(0), int64(1)
	tests := []struct {
		got  any
		want string
	}{
		{nil, "nil"},
		{(*mail.Entry)(nil), "nil"},
		{[]*mail.Thread{nil, {Subject: "a", StartedAt: &zero}}, `[nil Thread{Subject:"a" StartedAt:0}]`},
		{mail.Thread{StartedAt: nil, LatestAt: &one}, `Thread{LatestAt:1}`},
		{mail.Entry{MessageIDs: []string{}}, `Entry{}`},
		{store.List[int]{Items: []int{1, 2}}, `List{Items:[1 2]}`},
		{store.Key{Sort: 1, Hash: mail.Hash{15: 255}}, `Key{Sort:1 Hash:000000000000000000000000000000ff}`},
		{query.Not{Expr: query.And{}}, `Not{Expr:[]}`},
	}
	for _, test := range tests {
		if got := show(test.got); got != test.want {
			t.Errorf("show(%#v): got %s, want %s", test.got, got, test.want)
		}
	}
}
