package mailbox

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"skein/internal/confine"
)

// Outlook stores ([MS-PST]) are read by readpst of libpst, a program of its
// own: the format is large, and a program that breaks takes nothing with it.
// It writes each entry into a file of a folder that is ours alone and removed
// afterwards.

const (
	pstProgram   = "readpst"
	pstSpare     = 1 << 30          // bytes that any store may be written out to
	pstMemory    = 4 << 30          // bytes that readpst may take
	pstGrowth    = 8                // times its size that a store may be written out to
	pstTime      = 10 * time.Minute // for any store
	pstTimePerMB = time.Second      // added to it; readpst takes about 5 ms
)

const noPSTProgram = "an Outlook store (PST), which the program readpst reads, and that is not installed (Debian: pst-utils, Homebrew: libpst)"

var (
	errPSTTime  = errors.New("it took too long")
	errPSTDepth = errors.New("it nested folders too deep")
)

// pst yields the entries of an Outlook store: first the mails of a folder in
// the store's order, then the folders within. What is no mail is rejected, and
// so is what readpst says it passed over.
func (r *reading) pst(c content, w *window) {
	program, err := exec.LookPath(pstProgram)
	if err != nil {
		r.whole(c, w, noPSTProgram)
		return
	}
	private, err := os.MkdirTemp("", "skein-pst-")
	if err != nil {
		r.fail("", 0, fmt.Errorf("a folder for %s: %w", c.path, err))
		return
	}
	defer os.RemoveAll(private)
	store := ""
	if r.disk != nil && c.at == io.ReaderAt(r.disk) {
		store = r.disk.file.Name()
	} else if store = r.spill(c, w, private); store == "" {
		return
	}
	info, err := os.Stat(store)
	if err != nil {
		r.fail("", 0, fmt.Errorf("%s: %w", c.path, plainly(err)))
		return
	}
	run := pstRun{program: program, store: store, size: info.Size(), budget: r.budget}
	r.converted(c, &run, private)
}

// spill writes what is left of w to a file that readpst can open, and returns
// its name. When the bytes break off, they are an item, and there is no name.
func (r *reading) spill(c content, w *window, private string) (name string) {
	name = filepath.Join(private, "store.pst")
	file, err := os.Create(name)
	if err == nil {
		_, err = io.Copy(file, &cancelable{r.ctx, w})
		if w.broken() != nil {
			err = nil
		}
		err = errors.Join(err, file.Close())
	}
	if r.canceled() {
		return ""
	}
	if err != nil {
		r.fail("", 0, fmt.Errorf("a copy of %s for readpst: %w", c.path, plainly(err)))
		return ""
	}
	if w.broken() == nil {
		return name
	}
	if file, err = os.Open(name); err != nil {
		r.fail("", 0, err)
		return ""
	}
	defer file.Close()
	kept := r.window(file)
	defer r.release(kept)
	r.whole(c, kept, r.reason(w.broken()))
	return ""
}

// canceled hands on the end of the context, once.
func (r *reading) canceled() bool {
	err := r.ctx.Err()
	if err != nil && !r.stopped {
		r.hand(Item{}, err)
		r.stopped = true
	}
	return err != nil
}

// converted yields what readpst makes of a store, and then what it says about
// the rest.
func (r *reading) converted(c content, run *pstRun, private string) {
	out := filepath.Join(private, "out")
	said, failed := run.write(r.ctx, out, "-b")
	if r.canceled() {
		return
	}
	if r.disk != nil {
		r.disk.read = r.disk.size
	}
	root, err := os.OpenRoot(out)
	if err != nil {
		r.fail("", 0, fmt.Errorf("what readpst made of %s: %w", c.path, plainly(err)))
		return
	}
	defer root.Close()
	entries := pstEntries{reading: r, path: c.path, root: root, run: run, rich: filepath.Join(private, "rich")}
	defer entries.close()
	found := entries.all()
	if r.stopped {
		return
	}
	if failed != nil || found == 0 {
		r.pstRest(c, run, failed, found == 0)
	}
	for _, missed := range said.missed(found, failed == nil) {
		r.emit(Item{Path: c.path + "/" + missed.path, Rejected: missed.reason})
	}
}

