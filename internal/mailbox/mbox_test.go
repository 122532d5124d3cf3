package mailbox

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// splitAll cuts text and returns the pieces.
func splitAll(t testing.TB, r io.Reader, limit int64) []piece {
	t.Helper()
	w := new(window)
	w.reset(r)
	cut := newSplitter(w, limit)
	var pieces []piece
	for {
		p, ok := cut.next()
		if !ok {
			return pieces
		}
		pieces = append(pieces, p)
	}
}

const (
	sepA = "From ann@example.org Thu Dec 31 22:50:51 2009\n"
	sepB = "From bob@example.org Fri Jan  1 02:10:35 2010\n"
)

func TestSplit(t *testing.T) {
	tests := []struct {
		name   string
		mbox   string
		bodies []string
	}{
		{"two messages", sepA + "Subject: a\n\nA\n\n" + sepB + "Subject: b\n\nB\n\n", []string{"Subject: a\n\nA\n", "Subject: b\n\nB\n"}},
		{
			"one blank line is the mbox's, the rest is the mail's",
			sepA + "Subject: a\n\nA\n\n\n\n" + sepB + "Subject: b\n\nB\n",
			[]string{"Subject: a\n\nA\n\n\n", "Subject: b\n\nB\n"},
		},
		{"no newline at the end", sepA + "Subject: a\n\nA", []string{"Subject: a\n\nA"}},
		{"prose that begins with From", sepA + "Subject: a\n\nA\n\nFrom what I see: it works.\nSubject: no\n", []string{"Subject: a\n\nA\n\nFrom what I see: it works.\nSubject: no\n"}},
		{"prose with a date", sepA + "Subject: a\n\nA\n\nFrom Mon Jan 4 10:00:00 2010 on we meet\nhere: there\n", []string{"Subject: a\n\nA\n\nFrom Mon Jan 4 10:00:00 2010 on we meet\nhere: there\n"}},
		{"a separator before prose", sepA + "Subject: a\n\nA\n\n" + sepB + "is what the line looks like\n", []string{"Subject: a\n\nA\n\n" + sepB + "is what the line looks like\n"}},
		{"no blank line, a strong field", sepA + "Subject: a\n\nA\n" + sepB + "From: b\n\nB\n", []string{"Subject: a\n\nA\n", "From: b\n\nB\n"}},
		{"no blank line, a weak field", sepA + "Subject: a\n\nA\n" + sepB + "Organization: b\n\nB\n", []string{"Subject: a\n\nA\n" + sepB + "Organization: b\n\nB\n"}},
		{"a header without a body", sepA + "Subject: a\n" + sepB + "Subject: b\n\nB\n", []string{"Subject: a\n", "Subject: b\n\nB\n"}},
		{"two From lines are one separator", sepA + sepB + "Subject: a\n\nA\n", []string{sepB + "Subject: a\n\nA\n"}},
		{"a quoted From line as the first field", sepA + ">From x\nSubject: a\n\nA\n\n" + sepB + ">From y\nSubject: b\n\n", []string{">From x\nSubject: a\n\nA\n", ">From y\nSubject: b\n"}},
		{"an empty message between", sepA + "\n" + sepB + "\n" + sepA + "Subject: c\n\nC\n", []string{"", "", "Subject: c\n\nC\n"}},
		{"a separator at the end", sepA + "Subject: a\n\nA\n\n" + sepB, []string{"Subject: a\n\nA\n", ""}},
		{"escaped lines stay", sepA + "Subject: a\n\n>From A\n>>From B\n\n" + sepB + "Subject: b\n\n", []string{"Subject: a\n\n>From A\n>>From B\n", "Subject: b\n"}},
		{"Mailman", "From ann at example.org  Thu Dec 31 22:50:51 2009\nFrom: a\n\nA\n\nFrom bob at example.org  Fri Jan  1 02:10:35 2010\nFrom: b\n\nB\n", []string{"From: a\n\nA\n", "From: b\n\nB\n"}},
		{"Takeout", "From 15@xxx Sat Aug 20 22:26:51 +0000 2016\nX-GM-THRID: 1\n\nA\n\nFrom 16@xxx Sun Aug 21 22:26:51 +0000 2016\nX-GM-THRID: 2\n\nB\n", []string{"X-GM-THRID: 1\n\nA\n", "X-GM-THRID: 2\n\nB\n"}},
		{"a first line without a colon", sepA + "Subject: a\n\nA\n\n" + sepB + "To undisclosed\nFrom: b\nX-B: b\n folded\nDate: now\nSubject: b\n\nB\n", []string{"Subject: a\n\nA\n", "To undisclosed\nFrom: b\nX-B: b\n folded\nDate: now\nSubject: b\n\nB\n"}},
		{"words before a header that is shown", sepA + "Subject: a\n\n" + sepB + "was the line, and then\n\nFrom: b\nDate: now\nSubject: b\n\nB\n", []string{"Subject: a\n\n" + sepB + "was the line, and then\n\nFrom: b\nDate: now\nSubject: b\n\nB\n"}},
		{"words and two fields", sepA + "Subject: a\n\n" + sepB + "he wrote to me\nDate: now\nSubject: b\n\nB\n", []string{"Subject: a\n\n" + sepB + "he wrote to me\nDate: now\nSubject: b\n\nB\n"}},
		{"no blank line, no colon", sepA + "Subject: a\n\nA\n" + sepB + "To undisclosed\nFrom: b\nDate: now\nSubject: b\n\nB\n", []string{"Subject: a\n\nA\n" + sepB + "To undisclosed\nFrom: b\nDate: now\nSubject: b\n\nB\n"}},
		{"a patch in a mail", sepA + "Subject: a\n\n" + patchLine + "From: p\nSubject: [PATCH]\n\ndiff\n", []string{"Subject: a\n\n" + patchLine + "From: p\nSubject: [PATCH]\n\ndiff\n"}},
		{"a series of patches", patchLine + "From: p\n\ndiff\n\n" + patchLine + "From: q\n\ndiff\n", []string{"From: p\n\ndiff\n", "From: q\n\ndiff\n"}},
		{"dates of another language", "From ann@example.org Do Dez 31 22:50:51 2009\nFrom: a\n\nA\n\nFrom bob@example.org Fr Jan 1 02:10:35 2010\nFrom: b\n\nB\n\nFrom here on: text\n", []string{"From: a\n\nA\n", "From: b\n\nB\n\nFrom here on: text\n"}},
		{"a byte order mark", "\xEF\xBB\xBF\n" + sepA + "Subject: a\n\nA\n\n" + sepB + "Subject: b\n\n", []string{"Subject: a\n\nA\n", "Subject: b\n"}},
	}
	for _, test := range tests {
		for _, newline := range []string{"\n", "\r\n", "\r"} {
			name := fmt.Sprintf("%s %q", test.name, newline)
			mbox := strings.ReplaceAll(test.mbox, "\n", newline)
			var want []string
			for _, body := range test.bodies {
				want = append(want, strings.ReplaceAll(body, "\n", newline))
			}
			for _, r := range []io.Reader{strings.NewReader(mbox), iotest.OneByteReader(strings.NewReader(mbox))} {
				pieces := splitAll(t, r, 1<<20)
				if got := bodies(pieces); !slices.Equal(got, want) {
					t.Errorf("%s: got %q, want %q", name, got, want)
				}
				checkJoined(t, mbox, pieces)
			}
		}
	}
}

