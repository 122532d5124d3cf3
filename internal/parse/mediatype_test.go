package parse

import "testing"

func TestReadMediaType(t *testing.T) {
	tests := []struct{ value, kind, name, want string }{
		{"text/plain; charset=utf-8", "text/plain", "charset", "utf-8"},
		{"TEXT/HTML;CHARSET=\"UTF-8\"", "text/html", "charset", "UTF-8"},
		{"multipart/mixed; charset=; boundary=B", "multipart/mixed", "boundary", "B"},
		{"multipart/mixed; boundary=\"a b; c\"", "multipart/mixed", "boundary", "a b; c"},
		{"multipart/mixed boundary=B", "multipart/mixed", "boundary", "B"},
		{"text/plain; charset=us-ascii format=flowed", "text/plain", "format", "flowed"},
		{"text/plain; charset=us-ascii; charset=utf-8", "text/plain", "charset", "us-ascii"},
		{"image/png; name=my file.png; x=y", "image/png", "name", "my file.png"},
		{"image/png; name=\"open.png; x=y", "image/png", "x", "y"},
		{"image/png (a picture); name=a.png", "image/png", "name", "a.png"},
		{"image/png; name*=utf-8'en'caf%C3%A9.png", "image/png", "name", "café.png"},
		{"image/png; name*1=b.png; name*0=a", "image/png", "name", "ab.png"},
		{"image/png; name*0*=utf-8''caf%C3; name*1*=%A9; name*2=.png", "image/png", "name", "café.png"},
		{"image/png; name=\"=?utf-8?q?caf=C3=A9.png?=\"", "image/png", "name", "café.png"},
		{"image/png; name=\"a\\\"b\\c\"", "image/png", "name", `a"b\c`},
		{"text", "text", "charset", ""},
		{"", "", "name", ""},
		{";;;=;=\"", "", "name", ""},
	}
	for _, test := range tests {
		m := readMediaType(test.value)
		if got := m.text(test.name, ""); m.kind != test.kind || got != test.want {
			t.Errorf("readMediaType(%q): got %q with %s=%q, want %q with %q", test.value, m.kind, test.name, got, test.kind, test.want)
		}
	}
}
