package ingest

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"skein/internal/extract"
	"skein/internal/mail"
	"skein/internal/parse"
	"skein/internal/store"
	"skein/internal/store/sqlite"
)

// files reads the files of attachments for the workers of a run. One that many
// mails carry is read once: what was read a while ago is remembered, and what
// the ledger holds is taken from there.
type files struct {
	reader *extract.Reader
	ledger *sqlite.Ledger
	noPDF  atomic.Int64 // PDF files that no program could read

	mutex         sync.Mutex
	recent, older map[mail.SHA]*oneFile
	bytes         int // of texts in recent
}

// oneFile is a file that is read by whoever comes first.
type oneFile struct {
	sync.Mutex
	done bool
	file mail.File
}

// What is remembered: so many files, or so much text, and once more as much.
const (
	rememberedFiles = 20_000
	rememberedBytes = 8 << 20
)

func newFiles(ledger *sqlite.Ledger) *files {
	return &files{reader: extract.New(), ledger: ledger, recent: map[mail.SHA]*oneFile{}}
}

// of returns the files of a mail's attachments, in the order of mail.Files.
func (f *files) of(ctx context.Context, it *store.Item) []mail.File {
	shas := mail.Files(it.Facts.Attachments)
	all, lacking := make([]*oneFile, len(shas)), map[mail.SHA]*oneFile{}
	for i, sha := range shas {
		all[i] = f.remembered(sha)
		if !f.kept(ctx, all[i], sha) {
			lacking[sha] = all[i]
		}
	}
	if len(lacking) > 0 {
		// It fails where Message did, and that did not.
		_ = parse.Files(it.Raw, func(a mail.Attachment, data []byte) {
			if one := lacking[a.SHA]; one != nil {
				f.read(ctx, one, data)
			}
		})
	}
	read := make([]mail.File, 0, len(all))
	for _, one := range all {
		one.Lock()
		if one.done {
			read = append(read, one.file)
		}
		one.Unlock()
	}
	return read
}

// remembered returns the place of a file.
func (f *files) remembered(sha mail.SHA) *oneFile {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if one := f.recent[sha]; one != nil {
		return one
	}
	one := f.older[sha]
	if one == nil {
		one = &oneFile{}
	}
	if len(f.recent) >= rememberedFiles || f.bytes > rememberedBytes {
		f.older, f.recent, f.bytes = f.recent, map[mail.SHA]*oneFile{}, 0
	}
	f.recent[sha] = one
	return one
}

// kept says whether a file was read, or is in the ledger. Where the ledger does
// not answer the file is read again, which costs time and nothing else.
func (f *files) kept(ctx context.Context, one *oneFile, sha mail.SHA) bool {
	one.Lock()
	defer one.Unlock()
	if one.done {
		return true
	}
	if file, err := f.ledger.File(ctx, sha); err == nil && file != nil {
		f.settle(one, *file)
	}
	return one.done
}

// read reads a file, unless somebody else did so meanwhile. A run that is
// cancelled reads it to its end, for what is cut short must not be kept.
func (f *files) read(ctx context.Context, one *oneFile, data []byte) {
	one.Lock()
	defer one.Unlock()
	if !one.done {
		f.settle(one, f.reader.File(context.WithoutCancel(ctx), data))
		if one.file.Note == extract.NoPDF {
			f.noPDF.Add(1)
		}
	}
}

func (f *files) settle(one *oneFile, file mail.File) {
	one.file, one.done = file, true
	f.mutex.Lock()
	f.bytes += len(file.Text)
	f.mutex.Unlock()
}

// note says what could not be read for want of a program; "" when nothing.
func (f *files) note() string {
	if n := f.noPDF.Load(); n > 0 {
		return fmt.Sprintf("attachments: %d PDF files have no text: pdftotext is not installed (it is part of poppler-utils)", n)
	}
	return ""
}
