package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"sync"

	"github.com/gofrs/flock"

	"skein/internal/mail"
	"skein/internal/store"
)

// Reader implements store.Reader over a ledger file. It never writes.
type Reader struct {
	path   string
	stages Stages
	db     *sql.DB
	// looks holds a token for each look under way. There is one connection
	// more than there may be looks, for a look that prepares a statement needs
	// a second one, and all of them would wait for each other.
	looks      chan struct{}
	preparing  sync.Mutex
	statements map[string]*sql.Stmt
	counted    counted
}

// OpenReader opens the ledger at path for reading. A file that is not there
// gives store.ErrNotFound, another version store.ErrVersion.
func OpenReader(ctx context.Context, path string, stages Stages) (*Reader, error) {
	info, err := os.Stat(path)
	if err == nil && info.IsDir() {
		return nil, fmt.Errorf("ledger %s: %w", path, errFolder)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("ledger %s: %w: load mail with `ingest --store sqlite:%s PATH` first", path, store.ErrNotFound, path)
	}
	db, err := sql.Open("sqlite", dsn(path, "ro")+"&_pragma=query_only(1)&_pragma=busy_timeout(10000)"+
		"&_pragma=cache_size(-16384)&_pragma=temp_store(2)")
	if err != nil {
		return nil, fmt.Errorf("ledger %s: %w", path, err)
	}
	looks := 2 * runtime.GOMAXPROCS(0)
	db.SetMaxOpenConns(looks + 1)
	db.SetMaxIdleConns(looks + 1)
	r := &Reader{path: path, stages: stages, db: db, statements: map[string]*sql.Stmt{}, looks: make(chan struct{}, looks)}
	conn, err := db.Conn(ctx)
	if err == nil {
		err = errors.Join(checkVersions(ctx, conn, stages.Versions), conn.Close())
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("ledger %s: %w", path, reason(err)), db.Close())
	}
	return r, nil
}

// OpenAnyVersion opens a ledger to read what was kept in it, whatever the
// stages that read it were.
func OpenAnyVersion(ctx context.Context, path string) (*Reader, error) {
	return OpenReader(ctx, path, Stages{})
}

// Close implements store.Reader.
func (r *Reader) Close() error { return r.db.Close() }

// view is one look at the ledger: all its statements see the same state.
type view struct {
	r   *Reader
	ctx context.Context // of the one call it serves
	tx  *sql.Tx
}

// look runs ask over one state of the ledger.
func (r *Reader) look(ctx context.Context, ask func(v *view) error) error {
	select {
	case r.looks <- struct{}{}:
		defer func() { <-r.looks }()
	case <-ctx.Done():
		return r.failed(ctx.Err())
	}
	tx, err := r.db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return r.failed(err)
	}
	err = ask(&view{r, ctx, tx})
	if end := tx.Rollback(); err == nil && ctx.Err() == nil && end != nil {
		err = end
	}
	return r.failed(err)
}

func (r *Reader) failed(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("ledger %s: %w", r.path, reason(err))
}

// maxPrepared bounds the statements kept prepared: conditions come in as many
// shapes as there are searches.
const maxPrepared = 300

// prepared returns the prepared statement of a query, or nil when there are
// too many already.
func (r *Reader) prepared(query string) (*sql.Stmt, error) {
	r.preparing.Lock()
	defer r.preparing.Unlock()
	if s, ok := r.statements[query]; ok || len(r.statements) >= maxPrepared {
		return s, nil
	}
	s, err := r.db.PrepareContext(context.Background(), query)
	if err != nil {
		return nil, fmt.Errorf("%w in %q", err, query)
	}
	r.statements[query] = s
	return s, nil
}

