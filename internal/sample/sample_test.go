package sample

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// golden is the hash of a release of 300 messages. When the generator is meant
// to change, run the test, look at a release by eye, and put the hash that the
// failure shows here; dumps pinned elsewhere change with it.
const golden = "d65c6059cebddfbfa27a9d73cfe5527c77588ed350edbde5a83d902f8bd210b8"

func hash(t *testing.T, opts Options) string {
	t.Helper()
	sum := sha256.New()
	for m := range Generate(opts) {
		truth, err := json.Marshal(m.Truth)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(sum, "%d %s %q %d\n", m.Batch, m.Path, m.Separator, len(m.Raw))
		sum.Write(m.Raw)
		sum.Write(truth)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

func TestSameBytesEverywhere(t *testing.T) {
	here := time.Local
	defer func() { time.Local = here }()
	for _, zone := range []*time.Location{time.UTC, time.FixedZone("far", 14*3600)} {
		time.Local = zone
		if got := hash(t, Options{Messages: 300, Seed: 7}); got != golden {
			t.Errorf("hash in zone %v = %s, want %s", zone, got, golden)
		}
	}
	if hash(t, Options{Messages: 60, Seed: 1}) == hash(t, Options{Messages: 60, Seed: 2}) {
		t.Error("two seeds give one release")
	}
}

func TestSizes(t *testing.T) {
	for _, opts := range []Options{{Messages: 1}, {Messages: 2, Batches: 1}, {Messages: 77, Batches: 7}, {Messages: 300, People: 500}, {}} {
		want := opts.withDefaults()
		seen := map[int]bool{}
		for m := range Generate(opts) {
			if m.Raw == nil {
				continue
			}
			seen[m.Truth.Message] = true
			if m.Batch < 1 || m.Batch > want.Batches {
				t.Errorf("%+v: batch %d, want 1 to %d", opts, m.Batch, want.Batches)
			}
		}
		if len(seen) != want.Messages {
			t.Errorf("%+v: %d messages, want %d", opts, len(seen), want.Messages)
		}
	}
}

func TestStopsWhenAsked(t *testing.T) {
	n := 0
	for range Generate(Options{}) {
		if n++; n == 10 {
			break
		}
	}
	if n != 10 {
		t.Errorf("got %d mails, want 10", n)
	}
}

// release is what most tests look at.
func release(t *testing.T, messages int) (mails, withheld []Mail) {
	t.Helper()
	for m := range Generate(Options{Messages: messages, Seed: 3}) {
		if m.Raw == nil {
			withheld = append(withheld, m)
			continue
		}
		mails = append(mails, m)
	}
	return mails, withheld
}

// tally counts what the first mails of messages are like.
func tally(mails []Mail) (count map[string]int, threads map[int]int) {
	count, threads = map[string]int{}, map[int]int{}
	for i := range mails {
		truth := &mails[i].Truth
		count["bytes"] += len(mails[i].Raw)
		if truth.CopyOf != "" || truth.VariantOf != "" {
			count["copies"]++
			continue
		}
		threads[truth.Thread]++
		if truth.Parent != nil {
			count["replies"]++
		}
		for _, name := range slices.Concat(truth.Hazards, truth.Defects) {
			count[name]++
		}
	}
	return count, threads
}

// answered counts the messages that have a reply, withheld ones as well.
func answered(mails []Mail) int {
	parents := map[int]bool{}
	for i := range mails {
		if p := mails[i].Truth.Parent; p != nil {
			parents[*p] = true
		}
	}
	return len(parents)
}

func TestRates(t *testing.T) {
	const messages = 5000
	mails, withheld := release(t, messages)
	count, threads := tally(mails)
	within := func(what string, got, of, low, high int) {
		t.Helper()
		if got*10_000 < low*of || got*10_000 > high*of {
			t.Errorf("%s: %d of %d, want %d to %d in 10,000", what, got, of, low, high)
		}
	}
	within("replies", count["replies"], messages, 4000, 5500)
	within("copies and variants", count["copies"], messages, 500, 1100)
	within("withheld", len(withheld), answered(slices.Concat(mails, withheld)), 350, 650)
	within("topic change", count["topic-change"], count["replies"], 300, 520)
	within("dated before parent", count["dated-before-parent"], count["replies"], 60, 190)
	within("no reply headers", count["no-reply-headers"], count["replies"], 300, 800)
	within("parent comes later", count["parent-comes-later"], count["replies"], 1000, 2200)
	within("no closing boundary", count["unclosed"], messages, 50, 140)
	within("no Message-ID", count["no-message-id"], messages, 10, 60)
	within("undated", count["date"]+count["no-date"], messages, 10, 60)
	within("raw 8 bit header", count["header-8bit"], messages, 20, 200)
	within("wrong charset", count["charset"], messages, 40, 200)
	for _, name := range []string{
		"sent-by-assistant", "bcc", "from-line-in-body", "separator-in-body",
		"from-line", "cites-wrong-parent", "undisclosed-recipients", "references-cut", "date-zone", "zone-in-words",
		"short-year", "header-line", "bare-cr", "nul-byte", "field-repeated", "truncated", "encoding",
	} {
		if count[name] == 0 {
			t.Errorf("%s: none in %d messages", name, messages)
		}
	}
	if mean := count["bytes"] / len(mails); mean < 3000 || mean > 6000 {
		t.Errorf("mean size %d bytes, want 3000 to 6000", mean)
	}
	multiple, members := 0, 0
	for _, n := range threads {
		if n > 1 {
			multiple, members = multiple+1, members+n
		}
	}
	within("mean of threads with replies", members*1000, multiple, 32_000_000, 52_000_000)
}

var atHost = regexp.MustCompile(`@([A-Za-z0-9.-]+)`)

func TestEveryAddressIsReserved(t *testing.T) {
	mails, _ := release(t, 1500)
	allowed := func(host string) bool {
		host = strings.TrimRight(host, ".")
		return strings.HasSuffix(host, ".example") || strings.HasSuffix(host, ".test") || strings.HasSuffix(host, ".invalid")
	}
	for _, m := range mails {
		// A soft line break or a fold may stand inside an address.
		text := strings.NewReplacer("=\r\n", "", "=\n", "").Replace(string(m.Raw))
		for _, match := range atHost.FindAllStringSubmatch(text, -1) {
			if !allowed(match[1]) && !slices.Contains(m.Truth.Hazards, "truncated") {
				t.Errorf("%s: address at %s", m.Truth.Place(), match[1])
			}
		}
	}
	owners := 0
	ids := map[string]bool{}
	addresses := map[string]string{}
	for _, c := range People(Options{Messages: 40_000}) {
		if ids[c.ID] {
			t.Errorf("two correspondents %s", c.ID)
		}
		ids[c.ID] = true
		if c.Owner {
			owners++
		}
		for _, a := range c.Addresses {
			if _, host, _ := strings.Cut(a, "@"); !allowed(host) {
				t.Errorf("%s has address %s", c.ID, a)
			}
			if other := addresses[a]; other != "" {
				t.Errorf("%s and %s share %s", other, c.ID, a)
			}
			addresses[a] = c.ID
		}
	}
	if owners != 1 || len(ids) < 1000 {
		t.Errorf("%d owners among %d, want 1 among 1,000 or more", owners, len(ids))
	}
}

func TestVocabulary(t *testing.T) {
	mails, _ := release(t, 3000)
	words := map[string]int{}
	for _, m := range mails {
		for _, w := range strings.FieldsFunc(strings.ToLower(string(m.Raw)), func(r rune) bool { return r < 'a' || r > 'z' }) {
			if len(w) < 20 {
				words[w]++
			}
		}
	}
	repeated := 0
	for _, n := range words {
		if n > 2 {
			repeated++
		}
	}
	if repeated < 4000 {
		t.Errorf("%d words are used more than twice, want 4,000 or more", repeated)
	}
	for _, verb := range []string{"past tense", "carry:carried:carrying", "file:filed:filing", "stay:stayed:staying"} {
		base, rest, found := strings.Cut(verb, ":")
		if got := past(base) + ":" + gerund(base); found && got != rest {
			t.Errorf("forms of %s are %s, want %s", base, got, rest)
		}
	}
}

func BenchmarkGenerate(b *testing.B) {
	var size int64
	for b.Loop() {
		size = 0
		for m := range Generate(Options{Messages: 2000}) {
			size += int64(len(m.Raw))
		}
	}
	b.SetBytes(size)
	b.ReportMetric(2000*float64(b.N)/b.Elapsed().Seconds(), "messages/s")
}
