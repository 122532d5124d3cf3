package mailbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/klauspost/compress/zip"
	"github.com/mholt/archives"
)

var extractors = map[kind]archives.Extractor{
	isTar: archives.Tar{}, isZip: archives.Zip{}, isSevenZip: archives.SevenZip{},
}

var (
	errStopped  = errors.New("stopped")
	errDocument = errors.New("an office document or program package, not an archive of mails")
)

// archive yields the items of an archive's members, in the archive's order.
func (r *reading) archive(c content, w *window, what kind) {
	in := io.Reader(w)
	if what != isTar {
		if !r.seekable(&c, w) {
			return
		}
		in = io.NewSectionReader(c.at, 0, c.size)
	}
	if what == isSevenZip {
		if err := checkSevenZip(c.at, c.size); err != nil {
			r.broken(c, what, err, true)
			return
		}
	}
	seen := make(map[string]int)
	r.damaged = false
	err := r.extract(what, in, func(file archives.FileInfo) error {
		if what == isZip && len(seen) == 0 && isDocument(file.NameInArchive) {
			return errDocument
		}
		r.damaged = false
		r.member(c, what, file, seen)
		if r.stopped {
			return errStopped
		}
		return nil
	})
	if canceled := r.ctx.Err(); canceled != nil && !r.stopped {
		r.hand(Item{}, canceled)
		r.stopped = true
	}
	// A cut in the middle of a member was told with that member.
	if err == nil || r.stopped || r.damaged && !errors.Is(err, errDecoder) {
		return
	}
	r.broken(c, what, err, len(seen) == 0)
}

// broken yields the rest of an archive that cannot be read on: all of it when
// no member was found.
func (r *reading) broken(c content, what kind, err error, all bool) {
	item := Item{Path: c.path, Fingerprint: c.fingerprint}
	var inner *damage
	switch {
	case errors.Is(err, errDocument):
		item.Rejected = errDocument.Error()
	case errors.As(err, &inner):
		item.Rejected = r.reason(inner)
	default:
		item.Rejected = r.reason(&damage{what.String(), err})
	}
	if all && c.at != nil {
		rest := r.window(io.NewSectionReader(c.at, 0, c.size))
		item.Raw, _ = r.readAll(c, rest)
		r.release(rest)
	}
	r.emit(item)
}

// seekable makes the bytes of an archive inside an archive readable in any
// order by holding them, up to the limit of an item.
func (r *reading) seekable(c *content, w *window) bool {
	if c.at != nil {
		return true
	}
	raw, complete := r.readAll(*c, w)
	if complete && w.broken() == nil {
		c.at, c.size = bytes.NewReader(raw), int64(len(raw))
		return true
	}
	item := Item{Path: c.path, Raw: raw, Rejected: "an archive inside an archive, " + r.tooLarge()}
	if w.broken() != nil {
		item.Rejected = r.reason(w.broken())
	}
	r.emit(item)
	return false
}

// extract turns a panic of the archive's reader into an error, never one of
// the code that receives the items.
func (r *reading) extract(what kind, in io.Reader, handle func(archives.FileInfo) error) (err error) {
	defer func() {
		if r.outside {
			return
		}
		if recover() != nil {
			err = errDecoder
		}
	}()
	return extractors[what].Extract(r.ctx, in, func(_ context.Context, file archives.FileInfo) error {
		return handle(file)
	})
}

func (r *reading) member(c content, what kind, file archives.FileInfo, seen map[string]int) {
	name := member(file.NameInArchive)
	seen[name]++
	if file.IsDir() || ignoredPath(name) {
		return
	}
	inner := content{path: c.path + "/" + name, layers: c.layers, maildir: inMaildir(name)}
	if n := seen[name]; n > 1 {
		inner.path += fmt.Sprintf("#%d", n)
	}
	if reason := linkOrSpecial(file); reason != "" {
		r.emit(Item{Path: inner.path, Rejected: reason})
		return
	}
	if header, ok := file.Header.(zip.FileHeader); ok && header.Flags&1 != 0 {
		r.emit(Item{Path: inner.path, Rejected: "encrypted"})
		return
	}
	opened, err := file.Open()
	if err != nil {
		r.emit(Item{Path: inner.path, Rejected: (&damage{what.String(), err}).Error()})
		return
	}
	defer closeDecoder(opened)
	inner.r = &layer{r: opened, what: what.String(), budget: r.budget}
	r.read(inner)
}

func linkOrSpecial(file archives.FileInfo) string {
	if file.LinkTarget != "" && file.Mode()&fs.ModeSymlink == 0 {
		return "a hard link, which is not followed"
	}
	return irregular(file.Mode())
}

// isDocument knows packages by the member their formats put first: Office Open
// XML, OpenDocument and EPUB, Java.
func isDocument(first string) bool {
	return first == "[Content_Types].xml" || first == "mimetype" || strings.HasPrefix(first, "META-INF/")
}
