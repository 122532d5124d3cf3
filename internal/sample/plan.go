package sample

import "slices"

// The rates of what makes real releases hard, in 10,000. Where a corpus was
// counted the rate is its: replies with another subject 65 of 1,537, replies
// dated before what they answer 18 of 1,537, In-Reply-To with more than a bare
// id 325 of 1,746, replies without any reply header 118 of 2,177, MIME trees
// that do not close 54 of 6,046. The rest are estimates.
const (
	rateWithheld     = 500 // of mails that somebody answered
	rateNoReplyField = 500
	rateTopicChange  = 420
	rateClockSkew    = 120
	rateProse        = 1860
	rateWrongParent  = 30
	rateForward      = 700
	rateBcc          = 300 // of the owner's mails
	rateAssistant    = 800
	rateAnnouncement = 60
	rateNoID         = 30
	rateUndisclosed  = 50
	rateNoQuote      = 1200
	rateBareQuote    = 500
	rateLastOnly     = 300 // of References with more than one id

	rateAttachedForward = 2000
)

// sizes of threads: 1, 2, …, 10, 11 to 20, 21 to 48, 49 to 140, 141 to 343.
// The counts are those of the cleaned Enron mail (Klimt and Yang 2004): of
// 200,399 mails 123,501 are in threads, of mean 4.1 and median 2.
var sizes = newWeights(76898, 16736, 4782, 3049, 1282, 879, 903, 378, 214, 178, 1260, 290, 130, 10)

func (r *random) threadSize() int {
	switch i := r.weighted(sizes); i {
	case 10:
		return r.between(11, 20)
	case 11:
		return r.between(21, 48)
	case 12:
		return r.between(49, 140)
	case 13:
		return r.between(141, 343)
	default:
		return i + 1
	}
}

// node is one mail of a thread before it has bytes.
type node struct {
	message        int // number of the message in the release
	parent         int // index into the thread; -1 for the first
	author, writer int // writer differs when an assistant sends
	from           int // index of the author's address
	to, cc, bcc    []int
	undisclosed    bool  // the To field names nobody
	sent, stated   int64 // seconds; stated is what the Date field says
	withheld       bool
	answered       bool // another mail of the thread has it as its parent
	forward        bool
	topicChange    bool

	id         string   // "" for a mail without a Message-ID
	references []string // the whole chain down to the parent
	cited      []string // what of it stands in the header
	cites      link
	index      []byte // Thread-Index
	// conversation is what a webmail keeps the mail under. Like the real ones
	// it begins anew with another subject.
	conversation uint64
	subject      string

	batch    int
	text     string // what a reply quotes
	own      string // text without the quote
	quote    quote
	embedded []byte // the parent, whole, as a message/rfc822 part
	hazards  []string
	key      uint64 // of the mail's own streams, the same for every copy
	random   *random
}

// newNode begins a mail of a thread.
func newNode(r *random, parent int) node {
	key := r.next()
	return node{parent: parent, key: key, random: newRandom(key)}
}

func (n *node) hazard(name string) { n.hazards = append(n.hazards, name) }

func (n *node) people() []int { return slices.Concat([]int{n.author}, n.to, n.cc) }

// thread is one conversation before it has bytes.
type thread struct {
	number  int
	topic   int // index of circle and theme
	list    int // index into the cast; 0 when it is not on a list
	robot   int // index of who sends it to everybody; 0 when it is a person's
	subject string
	nodes   []node
	random  *random
	voice   *voice
}

// planThread decides who writes what to whom and when.
func (g *generator) planThread() *thread {
	t := &thread{number: g.threads, random: newRandom(g.seed, streamThread, uint64(g.threads))}
	g.threads++
	r := t.random
	size := min(r.threadSize(), g.messages-g.present)
	t.topic = r.below(len(circles))
	switch {
	case size == 1 && r.chance(3500):
		t.robot = pick(r, g.cast.robots)
		t.topic = g.cast.all[t.robot].circle
	case r.chance(2000):
		t.list = pick(r, g.cast.lists)
		t.topic = g.cast.all[t.list].circle
	}
	t.voice = &voice{random: r, lex: loadLexicon(), theme: t.topic}
	t.subject = g.subject(t)
	t.nodes = make([]node, 0, size)
	t.nodes = append(t.nodes, g.first(t))
	for len(t.nodes) < size {
		t.nodes = append(t.nodes, g.reply(t))
	}
	for i := range t.nodes {
		t.nodes[i].message = g.nextMessage
		g.nextMessage++
		g.identify(t, i)
	}
	g.withhold(t)
	g.spread(t)
	return t
}

func (g *generator) subject(t *thread) string {
	subject := t.voice.subject()
	if t.robot%2 == 1 {
		return g.cast.all[t.robot].given + ": the week" // as every week
	}
	if t.random.chance(400) {
		subject += " – " + t.random.place()
	}
	if t.list != 0 && t.list%2 == 0 {
		subject = "[" + g.cast.all[t.list].given + "] " + subject
	}
	return subject
}

