package mailbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/mail"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/mholt/archives"
)

// standIn puts a program called readpst first in PATH that runs a script; $out
// is the folder it is to write into, $store the file, $* what else it is given.
func standIn(t *testing.T, script string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		if os.Getenv("REQUIRE_ALL") == "1" {
			t.Fatal("the stand-in for readpst is a shell script, and REQUIRE_ALL is set")
		}
		t.Skip("the stand-in for readpst is a shell script")
	}
	folder := t.TempDir()
	text := "#!/bin/sh\nPATH=/usr/bin:/bin\nwhile [ $# -gt 1 ]; do case $1 in -o) out=$2; shift;; -b) plain=1;; esac; shift; done\nstore=$1\n" + script + "\n"
	must(t, os.WriteFile(filepath.Join(folder, pstProgram), []byte(text), 0o700))
	t.Setenv("PATH", folder)
	t.Setenv("TMPDIR", t.TempDir())
}

// nothingLeft demands that the folder for temporary files is empty again.
func nothingLeft(t *testing.T) {
	t.Helper()
	left, err := os.ReadDir(os.TempDir())
	must(t, err)
	if len(left) > 0 {
		t.Errorf("got %v left in the folder for temporary files, want nothing", left)
	}
}

const storeBytes = "!BDN and the rest of a store"

// twoMails is what a stand-in writes: two mails in two folders, the second of
// which has no text beside its RTF.
const twoMails = `mkdir -p Top/Inbox Top/Kontakte
printf 'Subject: a\n\n\n--boundary-LibPST-iamunique-77_-_-\nContent-Type: text/plain\n\nA\n' >Top/Inbox/2.eml
rtf='Content-Type: application/rtf'
[ -z "$plain" ] || rtf='Content-Type: image/png'
printf 'Subject: b\n\n\n--boundary-LibPST-iamunique-78_-_-\n%s\n' "$rtf" >Top/Inbox/10.eml
printf 'BEGIN:VCARD\n' >Top/Kontakte/1.vcf
printf 'BEGIN:VJOURNAL\nDTSTAMP:20160101T000000Z\n' >Top/3.ics
printf 'Processing Folder "Inbox"\n\t"Inbox" - 2 items done, 0 items skipped.\n'
printf 'Processing Folder "Kontakte"\n\t"Kontakte" - 1 items done, 3 items skipped.\n\t"Top" - 3 items done, 0 items skipped.\n'
`

func TestStore(t *testing.T) {
	standIn(t, twoMails)
	want := func(name string) []string {
		return []string{
			"  " + name + "/Top/3.ics rejected: a calendar or journal entry in an Outlook store, not a mail",
			"  " + name + "/Top/Inbox/2.eml Subject: a|||--boundary-LibPST-iamunique-1_-_-|Content-Type: text/plain||A|",
			"  " + name + "/Top/Inbox/10.eml Subject: b|||--boundary-LibPST-iamunique-1_-_-|Content-Type: application/rtf|",
			"  " + name + "/Top/Kontakte/1.vcf rejected: a contact in an Outlook store, not a mail",
			"  " + name + `/Kontakte (passed over, 1) rejected: readpst passed over 3 entries of the folder "Kontakte": damaged, or neither mail, contact, appointment nor journal entry`,
		}
	}
	check(t, "alone", loadBytes(t, "a.pst", []byte(storeBytes), Options{}), append([]string{"pst a.pst"}, want("a.pst")...)...)
	check(t, "in a zip", loadBytes(t, "x.zip", zipOf(t, entry{"in/a.pst", storeBytes}), Options{}), append([]string{"archive x.zip"}, want("x.zip/in/a.pst")...)...)
	check(t, "packed", loadBytes(t, "a.pst.gz", gzipOf(t, []byte(storeBytes)), Options{}), append([]string{"pst a.pst.gz"}, want("a.pst.gz")...)...)
	packed := gzipOf(t, []byte(storeBytes))
	check(t, "packed, cut off", loadBytes(t, "a.pst.gz", packed[:len(packed)-9], Options{}), "pst a.pst.gz", "  a.pst.gz rejected: the gzip data ends early")
	check(t, "too large", loadBytes(t, "a.pst", []byte(storeBytes), Options{MaxItem: 9})[1:3],
		"  a.pst/Top/3.ics rejected: a calendar or journal entry in an Outlook store, not a mail",
		"  a.pst/Top/Inbox/2.eml rejected: larger than the limit of 9 bytes")
	nothingLeft(t)
}

