package parse

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/xml"
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"

	"skein/internal/charset"
)

// node is an element of an expected structure of mime4j: a message, a
// multipart, a body part, or a body that names the file of its decoded bytes.
type node struct {
	XMLName xml.Name
	Name    string   `xml:"name,attr"`
	Header  []string `xml:"header>field"`
	Inside  []node   `xml:",any"`
	Text    string   `xml:",chardata"`
}

// kind returns the media type that the header of a node declares, or "".
func (n *node) kind() string {
	for _, f := range n.Header {
		name, value, _ := strings.Cut(strings.TrimSpace(f), ":")
		if strings.EqualFold(strings.TrimSpace(name), "Content-Type") {
			m := readMediaType(strings.TrimSpace(value))
			if m.known() {
				return m.kind
			}
		}
	}
	return ""
}

// leaf is an expected part that holds no parts.
type leaf struct {
	part string // path and type
	file string // of its decoded bytes; "" when only text is known
	text string
}

// leaves lists the parts of a message or body part that hold no parts. What is
// inside a message/rfc822 belongs to another message. A multipart without parts
// is for us the text that stands in the place of its preamble.
func (n *node) leaves(at, fallback string) []leaf {
	kind := cmp.Or(n.kind(), fallback)
	path := cmp.Or(at, "1")
	var found []leaf
	for _, in := range n.Inside {
		switch in.XMLName.Local {
		case "multipart":
			found = append(found, in.parts(at, kind)...)
			if len(found) == 0 {
				found = []leaf{{part: path + " text/plain", text: in.preamble()}}
			}
		case "text-body", "binary-body":
			found = append(found, leaf{part: path + " " + kind, file: in.Name})
		case "message":
			found = append(found, leaf{part: path + " " + kind})
		}
	}
	return found
}

// parts lists the leaves of the parts of a multipart.
func (n *node) parts(at, kind string) []leaf {
	inside := "text/plain"
	if kind == "multipart/digest" {
		inside = "message/rfc822"
	}
	var found []leaf
	count := 0
	for _, p := range n.Inside {
		if p.XMLName.Local == "body-part" {
			count++
			found = append(found, p.leaves(strings.TrimPrefix(at+"."+strconv.Itoa(count), "."), inside)...)
		}
	}
	return found
}

func (n *node) preamble() string {
	for _, in := range n.Inside {
		if in.XMLName.Local == "preamble" {
			return in.Text
		}
	}
	return ""
}

// partsOf lists our parts in the same form, without the file, and what each
// holds: the text that is shown, else the SHA-256 of its lines or bytes.
func partsOf(r *reading) (parts []string, holds map[string]string) {
	holds = make(map[string]string)
	for i := range r.parts {
		if p := &r.parts[i]; p.children == 0 {
			parts = append(parts, p.path+" "+p.media.kind)
		}
	}
	for i := range r.files {
		holds[r.files[i].Part+" "+r.files[i].Type] = string(r.files[i].digest[:])
	}
	for _, b := range r.bodies {
		holds[r.parts[b.part].path+" "+r.parts[b.part].media.kind] = b.text
	}
	return parts, holds
}

// agrees says whether a part holds what is expected. Bytes are compared, or
// their lines, and texts as they are shown.
func (l *leaf) agrees(r *reading, held string, files map[string][]byte) bool {
	file, known := files[l.file]
	text := l.text
	if l.file != "" {
		if !known {
			return false
		}
		sum, lines := sha256.Sum256(file), sha256.Sum256(appendLines(nil, file))
		if held == string(sum[:]) || held == string(lines[:]) {
			return true
		}
		// Files inside a text are taken out of both.
		beside := reading{parts: []part{{path: "1"}}}
		text, _ = charset.Text(beside.cutFiles(0, file), r.charsetOf(l.part))
	} else if text == "" {
		return true
	}
	return bytes.Equal(appendLines(nil, strings.TrimSpace(plainText(text))), appendLines(nil, strings.TrimSpace(held)))
}

// charsetOf returns the charset that a part declares.
func (r *reading) charsetOf(part string) string {
	for i := range r.parts {
		if p := &r.parts[i]; part == p.path+" "+p.media.kind {
			return p.media.get("charset")
		}
	}
	return ""
}

// differ says how what we read of a mail differs from what is expected, or "".
func differ(raw []byte, expected *node, files map[string][]byte) string {
	r := new(reading)
	if err := r.readParts(raw); err != nil {
		// Without a header field bytes are no mail here, and no message there.
		if len(expected.Header) == 0 && err.Error() == (&Rejection{"no header field"}).Error() {
			return ""
		}
		return err.Error()
	}
	got, holds := partsOf(r)
	want := expected.leaves("", "text/plain")
	for i := range max(len(got), len(want)) {
		switch {
		case i >= len(got) || i >= len(want):
			return fmt.Sprintf("got %d parts, want %d", len(got), len(want))
		case got[i] != want[i].part:
			return fmt.Sprintf("got part %q, want %q", got[i], want[i].part)
		case !want[i].agrees(r, holds[got[i]], files):
			return "got other content in part " + got[i]
		}
	}
	return ""
}

// Where we differ from mime4j on purpose.
var mime4jDifferences = map[string]string{
	"hdr-fakeout":                           "the text behind a separator that is not blank is shown; mime4j shows none",
	"basic-plain-with-bad-header-separator": "the text behind a separator that is not blank is shown whole; mime4j drops its first lines",
	"malformedHeaderStartsBody-nocrlfcrlf":  "the bytes of malformedHeader-nocrlfcrlf, of which the other expectation holds",
	"multi-frag":                            "the last group of damaged base64 is decoded though it lacks a character",
}

// Parts, their order, types and decoded content, against what another parser
// expects of hard mails.
func TestCorpusStructure(t *testing.T) {
	files := corpusFiles(t, "mime4j.tar.xz")
	agree, all := 0, 0
	for _, name := range slices.Sorted(maps.Keys(files)) {
		base, is := strings.CutSuffix(name, ".msg")
		if !is {
			continue
		}
		all++
		var expected node
		if err := xml.Unmarshal(files[base+"_decoded.xml"], &expected); err != nil {
			t.Fatal(err)
		}
		beside := make(map[string][]byte)
		for other, content := range files {
			if path.Dir(other) == path.Dir(name) {
				beside[path.Base(other)] = content
			}
		}
		difference := differ(files[name], &expected, beside)
		reason := mime4jDifferences[path.Base(base)]
		switch {
		case difference == "" && reason == "":
			agree++
		case difference == "":
			t.Errorf("%s: got what mime4j expects, want a difference: %s", name, reason)
		case reason == "":
			t.Errorf("%s: %s", name, difference)
		}
	}
	if all != 80 || agree < 76 {
		t.Errorf("got %d of %d mails as expected, want at least 76 of 80", agree, all)
	}
}
