package main

import (
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"skein/internal/ingest"
	"skein/internal/store/sqlite"
)

// certified is the certificate of the store in dir.
func certified(t *testing.T, dir string, args ...string) *sqlite.Certificate {
	t.Helper()
	var c sqlite.Certificate
	if err := json.Unmarshal([]byte(must(t, dir, nil, append([]string{"certificate", "--json"}, args...)...)), &c); err != nil {
		t.Fatal(err)
	}
	return &c
}

// TestCertificateIsOfTheFiles: whatever the order of loading, the certificate
// is the same, every item in it.
func TestCertificateIsOfTheFiles(t *testing.T) {
	s := sources()
	var want string
	for _, c := range []struct {
		name string
		runs [][]string
	}{
		{"at once", [][]string{whole()}},
		{"batches reversed", separately([]string{s[2], s[1], s[0]})},
		{"small rounds, rebuilt", [][]string{whole("--round", "100", "--jobs", "3"), {"rebuild"}}},
		{"a batch again", [][]string{whole(), {"retract", "--batch", "1"}, {s[0]}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			for _, args := range c.runs {
				must(t, dir, nil, args...)
			}
			got := must(t, dir, nil, "certificate", "--items", "--json") + must(t, dir, nil, "certificate", "--items")
			if want == "" {
				want = got
			}
			if got != want {
				t.Error(firstDifference(got, want))
			}
		})
	}
}

// TestCertificate counts by hand, and adds up.
func TestCertificate(t *testing.T) {
	dir := t.TempDir()
	mbox := "From a@x Mon Oct  3 10:00:00 2016\n" + letter(1) + "\n\nFrom a@x Mon Oct  3 10:00:00 2016\n" + letter(2) + "\n"
	write(t, filepath.Join(dir, "1", "box.mbox"), mbox)
	write(t, filepath.Join(dir, "2", "a.eml"), letter(2))
	write(t, filepath.Join(dir, "2", "b.eml"), strings.Replace(letter(1), "\n\n", "\n\nOther words. ", 1))
	write(t, filepath.Join(dir, "2", "c.eml"), "Date: no day at all\n"+strings.Replace(letter(3), "Date:", "X-Date:", 1))
	write(t, filepath.Join(dir, "2", "page.html"), "<html>no mail</html>")
	// The later batch comes first.
	must(t, dir, nil, "--published", "2016-10-08", "--max-rejected", "1", "2")
	must(t, dir, nil, "--published", "2016-10-07", "1")
	c := certified(t, dir)
	if len(c.Batches) != 2 || c.Batches[0].Name != "1" || c.Batches[1].Name != "2" {
		t.Fatalf("got %d batches, want 1 and 2 in the order they were published", len(c.Batches))
	}
	first, second := c.Batches[0], c.Batches[1]
	if want := (sqlite.Tally{Found: 2, New: 2}); first.Total != want {
		t.Errorf("batch 1: got %+v, want %+v", first.Total, want)
	}
	if want := (sqlite.Tally{Found: 4, New: 1, Variants: 1, Copies: 1, Rejected: 1}); second.Total != want {
		t.Errorf("batch 2: got %+v, want %+v", second.Total, want)
	}
	if second.Repaired["date"] != 1 {
		t.Errorf("got repaired %v, want one date", second.Repaired)
	}
	sum := sha256.Sum256([]byte(mbox))
	box := first.Sources[0]
	if box.Size == nil || *box.Size != int64(len(mbox)) || box.SHA == nil || *box.SHA != sum || box.Format != "mbox" {
		t.Errorf("got %+v, want an mbox of %d bytes and SHA-256 %x", box, len(mbox), sum)
	}
	rejected := second.Sources[0].Rejected
	if len(rejected) != 1 || !strings.HasSuffix(rejected[0].Path, "page.html") || !strings.Contains(rejected[0].Reason, "HTML") {
		t.Errorf("got %+v, want the page with a reason", rejected)
	}
	alone := certified(t, dir, "--batch", "2", "--items")
	if len(alone.Batches) != 1 || alone.Batches[0].Total != second.Total || len(alone.Batches[0].Sources[0].Items) != 3 {
		t.Errorf("batch 2 alone: got %+v, want as among all, with 3 items", alone.Batches)
	}
	text := must(t, dir, nil, "certificate", "--batch", "1")
	for _, want := range []string{"Batch 1 of collection main, published 2016-10-07", "2 found = 2 new", hex.EncodeToString(sum[:])} {
		if !strings.Contains(text, want) {
			t.Errorf("got %s, want %q in it", text, want)
		}
	}
	refused(t, "no such batch", call(t, dir, nil, "certificate", "--batch", "3"), exitUsage, `no batch "3"`)
	refused(t, "no such batch", call(t, dir, nil, "verify", "--batch", "3"), exitUsage, `no batch "3"`)
	change(t, filepath.Join(dir, "skein.db"), `DELETE FROM content WHERE id = (SELECT content_id FROM copy WHERE path LIKE '%b.eml')`)
	refused(t, "a content gone", call(t, dir, nil, "certificate"), exitFailed, "batch 2, .: 4 items were found, and of 3 is told what became of them")
}

