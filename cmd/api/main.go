// Api serves a corpus that ingest has loaded: GraphQL at /graphql, the
// explorer at / and a playground at /playground.
//
//	api [--store URL] [--ledger FILE] [--listen ADDRESS]
//
// The store is named by a URL: sqlite:skein.db (the default) is a ledger file.
// Flags may also be given as SKEIN_STORE, SKEIN_LEDGER and SKEIN_LISTEN; a
// flag wins. It listens on 127.0.0.1:8080 and knows no users: put a server that
// does before it when others are to reach it. It stops on SIGINT and SIGTERM
// after finishing the requests in flight.
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
	"skein/internal/store"
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
type settings struct{ store, ledger, listen string }

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
	switch {
	case errors.Is(err, dial.ErrURL):
		fmt.Fprintf(stderr, "api: %v\n", err)
		return exitUsage
	case err != nil:
		fmt.Fprintf(stderr, "api: %v\n", explain(err))
		return exitFailed
	}
	return exitOK
}

func parseArgs(args []string, env func(string) string, stdout io.Writer) (settings, error) {
	var s settings
	flags := flag.NewFlagSet("api", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	for _, f := range []struct {
		into              *string
		name, value, text string
	}{
		{&s.store, "store", "sqlite:skein.db", "`URL` of the store"},
		{&s.ledger, "ledger", "", "ledger `FILE` that holds the originals of a Neo4j store"},
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
	return s, nil
}

func serveStore(ctx context.Context, s settings, stdout, stderr io.Writer) error {
	reader, err := dial.Open(ctx, s.store, s.ledger, ingest.Stages())
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

// explain adds what to do about an error of the store.
func explain(err error) error {
	switch {
	case errors.Is(err, store.ErrNotFound) && !strings.Contains(err.Error(), "ingest"):
		return fmt.Errorf("%w: load mail with `ingest PATH` first", err)
	case errors.Is(err, store.ErrVersion) && !strings.Contains(err.Error(), "ingest"):
		return fmt.Errorf("%w: run `ingest rebuild` first", err)
	}
	return err
}
