package mailbox

import (
	"context"
	"crypto/sha256"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// TestSum compares with the digest of the bytes on disk, not of what they
// expand to.
func TestSum(t *testing.T) {
	packed := gzipOf(t, []byte(twoAB))
	table, zipped := "file,message\n"+rowOf("1", mailA), zipOf(t, entry{"a", mailA})
	root := tree(t, entry{"in/x.mbox", twoAB}, entry{"in/x.mbox.gz", string(packed)}, entry{"a.eml", mailA},
		entry{"x.csv", table}, entry{"x.pst", storeBytes}, entry{"x.zip", string(zipped)})
	want := map[string][]byte{"in/x.mbox": []byte(twoAB), "in/x.mbox.gz": packed, "x.csv": []byte(table), "x.pst": []byte(storeBytes), "x.zip": zipped}
	for source, err := range Walk(t.Context(), root, Options{}) {
		must(t, err)
		size, sha, err := source.Sum(t.Context())
		data, many := want[source.Path]
		if !many {
			var reported *Error
			if !errors.As(err, &reported) || !errors.Is(err, errNoSum) {
				t.Errorf("%s: got %v, want an *Error that is %v", source.Path, err, errNoSum)
			}
			continue
		}
		must(t, err)
		if size != int64(len(data)) || sha != sha256.Sum256(data) {
			t.Errorf("%s: got %d bytes %x, want %d", source.Path, size, sha, len(data))
		}
		delete(want, source.Path)
	}
	if len(want) != 0 {
		t.Errorf("got no source for %d files", len(want))
	}
}

func TestSumFails(t *testing.T) {
	root := tree(t, entry{"x.mbox", twoAB}, entry{"y.mbox", twoAB})
	for source, err := range Walk(t.Context(), root, Options{}) {
		must(t, err)
		canceled, cancel := context.WithCancel(t.Context())
		cancel()
		if _, _, err := source.Sum(canceled); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: got %v, want canceled", source.Path, err)
		}
		later, err := os.OpenFile(filepath.Join(root, source.Path), os.O_APPEND|os.O_WRONLY, 0)
		must(t, err)
		_, err = later.WriteString("more\n")
		must(t, errors.Join(err, later.Close()))
		if _, _, err := source.Sum(t.Context()); !errors.Is(err, errChanged) {
			t.Errorf("%s: got %v, want %v", source.Path, err, errChanged)
		}
		must(t, os.Remove(filepath.Join(root, source.Path)))
		_, _, err = source.Sum(t.Context())
		var reported *Error
		if !errors.As(err, &reported) || !errors.Is(err, fs.ErrNotExist) || reported.Path != filepath.Join(root, source.Path) {
			t.Errorf("%s: got %v, want an *Error that names the file", source.Path, err)
		}
	}
}
