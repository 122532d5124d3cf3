package outlook

import (
	"bytes"
	"encoding/binary"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/richardlehane/mscfb"
)

// The places of an entry's links in it ([MS-CFB] §2.6.1).
const (
	linkRight = 72
	linkChild = 76
)

// linked is a compound file of n entries, each linked to the next in one place.
func linked(n, link int) []byte {
	const sector, perTable, perList = 512, 128, 127
	directory := (n*entrySize + sector - 1) / sector
	tables, lists := 0, 0
	for need := 1; need > tables; need = (directory + tables + lists + perTable - 1) / perTable {
		tables, lists = need, (max(need-109, 0)+perList-1)/perList
	}
	out := make([]byte, sector*(1+tables+lists+directory))
	put := func(at int, v int) { binary.LittleEndian.PutUint32(out[at:], uint32(v)) }
	follow := func(at, i, count, next int) {
		if put(at, next); i == count-1 {
			put(at, end)
		}
	}
	copy(out, signature)
	put(24, 0x0003003E)
	put(28, 0x0009FFFE)
	put(32, 6)
	put(44, tables)
	put(48, tables+lists)
	put(56, smallStream)
	put(60, end)
	follow(68, 0, min(lists, 1)+1, tables)
	if lists == 0 {
		put(68, end)
	}
	put(72, lists)
	for i := range 109 {
		if put(76+4*i, 0xFFFFFFFF); i < tables {
			put(76+4*i, i)
		}
	}
	for i := 109; i < tables; i++ {
		put(sector*(1+tables+(i-109)/perList)+4*((i-109)%perList), i)
	}
	for i := range lists {
		follow(sector*(1+tables+i)+4*perList, i, lists, tables+i+1)
	}
	for i := range directory {
		follow(sector+4*(tables+lists+i), i, directory, tables+lists+i+1)
	}
	for i := range n {
		e := sector*(1+tables+lists) + entrySize*i
		name := wide(prefixAttachment + "0")
		copy(out[e:], name)
		binary.LittleEndian.PutUint16(out[e+64:], uint16(len(name)+2))
		out[e+66] = 1
		put(e+68, 0xFFFFFFFF)
		put(e+linkRight, 0xFFFFFFFF)
		put(e+linkChild, 0xFFFFFFFF)
		if i == 0 {
			out[e+66] = 5
			follow(e+linkChild, 0, 2, 1)
		} else if i < n-1 {
			put(e+link, i+1)
		}
	}
	return out
}

// TestHostileDirectory reads directories that cost a reader who recurses, or
// who copies the path of each entry, gigabytes.
func TestHostileDirectory(t *testing.T) {
	for name, link := range map[string]int{"nested": linkChild, "in a row": linkRight} {
		raw := linked(400_000, link)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		start := time.Now()
		if _, _, err := Message(raw); err == nil {
			t.Errorf("%s: got a message, want none", name)
		}
		runtime.ReadMemStats(&after)
		// The bounds are wide: machines are shared.
		if took, made := time.Since(start), after.TotalAlloc-before.TotalAlloc; took > 5*time.Second || made > 20*uint64(len(raw)) {
			t.Errorf("%s: got %v and %d MiB of memory for %d MiB", name, took, made>>20, len(raw)>>20)
		}
	}
}

// TestHostileStreams bounds what many entries make of the same bytes, and what
// one makes that only says that it is large.
func TestHostileStreams(t *testing.T) {
	s := streams{streamProperties: fixed(32)}
	for _, id := range []string{"1000", "1013", "0037", "0070", "1035", "1039", "1042", "0042"} {
		s[prefixValue+id+"001E"] = strings.Repeat("a", 4000)
	}
	raw := compoundFile(t, s)
	for at := headerSize; at+entrySize <= len(raw); at += entrySize {
		if bytes.HasPrefix(raw[at:], []byte(wide("__subst"))) {
			binary.LittleEndian.PutUint32(raw[at+120:], 0x7FFFFFFF)
			binary.LittleEndian.PutUint32(raw[at+116:], 0)
		}
	}
	binary.LittleEndian.PutUint32(raw[headerSize:], 0) // a chain without an end
	mail, faults, err := Message(raw)
	if err != nil || len(faults) == 0 || len(mail) > 4*room(1, len(raw)) {
		t.Errorf("got %v, %d bytes of %d, faults %q", err, len(mail), len(raw), faults)
	}
}

