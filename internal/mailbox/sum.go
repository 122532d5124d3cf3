package mailbox

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"os"
	"path/filepath"
)

var errChanged = errors.New("the file changed while it was read; load it again")

var errNoSum = errors.New("a folder of messages has no digest of its own; each of its files is an item")

// Sum reads the file that holds many mails, as it lies on disk, and returns
// its size in bytes and its SHA-256. Its error is that of ctx, or an *Error
// that names the file; a file that is another than when the source was found
// gives one, and so does a Message or Maildir source, which has no such file.
func (s Source) Sum(ctx context.Context) (size int64, sha [32]byte, err error) {
	if s.Format == Message || s.Format == Maildir {
		return 0, sha, s.failure(s.Path, 0, errNoSum)
	}
	name := s.files[0].name
	root, err := os.OpenRoot(s.base)
	if err != nil {
		return 0, sha, s.failure("", 0, err)
	}
	defer root.Close()
	opened, err := openFile(root, name)
	if err != nil {
		return 0, sha, s.failure(name, 0, err)
	}
	defer opened.close()
	if err := s.unchanged(root, name); err != nil {
		return 0, sha, s.failure(name, 0, err)
	}
	sum := sha256.New()
	size, err = io.Copy(sum, &cancelable{ctx, opened})
	if canceled := ctx.Err(); canceled != nil {
		return 0, sha, canceled
	}
	if err != nil {
		return 0, sha, s.failure(name, size, err)
	}
	if err := s.unchanged(root, name); err != nil {
		return 0, sha, s.failure(name, 0, err)
	}
	return size, [32]byte(sum.Sum(nil)), nil
}

// unchanged says whether a file still is as it was found.
func (s Source) unchanged(root *os.Root, name string) error {
	info, err := root.Lstat(name)
	if err == nil && fingerprint(info) != s.Fingerprint {
		err = errChanged
	}
	return err
}

// failure is an error about a file of the source, named as on disk.
func (s Source) failure(name string, offset int64, err error) *Error {
	where := s.argument
	if name != "" && name != "." && name != filepath.Base(where) {
		where = filepath.Join(where, filepath.FromSlash(name))
	}
	return &Error{Path: where, Offset: offset, Err: plainly(err)}
}

// cancelable ends a stream with the error of its context.
type cancelable struct {
	ctx context.Context
	r   io.Reader
}

func (c *cancelable) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}
