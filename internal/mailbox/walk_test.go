package mailbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// tree writes files below a new folder and returns it.
func tree(t testing.TB, entries ...entry) string {
	t.Helper()
	root := t.TempDir()
	for _, e := range entries {
		name := filepath.Join(root, e.name)
		if strings.HasSuffix(e.name, "/") {
			must(t, os.MkdirAll(name, 0o700))
			continue
		}
		must(t, os.MkdirAll(filepath.Dir(name), 0o700))
		must(t, os.WriteFile(name, []byte(e.data), 0o600))
	}
	return root
}

func TestWalkFolder(t *testing.T) {
	root := tree(t,
		entry{"b.eml", mailB}, entry{"a", sepA + mailA}, entry{"all.mbox", twoAB}, entry{"a.cats", "1,1\n"}, entry{"empty", ""},
		entry{"page.html", "<html>"}, entry{"many.eml", twoAB}, entry{".DS_Store", "x"}, entry{".notmuch/xapian/f", "x"},
		entry{"c/2.eml", mailB}, entry{"c/10.eml", mailA}, entry{"c/x.zip", string(zipOf(t, entry{"m", mailA}))}, entry{"void/", ""},
		entry{"a.eml.gz", string(gzipOf(t, []byte(mailA)))},
	)
	check(t, "folder", load(t, root, Options{}),
		"message .",
		"  a "+flat(sepA+mailA),
		"  a.cats rejected: no mail header at its start",
		"  a.eml.gz "+flat(mailA),
		"  b.eml "+flat(mailB),
		"  empty rejected: an empty file",
		"  many.eml@46 "+flat(mailA), "  many.eml@107 "+flat(mailB),
		"  page.html rejected: an HTML page, not a mail",
		"mbox all.mbox", "  all.mbox@46 "+flat(mailA), "  all.mbox@107 "+flat(mailB),
		"message c", "  c/10.eml "+flat(mailA), "  c/2.eml "+flat(mailB),
		"archive c/x.zip", "  c/x.zip/m "+flat(mailA),
	)
}

func TestWalkMaildir(t *testing.T) {
	root := tree(t,
		entry{"cur/1:2,S", twoAB}, entry{"new/2", "no header at all\n"}, entry{"tmp/3", mailA}, entry{"cur/4", ""}, entry{"cur/5", "\x00\x01"},
		entry{"cur/6", string(gzipOf(t, []byte(mailA)))}, entry{"maildirfolder", ""}, entry{"dovecot.index.log", "x"},
		entry{".Sent/cur/1", mailB}, entry{".Sent/tmp/2", mailB}, entry{"loose", mailA}, entry{"tmpless/tmp/1", mailA},
	)
	check(t, "maildir", load(t, root, Options{}),
		"maildir .", "  cur/1:2,S "+flat(twoAB), "  cur/4 rejected: an empty file", "  cur/5 rejected: a binary file, not a mail",
		"  cur/6 "+flat(mailA), "  loose "+flat(mailA), "  new/2 no header at all|",
		"maildir .Sent", "  .Sent/cur/1 "+flat(mailB),
		"message tmpless/tmp", "  tmpless/tmp/1 "+flat(mailA),
	)
	check(t, "cur itself", load(t, filepath.Join(root, "cur"), Options{})[:2], "maildir .", "  1:2,S "+flat(twoAB))
}

func TestWalkMH(t *testing.T) {
	root := tree(t,
		entry{"inbox/1", mailA}, entry{"inbox/2", mailB}, entry{"inbox/10", sepA + mailA}, entry{"inbox/,3", mailB}, entry{"inbox/.mh_sequences", "cur: 2\n"},
		entry{"inbox/lists/1", mailB}, entry{"inbox/lists/.xmhcache", "x"}, entry{"drafts/1", "To:\nSubject:\n--------\n"}, entry{"context", "Current-Folder: inbox\n"},
	)
	check(t, "MH", load(t, root, Options{}),
		"message .", "  context rejected: no mail header at its start",
		"message drafts", "  drafts/1 To:|Subject:|--------|",
		"message inbox", "  inbox/,3 "+flat(mailB), "  inbox/1 "+flat(mailA), "  inbox/10 "+flat(sepA+mailA), "  inbox/2 "+flat(mailB),
		"message inbox/lists", "  inbox/lists/1 "+flat(mailB),
	)
}

// TestTakeout reads an mbox as Gmail exports it: CR LF, the zone before the
// year, labels in a field of their own.
func TestTakeout(t *testing.T) {
	mail := func(id, label, text string) string {
		return "X-GM-THRID: " + id + "\r\nX-Gmail-Labels: " + label + "\r\nSubject: a\r\n\r\n" + text + "\r\n"
	}
	a := mail("1545668983435175434", "Inbox,=?UTF-8?Q?Pers=C3=B6nlich?=,\r\n Unread", "A\r\n>From here")
	b := mail("1545668983435175435", "Sent", "From what I hear\r\n\r\nFrom Fri to Sun")
	first, second := "From 1545668983435175434@xxx Fri Sep 16 22:26:51 +0000 2016\r\n", "From 1545668983435175435@xxx Sat Sep 17 02:00:01 +0000 2016\r\n"
	check(t, "takeout", loadBytes(t, "All mail.mbox", []byte(first+a+"\r\n"+second+b+"\r\n"), Options{}),
		"mbox All mail.mbox", fmt.Sprintf("  All mail.mbox@%d %s", len(first), flat(a)),
		fmt.Sprintf("  All mail.mbox@%d %s", len(first+a)+2+len(second), flat(b)))
}

