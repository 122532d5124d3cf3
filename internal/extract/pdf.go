package extract

import (
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"time"

	"skein/internal/confine"
)

// maxMemory bounds the address space of the program, in bytes.
const maxMemory = 1 << 30

// lookUp returns the path of a program, or "".
func lookUp(name string) string {
	path, err := exec.LookPath(name)
	if err != nil {
		return ""
	}
	return path
}

// pdf has pdftotext of poppler read a file. It is run without a shell, reads
// and writes pipes alone, and ends after a while; what it wrote until then is
// kept.
func (r *Reader) pdf(ctx context.Context, t *text, data []byte) string {
	if r.pdftotext == "" {
		return NoPDF
	}
	ctx, cancel := context.WithTimeout(ctx, r.patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, r.pdftotext, "-q", "-enc", "UTF-8", "-nopgbrk", "-", "-")
	cmd.Env, cmd.Dir, cmd.WaitDelay = []string{"LC_ALL=C", "HOME=/nonexistent"}, os.TempDir(), time.Second
	said := &beginning{most: 4096}
	cmd.Stderr = said
	out, err := run(cmd, data)
	t.add(string(out))
	switch {
	case ctx.Err() != nil:
		return "no text beyond this: it takes too long to read"
	case len(out) > maxText || err == nil:
		return ""
	case bytes.Contains(bytes.ToLower(said.kept), []byte("password")):
		return "no text: the file is encrypted"
	}
	return "no text beyond this: the file is damaged"
}

// run gives a program its input and returns what it writes, one byte beyond
// the limit at most. The program waits for its input, so its memory is bounded
// before it sees a byte.
func run(cmd *exec.Cmd, input []byte) ([]byte, error) {
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	if err := confine.Process(cmd.Process.Pid, confine.Limits{Memory: maxMemory}); err != nil {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // the limit is what failed
		return nil, err
	}
	go func() {
		_, _ = in.Write(input) // the program may end before it has read everything
		_ = in.Close()
	}()
	wrote, err := io.ReadAll(io.LimitReader(out, maxText+1))
	if len(wrote) > maxText || err != nil {
		_ = cmd.Process.Kill()
	}
	if ended := cmd.Wait(); err == nil {
		err = ended
	}
	return wrote, err
}

// beginning keeps the beginning of what is written.
type beginning struct {
	kept []byte
	most int
}

func (b *beginning) Write(p []byte) (int, error) {
	b.kept = append(b.kept, p[:min(len(p), b.most-len(b.kept))]...)
	return len(p), nil
}
