package neo4j_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"skein/internal/mail"
	"skein/internal/query"
	"skein/internal/store"
)

// oracle answers the questions of the page from the ledger.
type oracle struct {
	*testing.T
	r      store.Reader
	params map[string]any
}

func (o oracle) must(err error) {
	o.Helper()
	if err != nil {
		o.Fatal(err)
	}
}

// text is a parameter of the page.
func (o oracle) text(name string) string { return o.params[name].(string) }

func (o oracle) person(name string) mail.ID {
	return mail.AddressHash(o.text(name)).ID(mail.PersonLetter)
}

// check makes lines of a question's rows, and those that there should be.
type check func(rows [][]any) (got, want []string)

func (o oracle) answers() map[string]check {
	return map[string]check{
		"1": o.month, "2": o.between, "3": o.tree, "4": o.missing, "9": o.brought, "10": o.copies, "11": o.variants, "12": o.poisoned,
		"15": o.hits(2, query.And{query.Words{Field: query.InBody, Tokens: []string{"elder", "street"}}, query.Words{Field: query.InSubject, Tokens: []string{"re"}}}),
		"16": o.hits(2, query.And{query.By{Person: o.person("address")}, query.Or{
			query.Words{Field: query.InBody, Tokens: []string{"march"}}, query.Words{Field: query.InBody, Tokens: []string{"draft"}, Prefix: true},
		}}),
		"17": o.hits(3, query.Or{query.Words{Field: query.InFiles, Tokens: []string{"docx"}}, query.Words{Field: query.InFiles, Tokens: []string{"fenridge"}, Prefix: true}}),
		"18": o.unanswered, "21": o.rejected, "22": o.places, "23": o.months, "24": o.addresses, "28": o.published, "31": o.files,
		"32": o.hits(3, query.Or{query.Words{Field: query.InAttached, Tokens: []string{"retainer"}}, query.Words{Field: query.InAttached, Tokens: []string{"drainage"}}}),
	}
}

// columns makes a line of some columns of each row.
func columns(rows [][]any, at ...int) []string {
	var lines []string
	for _, row := range rows {
		var parts []any
		for _, i := range at {
			parts = append(parts, row[i])
		}
		lines = append(lines, fmt.Sprint(parts...))
	}
	return lines
}

func idLines(entries []*mail.Entry) []string {
	var lines []string
	for _, e := range entries {
		lines = append(lines, string(e.ID))
	}
	return lines
}

func (o oracle) edges(scope store.Scope) map[store.Pair]int {
	o.Helper()
	all := map[store.Pair]int{}
	for e, err := range o.r.Edges(o.Context(), scope) {
		o.must(err)
		all[store.Pair{From: e.From, To: e.To}] = e.Count
	}
	return all
}

func (o oracle) month(rows [][]any) (got, want []string) {
	month := int(o.params["month"].(int64))
	since := time.Date(month/100, time.Month(month%100), 1, 0, 0, 0, 0, time.UTC)
	from, to := since.UnixMilli(), since.AddDate(0, 1, 0).UnixMilli()
	edges := o.edges(store.Scope{Since: &from, Until: &to})
	counts := []int{}
	for _, n := range edges {
		counts = append(counts, n)
	}
	slices.Sort(counts)
	slices.Reverse(counts)
	for i, row := range rows {
		pair := store.Pair{From: mail.ID(row[3].(string)), To: mail.ID(row[4].(string))}
		got = append(got, fmt.Sprint(i, pair, row[2]))
		want = append(want, fmt.Sprint(i, pair, edges[pair]))
		if int64(counts[i]) != row[2] {
			o.Errorf("place %d: got %d messages, want %d", i, row[2], counts[i])
		}
	}
	return got, want
}

func (o oracle) between(rows [][]any) (got, want []string) {
	a, b := o.person("address"), o.person("other")
	lists, err := o.r.TieMessages(o.Context(), []store.Pair{{From: a, To: b}, {From: b, To: a}}, store.Scope{}, 0, store.Page{First: 200})
	o.must(err)
	return columns(rows, 3), append(idLines(lists[0].Items), idLines(lists[1].Items)...)
}

func (o oracle) tree(rows [][]any) (got, want []string) {
	lists, err := o.r.ThreadEntries(o.Context(), []mail.ID{mail.ID(o.text("thread"))}, mail.Probable, 0, store.Page{First: 200})
	o.must(err)
	for _, p := range lists[0].Items {
		want = append(want, fmt.Sprint(p.Depth, " ", p.Entry.ID))
	}
	for _, row := range rows {
		got = append(got, fmt.Sprint(row[0], " ", row[3]))
	}
	return got, want
}

func (o oracle) missing(rows [][]any) (got, want []string) {
	list, err := o.r.FindMissing(o.Context(), nil, store.Scope{}, 0, store.Page{First: 20})
	o.must(err)
	for i, e := range list.Items {
		want = append(want, fmt.Sprint(i, e.ID, e.CitedCount))
	}
	for i, row := range rows {
		got = append(got, fmt.Sprint(i, row[0], row[2]))
	}
	return got, want
}

// found are all messages that match.
func (o oracle) found(expr query.Expr, want store.Want) []*mail.Entry {
	o.Helper()
	var all []*mail.Entry
	for next := (store.Page{First: 200}); ; {
		list, err := o.r.Search(o.Context(), expr, store.Oldest, want, next)
		o.must(err)
		all = append(all, list.Items...)
		if !list.More {
			return all
		}
		next.After = &list.Keys[len(list.Keys)-1]
	}
}

