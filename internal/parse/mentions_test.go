package parse

import (
	"strings"
	"testing"

	"skein/internal/mail"
)

// show writes mentions as "name|address" or "group:name|address".
func show(found []mail.Mention) string {
	var all []string
	for _, m := range found {
		s := m.Name + "|" + m.Address
		if m.Group != "" {
			s = m.Group + ":" + s
		}
		all = append(all, s)
	}
	return strings.Join(all, " ; ")
}

func TestMentions(t *testing.T) {
	tests := []struct{ value, want string }{
		{"ann@example.org", "|ann@example.org"},
		{"Ann Other <Ann@Example.ORG>", "Ann Other|ann@example.org"},
		{`"Other, Ann" <ann@example.org>, bob@example.org`, "Other, Ann|ann@example.org ; |bob@example.org"},
		{"Other, Ann <ann@example.org>", "Other, Ann|ann@example.org"},
		{"root, Bob Builder <bob@example.org>", "root|root ; Bob Builder|bob@example.org"},
		{"ann@example.org (Ann Other)", "Ann Other|ann@example.org"},
		{"ann@example.org (Ann (the) Other)", "Ann (the) Other|ann@example.org"},
		{"Ann Other [mailto:ann@example.org]", "Ann Other|ann@example.org"},
		{"<mailto:ann@example.org>", "|ann@example.org"},
		{"mailto:ann@example.org", "|ann@example.org"},
		{"ann at example.org (Ann Other)", "Ann Other|ann@example.org"},
		{"ann at example dot org", "|ann@example.org"},
		{"Ann <ann at example.org>", "Ann|ann@example.org"},
		{"ann@example.org; bob@example.org;", "|ann@example.org ; |bob@example.org"},
		{"Other, Ann; Builder, Bob", "Other, Ann|other, ann ; Builder, Bob|builder, bob"},
		{"Bob <bob@example.org", "Bob|bob@example.org"},
		{"Bob <bob@example.org, Ann <ann@example.org>", "Bob|bob@example.org ; Ann|ann@example.org"},
		{"ann@example.org,,", "|ann@example.org"},
		{"ann@example.org bob@example.org", "|ann@example.org ; |bob@example.org"},
		{"<ann@example.org> <bob@example.org>", "|ann@example.org ; |bob@example.org"},
		{"Ann Other ann@example.org", "Ann Other|ann@example.org"},
		{"ann @ example.org", "|ann@example.org"},
		{"Ann Other", "Ann Other|ann other"},
		{
			"The Team: ann@example.org, Bob <bob@example.org>;, c@example.org",
			"The Team:|ann@example.org ; The Team:Bob|bob@example.org ; |c@example.org",
		},
		{"undisclosed-recipients:;", ""},
		{"undisclosed-recipients: ;", ""},
		{"Undisclosed-Recipient:;@example.org", ""},
		{"<Undisclosed-Recipient:;@example.org>", ""},
		{"Undisclosed recipients", ""},
		{"<AddressListTooLong-Suppressed:;>", ""},
		{"<>", ""},
		{"", ""},
		{", ; ,", ""},
		{"=?utf-8?q?J=C3=B6rg?= <j@example.org>", "Jörg|j@example.org"},
		{`"=?utf-8?q?J=C3=B6rg?=" <j@example.org>`, "Jörg|j@example.org"},
		{"=?utf-8?q?Other, J=C3=B6rg?= <j@example.org>", "Other, Jörg|j@example.org"},
		{"=?x-none?q?Ann?= <ann@example.org>", "Ann|ann@example.org"},
		{"J\xf6rg <j@example.org>", "Jörg|j@example.org"},
		{"=?utf-8?q?Ann_=3Cann@example.org=3E?=", "Ann|ann@example.org"},
		{"'ann@example.org'", "|ann@example.org"},
		{`"'ann@example.org'" <ann@example.org>`, "|ann@example.org"},
		{"Ann <'ann@example.org'>", "Ann|ann@example.org"},
		{`"ann b"@example.org`, `|"ann b"@example.org`},
		{"<@a.org,@b.org:ann@example.org>", "|ann@example.org"},
		{"/O=EXAMPLE/OU=NA/CN=RECIPIENTS/CN=AOTHER", "|/o=example/ou=na/cn=recipients/cn=aother"},
		{"Ann Other </O=EXAMPLE/CN=RECIPIENTS/CN=AOTHER>", "Ann Other|/o=example/cn=recipients/cn=aother"},
		{"Ann Other/HOU/EXAMPLE@EXAMPLE", "|ann other/hou/example@example"},
		{"CN=Ann Other/OU=HOU/O=EXAMPLE@EXAMPLE, Bob/HOU/EXAMPLE@EXAMPLE", "|ann other/hou/example@example ; |bob/hou/example@example"},
		{`"Other, Ann" <IMCEAEX-_O=EXAMPLE_CN=RECIPIENTS_CN=AOTHER@example.org>`, "Other, Ann|/o=example/cn=recipients/cn=aother"},
		{"Other, Ann </O=EXAMPLE/CN=AOTHER>; Bob <bob@example.org>", "Other, Ann|/o=example/cn=aother ; Bob|bob@example.org"},
		{`"unclosed <ann@example.org>`, `"unclosed|ann@example.org`},
		{"(unclosed ann@example.org", "(unclosed|ann@example.org"},
		{`Ann "Nick" Other <ann@example.org>`, "Ann Nick Other|ann@example.org"},
		{"Ann <ann@bücher.example>", "Ann|ann@xn--bcher-kva.example"},
		{"Ann <>", "Ann|ann"},
	}
	for _, test := range tests {
		got := show(mentions(nil, mail.To, []string{test.value}, "", 100))
		if got != test.want {
			t.Errorf("mentions(%q):\n got %s\nwant %s", test.value, got, test.want)
		}
	}
}

