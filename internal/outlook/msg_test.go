package outlook

import (
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"strings"
	"testing"
	"time"

	"skein/internal/charset"
)

// draft is a message of fictional people: a recipient of an Exchange address,
// one in copy, a file, and a message with a text in Windows-1251 inside.
func draft() streams {
	sent := time.Date(2016, 10, 7, 12, 0, 0, 0, time.UTC)
	inner := "__attach_version1.0_#00000001/" + storageObject + "/"
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
	_, inner, _ := strings.Cut(text, "Content-Type: message/rfc822\r\n")
	if !strings.Contains(inner, "\r\n\r\nFrom: <dee@example.org>\r\n") || !strings.Contains(inner, encoded("Привет")) {
		t.Errorf("got the message inside\n%s, want its sender and its text", inner)
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

// spoken is what [MS-OXRTFCP] §3.1 gives as an example.
const spoken = "\x2d\x00\x00\x00\x2b\x00\x00\x00LZFu\xf1\xc5\xc7\xa7\x03\x00\x0a\x00rcpg125\x42\x32\x0a\xf3 hel\x09\x00 bw\x05\xb0ld}\x0a\x80\x0f\xa0"

func TestRTF(t *testing.T) {
	rtf, err := decompress([]byte(spoken), 1000)
	if want := "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"; string(rtf) != want || err != nil {
		t.Errorf("got %q, %v, want %q", rtf, err, want)
	}
	for what, want := range map[string]error{
		spoken[:10]: errRTFShort, spoken[:30]: errRTFShort, strings.Replace(spoken, "LZFu", "WHAT", 1): errRTFKind,
		strings.Replace(spoken, "hel", "hal", 1): errRTFSum, strings.Replace(spoken, "\x2b\x00\x00", "\x2b\x00\x7f", 1): errRTFSize,
	} {
		if _, err := decompress([]byte(what), 1000); !errors.Is(err, want) {
			t.Errorf("%q: got %v, want %v", what, err, want)
		}
	}
	if rtf, err := decompress([]byte(spoken), 20); string(rtf) != "{\\rtf1\\ansi\\ansicpg1" || !errors.Is(err, errRTFLarge) {
		t.Errorf("within 20 bytes: got %q, %v, want the first 20 and %v", rtf, err, errRTFLarge)
	}
	s := draft()
	delete(s, prefixValue+"1000001F")
	s[prefixValue+"10090102"] = spoken
	mail, faults, err := Message(compoundFile(t, s))
	if err != nil || len(faults) > 0 || !strings.Contains(string(mail), encoded("hello world")) {
		t.Errorf("a text in RTF: got %v, faults %q, mail\n%s", err, faults, mail)
	}
}

// TestNames takes the names that were shown for recipients that are in no table.
func TestNames(t *testing.T) {
	s := draft()
	s[prefixValue+"0E04001F"] = wide("somebody else")
	s[prefixValue+"0E03001F"] = wide("Eve Other; fay@example.org;")
	delete(s, "__recip_version1.0_#00000001/"+streamProperties)
	delete(s, "__recip_version1.0_#00000001/"+prefixValue+"39FE001F")
	mail, _, err := Message(compoundFile(t, s))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Cc: \"Eve Other\", <fay@example.org>\r\n", "To: \"Bo\" </O=HARROW/OU=HQ/CN=RECIPIENTS/CN=BO>\r\n"} {
		if !strings.Contains(string(mail), want) {
			t.Errorf("got\n%s\nwant %q in it", mail, want)
		}
	}
}

// TestFiles tells what an attachment is of which the message has no bytes, and
// takes those of an embedded document.
func TestFiles(t *testing.T) {
	const attach = "__attach_version1.0_#00000000/"
	for name, c := range map[string]struct {
		method uint32
		stream string // in the object
		want   string // in the mail, or in the fault
		fault  bool
	}{
		"package":  {6, "Package", encoded("a document"), false},
		"contents": {6, "CONTENTS", encoded("a document"), false},
		"native":   {6, "\x01Ole10Native", encoded("a document"), false},
		"word":     {6, "WordDocument", `the object "plan é.pdf" is a document of several streams`, true},
		"link":     {2, "", `the file "plan é.pdf" lies elsewhere`, true},
		"web":      {7, "", `the file "plan é.pdf" lies elsewhere`, true},
		"nothing":  {1, "", `the file "plan é.pdf" has no bytes`, true},
	} {
		s := draft()
		s[attach+streamProperties] = fixed(8, integer(attachMethod, c.method))
		delete(s, attach+prefixValue+"37010102")
		if c.stream != "" {
			s[attach+storageObject+"/"+c.stream] = "a document"
		}
		mail, faults, err := Message(compoundFile(t, s))
		got := string(mail)
		if c.fault {
			got = fmt.Sprint(faults)
		}
		if err != nil || !strings.Contains(got, c.want) || c.fault != (len(faults) == 1) || !strings.Contains(string(mail), "plan é.pdf") {
			t.Errorf("%s: got %v, faults %q, want %q", name, err, faults, c.want)
		}
	}
}

// TestPages tells when a text is in no code page that is known, or not in the
// one it names.
func TestPages(t *testing.T) {
	for page, want := range map[uint32]string{1251: "", 29999: "code page 29999 is not known", charset.UTF8Page: "not of code page 65001"} {
		s := draft()
		s[streamProperties] = fixed(32, integer(messageCodepage, page))
		delete(s, prefixValue+"1000001F")
		s[prefixValue+"1000001E"] = "caf\xe9"
		_, faults, err := Message(compoundFile(t, s))
		if got := fmt.Sprint(faults); err != nil || !strings.Contains(got, want) || want == "" && len(faults) > 0 {
			t.Errorf("code page %d: got %v, %s, want %q", page, err, got, want)
		}
	}
}

// nested is a message inside so many others, which has a file.
func nested(depth int) streams {
	s := streams{streamProperties: fixed(32)}
	path := ""
	for range depth {
		path += "__attach_version1.0_#00000000/"
		s[path+streamProperties] = fixed(8, integer(attachMethod, 5))
		path += storageObject + "/"
		s[path+streamProperties] = fixed(24)
		s[path+prefixValue+"0037001F"], s[path+prefixValue+"1000001F"] = wide("inside"), wide("deep")
	}
	s[path+"__attach_version1.0_#00000000/"+prefixValue+"37010102"] = strings.Repeat("x", 4000)
	return s
}

// TestDepth nests messages as deep as they are read, and deeper: the file that
// is in the innermost is written once, not once for each around it.
func TestDepth(t *testing.T) {
	for _, depth := range []int{maxEmbedding, maxEmbedding + 9} {
		raw := compoundFile(t, nested(depth))
		mail, faults, err := Message(raw)
		if err != nil || strings.Count(string(mail), encoded("deep")) != maxEmbedding || len(mail) > 20_000 {
			t.Errorf("depth %d: got %v and %d bytes, want %d messages in at most 20,000 bytes\n%s", depth, err, len(mail), maxEmbedding, mail)
		}
		if deeper := depth > maxEmbedding; deeper != (fmt.Sprint(faults) == "[messages inside one another beyond 16]") || !deeper && len(faults) > 0 {
			t.Errorf("depth %d: got faults %q", depth, faults)
		}
	}
}

// TestBoundary gives each message with parts a boundary of its own.
func TestBoundary(t *testing.T) {
	mail, _, err := Message(compoundFile(t, nested(2)))
	if err != nil {
		t.Fatal(err)
	}
	marks := map[string]int{}
	for _, found := range regexp.MustCompile(`boundary="(\w+)"`).FindAllStringSubmatch(string(mail), -1) {
		marks[found[1]]++
	}
	if len(marks) != 3 {
		t.Errorf("got boundaries %v, want one for each of three messages with parts", marks)
	}
}

func FuzzMessage(f *testing.F) {
	f.Add(compoundFile(f, draft()))
	f.Add(compoundFile(f, nested(3)))
	small := maps.Clone(draft())
	maps.DeleteFunc(small, func(path, _ string) bool { return strings.Contains(path, "/") })
	f.Add(compoundFile(f, small))
	small[prefixValue+"10090102"] = spoken
	delete(small, prefixValue+"1000001F")
	f.Add(compoundFile(f, small))
	f.Fuzz(func(t *testing.T, raw []byte) {
		mail, faults, err := Message(raw)
		if holds := HoldsMessage(raw); err == nil && !holds {
			t.Error("a message was read of a file that holds none")
		}
		// Base64 and the fields of parts add less than half; text in a header, which
		// is not counted, may become three times as long in UTF-8.
		if most := 2*room(10, len(raw)) + 4*room(1, len(raw)); err == nil && len(mail) > most {
			t.Errorf("got %d bytes of %d, want at most %d", len(mail), len(raw), most)
		}
		again, others, _ := Message(raw)
		if string(again) != string(mail) || fmt.Sprint(others) != fmt.Sprint(faults) {
			t.Error("read again: got something else")
		}
	})
}

func FuzzRTF(f *testing.F) {
	f.Add([]byte(spoken))
	f.Add([]byte("\x20\x00\x00\x00\x10\x00\x00\x00MELA\x00\x00\x00\x00{\\rtf1 plain}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		rtf, err := decompress(data, 1<<16)
		if len(rtf) > 1<<16 && err != nil {
			t.Errorf("got %d bytes, %v", len(rtf), err)
		}
	})
}
