package parse

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"skein/internal/mail"
)

// embedding is a mail with others inside: plain, in base64, and in a digest.
func embedding(inner ...string) string {
	var b strings.Builder
	b.WriteString("From: ann@example.org\nMessage-ID: <outer@example.org>\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nSee below.\n")
	for i, mail := range inner {
		if i%2 == 0 {
			fmt.Fprintf(&b, "--b\nContent-Type: message/rfc822\n\n%s\n", mail)
		} else {
			fmt.Fprintf(&b, "--b\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n%s\n", base64.StdEncoding.EncodeToString([]byte(mail)))
		}
	}
	return b.String() + "--b--\n"
}

// mixed is a mail of parts: type, content, type, content.
func mixed(parts ...string) string {
	var b strings.Builder
	b.WriteString("From: ann@example.org\nContent-Type: multipart/mixed; boundary=b\n")
	for i := 0; i < len(parts); i += 2 {
		fmt.Fprintf(&b, "\n--b\nContent-Type: %s\n\n%s", parts[i], parts[i+1])
	}
	return b.String() + "\n--b--\n"
}

func TestEmbedded(t *testing.T) {
	one, two := "From: bo@example.org\nSubject: one\n\nFirst.", "From: cy@example.org\nSubject: two\n\nSecond."
	digest := "From: list@example.org\nContent-Type: multipart/digest; boundary=d\n\n--d\n\n" + one + "\n--d\n\n" + two + "\n--d--\n"
	for _, c := range []struct {
		name, mail string
		want       map[string]string // by part
	}{
		{"none", mailOf("From: a@x.org"), map[string]string{}},
		{"plain and base64", embedding(one, two), map[string]string{"2": one, "3": two}},
		{"digest", digest, map[string]string{"1": one, "2": two}},
		{"a digest inside", embedding(digest), map[string]string{"2": digest}},
		{"the whole body", "From: a@x.org\nContent-Type: message/rfc822\n\n" + one, map[string]string{"1": one}},
		{
			"of other types", mixed("message/global", one, "Message/News", two, "message/partial; id=x; number=1; total=1", one),
			map[string]string{"1": one, "2": two, "3": one},
		},
		{"a piece of a mail", mixed("message/partial; id=x; number=1; total=2", one, "message/partial; id=x; number=2; total=2", two), map[string]string{}},
		{"files", mixed("application/octet-stream; name=A.EML", one, "text/plain; name=b.eml", two, "text/plain; name=c.txt", two), map[string]string{"1": one, "2": two}},
		{"in a broken mail", "junk line\n" + strings.TrimSuffix(embedding(one, two), "--b--\n"), map[string]string{"2": one, "3": two}},
	} {
		result, err := Message([]byte(c.mail))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		got := map[string]string{}
		for _, e := range result.Embedded {
			got[e.Part] = strings.TrimSuffix(string(e.Raw), "\n")
		}
		for part, want := range c.want {
			if got[part] != strings.TrimSuffix(want, "\n") {
				t.Errorf("%s: part %s: got %q, want %q", c.name, part, got[part], want)
			}
		}
		if len(got) != len(c.want) {
			t.Errorf("%s: got %d mails inside, want %d", c.name, len(got), len(c.want))
		}
	}
}

func TestTooManyEmbedded(t *testing.T) {
	result, err := Message([]byte(embedding(strings.Split(strings.Repeat("From: a@x.org\n\nx|", maxEmbedded+5), "|")...)))
	if err != nil {
		t.Fatal(err)
	}
	if len(result.Embedded) != maxEmbedded || !hasDefect(&result.Facts, EmbeddedCut) {
		t.Errorf("got %d mails inside and defects %v, want %d and %s", len(result.Embedded), result.Facts.Defects[:min(3, len(result.Facts.Defects))], maxEmbedded, EmbeddedCut)
	}
}

// chain is a mail with another inside it, and so on, so many deep.
func chain(depth int) string {
	return strings.Repeat("From: ann@example.org\nContent-Type: message/rfc822\n\n", depth) + "From: bo@example.org\nSubject: innermost\n\nHere.\n"
}

// repeated is a list of so many equal mails.
func repeated(count int, mail string) []string {
	all := make([]string, count)
	for i := range all {
		all[i] = mail
	}
	return all
}

