package sample

import "time"

// zone is where somebody lives: a fixed offset, one hour more from April to
// October. Real tables of zones differ between hosts.
type zone struct {
	name   string // the letters old mailers write
	summer string
	std    int // minutes east of UTC
	saving bool
}

var zones = []zone{
	{"EST", "EDT", -300, true},
	{"CST", "CDT", -360, true},
	{"GMT", "BST", 0, true},
	{"CET", "CEST", 60, true},
	{"PST", "PDT", -480, true},
	{"JST", "JST", 540, false},
	{"IST", "IST", 330, false},
}

var zoneWeights = newWeights(40, 20, 14, 10, 9, 3, 4)

// at returns the minutes east of UTC that hold at a moment.
func (z zone) at(sec int64) int {
	if m := time.Unix(sec, 0).UTC().Month(); z.saving && m >= time.April && m <= time.October {
		return z.std + 60
	}
	return z.std
}

func (z zone) letters(sec int64) string {
	if z.at(sec) != z.std {
		return z.summer
	}
	return z.name
}

func (z zone) local(sec int64) time.Time {
	return time.Unix(sec, 0).In(time.FixedZone("", z.at(sec)*60))
}

// The years a release spans; the first batch is published after them.
var (
	firstDay  = time.Date(2009, 1, 5, 0, 0, 0, 0, time.UTC).Unix()
	lastDay   = time.Date(2016, 6, 30, 0, 0, 0, 0, time.UTC).Unix()
	published = time.Date(2016, 10, 7, 0, 0, 0, 0, time.UTC)
)

const day = 24 * 3600

var (
	weekdays = newWeights(18, 100, 112, 110, 104, 84, 20) // Sunday first
	hours    = newWeights(4, 2, 1, 1, 1, 3, 10, 26, 60, 92, 100, 96, 74, 78, 90, 92, 88, 76, 52, 38, 34, 30, 22, 11)
)

// start returns when a thread begins that stands at done of total in the
// release. The volume grows over the years, and follows weekdays and hours of
// whoever begins.
func start(r *random, done, total int, z zone) int64 {
	// Time goes with 2x/(1+x), so that late years hold more mail than early ones.
	at := firstDay + (lastDay-firstDay)*2*int64(done)/int64(total+done)
	monday := at - (at/day+3)%7*day - at%day
	local := monday + int64((r.weighted(weekdays)+6)%7)*day
	local += int64(r.weighted(hours)*3600 + r.below(3600))
	return local - int64(z.std)*60
}

// delays are the quantiles of the minutes until somebody answers.
var delays = []int{1, 3, 5, 8, 12, 18, 26, 38, 55, 80, 115, 170, 260, 420, 700, 1100, 1500, 2800, 4400, 9000}

// answer returns when somebody in zone z answers a mail of that moment. What
// arrives at night mostly waits for the morning.
func answer(r *random, sent int64, z zone) int64 {
	i := r.below(len(delays) - 1)
	at := sent + int64(r.between(delays[i]*60, delays[i+1]*60))
	local := z.local(at)
	if hour := local.Hour(); hour < 6 && r.chance(8500) {
		at += int64((7-hour)*3600 + r.below(5400))
	}
	if wd := z.local(at).Weekday(); wd == time.Saturday && r.chance(6000) {
		at += 2 * day
	}
	return at
}

// skewed returns the moment that a wrong clock states for a reply to a mail of
// moment parent: before it, 5 in 18 by more than an hour, 1 by more than a day.
func skewed(r *random, parent int64) int64 {
	switch n := r.below(18); {
	case n == 0:
		return parent - int64(r.between(day+60, 9*day))
	case n < 5:
		return parent - int64(r.between(3700, 20*3600))
	}
	return parent - int64(r.between(20, 3500))
}