func TestMentionRoles(t *testing.T) {
	f := factsOf(t, mailOf("Delivered-To: d@x.org", "Cc: c@x.org", "To: t1@x.org, t2@x.org", "Reply-To: r@x.org",
		"Sender: s@x.org", "Bcc: b@x.org", "From: f@x.org", "To: t3@x.org"))
	var got []string
	for _, m := range f.Mentions {
		got = append(got, m.Role.String()+"="+m.Address)
	}
	want := "from=f@x.org to=t1@x.org to=t2@x.org to=t3@x.org cc=c@x.org bcc=b@x.org sender=s@x.org reply-to=r@x.org delivered-to=d@x.org"
	if all := strings.Join(got, " "); all != want {
		t.Errorf("mentions:\n got %s\nwant %s", all, want)
	}
}

func TestMentionLimit(t *testing.T) {
	f := factsOf(t, mailOf("From: a@x.org", "To: "+strings.Repeat("a,", maxMentions+100)))
	if len(f.Mentions) != maxMentions {
		t.Errorf("mentions: got %d, want %d", len(f.Mentions), maxMentions)
	}
	if !hasDefect(f, TooManyNames) {
		t.Errorf("defects: got %v, want %s among them", f.Defects, TooManyNames)
	}
}

func TestAddress(t *testing.T) {
	tests := []struct{ text, want string }{
		{"ann@example.org", "ann@example.org"},
		{" <Ann@Example.Org> ", "ann@example.org"},
		{"MAILTO:ann@example.org", "ann@example.org"},
		{"SMTP:ann@example.org", "ann@example.org"},
		{`"ann"@example.org`, "ann@example.org"},
		{"ann@example.org.", "ann@example.org"},
		{"'ann@example.org'", "ann@example.org"},
		{"ann@BÜCHER.example", "ann@xn--bcher-kva.example"},
		{".palmer@example.org", ".palmer@example.org"},
		{"IMCEAEX-_O=EXAMPLE_OU=NA_CN=RECIPIENTS_CN=AOTHER@example.org", "/o=example/ou=na/cn=recipients/cn=aother"},
		{"IMCEAEX-_O=EX+20AMPLE_CN=A+5FB+40C@example.org", "/o=ex ample/cn=a_b@c"},
		{"IMCEAEX-", "imceaex-"},
		{"IMCEANOTES-+22Ann+20Other+2FHOU+2FEXAMPLE+22+40EXAMPLE@example.org", "ann other/hou/example@example"},
		{"IMCEANOTES-Ann+20Other_HOU_EXAMPLE+40EXAMPLE@example.org", "ann other/hou/example@example"},
		{"IMCEASMTP-Ann+40Example+2Eorg@example.com", "ann@example.org"},
		{"CN=Ann Other/OU=HOU/O=EXAMPLE@EXAMPLE", "ann other/hou/example@example"},
		{"CN=Ann Other/OU=HOU/O=EXAMPLE", "ann other/hou/example"},
		{"CN=Ann Other", "cn=ann other"},
		{"@", ""},
		{"", ""},
		{`"" <>`, ""},
		{strings.Repeat("a", 400) + "@example.org", strings.Repeat("a", 320)},
	}
	for _, test := range tests {
		got := Address(test.text)
		if got != test.want {
			t.Errorf("Address(%q): got %q, want %q", test.text, got, test.want)
		}
		if again := Address(got); again != got {
			t.Errorf("Address(%q): got %q, want the normal form to be its own", got, again)
		}
	}
}
