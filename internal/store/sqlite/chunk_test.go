package sqlite

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
)

// chunks packs mails, each for a batch, and returns where they begin and the
// chunks as they are kept.
func chunks(mails [][]byte, batches []int64) ([]span, []*packed) {
	p := packer{next: 7}
	var at []span
	for i, raw := range mails {
		at = append(at, p.add(batches[i], raw))
	}
	p.flush()
	p.work.Wait()
	return at, p.pending
}

// TestPackerOfLargeMail has chunks of one huge mail stored before it is packed
// whole, and in order.
func TestPackerOfLargeMail(t *testing.T) {
	var stored []int64
	p := packer{next: 7, store: func(c *packed) error { stored = append(stored, c.id); return nil }}
	raw := make([]byte, hugeMail+maxChunk/2)
	if at := p.add(1, raw); at != (span{7, 0}) {
		t.Errorf("got the mail at %v, want the first chunk", at)
	}
	if got, want := len(stored), hugeMail/maxChunk; got != want || len(p.pending) != 1 || p.bytes != maxChunk/2 {
		t.Errorf("got %d chunks stored, and %d with %d bytes waiting, want %d, and one half", got, len(p.pending), p.bytes, want)
	}
	if err := p.write(); err != nil {
		t.Fatal(err)
	}
	for i, id := range stored {
		if id != int64(7+i) {
			t.Fatalf("got chunk %d at place %d, want %d", id, i, 7+i)
		}
	}
	full := errors.New("the disk is full")
	p = packer{store: func(*packed) error { return full }}
	p.add(1, raw)
	p.add(1, []byte("next"))
	if err := p.write(); !errors.Is(err, full) {
		t.Errorf("a disk that is full: got %v, want %v", err, full)
	}
}

func noise(dice *rand.Rand, size int) []byte {
	b := make([]byte, size)
	for i := range b {
		b[i] = byte(dice.Uint32())
	}
	return b
}

// TestPacker packs mails of awkward lengths and reads each again.
func TestPacker(t *testing.T) {
	dice := rand.New(rand.NewPCG(1, 2))
	sizes := []int{0, 1, chunkSize - 1, 1, chunkSize, maxChunk, maxChunk - 1, 2, maxChunk + 1, 3*maxChunk + 5, 0, 10, 2 * maxChunk, 100, 100}
	mails, batches := make([][]byte, len(sizes)), make([]int64, len(sizes))
	for i, size := range sizes {
		mails[i], batches[i] = noise(dice, size), int64(1+i/8)
	}
	at, kept := chunks(mails, batches)
	byID := map[int64]*packed{}
	for i, c := range kept {
		plain, err := inflate(c.data)
		if err != nil {
			t.Fatal(err)
		}
		if c.id != int64(7+i) || len(plain) == 0 || len(plain) > maxChunk {
			t.Errorf("chunk %d has id %d and %d bytes, want id %d and 1 to %d bytes", i, c.id, len(plain), 7+i, maxChunk)
		}
		byID[c.id] = c
	}
	for i, raw := range mails {
		var read []int64
		got, err := unpack(at[i], int64(len(raw)), func(id int64) ([]byte, error) {
			read = append(read, id)
			return inflate(byID[id].data)
		})
		if err != nil || !bytes.Equal(got, raw) {
			t.Errorf("mail %d of %d bytes: got %d bytes, error %v", i, len(raw), len(got), err)
		}
		if most := len(raw)/maxChunk + 2; len(read) > most {
			t.Errorf("mail %d of %d bytes lies in %d chunks, want at most %d", i, len(raw), len(read), most)
		}
		for _, id := range read {
			if byID[id].batch != batches[i] {
				t.Errorf("mail %d of batch %d lies in a chunk of batch %d", i, batches[i], byID[id].batch)
			}
		}
	}
}

func TestUnpackOfDamage(t *testing.T) {
	for _, test := range []struct {
		name  string
		at    span
		plain string
	}{
		{"empty chunk", span{1, 0}, ""},
		{"position behind its end", span{1, 9}, "abc"},
	} {
		_, err := unpack(test.at, 5, func(int64) ([]byte, error) { return []byte(test.plain), nil })
		if want := "chunk 1 is shorter than its contents"; err == nil || err.Error() != want {
			t.Errorf("%s: got error %v, want %q", test.name, err, want)
		}
	}
	broken := errors.New("broken")
	if _, err := unpack(span{1, 0}, 5, func(int64) ([]byte, error) { return nil, broken }); !errors.Is(err, broken) {
		t.Errorf("chunk that cannot be read: got %v, want %v", err, broken)
	}
	// A size that a damaged row claims does not take that much memory at once.
	_, err := unpack(span{1, 0}, 1<<60, func(id int64) ([]byte, error) {
		if id > 3 {
			return nil, fmt.Errorf("no chunk %d", id)
		}
		return []byte("abc"), nil
	})
	if err == nil {
		t.Error("a size of 1<<60: got no error, want one")
	}
	if _, err := inflate([]byte("no zstd")); err == nil {
		t.Error("inflate of no zstd: got no error, want one")
	}
}