func TestStoreFails(t *testing.T) {
	for _, test := range []struct{ name, script, want string }{
		{"nothing read", "echo 'Could not get root record' >&2; exit 1", "  a.pst rejected: readpst could not read this Outlook store: Could not get root record"},
		{"words among the others", "echo 'Opening PST file and indexes...'; echo Index Error; exit 1", "  a.pst rejected: readpst could not read this Outlook store: Index Error"},
		{"words before a signal", "echo 'Opening PST file and indexes...'; kill -ABRT $$", "  a.pst rejected: readpst could not read this Outlook store: signal: aborted"},
		{"nothing in it", `mkdir Top; printf '\t"Top" - 0 items done, 0 items skipped.\n'`, "  a.pst rejected: readpst found no entry in this Outlook store"},
		{"no word", "echo 'Opening PST file and indexes...'; exit 3", "  a.pst rejected: readpst could not read this Outlook store: exit status 3"},
		{"killed", "kill -SEGV $$", "  a.pst rejected: readpst could not read this Outlook store: signal: segmentation fault"},
		{"too deep", "d=$out; for i in 0 1 2 3 4 5 6 7 8 9 10; do d=$d/0/1/2/3/4/5/6/7/8/9; done; mkdir -p $d", "  a.pst rejected: readpst could not read this Outlook store: it nested folders too deep"},
	} {
		standIn(t, test.script)
		check(t, test.name, loadBytes(t, "a.pst", []byte(storeBytes), Options{}), "pst a.pst", test.want)
		nothingLeft(t)
	}
	standIn(t, "printf 'Subject: a\n\n' >1.eml; printf 'Subject: b\n\n' >2.eml; echo 'a\tb' >&2; exit 1")
	check(t, "broken off", loadBytes(t, "a.pst", []byte(storeBytes), Options{}), "pst a.pst", "  a.pst/1.eml Subject: a||", "  a.pst/2.eml Subject: b||",
		`  a.pst rejected: readpst broke off in this Outlook store: a\x09b`)
	standIn(t, `printf 'Subject: a\n\n' >1.eml; printf '\t"Top" - 2 items done, 0 items skipped.\n'`)
	check(t, "counts", loadBytes(t, "a.pst", []byte(storeBytes), Options{}), "pst a.pst", "  a.pst/1.eml Subject: a||",
		"  a.pst/(counts) rejected: readpst says that it wrote 2 entries, and 1 were found")
	standIn(t, "while :; do echo text >>1.eml; done")
	got := loadBytes(t, "a.pst", []byte(storeBytes), Options{MaxExpansion: 1 << 16})
	check(t, "too much in one file", got[len(got)-1:], "  a.pst rejected: readpst broke off in this Outlook store: it wrote too much, more than the limit of 65536 bytes")
	standIn(t, "n=1; while :; do n=$((n+1)); echo text >$n.eml; done")
	got = loadBytes(t, "a.pst", []byte(storeBytes), Options{MaxExpansion: 1 << 16})
	check(t, "too many files", got[len(got)-1:], "  a.pst rejected: readpst broke off in this Outlook store: it wrote too much, more than the limit of 65536 bytes")
	nothingLeft(t)
}

func TestStoreWithoutProgram(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	for source, err := range Walk(t.Context(), tree(t, entry{"a.pst", storeBytes}), Options{}) {
		must(t, err)
		for item, err := range source.Items(t.Context(), nil) {
			must(t, err)
			if source.Format != PST || item.Rejected != noPSTProgram || string(item.Raw) != storeBytes {
				t.Errorf("got %s, %q and %q, want a PST rejected with its bytes", source.Format, item.Rejected, item.Raw)
			}
		}
	}
}

