package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"skein/internal/mail"
)

// Checkpoint empties the write-ahead log of the ledger at path into the file,
// as far as its readers allow. The caller holds the lease.
func Checkpoint(ctx context.Context, path string) error {
	db, err := sql.Open("sqlite", dsn(path, "rw")+"&_pragma=busy_timeout(10000)")
	if err == nil {
		_, err = db.ExecContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`)
		err = errors.Join(err, db.Close())
	}
	if err != nil {
		return fmt.Errorf("ledger %s: %w", path, reason(err))
	}
	return nil
}

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
