package serve

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"mime"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"skein/internal/mail"
	"skein/internal/markup"
	"skein/internal/parse"
	"skein/internal/store"
)

// files gives what originals hold: the bytes of attachments, and mails as their
// HTML shows them. Both are decoded anew from a copy that is kept.
type files struct {
	reader store.Reader
	log    *slog.Logger
}

// fileTimeout bounds how long the store is asked for one file.
const fileTimeout = 30 * time.Second

const notHere = "not available here: the originals are in the ledger, which `api --ledger` names\n"

// attachment answers GET /attachments/SHA256?message=ID. Without a message the
// latest that carries the file names it. A file is never shown by a browser,
// but saved: what it may be taken for is told of pictures and plain text alone.
func (f files) attachment(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), fileTimeout)
	defer cancel()
	var sha mail.SHA
	if sha.UnmarshalText([]byte(r.PathValue("sha"))) != nil {
		plain(w, http.StatusNotFound, "no message carries this file\n")
		return
	}
	carrier, err := f.carrier(ctx, sha, mail.ID(r.URL.Query().Get("message")))
	if err != nil || carrier == nil {
		f.refuse(w, r, err, "no message carries this file\n")
		return
	}
	data, err := f.original(ctx, carrier, func(raw []byte) ([]byte, bool) { return parse.File(raw, sha) })
	if err != nil {
		f.refuse(w, r, err, notHere)
		return
	}
	at := slices.IndexFunc(carrier.Attachments, func(a mail.Attachment) bool { return a.SHA == sha })
	h := w.Header()
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'none'")
	file := carrier.Attachments[at]
	h.Set("Content-Disposition", disposition(mailName(fileName(file.Name, sha), file.Type, data)))
	h.Set("Content-Type", harmless(data))
	h.Set("Cache-Control", "no-store")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
}

// carrier returns a message that carries a file: the one that is named, or the
// latest; nil when there is none.
func (f files) carrier(ctx context.Context, sha mail.SHA, named mail.ID) (*mail.Entry, error) {
	const want = store.WantParts | store.WantCopies
	var found []*mail.Entry
	var err error
	if named != "" {
		found, err = f.reader.Entries(ctx, []mail.ID{named}, want)
	} else {
		var lists []store.List[*mail.Entry]
		if lists, err = f.reader.AttachmentMessages(ctx, []mail.SHA{sha}, want, store.Page{First: 1}); err == nil {
			found = lists[0].Items
		}
	}
	for _, e := range found {
		if e != nil && slices.Contains(mail.Files(e.Attachments), sha) {
			return e, err
		}
	}
	return nil, err
}

// original reads the copies of a message until one has what is looked for.
// Only the copy that is shown must have it, and an entry does not say which
// that is.
func (f files) original(ctx context.Context, e *mail.Entry, find func(raw []byte) ([]byte, bool)) ([]byte, error) {
	tried := map[mail.SHA]bool{}
	for _, c := range e.Copies {
		if tried[c.SHA] {
			continue
		}
		tried[c.SHA] = true
		raw, err := f.reader.Original(ctx, c.SHA)
		if err != nil {
			return nil, err
		}
		if found, ok := find(raw); ok {
			return found, nil
		}
	}
	return nil, store.ErrNotFound
}

// page answers GET /messages/ID/html: the mail as its HTML shows it, on a page
// that can run nothing and load nothing.
func (f files) page(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), fileTimeout)
	defer cancel()
	const none = "no mail with HTML has this id\n"
	found, err := f.reader.Entries(ctx, []mail.ID{mail.ID(r.PathValue("id"))}, store.WantParts|store.WantCopies)
	if err != nil || found[0] == nil || !found[0].HTML {
		f.refuse(w, r, err, none)
		return
	}
	page, err := f.original(ctx, found[0], shownAsHTML)
	if err != nil {
		f.refuse(w, r, err, notHere)
		return
	}
	h := w.Header()
	h.Set("Content-Security-Policy",
		"default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox")
	h.Set("X-Frame-Options", "SAMEORIGIN")
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	_, _ = w.Write(page)
}

