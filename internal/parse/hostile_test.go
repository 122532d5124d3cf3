package parse

import (
	"strings"
	"testing"
	"time"
)

// Bytes made to be dear must cost no more than their size allows. The bound is
// wide, for machines are shared; a quadratic reader misses it by far.
func TestHostileCost(t *testing.T) {
	if testing.Short() {
		t.Skip("reads megabytes")
	}
	const size = 2 << 20
	for _, field := range dearFields {
		for _, pattern := range dearPatterns {
			readInTime(t, "From: a@x.org\n"+field+strings.Repeat(pattern, size/len(pattern)/8)+"\n\nx\n", 3*time.Second)
		}
	}
	for _, raw := range []string{
		"Content-Type: text/html\n\n" + strings.Repeat("<blockquote>", size/12),
		"Content-Type: text/html\n\n" + strings.Repeat("<", size),
		"Content-Type: text/html\n\n" + strings.Repeat("<a ", size/3),
		"Content-Type: multipart/mixed; boundary=b\n\n" + strings.Repeat("--b\n", size/4),
		"Content-Type: multipart/mixed; boundary=b\n\n" + strings.Repeat("--c\n", size/4),
		"a: b\n" + strings.Repeat("x\n", size/2) + "To: c@x.org\n\n",
		strings.Repeat("a:b\n", size/4),
		"a: b\n\n" + strings.Repeat("\xe9", size),
		"a: b\n\n" + strings.Repeat("\n", size),
	} {
		readInTime(t, raw, 20*time.Second)
	}
}

var (
	dearFields = []string{
		"To: ", "Subject: ", "References: ", "In-Reply-To: ", "Message-ID: ", "Date: ", "List-Id: ",
		"Content-Type: text/plain; ", "Content-Type: multipart/mixed; boundary=b; ", "Content-Disposition: attachment; ",
	}
	dearPatterns = []string{
		"<", "\"", "(", "\\", "=?", "=?a?q?", "=?x?q?=FF?=", "[mailto:", "a@:", "x://", ",;", "<a> of ",
		"\xff\xfe=?", "name*0*=", "a=b ", "=\"", ";", "<a", "> <", "a at b dot ", "=?utf-8?b?", "boundary", "\xe9\xe8\xea, ", "a <b", "A, B;",
	}
)

func readInTime(t *testing.T, raw string, bound time.Duration) {
	t.Helper()
	start := time.Now()
	parsed(t, raw)
	if took := time.Since(start); took > bound {
		t.Errorf("%.80q over: got %v for %d bytes, want at most %v", raw, took, len(raw), bound)
	}
}