// pstRest yields a store that readpst could not read, or not to its end: its
// bytes as well when nothing came of it.
func (r *reading) pstRest(c content, run *pstRun, failed error, all bool) {
	item := Item{Path: c.path, Fingerprint: c.fingerprint}
	switch {
	case !all:
		item.Rejected = "readpst broke off in this Outlook store: " + failed.Error()
		r.emit(item)
		return
	case failed != nil:
		item.Rejected = "readpst could not read this Outlook store: " + failed.Error()
	default:
		item.Rejected = "readpst found no entry in this Outlook store"
	}
	file, err := os.Open(run.store)
	if err != nil {
		r.fail("", 0, err)
		return
	}
	defer file.Close()
	w := r.window(file)
	defer r.release(w)
	item.Raw, _ = r.readAll(content{path: c.path, at: file, size: run.size}, w)
	r.emit(item)
}

// pstRun writes one store out.
type pstRun struct {
	program string
	store   string
	size    int64 // bytes of the store
	budget  *budget
}

// write runs readpst on the store. It says what readpst said, and why it
// failed; either way, what it wrote is in the folder out, which it makes.
func (p *pstRun) write(ctx context.Context, out string, flags ...string) (said pstSaid, failed error) {
	if err := os.Mkdir(out, 0o700); err != nil {
		return said, plainly(err)
	}
	ctx, stop := context.WithTimeoutCause(ctx, pstTime+time.Duration(p.size>>20)*pstTimePerMB, errPSTTime)
	defer stop()
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	var complaint lastLine
	cmd := p.command(ctx, out, flags)
	cmd.Stdout, cmd.Stderr = &said, &complaint
	if err := cmd.Start(); err != nil {
		return said, plainly(err)
	}
	// A kernel that refuses leaves the other limits.
	_ = confine.Process(cmd.Process.Pid, confine.Limits{Memory: pstMemory, FileSize: max(1, p.most())})
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		p.watch(ctx, out, end)
	}()
	failed = cmd.Wait()
	if cause := context.Cause(ctx); cause != nil {
		failed = cause
	} else if words := cmp.Or(complaint.text(), said.other); exited(failed) && words != "" {
		failed = errors.New(words)
	}
	end(nil)
	<-watched
	return said, cmp.Or(p.spend(out), failed)
}

// exited says whether a program failed of its own will, and may have said why.
func exited(failed error) bool {
	var exit *exec.ExitError
	return errors.As(failed, &exit) && exit.Exited()
}

func (p *pstRun) command(ctx context.Context, out string, flags []string) *exec.Cmd {
	// Each entry a file with a name that tells what it is (-e), deleted ones
	// too (-D), text in UTF-8 where the store has it (-8), one process so that
	// the order is the same every time (-j 0).
	args := append([]string{"-e", "-D", "-8", "-j", "0", "-o", out}, flags...)
	cmd := exec.CommandContext(ctx, p.program, append(args, p.store)...)
	cmd.Dir = out
	cmd.Env = []string{"TZ=UTC", "LC_ALL=C.UTF-8"}
	cmd.WaitDelay = 5 * time.Second
	return cmd
}

// most is how many bytes may be written out.
func (p *pstRun) most() int64 { return min(p.budget.left, pstSpare+pstGrowth*p.size) }

// spend takes what was written from the budget, and says when that is too much.
func (p *pstRun) spend(out string) error {
	most := p.most()
	written, err := outSize(out)
	p.budget.left -= min(written, p.budget.left)
	if written > most {
		return tooMuch(most)
	}
	return err
}

func tooMuch(most int64) error {
	return fmt.Errorf("it wrote too much, more than the limit of %d bytes", most)
}

// watch ends the run when it writes too much or nests too deep.
func (p *pstRun) watch(ctx context.Context, out string, end context.CancelCauseFunc) {
	pause := 100 * time.Millisecond
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
		began := time.Now()
		written, err := outSize(out)
		switch {
		case errors.Is(err, errPSTDepth):
			end(errPSTDepth)
		case written > p.most():
			end(tooMuch(p.most()))
		}
		// Looking takes a tenth of the time at most.
		pause = max(pause, 10*time.Since(began))
	}
}
