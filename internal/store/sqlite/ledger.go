// Package sqlite is the ledger: one file that keeps the originals, the facts
// read from them and everything decided about them. It is written by one
// holder of its lease, in rounds, each one transaction; it is read by any
// number of readers meanwhile.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"time"

	"github.com/gofrs/flock"
	driver "modernc.org/sqlite" // for database/sql, too
	codes "modernc.org/sqlite/lib"

	"skein/internal/store"
)

// Ledger is the writer. It is used by one goroutine, but for Known and File.
type Ledger struct {
	path       string
	lock       *flock.Flock
	db         *sql.DB
	conn       *sql.Conn
	peek       *sql.DB // reads beside a round; opened when asked for
	peeking    sync.Mutex
	statements map[string]*sql.Stmt
	last       struct{ content, key, entry, thread, address, person, chunk, source, attachment int64 }
	stages     Stages
}

// Stages is what a ledger must know of the stages before it.
type Stages struct {
	// Versions of the stages whose results are kept. A ledger of other
	// versions is refused until it is rebuilt.
	Versions map[string]int
	// Text reads again the text of a mail, which is not kept beside it.
	Text func(raw []byte) string
	// Recent remembers texts between a ledger and its reader; nil for none.
	Recent *Texts
}

// Open opens the ledger at path for writing, and creates it when it is not
// there. Another holder gives store.ErrBusy, another version of a stage
// store.ErrVersion.
func Open(ctx context.Context, path string, stages Stages) (*Ledger, error) {
	lock, err := Lease(ctx, path)
	if err != nil {
		return nil, err
	}
	l := &Ledger{path: path, lock: lock, statements: map[string]*sql.Stmt{}, stages: stages}
	if err := l.open(ctx); err != nil {
		l.Close()
		return nil, fmt.Errorf("ledger %s: %w", path, reason(err))
	}
	return l, nil
}

// Lease takes the writer's lease of the ledger at path, which ends with Close
// or with this process. Another holder gives store.ErrBusy.
func Lease(ctx context.Context, path string) (*flock.Flock, error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return nil, fmt.Errorf("ledger %s: %w", path, errFolder)
	}
	lock := flock.New(path + ".lock")
	held, err := take(ctx, lock)
	if err != nil {
		return nil, fmt.Errorf("ledger %s: %w", path, reason(err))
	}
	if !held {
		return nil, fmt.Errorf("ledger %s: %w: another run is writing it", path, store.ErrBusy)
	}
	// The time of the lock tells readers since when there is a writer.
	if now := time.Now(); os.Chtimes(path+".lock", now, now) != nil {
		return nil, errors.Join(fmt.Errorf("ledger %s: its lock cannot be written", path), lock.Close())
	}
	return lock, nil
}

var errFolder = errors.New("it is a folder, not a file")

// take takes the lease. It tries for a moment, for a reader holds it, shared,
// as long as it takes to see whether there is a writer.
func take(ctx context.Context, lock *flock.Flock) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, 200*time.Millisecond)
	defer cancel()
	held, err := lock.TryLockContext(ctx, 10*time.Millisecond)
	if errors.Is(err, context.DeadlineExceeded) {
		return false, nil
	}
	return held, err
}

