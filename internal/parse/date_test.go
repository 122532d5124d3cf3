package parse

import (
	"testing"
	"time"
)

func TestReadDate(t *testing.T) {
	const noon = "2002-08-22T18:26:25Z" // what most spellings below mean
	tests := []struct{ value, want string }{
		{"Thu, 22 Aug 2002 18:26:25 +0000", noon},
		{"Thu, 22 Aug 2002 11:26:25 -0700", noon},
		{"Thu, 22 Aug 2002 13:26:25 EST", noon},
		{"Thu, 22 Aug 2002 14:26:25 EDT", noon},
		{"Thu, 22 Aug 2002 11:26:25 -0700 (PDT)", noon},
		{"Thu, 22 Aug 2002 11:26:25 PDT", noon},
		{"Thu, 22 Aug 2002 11:26:25 (PDT)", noon},
		{"Thu, 22 Aug 2002 19:26:25 GMT+1", noon},
		{"Thu, 22 Aug 2002 13:26:25 UTC-0500", noon},
		{"Thu, 22 Aug 2002 19:26:25 CET", noon},
		{"Thu, 22 Aug 2002 20:26:25 MET DST", noon},
		{"Thu, 22 Aug 2002 20:26:25 +0200 (MET DST)", noon},
		{"Fri, 23 Aug 2002 03:26:25 JST", noon},
		{"Thu, 22 Aug 2002 18:26:25 Z", noon},
		{"Thu, 22 Aug 2002 18:26:25 A", noon},
		{"Thu, 22 Aug 2002 18:26:25 -0000", noon},
		{"Thu, 22 Aug 102 18:26:25 GMT", noon},
		{"Thu, 22 Aug 02 18:26:25 GMT", noon},
		{"Thu Aug 22 18:26:25 2002", noon},
		{"Thu Aug 22 14:26:25 EDT 2002", noon},
		{"Thu Aug 22 11:26:25 -0700 2002", noon},
		{"Thursday, 22-Aug-02 18:26:25 GMT", noon},
		{"22-Aug-2002 18:26:25 +0000", noon},
		{"Thu,22 Aug 2002 18:26:25 +0000", noon},
		{"Thu22 Aug 2002 18:26:25 +0000", noon},
		{"Do, 22 August 2002 20:26:25 +0200", noon},
		{"Thu, 22 Aug 2002 06:26:25 PM +0000", noon},
		{"Thu, 22 Aug 2002 6:26:25PM GMT", noon},
		{"2002-08-22T18:26:25Z", noon},
		{"2002-08-22T20:26:25+02:00", noon},
		{"2002-08-22 18:26:25", noon},
		{"2002-08-22T18:26:25.750Z", "2002-08-22T18:26:25.75Z"},
		{"20020822T182625Z", noon},
		{"22.08.2002 18:26:25", noon},
		{"8/22/2002 18:26:25", noon},
		{"22 Aug 2002 18.26.25 GMT", noon},
		{"Thu, 22 Aug 2002 18:26 GMT", "2002-08-22T18:26:00Z"},
		{"22 Aug 2002", "2002-08-22T00:00:00Z"},
		{"Thu, 22 Aug 2002 12:05:00 AM GMT", "2002-08-22T00:05:00Z"},
		{"Mon, 2 Sept 2002 10:00:00 +0530", "2002-09-02T04:30:00Z"},
		{"Sat, 31 Dec 1994 23:59:60 GMT", "1995-01-01T00:00:00Z"},
		{"Mon, 1 Jan 1979 00:00:00 -0800", "1979-01-01T08:00:00Z"},
		{"Fri, 5 Mär 1999 10:00:00 GMT", "1999-03-05T10:00:00Z"},
		{"Fri, 5 Mar 1999 10:00:00 MST", "1999-03-05T17:00:00Z"},
		{"Thu, 22 Aug 2002 10:26:25 Pacific Standard Time", noon},
		{"Thu, 22 Aug 2002 11:26:25 Pacific Daylight Time", noon},
		{"Thu, 22 Aug 2002 18:26:25 +9999", noon},
		{"", ""},
		{"yesterday", ""},
		{"30 Feb 2002 10:00:00 GMT", ""},
		{"22 Aug 2002 25:00:00 GMT", ""},
		{"9/11/2002 10:00", ""},
		{"+++:::---", ""},
	}
	for _, test := range tests {
		got := ""
		if date, _ := readDate(test.value); date != nil {
			got = time.UnixMilli(date.Milli).UTC().Format(time.RFC3339Nano)
		}
		if got != test.want {
			t.Errorf("readDate(%q): got %q, want %q", test.value, got, test.want)
		}
	}
}

