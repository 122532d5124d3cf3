package parse

// zones holds the offsets, in minutes east of UTC, of the zone names that
// stand in Date fields. A name that several zones share has its most usual
// meaning in mail; the host's own zones play no part.
var zones = map[string]int{
	"ut": 0, "utc": 0, "gmt": 0, "z": 0, "wet": 0, "greenwich": 0,
	// North America (RFC 5322 §4.3).
	"est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420,
	"ast": -240, "adt": -180, "nst": -210, "ndt": -150, "akst": -540, "akdt": -480, "hst": -600, "yst": -540,
	"eastern": -300, "central": -360, "mountain": -420, "pacific": -480,
	// Europe and Africa.
	"bst": 60, "west": 60, "cet": 60, "met": 60, "mez": 60, "mewt": 60, "swt": 60, "fwt": 60, "wat": 60,
	"cest": 120, "mest": 120, "mesz": 120, "metdst": 120, "cetdst": 120, "eet": 120, "sast": 120, "cat": 120,
	"eest": 180, "eetdst": 180, "msk": 180, "eat": 180, "trt": 180, "msd": 240, "idt": 180,
	// Asia and Oceania.
	"pkt": 300, "ist": 330, "npt": 345, "ict": 420, "wib": 420, "hkt": 480, "sgt": 480, "myt": 480, "pht": 480,
	"awst": 480, "jst": 540, "kst": 540, "acst": 570, "aest": 600, "acdt": 630, "aedt": 660, "nzst": 720,
	"nzt": 720, "nzdt": 780,
	// South America.
	"clt": -240, "bot": -240, "brt": -180, "art": -180, "clst": -180, "brst": -120,
}

// zoneOffset returns the seconds east of UTC of a lower-case zone name. The
// letters of the military are UTC, for RFC 822 had their sign wrong (RFC 5322
// §4.3).
func zoneOffset(name string) (seconds int, ok bool) {
	if len(name) == 1 && 'a' <= name[0] && name[0] <= 'z' && name != "j" {
		return 0, true
	}
	minutes, ok := zones[name]
	return minutes * 60, ok
}

// months holds the first three letters of the names of months, in lower case.
// A name that two months share stands in longMonths.
var months = map[string]int{
	"jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
	"jän": 1, "mär": 3, "mrz": 3, "mai": 5, "okt": 10, "dez": 12, // German
	"fév": 2, "avr": 4, "aoû": 8, "aou": 8, "déc": 12, // French
	"ene": 1, "abr": 4, "ago": 8, "dic": 12, // Spanish
	"gen": 1, "mag": 5, "giu": 6, "lug": 7, "set": 9, "ott": 10, // Italian
	"fev": 2, "out": 10, // Portuguese
	"mrt": 3, "maa": 3, "mei": 5, // Dutch
	"maj": 5, "des": 12, // Swedish, Danish, Norwegian
	"sty": 1, "lut": 2, "kwi": 4, "cze": 6, "lip": 7, "sie": 8, "wrz": 9, "paź": 10, "paz": 10, "lis": 11, "gru": 12, // Polish
	"янв": 1, "фев": 2, "мар": 3, "апр": 4, "мая": 5, "май": 5, "июн": 6, "июл": 7, "авг": 8, "сен": 9, "окт": 10, "ноя": 11, "дек": 12, // Russian
}

// longMonths are the full names that begin like another month.
var longMonths = map[string]int{"juin": 6, "juillet": 7, "juil": 7}

// month returns the number of the month that a lower-case word names, or 0.
func month(word string) int {
	if n := longMonths[word]; n > 0 {
		return n
	}
	letters := 0
	for i := range word {
		if letters == 3 {
			return months[word[:i]]
		}
		letters++
	}
	return months[word]
}

// regions are the words of the names that Windows gives its zones, with their
// standard time in minutes east of UTC where the words before them say less:
// "W. Europe Standard Time", "Central European Time", "E. Australia …".
var regions = map[string]int{"europe": 60, "european": 60, "romance": 60, "tokyo": 540, "korea": 540, "china": 480, "africa": 60, "australia": 600, "india": 330, "atlantic": -240, "newfoundland": -210, "russian": 180}
