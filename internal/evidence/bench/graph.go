package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"skein/internal/evidence"
)

// ofImport is how fast a load into a running Neo4j has to be, ledger and all,
// beside the offline import of the rows that it leaves there.
const ofImport = 0.35

// step is a row of the third table: what a program took, and the server
// beside it.
type step struct {
	what                                 string
	messages                             int
	wall, cpu, rss, serverCPU, serverRSS evidence.Series
}

func (s *step) add(program, server evidence.Usage) {
	s.wall = append(s.wall, program.Wall.Seconds())
	for _, one := range []struct {
		to    *evidence.Series
		value float64
	}{
		{&s.cpu, program.CPU.Seconds()},
		{&s.rss, float64(program.RSS) / megabyte},
		{&s.serverCPU, server.CPU.Seconds()},
		{&s.serverRSS, float64(server.RSS) / megabyte},
	} {
		if one.value > 0 {
			*one.to = append(*one.to, one.value)
		}
	}
}

// graphs is what the third table shows.
type graphs struct {
	load, again, next          step            // ours
	imported, started, indexed step            // the peer's
	total                      step            // of the peer
	slower                     evidence.Series // the peer beside ours, in each round

	version              string
	nodes, relationships int
	tables               float64 // MB of files for the import
}

// graph prints the third table: a release into an empty Neo4j, and the offline
// import of the same rows.
func (b *bench) graph(ctx context.Context) error {
	if err := serverNeeds(); err != nil {
		if !b.quick || os.Getenv("REQUIRE_ALL") == "1" {
			return err
		}
		_, err = fmt.Fprintf(b.out, "Neo4j: not measured, for %v.\n", err)
		return err
	}
	folder, err := b.release(ctx, b.published+b.next)
	if err != nil {
		return err
	}
	g := &graphs{
		load:     step{what: "`ingest` into an empty graph, ledger included"},
		again:    step{what: "the same again"},
		next:     step{what: fmt.Sprintf("next batch of %d, spread over the threads", b.next)},
		imported: step{what: "`neo4j-admin database import full`"},
		started:  step{what: "start until it answers"},
		indexed:  step{what: "the same constraints and indexes"},
		total:    step{what: "**offline import, all three**"},
	}
	for range b.rounds {
		if err := b.graphRound(ctx, g, folder); err != nil {
			return err
		}
	}
	return b.printGraphs(g)
}

// graphRound loads a release into a fresh server, and then has the offline
// import fill the same server with what was in it.
func (b *bench) graphRound(ctx context.Context, g *graphs, folder string) (err error) {
	s, err := newServer(ctx, filepath.Join(b.work, "neo4j"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.remove()) }()
	if _, err := s.start(ctx); err != nil {
		return err
	}
	files := &importFiles{folder: filepath.Join(s.folder, "import"), lines: map[*shape]bool{}}
	held, err := b.loadGraph(ctx, g, s, folder, files)
	if err != nil {
		return err
	}
	g.nodes, g.relationships = held.count(false), held.count(true)
	statements, err := s.definitions(ctx)
	if err != nil {
		return err
	}
	if g.version, err = s.version(ctx); err != nil {
		return err
	}
	if err := s.stop(ctx); err != nil {
		return err
	}
	return g.offline(ctx, s, files, statements, held)
}

// loadGraph loads the release, loads it again and then its next batch, and
// returns what the graph held before the next batch.
func (b *bench) loadGraph(ctx context.Context, g *graphs, s *server, folder string, files *importFiles) (content, error) {
	ledger := filepath.Join(s.folder, "ledger.db")
	whole := []string{"--manifest", filepath.Join(folder, "manifest.csv"), filepath.Join(folder, "release")}
	if err := b.publish(ctx, &g.load, s, ledger, whole...); err != nil {
		return nil, err
	}
	held, err := s.read(ctx, files.write)
	if err := errors.Join(err, files.close()); err != nil {
		return nil, err
	}
	size, err := evidence.Size(files.folder)
	if err != nil {
		return nil, err
	}
	g.tables = float64(size) / megabyte
	if err := b.publish(ctx, &g.again, s, ledger, whole...); err != nil {
		return nil, err
	}
	again, err := s.read(ctx, func(*shape, []any) error { return nil })
	if err != nil {
		return nil, err
	}
	if changed := held.differs(again); changed != "" {
		return nil, fmt.Errorf("loading the same again changed the graph: %s", changed)
	}
	return held, b.publish(ctx, &g.next, s, ledger, "--batch", "next", filepath.Join(folder, "next"))
}

