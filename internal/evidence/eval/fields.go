package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"skein/internal/evidence"
)

// fieldNames are the fields that are held against Python's email package.
var fieldNames = []string{"Message-ID", "From", "To", "Cc", "Date", "Subject"}

// agreed is the share of the mails for which both have to read the same, in
// each field that Python reads at all.
const agreed = 0.995

// pyMail is a mail as fields.py reads it.
type pyMail struct {
	Member string
	Number int // of the mail in its member, from 1
	SHA256 string
	Fields map[string]pyField
}

type pyField struct {
	Values []string // none where Python yields none
	Broken string   // the kind of error where Python broke
	Stands []string // each such field as it stands, lines joined, bytes as Latin-1
}

// pair is a field of one mail as both read it.
type pair struct {
	field        string
	theirs, ours []string
	stands       []string
	mails        int // of other bytes that are one message with this one
}

// fieldDifference is a pair that is not the same.
type fieldDifference struct {
	collection, file, field string
	class                   *fieldClass
	verdict                 verdict
}

// fieldTally counts how a field was read in a collection.
type fieldTally struct{ read, oursAlone, equal, broken int }

func (t fieldTally) share() float64 {
	if t.read == 0 {
		return 1
	}
	return float64(t.equal) / float64(t.read)
}

func (t fieldTally) plus(o fieldTally) fieldTally {
	return fieldTally{t.read + o.read, t.oursAlone + o.oursAlone, t.equal + o.equal, t.broken + o.broken}
}

// pythonFields reads the fields of a collection with Python.
func (e *evaluation) pythonFields(ctx context.Context, c evidence.Collection) ([]pyMail, error) {
	out, err := evidence.Python(ctx, scripts, "fields.py", c.Source(e.corpora))
	if err != nil {
		return nil, err
	}
	return readLines[pyMail](out, "fields.py")
}

// readLines reads JSON Lines that a script printed.
func readLines[T any](out []byte, script string) ([]T, error) {
	var all []T
	lines := bufio.NewScanner(bytes.NewReader(out))
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var one T
		if err := json.Unmarshal(lines.Bytes(), &one); err != nil {
			return nil, fmt.Errorf("%s: %w", script, err)
		}
		all = append(all, one)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", script, err)
	}
	return all, nil
}

// field returns what an entry has in a field, as fields.py has it.
func (e *entry) field(name string) []string {
	switch name {
	case "Message-ID":
		return e.messageIDs
	case "Date":
		if !e.dated {
			return nil
		}
		return []string{strconv.FormatInt(e.sent, 10)}
	case "Subject":
		if e.subject == "" {
			return nil
		}
		return []string{e.subject}
	}
	return e.people[strings.ToLower(name)]
}

// same says whether both read the same. A message may have more ids than one
// of its mails. Quotes around the local part of an address say nothing
// (RFC 5322 §3.2.4).
func (p *pair) same() bool {
	if p.field == "Message-ID" {
		return slices.Contains(p.ours, p.theirs[0])
	}
	return slices.Equal(plain(p.theirs), plain(p.ours))
}

// plain returns values without quotes, sorted, each once.
func plain(values []string) []string {
	var all []string
	for _, v := range values {
		if unquoted := strings.TrimPrefix(v, `"`); unquoted != v && strings.Contains(unquoted, `"@`) {
			v = strings.Replace(unquoted, `"@`, "@", 1)
		}
		all = append(all, v)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// compareFields holds a collection against what Python read of it.
func (g *graph) compareFields(collection string, mails []pyMail) (map[string]fieldTally, []fieldDifference, error) {
	counted, found := map[string]fieldTally{}, []fieldDifference(nil)
	for _, m := range mails {
		e, known := g.bySHA[m.SHA256]
		if !known {
			return nil, nil, fmt.Errorf("%s: mail %d of %s has other bytes in the graph", collection, m.Number, m.Member)
		}
		for _, name := range fieldNames {
			theirs, t := m.Fields[name], counted[name]
			p := pair{field: name, theirs: theirs.Values, ours: e.field(name), stands: theirs.Stands, mails: len(e.copies)}
			switch {
			case theirs.Broken != "":
				t.broken++
				fallthrough
			case len(p.theirs) == 0:
				if len(p.ours) > 0 {
					t.oursAlone++
				}
			case p.same():
				t.read++
				t.equal++
			default:
				t.read++
				class, verdict := p.classify()
				found = append(found, fieldDifference{collection, m.Member, name, class, verdict})
			}
			counted[name] = t
		}
	}
	return counted, found, nil
}

// fields prints how far the headers of real mails are read as Python reads
// them, and every difference.
func (e *evaluation) fields(ctx context.Context) error {
	fmt.Fprint(e.out, "## Headers, read by Python as well\n\n")
	t := evidence.Table{Head: []string{
		"collection", "field", "read by Python", "by ours alone", "Python breaks", "equal", "different",
		fmt.Sprintf("agreement (target ≥ %.1f %%)", 100*agreed), "target",
	}}
	var differences []fieldDifference
	for _, c := range readByPython {
		mails, err := e.pythonFields(ctx, c)
		if err != nil {
			return err
		}
		counted, found, err := e.graphs[c.Name].compareFields(c.Short(), mails)
		if err != nil {
			return err
		}
		differences = append(differences, found...)
		all := fieldTally{}
		for _, name := range fieldNames {
			addFieldTally(&t, c.Short(), name, counted[name])
			all = all.plus(counted[name])
		}
		addFieldTally(&t, c.Short(), "**all**", all)
	}
	if _, err := t.WriteTo(e.out); err != nil {
		return err
	}
	return e.fieldClasses(differences)
}

func addFieldTally(t *evidence.Table, collection, field string, n fieldTally) {
	verdict := "met"
	if n.share() < agreed {
		verdict = "missed"
	}
	t.Add(collection, field, n.read, n.oursAlone, n.broken, n.equal, n.read-n.equal, fmt.Sprintf("%.2f %%", 100*n.share()), verdict)
}

// fieldClasses prints what the differences are, and where each stands.
func (e *evaluation) fieldClasses(differences []fieldDifference) error {
	counted := map[fieldDifference]int{}
	list := evidence.Table{Head: []string{"collection", "file", "field", "class", "who is right"}}
	for _, d := range differences {
		list.Add(d.collection, code(d.file), d.field, d.class.name, d.verdict)
		d.file = ""
		counted[d]++
	}
	t := evidence.Table{Head: []string{"class", "who is right", "collection", "field", "mails", "the rule that decides"}}
	for i := range differenceKinds {
		for _, d := range differences {
			d.file = ""
			if n := counted[d]; d.class == &differenceKinds[i] && n > 0 {
				t.Add(d.class.name, d.verdict, d.collection, d.field, n, d.class.rule)
				delete(counted, d)
			}
		}
	}
	if _, err := t.WriteTo(e.out); err != nil {
		return err
	}
	_, err := list.WriteTo(e.out)
	return err
}
