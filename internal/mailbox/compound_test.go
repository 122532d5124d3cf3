package mailbox

import (
	"bytes"
	"encoding/binary"
	"path/filepath"
	"testing"
)

// compoundOf writes a compound file without data: a header, a sector that
// chains, and the directory, four entries to a sector. Each name is a child of
// the root, or of the storage before it when it begins with a slash.
func compoundOf(names ...string) []byte {
	sectors := (len(names) + 4) / 4
	file := make([]byte, 512*(2+sectors))
	put := binary.LittleEndian.PutUint32
	copy(file, compoundSignature)
	binary.LittleEndian.PutUint16(file[30:], 9)
	put(file[48:], 1)          // directory
	put(file[68:], 0xFFFFFFFE) // no further sectors of the table
	for at := 76; at < 512; at += 4 {
		put(file[at:], 0xFFFFFFFF)
	}
	put(file[76:], 0)
	table := file[512:1024]
	put(table, 0xFFFFFFFD)
	for i := range sectors {
		put(table[4*(i+1):], uint32(i+2))
	}
	put(table[4*sectors:], 0xFFFFFFFE)
	entry := func(i int) []byte { return file[1024+entrySize*i:][:entrySize] }
	none := func(i int, name string) {
		e := entry(i)
		binary.LittleEndian.PutUint16(e[64:], uint16(copy(e, utf16Of(name))+2))
		for _, at := range []int{68, 72, 76} {
			put(e[at:], 0xFFFFFFFF)
		}
	}
	none(0, "Root Entry")
	last := 0
	for i, name := range names {
		number := i + 1
		if name[0] == '/' {
			none(number, name[1:])
			put(entry(number - 1)[76:], uint32(number))
			continue
		}
		none(number, name)
		if last == 0 {
			put(entry(0)[76:], uint32(number))
		} else {
			put(entry(last)[72:], uint32(number))
		}
		last = number
	}
	return file
}

const propertiesName = "__properties_version1.0"

func TestCompound(t *testing.T) {
	message := compoundOf("__nameid_version1.0", "__recip_version1.0_#00000000", "__substg1.0_0037001F", "__substg1.0_1000001F", propertiesName)
	looping := compoundOf("__nameid_version1.0", propertiesName)
	binary.LittleEndian.PutUint32(looping[512+4:], 1) // the directory follows itself
	siblings := compoundOf("a", "b", propertiesName)
	binary.LittleEndian.PutUint32(siblings[1024+2*entrySize+72:], 1) // a tree that is a ring
	for name, test := range map[string]struct {
		file []byte
		want bool
	}{
		"a message":                    {message, true},
		"a document":                   {compoundOf("WordDocument", "1Table"), false},
		"a document holding a message": {compoundOf("WordDocument", "ObjectPool", "/"+propertiesName), false},
		"a longer name":                {compoundOf(propertiesName + "1"), false},
		"cut off in the directory":     {message[:1024+5*entrySize+100], true},
		"a directory in a ring":        {looping, true},
		"siblings in a ring":           {siblings, true},
		"nothing but the signature":    {compoundSignature, false},
	} {
		if got := isOutlookMessage(test.file); got != test.want {
			t.Errorf("%s: got %v, want %v", name, got, test.want)
		}
	}
	root := tree(t, entry{"a.msg", string(message)}, entry{"b.doc", string(compoundOf("WordDocument"))})
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

// FuzzCompound demands that no damage to a directory panics or takes long.
func FuzzCompound(f *testing.F) {
	f.Add(compoundOf("__nameid_version1.0", propertiesName))
	f.Add(compoundOf("WordDocument", "ObjectPool", "/"+propertiesName))
	f.Fuzz(func(t *testing.T, file []byte) {
		if isOutlookMessage(file) && !bytes.Contains(file, messageStream) {
			t.Errorf("got a message without its stream")
		}
	})
}