func TestWalkFile(t *testing.T) {
	root := tree(t, entry{"one.mbox", sepA + mailA + "\n"}, entry{"two.mbox", twoAB}, entry{"x.eml", mailA})
	check(t, "one message", load(t, filepath.Join(root, "one.mbox"), Options{}), "message one.mbox", "  one.mbox "+flat(sepA+mailA+"\n"))
	check(t, "one message as mbox", load(t, filepath.Join(root, "one.mbox"), Options{Format: Mbox}), "mbox one.mbox", "  one.mbox@46 "+flat(mailA))
	check(t, "mbox as message", load(t, filepath.Join(root, "two.mbox"), Options{Format: Message}), "message two.mbox", "  two.mbox "+flat(twoAB))
	check(t, "mail as mbox", load(t, filepath.Join(root, "x.eml"), Options{Format: Mbox}), "mbox x.eml", "  x.eml rejected: no From line at its start")
	check(t, "nothing there", load(t, filepath.Join(root, "none"), Options{}), "error ARG: no such file or folder")
	for _, err := range Walk(t.Context(), filepath.Join(root, "none"), Options{}) {
		var reported *Error
		if !errors.As(err, &reported) || !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("got %v, want an *Error that is fs.ErrNotExist", err)
		}
	}
}

func TestWalkLinks(t *testing.T) {
	outside := tree(t, entry{"secret.eml", mailB})
	root := tree(t, entry{"a.eml", mailA})
	must(t, os.Symlink(outside, filepath.Join(root, "folder")))
	must(t, os.Symlink(filepath.Join(outside, "secret.eml"), filepath.Join(root, "b.eml")))
	must(t, os.Symlink("nowhere", filepath.Join(root, "c.eml")))
	want := []string{"message .", "  a.eml " + flat(mailA)}
	for _, name := range []string{"b.eml", "c.eml", "folder"} {
		want = append(want, "  "+name+" rejected: a symbolic link, which is not followed")
	}
	check(t, "inside", load(t, root, Options{}), want...)
	link := filepath.Join(t.TempDir(), "link")
	must(t, os.Symlink(root, link))
	check(t, "argument", load(t, link, Options{}), want...)
}

func TestWalkErrors(t *testing.T) {
	root := tree(t, entry{"a.eml", mailA}, entry{"b.eml", mailB}, entry{"c.eml", mailB})
	var got []string
	for source, err := range Walk(t.Context(), root, Options{}) {
		must(t, err)
		must(t, os.Remove(filepath.Join(root, "b.eml")))
		for item, err := range source.Items(t.Context(), nil) {
			if err != nil {
				got = append(got, strings.ReplaceAll(err.Error(), root, "ARG"))
				continue
			}
			got = append(got, item.Path)
		}
	}
	check(t, "vanished", got, "a.eml", "ARG/b.eml: no such file or folder", "c.eml")
	if os.Getuid() == 0 {
		return
	}
	locked := tree(t, entry{"in/a.eml", mailA}, entry{"z/b.eml", mailB})
	must(t, os.Chmod(filepath.Join(locked, "in"), 0))
	check(t, "locked", load(t, locked, Options{}), "error ARG/in: permission denied", "message z", "  z/b.eml "+flat(mailB))
}

func TestSkip(t *testing.T) {
	root := tree(t, entry{"a.eml", mailA}, entry{"b.eml", mailB}, entry{"x.mbox", twoAB})
	run := func(known map[string]uint64) (lines []string, seen map[string]uint64) {
		seen = make(map[string]uint64)
		for source, err := range Walk(t.Context(), root, Options{}) {
			must(t, err)
			if source.Format == Mbox {
				seen[source.Path] = source.Fingerprint
			}
			for item, err := range source.Items(t.Context(), func(path string, fingerprint uint64) bool { return known[path] == fingerprint }) {
				must(t, err)
				lines = append(lines, line(item))
				if item.Fingerprint != 0 {
					seen[item.Path] = item.Fingerprint
				}
				if item.Read > source.Size || item.Skipped && item.Raw != nil {
					t.Errorf("%s: got %d of %d bytes read", item.Path, item.Read, source.Size)
				}
			}
		}
		return lines, seen
	}
	_, known := run(nil)
	if len(known) != 3 {
		t.Fatalf("got fingerprints %v, want three", known)
	}
	changed := filepath.Join(root, "b.eml")
	must(t, os.Chtimes(changed, time.Time{}, time.Unix(1, 0)))
	lines, after := run(known)
	check(t, "again", lines, "a.eml skipped", "b.eml "+flat(mailB), "x.mbox@46 "+flat(mailA), "x.mbox@107 "+flat(mailB))
	if after["b.eml"] == known["b.eml"] || after["a.eml"] != known["a.eml"] {
		t.Errorf("got fingerprints %v after %v, want only b.eml changed", after, known)
	}
}

