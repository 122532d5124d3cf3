package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestQuick prints the tables of a small release, so that the program cannot
// rot.
func TestQuick(t *testing.T) {
	cacheHere(t)
	quick(t, 1, "`ingest`, into a fresh ledger")
	quick(t, 2, "load a release of 150", "load a release of 300", "load the same again", "next batch of 10", "CPU per mail at 300 is")
}

func TestQuickHostile(t *testing.T) {
	cacheHere(t)
	quick(t, 4, "an mbox of one mail, 10 MB of text", "a mail of 1000 parts | ", "100 MB of zeros in nested zips", "a header of 0.1 MB",
		"3 MB of base64", "attachments: 100", "rejected: a binary file, not a mail", "ids-cut")
}

// Without real mail the fifth table is of fictional mails.
func TestQuickReading(t *testing.T) {
	cacheHere(t)
	quick(t, 5, "`parse.Message`", "the MIME library alone", "MB per CPU-s")
}

func TestOutcome(t *testing.T) {
	o := outcome{defects: map[string]int{"b": 2, "a": 2, "c": 3}, reasons: map[string]int{"large": 1}, attachments: 4}
	if got, want := o.String(), "rejected: large (1); defect: c (3); defect: a (2); defect: b (2); attachments: 4"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := (outcome{}).String(); got != "read whole" {
		t.Errorf("no defect: got %q", got)
	}
	if got := (outcome{failure: "no room"}).String(); got != "the load fails: no room" {
		t.Errorf("a failure: got %q", got)
	}
	for report, sound := range map[string]bool{
		`{"found":3,"new":1,"knownCopies":1,"rejected":1}`:                        true,
		"{\"bytes\":1}\n{\"found\":3,\"new\":3,\"knownCopies\":0,\"rejected\":0}": true,
		`{"found":3,"new":1,"knownCopies":1,"rejected":0}`:                        false,
		`{"found":0}`: false, `none`: false,
	} {
		if err := accounted([]byte(report)); (err == nil) != sound {
			t.Errorf("%s: got %v, want sound %v", report, err, sound)
		}
	}
}

func TestQuickGraph(t *testing.T) {
	needServer(t)
	cacheHere(t)
	quick(t, 3, "`ingest` into an empty graph", "database import full", "times the speed of the offline import",
		"left every node, relationship and property as it was")
}

// quick prints a table and sees what is in it, and that nothing is left.
func quick(t *testing.T, table int, wants ...string) {
	t.Helper()
	var out bytes.Buffer
	b := bench{out: &out, quick: true, rounds: 1, table: table, small: 150, large: 300, published: 150, next: 10}
	if err := b.run(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, want := range wants {
		if !strings.Contains(out.String(), want) {
			t.Errorf("want %q in\n%s", want, out.String())
		}
	}
	if left, err := os.ReadDir(b.work); err == nil {
		t.Errorf("got %d files left in the folder of the run, want it removed", len(left))
	}
}

// cacheHere moves the user's cache folder to one of the test, with those of Go
// and of the server as they are.
func cacheHere(t *testing.T) {
	t.Helper()
	user, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	cache, err := exec.Command("go", "env", "GOCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	version, err := exec.Command("../../../scripts/neo4j.sh", "version").Output()
	if err != nil {
		t.Fatal(err)
	}
	here, name := t.TempDir(), filepath.Join("skein", "neo4j-"+strings.TrimSpace(string(version)))
	for _, err := range []error{
		os.MkdirAll(filepath.Join(user, name), 0o755),
		os.MkdirAll(filepath.Join(here, "skein"), 0o755),
		os.Symlink(filepath.Join(user, name), filepath.Join(here, name)),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("GOCACHE", strings.TrimSpace(string(cache)))
	t.Setenv("XDG_CACHE_HOME", here)
}

func TestKeepBack(t *testing.T) {
	dir := t.TempDir()
	from, to := filepath.Join(dir, "from"), filepath.Join(dir, "to")
	if err := os.Mkdir(from, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"1", "2", "3", "4", "5", "6"} {
		if err := os.WriteFile(filepath.Join(from, name), []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := keepBack(from, filepath.Join(dir, "none"), 7); err == nil {
		t.Error("7 of 6 files: got no error")
	}
	if err := keepBack(from, to, 2); err != nil {
		t.Fatal(err)
	}
	kept, err := os.ReadDir(to)
	if err != nil || len(kept) != 2 || kept[0].Name() != "1" || kept[1].Name() != "4" {
		t.Errorf("got %v and %v, want files 1 and 4 kept back", kept, err)
	}
}

func TestOneTurn(t *testing.T) {
	const out = "goos: linux\nBenchmarkMessage   \t      10\t 500000000 ns/op\t  20.00 MB/s\t 400 mails/s\t 5 B/op\t 1 allocs/op\nPASS\n"
	megabytes, mails, err := oneTurn(out, "BenchmarkMessage")
	if megabytes != 10 || mails != 200 || err != nil {
		t.Errorf("got %v MB, %v mails and %v, want 10 and 200", megabytes, mails, err)
	}
	if _, _, err := oneTurn(out, "BenchmarkOther"); err == nil {
		t.Error("another benchmark: got no error")
	}
}
