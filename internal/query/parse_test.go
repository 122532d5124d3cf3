package query

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"skein/internal/mail"
)

func word(f Field, tokens ...string) Words { return Words{Field: f, Tokens: tokens} }

func begin(f Field, tokens ...string) Words { return Words{Field: f, Tokens: tokens, Prefix: true} }

func day(text string) *int64 {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	milli := t.UnixMilli()
	return &milli
}

var (
	annID    = mail.AddressHash("ann@x.org").ID(mail.PersonLetter)
	threadID = mail.MessageIDKey("a@x").Hash().ID(mail.ThreadLetter)
	mailID   = mail.MessageIDKey("a@x").Hash().ID(mail.MessageLetter)
	bob      = Or{word(InFrom, "bob"), word(InTo, "bob"), word(InCc, "bob"), word(InBcc, "bob")}
	moment   = int64(-1500)
)

func TestParse(t *testing.T) {
	a, b, c := word(Anywhere, "a"), word(Anywhere, "b"), word(Anywhere, "c")
	for _, test := range []struct {
		text string
		want Expr
	}{
		{"", nil},
		{" \t\n\u00a0", nil},
		{"a", a},
		{"A b", And{a, b}},
		{"a AND b", And{a, b}},
		{"a and b", And{a, word(Anywhere, "and"), b}},
		{"a OR b", Or{a, b}},
		{"a or b", And{a, word(Anywhere, "or"), b}},
		{`a "OR" b`, And{a, word(Anywhere, "or"), b}},
		{"a b OR c", Or{And{a, b}, c}},
		{"a (b OR c)", And{a, Or{b, c}}},
		{"(a b) c", And{a, b, c}},
		{"a OR (b OR c)", Or{a, b, c}},
		{"((a))", a},
		{"-a", Not{a}},
		{"NOT a", Not{a}},
		{"NOT(a b)", Not{And{a, b}}},
		{"--a", Not{Not{a}}},
		{"-NOT a", Not{Not{a}}},
		{"a - b", And{a, b}},
		{"a -b", And{a, Not{b}}},
		{"a-b", word(Anywhere, "a", "b")},
		{`-"a b"`, Not{word(Anywhere, "a", "b")}},
		{"a(b)c", And{a, b, c}},
		{`a"b"c`, And{a, b, c}},
		{`"a b"`, word(Anywhere, "a", "b")},
		{"“a b”", word(Anywhere, "a", "b")},
		{"„a b“ «c»", And{word(Anywhere, "a", "b"), c}},
		{"“a b\"", word(Anywhere, "a", "b")},
		{`"a “b” c"`, word(Anywhere, "a", "b", "c")},
		{`"a ""b"" c"`, word(Anywhere, "a", "b", "c")},
		{"foo.bar@x.com", word(Anywhere, "foo", "bar", "x", "com")},
		{"don't", word(Anywhere, "don", "t")},
		{"東京", word(Anywhere, "東", "京")},
		{"Café", word(Anywhere, "cafe")},
		{"a !!! b", And{a, b}},
		{"a OR !!!", a},
		{"a -!!!", a},
		{`a ""`, a},
		{"a (!!!)", a},
		{"repo*", begin(Anywhere, "repo")},
		{"a-repo*", begin(Anywhere, "a", "repo")},
		{"a.*", word(Anywhere, "a")},
		{"a **", a},
		{"cafe\u0301*", begin(Anywhere, "cafe")},
		{`"annual repo"*`, begin(Anywhere, "annual", "repo")},
		{`"annual repo*"`, begin(Anywhere, "annual", "repo")},
		{`subject:"annual repo"*`, begin(InSubject, "annual", "repo")},
		{"Re: lunch", And{word(Anywhere, "re"), word(Anywhere, "lunch")}},
		{"10:30", word(Anywhere, "10", "30")},
		{"https://x.org/a", word(Anywhere, "https", "x", "org", "a")},
		{"from:ann", word(InFrom, "ann")},
		{"FROM:ann@x.org", word(InFrom, "ann", "x", "org")},
		{`to:"Bob B" cc:b* bcc:c`, And{word(InTo, "bob", "b"), begin(InCc, "b"), word(InBcc, "c")}},
		{"with:bob", bob},
		{"-with:bob", Not{bob}},
		{"subject:a body:b filename:c", And{word(InSubject, "a"), word(InBody, "b"), word(InFiles, "c")}},
		{`attachment:"harbour dues"`, word(InAttached, "harbour", "dues")},
		{"from:" + string(annID), By{annID}},
		{"with:" + string(annID), With{annID}},
		{`person:"` + string(annID) + `"`, With{annID}},
		{"from:P_x", word(InFrom, "p", "x")},
		{"id:<a@x>", MessageID{"a@x"}},
		{`id:"a(b) @x"`, MessageID{"a(b)@x"}},
		{"id:" + string(mailID), MessageID{string(mailID)}},
		{"thread:" + string(threadID), InThread{threadID}},
		{"in:23", InBatch{"23"}},
		{`in:"part ""two"""`, InBatch{`part "two"`}},
		{"after:2015", Sent{Since: day("2015-01-01")}},
		{"after:2015-03", Sent{Since: day("2015-03-01")}},
		{"after:2015-03-27", Sent{Since: day("2015-03-27")}},
		{"before:2015-03", Sent{Until: day("2015-03-01")}},
		{"after:@-1500", Sent{Since: &moment}},
		{"on:2015", Sent{day("2015-01-01"), day("2016-01-01")}},
		{"on:2015-12", Sent{day("2015-12-01"), day("2016-01-01")}},
		{"on:2016-02-29", Sent{day("2016-02-29"), day("2016-03-01")}},
		{"larger:1k", Size{Min: 1025}},
		{"smaller:1k", Size{Max: 1023}},
		{"size:>1m", Size{Min: 1<<20 + 1}},
		{"size:>=1MB", Size{Min: 1 << 20}},
		{"size:<2", Size{Max: 1}},
		{"size:<=2g", Size{Max: 2 << 30}},
		{"size:500b", Size{Min: 500, Max: 500}},
		{"size:>=0", Size{}},
		{"is:root is:reply", And{Is{Root}, Is{Reply}}},
		{"is:Duplicate is:variant is:defective is:undated", And{Is{Duplicate}, Is{Variant}, Is{Defective}, Is{Undated}}},
		{"has:attachment", Is{HasAttachment}},
		{"defect:header-8bit", HasDefect{"header-8bit"}},
		{"defect:Charset", HasDefect{"charset"}},
	} {
		got, err := Parse(test.text)
		if err != nil || !reflect.DeepEqual(got, test.want) {
			t.Errorf("Parse(%q) = %#v, %v, want %#v", test.text, got, err, test.want)
			continue
		}
		checkRoundTrip(t, got)
	}
}

