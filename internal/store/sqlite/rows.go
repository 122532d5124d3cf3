package sqlite

import (
	"context"
	"strings"
)

// rowsAtOnce is how many rows one statement inserts: what a statement costs by
// itself is more than what a row costs.
const rowsAtOnce = 40

// rows gathers rows of one table to insert many at once. They are in the table
// after flush.
type rows struct {
	l         *Ledger
	width     int    // values of a row
	many, one string // the statements
	args      []any
}

// rows gathers rows for a statement such as "INSERT INTO t", with a conflict
// clause or without.
func (l *Ledger) rows(into string, width int, suffix string) *rows {
	tuple := "(" + strings.TrimSuffix(strings.Repeat("?, ", width), ", ") + ")"
	return &rows{
		l: l, width: width,
		one:  into + " VALUES " + tuple + suffix,
		many: into + " VALUES " + strings.TrimSuffix(strings.Repeat(tuple+", ", rowsAtOnce), ", ") + suffix,
	}
}

func (r *rows) add(ctx context.Context, values ...any) error {
	r.args = append(r.args, values...)
	if len(r.args) < rowsAtOnce*r.width {
		return nil
	}
	err := r.l.exec(ctx, r.many, r.args...)
	r.args = r.args[:0]
	return err
}

// flush inserts what is left.
func (r *rows) flush(ctx context.Context) error {
	for at := 0; at < len(r.args); at += r.width {
		if err := r.l.exec(ctx, r.one, r.args[at:at+r.width]...); err != nil {
			return err
		}
	}
	r.args = r.args[:0]
	return nil
}