func TestStoreCanceled(t *testing.T) {
	standIn(t, "exec sleep 60")
	arg := filepath.Join(tree(t, entry{"a.pst", storeBytes}), "a.pst")
	for source, err := range Walk(t.Context(), arg, Options{}) {
		must(t, err)
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		began := time.Now()
		var last error
		for _, last = range source.Items(ctx, nil) {
		}
		if took := time.Since(began); !errors.Is(last, context.DeadlineExceeded) || took > 20*time.Second {
			t.Errorf("got %v after %v, want the end of the context at once", last, took)
		}
	}
	nothingLeft(t)
}

func TestSettle(t *testing.T) {
	const b = "--boundary-LibPST-iamunique-%d_-_-"
	mail := func(first, second, name int, at string) string {
		return fmt.Sprintf("boundary=\""+b+"\"\n\nboundary=\"alt-"+b+"\"\n--alt-"+b+"\n--"+b+"\n"+
			"Content-Type: text/calendar; charset=\"utf-8\"; name=\"i%d.ics\"\nContent-Disposition: attachment; filename=\"i%d.ics\"\n\n"+
			"UID:0x1f\nDTSTAMP:%s\nCREATED:20160102T030405Z\n", first, second, second, first, name, name, at)
	}
	want := mail(1, 2, 1, "19700101T000000Z")
	for _, drawn := range []string{mail(2079181415, 7, 99, "20260101T000000Z"), mail(1, 2079181415, 0, "20270202T020202Z"), want} {
		if got := string(settle([]byte(drawn))); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	const genuine = "Content-Disposition: attachment; filename=\"i12.ics\"\n\nDTSTAMP:20160101T000000Z\n"
	if got := string(settle([]byte(genuine))); got != genuine {
		t.Errorf("got %q, want it as it was", got)
	}
}

// TestEnronStore compares with what an independent reader of Outlook stores
// found: the folder, sender and subject of each mail.
func TestEnronStore(t *testing.T) {
	packed := corpus(t, "enron-pst.tar.xz")
	if _, err := exec.LookPath(pstProgram); err != nil {
		if os.Getenv("REQUIRE_ALL") == "1" {
			t.Fatal("readpst is not installed, and REQUIRE_ALL is set")
		}
		t.Skip("readpst is not installed (Debian: pst-utils): the Outlook store was not read")
	}
	t.Setenv("TMPDIR", t.TempDir())
	folder := t.TempDir()
	unpack(t, packed, folder)
	store := filepath.Join(folder, "enron.pst")
	listing, err := os.ReadFile(filepath.Join(folder, "expected.txt"))
	must(t, err)
	want := expectedMails(string(listing))
	first := storeItems(t, store)
	got := make(map[string][]Item)
	for _, item := range first {
		folder := path.Base(path.Dir(item.Path))
		got[folder] = append(got[folder], item)
	}
	if len(first) != 71 || len(got) != len(want) {
		t.Errorf("got %d mails in %d folders, want 71 in %d", len(first), len(got), len(want))
	}
	for folder, mails := range want {
		if len(got[folder]) != len(mails) {
			t.Errorf("folder %s: got %d mails, want %d", folder, len(got[folder]), len(mails))
			continue
		}
		for i, m := range mails {
			checkListed(t, got[folder][i], m)
		}
	}
	time.Sleep(1100 * time.Millisecond) // readpst draws by the second
	t.Setenv("TZ", "Asia/Tokyo")
	again := storeItems(t, store)
	if len(again) != len(first) {
		t.Fatalf("got %d mails, then %d", len(first), len(again))
	}
	for i, item := range again {
		if item.Path != first[i].Path || string(item.Raw) != string(first[i].Raw) {
			t.Fatalf("%s: got other bytes in another second and time zone", item.Path)
		}
	}
	nothingLeft(t)
}

// listed is a mail as the other reader's list names it.
type listed struct{ sender, subject string }

var (
	listedLine = regexp.MustCompile(`^((?: \| )*) \|- (.*)$`)
	listedMail = regexp.MustCompile(`^Sender: (.*?), Subject: ?(.*)$`)
	notLetters = regexp.MustCompile(`[^a-z0-9]`)
)

// expectedMails reads the list of the first store: a tree of folders, indented
// by " | ", and the mails of each.
func expectedMails(listing string) map[string][]listed {
	mails := make(map[string][]listed)
	var folders []string
	listing, _, _ = strings.Cut(listing, "processed in")
	for line := range strings.Lines(listing) {
		found := listedLine.FindStringSubmatch(strings.TrimRight(line, "\r\n"))
		if found == nil {
			continue
		}
		depth := len(found[1]) / 3
		if mail := listedMail.FindStringSubmatch(found[2]); mail != nil {
			mails[folders[depth-1]] = append(mails[folders[depth-1]], listed{mail[1], mail[2]})
			continue
		}
		folders = append(folders[:depth], found[2])
	}
	return mails
}

// checkListed compares letters and digits alone: the list leaves out commas.
func checkListed(t *testing.T, item Item, want listed) {
	t.Helper()
	read, err := mail.ReadMessage(bytes.NewReader(item.Raw))
	if err != nil {
		t.Errorf("%s: the header cannot be read: %v", item.Path, err)
		return
	}
	letters := func(s string) string { return notLetters.ReplaceAllString(strings.ToLower(s), "") }
	subject, err := new(mime.WordDecoder).DecodeHeader(read.Header.Get("Subject"))
	if err != nil || letters(subject) != letters(want.subject) {
		t.Errorf("%s: got another subject than the list has (%v)", item.Path, err)
	}
	// Two mails were sent for someone: there the list has the sender.
	sender := letters(read.Header.Get("From") + read.Header.Get("Sender"))
	if !strings.Contains(sender, letters(want.sender)) {
		t.Errorf("%s: got a From without the sender in the list", item.Path)
	}
}

func storeItems(t *testing.T, store string) (items []Item) {
	t.Helper()
	for source, err := range Walk(t.Context(), store, Options{}) {
		must(t, err)
		for item, err := range source.Items(t.Context(), nil) {
			must(t, err)
			if item.Rejected != "" {
				t.Errorf("%s: rejected: %s", item.Path, item.Rejected)
			}
			items = append(items, item)
		}
	}
	return items
}

// unpack writes the files of a packed corpus into a folder, by their base names.
func unpack(t *testing.T, packed, folder string) {
	t.Helper()
	file, err := os.Open(packed)
	must(t, err)
	defer file.Close()
	unpacked, err := archives.Xz{}.OpenReader(file)
	must(t, err)
	must(t, archives.Tar{}.Extract(t.Context(), unpacked, func(_ context.Context, member archives.FileInfo) error {
		if member.IsDir() {
			return nil
		}
		opened, err := member.Open()
		must(t, err)
		defer opened.Close()
		data, err := io.ReadAll(opened)
		must(t, err)
		return os.WriteFile(filepath.Join(folder, path.Base(member.NameInArchive)), data, 0o600)
	}))
}

// FuzzStoreText demands that settled bytes stay settled, and that counts are
// the same whether a program's output comes at once or byte by byte.
func FuzzStoreText(f *testing.F) {
	f.Add([]byte("--boundary-LibPST-iamunique-2_-_-\n--boundary-LibPST-iamunique-1_-_-\nUID:0x1\nDTSTAMP:20160101T000000Z\n"))
	f.Add([]byte("Processing Folder \"a\"\n\t\"a\" - 3 items done, 2 items skipped.\n\t\"b\" - 999999999 items done, 0 items skipped.\n"))
	f.Add([]byte("; charset=\"utf-8\"; name=\"i1.ics\"\nContent-Disposition: attachment; filename=\"i1.ics\"\n\nDTSTAMP:"))
	f.Fuzz(func(t *testing.T, text []byte) {
		once := settle(bytes.Clone(text))
		if twice := settle(bytes.Clone(once)); !bytes.Equal(once, twice) {
			t.Errorf("got %q, then %q", once, twice)
		}
		var whole, slow pstSaid
		var last, slowly lastLine
		whole.Write(text)
		last.Write(text)
		for i := range text {
			slow.Write(text[i : i+1])
			slowly.Write(text[i : i+1])
		}
		if fmt.Sprint(whole.missed(0, true)) != fmt.Sprint(slow.missed(0, true)) || last.text() != slowly.text() {
			t.Errorf("got %v and %q, byte by byte %v and %q", whole, last.text(), slow, slowly.text())
		}
	})
}
