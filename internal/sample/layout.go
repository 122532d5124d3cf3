package sample

import (
	"fmt"
	"time"
)

// format is how a batch is packed.
type format int

const (
	folder  format = iota // one .eml a mail, named by the publisher's id
	mbox                  // release.mbox
	maildir               // cur/
	mboxGz                // release.mbox.gz
	formats
)

// shelf is one batch while it fills.
type shelf struct {
	name   string
	format format
	offset int64
	mails  int
}

func newShelves(batches int) []shelf {
	shelves := make([]shelf, batches)
	for i := range shelves {
		shelves[i] = shelf{name: fmt.Sprint(i + 1), format: format(i) % formats}
	}
	return shelves
}

// published is the day a batch came out: they come a week apart.
func (s *shelf) published(i int) string { return published.AddDate(0, 0, 7*i).Format(time.DateOnly) }

// place gives a mail its path and, in an mbox, its separator line and offset.
func (s *shelf) place(m *Mail, n *node, from string, number int) {
	s.mails++
	t := &m.Truth
	switch s.format {
	case folder:
		m.Path = fmt.Sprintf("%s/%05d.eml", s.name, number)
	case maildir:
		flags := []string{"S", "", "RS", "FS"}[n.key%4]
		m.Path = fmt.Sprintf("%s/cur/%d.M%06dP%d.mail.%s:2,%s", s.name, n.sent, number, 100+number%900, campaignDomain, flags)
	default:
		m.Path = s.name + "/release.mbox"
		if s.format == mboxGz {
			m.Path += ".gz"
		}
		m.Separator = separator(n, from)
		t.Offset = s.offset + int64(len(m.Separator))
		s.offset = t.Offset + int64(len(m.Raw)) + 1
	}
	t.Path, t.Batch, t.Length = m.Path, s.name, int64(len(m.Raw))
}

// separator is the line before a mail in an mbox (RFC 4155 appendix A).
func separator(n *node, from string) string {
	return "From " + from + " " + time.Unix(n.sent, 0).UTC().Format(time.ANSIC) + "\n"
}
