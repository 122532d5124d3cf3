package query

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"skein/internal/mail"
)

func TestFold(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"empty", "", ""},
		{"ASCII", "Re: Hello, World 42!", "re hello world 42"},
		{"nothing but signs", " \t!!! ¶ --- \x00 😀 ", ""},
		{"address", "Foo.Bar@x-corp.COM", "foo bar x corp com"},
		{"apostrophes", "don't don’t", "don t don t"},
		{"number", "2,500.50", "2 500 50"},
		{"accents", "Zoë café naïve ÅNGSTRÖM", "zoe cafe naive angstrom"},
		{"decomposed accents", "Zoe\u0308 cafe\u0301", "zoe cafe"},
		{"special letters", "Straße STRASSE STRAẞE Æther Øre Łódź ısı ISI İSİ œuvre Þór", "strasse strasse strasse aether ore lodz isi isi isi oeuvre thor"},
		{"ligature and width", "ﬁle Ｆｕｌｌ ½ ™ Ⅷ", "file full 1 2 tm viii"},
		{"Greek", "ΟΔΥΣΣΕΎΣ Οδυσσεύς", "οδυσσευς οδυσσευς"},
		{"Cyrillic", "Ёлка ЙОД", "елка иод"},
		{"Hebrew points", "שָׁלוֹם", "שלום"},
		{"Arabic harakat and tatweel", "مُحَمَّد محـــمد", "محمد محمد"},
		{"Han", "東京都庁", "東 京 都 庁"},
		{"Han between letters", "abc東京def", "abc 東 京 def"},
		{"kana", "がカ゛ラーメン", "が カ ラ ー メ ン"},
		{"half-width kana", "ｶﾞﾊﾟ", "ガ パ"},
		{"compatibility square", "㍿", "株 式 会 社"},
		{"Hangul", "서울에서 만나요", "서울에서 만나요"},
		{"conjoining Hangul", "\u1112\u1161\u11ab", "한"},
		{"Thai", "กรุงเทพ", "ก รุ ง เ ท พ"},
		{"Thai digits", "๒๐๑๕", "๒๐๑๕"},
		{"Devanagari", "हिन्दी में", "हिन्दी में"},
		{"soft hyphen and joiners", "in\u00advisible zero\u200bwidth no\u2060break", "invisible zero width nobreak"},
		{"invalid UTF-8", "a\xffb\xc3", "a b"},
		{"long run", strings.Repeat("x", 130), strings.Repeat("x", 64) + " " + strings.Repeat("x", 64) + " xx"},
		{"long run beyond ASCII", strings.Repeat("д", 65), strings.Repeat("д", 64) + " д"},
		{"stacked marks", "क" + strings.Repeat("\u093f", 5000) + "x", "क" + strings.Repeat("\u093f", 8) + "x"},
	} {
		if got := Fold(test.text); got != foldSigma(test.want) {
			t.Errorf("%s: Fold(%q) = %q, want %q", test.name, test.text, got, test.want)
		}
	}
}

// foldSigma lets the table above be read as Greek.
func foldSigma(want string) string { return strings.ReplaceAll(want, "ς", "σ") }

func TestAppendFoldKeepsWhatWasThere(t *testing.T) {
	if got, want := string(AppendFold([]byte("A b!"), "Ç d")), "A b!c d"; got != want {
		t.Errorf("AppendFold = %q, want %q", got, want)
	}
}

// checkFolded fails unless folded keeps the promises of Fold for text.
func checkFolded(t *testing.T, text string) {
	t.Helper()
	folded := Fold(text)
	if !utf8.ValidString(folded) || !norm.NFC.IsNormalString(folded) {
		t.Errorf("Fold(%q) = %q, want normal UTF-8", text, folded)
	}
	if again := Fold(folded); again != folded {
		t.Errorf("Fold(Fold(%q)) = %q, want %q", text, again, folded)
	}
	if folded == "" {
		return
	}
	for token := range strings.SplitSeq(folded, " ") {
		if n := utf8.RuneCountInString(token); n == 0 || n > maxTokenRunes {
			t.Errorf("Fold(%q) has the token %q of %d characters, want 1 to %d", text, token, n, maxTokenRunes)
		}
		if strings.ContainsFunc(token, isNoTokenRune) {
			t.Errorf("Fold(%q) has the token %q, want letters, digits and marks", text, token)
		}
	}
}

func isNoTokenRune(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r)
}

