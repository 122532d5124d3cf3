package mailbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
)

// maxLayers is how deep archives and compression may be nested: three archives,
// each of them compressed.
const maxLayers = 6

// Items streams the items in the order of the files, and of the bytes in each.
// skip, which may be nil, is asked before a file is opened that is taken to be
// one message; when it says true, the file is known and its item is Skipped.
// The sequence goes on after an error that is an *Error, and ends after any
// other, which is that of ctx.
func (s Source) Items(ctx context.Context, skip func(path string, fingerprint uint64) bool) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		r := &reading{ctx: ctx, source: s, yield: yield}
		if s.Format == Message || s.Format == Maildir {
			r.skip = skip
		}
		root, err := os.OpenRoot(s.base)
		if err != nil {
			r.fail("", 0, err)
			return
		}
		defer root.Close()
		for _, f := range s.files {
			if err := ctx.Err(); err != nil {
				yield(Item{}, err)
				return
			}
			r.file(root, f)
			if r.stopped {
				return
			}
		}
	}
}

// reading is one run over the items of a source.
type reading struct {
	ctx     context.Context
	source  Source
	skip    func(string, uint64) bool
	yield   func(Item, error) bool
	stopped bool
	outside bool // the receiver's code runs
	done    int64
	disk    *disk
	budget  *budget
	damaged bool // the member read last broke off
	idle    []*window
}

// content is a stream of bytes with its name.
type content struct {
	path        string
	r           io.Reader
	at          io.ReaderAt // the same bytes, when they can be read in any order
	size        int64       // of at
	maildir     bool        // one message, whatever it looks like
	fingerprint uint64
	layers      int
}

func (r *reading) emit(item Item) {
	item.Read = r.done
	if r.disk != nil {
		item.Read += r.disk.read
	}
	r.hand(item, nil)
}

// fail reports an error about a file, named as on disk, and goes on.
func (r *reading) fail(name string, offset int64, err error) {
	r.hand(Item{}, r.source.failure(name, offset, err))
}

func (r *reading) hand(item Item, err error) {
	if r.stopped {
		return
	}
	r.outside = true
	r.stopped = !r.yield(item, err)
	r.outside = false
}

func (r *reading) file(root *os.Root, f file) {
	info, err := root.Lstat(f.name)
	if err != nil {
		r.fail(f.name, 0, err)
		return
	}
	c := content{path: shown(f.name), maildir: f.maildir, fingerprint: fingerprint(info)}
	if reason := irregular(info.Mode()); reason != "" {
		r.emit(Item{Path: c.path, Fingerprint: c.fingerprint, Rejected: reason})
		return
	}
	if r.skip != nil && r.skip(c.path, c.fingerprint) {
		r.done += info.Size()
		r.emit(Item{Path: c.path, Fingerprint: c.fingerprint, Skipped: true})
		return
	}
	if r.disk, err = openFile(root, f.name); err != nil {
		r.fail(f.name, 0, err)
		return
	}
	defer r.disk.close()
	c.r, c.at, c.size = r.disk, r.disk, r.disk.size
	r.budget = newBudget(r.disk.size, r.source.opts)
	r.read(c)
	if err := r.disk.err; err != nil {
		r.fail(f.name, r.disk.read, err)
	}
	r.done += r.disk.size
	r.disk = nil
}

// read yields the items of c, whatever it is. It calls itself, through
// archives, at most maxLayers deep.
func (r *reading) read(c content) {
	w := r.window(c.r)
	defer r.release(w)
	r.inspect(c, w)
}

func (r *reading) inspect(c content, w *window) {
	what := recognise(w.need(headSize))
	switch {
	case what == isStore:
		r.pst(c, w)
		return
	case !what.isCompression() && !what.isArchive():
		r.leaf(c, w, what)
		return
	}
	if c.layers >= maxLayers {
		r.whole(c, w, fmt.Sprintf("packed more than %d layers deep", maxLayers))
		return
	}
	c.layers++
	if what.isArchive() {
		r.archive(c, w, what)
		return
	}
	r.expand(c, w, what)
}

// leaf yields the items of bytes that are neither compressed nor an archive.
func (r *reading) leaf(c content, w *window, what kind) {
	format := r.source.opts.Format
	single := c.maildir || format == Message || format == Maildir
	switch {
	case what == isEmpty && w.broken() == nil:
		r.whole(c, w, "an empty file")
	case what == isCompound:
		r.compound(c, w)
	case what == isEmlx && !c.maildir && format != Mbox:
		r.emlx(c, w)
	case what == isTable && format == Auto && !c.maildir:
		r.table(c, w)
	case single && bytes.IndexByte(w.bytes(), 0) >= 0 && what == isOther:
		r.whole(c, w, otherReason(w.bytes()))
	case single || what == isMessage && format != Mbox:
		r.whole(c, w, "")
	case what == isMbox:
		r.mbox(c, w, format == Mbox)
	case what == isMessage:
		r.whole(c, w, "no From line at its start")
	default:
		r.whole(c, w, otherReason(w.bytes()))
	}
}

