package extract

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// zipped packs entries, given as name and content by turns.
func zipped(tb testing.TB, entries ...string) []byte {
	tb.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for i := 0; i < len(entries); i += 2 {
		w, err := z.Create(entries[i])
		if err == nil {
			_, err = w.Write([]byte(entries[i+1]))
		}
		if err != nil {
			tb.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

// page is a PDF of one line.
const page = `%PDF-1.1
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 144]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>endobj
4 0 obj<</Length 44>>stream
BT /F1 18 Tf 20 100 Td (Harbour dues) Tj ET
endstream endobj
5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj
trailer<</Root 1 0 R>>
`

func documents(tb testing.TB) map[string][]byte {
	tb.Helper()
	return map[string][]byte{
		"docx": zipped(tb, "[Content_Types].xml", "<x/>", "word/header1.xml", "<hdr><p><t>Head</t></p></hdr>", "word/document.xml",
			`<?xml version="1.0"?><w:document xmlns:w="x"><w:p><w:r><w:t>Har</w:t></w:r><w:r><w:t>bour</w:t><w:tab/><w:t>dues</w:t></w:r></w:p>`+
				`<w:p><w:r><w:instrText>PAGE</w:instrText><w:t>Second &amp; last</w:t></w:r></w:p></w:document>`),
		"xlsx": zipped(tb, "xl/workbook.xml", "<x/>", "xl/worksheets/sheet1.xml",
			`<worksheet><row><c t="s"><v>1</v></c><c><v>42</v></c></row><row><c t="inlineStr"><is><t>inline</t></is></c><c t="s"><v>9</v></c></row></worksheet>`,
			"xl/sharedStrings.xml", `<sst><si><t>no</t></si><si><r><t>har</t></r><r><t>bour</t></r><rPh><t>reading</t></rPh></si></sst>`),
		"pptx": zipped(tb, "ppt/presentation.xml", "<x/>", "ppt/slides/slide10.xml", "<a:p><a:t>Tenth</a:t></a:p>", "ppt/slides/slide2.xml", "<a:p><a:t>Second</a:t></a:p>"),
		"odt": zipped(tb, "mimetype", "application/vnd.oasis.opendocument.text", "content.xml",
			`<o><text:tracked-changes><text:p>gone</text:p></text:tracked-changes><text:h>Head</text:h><text:p>A<text:s/>b<text:span>c</text:span></text:p><x>not shown</x></o>`),
		"zip":  zipped(tb, "a.txt", "inside"),
		"rtf":  []byte(`{\rtf1\ansi\ansicpg1251{\fonttbl{\f0 Arial;}}{\*\generator x;}{\info{\title T}}Harbour \'cf\'f0\par \u8364?5 \u-10179?\u-8704? \{x\}{\pict 00ff}\tab end}`),
		"html": []byte("<html><head><style>p{}</style><title>T</title></head><body><p>Har<b>bour</b>\n dues</p><script>x()</script><td>a</td><td>b</td>"),
		"pdf":  []byte(page),
		"csv":  []byte("name,dues\r\nHarbour,42\r\n"), "utf-16": []byte("\xff\xfeH\x00i\x00"), "latin": []byte("caf\xe9"), "shell": []byte("#!/bin/sh\n" + strings.Repeat("unpack\n", 100) + "\x00\x01 binary"),
		"ics":         []byte("BEGIN:VCALENDAR\nSUMMARY:Harbour\nEND:VCALENDAR\n"),
		"html koi8-r": []byte("<html><meta charset=koi8-r><p>\xd0\xd2\xc9\xd7\xc5\xd4"),
		"mail":        []byte("Received: from x\nFrom: a@x\nTo: b@x\n\nHi"), "key": []byte("-----BEGIN PGP SIGNATURE-----\n\nAAAA\n"),
		"png": []byte("\x89PNG\r\n\x1a\n\x00\x00"), "doc": []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 word"), "empty": {},
	}
}

func TestFile(t *testing.T) {
	r := New()
	for name, want := range map[string]struct{ media, text, note string }{
		"docx":        {offices[0].media, "Harbour\tdues\nSecond & last\nHead", ""},
		"xlsx":        {offices[1].media, "harbour\t42\t\ninline\t9", ""},
		"pptx":        {offices[2].media, "Second\nTenth", ""},
		"odt":         {"application/vnd.oasis.opendocument.text", "Head\nA bc", ""},
		"zip":         {typeZip, "", "an archive"},
		"rtf":         {typeRTF, "Harbour Пр\n€5 😀 {x}\tend", ""},
		"html":        {typeHTML, "T\nHarbour dues\na\tb", ""},
		"csv":         {typePlain, "name,dues\nHarbour,42", ""},
		"utf-16":      {typePlain, "Hi", ""},
		"latin":       {typePlain, "café", ""},
		"shell":       {typePlain, "#!/bin/sh" + strings.Repeat("\nunpack", 100), "no text beyond this"},
		"ics":         {typePlain, "BEGIN:VCALENDAR\nSUMMARY:Harbour\nEND:VCALENDAR", ""},
		"html koi8-r": {typeHTML, "привет", ""},
		"mail":        {typeMail, "", "a mail"},
		"key":         {typeArmor, "", "a signature"},
		"png":         {"image/png", "", ""},
		"doc":         {typeOLE, "", "older office format"},
		"empty":       {"application/x-empty", "", "empty"},
	} {
		data := documents(t)[name]
		got := r.File(t.Context(), data)
		if got.Type != want.media || got.Text != want.text || !strings.Contains(got.Note, want.note) || want.note == "" && got.Note != "" {
			t.Errorf("%s: got %q %q %q, want %q %q %q", name, got.Type, got.Text, got.Note, want.media, want.text, want.note)
		}
		if got.SHA != sha256.Sum256(data) || got.Size != int64(len(data)) {
			t.Errorf("%s: got %s of %d bytes", name, got.SHA, got.Size)
		}
	}
}

func TestPDF(t *testing.T) {
	r := New()
	if r.pdftotext == "" {
		if os.Getenv("REQUIRE_ALL") == "1" {
			t.Fatal("pdftotext is not installed, and REQUIRE_ALL is set")
		}
		t.Skip("pdftotext is not installed")
	}
	if got := r.File(t.Context(), []byte(page)); got.Text != "Harbour dues" || got.Note != "" || got.Type != typePDF {
		t.Errorf("got %+v, want its line", got)
	}
	if got := r.File(t.Context(), []byte("%PDF-1.4 and nothing")); got.Text != "" || !strings.Contains(got.Note, "damaged") {
		t.Errorf("damaged: got %+v, want a note", got)
	}
	r.patience = time.Nanosecond
	if got := r.File(t.Context(), []byte(page)); !strings.Contains(got.Note, "too long") {
		t.Errorf("without patience: got %+v, want a note", got)
	}
	r.pdftotext = ""
	if got := r.File(t.Context(), []byte(page)); got.Note != NoPDF || got.Type != typePDF {
		t.Errorf("without pdftotext: got %+v, want %q", got, NoPDF)
	}
}

// TestLimits: what unpacks to very much costs no more than the limits.
func TestLimits(t *testing.T) {
	r := New()
	long := r.File(t.Context(), []byte(strings.Repeat("né ", maxText)))
	if len(long.Text) > maxText || len(long.Text) < maxText-3 || !utf8.ValidString(long.Text) || !strings.Contains(long.Note, "beginning") {
		t.Errorf("long text: got %d bytes, note %q", len(long.Text), long.Note)
	}
	bomb := zipped(t, "word/document.xml", "<t>before</t><x>"+strings.Repeat(" ", maxUnpacked)+"</x><t>after</t>")
	if got := r.File(t.Context(), bomb); got.Text != "before" || !strings.Contains(got.Note, "more than is read") {
		t.Errorf("bomb of %d bytes: got %q, note %q", len(bomb), got.Text, got.Note)
	}
	deep := zipped(t, "word/document.xml", strings.Repeat("<x>", 1<<20)+"<t>deep</t>")
	if got := r.File(t.Context(), deep); got.Text != "deep" {
		t.Errorf("deep: got %q, note %q", got.Text, got.Note)
	}
	if got := r.File(t.Context(), []byte(strings.Repeat("{", 1<<20))); got.Text == "" {
		t.Errorf("braces: got %+v", got)
	}
	if got := r.File(t.Context(), []byte(`{\rtf`+strings.Repeat("{", 1<<20))); !strings.Contains(got.Note, "damaged") {
		t.Errorf("deep RTF: got note %q, want that it is damaged", got.Note)
	}
	entity := zipped(t, "word/document.xml", `<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><t>&b; x</t>`)
	if got := r.File(t.Context(), entity); strings.Contains(got.Text, "aaaa") {
		t.Errorf("entities: got %q, want none expanded", got.Text)
	}
}

func FuzzFile(f *testing.F) {
	for _, data := range documents(f) {
		f.Add(data)
	}
	r := &Reader{} // without programs
	f.Fuzz(func(t *testing.T, data []byte) {
		got := r.File(t.Context(), data)
		if !utf8.ValidString(got.Text) || len(got.Text) > maxText || strings.ContainsAny(got.Text, "\x00\r") || got.Type == "" {
			t.Errorf("got %q as %q, want valid UTF-8 within the limit, and a type", got.Text, got.Type)
		}
		if again := r.File(t.Context(), bytes.Clone(data)); again != got {
			t.Errorf("read again: got %+v, want %+v", again, got)
		}
	})
}
