package sqlite

import (
	"context"
	"iter"

	"skein/internal/mail"
	"skein/internal/store"
)

// Kept is one item as it was kept: its bytes and origin, nothing decided.
type Kept struct {
	Batch  store.Batch
	Source string
	Format string // of the source
	File   File   // of the source, when it was read to its end
	Item   store.Item
}

// Kept yields every copy and every rejected item with its bytes, source by
// source, so that a ledger can be made anew from it; mails inside others are
// found in those again. A batch that is being
// taken back is left out: what is left of it would go anyway.
func (r *Reader) Kept(ctx context.Context) iter.Seq2[Kept, error] {
	return func(yield func(Kept, error) bool) {
		stopped := false
		err := r.look(ctx, func(v *view) error {
			chunks := recent{load: v.chunk}
			return v.query(func(scan func(...any) error) error {
				k, at, size, err := scanKept(scan)
				if err == nil {
					k.Item.Raw, err = unpack(at, size, chunks.get)
				}
				if err != nil {
					return err
				}
				if stopped = !yield(k, nil); stopped {
					return errStopped
				}
				return nil
			}, keptItems+`AND i.part = '' ORDER BY s.id, i.chunk_id, i.pos`)
		})
		if err != nil && !stopped {
			yield(Kept{}, err)
		}
	}
}

// keptItems selects what scanKept reads.
const keptItems = `SELECT l.name, l.owners, b.name, b.published, b.url, s.path, s.format, iif(s.complete, s.fingerprint, 0), s.size, s.sha,
				i.path, i.part, i.offset, i.publisher_id, i.fingerprint, i.reason, i.chunk_id, i.pos, i.size, i.sha
				FROM batch b JOIN collection l ON l.id = b.collection_id JOIN source s ON s.batch_id = b.id JOIN (
					SELECT k.source_id, k.path, k.part, k.offset, k.publisher_id, k.fingerprint, '' AS reason,
						c.chunk_id, c.pos, c.size, c.sha FROM copy k JOIN content c ON c.id = k.content_id
					UNION ALL SELECT source_id, path, '', offset, '', fingerprint, reason, chunk_id, pos, size, sha FROM rejected
				) i ON i.source_id = s.id WHERE b.retracting = 0 `

// scanKept reads one item, and where its bytes are.
func scanKept(scan func(...any) error) (k Kept, at span, size int64, err error) {
	var owners, sha, fileSHA []byte
	var sourcePrint, itemPrint int64
	it := &k.Item
	err = scan(&k.Batch.Collection, &owners, &k.Batch.Name, &k.Batch.Published, &k.Batch.URL, &k.Source, &k.Format, &sourcePrint, &k.File.Size, &fileSHA,
		&it.Path, &it.Part, &it.Offset, &it.PublisherID, &itemPrint, &it.Rejected, &at.chunk, &at.pos, &size, &sha)
	if err != nil {
		return k, at, size, err
	}
	k.File.Fingerprint, it.Fingerprint, it.SHA = uint64(sourcePrint), uint64(itemPrint), mail.SHA(sha)
	copy(k.File.SHA[:], fileSHA)
	k.Batch.Owners, err = ownerList(owners)
	return k, at, size, err
}

// recent keeps the chunk read last, for its neighbours come next.
type recent struct {
	load  func(int64) ([]byte, error)
	id    int64
	plain []byte
}

func (c *recent) get(id int64) ([]byte, error) {
	if c.id == id && c.plain != nil {
		return c.plain, nil
	}
	plain, err := c.load(id)
	c.id, c.plain = id, plain
	return plain, err
}
