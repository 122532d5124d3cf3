package parse

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/emersion/go-message"
)

// typical returns mails as lists carry them, about 5 KB each: most of them
// plain, some in two forms, some with a file.
func typical() [][]byte {
	received := strings.Repeat("Received: from a.example.org (a.example.org [192.0.2.1])\n\tby b.example.org (Postfix) with ESMTP id 0123456789\n\tfor <list@example.org>; Thu, 22 Aug 2002 18:26:25 +0200 (CEST)\n", 5)
	var mails [][]byte
	for i := range 100 {
		body := strings.Repeat("> A quoted line of about seventy characters, as mailers wrap them.\nAn own line of words that somebody wrote to somebody else.\n", 20)
		kind := "Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: 8bit\n\n" + body
		switch i % 10 {
		case 7:
			kind = "Content-Type: multipart/alternative; boundary=\"=_b\"\n\n--=_b\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n" +
				body + "\n--=_b\nContent-Type: text/html\n\n<p>" + body + "</p>\n--=_b--\n"
		case 8:
			kind = "Content-Type: text/html\n\n<html><body><p>" + strings.ReplaceAll(body, "\n", "<br>\n") + "</p></body></html>\n"
		case 9:
			kind = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\n" + body + "\n--b\nContent-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\n" +
				strings.Repeat("QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAx\n", 40) + "--b--\n"
		}
		mails = append(mails, fmt.Appendf(nil, "%sMessage-ID: <%d@example.org>\nFrom: \"Ann Other\" <ann@example.org>\nTo: The List <list@example.org>, bob@example.org\n"+
			"Cc: Carl <carl@example.org>\nSubject: Re: [list] A subject of six words\nDate: Thu, 22 Aug 2002 18:%02d:25 +0200\nIn-Reply-To: <p%d@example.org>\n"+
			"References: <r%d@example.org>\n\t<p%d@example.org>\nMIME-Version: 1.0\nList-Id: <list.example.org>\nPrecedence: bulk\n%s", received, i, i%60, i, i, i, kind))
	}
	return mails
}

func benchmarkMails(b *testing.B, mails [][]byte, read func([]byte)) {
	var size int64
	for _, raw := range mails {
		size += int64(len(raw))
	}
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		for _, raw := range mails {
			read(raw)
		}
	}
	b.ReportMetric(float64(len(mails))*float64(b.N)/b.Elapsed().Seconds(), "mails/s")
}

func readMessage(raw []byte) { _, _ = Message(raw) }

// readLibrary is the measure: the MIME library alone, every part decoded.
func readLibrary(raw []byte) {
	if isFromLine(raw) {
		raw = raw[lineLength(raw):]
	}
	entity, err := message.Read(bytes.NewReader(raw))
	if err != nil {
		return
	}
	_ = entity.Walk(func(_ []int, part *message.Entity, _ error) error {
		if part.MultipartReader() == nil {
			_, _ = io.Copy(io.Discard, part.Body)
		}
		return nil
	})
}

func BenchmarkMessage(b *testing.B) { benchmarkMails(b, typical(), readMessage) }
func BenchmarkLibrary(b *testing.B) { benchmarkMails(b, typical(), readLibrary) }
func BenchmarkMessageCorpus(b *testing.B) {
	benchmarkMails(b, corpus(b, "spamassassin-ham.tar.xz"), readMessage)
}

func BenchmarkLibraryCorpus(b *testing.B) {
	benchmarkMails(b, corpus(b, "spamassassin-ham.tar.xz"), readLibrary)
}
