package sample

import (
	"strings"
	"sync"
)

const generalNouns = `plan list meeting call note figure answer letter file folder agenda room office
desk copy page table chart calendar message number budget total estimate decision proposal report
minute point reason problem idea version change line picture map key date memo reminder deposit
address form contract agreement account balance bill cheque payment refund parcel package order
printer scanner laptop phone password link server website mailbox newsletter survey questionnaire
committee board council chair secretary clerk lawyer accountant consultant partner client supplier
neighbour friend colleague deputy successor replacement candidate interviewer visitor guest host
workshop seminar session lecture class lesson exam term season week month quarter year morning
evening weekend deadline delay extension rehearsal launch review audit inquiry complaint apology
compliment invitation reception lunch supper coffee sandwich biscuit bottle glass plate chair-leg
window door wall ceiling floor stair corridor basement yard fence gate path road corner roundabout
car-park petrol engine tyre brake mirror wheel ladder hammer nail screw rope tape glue paint brush
bucket broom lamp bulb battery cable plug switch fuse heater radiator blanket pillow curtain carpet
shelf drawer cupboard wardrobe hook hanger coat glove boot sock button pocket wallet purse coin
stamp card pencil pen ink ruler eraser notebook diary album frame poster badge ribbon flag drum
bell whistle candle match basket hamper cushion mattress barometer thermometer compass telescope`

const generalVerbs = `review circulate postpone revise confirm cancel print approve reject mention check
compare forward update finish discuss share question simplify shorten move copy file sign scan
translate request archive outline defend explain highlight ignore reorder collect correct
count deliver draft edit estimate expand inspect label list load mark measure merge note number open
order pack paint park phrase place present price process produce promise propose publish raise reduce
refuse release remove rename repair replace report rescue reserve restore return reuse reverse save
schedule search settle shape sort stage start store summarise support test tighten track trust
unpack verify visit watch weigh widen borrow clean decorate describe display distribute double
escort examine exchange fasten fold frame guard handle hoist improve insure introduce
invoice lock lower maintain master memorise mount obtain oil offer organise overlook parcel
photograph polish postmark preserve protect punctuate qualify quote rearrange reassemble recommend reconcile record recycle refill register rehearse reinforce relabel reload rent rephrase
resolve retrace rotate salvage sample seal select separate sharpen shelve shorten sketch
soften stack stamp steady stitch straighten strengthen stretch supervise supply survey suspend
sweeten tabulate taste test thicken transport treasure treat underline unfold unload
untangle upgrade value varnish wash water whiten wrestle yield`

const generalAdjectives = `new old final early late short long clear quiet busy careful cheap cheerful
clever clumsy complete complicated confident confusing correct curious damp decent delicate different
difficult doubtful draughty dull dusty eager elegant empty enormous exact expensive faint fair
familiar famous fancy fine firm flat foggy forgotten formal fragile fresh friendly gentle genuine
gloomy good grand grateful handsome handy harmless hasty heavy helpful hollow honest hopeful huge
humble hungry ideal important impressive incomplete inconvenient innocent jolly keen large lazy
legible light likely lively local lonely loose loud lovely low loyal lucky magnificent many-sided
marvellous mild missing modern modest muddy narrow neat nervous noisy normal obvious odd official
open ordinary painful pale patient peculiar perfect plain pleasant polite poor popular possible
practical precise pretty private probable proper proud public punctual puzzling quaint quick rare
ready reasonable reliable remarkable respectable restless rough round rusty safe salty sensible
separate serious severe shabby shallow sharp shiny silly simple sincere sleepy slight slow small
smooth soft solid splendid spotless stale steady steep sticky stiff strange strict strong stubborn
sturdy sudden suitable surprising suspicious tame tedious temporary tender thick thin thorough tidy
tired tough tricky unfinished unlikely unusual upright urgent useful vague valuable vivid warm weak
weary wet wide wild windy wonderful wooden worried worthy wrong yellow young`

const generalAdverbs = `already quietly quickly carefully finally probably certainly politely gladly
twice again slowly neatly early promptly rarely usually often hastily firmly briefly openly simply
directly calmly properly partly privately kindly barely thoroughly cheerfully reluctantly
accidentally patiently officially temporarily absolutely evidently apparently formally informally`

// words are the lists that slots draw from, by the rank of use.
type words struct {
	list []string
	rank weights
}

func newWords(list []string) words { return words{list, zipf(len(list), 4)} }

func (w words) draw(r *random) string { return w.list[r.weighted(w.rank)] }

func inflected(list []string, how func(string) string) words {
	out := make([]string, len(list))
	for i, w := range list {
		out[i] = how(w)
	}
	return newWords(out)
}

func plural(noun string) string {
	switch {
	case strings.HasSuffix(noun, "man"):
		return strings.TrimSuffix(noun, "an") + "en"
	case strings.HasSuffix(noun, "y") && !strings.ContainsAny(noun[len(noun)-2:len(noun)-1], "aeiou"):
		return noun[:len(noun)-1] + "ies"
	case strings.HasSuffix(noun, "s"), strings.HasSuffix(noun, "x"), strings.HasSuffix(noun, "ch"), strings.HasSuffix(noun, "sh"):
		return noun + "es"
	}
	return noun + "s"
}

// past and gerund know the regular verbs, and the table holds no others.
func past(verb string) string {
	switch {
	case strings.HasSuffix(verb, "e"):
		return verb + "d"
	case strings.HasSuffix(verb, "y") && !strings.ContainsAny(verb[len(verb)-2:len(verb)-1], "aeiou"):
		return verb[:len(verb)-1] + "ied"
	}
	return verb + "ed"
}

func gerund(verb string) string { return strings.TrimSuffix(verb, "e") + "ing" }

// lexicon is everything that sentences are made of.
type lexicon struct {
	nouns, plurals       []words // by theme
	general, generals    words
	verbs, pasts, ings   words
	adjectives, adverbs  words
	subjects, sentences  [][]template // by theme
	commonSentences      []template
	months, weekdayNames []string
}

// loadLexicon compiles the tables on first use.
var loadLexicon = sync.OnceValue(func() *lexicon {
	verbs := strings.Fields(generalVerbs)
	general := strings.Fields(generalNouns)
	l := &lexicon{
		general: newWords(general), generals: inflected(general, plural),
		verbs: newWords(verbs),
		pasts: inflected(verbs, past), ings: inflected(verbs, gerund),
		adjectives:      newWords(strings.Fields(generalAdjectives)),
		adverbs:         newWords(strings.Fields(generalAdverbs)),
		commonSentences: compileAll(generalSentences),
		months: strings.Fields("January February March April May June July August September " +
			"October November December"),
		weekdayNames: strings.Fields("Monday Tuesday Wednesday Thursday Friday Saturday Sunday"),
	}
	for _, t := range themes {
		nouns := strings.Fields(t.nouns)
		l.nouns = append(l.nouns, newWords(nouns))
		l.plurals = append(l.plurals, inflected(nouns, plural))
		l.subjects = append(l.subjects, compileAll(t.subjects))
		l.sentences = append(l.sentences, compileAll(t.sentences))
	}
	return l
})