// first plans the mail that begins a thread.
func (g *generator) first(t *thread) node {
	r := t.random
	n := newNode(r, -1)
	switch {
	case t.robot != 0:
		n.author, n.to = t.robot, []int{0}
	case t.list != 0:
		n.author, n.to = g.anybody(r, t.topic), []int{t.list}
	default:
		g.address(t, &n)
	}
	n.sent = start(r, g.present, g.messages, g.cast.all[n.author].zone)
	for _, p := range n.people() {
		if p < g.cast.humans {
			t.voice.names = append(t.voice.names, g.cast.all[p].given)
		}
	}
	t.voice.names = append(t.voice.names, pick(r, givens), pick(r, givens))
	g.finish(&n)
	return n
}

var companies = []int{1, 1, 1, 1, 2, 2, 2, 3, 3, 4, 5, 8}

// address fills in who begins a conversation and who else is in it.
func (g *generator) address(t *thread, n *node) {
	r := t.random
	var others []int
	for range pick(r, companies) {
		if p := g.cast.member(r, t.topic); !slices.Contains(others, p) {
			others = append(others, p)
		}
	}
	if r.chance(400) {
		others = append(others, pick(r, g.cast.roles))
	}
	n.author = 0
	if r.chance(6000) {
		n.author, others[0] = others[0], 0
	}
	split := r.between(1, len(others))
	n.to, n.cc = others[:split:split], others[split:]
	if r.chance(rateAnnouncement) {
		for range r.between(15, 50) {
			if p := g.cast.member(r, t.topic); p != n.author && !slices.Contains(n.cc, p) && !slices.Contains(n.to, p) {
				n.cc = append(n.cc, p)
			}
		}
	}
}

// anybody draws a human, mostly of the circle, at times the owner.
func (g *generator) anybody(r *random, topic int) int {
	switch {
	case r.chance(600):
		return 0
	case r.chance(2500):
		return g.cast.member(r, r.below(len(circles)))
	}
	return g.cast.member(r, topic)
}

// reply plans the next mail of a thread: mostly an answer to the latest.
func (g *generator) reply(t *thread) node {
	r := t.random
	n := newNode(r, len(t.nodes)-1)
	if r.chance(2200) {
		n.parent = r.below(len(t.nodes))
	}
	if r.chance(800) {
		n.parent = 0
	}
	parent := &t.nodes[n.parent]
	parent.answered = true
	n.author = g.answerer(t, parent)
	switch {
	case t.list != 0:
		n.to = []int{t.list}
		if r.chance(3000) && parent.author != n.author {
			n.cc = []int{parent.author}
		}
	case r.chance(rateForward):
		n.forward = true
		n.to = []int{g.stranger(r, &n)}
	default:
		g.answerTo(&n, parent, r.chance(7800))
	}
	if t.list == 0 && !slices.Contains(n.people(), 0) {
		n.cc = append(n.cc, 0)
	}
	n.topicChange = !n.forward && r.chance(rateTopicChange)
	n.sent = answer(r, parent.sent, g.cast.all[n.author].zone)
	g.finish(&n)
	if r.chance(rateClockSkew) {
		n.stated = skewed(r, parent.sent)
		n.hazard("dated-before-parent")
	}
	return n
}

// answerer draws who answers a mail: one who got it.
func (g *generator) answerer(t *thread, parent *node) int {
	r := t.random
	if t.list != 0 {
		return g.anybody(r, t.topic)
	}
	var able []int
	for _, p := range slices.Concat(parent.to, parent.to, parent.cc) {
		if kind := g.cast.all[p].kind; kind == human || kind == role {
			able = append(able, p)
		}
	}
	if len(able) == 0 || r.chance(300) {
		return parent.author
	}
	return pick(r, able)
}

// stranger draws somebody who is not in the mail yet.
func (g *generator) stranger(r *random, n *node) int {
	p := g.cast.member(r, r.below(len(circles)))
	if p == n.author {
		return 0
	}
	return p
}

// answerTo addresses an answer: to whom it answers and, to all, the others.
func (g *generator) answerTo(n, parent *node, all bool) {
	n.to = []int{parent.author}
	if parent.author == n.author {
		n.to = slices.Clone(parent.to)
	}
	if !all {
		return
	}
	for _, p := range slices.Concat(parent.to, parent.cc) {
		if p != n.author && !slices.Contains(n.to, p) {
			n.cc = append(n.cc, p)
		}
	}
}

// finish decides what every mail needs.
func (g *generator) finish(n *node) {
	author, r := &g.cast.all[n.author], n.random
	n.stated, n.writer = n.sent, n.author
	if len(author.addresses) > 1 && r.chance(2000) {
		n.from = r.between(1, len(author.addresses)-1)
	}
	if author.assistant != 0 && !slices.Contains(n.people(), author.assistant) && r.chance(rateAssistant) {
		n.writer = author.assistant
		n.hazard("sent-by-assistant")
	}
	if n.author == 0 && r.chance(rateBcc) {
		if p := g.cast.member(r, r.below(len(circles))); !slices.Contains(n.people(), p) {
			n.bcc = []int{p}
			n.hazard("bcc")
		}
	}
}
