// Package outlooktest writes the containers of .msg files for tests.
package outlooktest

import (
	"encoding/binary"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

const (
	signature   = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"
	smallStream = 4096 // bytes from which on a stream is not a small one
)

// Streams are the streams of a compound file by their paths.
type Streams map[string]string

// branch is an entry of the directory.
type branch struct {
	name     string
	data     string
	stream   bool
	children []int
	start    int // first sector, of small ones where the stream is small
}

// File writes a compound file ([MS-CFB]) of one table sector, the
// siblings of each storage in a row.
func File(t testing.TB, s Streams) []byte {
	t.Helper()
	nodes := []branch{{name: "Root Entry"}}
	paths := map[string]int{"": 0}
	var place func(path string, stream bool) int
	place = func(path string, stream bool) int {
		if at, ok := paths[path]; ok {
			return at
		}
		above, name := "", path
		if slash := strings.LastIndexByte(path, '/'); slash >= 0 {
			above, name = path[:slash], path[slash+1:]
		}
		in := place(above, false)
		nodes = append(nodes, branch{name: name, stream: stream, data: s[path]})
		paths[path] = len(nodes) - 1
		nodes[in].children = append(nodes[in].children, len(nodes)-1)
		return len(nodes) - 1
	}
	var all []string
	for path := range s {
		all = append(all, path)
	}
	slices.Sort(all)
	for _, path := range all {
		place(path, true)
	}
	return assemble(t, nodes)
}

const end = 0xFFFFFFFE

func assemble(t testing.TB, nodes []branch) []byte {
	t.Helper()
	var mini, miniTable []byte
	for i := range nodes {
		if len(nodes[i].data) >= smallStream {
			continue
		}
		n := (len(nodes[i].data) + 63) / 64
		nodes[i].start = len(mini) / 64
		mini = append(append(mini, nodes[i].data...), make([]byte, n*64-len(nodes[i].data))...)
		for k := range n {
			next := uint32(nodes[i].start + k + 1)
			if k == n-1 {
				next = end
			}
			miniTable = binary.LittleEndian.AppendUint32(miniTable, next)
		}
	}
	sectors := func(b []byte) int { return (len(b) + 511) / 512 }
	directory := make([]byte, 0, 128*len(nodes))
	table := []uint32{0xFFFFFFFD}
	chain := func(n int) uint32 {
		first := uint32(len(table))
		for k := range n {
			table = append(table, first+uint32(k)+1)
			if k == n-1 {
				table[len(table)-1] = end
			}
		}
		return first
	}
	directoryAt, tableAt := chain((128*len(nodes)+511)/512), chain(sectors(miniTable))
	miniAt := chain(sectors(mini))
	parts := [][]byte{nil, miniTable, mini}
	for i, n := range nodes {
		if len(n.data) >= smallStream {
			nodes[i].start = int(chain(sectors([]byte(n.data))))
			parts = append(parts, []byte(n.data))
		}
	}
	for i, n := range nodes {
		directory = append(directory, entry(nodes, i, n, miniAt, len(mini))...)
	}
	if len(table) > 128 {
		t.Fatalf("the file needs %d sectors, and a table of one sector has 128", len(table))
	}
	out := append([]byte(signature), make([]byte, 504)...)
	put := func(at int, v uint32) { binary.LittleEndian.PutUint32(out[at:], v) }
	put(24, 0x0003003E)
	put(28, 0x0009FFFE)
	put(32, 6)
	put(44, 1)
	put(48, directoryAt)
	put(56, 4096)
	put(60, tableAt)
	put(64, uint32(sectors(miniTable)))
	put(68, end)
	for at := 76; at < 512; at += 4 {
		put(at, 0xFFFFFFFF)
	}
	put(76, 0)
	for len(table) < 128 {
		table = append(table, 0xFFFFFFFF)
	}
	for _, next := range table {
		out = binary.LittleEndian.AppendUint32(out, next)
	}
	parts[0] = directory
	for _, part := range parts {
		out = append(append(out, part...), make([]byte, sectors(part)*512-len(part))...)
	}
	return out
}

// entry is one entry of the directory.
func entry(nodes []branch, i int, n branch, miniAt uint32, miniSize int) []byte {
	b := make([]byte, 128)
	for k, unit := range utf16.Encode([]rune(n.name)) {
		binary.LittleEndian.PutUint16(b[2*k:], unit)
	}
	binary.LittleEndian.PutUint16(b[64:], uint16(2*len(n.name)+2))
	b[66], b[67] = 1, 1
	none := uint32(0xFFFFFFFF)
	right, child := none, none
	for _, above := range nodes {
		if at := slices.Index(above.children, i); at >= 0 && at+1 < len(above.children) {
			right = uint32(above.children[at+1])
		}
	}
	if len(n.children) > 0 {
		child = uint32(n.children[0])
	}
	start, size := uint32(0), 0
	switch {
	case i == 0:
		b[66], start, size = 5, miniAt, miniSize
	case n.stream:
		b[66], start, size = 2, uint32(n.start), len(n.data)
	}
	binary.LittleEndian.PutUint32(b[68:], none)
	binary.LittleEndian.PutUint32(b[72:], right)
	binary.LittleEndian.PutUint32(b[76:], child)
	binary.LittleEndian.PutUint32(b[116:], start)
	binary.LittleEndian.PutUint32(b[120:], uint32(size))
	return b
}
