package parse

import (
	"crypto/sha256"
	"runtime"
	"strings"
	"testing"
)

// TestMemoryOfLargePart has a large attachment decoded into one buffer, which
// is not grown step by step.
func TestMemoryOfLargePart(t *testing.T) {
	line := strings.Repeat("QUJD", 19) + "\n"
	raw := []byte("From: ann@example.org\nDate: Thu, 22 Aug 2002 18:26:25 +0200\nContent-Type: application/octet-stream; name=a.bin\nContent-Transfer-Encoding: base64\n\n" +
		strings.Repeat(line, 2*largeMail/len(line)))
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	result, err := Message(raw)
	runtime.ReadMemStats(&after)
	if err != nil || len(result.Facts.Attachments) != 1 || result.Facts.Attachments[0].Size != int64(2*largeMail/len(line)*57) {
		t.Fatalf("got %v attachments and %v, want the large one", result.Facts.Attachments, err)
	}
	if got, most := after.TotalAlloc-before.TotalAlloc, uint64(len(raw)+1<<20); got > most {
		t.Errorf("got %d bytes allocated for a mail of %d, want at most %d", got, len(raw), most)
	}
}

// TestSumLines hashes texts that are taken in several pieces as if they were
// one, wherever the pieces part.
func TestSumLines(t *testing.T) {
	const piece = linesAtOnce
	for name, text := range map[string]string{
		"nothing":                  "",
		"one line":                 "a",
		"one piece":                strings.Repeat("a line \r\n", piece/9),
		"many pieces":              strings.Repeat("a line \r\n", piece),
		"one endless line":         strings.Repeat("a", 3*piece),
		"an endless line":          "a\n" + strings.Repeat("b", 2*piece) + "\nc\n",
		"blank lines in between":   "a\n" + strings.Repeat(" \n", 2*piece) + "b\n",
		"blank lines at the end":   "a\n" + strings.Repeat("\n", 3*piece),
		"blank lines at the start": strings.Repeat("\n", piece+1) + "a",
		"blank lines alone":        strings.Repeat("\n", 2*piece),
		"escaped at a parting":     strings.Repeat("0123456\n", piece/8) + ">From a\n" + strings.Repeat("0123456\n", piece/8),
		"white space at a parting": strings.Repeat("a", piece-2) + "  \n\nb",
	} {
		r := new(reading)
		r.scratch = append(r.scratch, "before\n"...)
		want := sha256.Sum256(appendLines([]byte("before\n"), text))
		if got := sumLines(r, text, r.scratch); got != want {
			t.Errorf("%s: got %x, want %x", name, got, want)
		}
		if got := sumLines(r, []byte(text), []byte("before\n")); got != want {
			t.Errorf("%s, as bytes: got %x, want %x", name, got, want)
		}
		if cap(r.scratch) > 4*piece && !strings.Contains(name, "endless") {
			t.Errorf("%s: got %d bytes of memory kept, want some pieces", name, cap(r.scratch))
		}
	}
}
