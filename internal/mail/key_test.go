package mail

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestCanonicalMessageID(t *testing.T) {
	long := strings.Repeat("a", 2000)
	for _, test := range []struct{ name, id, want string }{
		{"plain", "a@b", "a@b"},
		{"brackets", "<a@b>", "a@b"},
		{"brackets twice", "<<a@b>>", "a@b"},
		{"only one bracket", "<a@b", "a@b"},
		{"space around and within", " \t<a\r\n  @ b> ", "a@b"},
		{"other white space", "a\u00a0@\u2003b", "a@b"},
		{"case is kept", "<ABC@Example.ORG>", "ABC@Example.ORG"},
		{"brackets within are kept", "a<b>c@d", "a<b>c@d"},
		{"not UTF-8", "a\xff\xfe@b", "a\uFFFD@b"},
		{"nothing", "", ""},
		{"nothing in brackets", "< >", ""},
		{"cut at the length of a line", "<" + long + ">", long[:998]},
		{"never cut within a letter", long[:997] + "é" + long, long[:997]},
		{"a bracket at the cut", long[:997] + ">" + long, long[:997]},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := CanonicalMessageID(test.id); got != test.want {
				t.Errorf("CanonicalMessageID(%.40q) = %.40q (%d bytes), want %.40q", test.id, got, len(got), test.want)
			}
		})
	}
}

func FuzzCanonicalMessageID(f *testing.F) {
	for _, seed := range []string{"<a@b>", " <a @\tb> ", "<<x>>", "\xff<", "a>b<c", strings.Repeat("é", 700), "<\u2003>", strings.Repeat(">", 999)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, id string) {
		got := CanonicalMessageID(id)
		if again := CanonicalMessageID(got); again != got {
			t.Errorf("canonical again: got %q, want %q", again, got)
		}
		if len(got) > 998 || !utf8.ValidString(got) || strings.Join(strings.Fields(got), "") != got {
			t.Errorf("CanonicalMessageID(%q) = %q: %d bytes, want at most 998 of valid UTF-8 without white space", id, got, len(got))
		}
		key := MessageIDKey(got)
		if back, ok := key.MessageID(); key != "" && (!ok || back != got) {
			t.Errorf("MessageID of %q: got %q, %t, want %q", key, back, ok, got)
		}
	})
}

func TestKeyText(t *testing.T) {
	if got := MessageIDKey(""); got != "" {
		t.Errorf("key of no id: got %q, want none", got)
	}
	if got, want := MessageIDKey("a@b"), Key("mid:a@b"); got != want {
		t.Errorf("key of a Message-ID: got %q, want %q", got, want)
	}
	content := ContentKey(Hash{0xab, 1})
	if want := Key("con:ab010000000000000000000000000000"); content != want {
		t.Errorf("key of a content: got %q, want %q", content, want)
	}
	if id, ok := content.MessageID(); ok {
		t.Errorf("Message-ID of a content key: got %q, want none", id)
	}
}

// TestKeyOrder fixes the order of kinds, which decides what id a message shows.
func TestKeyOrder(t *testing.T) {
	want := []Key{"mid:A", "mid:a", "mid:z", "tix:00", "tix:01", "con:00", "con:ff", "quo:00/1", "quo:00/2", "zzz", "~"}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, Key.Compare)
	if !slices.Equal(got, want) {
		t.Errorf("order of keys: got %q, want %q", got, want)
	}
	for _, a := range want {
		for _, b := range want {
			if a.Compare(b) != -b.Compare(a) || (a.Compare(b) == 0) != (a == b) {
				t.Errorf("Compare(%q, %q) = %d and back %d", a, b, a.Compare(b), b.Compare(a))
			}
		}
	}
}

// TestKnownIDs fixes ids by what a plain SHA-256 gives, for they stand in
// reports for years.
func TestKnownIDs(t *testing.T) {
	first16 := func(text string) string {
		sum := sha256.Sum256([]byte(text))
		return hex.EncodeToString(sum[:16])
	}
	ann, bo := AddressHash("ann@x"), AddressHash("bo@x")
	for _, test := range []struct {
		what string
		got  ID
		want string
	}{
		{"message", MessageIDKey("a@b").Hash().ID(MessageLetter), "M_" + first16("mid:a@b")},
		{"thread", MessageIDKey("a@b").Hash().ID(ThreadLetter), "T_" + first16("mid:a@b")},
		{"person", ann.ID(PersonLetter), "P_" + first16("addr:ann@x")},
		{"batch", BatchHash("main", "23").ID(BatchLetter), "B_" + first16("batch:main\x0023")},
		{"tie", TieID(ann, bo), "W_" + first16("addr:ann@x") + first16("addr:bo@x")},
		{"spelled out", MessageIDKey("a@b").Hash().ID(MessageLetter), "M_803aa97b787f6d48bb965a9f12adc936"},
	} {
		if string(test.got) != test.want {
			t.Errorf("id of a %s: got %s, want %s", test.what, test.got, test.want)
		}
	}
	if a, b := BatchHash("a", "b"), BatchHash("a\x00b", ""); a == b {
		t.Errorf("batch b of a and the batch without a name of a\\0b share hash %x", a)
	}
}

