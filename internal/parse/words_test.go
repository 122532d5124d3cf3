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
