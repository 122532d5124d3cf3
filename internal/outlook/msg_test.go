package outlook

import (
	"encoding/base64"
	"errors"
	"maps"
	"strings"
	"testing"
	"time"
)

// draft is a message of fictional people: a recipient of an Exchange address,
// one in copy, a file, and a message with a text in Windows-1251 inside.
func draft() streams {
	sent := time.Date(2016, 10, 7, 12, 0, 0, 0, time.UTC)
	inner := "__attach_version1.0_#00000001/" + embeddedMessage + "/"
	return streams{
		streamProperties:                                            fixed(32, moment(submitTime, sent), integer(messageFlags, 1)),
		prefixValue + "0037001F":                                    wide("Über the bridge"),
		prefixValue + "1000001F":                                    wide("See the plan.\r\nAnn"),
		prefixValue + "0042001F":                                    wide("Ann \"A\" Other"),
		prefixValue + "5D02001F":                                    wide("ann@example.org"),
		prefixValue + "1035001F":                                    wide("<m1@example.org>"),
		prefixValue + "00710102":                                    strings.Repeat("\x01", 22),
		"__recip_version1.0_#00000000/" + streamProperties:          fixed(8, integer(recipientType, 1)),
		"__recip_version1.0_#00000000/" + prefixValue + "3001001F":  wide("Bo"),
		"__recip_version1.0_#00000000/" + prefixValue + "3003001F":  wide("/O=HARROW/OU=HQ/CN=RECIPIENTS/CN=BO"),
		"__recip_version1.0_#00000001/" + streamProperties:          fixed(8, integer(recipientType, 2)),
		"__recip_version1.0_#00000001/" + prefixValue + "39FE001F":  wide("cy@example.org"),
		"__attach_version1.0_#00000000/" + streamProperties:         fixed(8, integer(attachMethod, 1)),
		"__attach_version1.0_#00000000/" + prefixValue + "37010102": "%PDF fiction",
		"__attach_version1.0_#00000000/" + prefixValue + "3707001F": wide("plan é.pdf"),
		"__attach_version1.0_#00000000/" + prefixValue + "370E001F": wide("application/pdf"),
		"__attach_version1.0_#00000001/" + streamProperties:         fixed(8, integer(attachMethod, 5)),
		inner + streamProperties:                                    fixed(24, integer(messageCodepage, 1251)),
		inner + prefixValue + "1000001E":                            "\xcf\xf0\xe8\xe2\xe5\xf2",
		inner + prefixValue + "0C1F001E":                            "dee@example.org",
	}
}

func TestMessage(t *testing.T) {
	mail, faults, err := Message(compoundFile(t, draft()))
	if err != nil || len(faults) > 0 {
		t.Fatalf("got %v, faults %q", err, faults)
	}
	text := string(mail)
	for _, want := range []string{
		"From: \"Ann \\\"A\\\" Other\" <ann@example.org>\r\n", "To: \"Bo\" </O=HARROW/OU=HQ/CN=RECIPIENTS/CN=BO>\r\n", "Cc: <cy@example.org>\r\n",
		"Subject: Über the bridge\r\n", "Date: Fri, 07 Oct 2016 12:00:00 +0000\r\n", "Message-ID: <m1@example.org>\r\n", "Thread-Index: AQEB",
		encoded("See the plan.\r\nAnn"), encoded("%PDF fiction"), "Content-Disposition: attachment; filename=\"plan é.pdf\"\r\n",
		"Content-Type: message/rfc822\r\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("got\n%s\nwant %q in it", text, want)
		}
	}
	at := strings.Index(text, "Content-Type: message/rfc822")
	_, part, _ := strings.Cut(text[at:], "\r\n\r\n")
	part, _, _ = strings.Cut(part, "--=_files")
	inner, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(part, "\r\n", ""))
	if err != nil || !strings.Contains(string(inner), "From: <dee@example.org>") || !strings.Contains(string(inner), encoded("Привет")) {
		t.Errorf("got the message inside\n%s (%v), want its sender and its text", inner, err)
	}
	again, _, _ := Message(compoundFile(t, draft()))
	if string(again) != text {
		t.Error("the same file gave other bytes")
	}
}

