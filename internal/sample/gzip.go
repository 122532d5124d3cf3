package sample

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
)

// gzipBox writes gzip (RFC 1952) without compressing, see stored.
type gzipBox struct {
	out  *output
	sum  uint32
	size uint32
}

func newGzip(out *output) *gzipBox {
	// A bufio.Writer keeps its first error until Flush.
	out.Write([]byte{0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF})
	return &gzipBox{out: out}
}

func (g *gzipBox) Write(p []byte) (int, error) {
	g.sum = crc32.Update(g.sum, crc32.IEEETable, p)
	g.size += uint32(len(p))
	done := 0
	for done < len(p) {
		n := min(len(p)-done, 0xFFFF)
		g.out.Write([]byte{0, byte(n), byte(n >> 8), ^byte(n), ^byte(n >> 8)})
		if _, err := g.out.Write(p[done : done+n]); err != nil {
			return done, err
		}
		done += n
	}
	return done, nil
}

func (g *gzipBox) Close() error {
	end := []byte{1, 0, 0, 0xFF, 0xFF}
	end = binary.LittleEndian.AppendUint32(end, g.sum)
	end = binary.LittleEndian.AppendUint32(end, g.size)
	_, err := g.out.Write(end)
	return errors.Join(err, g.out.Close())
}
