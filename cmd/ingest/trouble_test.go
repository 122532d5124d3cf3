//go:build linux

package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// nobody is whom the permission bits bind when the tests run as root.
const nobody = 65534

// TestUnreadable loads a folder with a folder and a file that may not be read.
func TestUnreadable(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for n, name := range []string{"a/1.eml", "closed/2.eml", "z/3.eml", "z/4.eml"} {
		write(t, filepath.Join(dir, "mail", name), letter(n))
	}
	bits := func(path string, mode os.FileMode) {
		if err := os.Chmod(filepath.Join(dir, path), mode); err != nil {
			t.Fatal(err)
		}
	}
	load := func(args ...string) result { return asNobody(t, dir, args...) }
	bits("mail/closed", 0)
	bits("mail/z/4.eml", 0)
	r := load("--json", "mail")
	t.Cleanup(func() { bits("mail/closed", 0o700) })
	refused(t, "unreadable", r, exitFailed, "not everything could be read")
	if got := reportOf(t, r); got.New != 2 {
		t.Errorf("got %+v, want the 2 mails that can be read", got)
	}
	for _, want := range []string{"mail/closed: permission denied", "mail/z/4.eml: permission denied"} {
		if !strings.Contains(r.stdout, want) {
			t.Errorf("the report %q does not tell %q", r.stdout, want)
		}
	}
	if r := load("mail"); !strings.Contains(r.stderr, "problem: mail/closed: permission denied\n") {
		t.Errorf("stderr %q does not name the closed folder", r.stderr)
	}
	bits("mail/closed", 0o700)
	bits("mail/z/4.eml", 0o600)
	if got := reportOf(t, load("--json", "mail")); got.New != 2 || got.KnownCopies != 2 {
		t.Errorf("once it can be read: got %+v, want 2 new and 2 known", got)
	}
	bits("skein.db", 0o400)
	bits("skein.db.lock", 0o400)
	bits(".", 0o500)
	refused(t, "ledger that may not be written", load("mail"), exitFailed, "skein.db: ")
	bits(".", 0o700)
}

// asNobody runs the program in dir, which it hands over, as somebody without
// rights.
func asNobody(t *testing.T, dir string, args ...string) result {
	t.Helper()
	if os.Getuid() != 0 {
		return call(t, dir, nil, args...)
	}
	own := filepath.Join(dir, "ingest")
	if _, err := os.Stat(own); err != nil {
		binary, err := os.ReadFile(program)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(own, binary, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil {
			t.Fatal(err)
		}
		err = filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
			if err != nil {
				return err
			}
			return os.Chown(path, nobody, nobody)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), own, args...)
	cmd.Dir = dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	return run(t, cmd)
}

// run runs a command and takes its output.
func run(t *testing.T, cmd *exec.Cmd) result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		t.Fatalf("%q: %v", cmd.Args, err)
	}
	return result{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// interrupted starts a load of the sample in rounds of 50, gives it a signal
// when the first is reported, and checks what it says of it.
func interrupted(t *testing.T, dir string, env []string, signal syscall.Signal) result {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, append(whole("--round", "50"), "--json")...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	var stdout bytes.Buffer
	cmd.Stdout = &stdout
	pipe, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(pipe)
	first, err := lines.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	rest, err := io.ReadAll(lines)
	if err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // its exit code is looked at
	r := result{cmd.ProcessState.ExitCode(), stdout.String(), first + string(rest)}
	refused(t, fmt.Sprint(signal), r, exitFailed, "interrupted; whole rounds are kept, and the next run goes on from there")
	return r
}

// TestInterrupted ends a load with the signal of the terminal, behind its first
// rounds: whole rounds are kept, and the next run goes on.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		dir := t.TempDir()
		r := interrupted(t, dir, nil, signal)
		kept := reportOf(t, r)
		if kept.Found == 0 || kept.Found%50 != 0 || kept.Found >= messages {
			t.Errorf("%v: found %d, want some whole rounds of 50", signal, kept.Found)
		}
		if n := strings.Count(must(t, dir, nil, "dump"), `{"kind":"copy"`) + kept.Rejected; n != kept.Found+kept.Embedded {
			t.Errorf("%v: %d items are kept, want the %d reported", signal, n, kept.Found+kept.Embedded)
		}
		must(t, dir, nil, whole()...)
		same(t, dir)
	}
}

// TestDiskFull loads onto a disk that is too small; with room again the next
// run heals.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "disk")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=3m"); err != nil {
		if os.Getenv("REQUIRE_ALL") == "1" {
			t.Fatalf("no small disk can be mounted here, and REQUIRE_ALL is set: %v", err)
		}
		t.Skipf("no small disk can be mounted here: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	for range 2 {
		refused(t, "disk full", call(t, dir, nil, whole("--round", "100")...), exitFailed, "skein.db", "the disk is full")
	}
	kept := strings.Count(must(t, dir, nil, "dump"), `{"kind":"copy"`)
	if kept == 0 || kept >= messages {
		t.Errorf("%d copies are kept, want those of the rounds before", kept)
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT, "size=60m"); err != nil {
		t.Fatal(err)
	}
	must(t, dir, nil, whole()...)
	same(t, dir)
}

// TestFileTooLarge does the same by the limit on the size of files that a
// shell sets.
func TestFileTooLarge(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	limited := func(blocks int) result {
		script := fmt.Sprintf(`ulimit -f %d && exec "$0" "$@"`, blocks)
		cmd := exec.CommandContext(t.Context(), "sh", append([]string{"-c", script, program}, whole("--round", "100")...)...)
		cmd.Dir = dir
		return run(t, cmd)
	}
	for _, blocks := range []int{1, 4000} { // of 512 bytes
		refused(t, fmt.Sprint(blocks, " blocks"), limited(blocks), exitFailed, "skein.db: ", "could not be read or written")
	}
	must(t, dir, nil, whole()...)
	same(t, dir)
}