// TestWithin counts the mails that are found inside, and those of which more is
// inside than the limits allow.
func TestWithin(t *testing.T) {
	small := "From: a@x.org\n\nx\n"
	digest := strings.NewReplacer("--b", "--d", "=b", "=d").Replace(embedding(repeated(30, small)...))
	large := strings.Repeat("0123456789abcde\n", embeddedSpare/16)
	for _, c := range []struct {
		name, mail string
		want, cut  int // mails inside; mails with the defect, the outermost counted
		last       string
	}{
		{"none", mailOf("From: a@x.org"), 0, 0, ""},
		{"one", embedding(small), 1, 0, "2"},
		{"a chain as deep as allowed", chain(maxEmbedding), maxEmbedding, 0, strings.Repeat("1/", maxEmbedding-1) + "1"},
		{"a chain too deep by one", chain(maxEmbedding + 1), maxEmbedding, 1, strings.Repeat("1/", maxEmbedding-1) + "1"},
		{"a chain too deep by three", chain(maxEmbedding + 3), maxEmbedding, 3, strings.Repeat("1/", maxEmbedding-1) + "1"},
		{"a chain without end", chain(200), maxEmbedding, maxEmbedding + 1, strings.Repeat("1/", maxEmbedding-1) + "1"},
		{"many", embedding(repeated(maxEmbedded, small)...), maxEmbedded, 0, "1001"},
		{"too many", embedding(repeated(maxEmbedded+1, small)...), maxEmbedded, 1, "1001"},
		{"too many at two depths", embedding(repeated(40, digest)...), maxEmbedded, 1, "33/31"},
		{"large", strings.Replace(chain(3), "Here.\n", large, 1), 3, 0, "1/1/1"},
		{"too large together", strings.Replace(chain(8), "Here.\n", large, 1), 5, 3, "1/1/1/1/1"},
	} {
		result := parsed(t, c.mail)
		inner := result.Within(len(c.mail))
		cut, last := 0, ""
		if hasDefect(&result.Facts, EmbeddedCut) {
			cut++
		}
		for i := range inner {
			last = inner[i].Part
			if hasDefect(&inner[i].Facts, EmbeddedCut) {
				cut++
			}
		}
		if len(inner) != c.want || cut != c.cut || last != c.last {
			t.Errorf("%s: got %d mails inside to part %q, %d of all with %s, want %d to %q, and %d", c.name, len(inner), last, cut, EmbeddedCut, c.want, c.last, c.cut)
		}
		checkWithin(t, c.mail)
	}
}

// checkWithin states what holds for the mails inside every mail: each has the
// facts that its bytes have by themselves.
func checkWithin(t *testing.T, raw string) {
	t.Helper()
	result := parsed(t, raw)
	outer := result.Facts.Attachments
	for _, inner := range result.Within(len(raw)) {
		checkResult(t, &inner.Result, len(inner.Raw))
		alone := parsed(t, string(inner.Raw))
		alone.Within(len(inner.Raw))
		if !reflect.DeepEqual(alone, inner.Result) {
			t.Errorf("part %s: got %+v, want as by itself %+v", inner.Part, inner.Result, alone)
		}
		listed := slices.ContainsFunc(outer, func(a mail.Attachment) bool {
			return a.Part == inner.Part && a.SHA == sha256.Sum256(inner.Raw)
		})
		if !strings.Contains(inner.Part, "/") && !listed {
			t.Errorf("part %s: got attachments %+v, want it among them", inner.Part, outer)
		}
	}
}

// TestEmbeddedKey: a mail that was put into another without what its way added
// has the content of the one that came by that way.
func TestEmbeddedKey(t *testing.T) {
	bare := "Message-ID: <1@example.org>\nFrom: Ann <ann@example.org>\nTo: bo@example.org\nSubject: A subject\nDate: Thu, 22 Aug 2002 18:26:25 +0200\n"
	typed := bare + "Content-Type: text/plain; charset=utf-8\n"
	way := "Return-Path: <ann@example.org>\nReceived: from a by b; Thu, 22 Aug 2002 18:26:27 +0200\nDelivered-To: bo@example.org\n"
	came := factsOf(t, way+typed+"X-Spam-Status: No\nContent-Transfer-Encoding: quoted-printable\n\nA caf=C3=A9.\n\n")
	for name, inner := range map[string]string{
		"as text":   typed + "\nA café.",
		"in base64": typed + "Content-Transfer-Encoding: base64\n\nQSBjYWbDqS4=\n",
		"in CR LF":  strings.ReplaceAll(typed+"\nA café.\n", "\n", "\r\n"),
	} {
		raw := embedding(inner, inner)
		result := parsed(t, raw)
		found := result.Within(len(raw))
		if len(found) != 2 {
			t.Fatalf("%s: got %d mails inside, want 2", name, len(found))
		}
		for _, f := range found {
			if f.Facts.Content != came.Content || !slices.Equal(f.Facts.MessageIDs, came.MessageIDs) {
				t.Errorf("%s, part %s: got content %x of %q, want %x of %q", name, f.Part, f.Facts.Content, f.Facts.MessageIDs, came.Content, came.MessageIDs)
			}
		}
	}
}

