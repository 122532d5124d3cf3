package query

import (
	"math/rand/v2"
	"testing"

	"skein/internal/mail"
)

func testMessage() *Message {
	sent := *day("2015-03-27")
	return &Message{
		Document: NewDocument("Annual report", []mail.Mention{
			{Role: mail.From, Address: "ann@x.org", Name: "Ann Lee"},
			{Role: mail.To, Address: "bob@x.org"},
			{Role: mail.To, Address: "cy@y.org"},
		}, []mail.Attachment{{Name: "Figures 2015.xls"}}, "The figures don't add up in 東京都.", "Harbour dues", "Toll"),
		Sent:       &sent,
		IDs:        []mail.ID{mailID, mail.ContentKey(mail.Hash{1}).Hash().ID(mail.MessageLetter)},
		Threads:    []mail.ID{threadID},
		Batches:    []string{"22", "23"},
		Senders:    []mail.ID{annID},
		Recipients: []mail.ID{mail.AddressHash("bob@x.org").ID(mail.PersonLetter)},
		Size:       2048, CopyCount: 2, HasParent: true, HasAttachment: true,
		Defects: []mail.DefectKind{"date"},
	}
}

func TestMatch(t *testing.T) {
	bobID := string(mail.AddressHash("bob@x.org").ID(mail.PersonLetter))
	hold := []string{
		"", "report", "ANNUAL report", `"annual report"`, "rep*", `"annual r"*`, "don't", "東京", "京都", "figures",
		"body:figures", "filename:figures", "filename:xls", "from:ann",
		"harbour", "attachment:toll", `attachment:"harbour dues"`, `from:"lee ann"`, "from:ann@x.org", "to:bob",
		"with:cy", "subject:annual -subject:figures", "after:2015-03-27", "before:2015-03-28", "on:2015", "on:2015-03-27",
		"id:<a@x>", "id:" + string(mailID), "thread:" + string(threadID), "in:22 in:23", "from:" + string(annID),
		"with:" + string(annID), "person:" + bobID, "is:reply is:duplicate has:attachment", "size:2k", "larger:2047",
		"defect:Date", "is:defective", "smaller:2049", "size:<=2k size:>=2k", "nobody OR report", "-(nobody report)", "@x.org",
	}
	miss := []string{
		"nobody", "repor", "ort", "report*s", `"report annual"`, "subject:figures", "body:annual", "to:ann", "attachment:figures", "body:harbour", "filename:toll",
		`attachment:"dues toll"`, "cc:bob",
		"都京", `to:"org cy"`, "after:2015-03-28", "before:2015-03-27", "on:2014", "id:b@x", "in:24", "from:" + bobID,
		"is:root", "is:variant", "defect:charset", "-defect:Date", `defect:"no such"`, "is:undated",
		"-is:defective", "larger:2k", "smaller:2k", "-report", "report nobody",
	}
	for want, texts := range map[bool][]string{true: hold, false: miss} {
		for _, text := range texts {
			e, err := Parse(text)
			if text == "report*s" && err != nil {
				continue
			}
			if err != nil {
				t.Errorf("Parse(%q): %v", text, err)
				continue
			}
			if got := Match(e, testMessage()); got != want {
				t.Errorf("Match(%q) = %v, want %v", text, got, want)
			}
		}
	}
}

func TestMatchUndated(t *testing.T) {
	undated := &Message{}
	for text, want := range map[string]bool{
		"is:undated": true, "after:1000": false, "-before:3000": true, "is:root": true, "size:>=0": true, "larger:0": false,
	} {
		e, err := Parse(text)
		if got := Match(e, undated); err != nil || got != want {
			t.Errorf("Match(%q) = %v (%v), want %v", text, got, err, want)
		}
	}
}

// The words of random conditions and messages are few, so that they meet.
var vocabulary = []string{"a", "b", "ab", "c", "京"}

func randomTokens(r *rand.Rand, count int) []string {
	tokens := make([]string, count)
	for i := range tokens {
		tokens[i] = vocabulary[r.IntN(len(vocabulary))]
	}
	return tokens
}

func randomMoment(r *rand.Rand) *int64 {
	if r.IntN(3) == 0 {
		return nil
	}
	milli := r.Int64N(6)*86_400_000 + r.Int64N(2)*500
	return &milli
}

func randomExpr(r *rand.Rand, depth int) Expr {
	if depth > 0 {
		parts := make([]Expr, r.IntN(4))
		for i := range parts {
			parts[i] = randomExpr(r, depth-1)
		}
		switch r.IntN(4) {
		case 0:
			return And(parts)
		case 1:
			return Or(parts)
		case 2:
			return Not{randomExpr(r, depth-1)}
		}
	}
	switch r.IntN(9) {
	case 0:
		return Sent{randomMoment(r), randomMoment(r)}
	case 1:
		return Is{Property(r.IntN(int(Undated) + 1))}
	case 2:
		return Size{r.Int64N(4) * 512, r.Int64N(4) * 512}
	case 3:
		return InBatch{[]string{"1", `"2" (b)`, "3"}[r.IntN(3)]}
	case 4:
		return []Expr{By{annID}, With{annID}, MessageID{"a@x"}, MessageID{"<b"}, InThread{threadID}, HasDefect{"charset"}, nil}[r.IntN(7)]
	}
	return Words{Field(r.IntN(int(InAttached) + 1)), randomTokens(r, 1+r.IntN(2)), r.IntN(3) == 0}
}

func randomMessage(r *rand.Rand) *Message {
	text := func() string { return Fold(joinWords(randomTokens(r, r.IntN(5)))) }
	m := &Message{
		Document: Document{text(), text(), text(), text(), text(), text(), text(), text()},
		Sent:     randomMoment(r),
		Batches:  []string{[]string{"1", `"2" (b)`}[r.IntN(2)]},
		Size:     r.Int64N(4) * 512, CopyCount: 1 + r.IntN(2),
		HasParent: r.IntN(2) == 0, HasVariant: r.IntN(2) == 0, HasAttachment: r.IntN(2) == 0,
		Defects: []mail.DefectKind{"date", "charset"}[:r.IntN(3)],
	}
	if r.IntN(2) == 0 {
		m.IDs, m.Threads, m.Senders = []mail.ID{mailID}, []mail.ID{threadID}, []mail.ID{annID}
	}
	return m
}

func joinWords(words []string) (text string) {
	for _, w := range words {
		text += w + ", "
	}
	return text
}

func TestStringKeepsTheMeaning(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	hits, checked := 0, 0
	for range 5000 {
		e := randomExpr(r, r.IntN(5))
		text := String(e)
		back, err := Parse(text)
		if err != nil {
			t.Fatalf("Parse(String(%#v)) = Parse(%q): %v", e, text, err)
		}
		checkRoundTrip(t, back)
		for range 10 {
			m := randomMessage(r)
			got, want := Match(back, m), Match(e, m)
			if got != want {
				t.Fatalf("Match of %q = %v, of %#v %v, on %+v", text, got, e, want, *m)
			}
			checked++
			if want {
				hits++
			}
		}
	}
	if hits < checked/10 || hits > checked*9/10 {
		t.Errorf("%d of %d matches hold, want a mixture", hits, checked)
	}
}
