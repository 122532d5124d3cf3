package sqlite

import (
	"fmt"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// Originals are kept in chunks: enough bytes to compress well, few enough to
// be read for one mail.
const (
	chunkSize  = 256 << 10 // a chunk is closed once it holds so many bytes
	maxChunk   = 1 << 20   // a longer mail goes on in the next chunk
	hugeMail   = 32 << 20  // of a larger one than this, chunks are stored while it is packed,
	maxPending = 8 << 20   // so many bytes at once
)

// span is where bytes begin: a chunk and a position in it. They may go on in
// the chunks that follow.
type span struct{ chunk, pos int64 }

// packer lays bytes into chunks and compresses full ones beside the writer. It
// stores them when write is called, and those of a huge mail before that.
type packer struct {
	next    int64 // id of the chunk being filled
	batch   int64
	buffer  []byte
	pending []*packed
	bytes   int // in pending, before they were compressed
	work    sync.WaitGroup
	store   func(*packed) error
	err     error // of store
}

type packed struct {
	id, batch int64
	data      []byte
}

var encoder, _ = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedDefault), zstd.WithEncoderConcurrency(2))

var decoder, _ = zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(64<<20))

// add keeps raw for batch and tells where it begins.
func (p *packer) add(batch int64, raw []byte) span {
	if batch != p.batch || len(p.buffer) > 0 && len(p.buffer)+len(raw) > maxChunk {
		p.flush()
		p.batch = batch
	}
	at := span{p.next, int64(len(p.buffer))}
	huge := len(raw) > hugeMail
	for len(raw) > maxChunk-len(p.buffer) {
		n := maxChunk - len(p.buffer)
		p.buffer = append(p.buffer, raw[:n]...)
		raw = raw[n:]
		p.flush()
		if huge && p.bytes >= maxPending {
			p.storePending()
		}
	}
	p.buffer = append(p.buffer, raw...)
	if len(p.buffer) >= chunkSize {
		p.flush()
	}
	return at
}

// flush closes the chunk being filled.
func (p *packer) flush() {
	if len(p.buffer) == 0 {
		return
	}
	c := &packed{id: p.next, batch: p.batch}
	raw := p.buffer
	p.pending = append(p.pending, c)
	p.next++
	p.buffer = nil
	p.bytes += len(raw)
	p.work.Go(func() { c.data = encoder.EncodeAll(raw, nil) })
}

// write stores every chunk.
func (p *packer) write() error {
	p.flush()
	p.storePending()
	return p.err
}

func (p *packer) storePending() {
	p.work.Wait()
	for _, c := range p.pending {
		if p.err == nil {
			p.err = p.store(c)
		}
	}
	p.pending, p.bytes = nil, 0
}

func (r *Round) storeChunk(c *packed) error {
	r.l.last.chunk = max(r.l.last.chunk, c.id)
	return r.l.exec(r.ctx, `INSERT INTO chunk VALUES(?, ?, ?)`, c.id, c.batch, c.data)
}

// unpack reads size bytes from where at points, asking load for each chunk.
func unpack(at span, size int64, load func(id int64) ([]byte, error)) ([]byte, error) {
	raw := make([]byte, 0, min(size, 64<<20))
	for id, pos := at.chunk, at.pos; int64(len(raw)) < size; id, pos = id+1, 0 {
		plain, err := load(id)
		if err != nil {
			return nil, err
		}
		if pos > int64(len(plain)) || len(plain) == 0 {
			return nil, fmt.Errorf("chunk %d is shorter than its contents", id)
		}
		end := min(int64(len(plain)), pos+size-int64(len(raw)))
		raw = append(raw, plain[pos:end]...)
	}
	return raw, nil
}

// inflate returns the bytes of a compressed chunk.
func inflate(data []byte) ([]byte, error) { return decoder.DecodeAll(data, nil) }
