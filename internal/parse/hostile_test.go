package parse

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"skein/internal/mail"
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

// What limits hold, in time and in memory that is asked for.
func TestHostileSize(t *testing.T) {
	if testing.Short() {
		t.Skip("reads megabytes")
	}
	nested := func(depth int, boundary func(int) string) string {
		var b strings.Builder
		b.WriteString("From: a@x.org\n")
		for i := range depth {
			fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=%s\n\n--%[1]s\n", boundary(i))
		}
		return b.String() + "\nend\n"
	}
	bomb := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte("A"), 12<<20))
	tests := []struct {
		name, raw string
		kind      mail.DefectKind
	}{
		{"100,000 parts", "From: a@x.org\nContent-Type: multipart/mixed; boundary=b\n\n" + strings.Repeat("--b\n\nx\n", 100_000) + "--b--\n", TooManyParts},
		{"10 MB header", "From: a@x.org\nX: " + strings.Repeat("x", 10<<20) + "\n\nx\n", HeaderSize},
		{"10 MB of fields", "From: a@x.org\n" + strings.Repeat("X: y\n", 2<<20) + "\nx\n", HeaderSize},
		{"10 MB of lines that are no fields", "From: a@x.org\n" + strings.Repeat("xyz y\n", 10<<20/6) + "Subject: s\n\nx\n", HeaderEnd},
		{"500 multiparts inside one another", nested(500, func(i int) string { return "b" + strconv.Itoa(i) }), TooDeep},
		{"500 multiparts with one boundary", nested(500, func(int) string { return "b" }), TooDeep},
		{"base64 bomb", "From: a@x.org\nContent-Type: text/plain; charset=utf-16\nContent-Transfer-Encoding: base64\n\n" + bomb, TextCut},
		{"boundary-like lines", "From: a@x.org\nContent-Type: multipart/mixed; boundary=b\n\n" + strings.Repeat("--bb\n", 1_000_000), NoBoundary},
		{"boundary lines", "From: a@x.org\nContent-Type: multipart/mixed; boundary=b\n\n" + strings.Repeat("--b\n", 1_000_000), TooManyParts},
		{
			"boundary lines behind one that opens", "From: a@x.org\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/mixed; boundary=b\n\n" +
				strings.Repeat("--b\n", 1_000_000), TooManyParts,
		},
		{"closing boundary lines", "From: a@x.org\nContent-Type: multipart/mixed; boundary=b\n\n" + strings.Repeat("--b--\n", 1_000_000), NoBoundary},
		{"a million addresses", "From: a@x.org\nTo: " + strings.Repeat("a@b,", 1_000_000) + "\n\nx\n", TooManyNames},
		{"a million files in a text", "From: a@x.org\n\n" + strings.Repeat("begin 644 a\n#AAAA\nend\n", 200_000), InlineFile},
		{"a million files that are none", "From: a@x.org\nDate: never\n\n" + strings.Repeat("begin 644 a\n", 1_000_000), BadDate},
	}
	for _, test := range tests {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		start := time.Now()
		f := factsOf(t, test.raw)
		took := time.Since(start)
		runtime.ReadMemStats(&after)
		asked := int(after.TotalAlloc - before.TotalAlloc)
		t.Logf("%s: %d bytes, %v, %d MB asked for", test.name, len(test.raw), took, asked>>20)
		if limit := 24*len(test.raw) + 64<<20; took > 20*time.Second || asked > limit {
			t.Errorf("%s: got %v and %d bytes of memory, want at most 20s and %d", test.name, took, asked, limit)
		}
		if !hasDefect(f, test.kind) || len(f.Authors()) != 1 {
			t.Errorf("%s: got defects %v and %d authors, want %s and one author", test.name, f.Defects, len(f.Authors()), test.kind)
		}
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
