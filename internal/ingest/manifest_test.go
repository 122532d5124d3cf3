package ingest

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestManifestErrors(t *testing.T) {
	for _, test := range []struct{ name, csv, want string }{
		{"empty", "", "line 1: no header"},
		{"no batch column", "path,published\na,2016-10-07\n", `line 1: columns are "path,published", want batch, and path or id`},
		{"neither path nor id", "batch,published\n1,2016-10-07\n", "line 1: columns are"},
		{"empty batch", "path,batch\na,1\nb, \n", "line 3: the batch is empty"},
		{"bad date", "path,batch,published\na,1,2016-10-07\nb,2,7 Oct 2016\n", `line 3: published is "7 Oct 2016", want a date such as 2016-10-07`},
		{"no such day", "id,batch,published\n1,1,2016-02-30\n", "line 2: published"},
		{"too few cells", "path,batch\na,1\nb\n", "line 3"},
		{"line counted through a quoted cell", "path,batch\n\"a\nb\",1\nc,\n", "line 4: the batch is empty"},
		{"open quote", "path,batch\n\"a,1\n", "line 2"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := parseManifest(strings.NewReader(test.csv))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got error %v, want one with %q", err, test.want)
			}
		})
	}
	if _, err := ReadManifest(filepath.Join(t.TempDir(), "none.csv")); err == nil || !strings.Contains(err.Error(), "none.csv") {
		t.Errorf("missing file: got error %v, want one with its name", err)
	}
}

func TestManifestFind(t *testing.T) {
	file := filepath.Join(t.TempDir(), "m.csv")
	text := "\ufeffBatch, Path ,ID,published\n" +
		"1,early,,2016-10-07\n2,early/late,,\n3,early/one.eml,,\n4,,77,2017-01-02\n5, ./odd//x/ ,,\n6,.,,\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	m, err := ReadManifest(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ path, id, batch, published string }{
		{"early/a.eml", "", "1", "2016-10-07"},
		{"early/late/deep/a.eml", "", "2", ""},
		{"early/one.eml", "77", "3", ""}, // its path tells more than its id
		{"early/two.eml", "77", "4", "2017-01-02"},
		{"early/two.eml", "78", "1", "2016-10-07"},
		{"odd/x/y", "", "5", ""},
		{"elsewhere", "", "6", ""},
		{"earlybird/a.eml", "", "6", ""},
	} {
		got, ok := m.find(test.path, test.id)
		if want := (ManifestLine{test.batch, test.published}); !ok || got != want {
			t.Errorf("find(%q, %q): got %v, %t, want %v", test.path, test.id, got, ok, want)
		}
	}
	if got, want := m.batches(), []string{"1", "2", "3", "4", "5", "6"}; !slices.Equal(got, want) {
		t.Errorf("batches: got %q, want %q", got, want)
	}
	none := &Manifest{}
	if line, ok := none.find("/etc/x", ""); ok {
		t.Errorf("find in an empty manifest: got %v, want nothing", line)
	}
}

func FuzzManifest(f *testing.F) {
	for _, seed := range []string{"path,batch\na,1\n", "id,batch,published\n1,2,2016-10-07", "\"", "path,batch\n..,1\n/,2\n", "\ufeffid,batch\n\"a\nb\",c\n"} {
		f.Add(seed, "a/b/c.eml")
	}
	f.Fuzz(func(t *testing.T, csv, path string) {
		m, err := parseManifest(strings.NewReader(csv))
		if err != nil {
			return
		}
		if line, ok := m.find(path, "1"); ok && !slices.Contains(m.batches(), line.Batch) {
			t.Errorf("find(%q) = %v, which is no batch of %q", path, line, m.batches())
		}
	})
}
