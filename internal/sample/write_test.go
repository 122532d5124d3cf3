package sample

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	told := 0
	opts := Options{Messages: 600, Batches: 4, Progress: func(n int) { told = n }}
	sum, err := Write(t.Context(), dir, opts)
	if err != nil {
		t.Fatal(err)
	}
	if sum.Messages != 600 || told != 600 || sum.Mails != sum.Messages+sum.Copies+sum.Variants {
		t.Errorf("summary %+v, told %d", sum, told)
	}
	files := map[string][]byte{}
	read := func(path string) []byte {
		if files[path] == nil {
			files[path] = readFile(t, filepath.Join(dir, "release", filepath.FromSlash(path)))
		}
		return files[path]
	}
	lines := bytes.Split(bytes.TrimSpace(readFile(t, filepath.Join(dir, "truth.jsonl"))), []byte("\n"))
	people := len(People(opts))
	if got, want := len(lines), people+sum.Mails+sum.Withheld; got != want {
		t.Fatalf("truth.jsonl has %d lines, want %d", got, want)
	}
	i := people
	for m := range Generate(opts) {
		var truth Truth
		if err := json.Unmarshal(lines[i], &truth); err != nil {
			t.Fatal(err)
		}
		i++
		if truth.Place() != m.Truth.Place() {
			t.Errorf("line %d is of %s, want %s", i, truth.Place(), m.Truth.Place())
		}
		if m.Raw == nil {
			continue
		}
		content := read(truth.Path)[truth.Offset:]
		if !bytes.Equal(content[:truth.Length], m.Raw) {
			t.Errorf("%s does not hold the mail of %s", truth.Path, truth.Place())
		}
		if m.Separator != "" && content[truth.Length] != '\n' {
			t.Errorf("%s: no blank line after the mail", truth.Place())
		}
	}
	want := "path,batch,published\n1/,1,2016-10-07\n2/,2,2016-10-14\n3/,3,2016-10-21\n4/,4,2016-10-28\n"
	if got := string(readFile(t, filepath.Join(dir, "manifest.csv"))); got != want {
		t.Errorf("manifest.csv is %q, want %q", got, want)
	}
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err == nil && strings.HasSuffix(path, ".gz") {
		var z *gzip.Reader
		if z, err = gzip.NewReader(bytes.NewReader(b)); err == nil {
			b, err = io.ReadAll(z)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestWriteRefuses(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "other"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Write(t.Context(), dir, Options{Messages: 5}); err == nil {
		t.Error("a folder with something in it was written to")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Write(ctx, filepath.Join(dir, "new"), Options{Messages: 5}); !errors.Is(err, context.Canceled) {
		t.Errorf("error after cancelling is %v, want %v", err, context.Canceled)
	}
}

func TestAttachmentsAreWhatTheySay(t *testing.T) {
	g := newGenerator(Options{}.withDefaults())
	kinds := map[string]int{}
	for k := range 60 {
		f := g.file(k)
		kinds[filepath.Ext(f.name)]++
		switch filepath.Ext(f.name) {
		case ".png":
			if _, err := png.Decode(bytes.NewReader(f.content)); err != nil {
				t.Errorf("%s: %v", f.name, err)
			}
		case ".docx":
			checkZip(t, f)
		case ".pdf":
			at := bytes.LastIndex(f.content, []byte("startxref\n"))
			if !bytes.HasPrefix(f.content, []byte("%PDF-")) || at < 0 {
				t.Errorf("%s is no PDF", f.name)
			}
		}
	}
	if len(kinds) != 5 {
		t.Errorf("kinds of attachments are %v, want 5", kinds)
	}
}

func checkZip(t *testing.T, f file) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(f.content), int64(len(f.content)))
	if err != nil {
		t.Errorf("%s: %v", f.name, err)
		return
	}
	for _, entry := range z.File {
		r, err := entry.Open()
		if err == nil {
			_, err = io.Copy(io.Discard, r)
		}
		if err != nil {
			t.Errorf("%s: %s: %v", f.name, entry.Name, err)
		}
	}
}
