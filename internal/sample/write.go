package sample

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Summary counts what Write wrote.
type Summary struct {
	Messages    int // distinct, in the release
	Mails       int // copies and variants included
	Copies      int // mails beyond the first with equal content
	Variants    int // mails with another's Message-ID and other content
	Withheld    int
	Threads     int
	People      int
	Batches     int
	Attachments int // in the pool that mails draw from
	Bytes       int64
}

// Write writes a release into dir, which must be new or empty: in release a
// folder for each batch; beside it manifest.csv with the columns path, batch and published, and
// truth.jsonl with the correspondents first and then the mails in the order of
// Generate. Batches are packed in turn as a folder of .eml, an mbox, a Maildir
// and an mbox in gzip. When it returns an error, what was written remains.
func Write(ctx context.Context, dir string, opts Options) (Summary, error) {
	opts = opts.withDefaults()
	if entries, err := os.ReadDir(dir); err == nil && len(entries) > 0 {
		return Summary{}, fmt.Errorf("write sample: %s is not empty", dir)
	}
	w := &writer{dir: dir, g: newGenerator(opts), progress: opts.Progress}
	err := w.write(ctx)
	return w.summary, errors.Join(err, w.close())
}

type writer struct {
	dir      string
	g        *generator
	progress func(int)
	summary  Summary
	truth    *output
	json     *json.Encoder
	boxes    map[string]box // by path, only looked up
	open     []box          // in the order they were opened
}

// box is a file of many mails.
type box interface {
	Write([]byte) (int, error)
	Close() error
}

func (w *writer) write(ctx context.Context) error {
	if err := w.begin(); err != nil {
		return err
	}
	var failed error
	last := 0
	w.g.run(func(m Mail) bool {
		if failed = ctx.Err(); failed == nil {
			failed = w.put(m)
		}
		if n := w.summary.Messages; w.progress != nil && n >= last+256 {
			last = n
			w.progress(n)
		}
		return failed == nil
	})
	w.summary.Threads = w.g.threads
	if failed == nil && w.progress != nil {
		w.progress(w.summary.Messages)
	}
	return failed
}

// begin makes the folders, the manifest and the correspondents' lines.
func (w *writer) begin() error {
	w.boxes = map[string]box{}
	manifest := []byte("path,batch,published\n")
	for i := range w.g.shelves {
		s := &w.g.shelves[i]
		subs := []string{""}
		if s.format == maildir {
			subs = []string{"cur", "new", "tmp"}
		}
		for _, sub := range subs {
			if err := os.MkdirAll(filepath.Join(w.dir, "release", s.name, sub), 0o755); err != nil {
				return err
			}
		}
		manifest = fmt.Appendf(manifest, "%s/,%s,%s\n", s.name, s.name, s.published(i))
	}
	if err := os.WriteFile(filepath.Join(w.dir, "manifest.csv"), manifest, 0o644); err != nil {
		return err
	}
	truth, err := create(filepath.Join(w.dir, "truth.jsonl"))
	if err != nil {
		return err
	}
	w.truth, w.json = truth, json.NewEncoder(truth)
	w.json.SetEscapeHTML(false)
	for _, c := range w.g.cast.correspondents() {
		if err := w.json.Encode(c); err != nil {
			return err
		}
	}
	w.summary = Summary{People: w.g.cast.humans, Batches: len(w.g.shelves), Attachments: w.g.files}
	return nil
}

func (w *writer) put(m Mail) error {
	w.count(&m)
	if m.Raw != nil {
		if err := w.store(&m); err != nil {
			return err
		}
	}
	return w.json.Encode(m.Truth)
}

func (w *writer) count(m *Mail) {
	s := &w.summary
	if m.Raw == nil {
		s.Withheld++
		return
	}
	s.Mails++
	s.Bytes += int64(len(m.Raw))
	switch {
	case m.Truth.CopyOf != "":
		s.Copies++
	case m.Truth.VariantOf != "":
		s.Variants++
	default:
		s.Messages++
	}
}

func (w *writer) store(m *Mail) error {
	path := filepath.Join(w.dir, "release", filepath.FromSlash(m.Path))
	if m.Separator == "" {
		return os.WriteFile(path, m.Raw, 0o644)
	}
	b, err := w.box(path, w.g.shelves[m.Batch-1].format)
	if err != nil {
		return err
	}
	for _, part := range [][]byte{[]byte(m.Separator), m.Raw, {'\n'}} {
		if _, err := b.Write(part); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) box(path string, f format) (box, error) {
	if b, ok := w.boxes[path]; ok {
		return b, nil
	}
	out, err := create(path)
	if err != nil {
		return nil, err
	}
	var b box = out
	if f == mboxGz {
		b = newGzip(out)
	}
	w.boxes[path] = b
	w.open = append(w.open, b)
	return b, nil
}

func (w *writer) close() error {
	var errs []error
	for _, b := range w.open {
		errs = append(errs, b.Close())
	}
	if w.truth != nil {
		errs = append(errs, w.truth.Close())
	}
	return errors.Join(errs...)
}

// output is a buffered file.
type output struct {
	*bufio.Writer
	file *os.File
}

func create(path string) (*output, error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	return &output{bufio.NewWriterSize(f, 1<<16), f}, nil
}

func (o *output) Close() error { return errors.Join(o.Flush(), o.file.Close()) }
