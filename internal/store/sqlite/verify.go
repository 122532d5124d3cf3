package sqlite

import (
	"context"
	"crypto/sha256"
	"fmt"
	"iter"

	"skein/internal/mail"
)

// Verified is one kept item whose bytes were read again.
type Verified struct {
	Kept       // without bytes
	Size int64 // bytes
	Err  error // why its bytes are not what they were; nil when they are
}

// Verify reads the kept bytes of every item of a batch again, of all batches
// where name is "", and compares their SHA-256 with that of the load. Bytes
// that cannot be read are the Err of their items, so the sequence goes on
// behind them; its own error ends it.
func (r *Reader) Verify(ctx context.Context, collection, name string) iter.Seq2[Verified, error] {
	return func(yield func(Verified, error) bool) {
		stopped := false
		err := r.look(ctx, func(v *view) error {
			chunks := recent{load: v.chunk}
			return v.query(func(scan func(...any) error) error {
				k, at, size, err := scanKept(scan)
				if err != nil {
					return err
				}
				one := Verified{Kept: k, Size: size, Err: verify(k.Item.SHA, at, size, &chunks)}
				if err := ctx.Err(); err != nil {
					return err
				}
				if stopped = !yield(one, nil); stopped {
					return errStopped
				}
				return nil
			}, keptItems+`AND (?2 = '' OR l.name = ?1 AND b.name = ?2) ORDER BY i.chunk_id, i.pos`, collection, name)
		})
		if err != nil && !stopped {
			yield(Verified{}, err)
		}
	}
}

func verify(want mail.SHA, at span, size int64, chunks *recent) error {
	raw, err := unpack(at, size, chunks.get)
	if err != nil {
		return fmt.Errorf("its bytes cannot be read: %w", err)
	}
	if got := mail.SHA(sha256.Sum256(raw)); got != want {
		return fmt.Errorf("its bytes have the SHA-256 %s", got)
	}
	return nil
}

// Origin is where an item of a source lies.
type Origin struct {
	Path   string
	Offset int64
}

// SourceItems returns the SHA-256 of every item of a source, those of embedded
// mails left out, and what its file was; found is false when there is no such
// source.
func (r *Reader) SourceItems(ctx context.Context, batch mail.Hash, path string) (items map[Origin][]mail.SHA, f File, found bool, err error) {
	items = map[Origin][]mail.SHA{}
	err = r.look(ctx, func(v *view) error {
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
	return items, f, found, err
}
