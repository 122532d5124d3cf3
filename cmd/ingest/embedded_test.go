package main

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"skein/internal/mail"
	"skein/internal/sample"
	"skein/internal/store"
)

// attachedForwards are the mails of the sample that hold another whole: what
// they hold, by batch, path and offset.
func attachedForwards(t *testing.T) map[place]mail.ID {
	t.Helper()
	f, err := os.Open(filepath.Join(release, "truth.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all := map[place]mail.ID{}
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var truth sample.Truth
		if err := json.Unmarshal(lines.Bytes(), &truth); err != nil {
			t.Fatal(err)
		}
		if truth.Quote == "attached" {
			_, path, _ := strings.Cut(truth.Path, "/") // below the folder that is loaded
			all[place{truth.Batch, path, truth.Offset}] = mail.MessageIDKey(truth.ParentID).Hash().ID(mail.MessageLetter)
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

type place struct {
	batch, path string
	offset      int64
}

// TestAttachedForwards: what a mail of the sample holds whole is a copy of the
// very message that it forwards, and nothing else is inside anything.
func TestAttachedForwards(t *testing.T) {
	t.Parallel()
	want := attachedForwards(t)
	if len(want) < 3 {
		t.Fatalf("the sample has %d mails with another inside, want some", len(want))
	}
	out, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	batches, byOwn := map[mail.ID]string{}, map[mail.ID]bool{}
	got := map[place]mail.ID{}
	for line := range strings.Lines(out) {
		var r struct {
			store.CopyRecord
			ID   mail.ID `json:"id"` // of a batch
			Name string  `json:"name"`
		}
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatal(err)
		}
		switch {
		case r.Kind == "batch":
			batches[r.ID] = r.Name
		case r.Kind == "copy" && r.Part == "":
			byOwn[r.Message] = true
		case r.Kind == "copy":
			got[place{string(r.Batch), r.Source, r.Offset}] = r.Message
		}
	}
	for at, message := range got {
		at.batch = batches[mail.ID(at.batch)]
		if want[at] != message || !byOwn[message] {
			t.Errorf("%v: got %s inside, want %s, which is there by itself as well", at, message, want[at])
		}
	}
	if len(got) != len(want) {
		t.Errorf("got %d mails inside others, want %d", len(got), len(want))
	}
}
