package mailbox

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
)

// maxPSTLine is how much of a line of readpst is looked at, in bytes.
const maxPSTLine = 4 << 10

// maxPSTMissed is how many folders with entries passed over are named.
const maxPSTMissed = 1000

// pstSaid reads what readpst prints as it goes: a line for each folder it
// meets, and one with counts for each that it has been through. There a folder
// counts as an entry of the one that it lies in.
type pstSaid struct {
	line    []byte
	folders int
	entries int // without folders
	closed  int // folders with counts
	skipped []pstMissed
	other   string // the last line of any other kind; what went wrong, at the end
}

// pstMissed is what was not written, as a rejected item tells it.
type pstMissed struct{ path, reason string }

var (
	pstGreeting = []byte("Opening PST file")
	pstFolder   = []byte(`Processing Folder "`)
	pstCounts   = regexp.MustCompile(`^\t"(.*)" - (\d{1,9}) items done, (\d{1,9}) items skipped\.$`)
)

// Write takes more output; a line is read once it has ended.
func (s *pstSaid) Write(p []byte) (int, error) {
	for rest := p; len(rest) > 0; {
		end := bytes.IndexByte(rest, '\n')
		part := rest[:max(end, 0)]
		if end < 0 {
			part = rest
		}
		s.line = append(s.line, part[:min(len(part), maxPSTLine-len(s.line))]...)
		if end < 0 {
			break
		}
		s.read(s.line)
		s.line = s.line[:0]
		rest = rest[end+1:]
	}
	return len(p), nil
}

func (s *pstSaid) read(line []byte) {
	if bytes.HasPrefix(line, pstFolder) {
		s.folders++
		return
	}
	counts := pstCounts.FindSubmatch(line)
	if counts == nil && !bytes.HasPrefix(line, pstGreeting) {
		s.other = shown(string(line[:min(len(line), 300)]))
	}
	if counts == nil {
		return
	}
	done, _ := strconv.Atoi(string(counts[2]))
	skipped, _ := strconv.Atoi(string(counts[3]))
	s.entries += done
	s.closed++
	if skipped == 0 || len(s.skipped) == maxPSTMissed {
		return
	}
	name := member(string(bytes.ReplaceAll(counts[1], []byte("/"), []byte("_"))))
	s.skipped = append(s.skipped, pstMissed{
		path: fmt.Sprintf("%s (passed over, %d)", name, len(s.skipped)+1),
		reason: fmt.Sprintf("readpst passed over %d entries of the folder %q: damaged, or neither mail, contact, appointment nor journal entry",
			skipped, name),
	})
}

// missed compares with the files found. A run that broke off is not compared.
func (s *pstSaid) missed(found int, whole bool) []pstMissed {
	if want := s.entries - s.folders; whole && s.closed > 0 && want != found {
		return append(s.skipped, pstMissed{"(counts)", fmt.Sprintf("readpst says that it wrote %d entries, and %d were found", want, found)})
	}
	return s.skipped
}

// lastLine keeps the last line of text that a program wrote.
type lastLine struct{ line, last []byte }

// Write takes more text.
func (l *lastLine) Write(p []byte) (int, error) {
	for _, c := range p {
		switch {
		case c == '\n' && len(l.line) > 0:
			l.last, l.line = l.line, nil
		case c != '\n' && c != '\r' && len(l.line) < 300:
			l.line = append(l.line, c)
		}
	}
	return len(p), nil
}

// text returns it as a clause of plain characters.
func (l *lastLine) text() string {
	if len(l.line) > 0 {
		return shown(string(l.line))
	}
	return shown(string(l.last))
}
