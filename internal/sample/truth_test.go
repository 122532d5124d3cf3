package sample

import (
	"bytes"
	"io"
	"mime"
	"net/mail"
	"slices"
	"strings"
	"testing"
)

func TestTruthHolds(t *testing.T) {
	mails, withheld := release(t, 3000)
	present, absent := map[int]string{}, map[int]string{}
	holders := map[string]int{} // message by Message-ID
	known := map[string]bool{}
	for _, c := range People(Options{Messages: 3000, Seed: 3}) {
		known[c.ID] = true
	}
	places := map[string]*Mail{}
	for i := range mails {
		m := &mails[i]
		if m.Truth.CopyOf == "" && m.Truth.VariantOf == "" {
			present[m.Truth.Message] = m.Truth.MessageID
		}
		if places[m.Truth.Place()] != nil {
			t.Errorf("two mails at %s", m.Truth.Place())
		}
		places[m.Truth.Place()] = m
		if other, ok := holders[m.Truth.MessageID]; ok && m.Truth.MessageID != "" && other != m.Truth.Message {
			t.Errorf("messages %d and %d have one Message-ID", other, m.Truth.Message)
		}
		holders[m.Truth.MessageID] = m.Truth.Message
		for _, id := range slices.Concat([]string{m.Truth.From}, m.Truth.To, m.Truth.Cc, m.Truth.Bcc) {
			if !known[id] {
				t.Errorf("%s: correspondent %q is nobody", m.Truth.Place(), id)
			}
		}
	}
	for _, m := range withheld {
		absent[m.Truth.Message] = m.Truth.MessageID
		if _, ok := present[m.Truth.Message]; ok {
			t.Errorf("withheld message %d is in a batch", m.Truth.Message)
		}
		if !m.Truth.Cited && !m.Truth.Quoted {
			t.Errorf("withheld message %d is neither cited nor quoted", m.Truth.Message)
		}
	}
	for i := range mails {
		checkTruth(t, &mails[i], present, absent, places)
	}
}

func checkTruth(t *testing.T, m *Mail, present, absent map[int]string, places map[string]*Mail) {
	t.Helper()
	truth := &m.Truth
	head, _, _ := bytes.Cut(bytes.ReplaceAll(m.Raw, []byte("\r\n"), []byte("\n")), []byte("\n\n"))
	if truth.Parent != nil {
		from := absent
		if truth.ParentInRelease {
			from = present
		}
		if id, ok := from[*truth.Parent]; !ok || id != truth.ParentID {
			t.Errorf("%s: parent %d %q with parentInRelease=%v, found %q", truth.Place(), *truth.Parent, truth.ParentID, truth.ParentInRelease, id)
		}
		cites := bytes.Contains(head, []byte("<"+truth.ParentID+">"))
		wrong := slices.Contains(truth.Hazards, "cites-wrong-parent")
		byHeader := truth.Cites == string(citesReferences) || truth.Cites == string(citesInReplyTo)
		if byHeader != cites && !wrong {
			t.Errorf("%s: truth says it cites by %q, the bytes name the parent: %v", truth.Place(), truth.Cites, cites)
		}
	}
	if truth.MessageID != "" && !bytes.Contains(head, []byte("Message-ID: <"+truth.MessageID+">")) {
		t.Errorf("%s: the header lacks Message-ID %s", truth.Place(), truth.MessageID)
	}
	if !bytes.HasSuffix(m.Raw, []byte("\n")) {
		t.Errorf("%s: no line end at the end", truth.Place())
	}
	first := places[truth.CopyOf+truth.VariantOf]
	if truth.CopyOf+truth.VariantOf != "" && (first == nil || first.Truth.Message != truth.Message) {
		t.Errorf("%s: copy or variant of %s%s, which is another message", truth.Place(), truth.CopyOf, truth.VariantOf)
	}
	if slices.Contains(truth.Hazards, "exact-copy") && !slices.Contains(truth.Defects, "from-line") &&
		!slices.Contains(first.Truth.Defects, "from-line") && !bytes.Equal(first.Raw, m.Raw) {
		t.Errorf("%s: exact copy differs from %s", truth.Place(), truth.CopyOf)
	}
}

func TestBccOnlyInSentCopies(t *testing.T) {
	mails, _ := release(t, 3000)
	shown := 0
	for _, m := range mails {
		has := bytes.Contains(m.Raw, []byte("\nBcc: "))
		delivered := bytes.Contains(m.Raw, []byte("Delivered-To: "))
		if has && delivered {
			t.Errorf("%s: a delivered copy shows Bcc", m.Truth.Place())
		}
		if has {
			shown++
		}
	}
	if shown == 0 {
		t.Error("no sent copy shows Bcc")
	}
}

// isDamage says whether a hazard is one that net/mail trips over.
func isDamage(hazard string) bool {
	return slices.Contains([]string{"no-date", "short-year", "zone-in-words", "raw-utf8-header", "truncated"}, hazard)
}

var anyCharset = mail.AddressParser{WordDecoder: &mime.WordDecoder{
	CharsetReader: func(_ string, r io.Reader) (io.Reader, error) { return r, nil },
}}

func TestMostParse(t *testing.T) {
	mails, _ := release(t, 3000)
	failed := 0
	for _, m := range mails {
		parsed, err := mail.ReadMessage(bytes.NewReader(m.Raw))
		whole := len(m.Truth.Defects) == 0 && !slices.ContainsFunc(m.Truth.Hazards, isDamage)
		if err != nil {
			failed++
			if whole {
				t.Errorf("%s has no known defect: %v", m.Truth.Place(), err)
			}
			continue
		}
		if !whole {
			continue
		}
		for _, field := range []string{"From", "To"} {
			if _, err := anyCharset.ParseList(parsed.Header.Get(field)); err != nil {
				t.Errorf("%s: %s: %v", m.Truth.Place(), field, err)
			}
		}
		at, err := parsed.Header.Date()
		if err != nil {
			t.Errorf("%s: Date: %v", m.Truth.Place(), err)
		}
		letters := !strings.ContainsAny(parsed.Header.Get("Date"), "+-") // net/mail does not know them
		if drift := at.UnixMilli() - m.Truth.SentAt; drift != 0 && !letters && !slices.Contains(m.Truth.Hazards, "dated-before-parent") {
			t.Errorf("%s: Date is %d ms from the truth", m.Truth.Place(), drift)
		}
	}
	if failed*100 > len(mails)*2 {
		t.Errorf("%d of %d mails do not parse, want at most 2 %%", failed, len(mails))
	}
}
