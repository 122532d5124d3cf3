package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestQuick runs the whole program on a small release, so that it cannot rot.
func TestQuick(t *testing.T) {
	cache, err := exec.Command("go", "env", "GOCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("GOCACHE", strings.TrimSpace(string(cache))) // else it would move with the user's cache folder
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	var out bytes.Buffer
	b := bench{out: &out, quick: true, rounds: 1, small: 150, large: 300, next: 10}
	if err := b.run(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"`ingest`, into a fresh ledger", "load a release of 150", "load a release of 300",
		"load the same again", "next batch of 10", "CPU per mail at 300 is",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("want %q in\n%s", want, out.String())
		}
	}
	if left, err := os.ReadDir(b.work); err == nil {
		t.Errorf("got %d files left in the folder of the run, want it removed", len(left))
	}
}

func TestKeepBack(t *testing.T) {
	dir := t.TempDir()
	from, to := filepath.Join(dir, "from"), filepath.Join(dir, "to")
	if err := os.Mkdir(from, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"1", "2", "3", "4", "5", "6"} {
		if err := os.WriteFile(filepath.Join(from, name), []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := keepBack(from, filepath.Join(dir, "none"), 7); err == nil {
		t.Error("7 of 6 files: got no error")
	}
	if err := keepBack(from, to, 2); err != nil {
		t.Fatal(err)
	}
	kept, err := os.ReadDir(to)
	if err != nil || len(kept) != 2 || kept[0].Name() != "1" || kept[1].Name() != "4" {
		t.Errorf("got %v and %v, want files 1 and 4 kept back", kept, err)
	}
}
