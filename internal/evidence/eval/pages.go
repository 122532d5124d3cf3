package main

import (
	"html"
	"regexp"
	"strings"
)

// place is where the page of a list archive puts a mail.
type place struct {
	id       string   // Message-ID, or the number or time that the archive gave
	parent   string   // "" at the top
	subject  string   // as the page shows it; "" where it does not matter
	siblings []string // before it under the same parent
}

// ancestors is the comment before each mail on a page of Pipermail: the depth
// it is shown at, then every ancestor and the mail itself as an eleven-digit
// time, and in all but the first months a slash and a Message-ID.
var ancestors = regexp.MustCompile(`<!--\d+ (\d{11}.*?)- -->`)

// pipermail reads a thread page of Pipermail. The depth shown is capped, the
// ancestors in the comments are not. A mail of which only the time is given
// has that as its id.
func pipermail(page string) []place {
	var places []place
	for _, comment := range ancestors.FindAllStringSubmatch(page, -1) {
		ids := chain(html.UnescapeString(comment[1]))
		p := place{id: ids[len(ids)-1]}
		if len(ids) > 1 {
			p.parent = ids[len(ids)-2]
		}
		places = append(places, p)
	}
	return places
}

// step is where the next ancestor of a comment begins.
var step = regexp.MustCompile(`-(\d{11})(?:[-/]|$)`)

// chain parts a comment into ancestors: "TIME/ID-TIME/ID" or "TIME-TIME".
func chain(comment string) []string {
	var ids []string
	for comment != "" {
		one, rest := comment, ""
		if at := step.FindStringIndex(comment); at != nil {
			one, rest = comment[:at[0]], comment[at[0]+1:]
		}
		if _, id, ok := strings.Cut(one, "/"); ok {
			one = id
		}
		ids, comment = append(ids, one), rest
	}
	return ids
}

// token is what makes the tree on a page of MHonArc.
var token = regexp.MustCompile(`(?is)<(/?ul)\b|<a name="(\d+)"[^>]*>(.*?)</a>`)

// mhonarc reads a thread page of MHonArc: nested lists, of which the deepest
// level holds everything below it as well.
func mhonarc(page string) []place {
	var places []place
	var open [][]string // the ids of each list that is open
	for _, t := range token.FindAllStringSubmatch(page, -1) {
		switch {
		case strings.EqualFold(t[1], "ul"):
			open = append(open, nil)
		case strings.EqualFold(t[1], "/ul"):
			open = open[:max(len(open)-1, 0)]
		case len(open) > 0:
			deepest := len(open) - 1
			before := open[deepest]
			p := place{id: t[2], subject: html.UnescapeString(t[3]), siblings: before[:len(before):len(before)]}
			if deepest > 0 && len(open[deepest-1]) > 0 {
				p.parent = open[deepest-1][len(open[deepest-1])-1]
			}
			open[deepest] = append(before, p.id)
			places = append(places, p)
		}
	}
	return places
}
