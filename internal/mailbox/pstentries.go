package mailbox

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
)

// maxPSTDepth is how deep the folders of an Outlook store are followed.
const maxPSTDepth = 100

// pstEntries yields the files that readpst wrote.
type pstEntries struct {
	*reading
	path string // of the store
	root *os.Root
	run  *pstRun
	rich string   // folder for the mails once more, with their RTF; empty once tried
	full *os.Root // that folder, when it could be written
}

func (e *pstEntries) close() {
	if e.full != nil {
		e.full.Close()
	}
}

// all yields every file and returns how many there were.
func (e *pstEntries) all() (found int) {
	err := eachOut(e.root, func(name string, _ fs.FileInfo) bool {
		found++
		if !e.canceled() {
			e.entry(name)
		}
		return !e.stopped
	})
	if err != nil && !errors.Is(err, errPSTDepth) && !e.stopped { // of that depth the run tells
		e.fail("", 0, fmt.Errorf("what readpst made of %s: %w", e.path, plainly(err)))
	}
	return found
}

// entry yields one file as an item.
func (e *pstEntries) entry(name string) {
	item, ok := e.load(e.root, name)
	if !ok {
		return
	}
	switch path.Ext(name) {
	case ".eml":
		if e.lacksBody(item) {
			item = e.withRTF(name, item)
		}
	case ".vcf":
		item.Rejected = "a contact in an Outlook store, not a mail"
	case ".ics":
		item.Rejected = "a calendar or journal entry in an Outlook store, not a mail"
	default:
		item.Rejected = "an entry of an Outlook store that readpst wrote without saying what it is"
	}
	e.emit(item)
}

// load reads a file that readpst wrote, with what it drew by chance settled.
func (e *pstEntries) load(root *os.Root, name string) (item Item, ok bool) {
	opened, err := openFile(root, name)
	if err != nil {
		e.fail("", 0, fmt.Errorf("%s in what readpst made of %s: %w", shown(name), e.path, plainly(err)))
		return Item{}, false
	}
	defer opened.close()
	w := e.window(opened)
	defer e.release(w)
	item = Item{Path: e.path + "/" + shown(name)}
	raw, complete := e.readAll(content{at: opened, size: opened.size}, w)
	item.Raw = settle(raw)
	if !complete {
		item.Rejected = e.tooLarge()
	}
	if opened.err != nil {
		e.fail("", 0, fmt.Errorf("%s in what readpst made of %s: %w", shown(name), e.path, plainly(opened.err)))
	}
	return item, opened.err == nil
}

// lacksBody says whether readpst found neither plain text nor HTML in a mail.
// Its first part is then an attachment, or there is none.
func (e *pstEntries) lacksBody(item Item) bool {
	_, body, _ := bytes.Cut(item.Raw, []byte("\n\n"))
	body = bytes.TrimLeft(body, "\n")
	_, part, _ := bytes.Cut(body, []byte("\n"))
	return item.Rejected == "" && !bytes.HasPrefix(part, []byte("Content-Type: text/")) &&
		!bytes.HasPrefix(part, []byte("Content-Type: multipart/alternative"))
}

// withRTF reads a mail again as it is with the RTF that may be its only text.
// Beside plain text or HTML the RTF says nothing more, and would make of every
// mail one with an attachment.
func (e *pstEntries) withRTF(name string, plain Item) Item {
	if e.rich != "" {
		_, err := e.run.write(e.ctx, e.rich)
		if root, gone := os.OpenRoot(e.rich); err == nil && gone == nil {
			e.full = root
		}
		e.rich = ""
	}
	// When that fails, what was read without RTF is what there is.
	if e.canceled() || e.full == nil {
		return plain
	}
	if full, ok := e.load(e.full, name); ok {
		return full
	}
	return plain
}

// eachOut visits the files below root: those of a folder by their numbers, then
// the folders in it by name.
func eachOut(root *os.Root, visit func(name string, info fs.FileInfo) bool) error {
	folders := []string{"."}
	for len(folders) > 0 {
		dir := folders[len(folders)-1]
		folders = folders[:len(folders)-1]
		if strings.Count(dir, "/") > maxPSTDepth {
			return errPSTDepth
		}
		entries, err := readFolder(root, dir)
		if err != nil {
			return err
		}
		for _, entry := range slices.Backward(entries) {
			if entry.IsDir() {
				folders = append(folders, path.Join(dir, entry.Name()))
			}
		}
		for _, entry := range entries {
			info, err := entry.Info()
			if entry.IsDir() || err != nil {
				continue
			}
			if !visit(path.Join(dir, entry.Name()), info) {
				return nil
			}
		}
	}
	return nil
}

func readFolder(root *os.Root, dir string) ([]fs.DirEntry, error) {
	file, err := root.Open(dir)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	entries, err := file.ReadDir(-1)
	slices.SortFunc(entries, func(a, b fs.DirEntry) int {
		if n := cmp.Compare(outNumber(a.Name()), outNumber(b.Name())); n != 0 {
			return n
		}
		return cmp.Compare(a.Name(), b.Name())
	})
	return entries, err
}

// outNumber is the number that a name of readpst begins with, or 0.
func outNumber(name string) int {
	n := 0
	for i := 0; i < min(len(name), 9) && isDigit(name[i]); i++ {
		n = 10*n + int(name[i]-'0')
	}
	return n
}

// outSize returns the bytes of all that was written so far, and 4 KiB for each
// file.
func outSize(out string) (total int64, err error) {
	root, err := os.OpenRoot(out)
	if err != nil {
		return 0, plainly(err)
	}
	defer root.Close()
	err = eachOut(root, func(_ string, info fs.FileInfo) bool {
		total += info.Size() + 4<<10
		return true
	})
	return total, err
}

// What readpst draws by chance or takes from the clock: boundaries, the name of
// the calendar file it makes of an invitation, the time it wrote one.
var (
	pstBoundary   = regexp.MustCompile(`--boundary-LibPST-iamunique-[0-9]+_-_-`)
	pstInvitation = regexp.MustCompile(`(; charset="utf-8"; name="i)[0-9]+(\.ics"\nContent-Disposition: attachment; filename="i)[0-9]+(\.ics"\n)`)
	pstStamp      = regexp.MustCompile(`(?m)^(BEGIN:VJOURNAL|UID:0(?:x[0-9a-f]+)?)(\nDTSTAMP:)[0-9]{8}T[0-9]{6}Z$`)
)

// settle makes the bytes of an entry the same on every run: boundaries are
// numbered in the order they appear, the name of an invitation gets 1 for its
// number, and the time of writing becomes 1970. All three are readpst's, not
// the mail's.
func settle(raw []byte) []byte {
	numbers := make(map[string]int)
	raw = pstBoundary.ReplaceAllFunc(raw, func(old []byte) []byte {
		n, known := numbers[string(old)]
		if !known {
			n = len(numbers) + 1
			numbers[string(old)] = n
		}
		return fmt.Appendf(nil, "--boundary-LibPST-iamunique-%d_-_-", n)
	})
	if !bytes.Contains(raw, []byte("\nDTSTAMP:")) {
		return raw
	}
	raw = pstInvitation.ReplaceAll(raw, []byte("${1}1${2}1${3}"))
	return pstStamp.ReplaceAll(raw, []byte("${1}${2}19700101T000000Z"))
}
