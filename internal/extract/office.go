package extract

import (
	"archive/zip"
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html/charset"
)

// office is a format of documents: XML in a zip archive.
type office struct {
	media string
	of    string   // an entry that tells it from the others; "" for OpenDocument, which names itself
	parts []string // patterns of the entries with text, in the order they are read
	read  func(*text, *archive, io.Reader) error
}

// offices are ISO/IEC 29500 and, last, ISO/IEC 26300.
var offices = []office{
	{
		"application/vnd.openxmlformats-officedocument.wordprocessingml.document", "word/document.xml",
		[]string{"word/document.xml", "word/header*.xml", "word/footer*.xml", "word/footnotes.xml", "word/endnotes.xml", "word/comments.xml"},
		readRuns,
	},
	{
		"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xl/workbook.xml",
		[]string{"xl/sharedStrings.xml", "xl/worksheets/sheet*.xml", "xl/comments*.xml"},
		readCells,
	},
	{
		"application/vnd.openxmlformats-officedocument.presentationml.presentation", "ppt/presentation.xml",
		[]string{"ppt/slides/slide*.xml", "ppt/notesSlides/notesSlide*.xml", "ppt/comments/*.xml"},
		readRuns,
	},
	{"application/vnd.oasis.opendocument.", "", []string{"content.xml"}, readOpenDocument},
}

// archive is an archive whose entries are being read.
type archive struct {
	files   []*zip.File
	left    int64    // bytes that may still be unpacked
	strings []string // shared by the cells of a workbook
}

var errTooMuch = errors.New("it unpacks to too much")

// packed tells what a zip archive is, and how it is read.
func packed(data []byte) (string, func(*text) string) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return typeZip, nothing("no text: the archive is damaged")
	}
	if len(z.File) > maxEntries {
		return typeZip, nothing("no text: the archive has too many entries")
	}
	a := &archive{files: z.File, left: maxUnpacked}
	for _, o := range offices {
		media := o.media
		if o.of == "" {
			if media = a.openDocument(); !strings.HasPrefix(media, o.media) {
				continue
			}
		} else if a.find(o.of) == nil {
			continue
		}
		return media, func(t *text) string { return a.readOffice(t, o) }
	}
	return typeZip, nothing("no text: an archive")
}

func (a *archive) find(name string) *zip.File {
	if i := slices.IndexFunc(a.files, func(f *zip.File) bool { return f.Name == name }); i >= 0 {
		return a.files[i]
	}
	return nil
}

// openDocument returns the media type that an OpenDocument file states of
// itself, or "".
func (a *archive) openDocument() string {
	f := a.find("mimetype")
	if f == nil {
		return ""
	}
	r, err := f.Open()
	if err != nil {
		return ""
	}
	defer r.Close()
	stated, _ := io.ReadAll(io.LimitReader(r, 128))
	media := strings.TrimSpace(string(stated))
	if strings.Trim(media, "abcdefghijklmnopqrstuvwxyz.-/") != "" {
		return ""
	}
	return media
}

func (a *archive) readOffice(t *text, o office) string {
	for _, pattern := range o.parts {
		var found []*zip.File
		for _, f := range a.files {
			if ok, _ := path.Match(pattern, f.Name); ok {
				found = append(found, f)
			}
		}
		// slide2 before slide10
		slices.SortStableFunc(found, func(a, b *zip.File) int {
			return cmp.Or(cmp.Compare(len(a.Name), len(b.Name)), cmp.Compare(a.Name, b.Name))
		})
		for _, f := range found {
			if t.full {
				return ""
			}
			if err := a.readPart(t, o, f); err != nil {
				return note(err)
			}
			t.line()
		}
	}
	return ""
}

// note says why a document was read no further.
func note(err error) string {
	if errors.Is(err, errTooMuch) {
		return "no text beyond this: the file unpacks to more than is read"
	}
	return "no text beyond this: the file is damaged or encrypted"
}

