package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"skein/internal/ingest"
	"skein/internal/store"
	"skein/internal/store/sqlite"
)

// certificate prints what was found in the sources of batches and what became
// of it.
func (c command) certificate(ctx context.Context, args []string) (code int, err error) {
	f := c.flags("certificate", "certificate [--batch NAME] [flags]")
	collection := f.String("collection", c.env("SKEIN_COLLECTION", "main"), "collection `NAME`")
	batch := f.String("batch", "", "`NAME` of the batch; all batches of all collections when not given")
	items := f.Bool("items", false, "list every item with its SHA-256")
	rest, err := f.parse(args)
	if err == nil && len(rest) > 0 {
		err = usagef("unexpected argument %q", rest[0])
	}
	if err != nil {
		return exitUsage, err
	}
	path, err := f.ledgerPath()
	if err != nil {
		return exitFailed, err
	}
	r, err := sqlite.OpenReader(ctx, path, ingest.Stages())
	if err != nil {
		return exitFailed, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	certificate, err := r.Certificate(ctx, *collection, *batch, *items)
	if errors.Is(err, store.ErrNotFound) {
		return exitUsage, usagef("%v", err)
	}
	if err != nil {
		return exitFailed, err
	}
	if f.json {
		out := json.NewEncoder(c.stdout)
		out.SetEscapeHTML(false)
		return exitLoaded, out.Encode(certificate)
	}
	return exitLoaded, writeCertificate(c.stdout, certificate)
}

// writeCertificate prints a certificate for people.
func writeCertificate(w io.Writer, c *sqlite.Certificate) error {
	var stages []string
	for _, name := range slices.Sorted(maps.Keys(c.Stages)) {
		stages = append(stages, fmt.Sprint(name, " ", c.Stages[name]))
	}
	fmt.Fprintf(w, "Certificate %d, by the versions %s\n", c.Version, strings.Join(stages, ", "))
	if len(c.Batches) == 0 {
		fmt.Fprintln(w, "\nThe ledger holds no batch.")
	}
	for _, b := range c.Batches {
		if err := writeBatch(w, b); err != nil {
			return err
		}
	}
	return nil
}

func writeBatch(w io.Writer, b *sqlite.CertifiedBatch) error {
	fmt.Fprintf(w, "\nBatch %s of collection %s%s\n", b.Name, b.Collection, prefixed(", published ", b.Published))
	table := tabwriter.NewWriter(w, 0, 8, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "FOUND\tNEW\tVARIANTS\tCOPIES\tREJECTED\tEMBEDDED\tBYTES\t  SOURCE")
	for _, s := range b.Sources {
		fmt.Fprintf(table, "%s\t%s\t  %s (%s)\n", counts(s.Total, s.Embedded), size(s), s.Path, s.Format)
	}
	fmt.Fprintf(table, "%s\t\t  all\n", counts(b.Total, b.Embedded))
	if err := table.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(w, "%d found = %d new + %d variants + %d copies + %d rejected\n",
		b.Total.Found, b.Total.New, b.Total.Variants, b.Total.Copies, b.Total.Rejected)
	var repaired []string
	for _, kind := range slices.Sorted(maps.Keys(b.Repaired)) {
		repaired = append(repaired, fmt.Sprint(kind, " ", b.Repaired[kind]))
	}
	if len(repaired) > 0 {
		fmt.Fprintf(w, "Repaired, in so many mails: %s\n", strings.Join(repaired, ", "))
	}
	for _, s := range b.Sources {
		writeSource(w, s)
	}
	return nil
}

func counts(t, embedded sqlite.Tally) string {
	return fmt.Sprintf("%d\t%d\t%d\t%d\t%d\t%d", t.Found, t.New, t.Variants, t.Copies, t.Rejected, embedded.Found)
}

func size(s *sqlite.CertifiedSource) string {
	if s.Size == nil {
		return "-"
	}
	return fmt.Sprint(*s.Size)
}

// writeSource prints what takes a line of its own.
func writeSource(w io.Writer, s *sqlite.CertifiedSource) {
	switch {
	case s.SHA != nil:
		fmt.Fprintf(w, "SHA-256 %s  %s\n", s.SHA, s.Path)
	case s.Complete != nil:
		fmt.Fprintf(w, "not read to its end: %s\n", s.Path)
	}
	for _, it := range s.Rejected {
		fmt.Fprintf(w, "rejected: %s at byte %d, %d bytes, SHA-256 %s: %s\n", it.Path, it.Offset, it.Size, it.SHA, it.Reason)
	}
	for _, it := range s.Items {
		fmt.Fprintf(w, "%s: %s%s at byte %d, %d bytes, SHA-256 %s\n", it.Outcome, it.Path, prefixed(" part ", it.Part), it.Offset, it.Size, it.SHA)
	}
}

// prefixed is text behind a prefix, or nothing.
func prefixed(prefix, text string) string {
	if text == "" {
		return ""
	}
	return prefix + text
}
