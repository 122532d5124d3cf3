package charset

import (
	"testing"
	"unicode/utf8"
)

func TestText(t *testing.T) {
	tests := []struct {
		data, declared, want string
		held                 bool
	}{
		{"plain", "", "plain", true},
		{"café", "", "café", true},
		{"café", "us-ascii", "café", false},
		{"caf\xe9", "iso-8859-1", "café", true},
		{"\x93caf\xe9\x94", "ISO-8859-1", "“café”", true},
		{"caf\xe9", "us-ascii", "café", false},
		{"caf\xe9", "utf-8", "café", false},
		{"caf\xe9", "no-such-charset", "café", false},
		{"plain", "no-such-charset", "plain", true},
		{"café, thé", "iso-8859-1", "café, thé", false},
		{"caf\xc3\xa9", "iso-8859-1", "cafÃ©", true},
		{"\xd0\xd2\xc9\xd7\xc5\xd4", "koi8-r", "привет", true},
		{"\xd6\xd0\xb9\xfa", "gb2312", "中国", true},
		{"\x1b$BF|K\\\x1b(B", "iso-2022-jp", "日本", true},
		{"\xc7\xd1\xb1\xdb", "ks_c_5601-1987", "한글", true},
		{"a\x00", "utf-16be", "愀", true},
	}
	for _, test := range tests {
		got, held := Text([]byte(test.data), test.declared)
		if got != test.want || held != test.held {
			t.Errorf("Text(%q, %q): got %q, %v, want %q, %v", test.data, test.declared, got, held, test.want, test.held)
		}
	}
}

// The detector races with itself; its choice must not show that.
func TestDetectIsStable(t *testing.T) {
	data := []byte("\xd0\xd2\xc9\xd7\xc5\xd4, \xcb\xc1\xcb \xc4\xc5\xcc\xc1? \xf7\xd3\xc5 \xc8\xcf\xd2\xcf\xdb\xcf.")
	want := Detect(data)
	for range 50 {
		if got := Detect(data); got != want {
			t.Fatalf("Detect: got %q, want %q as before", got, want)
		}
	}
}

func TestPage(t *testing.T) {
	for _, test := range []struct {
		data string
		page int
		want string
	}{
		{"caf\xe9", 1252, "café"},
		{"\xcf\xf0", 1251, "Пр"},
		{"\x93\xfa\x96\x7b", 932, "日本"},
		{"café", UTF8Page, "café"},
		{"caf\xe9", UTF8Page, "caf\uFFFD"},
		{"caf\xe9", 29999, "café"},
	} {
		if got := Page([]byte(test.data), test.page); got != test.want {
			t.Errorf("Page(%q, %d): got %q, want %q", test.data, test.page, got, test.want)
		}
	}
	if KnownPage(29999) || !KnownPage(1251) {
		t.Errorf("KnownPage: got %v of 29999, %v of 1251", KnownPage(29999), KnownPage(1251))
	}
}

// FuzzText demands valid UTF-8, whatever is declared.
func FuzzText(f *testing.F) {
	f.Add([]byte("caf\xe9"), "utf-8")
	f.Add([]byte("\x1b$BF|K\\\x1b(B"), "iso-2022-jp")
	f.Fuzz(func(t *testing.T, data []byte, declared string) {
		text, _ := Text(data, declared)
		for _, got := range []string{text, Short(data, declared, "koi8-r"), Page(data, len(data)%2000)} {
			if !utf8.ValidString(got) {
				t.Errorf("got %q, want valid UTF-8", got)
			}
		}
	})
}
