package parse

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
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
