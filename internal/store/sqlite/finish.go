package sqlite

import (
	"context"

	"skein/internal/mail"
)

// Finish ends a run: it gives SQLite's planner its statistics, empties the
// write-ahead log into the file, and counts what the ledger holds.
func (l *Ledger) Finish(ctx context.Context) (mail.Corpus, error) {
	var c mail.Corpus
	err := l.query(ctx, func(scan func(...any) error) error {
		return scan(&c.Messages, &c.Missing, &c.Threads[mail.Certain], &c.Threads[mail.Probable])
	}, `SELECT (SELECT count(*) FROM entry WHERE missing = 0), (SELECT count(*) FROM entry WHERE missing = 1),
		(SELECT count(*) FROM thread WHERE views & 1), (SELECT count(*) FROM thread WHERE views & 2)`)
	if err != nil {
		return c, reason(err)
	}
	for _, pragma := range []string{`PRAGMA optimize`, `PRAGMA wal_checkpoint(TRUNCATE)`} {
		if err := l.query(ctx, func(func(...any) error) error { return nil }, pragma); err != nil {
			return c, reason(err)
		}
	}
	return c, nil
}