// checkRoundTrip fails unless e, which Parse made, comes back from its text.
func checkRoundTrip(t *testing.T, e Expr) {
	t.Helper()
	text := String(e)
	if len(text) > MaxLength {
		return
	}
	back, err := Parse(text)
	if err != nil || !reflect.DeepEqual(back, e) {
		t.Errorf("Parse(String(%#v)) = Parse(%q) = %#v, %v, want the same", e, text, back, err)
	}
}

func TestParseErrors(t *testing.T) {
	deep := strings.Repeat("(", MaxNesting+1) + "a" + strings.Repeat(")", MaxNesting+1)
	for _, test := range []struct {
		text           string
		offset, length int
		expected       string
	}{
		{"!!!", 0, 3, "a letter or a digit"},
		{`""`, 0, 2, "a letter or a digit"},
		{"(!!!)", 0, 5, "a letter or a digit"},
		{"()", 1, 1, expectedCondition},
		{"a (b", 2, 2, "a closing parenthesis for this opening one"},
		{"é a) b", 3, 1, "no closing parenthesis without an opening one"},
		{`é "a b`, 2, 4, "a closing quotation mark for this opening one"},
		{"OR a", 0, 1, expectedCondition},
		{"AND a", 0, 3, expectedCondition},
		{"a OR", 4, 0, expectedCondition},
		{"a OR OR b", 5, 1, expectedCondition},
		{"a AND", 5, 0, expectedCondition},
		{"a NOT", 5, 0, expectedCondition},
		{"(a NOT)", 6, 1, expectedCondition},
		{"a f*o", 2, 3, "* only at the end of a word"},
		{"*foo", 0, 4, "* only at the end of a word"},
		{"a form:bob", 2, 5, "a condition such as from: or subject:, or quotation marks around the text"},
		{"from: bob", 0, 5, "a value right after the colon"},
		{"from:!!!", 5, 3, "a value with a letter or a digit"},
		{`from:""`, 5, 2, "a value with a letter or a digit"},
		{"-from:!!!", 6, 3, "a value with a letter or a digit"},
		{"to:" + string(annID), 3, len(annID), "a name or an address; a person's id goes after from: or person:"},
		{"person:ann", 7, 3, "the id of a person, which begins with P_"},
		{"thread:x", 7, 1, "the id of a thread, which begins with T_"},
		{"id:<>", 3, 2, "a Message-ID or the id of a message"},
		{"on:2015-13", 3, 7, "a date such as 2015, 2015-03 or 2015-03-27"},
		{"on:2015-2-1", 3, 8, "a date such as 2015, 2015-03 or 2015-03-27"},
		{"on:2015-02-29", 3, 10, "a date such as 2015, 2015-03 or 2015-03-27"},
		{"on:@1", 3, 2, "a date such as 2015, 2015-03 or 2015-03-27"},
		{"after:@x", 6, 2, "milliseconds since 1970 after @"},
		{"size:>", 5, 1, "a size such as 500, 20k, 1m or 2g"},
		{"larger:1.5m", 7, 4, "a size such as 500, 20k, 1m or 2g"},
		{"size:>99999999999999g", 5, 16, "a size such as 500, 20k, 1m or 2g"},
		{"smaller:1", 8, 1, "a size that a mail can have"},
		{"size:0", 5, 1, "a size that a mail can have"},
		{"is:missing", 3, 7, "defective, duplicate, reply, root, undated or variant"},
		{"has:tail", 4, 4, "attachment"},
		{deep, MaxNesting, 1, "at most 32 levels of nesting"},
		{strings.Repeat("-", MaxNesting+1) + "a", MaxNesting + 1, 1, "at most 32 levels of nesting"},
		{strings.Repeat("a ", MaxTerms+1), 2 * MaxTerms, 1, "at most 200 terms"},
		{strings.Repeat("with:a ", 51), 355, 1, "at most 200 terms"},
		{strings.Repeat("a", MaxLength+1), 0, MaxLength + 1, "at most 4096 bytes"},
	} {
		e, err := Parse(test.text)
		var got *Error
		if !errors.As(err, &got) {
			t.Errorf("Parse(%q) = %#v, %v, want an error", test.text, e, err)
			continue
		}
		if want := (Error{test.offset, test.length, test.expected}); *got != want {
			t.Errorf("Parse(%q): error %+v, want %+v", test.text, *got, want)
		}
	}
	if got, want := (&Error{4, 1, "a date"}).Error(), "expected a date at character 5"; got != want {
		t.Errorf("Error() = %q, want %q", got, want)
	}
}

