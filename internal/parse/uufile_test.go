package parse

import (
	"crypto/sha256"
	"reflect"
	"strings"
	"testing"

	"skein/internal/mail"
)

// cat is the three bytes "Cat" in uuencode.
const cat = "begin 644 my cat.txt\n#0V%T\n`\nend\n"

func TestInlineFiles(t *testing.T) {
	tests := []struct {
		name, text, left string
		files            []string // names
		detail           string
	}{
		{"one", "before\n\n" + cat + "after\n", "before\n\nafter", []string{"my cat.txt"}, "uuencode"},
		{"two", cat + "between\n" + cat, "between", []string{"my cat.txt", "my cat.txt"}, "uuencode"},
		{"CR LF", strings.ReplaceAll("before\n"+cat, "\n", "\r\n"), "before", []string{"my cat.txt"}, "uuencode"},
		{"no end", "before\nbegin 644 a\n#0V%T\n", "before", []string{"a"}, "uuencode without its end"},
		{"cut short", "begin 644 a\n#0V%T\nand so on\n", "and so on", []string{"a"}, "uuencode without its end"},
		{"blanks lost at the end", "begin 644 a\n#0V%T\n\nend\n", "", []string{"a"}, "uuencode"},
		{"a checksum behind", "begin 644 a\n#0V%TX\n`\nend\n", "", []string{"a"}, "uuencode"},
		{"prose", "begin 644 things to do\nand so on\n", "begin 644 things to do\nand so on", nil, ""},
		{"no mode", "begin the day\n#0V%T\nend\n", "begin the day\n#0V%T\nend", nil, ""},
		{"quoted", "> " + strings.ReplaceAll(cat, "\n", "\n> "), "> " + strings.ReplaceAll(cat, "\n", "\n> "), nil, ""},
	}
	for _, test := range tests {
		raw := mailOf("From: a@x.org")
		raw = strings.TrimSuffix(raw, "Hello.\n") + test.text
		result := parsed(t, raw)
		var names []string
		for i, a := range result.Facts.Attachments {
			names = append(names, a.Name)
			if part := "1." + string(rune('1'+i)); a.SHA != sha256.Sum256([]byte("Cat")) || a.Part != part || a.Size != 3 {
				t.Errorf("%s: got %+v, want the bytes \"Cat\" as part %s", test.name, a, part)
			}
		}
		if !reflect.DeepEqual(names, test.files) || result.Text != test.left {
			t.Errorf("%s: got files %q and text %q, want %q and %q", test.name, names, result.Text, test.files, test.left)
		}
		var found []mail.Defect
		for _, d := range result.Facts.Defects {
			if d.Kind == InlineFile && d.Detail == test.detail && strings.HasPrefix(raw[d.Offset:], "begin 644 ") {
				found = append(found, d)
			}
		}
		if len(found) != len(test.files) {
			t.Errorf("%s: got defects %+v, want one for each file at its begin line", test.name, result.Facts.Defects)
		}
	}
}

func TestInlineFilesAreBounded(t *testing.T) {
	f := factsOf(t, mailOf("From: a@x.org")+strings.Repeat(cat, maxParts+10))
	if len(f.Attachments) != maxParts {
		t.Errorf("attachments: got %d, want %d", len(f.Attachments), maxParts)
	}
}