// hits are all messages that match; one row may be one of its authors.
func (o oracle) hits(column int, expr query.Expr) check {
	return func(rows [][]any) (got, want []string) {
		got = columns(rows, column)
		slices.Sort(got)
		return slices.Compact(got), idLines(o.found(expr, 0))
	}
}

func (o oracle) brought(rows [][]any) (got, want []string) {
	return columns(rows, 2), idLines(o.found(query.And{query.InBatch{Name: o.text("batch")}, query.Not{Expr: query.InBatch{Name: o.text("before")}}}, 0))
}

func (o oracle) copies(rows [][]any) (got, want []string) {
	entries, err := o.r.Entries(o.Context(), []mail.ID{mail.ID(o.text("message"))}, store.WantCopies)
	o.must(err)
	for i, c := range entries[0].Copies {
		want = append(want, fmt.Sprint([]any{i, c.Source, c.Part, c.Offset, c.Length, c.SHA}))
	}
	for i, row := range rows {
		got = append(got, fmt.Sprint([]any{i, row[2], row[3], row[4], row[5], row[6]}))
	}
	return got, want
}

func (o oracle) variants(rows [][]any) (got, want []string) {
	for _, e := range o.found(query.Is{Property: query.Variant}, store.WantVariants|store.WantCopies) {
		for _, v := range e.Variants {
			want = append(want, fmt.Sprint(e.ID, " ", v.SHA))
		}
	}
	for _, row := range rows {
		got = append(got, fmt.Sprint(row[0], " ", row[6]))
	}
	return got, want
}

func (o oracle) poisoned(rows [][]any) (got, want []string) {
	for record, err := range o.r.Dump(o.Context()) {
		o.must(err)
		if key, ok := record.(store.KeyRecord); ok {
			want = append(want, fmt.Sprint(key.Key, " ", len(key.Claimants)))
		}
	}
	for _, row := range rows {
		got = append(got, fmt.Sprint("mid:", row[0], " ", row[1]))
	}
	return got, want
}

func (o oracle) unanswered(rows [][]any) (got, want []string) {
	edges := o.edges(store.Scope{})
	var counts []int
	for pair, n := range edges {
		if pair.From != pair.To && int64(n) >= o.params["least"].(int64) && edges[store.Pair{From: pair.To, To: pair.From}] == 0 {
			counts = append(counts, n)
		}
	}
	slices.Sort(counts)
	slices.Reverse(counts)
	for i, row := range rows {
		pair := store.Pair{From: mail.ID(row[3].(string)), To: mail.ID(row[4].(string))}
		got = append(got, fmt.Sprint(i, row[2], row[2]))
		want = append(want, fmt.Sprint(i, counts[i], edges[pair]))
	}
	return got, want
}

func (o oracle) rejected(rows [][]any) (got, want []string) {
	batches, err := o.r.Batches(o.Context())
	o.must(err)
	counts := map[string]int64{}
	for _, row := range rows {
		counts[row[0].(string)] += row[2].(int64)
	}
	for _, b := range batches {
		want = append(want, fmt.Sprint(b.Name, " ", b.Rejected))
		got = append(got, fmt.Sprint(b.Name, " ", counts[b.Name]))
	}
	return got, want
}

func (o oracle) places(rows [][]any) (got, want []string) {
	corpus, err := o.r.Corpus(o.Context())
	o.must(err)
	sum := int64(0)
	for _, row := range rows {
		sum += row[1].(int64)
	}
	return []string{fmt.Sprint(sum)}, []string{fmt.Sprint(corpus.Messages)}
}

func (o oracle) months(rows [][]any) (got, want []string) {
	counts := map[string]int{}
	for _, e := range o.found(query.Not{Expr: query.Is{Property: query.Undated}}, 0) {
		counts[time.UnixMilli(e.Sent.Milli).UTC().Format("200601")]++
	}
	for month, n := range counts {
		want = append(want, fmt.Sprint(month, " ", n))
	}
	for _, row := range rows {
		got = append(got, fmt.Sprint(row[0], " ", row[1]))
	}
	return got, want
}

func (o oracle) addresses(rows [][]any) (got, want []string) {
	people, err := o.r.People(o.Context(), []mail.ID{o.person("address")})
	o.must(err)
	for _, a := range people[0].Addresses {
		want = append(want, fmt.Sprint([]any{people[0].Name, people[0].ID, a.Address, a.Names, a.SentCount, a.ReceivedCount}))
	}
	for _, row := range rows {
		got = append(got, fmt.Sprint(row))
	}
	return got, want
}

func (o oracle) published(rows [][]any) (got, want []string) {
	entries, err := o.r.Published(o.Context(), o.text("publisherId"), "", 0)
	o.must(err)
	return columns(rows, 0), idLines(entries)
}

func (o oracle) files(rows [][]any) (got, want []string) {
	carried := map[mail.SHA]int64{}
	for _, e := range o.found(query.Is{Property: query.HasAttachment}, store.WantParts) {
		for _, sha := range mail.Files(e.Attachments) {
			carried[sha]++
		}
	}
	var counts []int64
	for _, n := range carried {
		if n >= o.params["least"].(int64) {
			counts = append(counts, n)
		}
	}
	slices.Sort(counts)
	slices.Reverse(counts)
	for i, row := range rows {
		var sha mail.SHA
		o.must(sha.UnmarshalText([]byte(row[0].(string))))
		files, err := o.r.Attachments(o.Context(), []mail.SHA{sha}, 0)
		o.must(err)
		got = append(got, fmt.Sprint(i, sha, row[1], row[2], row[4], row[4]))
		want = append(want, fmt.Sprint(i, sha, files[0].Type, files[0].Size, carried[sha], counts[i]))
	}
	return got, want
}
