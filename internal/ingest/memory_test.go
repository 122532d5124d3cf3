package ingest

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// peak watches how much of the heap each collection finds alive until stop, which
// returns the most.
func peak() (stop func() uint64) {
	runtime.GC()
	var most atomic.Uint64
	quit, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		for {
			metrics.Read(sample)
			most.Store(max(most.Load(), sample[0].Value.Uint64()))
			select {
			case <-quit:
				return
			case <-time.After(2 * time.Millisecond):
			}
		}
	}()
	return func() uint64 {
		close(quit)
		<-done
		return most.Load()
	}
}

// TestMemoryIsBounded loads an mbox that is longer than the memory it may
// take.
func TestMemoryIsBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("loads 188 MB")
	}
	const mails, size = 3000, 64 << 10
	b := newBox(t)
	b.write("a.mbox", "")
	f, err := os.Create(filepath.Join(b.mail, "a.mbox"))
	if err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriter(f)
	line := strings.Repeat("QUJDREVG", 9) + "\n"
	for n := range mails {
		fmt.Fprintf(w, "From a Fri Oct  7 12:00:00 2016\nMessage-ID: <m%d@x>\nFrom: a@x\nSubject: s\nMIME-Version: 1.0\n"+
			"Content-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n\n%s\n", n, strings.Repeat(line, size/len(line)))
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	stop := peak()
	started := time.Now()
	report := b.load(Options{Round: 100, Jobs: 2})
	used := stop()
	counts(t, "load", report, mails, mails, 0, 0)
	t.Logf("%d MB of mail in %v took %d MB of heap", mails*size>>20, time.Since(started).Round(time.Millisecond), used>>20)
	if limit := uint64(80 << 20); used > limit {
		t.Errorf("the heap grew to %d MB, want at most %d MB", used>>20, limit>>20)
	}
}
