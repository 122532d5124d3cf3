package evidence

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

func TestSeries(t *testing.T) {
	for _, test := range []struct {
		series Series
		median float64
		shown  string
	}{
		{nil, 0, "not measured"},
		{Series{2}, 2, "2.0"},
		{Series{3, 1}, 2, "2.0 (1.0–3.0)"},
		{Series{9, 1, 2}, 2, "2.0 (1.0–9.0)"},
	} {
		if got := test.series.Median(); got != test.median {
			t.Errorf("median of %v: got %v, want %v", test.series, got, test.median)
		}
		if got := test.series.Show("%.1f"); got != test.shown {
			t.Errorf("%v: got %q, want %q", test.series, got, test.shown)
		}
	}
}

func TestTable(t *testing.T) {
	table := Table{Head: []string{"a", "b"}}
	table.Add("x|y", 1)
	var b strings.Builder
	if _, err := table.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	if want := "| a | b |\n| --- | --- |\n| x\\|y | 1 |\n\n"; b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
}

func TestMeasure(t *testing.T) {
	usage, out, err := Measure(exec.Command("sh", "-c", "echo said; sleep 0.02"))
	if err != nil || string(out) != "said\n" {
		t.Fatalf("got %q and %v, want what it said", out, err)
	}
	if usage.Wall < 20*time.Millisecond || usage.RSS <= 0 {
		t.Errorf("got %+v, want 20 ms at least, and some memory", usage)
	}
	if _, _, err := Measure(exec.Command("sh", "-c", "echo why >&2; exit 3")); err == nil || !strings.Contains(err.Error(), "why") {
		t.Errorf("got %v, want what it said to stderr", err)
	}
}

// A folder that could not be made whole is not there the next time.
func TestOnce(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv("HOME", t.TempDir())
	calls := 0
	fill := func(fails error) func(string) error {
		return func(folder string) error {
			calls++
			return errors.Join(os.Mkdir(folder, 0o755), os.WriteFile(filepath.Join(folder, "mail"), []byte("12345"), 0o600), fails)
		}
	}
	broken := errors.New("broken")
	if _, err := Once("folder", fill(broken)); !errors.Is(err, broken) {
		t.Errorf("got %v, want %v", err, broken)
	}
	for range 2 {
		folder, err := Once("folder", fill(nil))
		if err != nil {
			t.Fatal(err)
		}
		if size, err := Size(folder, filepath.Join(folder, "none")); size != 5 || err != nil {
			t.Errorf("size: got %d and %v, want 5 bytes", size, err)
		}
		if files, err := Warm(folder); files != 1 || err != nil {
			t.Errorf("warm: got %d and %v, want 1 file", files, err)
		}
	}
	if calls != 2 {
		t.Errorf("got %d makings, want one that broke and one that did not", calls)
	}
}

// mails.py splits an mbox as Python does, prose glued back, and drops From_
// lines.
func TestMails(t *testing.T) {
	if !Python3.Installed() {
		if os.Getenv("REQUIRE_ALL") == "1" {
			t.Fatal("python3 is not installed, and REQUIRE_ALL is set")
		}
		t.Skip("python3 is not installed")
	}
	const check = `
import mails
box = b"From a at x  Mon Jan  5 10:00:00 2004\nSubject: 1\n\nFrom here on\nprose\n\nFrom b at x  Tue Jan  6 10:00:00 2004\nSubject: 2\n\nend\n"
found = list(mails.split(box))
assert found == [b"", b"Subject: 1\n\nFrom here on\nprose\n", b"Subject: 2\n\nend\n"], found
assert mails.bare(b"From a Mon\nTo: b\n\n") == b"To: b\n\n"
assert mails.bare(b"To: b\n\n") == b"To: b\n\n"
print("as wanted")
`
	out, err := Python(t.Context(), fstest.MapFS{"check.py": {Data: []byte(check)}}, "check.py")
	if err != nil || string(out) != "as wanted\n" {
		t.Errorf("got %q and %v", out, err)
	}
}