// TestVerify flips, takes away and adds what was loaded.
func TestVerify(t *testing.T) {
	dir := t.TempDir()
	box := filepath.Join(dir, "1", "box.mbox")
	mbox := "From a@x Mon Oct  3 10:00:00 2016\n" + letter(1) + "\n\nFrom a@x Mon Oct  3 10:00:00 2016\n" + letter(2) + "\n"
	write(t, box, mbox)
	for i := range 3 {
		write(t, filepath.Join(dir, "1", "in", fmt.Sprint(i, ".eml")), letter(3+i))
	}
	must(t, dir, nil, "1")
	for _, args := range [][]string{{"verify"}, {"verify", "1"}, {"verify", "--batch", "1", "--json", "1"}} {
		must(t, dir, nil, args...)
	}
	failed := func(what string, want ...string) {
		t.Helper()
		r := call(t, dir, nil, "verify", "1")
		if r.code != exitFailed {
			t.Errorf("%s: got exit %d, want %d", what, r.code, exitFailed)
		}
		for _, text := range want {
			if !strings.Contains(r.stdout, text) {
				t.Errorf("%s: got %s, want %q in it", what, r.stdout, text)
			}
		}
	}
	write(t, box, strings.Replace(mbox, "This is", "This Is", 1))
	failed("a byte of the mbox", "failed: file, batch 1: box.mbox at byte 34: has the SHA-256", "box.mbox at byte 0: the file has the SHA-256")
	write(t, box, mbox)
	must(t, dir, nil, "verify", "1")
	if err := os.Rename(filepath.Join(dir, "1", "in", "2.eml"), filepath.Join(dir, "1", "in", "9.eml")); err != nil {
		t.Fatal(err)
	}
	failed("a file renamed", "in/2.eml at byte 0: is in the ledger, and not there any more", "in/9.eml at byte 0: is not in the ledger")
	if err := os.Remove(box); err != nil {
		t.Fatal(err)
	}
	failed("the mbox gone", "box.mbox at byte 0: is in the ledger, and not below the paths that were given")
	must(t, dir, nil, "verify")
	flip(t, filepath.Join(dir, "skein.db"))
	failed("a byte of the ledger", "failed: ledger, batch 1: ")
}

// verification is what verify finds, and how it ends.
func verification(t *testing.T, dir string, args ...string) (v ingest.Verification, code int) {
	t.Helper()
	r := call(t, dir, nil, append([]string{"verify", "--json"}, args...)...)
	if err := json.Unmarshal([]byte(r.stdout), &v); err != nil {
		t.Fatalf("verify %v: exit %d, %v: %s", args, r.code, err, r.stderr)
	}
	return v, r.code
}

// TestVerifyStates: a source is confirmed, changed, missing or damaged, and what
// is gone altogether is never confirmed.
func TestVerifyStates(t *testing.T) {
	dir := t.TempDir()
	separator := "From a@x Mon Oct  3 10:00:00 2016\n"
	write(t, filepath.Join(dir, "1", "box.mbox"), separator+letter(1)+"\n\n"+separator+letter(2)+"\n")
	write(t, filepath.Join(dir, "1", "in", "0.eml"), letter(3))
	write(t, filepath.Join(dir, "2", "0.eml"), letter(4))
	must(t, dir, nil, "1", "2")
	empty := filepath.Join(dir, "empty")
	if err := os.Mkdir(empty, 0o700); err != nil {
		t.Fatal(err)
	}
	check := func(what string, want map[string]ingest.State, args ...string) {
		t.Helper()
		v, code := verification(t, dir, args...)
		got, wantCode := map[string]ingest.State{}, exitLoaded
		for _, s := range v.Sources {
			got[s.Batch+" "+s.Path] = s.State
		}
		for _, state := range want {
			if state != ingest.Confirmed {
				wantCode = exitFailed
			}
		}
		if !maps.Equal(got, want) || code != wantCode || (len(v.Failures) == 0) != (code == exitLoaded) {
			t.Errorf("%s: got %v, exit %d and failures %v, want %v and exit %d", what, got, code, v.Failures, want, wantCode)
		}
	}
	check("as loaded", map[string]ingest.State{"1 box.mbox": "confirmed", "1 in": "confirmed", "2 .": "confirmed"}, "1", "2")
	check("a folder of nothing for a batch", map[string]ingest.State{"2 .": "missing"}, "--batch", "2", "empty")
	if v, code := verification(t, dir, "empty"); code != exitFailed || len(v.Failures) != 1 {
		t.Errorf("a folder of nothing: got %v and exit %d, want a failure", v.Failures, code)
	}
	write(t, filepath.Join(dir, "1", "in", "0.eml"), letter(5))
	if err := os.Remove(filepath.Join(dir, "2", "0.eml")); err != nil {
		t.Fatal(err)
	}
	check("a mail replaced, a batch emptied", map[string]ingest.State{"1 box.mbox": "confirmed", "1 in": "changed", "2 .": "missing"}, "1", "2")
	check("the ledger alone", map[string]ingest.State{"1 box.mbox": "confirmed", "1 in": "confirmed", "2 .": "confirmed"})
	change(t, filepath.Join(dir, "skein.db"), `UPDATE content SET facts = CAST(replace(CAST(facts AS TEXT), 'm4@', 'm9@') AS BLOB) WHERE instr(facts, x'6D3440')`)
	check("what a mail says", map[string]ingest.State{"1 box.mbox": "confirmed", "1 in": "confirmed", "2 .": "damaged"})
}

