package mailbox

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mholt/archives"
)

// corpus returns a packed set of real mails, and skips the test plainly when
// there is none.
func corpus(t *testing.T, name string) string {
	t.Helper()
	folder := os.Getenv("CORPORA")
	if folder != "" {
		return filepath.Join(folder, name)
	}
	if os.Getenv("REQUIRE_ALL") == "1" {
		t.Fatal("CORPORA is not set, and REQUIRE_ALL is")
	}
	t.Skip("CORPORA is not set: real mails were not read")
	return ""
}

// tally counts items by what they are.
type tally struct {
	messages, rejected int
	paths              map[string]bool // of messages
}

func countItems(t *testing.T, arg string) tally {
	t.Helper()
	got := tally{paths: make(map[string]bool)}
	for source, err := range Walk(t.Context(), arg, Options{}) {
		must(t, err)
		for item, err := range source.Items(t.Context(), nil) {
			must(t, err)
			if item.Rejected != "" {
				got.rejected++
				continue
			}
			got.messages++
			got.paths[item.Path] = true
		}
	}
	return got
}

// TestCorpora counts the mails of real releases, packed as they are.
func TestCorpora(t *testing.T) {
	for _, test := range []struct {
		name                      string
		messages, rejected, files int
	}{
		{"fedora-devel-2010-01.mbox.gz", 292, 0, 1},
		{"cypherpunks-2013.tar.xz", 4784, 0, 4784},
		{"spamassassin-ham.tar.xz", 4150, 0, 4150},
		{"twisted-web-2003-2006.tar.xz", 3238, 37, 37}, // 37 pages of HTML beside 37 mboxes
		{"enron-categories.tar.xz", 1702, 1703, 1702},  // labels beside the mails
		{"notmuch.tar.xz", 298, 0, 298},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := countItems(t, corpus(t, test.name))
			if got.messages != test.messages || got.rejected != test.rejected || len(got.paths) != test.files {
				t.Errorf("got %d messages in %d files and %d rejected, want %d in %d and %d",
					got.messages, len(got.paths), got.rejected, test.messages, test.files, test.rejected)
			}
		})
	}
}

// TestExpectedSplit compares with the split that Apache James publishes beside
// its mbox; there each message keeps its last blank line.
func TestExpectedSplit(t *testing.T) {
	packed, err := os.Open(corpus(t, "mime4j.tar.xz"))
	must(t, err)
	defer packed.Close()
	files := make(map[string][]byte)
	unpacked, err := archives.Xz{}.OpenReader(packed)
	must(t, err)
	must(t, archives.Tar{}.Extract(t.Context(), unpacked, func(_ context.Context, file archives.FileInfo) error {
		if !strings.Contains(file.NameInArchive, "/mbox/") || file.IsDir() {
			return nil
		}
		opened, err := file.Open()
		must(t, err)
		files[filepath.Base(file.NameInArchive)], err = io.ReadAll(opened)
		return err
	}))
	pieces := splitAll(t, bytes.NewReader(files["mbox.rlug"]), 1<<20)
	if len(pieces) != 5 {
		t.Fatalf("got %d messages, want 5", len(pieces))
	}
	for i, p := range pieces {
		want := files["mbox.rlug-"+string('0'+rune(i))]
		if got := append(p.body, p.tail...); !bytes.Equal(got, want) {
			t.Errorf("message %d: got %d bytes, want %d", i, len(got), len(want))
		}
	}
}
