package thread

import (
	"crypto/sha256"
	"fmt"
	"testing"
	"time"

	"skein/internal/mail"
)

// large are the shapes that a thread of n mails can take when somebody wants
// it to be slow.
var large = []struct {
	name string
	make func(n int) []Content
}{
	{"chain", func(n int) []Content { // each answers the one before and cites ten
		return mails(n, func(i int, f *mail.Facts) {
			for j := max(0, i-10); j < i; j++ {
				f.References = append(f.References, numbered(j))
			}
		})
	}},
	{"star", func(n int) []Content { // all answer the first
		return mails(n, func(i int, f *mail.Facts) {
			if i > 0 {
				f.InReplyTo, f.InReplyToStrict = []string{numbered(0)}, true
			}
		})
	}},
	{"hints", func(n int) []Content { // each names another parent of one missing message
		return mails(n, func(i int, f *mail.Facts) {
			f.References = []string{fmt.Sprint("parent", i), "missing"}
		})
	}},
	{"variants", func(n int) []Content { // all are one message
		return mails(n, func(i int, f *mail.Facts) {
			f.MessageIDs = []string{"one"}
			f.InReplyTo = []string{numbered(i + 1)}
		})
	}},
	{"pairs", func(n int) []Content { // loops of two, in one thread
		return mails(n, func(i int, f *mail.Facts) {
			f.InReplyTo = []string{numbered(i ^ 1)}
			f.References = []string{"top"}
		})
	}},
	{"ring", func(n int) []Content { // one loop of all
		return mails(n, func(i int, f *mail.Facts) {
			f.InReplyTo, f.InReplyToStrict = []string{numbered((i + 1) % n)}, true
		})
	}},
	{"nested rings", func(n int) []Content { // a loop that is broken closes another
		return mails(n, func(i int, f *mail.Facts) {
			f.InReplyTo = []string{numbered((i + 1) % n), numbered((i + n - 1) % n), numbered((i + n/2) % n)}
		})
	}},
	{"one below all", func(n int) []Content { // a missing message with n parents, each of which answers it
		return mails(2*n, func(i int, f *mail.Facts) {
			f.References = []string{numbered(i ^ 1), "missing"}
			if f.InReplyToStrict = i%2 == 0; f.InReplyToStrict {
				f.InReplyTo, f.References = []string{"missing"}, nil
			}
		})[:n]
	}},
	{"back and forth", func(n int) []Content { // each loop broken closes the next longer one
		return mails(n, func(i int, f *mail.Facts) {
			f.InReplyTo = []string{numbered((i + 1) % n)}
			for j := i - 1; j >= max(0, i-8); j-- {
				f.InReplyTo = append(f.InReplyTo, numbered(j))
			}
		})
	}},
}

func numbered(i int) string { return fmt.Sprintf("%06d", i) }

func mails(n int, fill func(i int, f *mail.Facts)) []Content {
	contents := make([]Content, n)
	for i := range contents {
		id := numbered(i)
		f := &mail.Facts{MessageIDs: []string{id}, Content: mail.HashOf(id), Sent: &mail.Date{Milli: int64(i)}}
		f.Mentions = []mail.Mention{{Role: mail.From, Address: "ann"}}
		fill(i, f)
		contents[i] = Content{sha256.Sum256([]byte(id)), f}
	}
	return contents
}

// TestLargeThreads checks that time grows with the thread, not with its
// square: eight times the mails may take no more than 40 times as long, where
// the square would be 64 and more.
func TestLargeThreads(t *testing.T) {
	if testing.Short() {
		t.Skip("times a few hundred thousand mails")
	}
	for _, shape := range large {
		t.Run(shape.name, func(t *testing.T) {
			small, big := fastest(shape.make(1500)), fastest(shape.make(12000))
			t.Logf("1,500 mails: %v, 12,000 mails: %v", small, big)
			if big > 40*small && big > 250*time.Millisecond { // less is the noise of other work
				t.Errorf("12,000 mails took %v, want at most 40 times the %v of 1,500", big, small)
			}
		})
	}
}

// fastest is the least time of several runs, which other work on the machine
// disturbs least.
func fastest(contents []Content) time.Duration {
	least := time.Hour
	for range 3 {
		started := time.Now()
		Decide(contents, nil)
		least = min(least, time.Since(started))
	}
	return least
}

func BenchmarkDecide(b *testing.B) {
	for _, shape := range large {
		contents := shape.make(10_000)
		b.Run(shape.name, func(b *testing.B) {
			for b.Loop() {
				Decide(contents, nil)
			}
		})
	}
}
