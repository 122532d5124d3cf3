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
