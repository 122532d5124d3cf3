package mailbox

import (
	"errors"
	"fmt"
	"io"
)

// freeExpansion is what any file may expand to, whatever its size: small files
// of blanks are harmless.
const freeExpansion = 64 << 20

// budget is how far one file on disk may still expand. All layers draw on it.
type budget struct {
	left  int64
	limit int64
}

func newBudget(size int64, o Options) *budget {
	allowed := o.MaxExpansion
	if size < allowed/o.MaxRatio {
		allowed = min(allowed, max(freeExpansion, size*o.MaxRatio))
	}
	return &budget{left: allowed, limit: allowed}
}

// damage is why a layer of compression or an archive could not be read on. It
// is about the bytes of a file, and so the reason of a rejected item.
type damage struct {
	what string // "gzip", "zip"
	err  error
}

var errExpansion = errors.New("expands too far")

// Error says it in a plain clause.
func (d *damage) Error() string {
	switch {
	case errors.Is(d.err, errExpansion):
		return d.err.Error()
	case errors.Is(d.err, io.ErrUnexpectedEOF):
		return "the " + d.what + " data ends early"
	}
	return fmt.Sprintf("the %s data is damaged: %v", d.what, d.err)
}

func (d *damage) Unwrap() error { return d.err }

// layer reads what a decoder yields, within the budget, and turns its errors
// and panics into damage. Its error is sticky.
type layer struct {
	r      io.Reader
	what   string
	budget *budget
	err    error
}

func (l *layer) Read(p []byte) (n int, err error) {
	if l.err != nil {
		return 0, l.err
	}
	if l.budget.left <= 0 {
		l.err = &damage{l.what, fmt.Errorf("the %s data %w, past the limit of %d bytes", l.what, errExpansion, l.budget.limit)}
		return 0, l.err
	}
	defer func() {
		if broke := recover(); broke != nil {
			n, l.err = 0, &damage{l.what, errDecoder}
			err = l.err
		}
	}()
	n, err = l.r.Read(p[:min(int64(len(p)), l.budget.left)])
	l.budget.left -= int64(n)
	if err != nil && err != io.EOF {
		var inner *damage
		if !errors.As(err, &inner) {
			inner = &damage{l.what, err}
		}
		err = inner
	}
	l.err = err
	return n, err
}
