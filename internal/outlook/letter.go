package outlook

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"skein/internal/rtf"
)

// letter is a message that is made a mail.
type letter struct {
	*properties
	recipients []*properties
	files      []File
	mark       string // ends the boundaries
	out        bytes.Buffer
}

// bytes writes the mail. What would be more than left bytes is left out, and
// told as a fault.
func (m *letter) bytes(fault func(string, ...any), left *int) []byte {
	m.header()
	texts, files := m.texts(fault, *left), make([]entity, 0, len(m.files))
	for _, a := range m.files {
		files = append(files, a.entity())
	}
	if m.doubt != "" {
		fault("the text: %s", m.doubt)
	}
	kept := func(e entity) bool {
		if !e.mail && len(e.data) > *left {
			fault("%d bytes are more than may be made of the file", len(e.data))
			return false
		}
		if !e.mail {
			*left -= len(e.data)
		}
		return true
	}
	texts, files = slices.DeleteFunc(texts, func(e entity) bool { return !kept(e) }), slices.DeleteFunc(files, func(e entity) bool { return !kept(e) })
	m.write(texts, files)
	return m.out.Bytes()
}

func (m *letter) write(texts, files []entity) {
	size := 0
	for _, e := range slices.Concat(texts, files) {
		size += len(e.data)
	}
	m.out.Grow(size/2*3 + 1000)
	m.mark = boundary(texts, files)
	m.out.WriteString("MIME-Version: 1.0\r\n")
	if signed := m.signed(); signed != nil {
		m.out.Write(signed)
		return
	}
	if len(files) == 0 {
		m.alternative(texts)
		return
	}
	fmt.Fprintf(&m.out, "Content-Type: multipart/mixed; boundary=\"f%s\"\r\n\r\n", m.mark)
	if len(texts) > 0 {
		fmt.Fprintf(&m.out, "--f%s\r\n", m.mark)
		m.alternative(texts)
	}
	for _, e := range files {
		fmt.Fprintf(&m.out, "--f%s\r\n", m.mark)
		m.part(e)
	}
	fmt.Fprintf(&m.out, "--f%s--\r\n", m.mark)
}

// boundary is made of what it must not stand in, so that nobody can write it
// there, and equal messages have equal ones.
func boundary(texts, files []entity) string {
	sum := sha256.New()
	for _, e := range slices.Concat(texts, files) {
		sum.Write(e.data)
	}
	return hex.EncodeToString(sum.Sum(nil)[:16])
}

// signed is the mail as it was sent, where it is kept as the only attachment
// of a message that was signed ([MS-OXOSMIME] §2.1.3): from the fields that
// describe its body on.
func (m *letter) signed() []byte {
	const class = "ipm.note.smime.multipartsigned"
	if len(m.files) != 1 || m.files[0].Type != "multipart/signed" || strings.ToLower(m.line(messageClass)) != class {
		return nil
	}
	data := bytes.ReplaceAll(m.files[0].Data, []byte("\r\n"), []byte("\n"))
	header, rest, ok := bytes.Cut(data, []byte("\n\n"))
	var kept bytes.Buffer
	keeping := false
	for line := range bytes.Lines(append(header, '\n')) {
		if line[0] != ' ' && line[0] != '\t' {
			keeping = len(line) > 8 && strings.EqualFold(string(line[:8]), "content-")
		}
		if keeping {
			kept.Write(line)
		}
	}
	if !ok || kept.Len() == 0 {
		return nil
	}
	kept.WriteByte('\n')
	kept.Write(rest)
	return kept.Bytes()
}

// entity is a part of the mail.
type entity struct {
	fields []string
	data   []byte
	mail   bool // made here, written as it is; all else in base64
}

