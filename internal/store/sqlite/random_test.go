package sqlite_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"skein/internal/mail"
	"skein/internal/query"
	"skein/internal/store"
	"skein/internal/store/sqlite"
)

// state is everything decided that a dump leaves out, free of row numbers.
func state(t *testing.T, path string) string {
	t.Helper()
	db := open(t, path)
	defer db.Close()
	var all []string
	for _, q := range []struct {
		width int
		query string
	}{
		{6, `SELECT hex(hash), copies, recipients, cited, flags, list_id FROM entry`},
		{5, `SELECT hex(hash), sent, received, search, hex(fold) FROM person`},
		{3, `SELECT a.address, n.text, n.count FROM name n JOIN address a ON a.id = n.address_id`},
		{5, `SELECT hex(e.hash), f.address, t.address, r.sent, r.role FROM recipient r JOIN entry e ON e.id = r.entry_id
			LEFT JOIN address f ON f.id = r.from_id LEFT JOIN address t ON t.id = r.to_id`},
		{4, `SELECT hex(e.hash), hex(p.hash), l.rank, hex(k.hash) FROM link l JOIN entry e ON e.id = l.child_id
			JOIN entry p ON p.id = l.parent_id JOIN key k ON k.id = l.key_id`},
		{5, `SELECT hex(e.hash), hex(c.hash), hex(p.hash), hex(u.hash), hex(v.hash) FROM entry e
			JOIN thread c ON c.id = e.certain_thread JOIN thread p ON p.id = e.probable_thread
			LEFT JOIN entry u ON u.id = e.certain_parent LEFT JOIN entry v ON v.id = e.probable_parent`},
		{4, `SELECT hex(k.hash), k.text, k.poisoned, hex(e.hash) FROM key k LEFT JOIN entry e ON e.id = k.entry_id`},
		{3, `SELECT hex(c.sha), hex(k.hash), u.role FROM use u JOIN content c ON c.id = u.content_id JOIN key k ON k.id = u.key_id`},
	} {
		all = append(all, rowsOf(t, db, q.query, q.width)...)
	}
	return strings.Join(all, "\n") + "\n" + hits(t, path)
}

// hits is what the full text finds.
func hits(t *testing.T, path string) string {
	t.Helper()
	r := reader(t, path)
	defer r.Close()
	var all []string
	for _, text := range []string{"mail", "i1", "i2", "about", "from:p1", "to:p2", "subject:i3", "cc:p4", "c3"} {
		expr, err := query.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		list, err := r.Search(t.Context(), expr, store.Oldest, 0, store.Page{First: 200})
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, e := range list.Items {
			ids = append(ids, string(e.ID))
		}
		all = append(all, text+": "+strings.Join(ids, " "))
	}
	return strings.Join(all, "\n")
}

// anything makes mails of few ids, contents and people, so that they meet:
// copies, variants, several ids, missing parents, loops, poison.
func anything(dice *rand.Rand, count int) []store.Item {
	items := make([]store.Item, count)
	for i := range items {
		id := func() string { return fmt.Sprint("i", dice.IntN(12)) }
		person := func() string { return fmt.Sprintf("p%d@x", dice.IntN(6)) }
		items[i] = letter(id(), "", person(), person(), func(it *store.Item) {
			f := &it.Facts
			it.Path, it.Raw = fmt.Sprint(dice.IntN(count), ".eml"), fmt.Append(it.Raw, " number ", i)
			f.Content = mail.HashOf(fmt.Sprint(dice.IntN(count)))
			f.Subject += fmt.Sprint(" c", dice.IntN(9))
			f.Sent.Milli += dice.Int64N(90 * 86_400_000)
			switch dice.IntN(6) {
			case 0:
				f.MessageIDs = append(f.MessageIDs, fmt.Sprint("j", i))
			case 1:
				f.MessageIDs = nil
			case 2:
				f.MessageIDs = []string{"everyone"}
			}
			if dice.IntN(2) == 0 {
				f.InReplyTo, f.InReplyToStrict = []string{id()}, dice.IntN(2) == 0
			}
			for range dice.IntN(3) {
				if ref := id(); !slices.Contains(f.References, ref) {
					f.References = append(f.References, ref)
				}
			}
			if dice.IntN(3) == 0 {
				f.Mentions = append(f.Mentions, mail.Mention{Role: mail.Cc, Address: person(), Name: fmt.Sprint("n", dice.IntN(2))})
			}
			for n := range f.Mentions {
				if dice.IntN(2) == 0 {
					f.Mentions[n].Name = ""
				}
			}
			f.Defects = make([]mail.Defect, dice.IntN(2))
			if dice.IntN(5) == 0 {
				f.Sent = nil
			}
		})
	}
	return items
}

