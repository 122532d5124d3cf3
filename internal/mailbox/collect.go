package mailbox

import "runtime"

// collector gathers the bytes of one item up to a limit and counts the rest.
// Its buffer is used again from item to item.
type collector struct {
	buf   []byte
	limit int64
	total int64 // bytes given, kept or not
}

// stepLimit is where doubling the buffer ends: from there on it gets its full
// size at once, so that growing never holds two large buffers.
const stepLimit = 8 << 20

// muchMemory is how many bytes are worth a collection.
const muchMemory = 64 << 20

// maxHeader is how much of an item is kept, whatever the limit, for the
// splitter to find Content-Length in.
const maxHeader = 64 << 10

func (c *collector) add(p []byte) {
	c.total += int64(len(p))
	most := max(c.limit, maxHeader)
	if room := most - int64(len(c.buf)); int64(len(p)) > room {
		p = p[:room]
	}
	c.grow(len(c.buf)+len(p), most)
	c.buf = append(c.buf, p...)
}

func (c *collector) grow(need int, most int64) {
	if need <= cap(c.buf) {
		return
	}
	size := min(most, 2*int64(need), stepLimit)
	if need > stepLimit {
		size = min(most, max(defaultMaxItem, 2*int64(need)))
	}
	c.buf = append(roomFor(size), c.buf...)
}

// roomFor returns an empty buffer with room for size bytes. Where that is much,
// memory no longer in use is given back first: the item before, most likely.
func roomFor(size int64) []byte {
	if size > muchMemory {
		runtime.GC()
	}
	return make([]byte, 0, size)
}

// take returns what was gathered, for the receiver to own, and begins anew.
func (c *collector) take() []byte {
	got := c.buf[:min(int64(len(c.buf)), c.limit)]
	c.total = 0
	// A buffer that is mostly full is handed over: a copy would double it.
	if len(got) > stepLimit && len(got) > cap(got)/2 {
		c.buf = nil
		return got
	}
	c.buf = got[:0]
	return append(make([]byte, 0, len(got)), got...)
}

// keep returns what was gathered, for the receiver to own, when the collector
// is not used again.
func (c *collector) keep() []byte {
	if len(c.buf) == cap(c.buf) && int64(len(c.buf)) <= c.limit {
		return c.buf
	}
	return c.take()
}