func TestParseAtTheLimits(t *testing.T) {
	for _, text := range []string{
		strings.Repeat("(", MaxNesting) + "a" + strings.Repeat(")", MaxNesting),
		strings.Repeat("-", MaxNesting) + "a",
		strings.Repeat("a ", MaxTerms),
		strings.Repeat("with:a ", MaxTerms/4),
		strings.Repeat("a", MaxLength),
	} {
		e, err := Parse(text)
		if err != nil {
			t.Errorf("Parse(%.20q…): %v, want no error", text, err)
			continue
		}
		checkRoundTrip(t, e)
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"", "a b OR -c", `from:"Ann Lee" (subject:x* OR NOT with:bob)`, "on:2015-03 before:@5 after:2015", "((a)",
		`in:"a""b" id:<x(y)@z> size:>=3k`, "“a” „b“ «c", "東京* don't foo.bar@x.com", "is:root has:attachment",
		"with:" + string(annID), "--a - b -", "larger:4611686018427387904", "a AND OR", "\xff:\"\xfe", "on:9999 on:0000",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		e, err := Parse(text)
		if err == nil {
			checkRoundTrip(t, e)
			return
		}
		var where *Error
		if !errors.As(err, &where) {
			t.Fatalf("Parse(%q): %v, want an *Error", text, err)
		}
		if count := len([]rune(text)); where.Offset < 0 || where.Length < 0 || where.Offset+where.Length > count {
			t.Errorf("Parse(%q): error %+v, want a place in the text", text, *where)
		}
	})
}
