package outlook

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"slices"
	"unicode/utf16"
)

// signature begins every compound file ([MS-CFB] §2.2).
const signature = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"

const (
	noSector    = 0xFFFFFFFA // sector and entry numbers from here on are none
	headerSize  = 512
	entrySize   = 128  // bytes of an entry of the directory
	smallSector = 64   // bytes of a sector of small streams …
	smallStream = 4096 // … which are those shorter than this
)

var errCompound = errors.New("a compound file whose directory cannot be read")

// compound is a compound file, as far as it can be followed. A chain that
// breaks ends there: what lies before it is read.
type compound struct {
	file      []byte
	size      int      // of a sector, in bytes
	table     []uint32 // sectors of the table that chains sectors
	directory []uint32 // sectors of the directory
	small     []uint32 // sectors in which small streams lie …
	smallNext []uint32 // … and of the table that chains these
	seen      []bool   // by entry: it was given out already
}

// node is an entry of the directory.
type node struct {
	name                      string
	stream                    bool // holds bytes, not other entries
	left, right, child, start uint32
	size                      int64
}

// openCompound follows the chains that lead to the directory ([MS-CFB] §2.3
// to §2.5).
func openCompound(file []byte) (*compound, error) {
	if !bytes.HasPrefix(file, []byte(signature)) || len(file) < headerSize {
		return nil, errCompound
	}
	shift := binary.LittleEndian.Uint16(file[30:])
	if shift != 9 && shift != 12 {
		return nil, errCompound
	}
	c := &compound{file: file, size: 1 << shift}
	c.readTable()
	c.directory = c.chain(word(file, 48), c.sectors())
	c.seen = make([]bool, len(c.directory)*c.size/entrySize)
	root, ok := c.entry(0)
	if !ok {
		return nil, errCompound
	}
	c.small, c.smallNext = c.chain(root.start, c.sectors()), c.chain(word(file, 60), c.sectors())
	return c, nil
}

// readTable takes the sectors of the table from the header and the chain
// behind it; no more than the file can have.
func (c *compound) readTable() {
	most := c.sectors()*4/c.size + 2
	add := func(list []byte) {
		for ; len(list) >= 4 && len(c.table) < most; list = list[4:] {
			c.table = append(c.table, word(list, 0)) // even one that is none keeps its place
		}
	}
	add(c.file[76:headerSize])
	for next := word(c.file, 68); len(c.table) < most; {
		sector := c.sector(next)
		if sector == nil {
			break
		}
		add(sector[:c.size-4])
		next = word(sector, c.size-4)
	}
}

func word(b []byte, at int) uint32 { return binary.LittleEndian.Uint32(b[at:]) }

// sectors is how many the file has, with one that is cut off.
func (c *compound) sectors() int { return len(c.file)/c.size + 1 }

// sector returns a whole sector, or nil.
func (c *compound) sector(n uint32) []byte {
	start := (int64(n) + 1) * int64(c.size)
	if n >= noSector || start+int64(c.size) > int64(len(c.file)) {
		return nil
	}
	return c.file[start : start+int64(c.size)]
}

// chain returns up to most sectors from the first on.
func (c *compound) chain(first uint32, most int) []uint32 {
	var found []uint32
	for next := first; next < noSector && len(found) < most; next = c.after(next, c.table) {
		found = append(found, next)
	}
	return found
}

// after returns the sector that follows one in a table, noSector at the end
// and where the table has no place for it.
func (c *compound) after(n uint32, table []uint32) uint32 {
	perSector := uint32(c.size / 4)
	if i := int(n / perSector); i < len(table) {
		if sector := c.sector(table[i]); sector != nil {
			return word(sector, int(n%perSector)*4)
		}
	}
	return noSector
}

// entry reads an entry of the directory ([MS-CFB] §2.6.1).
func (c *compound) entry(n uint32) (node, bool) {
	perSector := uint32(c.size / entrySize)
	if int64(n/perSector) >= int64(len(c.directory)) {
		return node{}, false
	}
	sector := c.sector(c.directory[n/perSector])
	if sector == nil {
		return node{}, false
	}
	b := sector[n%perSector*entrySize:][:entrySize]
	e := node{
		stream: b[66] == 2, left: word(b, 68), right: word(b, 72), child: word(b, 76), start: word(b, 116),
		size: int64(word(b, 120)),
	}
	if c.size > headerSize { // otherwise the upper half may be anything
		e.size = int64(binary.LittleEndian.Uint64(b[120:]) & (1<<62 - 1))
	}
	units := make([]uint16, 0, 32)
	for at := 0; at+2 < min(int(binary.LittleEndian.Uint16(b[64:])), 64); at += 2 {
		units = append(units, binary.LittleEndian.Uint16(b[at:]))
	}
	e.name = string(utf16.Decode(units))
	return e, b[66] != 0
}

// children returns the entries of a storage by name; whole is false when some
// could not be reached. An entry is in one storage at most, the first that is
// asked for, so all calls together cost no more than the directory is long.
func (c *compound) children(storage node) (found []node, whole bool) {
	whole = true
	for todo := []uint32{storage.child}; len(todo) > 0; {
		n := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if n >= noSector {
			continue
		}
		e, ok := c.entry(n)
		if !ok || c.seen[n] {
			whole = false
			continue
		}
		c.seen[n] = true
		found = append(found, e)
		todo = append(todo, e.left, e.right)
	}
	slices.SortStableFunc(found, func(a, b node) int {
		return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.start, b.start))
	})
	return found, whole
}

// read returns the bytes of a stream, at most so many, and less where its chain
// breaks or the file ends. What lies in one stretch is not copied.
func (c *compound) read(e node, most int) []byte {
	size := int(min(e.size, int64(max(most, 0))))
	unit, table := c.size, c.table
	if e.size < smallStream {
		unit, table = smallSector, c.smallNext
	}
	var stretches [][]byte
	from, to, got := 0, 0, 0 // of the last
	for next := e.start; next < noSector && got < size; next = c.after(next, table) {
		at, n := c.piece(next, unit)
		if n = min(n, size-got); n <= 0 {
			break
		}
		if at != to {
			stretches, from = append(stretches, nil), at
		}
		to, got = at+n, got+n
		stretches[len(stretches)-1] = c.file[from:to:to]
	}
	if len(stretches) == 1 {
		return stretches[0]
	}
	return bytes.Join(stretches, nil)
}

// piece returns where a sector of a stream lies, and its length, which is less
// at the end of a file that is cut off.
func (c *compound) piece(n uint32, unit int) (at, length int) {
	start := (int64(n) + 1) * int64(c.size)
	if unit == smallSector {
		perSector := uint32(c.size / smallSector)
		if int(n/perSector) >= len(c.small) {
			return 0, 0
		}
		start = (int64(c.small[n/perSector])+1)*int64(c.size) + int64(n%perSector)*smallSector
	}
	end := min(start+int64(unit), int64(len(c.file)))
	return int(min(start, end)), int(max(end-start, 0))
}
