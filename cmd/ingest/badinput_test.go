package main

import (
	"bytes"
	"compress/gzip"
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gofrs/flock"

	"skein/internal/parse"
)

// letter is a small mail.
func letter(n int) string {
	return fmt.Sprintf("Message-ID: <m%d@example.org>\nFrom: Ann <ann@example.org>\nTo: bo@example.org\n"+
		"Date: Fri, 7 Oct 2016 12:00:00 +0000\nSubject: number %d\n\nThis is number %d.\n", n, n, n)
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// refused checks an exit code and that stderr tells the reason in one sentence
// that holds every one of want.
func refused(t *testing.T, what string, r result, code int, want ...string) {
	t.Helper()
	if r.code != code {
		t.Errorf("%s: exit %d, want %d\n%s%s", what, r.code, code, r.stdout, r.stderr)
	}
	var sentences []string
	for line := range strings.Lines(r.stderr) {
		switch {
		case strings.HasPrefix(line, "ingest: "):
			sentences = append(sentences, line)
		case strings.HasPrefix(line, "Run `ingest") && code == exitUsage:
		case strings.HasPrefix(line, "problem: "), strings.HasPrefix(line, "rejected: "), strings.HasPrefix(line, "{"):
		default:
			t.Errorf("%s: stray line on stderr: %q", what, line)
		}
	}
	if len(sentences) != 1 {
		t.Errorf("%s: got %d sentences on stderr, want 1:\n%s", what, len(sentences), r.stderr)
	}
	for _, w := range want {
		if !strings.Contains(r.stderr, w) {
			t.Errorf("%s: stderr %q does not tell %q", what, r.stderr, w)
		}
	}
}

// TestWrongUsage refuses calls before anything is touched.
func TestWrongUsage(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "mail", "1.eml"), letter(1))
	write(t, filepath.Join(dir, "bad.csv"), "path,batch\n1.eml,1\n2.eml,\n")
	for _, test := range []struct {
		args []string
		want string
	}{
		{nil, "no PATH to load"},
		{[]string{"--store", "nonsense", "mail"}, "sqlite:skein.db"},
		{[]string{"--store", "postgres://host/db", "mail"}, "sqlite:"},
		{[]string{"--store", "sqlite:", "mail"}, "sqlite:"},
		{[]string{"--store", "neo4j://host:7687/a/b", "mail"}, "that of the database"},
		{[]string{"--store", "bolt://", "mail"}, "neo4j://localhost:7687"},
		{[]string{"--store", "neo4j:skein.db", "mail"}, "neo4j://localhost:7687"},
		{[]string{"--store", "sqlite:a.db", "--ledger", "b.db", "mail"}, "its own ledger"},
		{[]string{"publish"}, "publish needs a Neo4j store"},
		{[]string{"publish", "x"}, `unexpected argument "x"`},
		{[]string{"--unknown", "mail"}, "unknown"},
		{[]string{"mail", "--published", "7 Oct 2016"}, `--published is "7 Oct 2016", want a date such as 2016-10-07`},
		{[]string{"mail", "--publisher-id", "["}, "--publisher-id: "},
		{[]string{"mail", "--format", "pst?"}, "--format: "},
		{[]string{"mail", "--manifest", "none.csv"}, "none.csv"},
		{[]string{"mail", "--manifest", "bad.csv"}, "bad.csv: line 3: the batch is empty"},
		{[]string{"mail", "--max-rejected", "-1"}, "percentage"},
		{[]string{"mail", "--max-rejected", "101%"}, "percentage"},
		{[]string{"mail", "--jobs", "-1"}, "negative"},
		{[]string{"mail", "--jobs", "many"}, "jobs"},
		{[]string{"mail", "--wait", "soon"}, "wait"},
		{[]string{"status", "x"}, `unexpected argument "x"`},
		{[]string{"dump", "--batch", "1"}, "batch"},
		{[]string{"rebuild", "x"}, `unexpected argument "x"`},
		{[]string{"retract"}, "--batch"},
		{[]string{"sample"}, "DIR"},
	} {
		what := strings.Join(append([]string{"ingest"}, test.args...), " ")
		r := call(t, dir, nil, test.args...)
		refused(t, what, r, exitUsage, test.want)
		if r.stdout != "" || strings.Contains(r.stderr, "hunter2") {
			t.Errorf("%s: got stdout %q, stderr %q, want no report and no password", what, r.stdout, r.stderr)
		}
	}
	if files, err := filepath.Glob(filepath.Join(dir, "skein*")); err != nil || len(files) > 0 {
		t.Errorf("left behind: %q, error %v, want nothing", files, err)
	}
	if r := call(t, dir, nil, "-h"); r.code != exitLoaded || !strings.Contains(r.stderr, "max-rejected") {
		t.Errorf("ingest -h: exit %d, want 0 and the flags", r.code)
	}
}

