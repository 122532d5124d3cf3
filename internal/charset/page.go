package charset

import (
	"cmp"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// UTF8Page is the code page of UTF-8.
const UTF8Page = 65001

// KnownPage says whether the code page of that number is known, other than
// UTF8Page.
func KnownPage(page int) bool { return pages[page] != nil }

// Page decodes text of a code page of Windows; one that is not known is read as
// Windows-1252. Bytes that mean nothing there become U+FFFD.
func Page(data []byte, page int) string {
	if page == UTF8Page {
		return strings.ToValidUTF8(string(data), "\uFFFD")
	}
	known := cmp.Or[encoding.Encoding](pages[page], charmap.Windows1252)
	decoded, err := known.NewDecoder().Bytes(data)
	if err != nil {
		return strings.ToValidUTF8(string(data), "\uFFFD")
	}
	return string(decoded)
}

// pages are the code pages that other than Unicode text comes in.
var pages = map[int]encoding.Encoding{
	437: charmap.CodePage437, 850: charmap.CodePage850, 852: charmap.CodePage852, 866: charmap.CodePage866,
	862: charmap.CodePage862, 874: charmap.Windows874, 932: japanese.ShiftJIS, 936: simplifiedchinese.GBK, 949: korean.EUCKR, 950: traditionalchinese.Big5,
	1250: charmap.Windows1250, 1251: charmap.Windows1251, 1252: charmap.Windows1252, 1253: charmap.Windows1253,
	1254: charmap.Windows1254, 1255: charmap.Windows1255, 1256: charmap.Windows1256, 1257: charmap.Windows1257, 1258: charmap.Windows1258,
	20866: charmap.KOI8R, 21866: charmap.KOI8U, 10000: charmap.Macintosh, 20127: charmap.Windows1252, 28591: charmap.Windows1252, 28592: charmap.ISO8859_2, 28595: charmap.ISO8859_5,
	28594: charmap.ISO8859_4, 28596: charmap.ISO8859_6, 28597: charmap.ISO8859_7, 28598: charmap.ISO8859_8, 28599: charmap.ISO8859_9,
	28603: charmap.ISO8859_13, 28605: charmap.ISO8859_15, 50220: japanese.ISO2022JP, 50221: japanese.ISO2022JP,
	50222: japanese.ISO2022JP, 20932: japanese.EUCJP, 51932: japanese.EUCJP, 52936: simplifiedchinese.HZGB2312, 51949: korean.EUCKR, 54936: simplifiedchinese.GB18030,
}