// part writes a part, behind its boundary or behind the header of the mail.
func (m *letter) part(e entity) {
	for _, field := range e.fields {
		m.out.WriteString(field + "\r\n")
	}
	if e.mail {
		m.out.WriteString("Content-Transfer-Encoding: 8bit\r\n\r\n")
		m.out.Write(e.data)
		m.out.WriteString("\r\n")
		return
	}
	m.out.WriteString("Content-Transfer-Encoding: base64\r\n\r\n")
	const perLine = 57
	var line [76]byte
	for data := range slices.Chunk(e.data, perLine) {
		n := base64.StdEncoding.EncodedLen(len(data))
		base64.StdEncoding.Encode(line[:n], data)
		m.out.Write(line[:n])
		m.out.WriteString("\r\n")
	}
}

// alternative writes the forms of the text, an empty one where there is none.
func (m *letter) alternative(texts []entity) {
	switch len(texts) {
	case 0:
		m.part(text("plain", ""))
		return
	case 1:
		m.part(texts[0])
		return
	}
	fmt.Fprintf(&m.out, "Content-Type: multipart/alternative; boundary=\"t%s\"\r\n\r\n", m.mark)
	for _, e := range texts {
		fmt.Fprintf(&m.out, "--t%s\r\n", m.mark)
		m.part(e)
	}
	fmt.Fprintf(&m.out, "--t%s--\r\n", m.mark)
}

func text(kind, content string) entity {
	return entity{fields: []string{"Content-Type: text/" + kind + "; charset=utf-8"}, data: []byte(content)}
}

// texts are the forms of the text: plain, HTML, and where both are lacking what
// the RTF says.
func (m *letter) texts(fault func(string, ...any), most int) []entity {
	var texts []entity
	plain, html := m.forms(fault, most)
	if plain != "" {
		texts = append(texts, text("plain", plain))
	}
	if html != "" {
		texts = append(texts, text("html", html))
	}
	return texts
}

func (m *letter) forms(fault func(string, ...any), most int) (plain, html string) {
	plain, html = m.text(body), m.html()
	if strings.TrimSpace(plain) != "" || strings.TrimSpace(html) != "" || !m.has(rtfCompressed) {
		return plain, html
	}
	source, err := decompress(m.raw(rtfCompressed), most)
	plain, html, deep := rtf.Read(source)
	if err = cmp.Or(err, deep); err != nil {
		fault("the text in RTF: %v", err)
	}
	return plain, html
}

// html returns the HTML in UTF-8.
func (m *letter) html() string {
	v := m.all[bodyHTML]
	if v.kind != typeBinary {
		return m.text(bodyHTML)
	}
	page := m.number(internetCodepage)
	if page == 0 {
		page = m.codepage
	}
	return m.decode(v.data, page)
}

// entity is a file as a part.
func (a File) entity() entity {
	kind := a.Type
	// What claims to be made of parts is a file here, not a part of this mail.
	if !mediaType(kind) || strings.HasPrefix(kind, "multipart/") || strings.HasPrefix(kind, "message/") && kind != "message/rfc822" {
		kind = "application/octet-stream"
	}
	place := "attachment"
	if a.Inline && !strings.HasPrefix(kind, "text/") { // which would be read as the letter itself
		place = "inline"
	}
	fields := []string{"Content-Type: " + kind, "Content-Disposition: " + place}
	if a.Name != "" {
		fields[1] += "; filename=" + quoted(a.Name)
	}
	if id := strings.Trim(oneLine(a.ContentID), "<> "); id != "" {
		fields = append(fields, "Content-ID: <"+id+">")
	}
	return entity{fields, a.Data, a.mail}
}

// mediaType says whether text is one (RFC 6838 §4.2).
func mediaType(text string) bool {
	top, sub, ok := strings.Cut(text, "/")
	odd := func(r rune) bool {
		return r > '~' || r <= ' ' || strings.ContainsRune(`()<>@,;:\"/[]?=`, r)
	}
	return ok && top != "" && sub != "" && !strings.ContainsFunc(top, odd) && !strings.ContainsFunc(sub, odd)
}