const patchLine = "From 0123456789abcdef0123456789abcdef01234567 Mon Sep 17 00:00:00 2001\n"

func bodies(pieces []piece) []string {
	var all []string
	for _, p := range pieces {
		all = append(all, string(p.body))
	}
	return all
}

// checkJoined demands that the pieces, joined, are the file, and that each
// offset points at its body.
func checkJoined(t testing.TB, mbox string, pieces []piece) {
	t.Helper()
	var joined bytes.Buffer
	for i, p := range pieces {
		joined.Write(p.separator)
		if p.offset != int64(joined.Len()) {
			t.Errorf("piece %d: offset got %d, want %d", i, p.offset, joined.Len())
		}
		joined.Write(p.body)
		joined.Write(p.tail)
	}
	if joined.String() != mbox {
		t.Errorf("joined pieces: got %q, want %q", joined.String(), mbox)
	}
}

func crlf(text string) string { return strings.ReplaceAll(text, "\n", "\r\n") }

// TestHeaderBehindLong judges by the same bytes, however the file is read.
func TestHeaderBehindLong(t *testing.T) {
	long := "To undisclosed\nFrom: b\nDate: now\nSubject: b\n" + strings.Repeat("X-A: a\n", 700) + "junk\n\nB\n"
	mbox := sepA + mailA + "\n" + sepB + long
	for _, r := range []io.Reader{strings.NewReader(mbox), iotest.OneByteReader(strings.NewReader(mbox))} {
		if got, want := bodies(splitAll(t, r, 1<<20)), []string{mailA, long}; !slices.Equal(got, want) {
			t.Errorf("got %d messages, want 2", len(got))
		}
	}
}

