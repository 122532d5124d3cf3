package parse

import (
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