// nested puts some mails inside others: ones that also come by themselves, and
// ones that do not.
func nested(dice *rand.Rand, items []store.Item) []store.Item {
	outer := items[:len(items)*4/5]
	for i := range outer {
		for n := range dice.IntN(3) * dice.IntN(2) {
			inner := items[dice.IntN(len(items))]
			inner.Embedded, inner.Path, inner.Part = nil, outer[i].Path, fmt.Sprint(n+2)
			outer[i].Embedded = append(outer[i].Embedded, inner)
		}
	}
	return outer
}

// piece is what one round adds.
type piece struct {
	batch int
	items []store.Item
}

// pieces deals items to batches, some to two, and cuts them into rounds.
func pieces(dice *rand.Rand, items []store.Item, batches int) []piece {
	held := make([][]store.Item, batches)
	for _, it := range items {
		b := dice.IntN(batches)
		held[b] = append(held[b], it)
		if dice.IntN(3) == 0 {
			other := dice.IntN(batches)
			held[other] = append(held[other], it)
		}
	}
	var all []piece
	for b, items := range held {
		dice.Shuffle(len(items), func(i, j int) { items[i], items[j] = items[j], items[i] })
		for len(items) > 0 {
			n := min(len(items), 1+dice.IntN(9))
			all = append(all, piece{b, items[:n]})
			items = items[n:]
		}
	}
	dice.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}

func (p piece) add(t *testing.T, l *sqlite.Ledger) {
	t.Helper()
	add(t, l, store.Batch{Collection: "main", Name: fmt.Sprint(p.batch)}, p.items...)
}

// TestAnything loads random mail, some inside other mail, in random rounds and takes batches back: the
// ledger is as if only what is left had ever come, in one round.
func TestAnything(t *testing.T) {
	const batches = 3
	poisoned, inside := 0, 0
	for seed := range uint64(20) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			dice := rand.New(rand.NewPCG(seed, 5))
			all := pieces(dice, nested(dice, anything(dice, 20+dice.IntN(60))), batches)
			path := filepath.Join(t.TempDir(), "skein.db")
			l := ledger(t, path)
			for _, p := range all {
				p.add(t, l)
			}
			poisoned += number(t, path, `SELECT count(*) FROM key WHERE poisoned`)
			inside += number(t, path, `SELECT count(DISTINCT content_id) FROM copy WHERE part <> ''
				AND content_id NOT IN (SELECT content_id FROM copy WHERE part = '')`)
			for gone := range batches {
				compare(t, fmt.Sprint("without ", gone, " batches"), path, all)
				if !slices.ContainsFunc(all, func(p piece) bool { return p.batch == gone }) {
					continue
				}
				retract(t, l, fmt.Sprint(gone), 1+dice.IntN(20))
				all = slices.DeleteFunc(slices.Clone(all), func(p piece) bool { return p.batch == gone })
			}
		})
	}
	if poisoned < 3 {
		t.Errorf("%d keys were poisoned, want some", poisoned)
	}
	if inside < 20 {
		t.Errorf("%d mails were inside others alone, want some for each seed", inside)
	}
}

// compare compares a ledger with one that is given all pieces at once.
func compare(t *testing.T, what, path string, all []piece) {
	t.Helper()
	fresh := filepath.Join(t.TempDir(), "fresh.db")
	l := ledger(t, fresh)
	byBatch := map[int]piece{}
	for _, p := range all {
		byBatch[p.batch] = piece{p.batch, append(slices.Clone(byBatch[p.batch].items), p.items...)}
	}
	for _, p := range byBatch {
		p.add(t, l)
	}
	got, err := dump(t, path)
	if err != nil {
		t.Fatal(err)
	}
	want, err := dump(t, fresh)
	if err != nil {
		t.Fatal(err)
	}
	lines(t, what+": dump", got, want)
	lines(t, what+": state", state(t, path), state(t, fresh))
}