func TestIDParse(t *testing.T) {
	const hash ID = "00112233445566778899aabbccddeeff"
	for _, test := range []struct {
		id ID
		ok bool
	}{
		{"M_" + hash, true},
		{"T_" + hash, true},
		{"Q_" + hash, true},
		{"", false},
		{"M", false},
		{"M_", false},
		{"M" + hash, false},
		{"m_" + hash, false},
		{"é_" + hash, false},
		{"\xff_" + hash, false},
		{"M_" + hash[2:], false},
		{"M_" + hash + "00", false},
		{"M_" + hash + hash, false},
		{"M_" + ID(strings.ToUpper(string(hash))), false},
		{"M_" + hash[:31] + "g", false},
		{"M_ " + hash[1:], false},
	} {
		letter, h, ok := test.id.Parse()
		if ok != test.ok {
			t.Errorf("Parse(%q): got ok %t, want %t", test.id, ok, test.ok)
		}
		if ok && h.ID(letter) != test.id {
			t.Errorf("Parse(%q) and back: got %q", test.id, h.ID(letter))
		}
	}
}

func TestTieID(t *testing.T) {
	ann, bo := AddressHash("ann@x"), AddressHash("bo@x")
	id := TieID(ann, bo)
	if from, to, ok := id.ParseTie(); !ok || from != ann || to != bo {
		t.Errorf("ParseTie(%s): got %x, %x, %t, want %x, %x, true", id, from, to, ok, ann, bo)
	}
	if back := TieID(bo, ann); back == id {
		t.Errorf("a tie and its reverse share id %s", id)
	}
	if again := TieID(ann, bo); again != id {
		t.Errorf("TieID again: got %s, want %s", again, id)
	}
	if _, _, ok := id.Parse(); ok {
		t.Errorf("Parse(%s): got ok, want a tie to be no single hash", id)
	}
	for _, wrong := range []ID{"", "W_", "W_00", ann.ID(TieLetter), "M" + id[1:], id + "00"} {
		if _, _, ok := wrong.ParseTie(); ok {
			t.Errorf("ParseTie(%q): got ok, want not", wrong)
		}
	}
}

func FuzzID(f *testing.F) {
	f.Add("M_00112233445566778899aabbccddeeff")
	f.Add(string(TieID(Hash{1}, Hash{2})))
	f.Add("\xff_00112233445566778899aabbccddeeff")
	f.Add("W_")
	f.Fuzz(func(t *testing.T, text string) {
		id := ID(text)
		letter, h, ok := id.Parse()
		if ok && h.ID(letter) != id {
			t.Errorf("Parse(%q) and back: got %q", id, h.ID(letter))
		}
		from, to, tie := id.ParseTie()
		if tie && TieID(from, to) != id {
			t.Errorf("ParseTie(%q) and back: got %q", id, TieID(from, to))
		}
		if ok && tie {
			t.Errorf("%q is both one hash and two", id)
		}
	})
}

func TestHashText(t *testing.T) {
	type pair struct {
		H Hash
		S SHA
	}
	want := pair{Hash{1, 0xfe}, SHA{2, 0xff}}
	text, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got pair
	if err := json.Unmarshal(text, &got); err != nil || got != want {
		t.Errorf("%s read back: got %v, error %v, want %v", text, got, err, want)
	}
	for _, wrong := range []string{"", "00", strings.Repeat("g", 32), strings.Repeat("0", 34)} {
		if err := new(Hash).UnmarshalText([]byte(wrong)); err == nil {
			t.Errorf("hash of %q: got no error, want one", wrong)
		}
	}
}

func TestRoleNames(t *testing.T) {
	want := []string{"from", "to", "cc", "bcc", "sender", "reply-to", "delivered-to", "role?"}
	for role, name := range want {
		if got := Role(role).String(); got != name {
			t.Errorf("name of role %d: got %q, want %q", role, got, name)
		}
	}
}