func TestTooLarge(t *testing.T) {
	opts := Options{MaxItem: 20}
	long := "Subject: long\n\n" + strings.Repeat("x", 100) + "\n"
	reason := " rejected: larger than the limit of 20 bytes"
	check(t, "message", loadBytes(t, "a.eml", []byte(long), opts), "message a.eml", "  a.eml"+reason)
	check(t, "mbox", loadBytes(t, "x", []byte(sepA+long+"\n"+sepB+mailB+"\n"+sepA+mailA), opts), "mbox x", "  x@46"+reason, "  x@209 "+flat(mailB), "  x@270 "+flat(mailA))
	root := tree(t, entry{"a.eml", long})
	for source, err := range Walk(t.Context(), root, opts) {
		must(t, err)
		for item, err := range source.Items(t.Context(), nil) {
			must(t, err)
			if got, want := string(item.Raw), long[:20]; got != want {
				t.Errorf("kept bytes: got %q, want %q", got, want)
			}
		}
	}
}

func TestStopAndCancel(t *testing.T) {
	root := tree(t, entry{"a.eml", mailA}, entry{"b.eml", mailB}, entry{"x.mbox", twoAB}, entry{"x.tar", string(tarOf(t, entry{"a", mailA}, entry{"b", mailB}))})
	for source, err := range Walk(t.Context(), root, Options{}) {
		must(t, err)
		count := 0
		for range source.Items(t.Context(), nil) {
			count++
			break
		}
		ctx, cancel := context.WithCancel(t.Context())
		var last error
		for _, last = range source.Items(ctx, nil) {
			cancel()
		}
		cancel()
		if count != 1 || !errors.Is(last, context.Canceled) {
			t.Errorf("%s: got %d items and %v, want one, and canceled", source.Path, count, last)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, err := range Walk(ctx, root, Options{}) {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want canceled", err)
		}
	}
}

// TestReceiverPanics lets a panic of the receiving code through: it is not
// the archive's.
func TestReceiverPanics(t *testing.T) {
	root := tree(t, entry{"x.zip", string(zipOf(t, entry{"a", mailA}))})
	defer func() {
		if got := recover(); got != "mine" {
			t.Errorf("got %v, want the receiver's panic", got)
		}
	}()
	for source := range Walk(t.Context(), root, Options{}) {
		for range source.Items(t.Context(), nil) {
			panic("mine")
		}
	}
}

// endless is a mail of one line.
type endless struct{ left int }

func (e *endless) Read(p []byte) (int, error) {
	if e.left == 0 {
		return 0, io.EOF
	}
	n := min(len(p), e.left)
	for i := range p[:n] {
		p[i] = 'x'
	}
	e.left -= n
	return n, nil
}

// TestMemory splits an mbox whose message is far larger than the limit.
func TestMemory(t *testing.T) {
	const limit = 16 << 20
	w := new(window)
	w.reset(io.MultiReader(strings.NewReader(sepA+"Subject: a\nContent-Length: 400000000\n\n"), &endless{400 << 20}, strings.NewReader("\n\n"+sepB+mailB)))
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	cut := newSplitter(w, limit)
	first, _ := cut.next()
	second, _ := cut.next()
	runtime.ReadMemStats(&after)
	if len(first.body) != limit || first.length < 400<<20 || string(second.body) != mailB {
		t.Errorf("got %d of %d bytes, then %q", len(first.body), first.length, second.body)
	}
	// What doubling leaves behind is counted, though it is garbage.
	if got, most := after.TotalAlloc-before.TotalAlloc, uint64(limit+4*stepLimit); got > most {
		t.Errorf("got %d bytes allocated, want at most %d", got, most)
	}
}

func TestParseFormat(t *testing.T) {
	for _, want := range []Format{Auto, Mbox, Maildir, Message} {
		if got, err := ParseFormat(want.String()); got != want || err != nil {
			t.Errorf("%s: got %v, %v", want, got, err)
		}
	}
	for _, name := range []string{"archive", "", "pst", "csv"} {
		if _, err := ParseFormat(name); err == nil {
			t.Errorf("%q: got no error, want one", name)
		}
	}
}

func TestOrderIsStable(t *testing.T) {
	root := tree(t, entry{"B", mailA}, entry{"a", mailA}, entry{"b/1", mailA}, entry{"b.mbox", twoAB}, entry{"a1/x", mailA})
	first := load(t, root, Options{})
	if again := load(t, root, Options{}); !slices.Equal(first, again) {
		t.Errorf("got %v, then %v", first, again)
	}
	var sources []string
	for source, err := range Walk(t.Context(), root, Options{}) {
		must(t, err)
		sources = append(sources, source.Path)
	}
	if got, want := sources, []string{".", "a1", "b", "b.mbox"}; !slices.Equal(got, want) {
		t.Errorf("sources: got %v, want %v", got, want)
	}
}