func (l *Ledger) open(ctx context.Context) error {
	var err error
	if l.db, err = sql.Open("sqlite", dsn(l.path, "rwc")); err != nil {
		return err
	}
	l.db.SetMaxOpenConns(1)
	if l.conn, err = l.db.Conn(ctx); err != nil {
		return err
	}
	var tables int
	if err := l.conn.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_schema`).Scan(&tables); err != nil {
		return err
	}
	// Checked first, for the pragmas would change a database that is not ours.
	if tables > 0 {
		if err := checkVersions(ctx, l.conn, l.stages.Versions); err != nil {
			return err
		}
	}
	if _, err = l.conn.ExecContext(ctx, writerPragmas); err != nil {
		return err
	}
	if tables == 0 {
		if err := l.create(ctx); err != nil {
			return err
		}
	}
	return l.lastIDs(ctx)
}

// create writes the tables into an empty file, in one transaction.
func (l *Ledger) create(ctx context.Context) error {
	if err := l.exec(ctx, `BEGIN IMMEDIATE`); err != nil {
		return err
	}
	if _, err := l.conn.ExecContext(ctx, schema); err != nil {
		return errors.Join(err, l.exec(ctx, `ROLLBACK`))
	}
	values := map[string]int{"ledger": ledgerVersion}
	for stage, version := range l.stages.Versions {
		values["stage "+stage] = version
	}
	for name, value := range values {
		if err := l.exec(ctx, `INSERT INTO meta VALUES(?, ?)`, name, value); err != nil {
			return errors.Join(err, l.exec(ctx, `ROLLBACK`))
		}
	}
	return l.exec(ctx, `COMMIT`)
}

// lastIDs reads where each table's ids have come to: one writer hands them out.
func (l *Ledger) lastIDs(ctx context.Context) error {
	for table, last := range map[string]*int64{
		"content": &l.last.content, "key": &l.last.key, "entry": &l.last.entry, "thread": &l.last.thread,
		"address": &l.last.address, "person": &l.last.person, "chunk": &l.last.chunk, "source": &l.last.source,
		"attachment": &l.last.attachment,
	} {
		if err := l.conn.QueryRowContext(ctx, `SELECT coalesce(max(id), 0) FROM `+table).Scan(last); err != nil {
			return err
		}
	}
	return nil
}

// Path returns the file's path.
func (l *Ledger) Path() string { return l.path }

// Close ends the writer and gives its lease back.
func (l *Ledger) Close() error {
	var errs []error
	if l.conn != nil {
		for _, s := range l.statements {
			errs = append(errs, s.Close())
		}
		errs = append(errs, l.conn.Close())
	}
	for _, db := range []*sql.DB{l.peek, l.db} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(append(errs, l.lock.Close())...)
}

// exec runs a statement, prepared once.
func (l *Ledger) exec(ctx context.Context, query string, args ...any) error {
	s, err := l.prepared(ctx, query)
	if err != nil {
		return err
	}
	_, err = s.ExecContext(ctx, args...)
	return err
}

func (l *Ledger) prepared(ctx context.Context, query string) (*sql.Stmt, error) {
	if s, ok := l.statements[query]; ok {
		return s, nil
	}
	s, err := l.conn.PrepareContext(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("prepare %q: %w", query, err)
	}
	l.statements[query] = s
	return s, nil
}

// query runs a prepared statement and calls row for each row.
func (l *Ledger) query(ctx context.Context, row func(scan func(...any) error) error, query string, args ...any) error {
	s, err := l.prepared(ctx, query)
	if err != nil {
		return err
	}
	rows, err := s.QueryContext(ctx, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// dsn names a file to the driver. The path is escaped, for it may hold what
// a URI gives a meaning to.
func dsn(path, mode string) string {
	escaped := strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(filepath.ToSlash(path))
	return "file:" + escaped + "?mode=" + mode
}

// checkVersions refuses a file that other versions of the stages have made.
func checkVersions(ctx context.Context, conn *sql.Conn, versions map[string]int) error {
	rows, err := conn.QueryContext(ctx, `SELECT name, value FROM meta`)
	if err != nil {
		return fmt.Errorf("this is not a ledger of Skein: %w", err)
	}
	defer rows.Close()
	have := map[string]int{}
	for rows.Next() {
		var name string
		var value any
		if err := rows.Scan(&name, &value); err != nil {
			return err
		}
		if n, ok := value.(int64); ok {
			have[name] = int(n)
		}
	}
	if have["ledger"] != ledgerVersion {
		return fmt.Errorf("%w: its tables are version %d, this program's are %d; load it anew from its sources",
			store.ErrVersion, have["ledger"], ledgerVersion)
	}
	var differ []string
	for stage, version := range versions {
		if have["stage "+stage] != version {
			differ = append(differ, fmt.Sprintf("%s %d (here %d)", stage, have["stage "+stage], version))
		}
	}
	if len(differ) > 0 {
		sort.Strings(differ)
		return fmt.Errorf("%w: it was made by %s; run `ingest rebuild` to decide it anew from its originals",
			store.ErrVersion, strings.Join(differ, ", "))
	}
	return rows.Err()
}

// reason says in plain words what SQLite or the file system complains of.
func reason(err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return errors.New("its folder does not exist")
	case errors.Is(err, os.ErrPermission):
		return errors.New("permission denied")
	}
	var failed *driver.Error
	if !errors.As(err, &failed) {
		return err
	}
	switch failed.Code() & 0xff { // the rest tells more of the same
	case codes.SQLITE_FULL:
		return fmt.Errorf("the disk is full; nothing of this round is kept: %w", err)
	case codes.SQLITE_CANTOPEN:
		return fmt.Errorf("it cannot be opened: %w", err)
	case codes.SQLITE_IOERR:
		return fmt.Errorf("it could not be read or written: %w", err)
	case codes.SQLITE_READONLY:
		return fmt.Errorf("it may not be written: %w", err)
	case codes.SQLITE_NOTADB:
		return fmt.Errorf("the file is not a ledger of Skein: %w", err)
	case codes.SQLITE_BUSY:
		return fmt.Errorf("%w: %w", store.ErrBusy, err)
	}
	return err
}
