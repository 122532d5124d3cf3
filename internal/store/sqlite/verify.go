package sqlite

import (
	"context"
	"crypto/sha256"
	"fmt"
	"iter"

	"skein/internal/mail"
	"skein/internal/store"
)

// SourceName names a source within a batch.
type SourceName struct{ Collection, Batch, Path string }

// Verified is one kept item that was read again.
type Verified struct {
	Source SourceName
	Item   store.Item // of a mail also its Stored and TextSHA, as they are kept
	Err    error      // why its bytes are not what they were; nil when they are
}

// Verify reads the kept bytes of every item of a batch again, of all batches
// where name is "", and compares their SHA-256 with that of the load. Copies of
// one content follow each other. Bytes that cannot be read are the Err of their
// items, so the sequence goes on behind them; its own error ends it.
func (r *Reader) Verify(ctx context.Context, collection, name string) iter.Seq2[Verified, error] {
	return func(yield func(Verified, error) bool) {
		stopped := false
		err := r.look(ctx, func(v *view) error {
			chunks := recent{load: v.chunk}
			var last Verified
			for _, items := range []string{verifiedCopies, verifiedRejected} {
				err := v.query(func(scan func(...any) error) error {
					one, at, size, err := scanVerified(scan)
					if err != nil {
						return err
					}
					if last.Item.SHA == one.Item.SHA && last.Item.Stored != nil {
						one.Item.Raw, one.Err = last.Item.Raw, last.Err
					} else {
						one.Item.Raw, one.Err = unpackVerified(one.Item.SHA, at, size, &chunks)
					}
					last = one
					if err := ctx.Err(); err != nil {
						return err
					}
					if stopped = !yield(one, nil); stopped {
						return errStopped
					}
					return nil
				}, items, collection, name)
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil && !stopped {
			yield(Verified{}, err)
		}
	}
}

// The items are read in the order of their bytes, by an index: no sorting keeps
// them all in memory.
const (
	verifiedColumns = `SELECT l.name, b.name, s.path, k.path, k.offset, `
	verifiedBatches = ` JOIN source s ON s.id = k.source_id JOIN batch b ON b.id = s.batch_id JOIN collection l ON l.id = b.collection_id
		WHERE b.retracting = 0 AND (?2 = '' OR l.name = ?1 AND b.name = ?2) ORDER BY `
	verifiedCopies = verifiedColumns + `k.part, '', c.chunk_id, c.pos, c.size, c.sha, c.facts, c.text_sha
		FROM content c CROSS JOIN copy k ON k.content_id = c.id` + verifiedBatches + `c.chunk_id, c.id`
	verifiedRejected = verifiedColumns + `'', k.reason, k.chunk_id, k.pos, k.size, k.sha, NULL, x''
		FROM rejected k` + verifiedBatches + `k.chunk_id, k.pos`
)

func scanVerified(scan func(...any) error) (one Verified, at span, size int64, err error) {
	var sha, textSHA []byte
	from, it := &one.Source, &one.Item
	err = scan(&from.Collection, &from.Batch, &from.Path, &it.Path, &it.Offset,
		&it.Part, &it.Rejected, &at.chunk, &at.pos, &size, &sha, &it.Stored, &textSHA)
	copy(it.SHA[:], sha)
	copy(it.TextSHA[:], textSHA)
	return one, at, size, err
}

func unpackVerified(want mail.SHA, at span, size int64, chunks *recent) ([]byte, error) {
	raw, err := unpack(at, size, chunks.get)
	if err != nil {
		return nil, fmt.Errorf("its bytes cannot be read: %w", err)
	}
	if got := mail.SHA(sha256.Sum256(raw)); got != want {
		return nil, fmt.Errorf("its bytes have the SHA-256 %s", got)
	}
	return raw, nil
}

// Sources lists the sources of a batch, of all batches where name is "", those
// without items too.
func (r *Reader) Sources(ctx context.Context, collection, name string) (all []SourceName, err error) {
	err = r.look(ctx, func(v *view) error {
		return v.query(func(scan func(...any) error) error {
			var s SourceName
			err := scan(&s.Collection, &s.Batch, &s.Path)
			all = append(all, s)
			return err
		}, `SELECT l.name, b.name, s.path FROM source s JOIN batch b ON b.id = s.batch_id JOIN collection l ON l.id = b.collection_id
			WHERE b.retracting = 0 AND (?2 = '' OR l.name = ?1 AND b.name = ?2)`, collection, name)
	})
	return all, err
}

// Origin is where an item of a source lies.
type Origin struct {
	Path   string
	Offset int64
}

// SourceItems returns the SHA-256 of every item of a source, those of embedded
// mails left out, and what its file was: nothing when there is no such source.
func (r *Reader) SourceItems(ctx context.Context, batch mail.Hash, path string) (items map[Origin][]mail.SHA, f File, err error) {
	items = map[Origin][]mail.SHA{}
	err = r.look(ctx, func(v *view) error {
		found := false
		var id, print int64
		var sha []byte
		err := v.query(func(scan func(...any) error) error {
			found = true
			return scan(&id, &print, &f.Size, &sha)
		}, `SELECT s.id, iif(s.complete, s.fingerprint, 0), s.size, s.sha FROM source s JOIN batch b ON b.id = s.batch_id
			WHERE b.hash = ? AND s.path = ?`, batch[:], path)
		if err != nil || !found {
			return err
		}
		f.Fingerprint = uint64(print)
		copy(f.SHA[:], sha)
		return v.query(func(scan func(...any) error) error {
			var at Origin
			var sha []byte
			if err := scan(&at.Path, &at.Offset, &sha); err != nil {
				return err
			}
			items[at] = append(items[at], mail.SHA(sha))
			return nil
		}, `SELECT k.path, k.offset, c.sha FROM copy k JOIN content c ON c.id = k.content_id WHERE k.source_id = ?1 AND k.part = ''
			UNION ALL SELECT path, offset, sha FROM rejected WHERE source_id = ?1`, id)
	})
	return items, f, err
}
