package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/term"

	"skein/internal/ingest"
	"skein/internal/mailbox"
	"skein/internal/store/dial"
)

// flags is a flag set whose errors are one sentence. Flags may stand before
// and behind the other arguments.
type flags struct {
	*flag.FlagSet
	c             command
	help          func() // prints what the flags are
	store, ledger string
	json          bool
}

func (c command) flags(name, usage string) *flags {
	f := &flags{FlagSet: flag.NewFlagSet(name, flag.ContinueOnError), c: c}
	f.SetOutput(io.Discard)
	f.StringVar(&f.store, "store", c.env("SKEIN_STORE", "sqlite:skein.db"), "store `URL`: sqlite:FILE or neo4j://HOST:PORT/DATABASE")
	f.StringVar(&f.ledger, "ledger", c.getenv("SKEIN_LEDGER"), "the ledger's `FILE` beside a Neo4j store; skein.db when one is needed and not given")
	f.BoolVar(&f.json, "json", false, "print JSON for machines")
	f.Usage = func() {} // a wrong flag is told in one sentence
	f.help = func() {
		fmt.Fprintf(c.stderr, "Usage: ingest %s\n\n", usage)
		f.SetOutput(c.stderr)
		f.PrintDefaults()
		f.SetOutput(io.Discard)
	}
	return f
}

func (c command) env(name, fallback string) string {
	if v := c.getenv(name); v != "" {
		return v
	}
	return fallback
}

// parse reads args and returns those that are no flags.
func (f *flags) parse(args []string) ([]string, error) {
	var rest []string
	for {
		if err := f.Parse(args); err != nil {
			if err == flag.ErrHelp {
				f.help()
				return nil, err
			}
			return nil, usagef("%v", err)
		}
		if f.NArg() == 0 {
			return rest, nil
		}
		// "--" ends the flags; so does nothing else.
		if at := len(args) - f.NArg(); at > 0 && args[at-1] == "--" {
			return append(rest, f.Args()...), nil
		}
		rest, args = append(rest, f.Arg(0)), f.Args()[1:]
	}
}

// source returns the store that the flags name.
func (f *flags) source() (dial.Store, error) {
	password, err := dial.Password(f.c.getenv)
	if err != nil {
		return dial.Store{}, usagef("%v", err)
	}
	s := dial.Store{URL: f.store, Ledger: f.ledger, Password: password}
	if _, err := s.LedgerPath(); err != nil {
		return s, usagef("%v", err)
	}
	if s.ShowsPassword() {
		fmt.Fprintf(f.c.stderr, "warning: %s\n", dial.Exposed)
	}
	return s, nil
}

// defaultLedger is the ledger beside a Neo4j store when none is named.
const defaultLedger = "skein.db"

// target tells a run where to write: which ledger, and which graph it
// publishes to, if any.
func (f *flags) target(o *ingest.Options) error {
	s, err := f.source()
	if err != nil {
		return err
	}
	published, err := s.Published()
	if err != nil {
		return err
	}
	if published {
		s.Ledger = cmp.Or(s.Ledger, defaultLedger)
		f.c.limitMemory(softLimitPublishing)
		o.OpenGraph = func(ctx context.Context, replace bool) (ingest.Publisher, error) {
			return s.Publisher(ctx, ingest.Stages(), replace)
		}
	}
	o.Ledger, err = s.LedgerPath()
	return err
}

// list is a flag that may be given several times.
type list []string

func (l *list) String() string { return strings.Join(*l, ",") }

// Set adds a value.
func (l *list) Set(value string) error {
	*l = append(*l, value)
	return nil
}

// allowance is how many rejected items a load may have: a number, or a share
// of the items found.
type allowance struct {
	count   int
	percent float64
	share   bool
}

func (a *allowance) String() string {
	if a.share {
		return fmt.Sprintf("%g%%", a.percent)
	}
	return strconv.Itoa(a.count)
}

