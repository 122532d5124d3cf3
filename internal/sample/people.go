package sample

import (
	"fmt"
	"sort"
	"strings"
)

// The kinds of correspondents.
const (
	human = "person"
	list  = "list"
	robot = "robot"
	role  = "role" // an office that several people answer for
)

// mailer is the program a person writes with: it decides the shape of ids,
// headers, quotes and MIME.
type mailer int

const (
	outlook mailer = iota
	webmail
	lotus
	apple
	bird // quotes in line, as on the net's lists
	phone
)

// of 100 people.
var mailerWeights = newWeights(32, 26, 11, 10, 12, 9)

// mailerOf spreads the mailers over the first people already, so that a small
// release has them all.
func mailerOf(i int) mailer { return mailer(sort.SearchInts(mailerWeights, (61*i+7)%100+1)) }

// person is one correspondent.
type person struct {
	id             string
	kind           string
	given, surname string
	nick           string
	addresses      []string // work first
	charset        string
	mailer         mailer
	zone           zone
	locale         locale
	circle         int
	title          string
	organisation   string
	disclaims      bool // the organisation puts a notice under its mail
	assistant      int  // who may send for this person; 0 for nobody
}

func (p *person) name() string { return strings.TrimSpace(p.given + " " + p.surname) }

// cast is everybody of a release. The owner is the first.
type cast struct {
	all     []person
	humans  int     // all[:humans]
	circles [][]int // humans by circle, the owner left out
	ranks   []weights
	robots  []int
	roles   []int
	lists   []int
}

// The streams of a seed.
const (
	streamOrganisation = iota + 1
	streamPerson
	streamRobot
	streamList
	streamThread
	streamAttachment
)

const ownerName = "Tobias Quillfeather"

var ownerAddresses = []string{
	"t.quillfeather@" + campaignDomain,
	"tobias@quillfeather.example",
	"tquill@" + webmailDomain,
}

func newCast(seed uint64, people int) *cast {
	c := &cast{humans: people, circles: make([][]int, len(circles))}
	used := map[string]bool{}
	c.add(owner())
	for i := 1; i < people; i++ {
		c.add(newPerson(seed, i, used))
	}
	for i := range c.all {
		if i > 0 {
			kind := c.all[i].circle
			c.circles[kind] = append(c.circles[kind], i)
		}
	}
	for kind := range c.circles {
		c.ranks = append(c.ranks, zipf(len(c.circles[kind]), 3))
	}
	c.all[0].assistant = c.circles[0][0]
	for i := 1; i < people; i += 9 {
		c.all[i].assistant = c.circles[c.all[i].circle][len(c.circles[c.all[i].circle])-1]
		if c.all[i].assistant == i {
			c.all[i].assistant = 0
		}
	}
	c.addOffices(seed)
	return c
}

func (c *cast) add(p person) int {
	c.all = append(c.all, p)
	return len(c.all) - 1
}

func owner() person {
	given, surname, _ := strings.Cut(ownerName, " ")
	return person{
		id: "p0", kind: human, given: given, surname: surname, nick: "Toby",
		addresses: ownerAddresses, charset: "utf-8", mailer: outlook, zone: zones[0],
		title: "Senior Adviser", organisation: "Harrow Campaign",
	}
}

// newPerson makes the i-th person; used keeps addresses apart, because
// different people may well have the same name.
func newPerson(seed uint64, i int, used map[string]bool) person {
	r := newRandom(seed, streamPerson, uint64(i))
	p := person{id: fmt.Sprint("p", i), kind: human, charset: "us-ascii", circle: i % len(circles)}
	p.given, p.surname = pick(r, givens), r.surname()
	ascii := strings.ToLower(p.given + "." + p.surname)
	if r.chance(1000) {
		f := pick(r, foreign)
		p.given, p.surname, ascii, p.charset = f.given, f.surname, f.ascii, pick(r, f.charsets)
	}
	p.nick = nickname(ascii)
	p.mailer = mailerOf(i)
	p.zone = zones[r.weighted(zoneWeights)]
	p.locale = locales[r.weighted(localeWeights)]
	p.disclaims = r.chance(1200)
	domain := webmailDomain
	if titles := circles[p.circle].titles; titles != nil {
		p.title = pick(r, titles)
		p.organisation, domain = organisation(seed, p.circle, i/len(circles)/12)
	}
	p.addresses = []string{unused(used, localPart(r, ascii), domain)}
	if r.chance(3000) {
		home := pick(r, []string{webmailDomain, "postbox.example", "homemail.test"})
		p.addresses = append(p.addresses, unused(used, p.nick+fmt.Sprint(r.between(50, 99)), home))
	}
	if r.chance(600) {
		_, former := organisation(seed, r.below(len(circles)-1), r.below(1+i/len(circles)/12))
		p.addresses = append(p.addresses, unused(used, localPart(r, ascii), former))
	}
	return p
}

func nickname(ascii string) string {
	given, _, _ := strings.Cut(ascii, ".")
	return given[:min(len(given), 4)]
}

func localPart(r *random, ascii string) string {
	given, surname, _ := strings.Cut(ascii, ".")
	switch r.below(5) {
	case 0:
		return given[:1] + surname
	case 1:
		return surname
	case 2:
		return given[:1] + "." + surname
	}
	return ascii
}

func unused(used map[string]bool, local, domain string) string {
	address := local + "@" + domain
	for n := 2; used[address]; n++ {
		address = fmt.Sprint(local, n, "@", domain)
	}
	used[address] = true
	return address
}

// addOffices adds what writes or is written to without being anybody: lists,
// robots and roles.
func (c *cast) addOffices(seed uint64) {
	for i := range 5 + c.humans/400 {
		r := newRandom(seed, streamList, uint64(i))
		word := pick(r, []string{"volunteers", "briefing", "bridge-watch", "alumni", "drafts", "county", "ward", "parents"})
		word = fmt.Sprint(word, "-", strings.ToLower(pick(r, fronts)))
		p := person{id: fmt.Sprint("l", i), kind: list, given: word, circle: r.below(len(circles)), mailer: bird}
		p.addresses = []string{fmt.Sprintf("%s%d@lists.%s", word, i, pick(r, []string{campaignDomain, "openforum.example"}))}
		c.lists = append(c.lists, c.add(p))
	}
	for i := range 6 + c.humans/300 {
		r := newRandom(seed, streamRobot, uint64(i))
		name, domain := organisation(seed, r.below(len(circles)-1), 900_000+i)
		local := pick(r, []string{"noreply", "newsletter", "alerts", "no-reply", "news", "tickets"})
		p := person{
			id: fmt.Sprint("r", i), kind: robot, given: name, circle: r.below(len(circles)),
			mailer: webmail, charset: "utf-8", zone: zones[2], addresses: []string{local + "@mail." + domain},
		}
		c.robots = append(c.robots, c.add(p))
	}
	for i, local := range []string{"press", "office", "schedule"} {
		p := person{
			id: fmt.Sprint("o", i), kind: role, given: "Harrow " + strings.ToUpper(local[:1]) + local[1:],
			mailer: outlook, charset: "us-ascii", zone: zones[0], organisation: "Harrow Campaign",
			addresses: []string{local + "@" + campaignDomain},
		}
		c.roles = append(c.roles, c.add(p))
	}
}

// member draws somebody of a circle, a few of them often and most rarely.
func (c *cast) member(r *random, kind int) int {
	return c.circles[kind][r.weighted(c.ranks[kind])]
}
