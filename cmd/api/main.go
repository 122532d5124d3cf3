// Api serves a corpus that ingest has loaded: GraphQL at /graphql, the
// explorer at / and a playground at /playground.
//
//	api [--store URL] [--ledger FILE] [--listen ADDRESS]
//
// The store is named by a URL: sqlite:skein.db (the default) is a ledger file,
// neo4j://HOST:PORT/DATABASE a Neo4j database that ingest publishes to. The
// originals of the mails lie in the ledger alone: --ledger names it, or a copy
// of it, beside Neo4j. Flags may also be given as SKEIN_STORE, SKEIN_LEDGER and
// SKEIN_LISTEN; a flag wins. The password of Neo4j is read from
// SKEIN_STORE_PASSWORD, or from the file that SKEIN_STORE_PASSWORD_FILE names.
//
// A database that goes away while it serves is an error of each answer until
// it is there again; one that is not there at the start ends it. It listens on
// 127.0.0.1:8080 and knows no users: put a server that does before it when
// others are to reach it. It stops on SIGINT and SIGTERM after finishing the
// requests in flight.
//
// Exit status: 0 stopped when told to, 1 the store or the address failed,
// 2 wrong usage.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"skein/internal/ingest"
	"skein/internal/serve"
	"skein/internal/store/dial"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr))
}

// The exit codes.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

// settings is what the flags say.
type settings struct {
	store  dial.Store
	listen string
}

// run is the whole command; it returns the exit code.
func run(ctx context.Context, args []string, env func(string) string, stdout, stderr io.Writer) int {
	s, err := parseArgs(args, env, stdout)
	if errors.Is(err, flag.ErrHelp) {
		return exitOK
	}
	if err != nil {
		fmt.Fprintf(stderr, "api: %v\n", err)
		return exitUsage
	}
	err = serveStore(ctx, s, stdout, stderr)
	if err == nil {
		return exitOK
	}
	fmt.Fprintf(stderr, "api: %v\n", err)
	if errors.Is(err, dial.ErrURL) {
		return exitUsage
	}
	return exitFailed
}

func parseArgs(args []string, env func(string) string, stdout io.Writer) (settings, error) {
	var s settings
	flags := flag.NewFlagSet("api", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	for _, f := range []struct {
		into              *string
		name, value, text string
	}{
		{&s.store.URL, "store", "sqlite:skein.db", "`URL` of the store: sqlite:FILE or neo4j://HOST:PORT/DATABASE"},
		{&s.store.Ledger, "ledger", "", "ledger `FILE` that holds the originals of a Neo4j store"},
		{&s.listen, "listen", "127.0.0.1:8080", "`ADDRESS` to listen on"},
	} {
		if set := env("SKEIN_" + strings.ToUpper(f.name)); set != "" {
			f.value = set
		}
		flags.StringVar(f.into, f.name, f.value, f.text)
	}
	err := flags.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(stdout, "usage: api [--store URL] [--ledger FILE] [--listen ADDRESS]")
		flags.SetOutput(stdout)
		flags.PrintDefaults()
		return s, err
	}
	if err != nil {
		return s, fmt.Errorf("%w (see api --help)", err)
	}
	if flags.NArg() > 0 {
		return s, fmt.Errorf("%q is not a flag (see api --help)", flags.Arg(0))
	}
	if _, _, err := net.SplitHostPort(s.listen); err != nil {
		return s, fmt.Errorf("--listen takes a host and a port, such as 127.0.0.1:8080, not %q", s.listen)
	}
	s.store.Password, err = dial.Password(env)
	return s, err
}

func serveStore(ctx context.Context, s settings, stdout, stderr io.Writer) error {
	if s.store.ShowsPassword() {
		fmt.Fprintf(stderr, "api: warning: %s\n", dial.Exposed)
	}
	reader, err := dial.Open(ctx, s.store, ingest.Stages())
	if err != nil {
		return err
	}
	defer reader.Close()
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.listen)
	if err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(stderr, nil))
	fmt.Fprintf(stdout, "Skein on http://%s (playground at /playground)\n", listener.Addr())
	return serve.Run(ctx, listener, serve.New(reader, log), log)
}