// TestNoSuchThing names what is not there.
func TestNoSuchThing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "mail", "1.eml"), letter(1))
	refused(t, "status of a folder", call(t, dir, nil, "status", "--store", "sqlite:mail"), exitFailed, "it is a folder, not a file")
	for _, args := range [][]string{{"status"}, {"dump"}, {"export", "out.jsonl"}, {"rebuild"}, {"retract", "--batch", "1"}} {
		refused(t, args[0]+" of a missing ledger", call(t, dir, nil, args...), exitFailed, "skein.db", "not found")
	}
	refused(t, "missing path", call(t, dir, nil, "mail", "gone"), exitFailed, "gone: no such file or folder")
	if files, err := os.ReadDir(dir); err != nil || len(files) != 1 {
		t.Errorf("left behind: %v, error %v, want the mail alone", files, err)
	}
	refused(t, "ledger in a missing folder", call(t, dir, nil, "--store", "sqlite:none/x.db", "mail"), exitFailed,
		"none/x.db", "its folder does not exist")
	refused(t, "ledger that is a folder", call(t, dir, nil, "--store", "sqlite:mail", "mail"), exitFailed,
		"ledger mail: it is a folder, not a file")
	write(t, filepath.Join(dir, "notes.txt"), strings.Repeat("some notes\n", 99))
	refused(t, "ledger that is a text", call(t, dir, nil, "--store", "sqlite:notes.txt", "mail"), exitFailed,
		"notes.txt", "not a ledger of Skein")
	must(t, dir, nil, "mail")
	refused(t, "unknown batch", call(t, dir, nil, "retract", "--batch", "7"), exitFailed, `batch "7"`, "not found")
	refused(t, "export to a missing folder", call(t, dir, nil, "export", "none/out.jsonl"), exitFailed, "none/out.jsonl")
	refused(t, "export of a bad search", call(t, dir, nil, "export", "--query", "sent:(", "-"), exitUsage, "--query: ")
	if got, want := must(t, dir, nil, "export", "-"), 1; strings.Count(got, "\n") != want {
		t.Errorf("export: got %q, want %d line", got, want)
	}
}

// TestRejected loads what is no mail: its bytes are kept, and the exit code
// tells whether that is too much.
func TestRejected(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	for n := range 40 {
		fmt.Fprintf(w, "From a Fri Oct  7 12:00:00 2016\n%s\n", letter(100+n))
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "mail", "1.eml"), letter(1))
	write(t, filepath.Join(dir, "mail", "empty.eml"), "")
	write(t, filepath.Join(dir, "mail", "binary"), "\x7fELF\x00\x00\x01\x02\x03")
	write(t, filepath.Join(dir, "mail", "cut.mbox.gz"), packed.String()[:packed.Len()*2/3])
	r := call(t, dir, nil, "--json", "mail")
	got := reportOf(t, r)
	if r.code != exitRejected || got.Rejected != 3 || got.New < 20 || got.New >= 41 {
		t.Errorf("got exit %d, %+v, want exit 3, 3 rejected, and what comes before the cut", r.code, got)
	}
	if n := strings.Count(must(t, dir, nil, "dump"), `{"kind":"rejected"`); n != 3 {
		t.Errorf("the dump has %d rejected items, want 3", n)
	}
	r = call(t, t.TempDir(), nil, filepath.Join(dir, "mail"))
	for _, want := range []string{
		"rejected: empty.eml: byte 0: an empty file\n", "rejected: binary: byte 0: ", "rejected: cut.mbox.gz: byte ",
	} {
		if !strings.Contains(r.stderr, want) {
			t.Errorf("stderr %q does not tell %q", r.stderr, want)
		}
	}
	for _, test := range []struct {
		allowed string
		code    int
	}{
		{"0", exitRejected},
		{"2", exitRejected},
		{"3", exitLoaded},
		{"100%", exitLoaded},
		{"0%", exitRejected},
		{fmt.Sprintf("%f%%", float64(300)/float64(got.Found)-0.001), exitRejected},
		{fmt.Sprintf("%f%%", float64(300)/float64(got.Found)+0.001), exitLoaded},
	} {
		// What is kept already counts again, so tomorrow's run ends like today's.
		for run, where := range []string{t.TempDir(), dir} {
			if r := call(t, where, nil, "--max-rejected", test.allowed, filepath.Join(dir, "mail")); r.code != test.code {
				t.Errorf("--max-rejected %s, run %d: exit %d, want %d", test.allowed, run, r.code, test.code)
			}
		}
	}
}