func (a *archive) readPart(t *text, o office, f *zip.File) error {
	r, err := f.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	return o.read(t, a, &limited{r, &a.left})
}

// limited reads until what is left for all entries is used up.
type limited struct {
	r    io.Reader
	left *int64
}

func (l *limited) Read(p []byte) (int, error) {
	if *l.left <= 0 {
		return 0, errTooMuch
	}
	n, err := l.r.Read(p[:min(int64(len(p)), *l.left)])
	*l.left -= int64(n)
	return n, err
}

// tokens calls use with each token of XML until t is full. Entities other than
// those of XML itself are not expanded, and nothing outside is read.
func tokens(t *text, r io.Reader, use func(xml.Token)) error {
	d := xml.NewDecoder(r)
	d.Strict = false
	d.CharsetReader = charset.NewReaderLabel
	for !t.full {
		token, err := d.RawToken()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		use(token)
	}
	return nil
}

// readRuns reads documents and slides: text stands in runs, "t", and runs in
// paragraphs, "p".
func readRuns(t *text, _ *archive, r io.Reader) error {
	inside := false
	return tokens(t, r, func(token xml.Token) {
		switch e := token.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "t":
				inside = true
			case "tab":
				t.add("\t")
			case "br", "cr":
				t.line()
			}
		case xml.EndElement:
			switch e.Name.Local {
			case "t":
				inside = false
			case "p":
				t.line()
			case "tc":
				t.add("\t")
			}
		case xml.CharData:
			if inside {
				t.add(string(e))
			}
		}
	})
}

// readCells reads a workbook: first the strings that its cells share, then its
// sheets, row by row.
func readCells(t *text, a *archive, r io.Reader) error {
	c := cells{text: t, archive: a}
	return tokens(t, r, c.token)
}

type cells struct {
	*text
	*archive
	kind     string // of the cell
	value    strings.Builder
	reading  bool
	phonetic bool
}

func (c *cells) token(token xml.Token) {
	switch e := token.(type) {
	case xml.StartElement:
		switch e.Name.Local {
		case "c", "si", "comment":
			c.kind = e.Name.Local
			c.value.Reset()
			for _, attr := range e.Attr {
				if attr.Name.Local == "t" && attr.Name.Space == "" {
					c.kind = "c " + attr.Value
				}
			}
		case "rPh":
			c.phonetic = true
		case "t", "v":
			c.reading = !c.phonetic
		}
	case xml.EndElement:
		c.end(e.Name.Local)
	case xml.CharData:
		if c.reading {
			c.value.Write(e)
		}
	}
}

func (c *cells) end(name string) {
	switch name {
	case "t", "v":
		c.reading = false
	case "rPh":
		c.phonetic = false
	case "row":
		c.line()
	case "si":
		if len(c.strings) < maxStrings {
			c.strings = append(c.strings, c.value.String())
		}
	case "comment":
		c.add(c.value.String() + "\n")
	case "c":
		value := c.value.String()
		if n, err := strconv.Atoi(strings.TrimSpace(value)); c.kind == "c s" && err == nil && n >= 0 && n < len(c.strings) {
			value = c.strings[n]
		}
		if value != "" {
			c.add(value + "\t")
		}
	}
}

// readOpenDocument reads paragraphs and headings; what was deleted while
// changes were tracked stays out.
func readOpenDocument(t *text, _ *archive, r io.Reader) error {
	paragraphs, deleted := 0, 0
	return tokens(t, r, func(token xml.Token) {
		switch e := token.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "p", "h":
				paragraphs++
			case "tracked-changes":
				deleted++
			case "s":
				t.add(" ")
			case "tab":
				t.add("\t")
			case "line-break":
				t.line()
			}
		case xml.EndElement:
			switch e.Name.Local {
			case "p", "h":
				paragraphs--
				t.line()
			case "tracked-changes":
				deleted--
			}
		case xml.CharData:
			if paragraphs > 0 && deleted == 0 {
				t.add(string(e))
			}
		}
	})
}
