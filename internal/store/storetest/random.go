package storetest

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"skein/internal/store"
)

// randomMail is mail by chance, always the same: few people, few words, few
// subjects, so that much of it meets.
func randomMail(seed uint64, mails int) []Release {
	dice := rand.New(rand.NewPCG(seed, 1))
	people := []string{"ann", "Ann Archer <ann>", "bob", "Bob Byrd <bob>", "cid", "dee", "j.fox@gmail.com", "Jo Fox <jfox@gmail.com>", "eve", "fay"}
	some := func(most int) string {
		var picked []string
		for range dice.IntN(most + 1) {
			picked = append(picked, people[dice.IntN(len(people))])
		}
		return strings.Join(picked, ", ")
	}
	releases := make([]Release, 4)
	for i := range releases {
		releases[i] = batch(fmt.Sprint(8+i), "2016-10-07")
	}
	for n := range mails {
		label, when := fmt.Sprint("rand", n), ""
		if dice.IntN(12) > 0 {
			when = fmt.Sprintf("%02d-%02d %02d:00", 1+dice.IntN(3), 1+dice.IntN(28), 9+dice.IntN(3))
		}
		if dice.IntN(15) == 0 {
			label = ""
		}
		if dice.IntN(15) == 0 {
			label += "+" + fmt.Sprint("rand", dice.IntN(mails))
			label = strings.TrimPrefix(label, "+")
		}
		route := people[dice.IntN(len(people))] + " -> " + some(3) + " / " + some(2) + " / " + some(1)
		item := m(label, route, when, randomRefs(dice, n), randomWords(dice, 1), randomWords(dice, 8), randomOptions(dice)...)
		for range 1 + dice.IntN(6)/4 {
			to := &releases[dice.IntN(len(releases))]
			to.Items = append(to.Items, item)
		}
	}
	return releases
}

// randomRefs cites mails around the nth, some of which do not exist.
func randomRefs(dice *rand.Rand, n int) string {
	var refs []string
	for range dice.IntN(4) {
		kind := []string{"", "", "", "re:", "maybe:"}[dice.IntN(5)]
		refs = append(refs, fmt.Sprint(kind, "rand", max(0, n-dice.IntN(9)+1)))
		if dice.IntN(8) == 0 {
			refs = append(refs, fmt.Sprint("gone", dice.IntN(6)))
		}
	}
	return strings.Join(refs, " ")
}

func randomWords(dice *rand.Rand, most int) string {
	words := strings.Fields("apple pear apples Plum pears fig 12 12b")
	var picked []string
	for range 1 + dice.IntN(most) {
		picked = append(picked, words[dice.IntN(len(words))])
	}
	return strings.Join(picked, " ")
}

func randomOptions(dice *rand.Rand) []option {
	offered := []option{
		attached("pear.txt", "text/plain", int64(dice.IntN(3))), broken("bad-date", int64(dice.IntN(100))),
		long(dice.IntN(2000)), publisher(fmt.Sprint(dice.IntN(20))), listed("fruit.example"),
	}
	var picked []option
	for _, o := range offered {
		if dice.IntN(4) == 0 {
			picked = append(picked, o)
		}
	}
	return picked
}

// everything is all mailboxes and mail by chance in one store.
func everything() mailbox {
	all := mailbox{name: "everything", releases: randomMail(1, 120)}
	for _, box := range mailboxes() {
		all.releases = append(all.releases, box.releases...)
	}
	return all
}

// backwards is the releases in the opposite order, and the items of each.
func backwards(releases []Release) []Release {
	var turned []Release
	for n := len(releases) - 1; n >= 0; n-- {
		r := releases[n]
		items := make([]store.Item, 0, len(r.Items))
		for i := len(r.Items) - 1; i >= 0; i-- {
			items = append(items, r.Items[i])
		}
		r.Items = items
		turned = append(turned, r)
	}
	return turned
}

// inPieces loads few items at a time, batches taking turns, and some twice.
func inPieces(releases []Release) []Release {
	const piece = 5
	var pieces []Release
	for at := 0; ; at += piece {
		more := false
		for _, r := range releases {
			if at >= len(r.Items) {
				continue
			}
			more = true
			r.Items = r.Items[max(0, at-1):min(len(r.Items), at+piece)]
			pieces = append(pieces, r)
		}
		if !more {
			return pieces
		}
	}
}
