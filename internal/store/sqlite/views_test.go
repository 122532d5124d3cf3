package sqlite_test

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strings"
	"testing"

	"skein/internal/mail"
	"skein/internal/store"
	"skein/internal/store/sqlite"
)

// rowsOf runs a statement as another tool would and writes each row as its
// values, sorted.
func rowsOf(t *testing.T, db *sql.DB, query string, width int) []string {
	t.Helper()
	rows, err := db.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		values, into := make([]any, width), make([]any, width)
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		all = append(all, strings.TrimSpace(fmt.Sprintln(values...)))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	sort.Strings(all)
	return all
}

// orNil prints a date as a view gives it.
func orNil(milli *int64) any {
	if milli == nil {
		return nil
	}
	return *milli
}

// all returns every entry of a ledger, the missing ones too.
func all(t *testing.T, r *sqlite.Reader) []*mail.Entry {
	t.Helper()
	var ids []mail.ID
	for record, err := range r.Dump(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if m, ok := record.(store.MessageRecord); ok {
			ids = append(ids, m.ID)
		}
	}
	entries, err := r.Entries(t.Context(), ids, store.WantPeople|store.WantCandidates|store.WantLinks|store.WantParts)
	if err != nil || slices.Contains(entries, nil) {
		t.Fatalf("entries %v, error %v", entries, err)
	}
	return entries
}

// TestViews compares what other tools read in the views with the answers of
// the reader.
func TestViews(t *testing.T) {
	path := full(t)
	r, db := reader(t, path), open(t, path)
	var messages, recipients, replies, attachments, ties []string
	line := func(list *[]string, values ...any) { *list = append(*list, strings.TrimSpace(fmt.Sprintln(values...))) }
	for _, e := range all(t, r) {
		ids, err := json.Marshal(e.MessageIDs)
		if err != nil {
			t.Fatal(err)
		}
		var subject, sent any
		if e.HasSubject {
			subject = e.Subject
		}
		if e.Sent != nil {
			sent = e.Sent.Milli
		}
		missing := map[bool]int{true: 1}[e.Missing]
		line(&messages, e.ID, string(ids), subject, sent, e.Size, e.CopyCount, missing, e.Threads[mail.Certain], e.Threads[mail.Probable])
		for _, field := range []struct {
			role string
			list []mail.Correspondent
		}{{"to", e.To}, {"cc", e.Cc}, {"bcc", e.Bcc}} {
			for _, to := range field.list {
				for _, from := range e.From {
					line(&recipients, e.ID, from.Address, to.Address, field.role, sent)
				}
			}
		}
		for _, a := range e.Attachments {
			line(&attachments, e.ID, a.Part, a.Name, a.Type, a.Size, a.SHA)
		}
		for _, l := range e.Candidates {
			chosen := func(view mail.View) int {
				c := e.Links[view]
				return map[bool]int{true: 1}[c != nil && c.Parent == l.Parent && c.Kind == l.Kind]
			}
			line(&replies, e.ID, l.Parent, l.Kind, l.Confidence, chosen(mail.Certain), chosen(mail.Probable))
		}
	}
	for record := range r.Dump(t.Context()) {
		if w, ok := record.(store.TieRecord); ok {
			var month any
			if w.Month != "" {
				month = w.Month
			}
			line(&ties, w.From, w.To, month, w.Count[0], w.Count[1], w.Count[2], orNil(w.First), orNil(w.Last))
		}
	}
	for _, view := range []struct {
		name, columns string
		width         int
		want          []string
	}{
		{"v_message", "id, message_ids, subject, sent_ms, size, copies, missing, certain_thread, probable_thread", 9, messages},
		{"v_recipient", "message, sender, recipient, role, sent_ms", 5, recipients},
		{"v_reply", "child, parent, kind, confidence, certain, probable", 6, replies},
		{"v_attachment", "message, part, name, type, size, sha256", 6, attachments},
		{"v_tie", "sender, recipient, month, to_count, cc_count, bcc_count, first_ms, last_ms", 8, ties},
	} {
		sort.Strings(view.want)
		got := rowsOf(t, db, `SELECT `+view.columns+` FROM `+view.name, view.width)
		if len(got) == 0 {
			t.Errorf("%s is empty", view.name)
		}
		lines(t, view.name, strings.Join(got, "\n"), strings.Join(view.want, "\n"))
		if n := len(rowsOf(t, db, `SELECT name FROM pragma_table_info('`+view.name+`')`, 1)); n != view.width {
			t.Errorf("%s has %d columns, want the %d that are documented", view.name, n, view.width)
		}
	}
}