func TestContentLength(t *testing.T) {
	inner := "see:\n\n" + sepB + "Subject: quoted\n\nno mail\n"
	message := func(length int, body string) string {
		return fmt.Sprintf("Subject: a\nContent-Length: %d\n\n%s", length, body)
	}
	tests := []struct {
		name   string
		mbox   string
		bodies []string
	}{
		{"leads to a separator", sepA + message(len(inner), inner) + "\n" + sepB + "Subject: b\n\nB\n", []string{message(len(inner), inner), "Subject: b\n\nB\n"}},
		{"leads to the end", sepA + message(len(inner), inner), []string{message(len(inner), inner)}},
		{"leads to the last blank line", sepA + message(len(inner), inner) + "\n", []string{message(len(inner), inner)}},
		{
			"body without newline", sepA + message(len(inner)-1, inner[:len(inner)-1]) + "\n" + sepB + "Subject: b\n\nB\n",
			[]string{message(len(inner)-1, inner[:len(inner)-1]), "Subject: b\n\nB\n"},
		},
		{
			"leads nowhere", sepA + message(len(inner)+3, inner) + "\n" + sepB + "Subject: b\n\nB\n",
			[]string{message(len(inner)+3, "see:\n"), "Subject: quoted\n\nno mail\n", "Subject: b\n\nB\n"},
		},
		{"too short", sepA + message(1, "A\nA\n") + "\n" + sepB + "Subject: b\n\nB\n", []string{message(1, "A\nA\n"), "Subject: b\n\nB\n"}},
		{"beyond the end", sepA + message(1e9, "A\n") + "\n" + sepB + "Subject: b\n\nB\n", []string{message(1e9, "A\n"), "Subject: b\n\nB\n"}},
		{"leads to a separator, all lines CR LF", crlf(sepA + message(len(crlf(inner)), inner) + "\n" + sepB + "Subject: b\n\nB\n"), []string{crlf(message(len(crlf(inner)), inner)), crlf("Subject: b\n\nB\n")}},
		{
			"one byte short of a separator", sepA + message(len(inner)-2, inner) + "\n" + sepB + "Subject: b\n\nB\n",
			[]string{message(len(inner)-2, "see:\n"), "Subject: quoted\n\nno mail\n", "Subject: b\n\nB\n"},
		},
		{"leads to a separator of no known date", sepA + message(2, "A\n") + "\nFrom bob\nSubject: b\n\nB\n", []string{message(2, "A\n"), "Subject: b\n\nB\n"}},
	}
	for _, test := range tests {
		pieces := splitAll(t, strings.NewReader(test.mbox), 1<<20)
		if got := bodies(pieces); !slices.Equal(got, test.bodies) {
			t.Errorf("%s: got %q, want %q", test.name, got, test.bodies)
		}
		checkJoined(t, test.mbox, pieces)
	}
}