// shownAsHTML makes a page of a mail, unless it has no HTML.
func shownAsHTML(raw []byte) ([]byte, bool) {
	source, err := parse.HTML(raw)
	if err != nil || source == "" {
		return nil, false
	}
	named := map[string][]byte{}
	_ = parse.Files(raw, func(a mail.Attachment, data []byte) { // it can be read, or HTML had failed
		if a.ContentID != "" && named[a.ContentID] == nil && strings.Contains(source, "cid:") {
			named[a.ContentID] = bytes.Clone(data)
		}
	})
	page, err := markup.Page(source, func(id string) []byte { return named[id] })
	return page, err == nil
}

// refuse says why there is nothing: without an error, or where nothing was
// found, in the words that are given.
func (f files) refuse(w http.ResponseWriter, r *http.Request, err error, none string) {
	switch {
	case err == nil, errors.Is(err, store.ErrNotFound):
		plain(w, http.StatusNotFound, none)
	case errors.Is(err, store.ErrUnavailable), errors.Is(err, store.ErrBusy):
		w.Header().Set("Retry-After", "5")
		plain(w, http.StatusServiceUnavailable, "the store does not answer\n")
	case r.Context().Err() != nil, errors.Is(err, context.DeadlineExceeded):
		plain(w, http.StatusServiceUnavailable, "the store takes too long\n")
	default:
		f.log.Error("a file could not be read", "request", requestID(r.Context()), "error", err)
		plain(w, http.StatusInternalServerError, "the file could not be read\n")
	}
}

// harmless is the media type a file is sent as: that of pictures and plain text,
// which nothing in them can change, and of no other.
func harmless(data []byte) string {
	switch media := http.DetectContentType(data); media {
	case "image/png", "image/jpeg", "image/gif", "image/webp", "text/plain; charset=utf-8":
		return media
	}
	return "application/octet-stream"
}

// maxFileName bounds a file name, in bytes: what a file system takes, with room
// for what a browser adds.
const maxFileName = 200

// fileName makes a name safe to be saved under: no path, no character that a
// file system or a reader takes for something else.
func fileName(name string, sha mail.SHA) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		switch {
		case r == utf8.RuneError, unicode.IsControl(r), unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp):
			return -1 // among them marks that have a name read backwards
		case strings.ContainsRune(`<>:"|?*`, r):
			return '_'
		}
		return r
	}, name)
	name = strings.Trim(name, ". ")
	for len(name) > maxFileName {
		_, size := utf8.DecodeRuneInString(name)
		name = name[size:] // its end tells what it is
	}
	if name == "" {
		return "attachment-" + sha.String()[:12]
	}
	return name
}

// mailName gives the name of an attached mail the ending that mail programs know
// it by: a mail is often attached under its subject, or under no name.
func mailName(name, media string, data []byte) string {
	ending := ".eml"
	switch {
	case parse.IsOutlook(data) && (media == "application/vnd.ms-outlook" || media == "message/rfc822"):
		ending = ".msg"
	case media != "message/rfc822" && media != "message/global":
		return name
	}
	if at := len(name) - len(ending); at >= 0 && strings.EqualFold(name[at:], ending) {
		return name
	}
	return name + ending
}

// disposition is a Content-Disposition that has a file saved under a name (RFC
// 6266): in ASCII for those who know no better, and in full.
func disposition(name string) string {
	ascii := strings.Map(func(r rune) rune {
		if r > unicode.MaxASCII || r == '%' {
			return '_'
		}
		return r
	}, name)
	value := mime.FormatMediaType("attachment", map[string]string{"filename": ascii})
	if ascii != name {
		_, extended, _ := strings.Cut(mime.FormatMediaType("x", map[string]string{"filename": name}), "; ")
		value += "; " + extended
	}
	return value
}
