package main

import (
	"fmt"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// sources are the batches of the sample as arguments of their own.
func sources() []string {
	return []string{filepath.Join(release, "release", "1"), filepath.Join(release, "release", "2"), filepath.Join(release, "release", "3")}
}

// whole is the arguments that load the sample at once.
func whole(more ...string) []string { return append(sources(), more...) }

// loaded is the dump after an undisturbed load, batch by batch.
var loaded = sync.OnceValues(func() (string, error) {
	dir := filepath.Join(filepath.Dir(program), "loaded")
	for _, args := range append([][]string{{"mkdir"}}, separately(sources())...) {
		cmd := exec.Command(program, args...)
		if args[0] == "mkdir" {
			cmd = exec.Command("mkdir", "-p", dir)
		} else {
			cmd.Dir = dir
		}
		if out, err := cmd.CombinedOutput(); err != nil {
			return "", fmt.Errorf("%q: %w\n%s", args, err, out)
		}
	}
	cmd := exec.Command(program, "dump")
	cmd.Dir = dir
	out, err := cmd.Output()
	return string(out), err
})

// separately loads each source in a run of its own.
func separately(sources []string) [][]string {
	var runs [][]string
	for _, s := range sources {
		runs = append(runs, []string{s})
	}
	return runs
}

// same fails when the store in dir is not as after an undisturbed load.
func same(t *testing.T, dir string) {
	t.Helper()
	want, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	got := must(t, dir, nil, "dump")
	if got == want {
		return
	}
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			t.Fatalf("dump has %d lines, want %d; line %d\n got %.600s\nwant %.600s", len(a), len(b), i+1, a[i], b[i])
		}
	}
	t.Fatalf("dump has %d lines, want %d", len(a), len(b))
}

// TestSameFilesSameGraph loads the sample in many ways, all of which must come
// to the same dump.
func TestSameFilesSameGraph(t *testing.T) {
	if want, err := loaded(); err != nil || len(want) < 100_000 {
		t.Fatalf("dump of %d bytes, error %v", len(want), err)
	}
	s := sources()
	at := func(order ...int) []string {
		var list []string
		for _, i := range order {
			list = append(list, s[i])
		}
		return list
	}
	for _, c := range []struct {
		name string
		env  []string
		runs [][]string
	}{
		{name: "at once", runs: [][]string{whole()}},
		{name: "arguments permuted", runs: [][]string{at(2, 0, 1)}},
		{name: "batches permuted", runs: separately(at(2, 0, 1))},
		{name: "batches reversed", runs: separately(at(2, 1, 0))},
		{name: "rounds of 100", runs: [][]string{whole("--round", "100")}},
		{name: "one worker", runs: [][]string{whole("--jobs", "1")}},
		{name: "eight workers", runs: [][]string{whole("--jobs", "8", "--round", "333")}},
		{name: "UTC", env: []string{"TZ=UTC"}, runs: [][]string{whole()}},
		{name: "New York", env: []string{"TZ=America/New_York"}, runs: [][]string{whole()}},
		{name: "twice", runs: [][]string{whole(), whole()}},
		{name: "rebuilt", runs: append(separately(at(1, 2, 0)), []string{"rebuild"})},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for _, args := range c.runs {
				must(t, dir, c.env, args...)
			}
			same(t, dir)
		})
	}
}

// TestRoundsOfOne is the hardest order of decisions: every mail is decided
// alone, against all before it.
func TestRoundsOfOne(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	must(t, dir, nil, whole("--round", "1")...)
	same(t, dir)
}

// TestRetract takes a batch back: as if it had never come.
func TestRetract(t *testing.T) {
	t.Parallel()
	runs := separately(sources())
	for _, c := range []struct{ batch, round string }{{"1", "5000"}, {"2", "100"}, {"3", "37"}} {
		without, with := t.TempDir(), t.TempDir()
		for i, args := range runs {
			must(t, with, nil, args...)
			if fmt.Sprint(i+1) != c.batch {
				must(t, without, nil, args...)
			}
		}
		must(t, with, nil, "retract", "--batch", c.batch, "--round", c.round)
		got, want := must(t, with, nil, "dump"), must(t, without, nil, "dump")
		if got != want {
			t.Errorf("after retracting batch %s the dump has %d bytes, want %d: %s", c.batch, len(got), len(want), firstDifference(got, want))
		}
		must(t, with, nil, runs[c.batch[0]-'1']...)
		same(t, with)
	}
}

func firstDifference(got, want string) string {
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("line %d\n got %.500s\nwant %.500s", i+1, a[i], b[i])
		}
	}
	return "one is longer"
}

// TestKilledBehindEveryCommit kills a load behind its first commit, its
// second, and so on; the next run must go on to the same graph.
func TestKilledBehindEveryCommit(t *testing.T) {
	t.Parallel()
	const round = "250"
	for n := 1; ; n++ {
		dir := t.TempDir()
		r := call(t, dir, []string{fmt.Sprint("SKEIN_FAILPOINT=", n)}, whole("--round", round)...)
		if r.code == exitLoaded {
			if n < 4 {
				t.Fatalf("a load had only %d commits", n-1)
			}
			same(t, dir)
			return
		}
		if r.code != -1 {
			t.Fatalf("commit %d: exit %d, want a kill\n%s", n, r.code, r.stderr)
		}
		must(t, dir, nil, whole("--round", round)...)
		same(t, dir)
	}
}

// TestKilledRetraction kills a retraction behind each of its commits.
func TestKilledRetraction(t *testing.T) {
	t.Parallel()
	for n := 1; n <= 3; n++ {
		dir := t.TempDir()
		must(t, dir, nil, whole()...)
		r := call(t, dir, []string{fmt.Sprint("SKEIN_FAILPOINT=", n)}, "retract", "--batch", "2", "--round", "200")
		if r.code != -1 {
			t.Fatalf("commit %d: exit %d, want a kill\n%s", n, r.code, r.stderr)
		}
		must(t, dir, nil, whole()...)
		same(t, dir)
	}
}

// TestKilledAnywhere kills loads at random moments until twenty were
// interrupted in the middle.
func TestKilledAnywhere(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	interrupted := 0
	for tries := 0; interrupted < 20; tries++ {
		if tries == 100 {
			t.Fatalf("only %d of %d kills came in the middle of a load", interrupted, tries)
		}
		dir := t.TempDir()
		cmd := exec.Command(program, whole("--round", "150")...)
		cmd.Dir = dir
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(30+random.IntN(600)) * time.Millisecond)
		killed := cmd.Process.Signal(syscall.SIGKILL)
		if err := cmd.Wait(); err == nil || killed != nil {
			continue // it had ended by itself
		}
		interrupted++
		must(t, dir, nil, whole()...)
		if interrupted%4 == 0 {
			must(t, dir, nil, "rebuild")
		}
		same(t, dir)
	}
}