func TestShape(t *testing.T) {
	tests := map[string]shape{
		"From ann@example.org Thu Dec 31 22:50:51 2009":      dated,
		"From ann@example.org Thu Dec 31 22:50 2009":         dated,
		"From ann@example.org  Fri Jan  1 02:10:35 2010":     dated,
		"From - Fri Jun  9 23:17:56 2000":                    dated,
		"From MAILER-DAEMON Fri Jul  8 12:08:34 2011":        dated,
		"From ???@??? Tue Jan 30 12:00:00 1996":              dated,
		"From ann Thu Dec 31 22:50:51 EST 2009":              dated,
		"From ann Thu Dec 31 22:50:51 MET DST 2009":          dated,
		"From ann Thu Dec 31 22:50:51 2009 +0100":            dated,
		"From ann Thu Dec 31 22:50:51 +0000 2009":            dated,
		"From ann Thu Dec 31 22:50:51 09":                    dated,
		"From ann Thu Dec 31 22:50:51 102":                   dated,
		"From ann Thu, 31 Dec 2009 22:50:51 +0000":           dated,
		"From ann Thu Dec 31 22:50:51 2009 remote from host": dated,
		"From ann@example.org 2009-12-31T22:50:51Z":          dated,
		"From ann@example.org 2009-12-31 22:50:51 +0000":     dated,
		"From ann at example.org  Thu Dec 31 22:50:51 2009":  dated,
		`From "Ann B"@example.org Thu Dec 31 22:50:51 2009`:  dated,
		"From Thu Dec 31 22:50:51 2009":                      dated,
		"From mboxrd@z Thu Jan  1 00:00:00 1970":             dated,
		strings.TrimSuffix(patchLine, "\n"):                  patch,
		"From ann@example.org":                               dateless,
		"From ann@example.org Thu Dec 31":                    dateless,
		"From ann@example.org Thu Dec 32 22:50:51 2009":      dateless,
		"From ann Thu Dec 31 22:50:51 2009 he wrote":         dateless,
		"From the day we met on Thu Dec 31 22:50:51 2009":    dateless,
		"From ":                 dateless,
		"From: ann@example.org": unlike,
		">From ann@example.org Thu Dec 31 22:50:51 2009":                        unlike,
		"From ann@example.org" + strings.Repeat(" ", 1000) + "Thu Dec 31 22:50": unlike,
	}
	for line, want := range tests {
		if got := shapeOf([]byte(line)); got != want {
			t.Errorf("%q: got %d, want %d", line, got, want)
		}
	}
}

// TestLongLines splits what does not fit the window, at every place of the
// separator within it.
func TestLongLines(t *testing.T) {
	for shift := range 40 {
		long := "Subject: a\n\n" + strings.Repeat("x", windowSize-shift) + "\n"
		mbox := sepA + long + "\n" + sepB + "Subject: b\n\nB\n"
		pieces := splitAll(t, strings.NewReader(mbox), 1<<20)
		if got := bodies(pieces); len(got) != 2 || got[0] != long {
			t.Fatalf("shift %d: got %d pieces, want 2", shift, len(got))
		}
		checkJoined(t, mbox, pieces)
	}
}

func TestEscaped(t *testing.T) {
	tests := map[string]bool{
		"a\n>From b":    true,
		">From b":       true,
		"a\n>>>From b":  true,
		"a\r\n>From b":  true,
		"a >From b":     false,
		"a\n> From b":   false,
		"a\nFrom b":     false,
		"a\nx>>From b":  false,
		"a\n>Fromage b": false,
	}
	for raw, want := range tests {
		if got := escaped([]byte(raw)); got != want {
			t.Errorf("%q: got %v, want %v", raw, got, want)
		}
	}
}