// Set reads "12" or "0.5%".
func (a *allowance) Set(value string) error {
	if number, ok := strings.CutSuffix(value, "%"); ok {
		p, err := strconv.ParseFloat(number, 64)
		if err != nil || p < 0 || p > 100 {
			return fmt.Errorf("want a number of items or a percentage from 0%% to 100%%")
		}
		*a = allowance{percent: p, share: true}
		return nil
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < 0 {
		return fmt.Errorf("want a number of items or a percentage from 0%% to 100%%")
	}
	*a = allowance{count: n}
	return nil
}

// exceeded says whether rejected of found items are too many.
func (a *allowance) exceeded(rejected, found int) bool {
	if a.share {
		return float64(rejected)*100 > a.percent*float64(found)
	}
	return rejected > a.count
}

// loadFlags are the flags of a load.
type loadFlags struct {
	*flags
	options           ingest.Options
	owners            list
	manifest          string
	publisher, format string
	maxRejected       allowance
}

func (c command) loadFlags() *loadFlags {
	f := c.namingFlags("load", "[flags] PATH…")
	o := &f.options
	f.Var(&f.owners, "owner", "`ADDRESS` whose mailbox the collection exposes; may be given several times")
	f.StringVar(&o.Published, "published", "", "`DATE` the batch was published, such as 2016-10-07")
	f.StringVar(&o.PublisherURL, "publisher-url", "", "`TEMPLATE` of the publisher's page, with {id}")
	f.IntVar(&o.Jobs, "jobs", 0, "`N` workers that read mails; one per core when 0")
	f.IntVar(&o.Round, "round", 0, "items of one transaction; 5000 when 0")
	f.Var(&f.maxRejected, "max-rejected", "rejected items that are no failure: `N` or P%")
	f.DurationVar(&o.Wait, "wait", 0, "how long to wait for another run, such as 10m")
	return f
}

// namingFlags are the flags of a load that say what files are, and in which
// batch.
func (c command) namingFlags(name, usage string) *loadFlags {
	f := &loadFlags{flags: c.flags(name, usage)}
	o := &f.options
	f.StringVar(&o.Collection, "collection", c.env("SKEIN_COLLECTION", "main"), "collection `NAME`")
	f.StringVar(&o.Batch, "batch", "", "batch `NAME`; the base name of each PATH when not given")
	f.StringVar(&f.manifest, "manifest", "", "`CSV` file that maps path or id to batch and published")
	f.StringVar(&f.publisher, "publisher-id", "", "`REGEX` that finds the publisher's id in a file's path")
	f.StringVar(&f.format, "format", "auto", "what every file is: auto, mbox, maildir or message; auto also knows emlx, .msg, PST, CSV and archives by their content")
	return f
}

// ledgerPath returns the ledger: the store itself, or that beside a Neo4j
// store.
func (f *flags) ledgerPath() (string, error) {
	s, err := f.source()
	if err != nil {
		return "", err
	}
	published, err := s.Published()
	if err != nil {
		return "", usagef("%v", err)
	}
	if published {
		s.Ledger = cmp.Or(s.Ledger, defaultLedger)
	}
	return s.LedgerPath()
}

// check reads what flags name and finds what is wrong with them.
func (f *loadFlags) check(paths []string) error {
	if len(paths) == 0 {
		return usagef("no PATH to load")
	}
	o := &f.options
	o.Paths, o.Owners = paths, lower(f.owners)
	var err error
	if err = f.target(o); err != nil {
		return err
	}
	if o.Published != "" {
		if _, err := time.Parse(time.DateOnly, o.Published); err != nil {
			return usagef("--published is %q, want a date such as 2016-10-07", o.Published)
		}
	}
	if f.publisher != "" {
		if o.PublisherID, err = regexp.Compile(f.publisher); err != nil {
			return usagef("--publisher-id: %v", err)
		}
	}
	if o.Mailbox.Format, err = mailbox.ParseFormat(f.format); err != nil {
		return usagef("--format: %v", err)
	}
	if o.Jobs < 0 || o.Round < 0 || o.Wait < 0 {
		return usagef("--jobs, --round and --wait cannot be negative")
	}
	if f.manifest != "" {
		if o.Manifest, err = ingest.ReadManifest(f.manifest); err != nil {
			return usagef("%v", err)
		}
	}
	for _, p := range paths {
		if _, err := os.Stat(p); err != nil {
			return fmt.Errorf("%s: no such file or folder", p)
		}
	}
	return nil
}

func lower(values []string) []string {
	var lowered []string
	for _, v := range values {
		lowered = append(lowered, strings.ToLower(strings.TrimSpace(v)))
	}
	return lowered
}

func isTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }
