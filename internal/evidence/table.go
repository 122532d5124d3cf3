package evidence

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// Table is a Markdown table.
type Table struct {
	Head []string
	rows [][]string
}

// Add appends a row; each cell is printed as fmt.Sprint does.
func (t *Table) Add(cells ...any) {
	row := make([]string, len(cells))
	for i, c := range cells {
		row[i] = strings.ReplaceAll(fmt.Sprint(c), "|", `\|`)
	}
	t.rows = append(t.rows, row)
}

// Empty says whether the table has no row.
func (t *Table) Empty() bool { return len(t.rows) == 0 }

// WriteTo writes the table and a blank line.
func (t *Table) WriteTo(w io.Writer) (int64, error) {
	var b strings.Builder
	line := func(cells []string) { fmt.Fprintf(&b, "| %s |\n", strings.Join(cells, " | ")) }
	line(t.Head)
	line(slices.Repeat([]string{"---"}, len(t.Head)))
	for _, row := range t.rows {
		line(row)
	}
	b.WriteByte('\n')
	n, err := io.WriteString(w, b.String())
	return int64(n), err
}

// Series is one figure measured several times.
type Series []float64

// Median returns the middle value, the mean of two where there are two; 0 for
// none.
func (s Series) Median() float64 {
	if len(s) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(s))
	half := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[half]
	}
	return (sorted[half-1] + sorted[half]) / 2
}

// Show prints the median, and least and greatest where there are several, by
// a verb such as "%.1f".
func (s Series) Show(verb string) string {
	if len(s) == 0 {
		return "not measured"
	}
	if len(s) == 1 {
		return fmt.Sprintf(verb, s[0])
	}
	return fmt.Sprintf(verb+" ("+verb+"–"+verb+")", s.Median(), slices.Min(s), slices.Max(s))
}
