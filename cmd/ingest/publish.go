package main

import (
	"context"
	"encoding/json"
	"fmt"

	"skein/internal/ingest"
)

// publish brings a Neo4j store to where its ledger is.
func (c command) publish(ctx context.Context, args []string) (int, error) {
	f := c.flags("publish", "publish --store neo4j://HOST:PORT/DATABASE [--replace] [flags]")
	o := ingest.Options{}
	replace := f.Bool("replace", false, "take out whatever Skein has published there, and publish all of this ledger")
	f.DurationVar(&o.Wait, "wait", 0, "how long to wait for another run, such as 10m")
	rest, err := f.parse(args)
	if err == nil && len(rest) > 0 {
		err = usagef("unexpected argument %q", rest[0])
	}
	if err == nil {
		err = f.target(&o)
	}
	if err == nil && o.OpenGraph == nil {
		err = usagef("publish needs a Neo4j store, such as --store neo4j://localhost:7687")
	}
	if err != nil {
		return exitUsage, err
	}
	show := c.progress(f.json, 0)
	o.Publishing = show.publishing
	done, err := ingest.Publish(ctx, o, *replace)
	show.end()
	if err != nil {
		return exitFailed, err
	}
	if f.json {
		return exitLoaded, json.NewEncoder(c.stdout).Encode(done)
	}
	fmt.Fprintf(c.stdout, "Neo4j is where the ledger %s is, at revision %d with %d messages, in %.1f s\n",
		o.Ledger, done.Revision, done.Messages, done.Seconds)
	return exitLoaded, nil
}