// expand reads on below one layer of compression. Where that yields nothing,
// the compressed bytes are what there is.
func (r *reading) expand(c content, w *window, what kind) {
	packed := c
	head, began := bytes.Clone(w.bytes()), w.offset
	decoder, err := openDecoder(what, w)
	if err == nil {
		defer closeDecoder(decoder)
		c.r, c.at, c.size = &layer{r: decoder, what: what.String(), budget: r.budget}, nil, 0
		inner := r.window(c.r)
		defer r.release(inner)
		if inner.need(1); len(inner.bytes()) > 0 || inner.broken() == nil {
			r.inspect(c, inner)
			return
		}
		err = inner.broken()
	}
	var known *damage
	if !errors.As(err, &known) {
		known = &damage{what.String(), err}
	}
	rest := io.MultiReader(bytes.NewReader(head[:min(int64(len(head)), w.offset-began)]), w)
	if packed.at != nil {
		rest = io.NewSectionReader(packed.at, 0, packed.size)
	}
	again := r.window(rest)
	defer r.release(again)
	r.whole(packed, again, r.reason(known))
}

// whole yields all of w as one item.
func (r *reading) whole(c content, w *window, rejected string) {
	if rejected == "" && lead(w.bytes()) == len(w.bytes()) && w.broken() == nil {
		rejected = "nothing but white space"
	}
	raw, complete := r.readAll(c, w)
	item := Item{Path: c.path, Raw: raw, Fingerprint: c.fingerprint, Rejected: rejected}
	if !complete && rejected == "" {
		item.Rejected = r.tooLarge()
	}
	if w.broken() != nil {
		item.Rejected = r.reason(w.broken())
	}
	item.EscapedFrom = bytes.HasPrefix(raw[lead(raw):], fromSpace) && escaped(raw)
	r.emit(item)
}

// readAll reads w up to the limit of an item, and says whether that was all.
func (r *reading) readAll(c content, w *window) (raw []byte, complete bool) {
	limit := r.source.opts.MaxItem
	gathered := collector{limit: limit}
	if left := c.size - w.offset; c.at != nil && left > 0 {
		gathered.buf = roomFor(min(left, limit))
	}
	for data := w.bytes(); gathered.total <= limit; data = w.need(1) {
		if len(data) == 0 {
			if w.err != nil {
				return gathered.keep(), true
			}
			continue
		}
		gathered.add(data)
		w.skip(len(data))
	}
	return gathered.keep(), false
}

// mbox yields the messages of an mbox. One that holds a single message is a
// file of one message, unless an mbox was asked for.
func (r *reading) mbox(c content, w *window, asked bool) {
	cut := newSplitter(w, r.source.opts.MaxItem)
	for number := 0; !r.stopped; number++ {
		if err := r.ctx.Err(); err != nil {
			r.hand(Item{}, err)
			r.stopped = true
			return
		}
		p, ok := cut.next()
		if !ok {
			return
		}
		if number == 0 && !cut.more() && !asked && len(p.body) > 0 {
			r.emit(r.message(c, p))
			return
		}
		item := Item{Path: c.path, Offset: p.offset, Raw: p.body, EscapedFrom: escaped(p.body)}
		item.Rejected = r.judge(p)
		r.emit(item)
	}
}

// message makes the only piece of a file whole again, in the memory of its
// body where there is room.
func (r *reading) message(c content, p piece) Item {
	item := Item{Path: c.path, Fingerprint: c.fingerprint, Rejected: r.judge(p)}
	before, limit := len(p.separator), r.source.opts.MaxItem
	if size := int64(before+len(p.tail)) + p.length; size > limit && item.Rejected == "" {
		item.Rejected = r.tooLarge()
	}
	body := p.body[:max(0, min(int64(len(p.body)), limit-int64(before)))]
	item.Raw = slices.Insert(body, 0, p.separator...)
	if int64(len(body)) == p.length {
		item.Raw = append(item.Raw, p.tail...)
	}
	item.EscapedFrom = escaped(item.Raw)
	return item
}

// judge says why a piece is no message, if it is none.
func (r *reading) judge(p piece) string {
	switch {
	case p.err != nil:
		return r.reason(p.err)
	case p.length > int64(len(p.body)):
		return r.tooLarge()
	case len(p.body) == 0:
		return "a separator line with no message after it"
	}
	return ""
}

func (r *reading) tooLarge() string {
	return fmt.Sprintf("larger than the limit of %d bytes", r.source.opts.MaxItem)
}

// reason says why bytes broke off. When the disk failed, an error tells more.
func (r *reading) reason(err error) string {
	r.damaged = true
	if r.disk != nil && r.disk.err != nil {
		return "the file could not be read to its end"
	}
	return err.Error()
}

func (r *reading) window(from io.Reader) *window {
	w := new(window)
	if n := len(r.idle); n > 0 {
		w, r.idle = r.idle[n-1], r.idle[:n-1]
	}
	w.reset(from)
	return w
}

func (r *reading) release(w *window) { r.idle = append(r.idle, w) }