// TestNoMail: what only claims to be a mail stays an attachment.
func TestNoMail(t *testing.T) {
	for _, c := range []struct {
		name, inner string
		want        int
	}{
		{"a mail", "Subject: x\n\ny", 1},
		{"an id alone", "Message-ID: <1@x.org>\n\n", 1},
		{"behind a From line", "From a@x.org Thu Aug 22 18:26:25 2002\nDate: Thu, 22 Aug 2002 18:26:25 +0200\n\ny", 1},
		{"nothing", "", 0},
		{"text", "The mail was lost.", 0},
		{"text like a field", "Note: the mail was lost.\n\nSorry.", 0},
		{"a type alone", "Content-Type: text/plain\n\nSorry.", 0},
		{"bytes", "\x00\x01: \x02\n\n", 0},
		{"an OLE file that is none", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 and so on", 0},
	} {
		raw := embedding(c.inner)
		result := parsed(t, raw)
		inner := result.Within(len(raw))
		if len(inner) != c.want || hasDefect(&result.Facts, NoMail) != (c.want == 0) || len(result.Facts.Attachments) != 1 {
			t.Errorf("%s: got %d mails inside, attachments %v and defects %v, want %d and one attachment", c.name, len(inner), result.Facts.Attachments, result.Facts.Defects, c.want)
		}
	}
}

// TestNamedLikeMail: a file that only its name makes a mail is a file like any
// other when it is none.
func TestNamedLikeMail(t *testing.T) {
	raw := mixed("application/octet-stream; name=a.eml", "The mail was lost.", "application/octet-stream; name=b.eml", "")
	result := parsed(t, raw)
	if len(result.Embedded) != 0 || hasDefect(&result.Facts, NoMail) || len(result.Facts.Attachments) != 2 {
		t.Errorf("got %d mails inside, attachments %v and defects %v, want two attachments alone", len(result.Embedded), result.Facts.Attachments, result.Facts.Defects)
	}
}

func FuzzWithin(f *testing.F) {
	for _, seed := range []string{
		embedding("From: a@x.org\n\nx", "y", "z"), mixed("text/plain; name=a.eml", letter, "message/partial; number=1; total=1", letter, "message/news", "x"), embedding(embedding(letter, multipart), chain(3)), chain(40), "junk\n" + embedding(letter),
		"Content-Type: multipart/digest; boundary=d\n\n--d\n\nTo: x\n\n--d\nContent-Type: message/global\n\nDate: y\n\n--d--",
		"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nRnJvbTogYQoKYg==", "Content-Type: message/rfc822\n\nContent-Type: message/rfc822\n\nTo:",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		if _, err := Message([]byte(raw)); err == nil {
			checkWithin(t, raw)
		}
	})
}

// TestWithinCost: mails inside mails without end cost no more than some times
// their size, whether they are deep or many.
func TestWithinCost(t *testing.T) {
	const size = 8 << 20
	deep := strings.Replace(chain(100), "Here.\n", strings.Repeat("0123456789abcde\n", size/16), 1)
	for name, raw := range map[string]string{"large and deep": deep, "small and deep": chain(size / 54), "many": embedding(repeated(maxParts, chain(20))...)} {
		start := time.Now()
		result := parsed(t, raw)
		kept := len(raw)
		for _, inner := range result.Within(len(raw)) {
			kept += len(inner.Raw)
		}
		if took := time.Since(start); took > 20*time.Second || kept > (1+embeddedFactor)*len(raw)+embeddedSpare {
			t.Errorf("%s: got %v and %d bytes kept for a mail of %d, want at most 20 s and %d times as much", name, took, kept, len(raw), 1+embeddedFactor)
		}
	}
}