func encoded(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

// TestHeaders keeps the header that the message came with, but what it says of
// the body.
func TestHeaders(t *testing.T) {
	s := draft()
	s[prefixValue+"007D001F"] = wide("Microsoft Mail Internet Headers Version 2.0\r\nReceived: from a\r\n\tby b\r\nFrom: true@example.org\r\nContent-Type: text/html;\r\n charset=x\r\nMIME-Version: 1.0\r\n\r\n")
	mail, _, err := Message(compoundFile(t, s))
	if err != nil {
		t.Fatal(err)
	}
	header, _, _ := strings.Cut(string(mail), "\r\n\r\n")
	if !strings.Contains(header, "Received: from a\r\n\tby b\r\nFrom: true@example.org\r\n") || strings.Contains(header, "ann@") ||
		strings.Contains(header, "charset=x") || strings.Count(header, "MIME-Version") != 1 || strings.Contains(header, "Version 2.0") {
		t.Errorf("got header\n%s", header)
	}
}

// TestNoMessage refuses what has no properties, and survives every cut.
func TestNoMessage(t *testing.T) {
	whole := compoundFile(t, draft())
	for n := range len(whole) {
		if n%37 == 0 {
			_, _, _ = Message(whole[:n])
		}
	}
	if _, _, err := Message(compoundFile(t, streams{"WordDocument": "text"})); !errors.Is(err, errNotOutlook) {
		t.Errorf("a document: got %v, want %v", err, errNotOutlook)
	}
	if _, _, err := Message([]byte(signature + "and nothing else")); !errors.Is(err, errNotOutlook) {
		t.Errorf("a signature alone: got %v, want %v", err, errNotOutlook)
	}
}

// TestDeepMessages nests messages deeper than they are read, around a file that
// every one of them would hold again.
func TestDeepMessages(t *testing.T) {
	s := streams{streamProperties: fixed(32), prefixValue + "0037001E": "outermost"}
	path := ""
	for range 25 {
		path += "__attach_version1.0_#00000000/"
		s[path+streamProperties] = fixed(8, integer(attachMethod, 5))
		path += embeddedMessage + "/"
		s[path+streamProperties] = fixed(24)
	}
	s[path+"__attach_version1.0_#00000000/"+prefixValue+"37010102"] = strings.Repeat("x", 4000)
	mail, faults, err := Message(compoundFile(t, s))
	if err != nil || len(faults) != 9 || !strings.Contains(string(faults[0]), "beyond 16") {
		t.Errorf("got %v, faults %q, want one for each message that is too deep", err, faults)
	}
	if len(mail) > 1<<20 {
		t.Errorf("got %d bytes", len(mail))
	}
}

// spoken is what [MS-OXRTFCP] §3.1 gives as an example.
const spoken = "\x2d\x00\x00\x00\x2b\x00\x00\x00LZFu\xf1\xc5\xc7\xa7\x03\x00\x0a\x00rcpg125\x42\x32\x0a\xf3 hel\x09\x00 bw\x05\xb0ld}\x0a\x80\x0f\xa0"

func TestRTF(t *testing.T) {
	rtf, err := decompress([]byte(spoken), 1000)
	if want := "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"; string(rtf) != want || err != nil {
		t.Errorf("got %q, %v, want %q", rtf, err, want)
	}
	for what, want := range map[string]error{
		spoken[:10]: errRTFShort, spoken[:30]: errRTFShort, strings.Replace(spoken, "LZFu", "WHAT", 1): errRTFKind,
		strings.Replace(spoken, "hel", "hal", 1): errRTFSum, strings.Replace(spoken, "\x2b\x00\x00", "\x2b\x00\x7f", 1): errRTFLarge,
	} {
		if _, err := decompress([]byte(what), 1000); !errors.Is(err, want) {
			t.Errorf("%q: got %v, want %v", what, err, want)
		}
	}
	for rtf, want := range map[string][2]string{
		`{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}\pard One\par Two\tab 3 \'e9\u8364?\u-10179?\u-8704?{\*\generator x}\par}`: {"One\nTwo\t3 é€😀", ""},
		`{\rtf1\ansi\ansicpg1251\fromhtml1 {\*\htmltag19 <p>}\htmlrtf \par \htmlrtf0 \'cf\'f0{\*\htmltag27 </p>}}`:               {"", "<p>Пр</p>"},
		`}}}\'zz\u`: {"", ""},
	} {
		if plain, html := readRTF([]byte(rtf)); plain != want[0] || html != want[1] {
			t.Errorf("%s: got %q and %q, want %q", rtf, plain, html, want)
		}
	}
	s := draft()
	delete(s, prefixValue+"1000001F")
	s[prefixValue+"10090102"] = spoken
	mail, faults, err := Message(compoundFile(t, s))
	if err != nil || len(faults) > 0 || !strings.Contains(string(mail), encoded("hello world")) {
		t.Errorf("a text in RTF: got %v, faults %q, mail\n%s", err, faults, mail)
	}
}

func FuzzMessage(f *testing.F) {
	f.Add(compoundFile(f, draft()))
	small := maps.Clone(draft())
	maps.DeleteFunc(small, func(path, _ string) bool { return strings.Contains(path, "/") })
	f.Add(compoundFile(f, small))
	f.Fuzz(func(t *testing.T, raw []byte) {
		mail, _, err := Message(raw)
		if err == nil && len(mail) > 20*len(raw)+8<<20 {
			t.Errorf("%d bytes of %d", len(mail), len(raw))
		}
	})
}

func FuzzRTF(f *testing.F) {
	f.Add([]byte(spoken))
	f.Add([]byte(`{\rtf1\fromhtml1{\*\htmltag19 <p>}\'cf\u8364?\bin5 abc}`))
	f.Add([]byte(`{\rtf1\deff1{\fonttbl{\f1\fcharset204 A;}{\f2\cpg932 B;}}\f2\plain\pc\'82}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		rtf, _ := decompress(data, 1<<20)
		readRTF(rtf)
		readRTF(data)
	})
}
