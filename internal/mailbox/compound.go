package mailbox

import (
	"bytes"
	"encoding/binary"
	"unicode/utf16"
)

// Compound files ([MS-CFB]) are what .msg, .doc and many others are. All that
// is asked of them here is whether the storage at their root has the stream
// that makes it an Outlook message ([MS-OXMSG] §2.2); reading it is for others.

var (
	compoundSignature = []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")
	messageStream     = utf16Of("__properties_version1.0")
)

const (
	noStream      = 0xFFFFFFFA // sector and entry numbers from here on are none
	entrySize     = 128        // bytes of a directory entry
	maxDirEntries = 1 << 20
)

const notOutlook = "an OLE file that is no Outlook message, such as an older office document"

func utf16Of(name string) []byte {
	var b []byte
	for _, unit := range utf16.Encode([]rune(name)) {
		b = binary.LittleEndian.AppendUint16(b, unit)
	}
	return b
}

// compound yields an Outlook message as it is, and rejects other OLE files.
func (r *reading) compound(c content, w *window) {
	raw, complete := r.readAll(c, w)
	item := Item{Path: c.path, Raw: raw, Fingerprint: c.fingerprint}
	switch {
	case w.broken() != nil:
		item.Rejected = r.reason(w.broken())
	case !complete:
		item.Rejected = r.tooLarge()
	case !isOutlookMessage(raw):
		item.Rejected = notOutlook
	}
	r.emit(item)
}

// isOutlookMessage says whether a compound file is an Outlook message. Of one
// whose directory is broken it is enough that the stream is named at all.
func isOutlookMessage(file []byte) bool {
	if !bytes.Contains(file, messageStream) {
		return false
	}
	d := directory{file: file}
	found, whole := d.rootHas(messageStream)
	return found || !whole
}

// directory is the directory of a compound file ([MS-CFB] §2.6).
type directory struct {
	file   []byte
	size   int      // of a sector, in bytes
	chain  []uint32 // sectors of the directory
	fatSec []uint32 // sectors of the table that chains sectors
}

// rootHas says whether the root storage holds an entry of that name; whole is
// false when the directory could not be followed.
func (d *directory) rootHas(name []byte) (found, whole bool) {
	if !d.open() {
		return false, false
	}
	root := d.entry(0)
	if root == nil {
		return false, false
	}
	// The children of a storage are a tree of siblings.
	todo := []uint32{le32(root[76:])}
	for seen := 0; len(todo) > 0; seen++ {
		next := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if next >= noStream {
			continue
		}
		entry := d.entry(next)
		if entry == nil || seen == maxDirEntries {
			return false, false
		}
		if bytes.HasPrefix(entry, name) && int(le16(entry[64:])) == len(name)+2 {
			return true, true
		}
		todo = append(todo, le32(entry[68:]), le32(entry[72:]))
	}
	return false, true
}

// open follows the chains that lead to the directory.
func (d *directory) open() bool {
	if len(d.file) < 512 {
		return false
	}
	shift := le16(d.file[30:])
	if shift != 9 && shift != 12 {
		return false
	}
	d.size = 1 << shift
	d.fatSec = sectorNumbers(d.file[76:512])
	for next, n := le32(d.file[68:]), 0; next < noStream; n++ {
		sector := d.sector(next)
		if sector == nil || n > len(d.file)/d.size {
			return false
		}
		d.fatSec = append(d.fatSec, sectorNumbers(sector[:d.size-4])...)
		next = le32(sector[d.size-4:])
	}
	for next := le32(d.file[48:]); next < noStream; next = d.after(next) {
		if len(d.chain)*d.size/entrySize >= maxDirEntries || len(d.chain) > len(d.file)/d.size {
			return false
		}
		d.chain = append(d.chain, next)
	}
	return true
}

func sectorNumbers(b []byte) (all []uint32) {
	for ; len(b) >= 4; b = b[4:] {
		if n := le32(b); n < noStream {
			all = append(all, n)
		}
	}
	return all
}

// after returns the sector that follows in a chain; the end when it is broken.
func (d *directory) after(sector uint32) uint32 {
	perSector := uint32(d.size / 4)
	if i := sector / perSector; int(i) < len(d.fatSec) {
		if table := d.sector(d.fatSec[i]); table != nil {
			return le32(table[4*(sector%perSector):])
		}
	}
	return noStream
}

func (d *directory) sector(n uint32) []byte {
	start := (int64(n) + 1) * int64(d.size)
	if start+int64(d.size) > int64(len(d.file)) {
		return nil
	}
	return d.file[start : start+int64(d.size)]
}

func (d *directory) entry(n uint32) []byte {
	perSector := uint32(d.size / entrySize)
	if int(n/perSector) >= len(d.chain) {
		return nil
	}
	sector := d.sector(d.chain[n/perSector])
	if sector == nil {
		return nil
	}
	at := int(n%perSector) * entrySize
	return sector[at : at+entrySize]
}

func le16(b []byte) uint16 { return binary.LittleEndian.Uint16(b) }

func le32(b []byte) uint32 { return binary.LittleEndian.Uint32(b) }
