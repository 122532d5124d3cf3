package mailbox

import (
	"cmp"
	"context"
	"io/fs"
	"iter"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Walk yields every source under the path an analyst gave. For each folder it
// yields first the files that are one message each, or none, as one source,
// then in bytewise order of names each file that holds many and each folder
// within. A symbolic link is followed only when it is the argument.
//
// Every file outside a Maildir is opened to see what it is, but those that end
// in .eml: they are taken to be one message until Items reads them.
//
// The sequence goes on after an error that is an *Error, and ends after any
// other, which is that of ctx.
func Walk(ctx context.Context, arg string, opts Options) iter.Seq2[Source, error] {
	return func(yield func(Source, error) bool) {
		w := &walk{ctx: ctx, argument: arg, opts: opts.withDefaults(), yield: yield}
		if err := w.run(); err != nil {
			w.report("", err)
		}
	}
}

type walk struct {
	ctx      context.Context
	argument string
	opts     Options
	yield    func(Source, error) bool
	root     *os.Root
	base     string
	tasks    []task // what is still to do, last first
	stopped  bool
	views    [maxLayers + 1]window
}

// task is a folder to list, or a source that was found on the way.
type task struct {
	folder string
	source *Source
}

func (w *walk) run() error {
	resolved, err := filepath.EvalSymlinks(w.argument)
	if err != nil {
		return err
	}
	if resolved, err = filepath.Abs(resolved); err != nil {
		return err
	}
	info, err := os.Stat(resolved)
	if err != nil {
		return err
	}
	w.base = resolved
	if !info.IsDir() {
		w.base = filepath.Dir(resolved)
	}
	if w.root, err = os.OpenRoot(w.base); err != nil {
		return err
	}
	defer w.root.Close()
	if !info.IsDir() {
		return w.single(filepath.Base(resolved), info)
	}
	w.tasks = []task{{folder: "."}}
	return w.folders()
}

// single yields the source of an argument that is a file.
func (w *walk) single(name string, info fs.FileInfo) error {
	if reason := irregular(info.Mode()); reason != "" {
		return notRegular(reason)
	}
	format, err := w.classify(name)
	if err != nil {
		return err
	}
	w.emit(w.holder(name, format, info))
	return nil
}

func (w *walk) folders() error {
	for len(w.tasks) > 0 && !w.stopped {
		if err := w.ctx.Err(); err != nil {
			w.yield(Source{}, err)
			return nil
		}
		next := w.tasks[len(w.tasks)-1]
		w.tasks = w.tasks[:len(w.tasks)-1]
		if next.source != nil {
			w.emit(*next.source)
			continue
		}
		w.folder(next.folder)
	}
	return nil
}

// folder yields the source of one-message files of a folder and adds the rest
// to the tasks.
func (w *walk) folder(dir string) {
	entries, err := w.list(dir)
	if err != nil {
		w.report(dir, err)
	}
	own := Source{Path: shown(dir), Format: Message, argument: w.argument, base: w.base, opts: w.opts}
	maildir := isMaildir(entries)
	box := w.opts.Format == Maildir || dir == "." && isBox(filepath.Base(w.base))
	if maildir || box {
		own.Format = Maildir
	}
	var later []task
	for _, entry := range entries {
		name := path.Join(dir, entry.Name())
		switch {
		case ignored(entry.Name()), maildir && entry.IsDir() && entry.Name() == "tmp":
		case maildir && entry.IsDir() && isBox(entry.Name()):
			later = append(later, w.box(name, &own)...)
		case entry.IsDir():
			later = append(later, task{folder: name})
		case box:
			w.adopt(name, true, &own)
		default:
			later = append(later, w.candidate(name, entry, &own)...)
		}
	}
	if len(own.files) > 0 {
		w.emit(own)
	}
	slices.Reverse(later)
	w.tasks = append(w.tasks, later...)
}

// box adds the messages of a Maildir's cur or new to its source, and returns
// the folders in it.
func (w *walk) box(dir string, own *Source) (later []task) {
	entries, err := w.list(dir)
	if err != nil {
		w.report(dir, err)
	}
	for _, entry := range entries {
		name := path.Join(dir, entry.Name())
		switch {
		case ignored(entry.Name()):
		case entry.IsDir():
			later = append(later, task{folder: name})
		default:
			w.adopt(name, true, own)
		}
	}
	return later
}

// candidate adds a file to the source of its folder, or returns it as a source
// of its own when it holds many mails.
func (w *walk) candidate(name string, entry fs.DirEntry, own *Source) []task {
	if !entry.Type().IsRegular() || strings.EqualFold(path.Ext(name), ".eml") {
		w.adopt(name, false, own)
		return nil
	}
	format, err := w.classify(name)
	info, gone := w.root.Lstat(name)
	if err != nil || gone != nil || format == Message {
		// What cannot be read is reported when its items are.
		w.adopt(name, false, own)
		return nil
	}
	source := w.holder(name, format, info)
	return []task{{source: &source}}
}

func (w *walk) adopt(name string, maildir bool, own *Source) {
	own.files = append(own.files, file{name, maildir})
	if info, err := w.root.Lstat(name); err == nil && info.Mode().IsRegular() {
		own.Size += info.Size()
	}
}

func (w *walk) holder(name string, format Format, info fs.FileInfo) Source {
	return Source{
		Path: shown(name), Format: format, Fingerprint: fingerprint(info), Size: info.Size(),
		argument: w.argument, base: w.base, files: []file{{name: name}}, opts: w.opts,
	}
}

// list returns the entries of a folder in bytewise order.
func (w *walk) list(dir string) ([]fs.DirEntry, error) {
	file, err := w.root.Open(dir)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	entries, err := file.ReadDir(-1)
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return cmp.Compare(a.Name(), b.Name()) })
	return entries, err
}

func (w *walk) emit(s Source) {
	if !w.stopped {
		w.stopped = !w.yield(s, nil)
	}
}

func (w *walk) report(name string, err error) {
	if w.stopped {
		return
	}
	where := w.argument
	if name != "" && name != "." {
		where = filepath.Join(where, filepath.FromSlash(name))
	}
	w.stopped = !w.yield(Source{}, &Error{Path: where, Err: plainly(err)})
}
