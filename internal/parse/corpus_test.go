package parse

import (
	"context"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mholt/archives"

	"skein/internal/mail"
)

// corpus returns the mails of a packed corpus, in order of their paths.
func corpus(tb testing.TB, name string) [][]byte {
	tb.Helper()
	files := corpusFiles(tb, name)
	var sorted [][]byte
	for _, path := range slices.Sorted(maps.Keys(files)) {
		sorted = append(sorted, files[path])
	}
	return sorted
}

// corpusFiles returns the files of a packed corpus in the folder that CORPORA
// names, by their paths.
func corpusFiles(tb testing.TB, name string) map[string][]byte {
	tb.Helper()
	folder := os.Getenv("CORPORA")
	if folder == "" {
		if os.Getenv("REQUIRE_ALL") == "1" {
			tb.Fatal("CORPORA is not set")
		}
		tb.Skip("CORPORA is not set")
	}
	files, err := unpack(filepath.Join(folder, name))
	if err != nil {
		tb.Fatal(err)
	}
	return files
}

// unpack returns the files of a .tar.xz by their paths.
func unpack(path string) (map[string][]byte, error) {
	packed, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer packed.Close()
	files := make(map[string][]byte)
	format := archives.CompressedArchive{Compression: archives.Xz{}, Extraction: archives.Tar{}}
	err = format.Extract(context.Background(), packed, func(_ context.Context, info archives.FileInfo) error {
		if info.IsDir() {
			return nil
		}
		file, err := info.Open()
		if err != nil {
			return err
		}
		defer file.Close()
		files[info.NameInArchive], err = io.ReadAll(file)
		return err
	})
	return files, err
}

// parentOf picks the parent that the header names: a lone In-Reply-To id, else
// the last reference, else the first In-Reply-To id.
func parentOf(f *mail.Facts) string {
	switch {
	case len(f.InReplyTo) == 1 && strings.Contains(f.InReplyTo[0], "@"):
		return f.InReplyTo[0]
	case len(f.References) > 0:
		return f.References[len(f.References)-1]
	case len(f.InReplyTo) > 0:
		return f.InReplyTo[0]
	}
	return ""
}

// The parents of 4,150 list mails. A reader that takes everything in angle
// brackets for an id counts 20 parents fewer as present, because it takes the
// author in "Message from A <a@b> of DATE <id>" for the parent.
func TestCorpusParents(t *testing.T) {
	present := make(map[string]bool)
	var parents []string
	for _, raw := range corpus(t, "spamassassin-ham.tar.xz") {
		f := factsOf(t, string(raw))
		if f.Sent == nil || len(f.Authors()) == 0 || !f.HasSubject && len(f.MessageIDs) == 0 {
			t.Errorf("%v: got date %v and authors %v, want both", f.MessageIDs, f.Sent, f.Authors())
		}
		for _, id := range f.MessageIDs {
			present[id] = true
		}
		if parent := parentOf(f); parent != "" {
			parents = append(parents, parent)
		}
	}
	found, absent := 0, make(map[string]bool)
	for _, parent := range parents {
		if present[parent] {
			found++
			continue
		}
		absent[parent] = true
	}
	got := [4]int{len(parents), found, len(parents) - found, len(absent)}
	if want := [4]int{2178, 1557, 621, 538}; got != want {
		t.Errorf("parents, present, absent, distinct absent: got %v, want %v", got, want)
	}
}

// Hard mails cost a defect, never the message.
func TestCorpusHardMails(t *testing.T) {
	mails := corpus(t, "mime4j.tar.xz")
	read := 0
	for _, raw := range mails {
		result, err := Message(raw)
		if err == nil {
			read++
			checkResult(t, &result, len(raw))
		}
	}
	if read == 0 {
		t.Errorf("got no mail read of %d files, want some", len(mails))
	}
}