// query runs a statement and calls row for each row.
func (v *view) query(row func(scan func(...any) error) error, query string, args ...any) error {
	s, err := v.r.prepared(query)
	if err != nil {
		return err
	}
	ask := func() (*sql.Rows, error) { return v.tx.QueryContext(v.ctx, query, args...) }
	if s != nil {
		ask = func() (*sql.Rows, error) { return v.tx.StmtContext(v.ctx, s).QueryContext(v.ctx, args...) }
	}
	rows, err := ask()
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

// number runs a statement that gives one number, 0 when it gives no row.
func (v *view) number(query string, args ...any) (int64, error) {
	var n int64
	err := v.query(func(scan func(...any) error) error { return scan(&n) }, query, args...)
	return n, err
}

// list writes row ids for json_each, which keeps their order.
func list(ids []int64) string {
	text, _ := json.Marshal(ids) // integers always can be written
	if ids == nil {
		return "[]"
	}
	return string(text)
}

// entryRows finds the entries of ids under a letter, 0 where there is none.
func (v *view) entryRows(ids []mail.ID, letter byte) ([]int64, error) {
	return v.rows(ids, letter, `SELECT entry_id FROM key WHERE hash = ?`)
}

// personRows finds the people of ids, 0 where there is none.
func (v *view) personRows(ids []mail.ID) ([]int64, error) {
	return v.rows(ids, mail.PersonLetter, `SELECT person_id FROM address WHERE hash = ?`)
}

func (v *view) rows(ids []mail.ID, letter byte, query string) ([]int64, error) {
	found := make([]int64, len(ids))
	for i, id := range ids {
		got, h, ok := id.Parse()
		if !ok || got != letter {
			continue
		}
		var err error
		if found[i], err = v.number(query, h[:]); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// counted keeps the counts of a revision, for counting reads whole tables.
type counted struct {
	sync.Mutex
	revision int64
	corpus   *mail.Corpus
	batches  []mail.Batch
}

// Corpus implements store.Reader.
func (r *Reader) Corpus(ctx context.Context) (mail.Corpus, error) {
	var c mail.Corpus
	err := r.count(ctx, func(known *counted) { c = *known.corpus })
	if since, loading := r.loading(); loading {
		c.Loading, c.Since = true, &since
	}
	return c, err
}

// Batches implements store.Reader.
func (r *Reader) Batches(ctx context.Context) ([]mail.Batch, error) {
	var batches []mail.Batch
	err := r.count(ctx, func(known *counted) { batches = append(batches, known.batches...) })
	return batches, err
}

// loading says whether a writer holds the ledger's lease, and since when, in
// epoch milliseconds.
func (r *Reader) loading() (since int64, loading bool) {
	name := r.path + ".lock"
	info, err := os.Stat(name)
	if err != nil {
		return 0, false
	}
	lease := flock.New(name, flock.SetFlag(os.O_RDONLY))
	if free, err := lease.TryRLock(); free || err != nil {
		_ = lease.Close() // it was held for this look alone
		return 0, false
	}
	return info.ModTime().UnixMilli(), true
}

func (r *Reader) count(ctx context.Context, use func(*counted)) error {
	r.counted.Lock()
	defer r.counted.Unlock()
	return r.look(ctx, func(v *view) error {
		now, err := v.point()
		if err != nil {
			return err
		}
		if r.counted.corpus == nil || r.counted.revision != now.Revision {
			corpus, err := v.corpus()
			if err != nil {
				return err
			}
			batches, err := v.batches()
			if err != nil {
				return err
			}
			corpus.Revision = now.Revision
			if now.At > 0 {
				corpus.Since = &now.At
			}
			r.counted.revision, r.counted.corpus, r.counted.batches = now.Revision, &corpus, batches
		}
		use(&r.counted)
		return nil
	})
}

func (v *view) corpus() (mail.Corpus, error) {
	var c mail.Corpus
	var first, last sql.NullInt64
	err := v.query(func(scan func(...any) error) error {
		return scan(&c.Messages, &c.Missing, &c.People, &c.Addresses, &c.Copies, &c.Batches,
			&c.Threads[mail.Certain], &c.Threads[mail.Probable], &first, &last)
	}, `SELECT (SELECT count(*) FROM entry WHERE missing = 0), (SELECT count(*) FROM entry WHERE missing = 1),
		(SELECT count(*) FROM person), (SELECT count(*) FROM address), (SELECT count(*) FROM copy),
		(SELECT count(*) FROM batch), (SELECT count(*) FROM thread WHERE views & 1),
		(SELECT count(*) FROM thread WHERE views & 2),
		(SELECT min(sent) FROM entry WHERE missing = 0 AND sent > ?1), (SELECT max(sent) FROM entry WHERE missing = 0 AND sent > ?1)`,
		store.Undated)
	c.FirstAt, c.LastAt = nullable(first), nullable(last)
	return c, err
}

func nullable(n sql.NullInt64) *int64 {
	if !n.Valid {
		return nil
	}
	return &n.Int64
}

// dated is a stored date as the contract gives it.
func dated(sent int64) *int64 {
	if sent == store.Undated {
		return nil
	}
	return &sent
}

func (v *view) batches() ([]mail.Batch, error) {
	var batches []mail.Batch
	err := v.query(func(scan func(...any) error) error {
		var b mail.Batch
		var hash []byte
		err := scan(&hash, &b.Collection, &b.Name, &b.Published, &b.Sources, &b.CopyCount, &b.MessageCount, &b.Rejected)
		if err != nil {
			return err
		}
		b.ID = mail.Hash(hash).ID(mail.BatchLetter)
		batches = append(batches, b)
		return nil
	}, `SELECT b.hash, l.name, b.name, b.published, (SELECT count(*) FROM source s WHERE s.batch_id = b.id),
		(SELECT count(*) FROM copy k JOIN source s ON s.id = k.source_id WHERE s.batch_id = b.id),
		(SELECT count(DISTINCT c.entry_id) FROM copy k JOIN source s ON s.id = k.source_id
			JOIN content c ON c.id = k.content_id WHERE s.batch_id = b.id),
		(SELECT count(*) FROM rejected j JOIN source s ON s.id = j.source_id WHERE s.batch_id = b.id)
		FROM batch b JOIN collection l ON l.id = b.collection_id`)
	sortBatches(batches)
	return batches, err
}

// Originals implements store.Reader: they are part of every ledger.
func (r *Reader) Originals() bool { return true }

// Original implements store.Reader.
func (r *Reader) Original(ctx context.Context, sha mail.SHA) ([]byte, error) {
	var raw []byte
	err := r.look(ctx, func(v *view) error {
		var err error
		raw, err = v.original(sha)
		return err
	})
	return raw, err
}

func (v *view) original(sha mail.SHA) ([]byte, error) {
	var at span
	size := int64(-1)
	scan := func(scan func(...any) error) error { return scan(&at.chunk, &at.pos, &size) }
	err := v.query(scan, `SELECT chunk_id, pos, size FROM content WHERE sha = ?`, sha[:])
	if err == nil && size < 0 {
		err = v.query(scan, `SELECT chunk_id, pos, size FROM rejected WHERE sha = ? LIMIT 1`, sha[:])
	}
	if err != nil {
		return nil, err
	}
	if size < 0 {
		return nil, fmt.Errorf("original %s: %w", sha, store.ErrNotFound)
	}
	return unpack(at, size, v.chunk)
}

func (v *view) chunk(id int64) ([]byte, error) {
	var data []byte
	err := v.query(func(scan func(...any) error) error { return scan(&data) }, `SELECT data FROM chunk WHERE id = ?`, id)
	if err != nil {
		return nil, err
	}
	return inflate(data)
}
