package store

import (
	"bytes"
	"cmp"
	"strings"

	"skein/internal/mail"
)

// CompareBatches puts batches in batch order: by publication date, those
// without one first, then by name in natural order, then by collection.
func CompareBatches(a, b mail.Batch) int {
	return cmp.Or(
		cmp.Compare(a.Published, b.Published),
		CompareNatural(a.Name, b.Name),
		cmp.Compare(a.Collection, b.Collection),
	)
}

// Located is a copy with the batch that its place in a list depends on.
type Located struct {
	mail.Copy
	In mail.Batch // collection, name and date of publication
}

// CompareCopies puts copies in order: by batch, path, part, offset, SHA-256.
func CompareCopies(a, b Located) int {
	return cmp.Or(
		CompareBatches(a.In, b.In),
		cmp.Compare(a.Source, b.Source),
		cmp.Compare(a.Part, b.Part),
		cmp.Compare(a.Offset, b.Offset),
		bytes.Compare(a.SHA[:], b.SHA[:]),
	)
}

// CompareNatural compares names so that "9" comes before "10" and "b9" before
// "b10". Names that differ only in leading zeros go by their bytes.
func CompareNatural(a, b string) int {
	x, y := a, b
	for x != "" && y != "" {
		n, m := digits(x), digits(y)
		if n > 0 && m > 0 {
			if c := compareNumbers(x[:n], y[:m]); c != 0 {
				return c
			}
			x, y = x[n:], y[m:]
			continue
		}
		if c := cmp.Compare(x[0], y[0]); c != 0 {
			return c
		}
		x, y = x[1:], y[1:]
	}
	return cmp.Or(cmp.Compare(len(x), len(y)), cmp.Compare(a, b))
}

// digits returns how many ASCII digits text begins with.
func digits(text string) int {
	return len(text) - len(strings.TrimLeft(text, "0123456789"))
}

// compareNumbers compares digits of any length by their value.
func compareNumbers(a, b string) int {
	a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
}
