package main

import (
	"encoding/json"
	"strings"
	"testing"

	"skein/internal/ingest/ingesttest"
	"skein/internal/store/sqlite"
)

// holding is what a load of a packed collection of real mail comes to.
type holding struct {
	Found, New, KnownCopies, Rejected int
	Messages, Threads, Missing        int
}

// realMail pins what is in each collection. Mails, messages, threads and
// missing messages were counted by other programs too; docs/evidence.md says by
// which, and explains where they count otherwise.
var realMail = []struct {
	name  string
	files int // in the packed file, or the one it packs
	want  holding
}{
	{"fedora-devel-2010-01.mbox.gz", 1, holding{292, 292, 0, 0, 292, 62, 26}},
	{"twisted-web-2003-2006.tar.xz", 74, holding{3275, 3238, 0, 37, 3235, 969, 92}}, // 37 pages of HTML beside 37 mboxes
	{"cypherpunks-2013.tar.xz", 4784, holding{4784, 4784, 0, 0, 4783, 3059, 240}},   // one mail came under two ids
	{"spamassassin-ham.tar.xz", 4150, holding{4150, 4150, 0, 0, 4150, 2436, 690}},   // four mails more than once, under other ids; four more inside others
	{"notmuch.tar.xz", 298, holding{298, 263, 35, 0, 256, 71, 30}},                  // 35 files twice, byte by byte
	{"enron-categories.tar.xz", 3405, holding{3405, 1702, 0, 1703, 1660, 1660, 0}},  // labels beside the mails; no mail cites another
}

// accounted are collections of which only the files are counted: what is read
// from them depends on which formats are.
var accounted = []struct {
	name  string
	files int
}{
	{"mime4j.tar.xz", 492},
	{"quagga-train.tar.xz", 1472},
	{"outlook-msg.tar.xz", 12},
	{"enron-pst.tar.xz", 72}, // 71 in the store
}

// TestRealMail loads collections as they are packed: every file is accounted
// for, and the counts are those that were verified.
func TestRealMail(t *testing.T) {
	for _, test := range realMail {
		t.Run(test.name, func(t *testing.T) {
			if got := loadWhole(t, test.name, test.files); got != test.want {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
	for _, test := range accounted {
		t.Run(test.name, func(t *testing.T) { loadWhole(t, test.name, test.files) })
	}
}

// loadWhole loads a collection and fails the test when a file has gone missing
// on the way.
func loadWhole(t *testing.T, name string, files int) holding {
	t.Helper()
	dir, packed := t.TempDir(), ingesttest.Corpus(t, name)
	loaded := call(t, dir, nil, "--json", "--max-rejected", "100%", packed)
	if loaded.code != exitLoaded {
		t.Fatalf("exit %d\n%s%s", loaded.code, loaded.stdout, loaded.stderr)
	}
	reportOf(t, loaded)
	var got holding
	if err := json.Unmarshal([]byte(loaded.stdout), &got); err != nil {
		t.Fatal(err)
	}
	proven(t, dir, packed, got)
	if known := filesOf(t, must(t, dir, nil, "dump")); known != files {
		t.Errorf("got copies or rejected items of %d files, want %d", known, files)
	}
	return got
}

// proven fails the test when the certificate counts otherwise than the load, or
// anything is not as it was loaded.
func proven(t *testing.T, dir, packed string, loaded holding) {
	t.Helper()
	var total sqlite.Tally
	for _, b := range certified(t, dir).Batches {
		total.Found += b.Total.Found
		total.Rejected += b.Total.Rejected
		total.New += b.Total.New + b.Embedded.New
	}
	if want := (sqlite.Tally{Found: loaded.Found, Rejected: loaded.Rejected, New: loaded.Messages}); total != want {
		t.Errorf("got a certificate of %+v, want %+v", total, want)
	}
	if v, code := verification(t, dir, packed); code != exitLoaded {
		t.Errorf("verify: got exit %d and failures %v", code, v.Failures[:min(3, len(v.Failures))])
	}
}

// filesOf counts the files that a dump knows something of.
func filesOf(t *testing.T, dump string) int {
	t.Helper()
	files := map[string]bool{}
	for line := range strings.Lines(dump) {
		var record struct{ Kind, Source string }
		if err := json.Unmarshal([]byte(line), &record); err != nil {
			t.Fatal(err)
		}
		if record.Kind == "copy" || record.Kind == "rejected" {
			files[record.Source] = true
		}
	}
	return len(files)
}
