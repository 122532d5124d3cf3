package sample

import "strings"

// Names of people and places are put together from parts, so that there are
// thousands of them and none is anybody's.

var fronts = strings.Fields(`Ash Birch Bram Brindle Calder Copper Dun Elder Fal Fen Fern
Gander Glen Gorse Grim Hallow Hazel Heather Hollin Horn Ivory Kestrel Lark Linden
Lyre Mallow Marl Marsh Merri Moss Nettle Oaken Orchard Over Pebble Penn Pepper Quarry Raven
Reed Rook Rowan Rush Sable Saffron Sedge Silver Skylark Sorrel Spindle Stan Tallow Tam Tarn
Thistle Thorn Umber Vane Wether Whin Willow Winter Wren Yarrow`)

var surnameEnds = strings.Fields(`bank beck bourne bridge brook burn castle combe cote croft dale
den fall feather field ford garth gate grove ham hurst keld lake land ley lock low mead mere mill
mont more pool ridge shaw side stead stone thwaite tree vale wick wood worth`)

var placeEnds = strings.Fields(`ingham minster mouth port bury cester haven head wold moor quay
reach hithe point cross`)

var placeFronts = []string{"", "", "", "", "", "Upper ", "Little ", "Great ", "East ", "Old "}

var streetEnds = strings.Fields("Street Lane Road Avenue Parade Terrace Row Hill Square Wharf")

var givens = strings.Fields(`Alaric Amoret Ansel Araminta Auberon Bettany Blaise Briony Caspian
Cecily Clementine Corin Cosmo Cressida Damaris Darcy Delphine Dorian Edda Eleri Elowen Emeric Esme
Evander Fenella Fergus Finnian Flora Gideon Greer Hester Horatio Hugo Ianthe Idris Imogen Ines Iona
Isolde Jago Jemima Jocasta Jory Juno Kerensa Lachlan Leander Linus Lorcan Ludo Lyra Mabel Magnus
Marlo Merrin Mirabel Morwenna Nell Nerys Ninian Octavia Odette Olwen Orla Orson Ottoline Perdita
Peregrine Persis Petra Phineas Piers Quentin Ramona Roderick Romilly Rosalind Rufus Sabra Saskia
Senara Sidony Silvan Sorcha Tamsin Tansy Tarquin Tegan Theo Thora Ursula Valentine Verity Viola
Wilfred Winifred Xanthe Ysolde Zephyr Zillah`)

// foreign are names that need more than ASCII, with the ASCII that stands for
// them in an address and the charsets their mailers write them in.
var foreign = []struct {
	given, surname, ascii string
	charsets              []string
}{
	{"Zoë", "Grünsteiner", "zoe.gruensteiner", latin},
	{"Jürgen", "Öllmersdorf", "juergen.oellmersdorf", latin},
	{"Åsa", "Högdalsmark", "asa.hogdalsmark", latin},
	{"Núria", "Peñaflorida", "nuria.penaflorida", latin},
	{"Søren", "Øksenvad", "soren.oksenvad", latin},
	{"Amélie", "Châteauneige", "amelie.chateauneige", latin},
	{"João", "Conceiçãozinha", "joao.conceicaozinha", latin},
	{"Bogumiła", "Żółkiewnicz", "bogumila.zolkiewnicz", polish},
	{"Świętosław", "Dąbrolęcki", "swietoslaw.dabrolecki", polish},
	{"Ľudovít", "Čerešňák", "ludovit.ceresnak", polish},
	{"Велимир", "Заозёрников", "velimir.zaozernikov", cyrillic},
	{"Любава", "Тихоречная", "lyubava.tikhorechnaya", cyrillic},
	{"灯", "霧ヶ浜", "akari.kirigahama", japanese2022},
	{"Κλειώ", "Θαλασσινού", "kleio.thalassinou", []string{"iso-8859-7", "utf-8"}},
}

var (
	latin        = []string{"iso-8859-1", "windows-1252", "utf-8", "utf-8"}
	polish       = []string{"iso-8859-2", "windows-1250", "utf-8"}
	cyrillic     = []string{"koi8-r", "windows-1251", "utf-8"}
	japanese2022 = []string{"iso-2022-jp", "utf-8"}
)

func (r *random) surname() string { return pick(r, fronts) + pick(r, surnameEnds) }

func (r *random) place() string {
	return pick(r, placeFronts) + pick(r, fronts) + pick(r, placeEnds)
}

func (r *random) street() string { return pick(r, fronts) + " " + pick(r, streetEnds) }

// circle is a part of the owner's life: who is met there, under which domains
// they write and what they write about.
type circle struct {
	name   string
	ends   []string // of organisation names
	titles []string
}

// The order of circles is the order of themes, see lexicon.
var circles = []circle{
	{
		"campaign",
		[]string{"Campaign", "Volunteers", "Field Office"},
		[]string{"Field Director", "Deputy Campaign Manager", "Volunteer Coordinator", "Scheduler", "Treasurer"},
	},
	{
		"speech",
		[]string{"Institute", "Policy Group", "Forum"},
		[]string{"Speechwriter", "Policy Adviser", "Research Fellow", "Editor"},
	},
	{
		"bridge",
		[]string{"Borough Council", "Engineering", "Bridgeworks"},
		[]string{"Town Clerk", "Structural Engineer", "Contracts Officer", "Surveyor", "Counsel"},
	},
	{
		"press",
		[]string{"Ledger", "Chronicle", "Radio", "Courier"},
		[]string{"Political Reporter", "News Editor", "Producer", "Columnist"},
	},
	{
		"travel",
		[]string{"Travel", "Hotels", "Coaches"},
		[]string{"Travel Desk", "Reservations", "Events Manager"},
	},
	{"family", nil, nil},
}

// organisation returns the name and domain of the n-th organisation of a
// circle; the first campaign is the owner's own.
func organisation(seed uint64, kind, n int) (name, domain string) {
	if kind == 0 && n == 0 {
		return "Harrow Campaign", campaignDomain
	}
	r := newRandom(seed, streamOrganisation, uint64(kind), uint64(n))
	name = pick(r, fronts) + pick(r, placeEnds) + " " + pick(r, circles[kind].ends)
	return name, strings.ReplaceAll(strings.ToLower(name), " ", "-") + ".example"
}

const (
	campaignDomain = "harrow-campaign.example"
	webmailDomain  = "webpost.example"
)