// The dates of mailers that write in the language of their user.
func TestReadDateLanguages(t *testing.T) {
	tests := map[string][]string{
		"German": {
			"Mo, 3 Januar", "Do, 3 Feb", "Do, 3 März", "So, 3 Apr", "Di, 3 Mai", "Fr, 3 Juni", "So, 3 Juli", "Mi, 3 August",
			"Sa, 3 Sept", "Mo, 3 Okt", "Do, 3 November", "Sa, 3 Dez",
		},
		"French": {
			"lun., 3 janv.", "jeu. 3 févr.", "jeu. 3 mars", "dim. 3 avril", "mar. 3 mai", "ven. 3 juin", "dim. 3 juil.", "mer. 3 août",
			"sam. 3 septembre", "mar. 3 oct.", "mar, 3 nov.", "sam. 3 décembre",
		},
		"Spanish": {
			"lun, 3 de enero de", "jue 3 febrero", "jue 3 marzo", "dom 3 abr", "mar, 3 mayo", "vie 3 junio", "dom 3 julio", "mié 3 ago",
			"sáb 3 septiembre", "mar 3 octubre", "jue 3 nov", "sáb 3 dic",
		},
		"Italian": {
			"lun, 3 gen", "gio 3 feb", "gio 3 marzo", "dom 3 aprile", "mar 3 maggio", "ven 3 giugno", "dom 3 luglio", "mer 3 agosto",
			"sab 3 settembre", "lun 3 ottobre", "gio 3 novembre", "sab 3 dic",
		},
		"Portuguese": {
			"seg, 3 jan", "qui 3 fev", "qui 3 de março de", "dom 3 abr", "ter 3 maio", "sex 3 jun", "dom 3 jul", "qua 3 ago",
			"sáb 3 set", "seg 3 out", "qui 3 nov", "sáb 3 dezembro",
		},
		"Dutch": {
			"ma 3 jan", "do 3 februari", "do 3 maart", "zo 3 apr", "dinsdag 3 mei", "vr 3 juni", "zo 3 juli", "wo 3 augustus",
			"za 3 sep", "maandag 3 oktober", "do 3 nov", "za 3 dec",
		},
		"Scandinavian": {
			"mån 3 januari", "tors 3 feb", "tor 3 marts", "søn 3 apr", "tis 3 maj", "fre 3 juni", "sön 3 juli", "ons 3 augusti",
			"lör 3 sept", "man 3 oktober", "tor 3 nov", "lør 3 desember",
		},
		"Polish": {
			"pon., 3 stycznia", "czw 3 lutego", "czw 3 marca", "niedz 3 kwietnia", "wt 3 maja", "pt 3 czerwca", "3 lipca", "śr 3 sierpnia",
			"sob 3 września", "pon 3 paź", "czw 3 listopada", "sob 3 grudnia",
		},
		"Russian": {
			"пн, 3 января", "чт 3 фев", "чт 3 марта", "вс 3 апр", "вт 3 мая", "пт 3 июня", "вс 3 июля", "ср 3 августа",
			"сб 3 сент", "пн 3 окт", "чт 3 ноября", "Сб 3 ДЕК",
		},
	}
	for language, days := range tests {
		for i, day := range days {
			want := time.Date(2005, time.Month(i+1), 3, 9, 5, 7, 0, time.UTC).UnixMilli()
			date, zoned := readDate(day + " 2005 11:05:07 +0200")
			if date == nil || date.Milli != want || !zoned {
				t.Errorf("%s: readDate(%q …): got %+v, want %d", language, day, date, want)
			}
		}
	}
}

// Header bytes of a language are in a charset of their own.
func TestDateCharsets(t *testing.T) {
	for _, value := range []string{"3 M\xe4rz 2005 10:00:00 +0000", "=?iso-8859-1?q?3_M=E4rz?= 2005 10:00:00 +0000", "3 März 2005 10h00 +0000"} {
		f := factsOf(t, mailOf("From: a@x.org", "Date: "+value))
		if f.Sent == nil || f.Sent.Milli != 1109844000000 {
			t.Errorf("Date %q: got %+v, want 1109844000000", value, f.Sent)
		}
	}
}

func TestReadDateZone(t *testing.T) {
	tests := []struct {
		value  string
		offset int
		zoned  bool
	}{
		{"22 Aug 2002 11:26:25 -0730", -(7*3600 + 30*60), true},
		{"22 Aug 2002 11:26:25 CEST", 7200, true},
		{"22 Aug 2002 11:26:25", 0, false},
		{"22 Aug 2002 11:26:25 XYZT", 0, false},
		{"22 Aug 2002 11:26:25 (GMT+3)", 3 * 3600, true},
		{"22 Aug 2002 11:26:25 W. Europe Standard Time", 3600, true},
		{"22 Aug 2002 11:26:25 W. Europe Daylight Time", 7200, true},
		{"22 Aug 2002 11:26:25 Central European Time", 3600, true},
		{"22 Aug 2002 11:26:25 (Eastern European Standard Time)", 7200, true},
		{"22 Aug 2002 11:26:25 Eastern Daylight Time", -4 * 3600, true},
		{"22 Aug 2002 11:26:25 +0900 (Tokyo Standard Time)", 9 * 3600, true},
	}
	for _, test := range tests {
		date, zoned := readDate(test.value)
		if date == nil || date.Offset != test.offset || zoned != test.zoned {
			t.Errorf("readDate(%q): got %+v, %v, want offset %d, %v", test.value, date, zoned, test.offset, test.zoned)
		}
	}
}

// The zone of the host has no part in what a mail says.
func TestReadDateIgnoresHost(t *testing.T) {
	values := []string{"22 Aug 2002 11:26:25 EST", "22 Aug 2002 11:26:25", "Thu Aug 22 11:26:25 IST 2002", "22 Aug 2002 11:26:25 CET"}
	local := time.Local
	defer func() { time.Local = local }()
	for _, value := range values {
		var want int64
		for i, zone := range []*time.Location{time.UTC, time.FixedZone("EST", -18000), time.FixedZone("CET", 7200)} {
			time.Local = zone
			date, _ := readDate(value)
			if date == nil {
				t.Fatalf("readDate(%q): got nil, want a date", value)
			}
			if i == 0 {
				want = date.Milli
			}
			if date.Milli != want {
				t.Errorf("readDate(%q) on a host in %v: got %d, want %d", value, zone, date.Milli, want)
			}
		}
	}
}
