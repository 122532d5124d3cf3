package parse

import (
	"slices"
	"testing"
)

func TestScanIDs(t *testing.T) {
	tests := []struct {
		value string
		words bool
		want  []string
	}{
		{"<a1@example.org>", false, []string{"a1@example.org"}},
		{"<a1@example.org> <b2@example.org>", true, []string{"a1@example.org", "b2@example.org"}},
		{"<a1@example.org><b2@example.org>", true, []string{"a1@example.org", "b2@example.org"}},
		{"<a1 @example.\torg>", false, []string{"a1@example.org"}},
		{`Your message of "Mon, 22 Jul 2002 10:00:00 EDT." <a1@example.org>`, false, []string{"a1@example.org"}},
		{`Message from Ann <ann@example.org> of "Fri, 19 Jul 2002 14:28:42 BST." <a1@example.org>`, false, []string{"a1@example.org"}},
		{`message from Ann Other on Fri, 19 Jul 2002 <a1@example.org>`, false, []string{"a1@example.org"}},
		{`"<a1@example.org>"`, false, []string{"a1@example.org"}},
		{"<a1@example.org", false, []string{"a1@example.org"}},
		{"<a1@example.org <b2@example.org>", true, []string{"a1@example.org", "b2@example.org"}},
		{"a1@example.org", false, []string{"a1@example.org"}},
		{"a1@example.org>", false, []string{"a1@example.org"}},
		{"a1@example.org, b2@example.org", true, []string{"a1@example.org", "b2@example.org"}},
		{"the mail of ann@example.org last week", false, nil},
		{"<>", false, nil},
		{"<no-at-sign>", false, []string{"no-at-sign"}},
		{"", true, nil},
		{"<<<<", true, nil},
	}
	for _, test := range tests {
		if got := scanIDs(test.value, test.words); !slices.Equal(got, test.want) {
			t.Errorf("scanIDs(%q, %v): got %q, want %q", test.value, test.words, got, test.want)
		}
	}
}

func TestOwnIDs(t *testing.T) {
	tests := []struct{ values, want []string }{
		{[]string{"<a@b>"}, []string{"a@b"}},
		{[]string{"<a@b>", "<c@d>", "<a@b>"}, []string{"a@b", "c@d"}},
		{[]string{"no brackets"}, []string{"nobrackets"}},
		{[]string{"  <>  "}, nil},
		{[]string{"<two@at@signs>"}, []string{"two@at@signs"}},
		{nil, nil},
	}
	for _, test := range tests {
		if got := ownIDs(test.values); !slices.Equal(got, test.want) {
			t.Errorf("ownIDs(%q): got %q, want %q", test.values, got, test.want)
		}
	}
}

func TestCitations(t *testing.T) {
	raw := mailOf(
		"Message-ID: <own@example.org>",
		"From: Ann <ann@example.org>",
		"To: Bob <Bob@example.org>",
		"In-Reply-To: <parent@example.org>",
		"References: <first@x.org> <own@example.org> <bob@example.org> <second@x.org> <y> <first@x.org>",
	)
	f := factsOf(t, raw)
	if want := []string{"parent@example.org"}; !slices.Equal(f.InReplyTo, want) || !f.InReplyToStrict {
		t.Errorf("InReplyTo: got %q, strict %v, want %q, strict", f.InReplyTo, f.InReplyToStrict, want)
	}
	if want := []string{"second@x.org", "first@x.org"}; !slices.Equal(f.References, want) {
		t.Errorf("References: got %q, want %q", f.References, want)
	}
}

func TestInReplyToStrict(t *testing.T) {
	tests := []struct {
		value string
		want  bool
	}{
		{"<parent@x.org>", true},
		{"  <parent@x.org>  ", true},
		{"<parent@x.org> (yesterday)", false},
		{"<parent@x.org> <other@x.org>", false},
		{"parent@x.org", false},
		{"Your message <parent@x.org>", false},
		{"<ann@example.org>", false},
	}
	for _, test := range tests {
		f := factsOf(t, mailOf("From: ann@example.org", "In-Reply-To: "+test.value))
		if f.InReplyToStrict != test.want {
			t.Errorf("In-Reply-To %q: got strict %v, want %v", test.value, f.InReplyToStrict, test.want)
		}
	}
}