// TestBusy holds the ledger as another run would.
func TestBusy(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "mail", "1.eml"), letter(1))
	must(t, dir, nil, "mail")
	want := must(t, dir, nil, "dump")
	holder := flock.New(filepath.Join(dir, "skein.db.lock"))
	if held, err := holder.TryLock(); !held || err != nil {
		t.Fatalf("lock: %t, %v", held, err)
	}
	for _, args := range [][]string{{"mail"}, {"--json", "mail"}, {"--wait", "300ms", "mail"}, {"rebuild"}, {"retract", "--batch", "mail"}} {
		r := call(t, dir, nil, args...)
		refused(t, strings.Join(args, " "), r, exitBusy, "skein.db: store is busy: another run is writing it")
		if r.stdout != "" {
			t.Errorf("%q: got report %q of a store it could not open", args, r.stdout)
		}
	}
	if got := must(t, dir, nil, "dump"); got != want {
		t.Error("the dump has changed")
	}
	if status := must(t, dir, nil, "status"); !strings.Contains(status, "A run is writing it now.") {
		t.Errorf("status %q does not tell of the run", status)
	}
	time.AfterFunc(500*time.Millisecond, func() { holder.Close() })
	must(t, dir, nil, "--wait", "30s", "mail")
}

// TestOtherVersion opens a ledger that another version of a stage has made.
func TestOtherVersion(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "mail", "1.eml"), letter(1))
	must(t, dir, nil, "mail")
	want := must(t, dir, nil, "dump")
	db, err := sql.Open("sqlite", filepath.Join(dir, "skein.db"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`UPDATE meta SET value = value + 6 WHERE name = 'stage parse'`); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"mail"}, {"status"}, {"dump"}, {"export", "-"}, {"retract", "--batch", "mail"}} {
		r := call(t, dir, nil, args...)
		refused(t, args[0], r, exitFailed, "another version", fmt.Sprintf("parse %d (here %d)", parse.Version+6, parse.Version), "run `ingest rebuild`")
		if r.stdout != "" {
			t.Errorf("%s: got stdout %q, want none", args[0], r.stdout)
		}
	}
	must(t, dir, nil, "rebuild")
	if got := must(t, dir, nil, "dump"); got != want {
		t.Errorf("after the rebuild: %s", firstDifference(got, want))
	}
}

// TestJSON fixes the shape of --json: progress on stderr, one object last on
// stdout.
func TestJSON(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	r := call(t, dir, nil, append(whole("--round", "300"), "--json", "--max-rejected", "100%")...)
	if r.code != exitLoaded {
		t.Fatalf("exit %d\n%s", r.code, r.stderr)
	}
	if strings.Count(r.stdout, "\n") != 1 || !strings.HasSuffix(r.stdout, "\n") {
		t.Errorf("stdout has %d lines, want 1", strings.Count(r.stdout, "\n"))
	}
	names(t, "report", r.stdout, "found", "new", "knownCopies", "rejected", "embedded", "threads", "missing", "seconds")
	last, got := 0, reportOf(t, r)
	for line := range strings.Lines(r.stderr) {
		names(t, "progress", line, "source", "bytes", "found", "new", "knownCopies", "rejected")
		var p struct{ Found int }
		if err := json.Unmarshal([]byte(line), &p); err != nil || p.Found < last {
			t.Errorf("progress %q after %d found (error %v)", line, last, err)
		}
		last = p.Found
	}
	if last != got.Found || got.Found < messages || got.Threads == 0 || got.Missing == 0 {
		t.Errorf("progress ends at %d, report %+v", last, got)
	}
	names(t, "status", must(t, dir, nil, "status", "--json"), "corpus", "batches")
	names(t, "retract", must(t, dir, nil, "retract", "--json", "--batch", "1"), "found", "threads", "missing", "seconds")
}

// names checks that a line is one JSON object with these names, numbers all
// but a few.
func names(t *testing.T, what, line string, want ...string) {
	t.Helper()
	var object map[string]any
	if err := json.Unmarshal([]byte(line), &object); err != nil {
		t.Errorf("%s %q: %v", what, line, err)
	}
	for _, name := range want {
		value, ok := object[name]
		if _, number := value.(float64); !ok || !number && !slices.Contains([]string{"source", "corpus", "batches"}, name) {
			t.Errorf("%s: %q is %v, want it as a number", what, name, value)
		}
	}
}
