package mailbox

import "io"

const windowSize = 128 << 10

// window is a sliding view of a stream that can look ahead as far as it is
// asked to. Its memory is at most about twice the farthest look.
type window struct {
	r          io.Reader
	buf        []byte
	start, end int
	offset     int64 // of start, from the beginning of the stream
	err        error // why the stream ended, io.EOF included; sticky
}

func (w *window) reset(r io.Reader) {
	w.r, w.start, w.end, w.offset, w.err = r, 0, 0, 0, nil
	if w.buf == nil {
		w.buf = make([]byte, windowSize)
	}
}

// bytes returns what is in view; it is valid until the next call of need.
func (w *window) bytes() []byte { return w.buf[w.start:w.end] }

// need returns the view with at least n bytes, fewer only when the stream has
// ended.
func (w *window) need(n int) []byte {
	w.makeRoom(n)
	idle := 0
	for w.end-w.start < n && w.err == nil {
		got, err := w.r.Read(w.buf[w.end:])
		w.end += got
		w.err = err
		if got > 0 {
			idle = 0
			continue
		}
		if idle++; idle > 100 && err == nil {
			w.err = io.ErrNoProgress
		}
	}
	return w.bytes()
}

// makeRoom moves the view only when what it moves is less than what has gone
// since, so that moving costs no more than reading. A small view moves early,
// so that reads stay large.
func (w *window) makeRoom(n int) {
	held := w.end - w.start
	if held >= n || w.start+n <= len(w.buf) && held > w.start/8 {
		return
	}
	to := w.buf
	if n > len(w.buf) || held > w.start {
		to = make([]byte, max(2*len(w.buf), 2*n))
	}
	copy(to, w.bytes())
	w.buf, w.start, w.end = to, 0, held
}

// skip moves the view on by n bytes, which must be in view.
func (w *window) skip(n int) {
	w.start += n
	w.offset += int64(n)
}

// ended says whether the view reaches the end of a stream that is whole.
func (w *window) ended() bool { return w.err == io.EOF }

// broken returns why the stream ended before its end, or nil.
func (w *window) broken() error {
	if w.err == io.EOF {
		return nil
	}
	return w.err
}

// Read makes the rest of the stream a reader again.
func (w *window) Read(p []byte) (int, error) {
	if w.start == w.end {
		if w.err != nil {
			return 0, w.err
		}
		w.start, w.end = 0, 0
		w.need(1)
	}
	n := copy(p, w.bytes())
	w.skip(n)
	if n == 0 && len(p) > 0 {
		return 0, w.err
	}
	return n, nil
}
