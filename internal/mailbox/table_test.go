package mailbox

import (
	"bytes"
	"encoding/csv"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// rowOf writes fields as RFC 4180 has them, all quoted.
func rowOf(fields ...string) string {
	for i, f := range fields {
		fields[i] = `"` + strings.ReplaceAll(f, `"`, `""`) + `"`
	}
	return strings.Join(fields, ",") + "\n"
}

func TestTable(t *testing.T) {
	const quotes = "Subject: \"q\", he said\n\n\"\"twice\"\"\n"
	head := rowOf("file", "message")
	one, two, three := rowOf("maildir/ann-a/_sent_mail/1.", mailA), rowOf("maildir/ann-a/inbox/2.", quotes), rowOf("bob-b/3.", mailB)
	check(t, "as published", loadBytes(t, "emails.csv", []byte(head+one+two+three), Options{}),
		"csv emails.csv", "  emails.csv/maildir/ann-a/_sent_mail/1.@17 "+flat(mailA),
		"  emails.csv/maildir/ann-a/inbox/2.@64 "+flat(quotes), "  emails.csv/bob-b/3.@131 "+flat(mailB))
	check(t, "other columns, other order", loadBytes(t, "x.csv", []byte("id,Message,note,FILE\n1,\"Subject: a\n\nA\n\",,a/1\n2,Subject: b,\"x\ny\",../b\n"), Options{}),
		"csv x.csv", "  x.csv/a/1@21 "+flat(mailA), "  x.csv/b@45 Subject: b")
	check(t, "CR LF", loadBytes(t, "x.csv", []byte("file,message\r\n1,\"Subject: a\r\n\r\nA\r\n\"\r\n\r\n2,\"Subject: b\"\r\n"), Options{}),
		"csv x.csv", "  x.csv/1@14 Subject: a\r|\r|A\r|", "  x.csv/2@39 Subject: b")
	check(t, "no line end at the end, byte order mark", loadBytes(t, "x.csv", []byte("\xEF\xBB\xBFfile,message\n1,Subject: a"), Options{}),
		"csv x.csv", "  x.csv/1@16 Subject: a")
	check(t, "no mails", loadBytes(t, "x.csv", []byte("file,message\n1,hello\n2,\n"), Options{}),
		"csv x.csv", "  x.csv/1@13 rejected: no mail header at its start", "  x.csv/2@21 rejected: an empty message")
	check(t, "packed", loadBytes(t, "x.zip", zipOf(t, entry{"emails.csv", head + one}), Options{}),
		"archive x.zip", "  x.zip/emails.csv/maildir/ann-a/_sent_mail/1.@17 "+flat(mailA))
	check(t, "packed alone", loadBytes(t, "e.csv.gz", gzipOf(t, []byte(head+one)), Options{})[:1], "csv e.csv.gz")
	check(t, "asked for as a message", loadBytes(t, "x.csv", []byte(head+one), Options{Format: Message})[:1], "message x.csv")
}

// TestBrokenRows goes on behind what is broken, and keeps its bytes.
func TestBrokenRows(t *testing.T) {
	head, good := "file,message\n", rowOf("3", mailB)
	for _, test := range []struct{ name, bad, reason string }{
		{"not closed", "\"1\",\"Subject: a\n\nA\n", "a quoted field that is never closed"},
		{"not closed, no line end", "1,\"Subject: a\n\nA \"\"quoted\"\"\n\n", "a quoted field that is never closed"},
		{"too many fields", "1,Subject: a,b\n", "a row of 3 fields, where the header has 2"},
		{"too few fields, more lines", "1\nsome text, with a comma\n\"and\" a quote\n", "a row of 1 fields, where the header has 2"},
		{"a field closed too early", "1,\"Subject: a\n\nhe said \"yes\", and\nwent home\"\n", "a row of 3 fields, where the header has 2"},
	} {
		arg := filepath.Join(t.TempDir(), "x.csv")
		must(t, os.WriteFile(arg, []byte(head+test.bad+good), 0o600))
		var got []Item
		for source, err := range Walk(t.Context(), arg, Options{}) {
			must(t, err)
			for item, err := range source.Items(t.Context(), nil) {
				must(t, err)
				got = append(got, item)
			}
		}
		if len(got) != 2 || got[0].Rejected != test.reason || string(got[1].Raw) != mailB {
			t.Errorf("%s: got %+v, want one rejected (%s), and one mail", test.name, got, test.reason)
			continue
		}
		if raw := strings.TrimSuffix(test.bad, "\n"); got[0].Offset != int64(len(head)) || string(got[0].Raw) != raw {
			t.Errorf("%s: got %q at byte %d, want %q at %d", test.name, got[0].Raw, got[0].Offset, raw, len(head))
		}
	}
	check(t, "a stray quote is text", loadBytes(t, "x.csv", []byte(head+"1,\"Subject: a\n\nsaid \"yes\" then\n\"no\" later\n\"\n"+good), Options{}),
		"csv x.csv", "  x.csv/1@13 Subject: a||said \"yes\" then|\"no\" later|", "  x.csv/3@57 "+flat(mailB))
}

// TestTableBreaksOff tells once that a file breaks off, in a row or between.
func TestTableBreaksOff(t *testing.T) {
	head := "file,message\n" + rowOf("1", mailA)
	for text, want := range map[string]int{head: 3, head + "2,\"Subject: b\n": 3, head + "2,": 3, "": 1} {
		rows := rowsOf(io.MultiReader(strings.NewReader(text), iotest.ErrReader(io.ErrUnexpectedEOF)), 1<<20)()
		if len(rows) != want || rows[want-1].err != io.ErrUnexpectedEOF || want > 1 && rows[want-2].err != nil {
			t.Errorf("%q: got %d rows, want %d, the last broken off", text, len(rows), want)
		}
	}
	check(t, "nothing of a row", loadBytes(t, "x.csv.gz", append(gzipOf(t, []byte(head)), 0x1f, 0x8b, 8), Options{}),
		"csv x.csv.gz", "  x.csv.gz/1@13 "+flat(mailA), "  x.csv.gz@34 rejected: the gzip data ends early")
}

// TestLongRows reads rows that do not fit the window and rows beyond the limit.
func TestLongRows(t *testing.T) {
	long := "Subject: a\n\n" + strings.Repeat("words \"and\" quotes,\n", windowSize/10)
	file := "file,message\n" + rowOf("1", long) + rowOf("2", mailB)
	for _, limit := range []int64{1 << 30, 5000} {
		cut := rowsOf(strings.NewReader(file), limit)
		rows := cut()
		if len(rows) != 3 || string(splitRow(rows[2].raw)[1].plain()) != mailB {
			t.Fatalf("limit %d: got %d rows, want 3", limit, len(rows))
		}
		if whole := limit > int64(len(file)); whole && string(splitRow(rows[1].raw)[1].plain()) != long {
			t.Errorf("got another text, want the one written")
		} else if !whole && (len(rows[1].raw) != int(limit) || rows[1].length < int64(len(long))) {
			t.Errorf("got %d of %d bytes, want %d", len(rows[1].raw), rows[1].length, limit)
		}
	}
}

// rowsOf cuts a table of two columns, its header included.
func rowsOf(r io.Reader, limit int64) func() []tableRow {
	w := new(window)
	w.reset(r)
	cut := rows{w: w, shape: tableShape{2, 0, 1}, body: collector{limit: limit}}
	return func() (all []tableRow) {
		for {
			row, ok := cut.next()
			if !ok {
				return all
			}
			all = append(all, row)
		}
	}
}

// TestEndlessField holds no more of a hostile field than the limit.
func TestEndlessField(t *testing.T) {
	const limit = 1 << 20
	rows := rowsOf(io.MultiReader(strings.NewReader("file,message\n1,\"Subject: a\n"), &endless{64 << 20}), limit)()
	if len(rows) != 2 || len(rows[1].raw) != limit || rows[1].length < 64<<20 || rows[1].err != errUnclosed {
		t.Errorf("got %d rows, want 2, the second cut at %d bytes", len(rows), limit)
	}
}

// FuzzTable demands that every byte is in a row or a line end between rows,
// and that where the CSV of the standard library reads a table without
// complaint, the fields are the same.
func FuzzTable(f *testing.F) {
	f.Add([]byte(rowOf("1", mailA) + rowOf("2", "Subject: \"q\"\n")))
	f.Add([]byte("1,\"Subject: a\n\"2\",\"Subject: b\n\"\n"))
	f.Add([]byte("1,\"a\" b\",c\r\n\r\nx\n\"\",\"\"\n"))
	f.Add([]byte("\"1\",\"To: a\n\"2\",\"To: b\n\"3\",\"To: c\""))
	f.Fuzz(func(t *testing.T, file []byte) {
		rows := rowsOf(bytes.NewReader(file), 1<<30)()
		at := int64(0)
		for i, row := range rows {
			between := file[at:row.offset]
			if len(bytes.Trim(between, "\r\n")) > 0 || !bytes.HasPrefix(file[row.offset:], row.raw) {
				t.Fatalf("row %d at byte %d: got %q behind %q, want bytes of the file", i, row.offset, row.raw, between)
			}
			at = row.offset + int64(len(row.raw))
		}
		if left := file[at:]; len(bytes.Trim(left, "\r\n")) > 0 {
			t.Errorf("got %q left, want line ends", left)
		}
		if bytes.IndexByte(file, '\r') >= 0 {
			return // the library changes line ends
		}
		oracle := csv.NewReader(bytes.NewReader(file))
		oracle.FieldsPerRecord = 2
		want, err := oracle.ReadAll()
		if err != nil {
			return
		}
		var got [][]string
		for _, row := range rows {
			var fields []string
			for _, field := range splitRow(row.raw) {
				fields = append(fields, string(field.plain()))
			}
			got = append(got, fields)
		}
		if !slices.EqualFunc(got, want, slices.Equal) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}
