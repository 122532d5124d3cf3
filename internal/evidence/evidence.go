// Package evidence is what the programs that measure Skein share: real mails,
// unpacked outside the repository by a reader that is not ours; the program as
// it is shipped; other programs to hold it against; and what a call of any of
// them took.
//
// It promises that a figure says what it was measured on. Nothing in it parses
// mail.
package evidence

import (
	"context"
	"crypto/sha256"
	"debug/buildinfo"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Collection is a packed file of real mails.
type Collection struct {
	Name string // of the file in the folder of corpora
	Kind string // "files" or "mbox", see mails.py
}

// The collections that are measured on.
var (
	Cypherpunks = Collection{"cypherpunks-2013.tar.xz", "files"}
	Ham         = Collection{"spamassassin-ham.tar.xz", "files"}
	Fedora      = Collection{"fedora-devel-2010-01.mbox.gz", "mbox"}
	Twisted     = Collection{"twisted-web-2003-2006.tar.xz", "mbox"}
	OfNotmuch   = Collection{"notmuch.tar.xz", "files"}
	Enron       = Collection{"enron-categories.tar.xz", "files"}
)

// Short returns the name without what packing added.
func (c Collection) Short() string {
	return strings.TrimSuffix(strings.TrimSuffix(c.Name, ".tar.xz"), ".mbox.gz")
}

// Packed returns the path of the packed file.
func (c Collection) Packed(corpora string) string { return filepath.Join(corpora, c.Name) }

// Source returns the collection as mails.py takes it.
func (c Collection) Source(corpora string) string { return c.Kind + ":" + c.Packed(corpora) }

// Corpora returns the folder of packed mails that CORPORA names.
func Corpora() (string, error) {
	folder := os.Getenv("CORPORA")
	if folder == "" {
		return "", errors.New("CORPORA is not set: it names the folder of packed mails to measure on")
	}
	return filepath.Abs(folder)
}

// Cache returns a folder outside the repository for what is made once.
func Cache() (string, error) {
	base, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	folder := filepath.Join(base, "skein", "evidence")
	return folder, os.MkdirAll(folder, 0o755)
}

// Once makes a folder of the cache by make, unless it is there. A folder that
// is there is whole: it is made under another name.
func Once(name string, make func(folder string) error) (string, error) {
	cache, err := Cache()
	if err != nil {
		return "", err
	}
	folder := filepath.Join(cache, name)
	if _, err := os.Stat(folder); err == nil {
		return folder, nil
	}
	unfinished, err := os.MkdirTemp(cache, "unfinished-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(unfinished)
	made := filepath.Join(unfinished, "made")
	if err := make(made); err != nil {
		return "", err
	}
	return folder, os.Rename(made, folder)
}

// Maildir returns a Maildir of collections in the cache, each mail one file,
// split by Python's mailbox module. Other packed files or another mails.py make
// another one.
func Maildir(ctx context.Context, corpora string, collections ...Collection) (string, error) {
	var names, sources []string
	for _, c := range collections {
		packed, err := os.Stat(c.Packed(corpora))
		if err != nil {
			return "", err
		}
		names, sources = append(names, fmt.Sprintf("%s-%d", c.Short(), packed.Size())), append(sources, c.Source(corpora))
	}
	script, err := scripts.ReadFile("mails.py")
	if err != nil {
		return "", err
	}
	name := fmt.Sprintf("maildir-%s-%.4x", strings.Join(names, "+"), sha256.Sum256(script))
	return Once(name, func(folder string) error {
		_, err := Python(ctx, nil, "mails.py", append([]string{folder}, sources...)...)
		return err
	})
}

//go:embed mails.py
var scripts embed.FS

// Python runs a script of mails.py or of more, each of which may import the
// other, and returns what it prints. More may be nil.
func Python(ctx context.Context, more fs.FS, script string, args ...string) ([]byte, error) {
	folder, err := os.MkdirTemp("", "skein-python-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	for _, from := range []fs.FS{scripts, more} {
		if from == nil {
			continue
		}
		if err := os.CopyFS(folder, from); err != nil {
			return nil, err
		}
	}
	return Output(exec.CommandContext(ctx, "python3", append([]string{filepath.Join(folder, script)}, args...)...))
}

// Output runs a command and returns what it prints; the error says what it
// printed to stderr.
func Output(cmd *exec.Cmd) ([]byte, error) {
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return nil, fmt.Errorf("%s: %w\n%s", filepath.Base(cmd.Path), err, exit.Stderr)
	}
	return out, err
}

// Program returns the path of the ingest program: of the one given,
// or, when that is empty, of one built from this tree into folder.
func Program(ctx context.Context, given, folder string) (string, error) {
	if given != "" {
		return exec.LookPath(given)
	}
	program := filepath.Join(folder, "ingest")
	_, err := Output(exec.CommandContext(ctx, "go", "build", "-o", program, "skein/cmd/ingest"))
	return program, err
}

// Revision returns the commit that a Go program was built from, with "+" when
// files differed from it, or "this tree" when the program does not say.
func Revision(program string) string {
	info, err := buildinfo.ReadFile(program)
	if err != nil {
		return "this tree"
	}
	revision, changed := "this tree", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			revision = s.Value[:min(len(s.Value), 12)]
		case s.Key == "vcs.modified" && s.Value == "true":
			changed = "+"
		}
	}
	return revision + changed
}

// Size returns the bytes of the files at or under the paths; a path that is
// not there has none.
func Size(paths ...string) (int64, error) {
	var total int64
	for _, p := range paths {
		err := filepath.WalkDir(p, func(_ string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			info, err := d.Info()
			if err == nil {
				total += info.Size()
			}
			return err
		})
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return 0, err
		}
	}
	return total, nil
}

// Warm reads every file under folder, so that no program pays for the disk.
func Warm(folder string) (files int, err error) {
	err = filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		file, err := os.Open(path)
		if err != nil {
			return err
		}
		defer file.Close()
		files++
		_, err = io.Copy(io.Discard, file)
		return err
	})
	return files, err
}
