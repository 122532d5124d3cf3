package ingest

import (
	"archive/tar"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"skein/internal/store"
	"skein/internal/store/sqlite"
)

// letter is the n-th mail; each answers the one before.
func letter(n int) string {
	return fmt.Sprintf("Message-ID: <m%d@example.org>\nIn-Reply-To: <m%d@example.org>\nFrom: Ann <ann@example.org>\n"+
		"To: Bo <bo@example.org>\nDate: Fri, 7 Oct 2016 12:%02d:%02d +0000\nSubject: number %d\n\nThis is number %d.\n",
		n, n-1, n/60%60, n%60, n, n)
}

// mbox is an mbox of the mails from up to before to.
func mbox(from, to int) string {
	var b strings.Builder
	for n := from; n < to; n++ {
		fmt.Fprintf(&b, "From ann@example.org Fri Oct  7 12:00:00 2016\n%s\n", letter(n))
	}
	return b.String()
}

// tarOf is a tar of files, in their order: name, content, name, content.
func tarOf(t *testing.T, files ...string) string {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for at := 0; at < len(files); at += 2 {
		if err := w.WriteHeader(&tar.Header{Name: files[at], Mode: 0o600, Size: int64(len(files[at+1]))}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(files[at+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// box is a folder of mail and a ledger beside it.
type box struct {
	t      *testing.T
	mail   string // folder
	ledger string
}

func newBox(t *testing.T) *box {
	t.Helper()
	dir := t.TempDir()
	return &box{t, filepath.Join(dir, "mail"), filepath.Join(dir, "skein.db")}
}

// another has the same mail and a ledger of its own.
func (b *box) another() *box {
	return &box{b.t, b.mail, filepath.Join(b.t.TempDir(), "skein.db")}
}

// write writes a file of the folder, dated so that it differs from any before.
func (b *box) write(name, content string) {
	b.t.Helper()
	path := filepath.Join(b.mail, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		b.t.Fatal(err)
	}
	b.touch(name)
}

var clock = time.Date(2016, 10, 7, 0, 0, 0, 0, time.UTC)

func (b *box) touch(name string) {
	b.t.Helper()
	clock = clock.Add(time.Minute)
	if err := os.Chtimes(filepath.Join(b.mail, name), clock, clock); err != nil {
		b.t.Fatal(err)
	}
}

// spoil replaces the content of a file behind its size and time: a run that
// reads the file again shows itself.
func (b *box) spoil(name string) {
	b.t.Helper()
	path := filepath.Join(b.mail, name)
	info, err := os.Stat(path)
	if err != nil {
		b.t.Fatal(err)
	}
	// A first line as before, so that it is taken for the same kind of file.
	content, err := os.ReadFile(path)
	if err != nil {
		b.t.Fatal(err)
	}
	for i := len(content) / 3; i < len(content); i++ {
		content[i] = 'x'
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		b.t.Fatal(err)
	}
	if err := os.Chtimes(path, info.ModTime(), info.ModTime()); err != nil {
		b.t.Fatal(err)
	}
}

// load loads the folder, or the paths that o names.
func (b *box) load(o Options) Report {
	b.t.Helper()
	report, err := b.try(o)
	if err != nil {
		b.t.Fatalf("load: %v", err)
	}
	return report
}

func (b *box) try(o Options) (Report, error) {
	b.t.Helper()
	o.Ledger = b.ledger
	if o.Paths == nil {
		o.Paths = []string{b.mail}
	}
	report, err := Run(b.t.Context(), o)
	if report.Found != report.New+report.KnownCopies+report.Rejected {
		b.t.Errorf("found %d is not new %d + known %d + rejected %d", report.Found, report.New, report.KnownCopies, report.Rejected)
	}
	return report, err
}

// counts checks what a report says was found, new, known and rejected.
func counts(t *testing.T, what string, r Report, found, fresh, known, rejected int) {
	t.Helper()
	got, want := [4]int{r.Found, r.New, r.KnownCopies, r.Rejected}, [4]int{found, fresh, known, rejected}
	if got != want {
		t.Errorf("%s: got found, new, known, rejected %v, want %v", what, got, want)
	}
}

func (b *box) reader() *sqlite.Reader {
	b.t.Helper()
	r, err := sqlite.OpenReader(b.t.Context(), b.ledger, Stages())
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { r.Close() })
	return r
}

func (b *box) dump() string {
	b.t.Helper()
	var out bytes.Buffer
	if err := store.WriteDump(&out, b.reader().Dump(b.t.Context())); err != nil {
		b.t.Fatal(err)
	}
	return out.String()
}

// same compares two dumps.
func same(t *testing.T, what, got, want string) {
	t.Helper()
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			t.Fatalf("%s: dump has %d lines, want %d; line %d\n got %.400s\nwant %.400s", what, len(a), len(b), i+1, a[i], b[i])
		}
	}
	if len(a) != len(b) {
		t.Fatalf("%s: dump has %d lines, want %d", what, len(a), len(b))
	}
}