// flip changes a byte of what a ledger keeps.
func flip(t *testing.T, path string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var data []byte
	if err := db.QueryRow(`SELECT data FROM chunk WHERE id = 1`).Scan(&data); err != nil {
		t.Fatal(err)
	}
	data[len(data)/2] ^= 1
	if _, err := db.Exec(`UPDATE chunk SET data = ? WHERE id = 1`, data); err != nil {
		t.Fatal(err)
	}
}

// change alters a row of a ledger behind its back.
func change(t *testing.T, path, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	result, err := db.Exec(statement)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		t.Fatalf("got %d rows changed, %v, want some", n, err)
	}
}

// TestCertificateExample: the example in the documentation is what a ledger of
// such files prints.
func TestCertificateExample(t *testing.T) {
	dir := t.TempDir()
	separator := "From ann@example.org Fri Oct  7 12:00:00 2016\n"
	forward := "Message-ID: <m2@example.org>\nFrom: Bo <bo@example.org>\nTo: cy@example.org\nDate: yesterday\nSubject: Fwd: number 1\n" +
		"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nSee below.\n--b\nContent-Type: message/rfc822\n\n" + letter(1) + "--b--\n"
	write(t, filepath.Join(dir, "1", "box.mbox"), separator+letter(1)+"\n"+separator+forward)
	write(t, filepath.Join(dir, "1", "web", "page.html"), "<html>no mail</html>")
	must(t, dir, nil, "--published", "2016-10-07", "--max-rejected", "1", "1")
	doc, err := os.ReadFile("../../docs/certificate.md")
	if err != nil {
		t.Fatal(err)
	}
	_, example, _ := strings.Cut(string(doc), "```json\n")
	example, _, _ = strings.Cut(example, "```")
	printed := must(t, dir, nil, "certificate", "--items", "--json")
	var got, want map[string]any
	for text, into := range map[string]*map[string]any{printed: &got, example: &want} {
		if err := json.Unmarshal([]byte(text), into); err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		stages := (*into)["stages"].(map[string]any)
		for name := range stages {
			stages[name] = 0 // they grow
		}
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %s, want the example in docs/certificate.md", printed)
	}
}

// TestVerifyManifest: a batch of the manifest that is gone is missing, though
// others are there.
func TestVerifyManifest(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "mail", "a.eml"), letter(1))
	write(t, filepath.Join(dir, "mail", "b.eml"), letter(2))
	write(t, filepath.Join(dir, "batches.csv"), "path,batch,published\na.eml,1,2016-10-07\nb.eml,2,2016-10-08\n")
	args := []string{"--manifest", "batches.csv", "mail"}
	must(t, dir, nil, args...)
	if v, code := verification(t, dir, args...); code != exitLoaded || len(v.Sources) != 2 {
		t.Errorf("as loaded: got %v, exit %d", v.Failures, code)
	}
	if err := os.Remove(filepath.Join(dir, "mail", "b.eml")); err != nil {
		t.Fatal(err)
	}
	v, code := verification(t, dir, args...)
	if code != exitFailed || len(v.Failures) != 1 || v.Failures[0].Batch != "2" || v.Sources[1].State != ingest.Missing {
		t.Errorf("a batch gone: got %v, exit %d, want batch 2 missing", v.Failures, code)
	}
}
