package mailbox

import (
	"path/filepath"
	"testing"

	"skein/internal/outlook/outlooktest"
)

// TestCompound takes an Outlook message whole, and rejects other OLE files.
func TestCompound(t *testing.T) {
	message := outlooktest.File(t, outlooktest.Streams{"__properties_version1.0": "x", "__substg1.0_0037001F": "y"})
	document := outlooktest.File(t, outlooktest.Streams{"WordDocument": "x"})
	root := tree(t, entry{"a.msg", string(message)}, entry{"b.doc", string(document)})
	check(t, "in a folder", load(t, root, Options{}), "message .", "  a.msg "+flat(string(message)), "  b.doc rejected: "+notOutlook)
	check(t, "in a zip", loadBytes(t, "x.zip", zipOf(t, entry{"a.msg", string(message)}), Options{}), "archive x.zip", "  x.zip/a.msg "+flat(string(message)))
	check(t, "too large", loadBytes(t, "a.msg", message, Options{MaxItem: 600}), "message a.msg", "  a.msg rejected: larger than the limit of 600 bytes")
}

// TestOutlookMessages reads the .msg files of a real set.
func TestOutlookMessages(t *testing.T) {
	got := countItems(t, corpus(t, "outlook-msg.tar.xz"))
	messages := 0
	for name := range got.paths {
		if filepath.Ext(name) == ".msg" {
			messages++
		}
	}
	if messages != 6 || got.messages != 12 || got.rejected != 0 {
		t.Errorf("got %d .msg files, %d messages and %d rejected, want 6, 12 and 0", messages, got.messages, got.rejected)
	}
}
