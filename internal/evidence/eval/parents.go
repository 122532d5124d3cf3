package main

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"skein/internal/evidence"
)

// class says how our parent of a mail stands to the page's.
type class string

const (
	same      class = "same parent"
	bothRoot  class = "no parent in either"
	cut       class = "our parent is not on the page: another month, or in no batch"
	capped    class = "page's nesting ends: ours is an earlier mail of the same list"
	bySubject class = "page joins by subject, headers cite nothing"
	pageRoot  class = "page shows no parent, ours is on the page"
	other     class = "another parent"
	unknown   class = "mail of the page not found"
)

// judged are the classes in which the page could show our parent.
var judged = []class{same, bothRoot, bySubject, pageRoot, other}

var classes = append(judged[:len(judged):len(judged)], cut, capped, unknown)

// page is a thread page with what its ids stand for.
type page struct {
	places  []place
	entries map[string]*entry // by the id of a place
}

// classify holds our parent against the page's, for one place.
func (p page) classify(at place, on map[*entry]bool) class {
	e := p.entries[at.id]
	if e == nil {
		return unknown
	}
	theirs := p.entries[at.parent]
	switch {
	case e.parent == nil && theirs == nil:
		return bothRoot
	case e.parent == theirs:
		return same
	case e.parent == nil:
		return bySubject
	case !on[e.parent]:
		return cut
	case p.among(at.siblings, e.parent):
		return capped
	case theirs == nil:
		return pageRoot
	}
	return other
}

func (p page) among(ids []string, e *entry) bool {
	for _, id := range ids {
		if p.entries[id] == e {
			return true
		}
	}
	return false
}

// parents prints how far parents agree with the pages of two list archives.
func (e *evaluation) parents(ctx context.Context) error {
	fedora, note, err := e.fedora(e.graphs[evidence.Fedora.Name])
	if err != nil {
		return err
	}
	twisted, err := e.twisted(ctx, e.graphs[evidence.Twisted.Name])
	if err != nil {
		return err
	}
	fmt.Fprintf(e.out, "## Parents against the pages of list archives\n\n%s\n\n", note)
	t := evidence.Table{Head: []string{"how the parents stand", "fedora-devel (MHonArc)", "twisted-web (Pipermail)"}}
	list := evidence.Table{Head: []string{"page", "mail", "parent on the page", "parent by ours", "how they stand"}}
	left, right := tally(fedora, "fedora-devel", &list), tally(twisted, "twisted-web", &list)
	for _, c := range classes {
		t.Add(c, left[c], right[c])
	}
	t.Add("**agreement where the page can show our parent**", agreementOf(left), agreementOf(right))
	if _, err := t.WriteTo(e.out); err != nil {
		return err
	}
	_, err = list.WriteTo(e.out)
	return err
}

// tally counts the classes over pages, and lists what differs.
func tally(pages []page, name string, list *evidence.Table) map[class]int {
	count := map[class]int{}
	for _, p := range pages {
		on := map[*entry]bool{}
		for _, e := range p.entries {
			on[e] = true
		}
		for _, at := range p.places {
			c := p.classify(at, on)
			count[c]++
			if c == pageRoot || c == other || c == unknown {
				e := p.entries[at.id]
				if e == nil {
					list.Add(name, code(at.id), "", "", c)
					continue
				}
				list.Add(name, code(e.name()), code(p.entries[at.parent].name()), code(e.parent.name()), c)
			}
		}
	}
	return count
}

func agreementOf(count map[class]int) string {
	all := 0
	for _, c := range judged {
		all += count[c]
	}
	alike := count[same] + count[bothRoot]
	return fmt.Sprintf("%d of %d = %s", alike, all, percent(float64(alike)/float64(max(all, 1)), 2))
}

// fedora reads the page of fedora-devel. It numbers mails as they came, which
// is how they stand in the mbox; their subjects show that this holds.
func (e *evaluation) fedora(g *graph) ([]page, string, error) {
	file, err := os.Open(filepath.Join(e.corpora, strings.TrimSuffix(evidence.Fedora.Name, ".mbox.gz")+".thread.html.gz"))
	if err != nil {
		return nil, "", err
	}
	defer file.Close()
	opened, err := gzip.NewReader(file)
	if err != nil {
		return nil, "", err
	}
	text, err := io.ReadAll(io.LimitReader(opened, 64<<20))
	if err != nil {
		return nil, "", err
	}
	p := page{places: mhonarc(string(text)), entries: map[string]*entry{}}
	equal := 0
	for _, at := range p.places {
		number, err := strconv.Atoi(at.id)
		if err != nil || number >= len(g.copies) {
			continue
		}
		p.entries[at.id] = g.entries[g.copies[number].Message]
		if words(at.subject) == words(p.entries[at.id].subject) {
			equal++
		}
	}
	note := fmt.Sprintf("%d of %d numbered mails of the MHonArc page have the subject of the mail that stands there in the mbox.", equal, len(p.places))
	return []page{p}, note, nil
}

func words(s string) string { return strings.Join(strings.Fields(s), " ") }

// twisted reads the pages of twisted-web, one for each month.
func (e *evaluation) twisted(ctx context.Context, g *graph) ([]page, error) {
	folder := filepath.Join(e.work, "pages")
	if _, err := evidence.Python(ctx, scripts, "pages.py", folder, evidence.Twisted.Packed(e.corpora)); err != nil {
		return nil, err
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.html"))
	if err != nil {
		return nil, err
	}
	var pages []page
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		month := strings.TrimSuffix(filepath.Base(file), ".html")
		pages = append(pages, g.month(pipermail(string(text)), "/"+month+".txt"))
	}
	return pages, nil
}

// month resolves the places of a page among the mails of one mbox: by
// Message-ID, and where the page has only times by those. They are on the
// archive's clock, so the whole hour is taken under which most are found.
func (g *graph) month(places []place, source string) page {
	mails := map[*entry]bool{}
	for _, m := range g.copies {
		if strings.HasSuffix(m.Source, source) {
			mails[g.entries[m.Message]] = true
		}
	}
	best := page{places: places, entries: map[string]*entry{}}
	for hours := -14; hours <= 14; hours++ {
		found := map[string]*entry{}
		known := names(mails, int64(hours)*3600)
		for _, at := range places {
			if e := known[at.id]; e != nil {
				found[at.id] = e
			}
		}
		if len(found) > len(best.entries) {
			best.entries = found
		}
	}
	return best
}

// names returns the mails by Message-ID and by time. A time that several mails
// have names none.
func names(mails map[*entry]bool, shift int64) map[string]*entry {
	known := map[string]*entry{}
	for e := range mails {
		for _, id := range e.messageIDs {
			known[id] = e
		}
		at := fmt.Sprintf("%011d", e.sent+shift)
		if _, taken := known[at]; taken {
			known[at] = nil
			continue
		}
		known[at] = e
	}
	return known
}