// publish runs ingest into the server; the last argument is the folder of mail.
func (b *bench) publish(ctx context.Context, to *step, s *server, ledger string, args ...string) error {
	if _, err := evidence.Warm(args[len(args)-1]); err != nil {
		return err
	}
	before, err := s.usage()
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, b.ingest, append([]string{"--store", s.url(), "--ledger", ledger, "--json"}, args...)...)
	cmd.Env = s.env()
	usage, out, err := evidence.Measure(cmd)
	if err != nil {
		return err
	}
	after, err := s.usage()
	if err != nil {
		return err
	}
	var report struct{ Found int }
	if err := json.Unmarshal(out, &report); err != nil {
		return fmt.Errorf("report of ingest: %w", err)
	}
	to.messages = report.Found
	after.CPU -= before.CPU
	to.add(usage, after)
	return nil
}

// offline has the import fill the stopped server, and sees that it holds the
// same afterwards.
func (g *graphs) offline(ctx context.Context, s *server, files *importFiles, statements []string, want content) error {
	imported, _, err := evidence.Measure(s.call(ctx, append([]string{"admin", s.folder}, files.arguments()...)...))
	if err != nil {
		return err
	}
	var started, indexed evidence.Usage
	if started.Wall, err = s.start(ctx); err != nil {
		return err
	}
	until, err := s.usage()
	if err != nil {
		return err
	}
	if indexed.Wall, err = s.define(ctx, statements); err != nil {
		return err
	}
	server, err := s.usage()
	if err != nil {
		return err
	}
	g.imported.add(imported, evidence.Usage{})
	g.started.add(started, until)
	g.indexed.add(indexed, evidence.Usage{CPU: server.CPU - until.CPU, RSS: server.RSS})
	imported.Wall += started.Wall + indexed.Wall
	g.total.add(imported, server)
	n := len(g.total.wall) - 1
	g.slower = append(g.slower, g.total.wall[n]/g.load.wall[n])
	return s.same(ctx, statements, want)
}

// same sees that the database has the content and the definitions.
func (s *server) same(ctx context.Context, statements []string, want content) error {
	defined, err := s.definitions(ctx)
	if err != nil {
		return err
	}
	if !slices.Equal(defined, statements) {
		return fmt.Errorf("the constraints and indexes are\n%s\nand not\n%s", strings.Join(defined, "\n"), strings.Join(statements, "\n"))
	}
	got, err := s.read(ctx, func(*shape, []any) error { return nil })
	if err != nil {
		return err
	}
	if different := want.differs(got); different != "" {
		return fmt.Errorf("the offline import holds something else than ours: %s", different)
	}
	return nil
}

func (b *bench) printGraphs(g *graphs) error {
	fmt.Fprintf(b.out, "Neo4j %s: a fictional release as %d nodes and %d relationships; the import reads %.0f MB of files; rounds: %d; load %s at the end.\n\n",
		g.version, g.nodes, g.relationships, g.tables, b.rounds, evidence.Load())
	t := evidence.Table{Head: []string{
		"what", "mails found", "wall s", "mails/s", "CPU s of the program", "CPU s of the server", "peak resident MB", "of the server",
	}}
	for _, s := range []*step{&g.load, &g.again, &g.next, &g.imported, &g.started, &g.indexed, &g.total} {
		found, speed := "", ""
		if s.messages > 0 {
			found, speed = fmt.Sprint(s.messages), fmt.Sprintf("%.0f", float64(s.messages)/s.wall.Median())
		}
		t.Add(s.what, found, s.wall.Show("%.2f"), speed, shown(s.cpu, "%.1f"), shown(s.serverCPU, "%.1f"), shown(s.rss, "%.0f"), shown(s.serverRSS, "%.0f"))
	}
	if _, err := t.WriteTo(b.out); err != nil {
		return err
	}
	speed := g.slower.Median()
	_, err := fmt.Fprintf(b.out, "The load runs at %s times the speed of the offline import (≥ %.2f: %s). "+
		"Loading the same again left every node, relationship and property as it was. "+
		"A mail of the next batch takes %.2f times as long as one of the load.\n",
		g.slower.Show("%.2f"), ofImport, verdict(speed >= ofImport), g.next.perMessage()/g.load.perMessage())
	return err
}

// shown leaves the cell empty where there is no such program, or server, at
// work.
func shown(s evidence.Series, verb string) string {
	if len(s) == 0 {
		return ""
	}
	return s.Show(verb)
}

// perMessage returns wall seconds per mail.
func (s *step) perMessage() float64 { return s.wall.Median() / float64(s.messages) }
