package parse

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
)

// salvaged reads a mail without the library's own search for header and parts.
func salvaged(raw []byte) Result {
	r := new(reading)
	r.repair(raw)
	var bodyAt int
	r.fields, bodyAt = r.scanHeader(nil, 0, len(r.src.raw))
	r.salvage(bodyAt)
	r.choosePacked()
	return r.result()
}

// sameFacts says whether two readings agree in all but what they repaired.
func sameFacts(a, b Result) bool {
	a.Facts.Defects, b.Facts.Defects = nil, nil
	return reflect.DeepEqual(a, b)
}

// On sound mail both ways of reading say the same.
func TestSalvageAgrees(t *testing.T) {
	mails := append(typical(), []byte(letter), []byte(multipart), []byte(strings.ReplaceAll(multipart, "\n", "\r\n")))
	for _, raw := range mails {
		want, err := Message(raw)
		if err != nil {
			t.Fatal(err)
		}
		if got := salvaged(raw); !sameFacts(got, want) {
			t.Errorf("salvage:\n got %+v\nwant %+v", got, want)
		}
	}
}

func TestCorpusSalvageAgrees(t *testing.T) {
	mails, differ := corpus(t, "spamassassin-ham.tar.xz"), 0
	for _, raw := range mails {
		want, err := Message(raw)
		if err == nil && !sameFacts(salvaged(raw), want) {
			differ++
			t.Logf("differs: %q", want.Facts.MessageIDs)
		}
	}
	if differ > 0 {
		t.Errorf("salvage: got other facts for %d of %d mails, want the same for all", differ, len(mails))
	}
}

func TestScanHeader(t *testing.T) {
	tests := []struct {
		name, raw, subject, body string
		fields                   int
	}{
		{"sound", "A: b\nSubject: s\n\nbody", "s", "body", 2},
		{"junk inside", "A: b\njunk\nSubject: s\n\nbody", "s", "body", 2},
		{"junk and what folds it", "A: b\njunk\n folded\nSubject: s\n\nbody", "s", "body", 2},
		{"no blank line", "Subject: s\nthe body begins\nmore\n\nend", "s", "the body begins\nmore\n\nend", 1},
		{"folded first line", " A: b\nSubject: s\n\nbody", "s", "body", 2},
		{"From line inside", "A: b\nFrom x Mon\n>From y\nSubject: s\n\nbody", "s", "body", 2},
		{"blanks around the name", "A : b\nSubject\t: s\n\nbody", "s", "body", 2},
		{"8-bit name", "A\xe9: b\nSubject: s\n\nbody", "s", "body", 1},
		{"blank in the name", "A B: c\nSubject: s\n\nbody", "s", "body", 1},
		{"folded value", "Subject: s\n t\n\tu\n\nbody", "s t u", "body", 1},
		{"CR LF", "A: b\r\nSubject: s\r\n\r\nbody", "s", "body", 2},
		{"no body", "Subject: s\n", "s", "", 1},
		{"no line end", "Subject: s", "s", "", 1},
		{"no header", "one\ntwo\n", "", "one\ntwo\n", 0},
		{"blank first", "\nbody", "", "body", 0},
	}
	for _, test := range tests {
		r := &reading{src: source{given: []byte(test.raw), raw: []byte(test.raw)}}
		var at int
		r.fields, at = r.scanHeader(nil, 0, len(test.raw))
		if got := first(r.collect().subject); got != test.subject || len(r.fields) != test.fields || test.raw[at:] != test.body {
			t.Errorf("%s: got %d fields, subject %q, body %q, want %d, %q, %q",
				test.name, len(r.fields), got, test.raw[at:], test.fields, test.subject, test.body)
		}
	}
}

func TestSplitParts(t *testing.T) {
	tests := []struct {
		name, body string
		want       []string
		closed     bool
	}{
		{"closed", "pre\n--b\none\n--b\ntwo\n--b--\nafter", []string{"one", "two"}, true},
		{"unclosed", "--b\none\n--b\ntwo\n", []string{"one", "two\n"}, false},
		{"CR LF", "--b\r\none\r\n--b--\r\n", []string{"one"}, true},
		{"mixed line ends", "--b\none\r\n--b\r\ntwo\n--b--", []string{"one", "two"}, true},
		{"blanks behind", "--b \t\none\n--b-- \n", []string{"one"}, true},
		{"another boundary", "--b2\none\n--b\ntwo\n--b--", []string{"two"}, true},
		{"empty part", "--b\n--b\n--b--", []string{"", ""}, true},
		{"none", "one\ntwo", nil, false},
		{"only closing", "one\n--b--", nil, true},
	}
	for _, test := range tests {
		spans, closed := splitParts([]byte(test.body), "b")
		var got []string
		for _, s := range spans {
			got = append(got, test.body[s.from:s.to])
		}
		if !reflect.DeepEqual(got, test.want) || closed != test.closed {
			t.Errorf("%s: got %q, closed %v, want %q, %v", test.name, got, closed, test.want, test.closed)
		}
	}
}

func TestBoundaries(t *testing.T) {
	for value, want := range map[string]string{
		`multipart/mixed; boundary="a b"`: "a b", "x; BOUNDARY=b; y": "b", "boundary = b": "b", "x": "", "boundary": "",
	} {
		if got := rawBoundary(value); got != want {
			t.Errorf("rawBoundary(%q): got %q, want %q", value, got, want)
		}
	}
	for body, want := range map[string]string{
		"text\n--b1\nContent-Type: text/plain\n\nx": "b1", "-- \nAnn\n": "", "--b1\nno header\n": "", "--b1": "",
	} {
		if got := sniffBoundary([]byte(body)); got != want {
			t.Errorf("sniffBoundary(%q): got %q, want %q", body, got, want)
		}
	}
}

func TestDecodeTransfer(t *testing.T) {
	tests := []struct{ encoding, raw, want string }{
		{"base64", "SGVsbG8=", "Hello"},
		{"base64", "SGVs\n!!bG8", "Hello"},
		{"base64", "SGk=SGk=", "HiHi"},
		{"base64", "SGk=\n\n____\nThe list\nlist@x.org\n", "Hi\n____\nThe list\nlist@x.org\n"},
		{"base64", "SGk=\nThe list\n", "HiThe list\n"},
		{"base64", "-_-_", "\xfb\xff\xbf"},
		{"base64", "SGVs-/+8=", "Hel\xff\xef"},
		{"quoted-printable", "a=3Db=\nc \nd=", "a=bc\nd"},
		{"quoted-printable", "=E9=zz=", "\xe9=zz"},
		{"uuencode", "begin 644 x\n#0V%T\n`\nend\n", "Cat"},
		{"uuencode", "#0V%T", "Cat"},
		{"7bit", "a=3D", "a=3D"},
	}
	for _, test := range tests {
		if got := decodeTransfer(test.encoding, []byte(test.raw), true); string(got) != test.want {
			t.Errorf("decodeTransfer(%s, %q): got %q, want %q", test.encoding, test.raw, got, test.want)
		}
	}
}

func TestAppendLines(t *testing.T) {
	for text, want := range map[string]string{
		"a\r\nb \t\n\n": "a\nb", ">From x\n>>From y\n> From z\n>x": "From x\nFrom y\n> From z\n>x", "\n\na": "\n\na", " \n": "", "": "",
	} {
		if got := appendLines(nil, text); !bytes.Equal(got, []byte(want)) {
			t.Errorf("appendLines(%q): got %q, want %q", text, got, want)
		}
	}
}