// TestCompoundReaders reads streams as another reader does.
func TestCompoundReaders(t *testing.T) {
	s := draft()
	for id, size := range map[string]int{"1000001E": smallStream - 1, "1013001E": smallStream, "1009001E": 9999} {
		s[prefixValue+id] = strings.Repeat("0123456", size)[:size]
	}
	raw := compoundFile(t, s)
	theirs, err := mscfb.New(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for _, e := range theirs.File {
		data, err := io.ReadAll(e)
		if err != nil {
			t.Fatal(err)
		}
		if !e.FileInfo().IsDir() {
			want[strings.Join(append(e.Path, e.Name), "/")] = string(data)
		}
	}
	got := allStreams(t, raw)
	if len(want) != len(s) || len(got) != len(want) {
		t.Errorf("got %d streams, another reader %d, want %d", len(got), len(want), len(s))
	}
	for path, data := range want {
		if got[path] != data {
			t.Errorf("%s: got %q, want %q", path, got[path], data)
		}
	}
}

// TestScattered reads a stream whose sectors do not follow one another.
func TestScattered(t *testing.T) {
	const path = prefixValue + "1009001E"
	s := streams{streamProperties: fixed(32), path: strings.Repeat("0123456", 2000)[:9999]}
	raw := compoundFile(t, s)
	c, err := openCompound(raw)
	if err != nil {
		t.Fatal(err)
	}
	root, _ := c.entry(0)
	entries, _ := c.children(root)
	at := int(entries[slices.IndexFunc(entries, func(e node) bool { return e.name == path })].start)
	// The fourth and the eleventh sector change their places.
	one, other := at+3, at+10
	held := bytes.Clone(c.sector(uint32(one)))
	copy(c.sector(uint32(one)), c.sector(uint32(other)))
	copy(c.sector(uint32(other)), held)
	for from, to := range map[int]int{one - 1: other, other: one + 1, other - 1: one, one: other + 1} {
		binary.LittleEndian.PutUint32(raw[headerSize+4*from:], uint32(to))
	}
	if got := allStreams(t, raw)[path]; got != s[path] {
		t.Errorf("got %d bytes that are not those of the stream of %d", len(got), len(s[path]))
	}
}

// allStreams reads every stream of a compound file.
func allStreams(t testing.TB, raw []byte) map[string]string {
	t.Helper()
	c, err := openCompound(raw)
	if err != nil {
		t.Fatal(err)
	}
	type place struct {
		node
		path string
	}
	root, _ := c.entry(0)
	found := map[string]string{}
	for todo := []place{{node: root}}; len(todo) > 0; {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if at.stream {
			found[strings.TrimSuffix(at.path, "/")] = string(c.read(at.node, len(raw)))
			continue
		}
		entries, whole := c.children(at.node)
		if !whole {
			t.Errorf("%s: got a broken directory", at.path)
		}
		for _, e := range entries {
			todo = append(todo, place{e, at.path + e.name + "/"})
		}
	}
	return found
}

// TestHostileText reads texts that cost a reader who copies, or who cuts them
// into words, far more than they are long.
func TestHostileText(t *testing.T) {
	for name, text := range map[string]string{
		"a field of many lines": "Subject: x\r\n" + strings.Repeat(" a\r\n", 500_000),
		"many fields":           strings.Repeat("a:\r\n", 500_000),
		"many words":            strings.Repeat("a ", 1_000_000),
	} {
		m := letter{properties: newProperties()}
		for _, id := range []uint16{transportHeaders, subject, displayTo, senderName} {
			m.all[id] = value{typeString8, []byte(text)}
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		start := time.Now()
		m.header()
		runtime.ReadMemStats(&after)
		// The bounds are wide: machines are shared.
		if took, made := time.Since(start), after.TotalAlloc-before.TotalAlloc; took > 5*time.Second || made > 100*uint64(len(text)) {
			t.Errorf("%s: got %v and %d MiB of memory for %d KiB", name, took, made>>20, len(text)>>10)
		}
	}
}
