package parse

import "testing"

func TestDecodeWords(t *testing.T) {
	tests := []struct{ value, fallback, want string }{
		{"plain", "", "plain"},
		{"  two \t words\r\n ", "", "two words"},
		{"=?utf-8?q?caf=C3=A9_noir?=", "", "café noir"},
		{"=?UTF-8?B?Y2Fmw6k=?=", "", "café"},
		{"=?utf-8?B?Y2Fmw6k?=", "", "café"},
		{"=?iso-8859-1?q?caf=E9?= au lait", "", "café au lait"},
		{"=?utf-8?q?a?= =?utf-8?q?b?=", "", "ab"},
		{"=?utf-8?q?caf=C3?= =?utf-8?q?=A9?=", "", "café"},
		{"=?utf-8?b?Y2Fmww==?=\r\n =?utf-8?b?qQ==?=", "", "café"},
		{"=?utf-8?q?a?= b =?iso-8859-1?q?=E9?=", "", "a b é"},
		{`"=?utf-8?q?caf=C3=A9?="`, "", `"café"`},
		{"Re:=?utf-8?q?caf=C3=A9?=!", "", "Re:café!"},
		{"=?nobody-knows?q?caf=C3=A9?=", "", "café"},
		{"=?utf-8*en?q?caf=C3=A9?=", "", "café"},
		{"=?utf-8?q?un closed", "", "un closed"},
		{"=?utf-8?q?one =?utf-8?q?two?=", "", "one two"},
		{"=?utf-8?x?one?=", "", "=?utf-8?x?one?="},
		{"=?", "", "=?"},
		{"=??=", "", "=??="},
		{"=?a?q?", "", ""},
		{"=?utf-8?q?=ZZ=3?=", "", "=ZZ=3"},
		{"caf\xe9", "", "café"},
		{"\xcf\xf0\xe8\xe2\xe5\xf2", "windows-1251", "Привет"},
		{"café", "iso-8859-1", "café"},
		{"=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "", "日本"},
		{"a\x00b\x07c", "", "a b c"},
	}
	for _, test := range tests {
		if got := decodeWords(test.value, test.fallback); got != test.want {
			t.Errorf("decodeWords(%q, %q): got %q, want %q", test.value, test.fallback, got, test.want)
		}
	}
}

func TestDecodeText(t *testing.T) {
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
		got, held := decodeText([]byte(test.data), test.declared)
		if got != test.want || held != test.held {
			t.Errorf("decodeText(%q, %q): got %q, %v, want %q, %v", test.data, test.declared, got, held, test.want, test.held)
		}
	}
}

// The detector races with itself; its choice must not show that.
func TestDetectIsStable(t *testing.T) {
	data := []byte("\xd0\xd2\xc9\xd7\xc5\xd4, \xcb\xc1\xcb \xc4\xc5\xcc\xc1? \xf7\xd3\xc5 \xc8\xcf\xd2\xcf\xdb\xcf.")
	want := detect(data)
	for range 50 {
		if got := detect(data); got != want {
			t.Fatalf("detect: got %q, want %q as before", got, want)
		}
	}
}