func TestFoldEveryCharacter(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if isDull(r) {
			continue
		}
		one := string(r)
		checkFolded(t, one)
		checkFolded(t, "x"+one+"y"+one)
		folded := Fold(one)
		for _, other := range []rune{unicode.ToLower(r), unicode.ToUpper(r), unicode.ToTitle(r)} {
			if got := Fold(string(other)); got != folded {
				t.Errorf("Fold(%q) = %q and Fold(%q) = %q, want the same", other, got, r, folded)
			}
		}
		if got := Fold(norm.NFKC.String(one)); got != folded {
			t.Errorf("Fold(NFKC(%q)) = %q, want %q", one, got, folded)
		}
	}
}

// isDull leaves out, to save time, planes where one character is as another.
func isDull(r rune) bool {
	return r >= 0xE000 && r < 0xF900 || r >= 0x20000 && r < 0x2F800 || r >= 0x30000 && r < 0xE0000 || r >= 0xE0200
}

func TestSourceTokens(t *testing.T) {
	text := "¿Qué, 東京 " + strings.Repeat("z", 65) + "?"
	want := []sourceToken{
		{"que", 2, 6},
		{"東", 8, 11},
		{"京", 11, 14},
		{strings.Repeat("z", 64), 15, 80},
		{"z", 15, 80},
	}
	got := sourceTokens(text)
	if len(got) != len(want) {
		t.Fatalf("sourceTokens(%q) = %v, want %v", text, got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("token %d = %v, want %v", i, got[i], want[i])
		}
	}
}

func FuzzFold(f *testing.F) {
	for _, seed := range []string{
		"", "Hello, World", "Ça va? ½ ﬁ", "東京がカﾞ", "\u1112\u1161\u11ab\u11ab", "กรุงเทพ กำ",
		"a\u0301\u0327\u093f\u093f", "\xff\xfeabc", strings.Repeat("é\u0e38", 70), "x\u200b\u00ad\u3099か\u200d\u3099",
		strings.Repeat("\u1161", 50), "ﷺ㍿ǆ", "가\u11a8\u0305\u11a8",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		checkFolded(t, text)
		var tokens []string
		for _, token := range sourceTokens(text) {
			if token.start >= token.end || token.end > len(text) {
				t.Errorf("token %v of %q, want a range within the text", token, text)
			}
			tokens = append(tokens, token.text)
		}
		if got, want := strings.Join(tokens, " "), Fold(text); got != want {
			t.Errorf("source tokens of %q = %q, want %q", text, got, want)
		}
	})
}

func TestNewDocument(t *testing.T) {
	mentions := []mail.Mention{
		{Role: mail.From, Address: "ann@x.org", Name: "Ann Lee"},
		{Role: mail.To, Address: "bob@x.org"},
		{Role: mail.To, Address: "cy@x.org", Name: "!"},
		{Role: mail.To, Address: "@", Name: "?"},
		{Role: mail.Bcc, Address: "di@x.org"},
		{Role: mail.ReplyTo, Address: "no@x.org"},
	}
	got := NewDocument("Re: Öl", mentions, []mail.Attachment{{Name: "a.pdf"}, {}, {Name: "b.pdf"}}, "Body\ntext", "Öl!", "", strings.Repeat("é", maxAttached), "no room")
	want := Document{
		Subject: "re ol", Body: "body text",
		From: "ann lee ann x org", To: "bob x org ¶ cy x org", Bcc: "di x org", Files: "a pdf ¶ b pdf",
	}
	if said, _, _ := strings.Cut(got.Attached, " e"); said != "ol ¶" || strings.Contains(got.Attached, "room") {
		t.Errorf("NewDocument: attached begins %q, want the texts as far as there is room", said)
	}
	got.Attached = ""
	if got != want {
		t.Errorf("NewDocument = %+v, want %+v", got, want)
	}
	if Fold(Boundary) != "" {
		t.Errorf("Fold(Boundary) = %q, want nothing", Fold(Boundary))
	}
}

func BenchmarkFold(b *testing.B) {
	for _, bench := range []struct{ name, text string }{
		{"ascii", strings.Repeat("On Mon, Jan 5 2009, Ann Lee wrote:\n> The meeting moved to Thursday; see you there.\n", 100)},
		{"latin", strings.Repeat("Über die Brücke führte ein schöner Weg, déjà vu à côté.\n", 100)},
		{"cyrillic", strings.Repeat("Встреча перенесена на четверг, увидимся там же.\n", 100)},
		{"han", strings.Repeat("会議は木曜日に変更されました。東京で会いましょう。\n", 100)},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.SetBytes(int64(len(bench.text)))
			b.ReportAllocs()
			var dst []byte
			for b.Loop() {
				dst = AppendFold(dst[:0], bench.text)
			}
		})
	}
}