// TestBrokenStream keeps what came before a stream broke.
func TestBrokenStream(t *testing.T) {
	mbox := sepA + "Subject: a\n\nA\n\n" + sepB + "Subject: b\n\nB"
	pieces := splitAll(t, io.MultiReader(strings.NewReader(mbox), iotest.ErrReader(io.ErrUnexpectedEOF)), 1<<20)
	if len(pieces) != 2 || pieces[0].err != nil || pieces[1].err != io.ErrUnexpectedEOF {
		t.Fatalf("got %v, want two pieces, the second broken", pieces)
	}
	checkJoined(t, mbox, pieces)
}

func FuzzMbox(f *testing.F) {
	f.Add([]byte(sepA + "Subject: a\n\nA\n\n" + sepB + "Subject: b\n\nB\n\n"))
	f.Add([]byte(sepA + "Content-Length: 60\n\nA\n\n" + sepB + "Subject: b\n\nB\n\n" + sepA + "X-a: 1\n"))
	f.Add([]byte(strings.ReplaceAll(sepA+"Subject: a\n\nA\n\n"+sepB+"\n\n", "\n", "\r\n")))
	f.Add([]byte(strings.ReplaceAll(sepA+"Subject: a\n\nA\n\n"+sepB+"\n\n", "\n", "\r")))
	f.Add([]byte("From a@b\nFrom: c\n\nFrom d@e\nFrom: f\n"))
	f.Add([]byte("\xEF\xBB\xBF\r\n\r\nFrom "))
	f.Add([]byte(sepA + "Subject: a\n\nA\n\n" + sepB + "To undisclosed\nFrom: b\nDate: c\nSubject: d\n\nB\n"))
	f.Add([]byte(patchLine + "From: p\n\n" + patchLine + "From: q\n"))
	f.Fuzz(func(t *testing.T, mbox []byte) {
		pieces := splitAll(t, bytes.NewReader(mbox), 1<<30)
		checkJoined(t, string(mbox), pieces)
		slow := splitAll(t, iotest.HalfReader(bytes.NewReader(mbox)), 1<<30)
		if got, want := bodies(slow), bodies(pieces); !slices.Equal(got, want) {
			t.Errorf("read slowly: got %q, want %q", got, want)
		}
		for i, p := range pieces {
			limited := splitAll(t, bytes.NewReader(mbox), 5)[i]
			if limited.length != p.length || !bytes.HasPrefix(p.body, limited.body) {
				t.Errorf("limited piece %d: got length %d %q, want %d %q", i, limited.length, limited.body, p.length, p.body)
			}
		}
	})
}

// FuzzShape demands that no line is judged with a panic, and that a separator
// is one line.
func FuzzShape(f *testing.F) {
	f.Add([]byte("From ann@example.org Thu Dec 31 22:50:51 2009"))
	f.Add([]byte("From ann 2009-12-31T22:50:51Z"))
	f.Add([]byte("From ann Thu Dec 31 22:50:51 2009 remote from host"))
	f.Fuzz(func(t *testing.T, line []byte) {
		got := shapeOf(line)
		if got != unlike && !bytes.HasPrefix(line, fromSpace) {
			t.Errorf("%q: got %d, want %d", line, got, unlike)
		}
	})
}

func BenchmarkSplit(b *testing.B) {
	var mbox bytes.Buffer
	for range 2000 {
		mbox.WriteString(sepA + "Subject: a\nDate: now\n\n" + strings.Repeat("> some text of a mail, as mails go\n", 140) + "\n")
	}
	b.SetBytes(int64(mbox.Len()))
	w := new(window)
	for b.Loop() {
		w.reset(bytes.NewReader(mbox.Bytes()))
		cut := newSplitter(w, 1<<20)
		for _, ok := cut.next(); ok; _, ok = cut.next() {
		}
	}
}
