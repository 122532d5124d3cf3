package sample

import (
	"encoding/binary"
	"fmt"
	"hash/adler32"
	"hash/crc32"
	"strings"
)

const rateAttached = 900

// attachments returns the files of a mail and their names. They come from a pool, so that
// one file goes with several mails.
func (g *generator) attachments(n *node) (files []entity, names []string) {
	r := newRandom(n.key, 2)
	if !r.chance(rateAttached) {
		return nil, nil
	}
	for range 1 + r.below(10)/8 {
		f := g.file(r.below(g.files))
		files = append(files, f.entity())
		names = append(names, f.name)
	}
	return files, names
}

// file is one attachment.
type file struct {
	name, mediaType string
	content         []byte
}

func (f file) entity() entity {
	name := `filename="` + f.name + `"`
	if !isASCII(f.name) {
		name = "filename*=utf-8''" + strings.ReplaceAll(qWord([]byte(f.name)), "=", "%")
	}
	return entity{
		fmt.Sprintf("Content-Type: %s\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment;\n %s\n", f.mediaType, name),
		base64Lines(f.content),
	}
}

// file makes the k-th file of the pool.
func (g *generator) file(k int) file {
	r := newRandom(g.seed, streamAttachment, uint64(k))
	v := &voice{random: r, lex: loadLexicon(), theme: k % len(themes), names: givens}
	name := strings.ToLower(v.surname()) + fmt.Sprint("-", r.between(1, 40))
	if r.chance(800) {
		name = "Übersicht_" + name
	}
	switch r.below(5) {
	case 0:
		return file{name + ".csv", "text/csv", table(v)}
	case 1:
		return file{name + ".pdf", "application/pdf", pdf(v)}
	case 2:
		return file{name + ".png", "image/png", picture(r)}
	case 3:
		return file{name + ".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", document(v)}
	}
	return file{name + ".txt", "text/plain", v.paragraph(nil, r.between(10, 60))}
}

func table(v *voice) []byte {
	b := []byte("item,place,count,amount\n")
	for range v.between(10, 120) {
		b = v.fill(b, compile("{n},{l},{k},{q}"))
		b = append(b, '\n')
	}
	return b
}

// pdf writes one page of text (PDF 1.4).
func pdf(v *voice) []byte {
	text := strings.NewReplacer("(", "", ")", "", `\`, "").Replace(string(v.paragraph(nil, v.between(3, 12))))
	stream := fmt.Sprintf("BT /F1 11 Tf 14 TL 60 760 Td (%s) Tj ET", strings.ReplaceAll(wrap(text, 80), "\n", ") Tj T* ("))
	objects := []string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(stream), stream),
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
	}
	b := []byte("%PDF-1.4\n")
	var index strings.Builder
	index.WriteString(fmt.Sprintf("xref\n0 %d\n0000000000 65535 f \n", len(objects)+1))
	for i, o := range objects {
		index.WriteString(fmt.Sprintf("%010d 00000 n \n", len(b)))
		b = fmt.Appendf(b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	return fmt.Appendf(b, "%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", index.String(), len(objects)+1, len(b))
}

// picture is a grey PNG (RFC 2083) of stripes.
func picture(r *random) []byte {
	const width = 64
	height := r.between(16, 96)
	var pixels []byte
	for range height {
		pixels = append(pixels, 0) // no filter
		shade := byte(r.below(256))
		for x := range width {
			pixels = append(pixels, shade+byte(x))
		}
	}
	header := binary.BigEndian.AppendUint32(nil, width)
	header = binary.BigEndian.AppendUint32(header, uint32(height))
	header = append(header, 8, 0, 0, 0, 0)
	zlib := append([]byte{0x78, 0x01}, stored(pixels)...)
	zlib = binary.BigEndian.AppendUint32(zlib, adler32.Checksum(pixels))
	b := []byte("\x89PNG\r\n\x1a\n")
	for _, c := range []struct {
		kind string
		data []byte
	}{{"IHDR", header}, {"IDAT", zlib}, {"IEND", nil}} {
		b = binary.BigEndian.AppendUint32(b, uint32(len(c.data)))
		body := append([]byte(c.kind), c.data...)
		b = binary.BigEndian.AppendUint32(append(b, body...), crc32.ChecksumIEEE(body))
	}
	return b
}

// stored writes data as DEFLATE blocks that are not compressed (RFC 1951
// §3.2.4). The standard compressor may choose otherwise in its next version,
// and a release must not change.
func stored(data []byte) []byte {
	b := make([]byte, 0, len(data)+5*(len(data)/0xFFFF+1))
	for {
		n := min(len(data), 0xFFFF)
		final := byte(toInt(n == len(data)))
		b = append(b, final, byte(n), byte(n>>8), ^byte(n), ^byte(n>>8))
		b = append(b, data[:n]...)
		if data = data[n:]; final == 1 {
			return b
		}
	}
}

// document is a word processor's file: a zip of XML.
func document(v *voice) []byte {
	var text strings.Builder
	for range v.between(2, 8) {
		fmt.Fprintf(&text, "<w:p><w:r><w:t>%s</w:t></w:r></w:p>", v.paragraph(nil, v.between(2, 6)))
	}
	return zipOf([][2]string{
		{"[Content_Types].xml", `<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`},
		{"_rels/.rels", `<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`},
		{"word/document.xml", `<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>` + text.String() + `</w:body></w:document>`},
	})
}

// zipOf writes a zip of stored entries, dated 1 January 1980.
func zipOf(entries [][2]string) []byte {
	le := binary.LittleEndian
	var b, directory []byte
	for _, e := range entries {
		common := le.AppendUint16(nil, 20)        // version needed
		common = append(common, 0, 0, 0, 0, 0, 0) // flags, method, time
		common = le.AppendUint16(common, 1<<5|1)  // date
		common = le.AppendUint32(common, crc32.ChecksumIEEE([]byte(e[1])))
		common = le.AppendUint32(common, uint32(len(e[1])))
		common = le.AppendUint32(common, uint32(len(e[1])))
		common = le.AppendUint16(common, uint16(len(e[0])))
		common = le.AppendUint16(common, 0)
		directory = append(append(append(directory, "PK\x01\x02\x14\x00"...), common...), make([]byte, 10)...)
		directory = append(le.AppendUint32(directory, uint32(len(b))), e[0]...)
		b = append(append(append(append(b, "PK\x03\x04"...), common...), e[0]...), e[1]...)
	}
	at := len(b)
	b = append(append(b, directory...), "PK\x05\x06\x00\x00\x00\x00"...)
	b = le.AppendUint16(b, uint16(len(entries)))
	b = le.AppendUint16(b, uint16(len(entries)))
	b = le.AppendUint32(b, uint32(len(directory)))
	return append(le.AppendUint32(b, uint32(at)), 0, 0)
}
