package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"skein/internal/sample"
)

// program is the built command, with the failpoint in.
var program string

// release is a sample release on disk.
var release string

// messages of the sample that the tests load.
const messages = 1500

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "skein-ingest")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(dir)
		program = filepath.Join(dir, "ingest")
		if out, err := exec.Command("go", "build", "-tags", "failpoint", "-o", program, ".").CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "build: %v\n%s", err, out)
			return 1
		}
		release = filepath.Join(dir, "sample")
		if _, err := sample.Write(context.Background(), release, sample.Options{Messages: messages}); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		return m.Run()
	}())
}

// result is what a call of the program came to.
type result struct {
	code           int // -1 when a signal ended it
	stdout, stderr string
}

// call runs the program in a folder of its own with args and further
// environment.
func call(t *testing.T, dir string, env []string, args ...string) result {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("ingest %q: %v", args, err)
	}
	return result{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// must runs the program and fails the test when it fails.
func must(t *testing.T, dir string, env []string, args ...string) string {
	t.Helper()
	r := call(t, dir, env, args...)
	if r.code != exitLoaded {
		t.Fatalf("ingest %q: exit %d\n%s%s", args, r.code, r.stdout, r.stderr)
	}
	return r.stdout
}

// report is the last object on stdout of a load with --json.
type report struct {
	Found, New, KnownCopies, Rejected, Embedded, Threads, Missing int
}

func reportOf(t *testing.T, r result) report {
	t.Helper()
	var got report
	if err := json.Unmarshal([]byte(r.stdout), &got); err != nil {
		t.Fatalf("report %q: %v", r.stdout, err)
	}
	if got.Found != got.New+got.KnownCopies+got.Rejected {
		t.Errorf("found %d is not new %d + known %d + rejected %d", got.Found, got.New, got.KnownCopies, got.Rejected)
	}
	return got
}
