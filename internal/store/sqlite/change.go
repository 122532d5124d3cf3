package sqlite

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"skein/internal/mail"
	"skein/internal/store"
)

// changes names what one round, or several in a row, changed of the graph: the
// numbers of rows that are new or changed, and, because rows go and numbers
// come again, the public names of what is gone. What they hold is read from
// the ledger when it is published, so a change that a later one undid costs a
// look and no more.
type changes struct {
	Entries, Threads, Addresses, People touched
	Place                               set // entries that stand elsewhere
	Uses                                set // addresses that a person uses anew
	Ties                                map[[2]int64]bool
	Batches                             set
	Gone                                store.Gone
	Rejected                            []rejectedKey
}

// touched are rows of one table: new ones, and others whose body changed.
type touched struct{ New, Changed set }

// set is row numbers.
type set map[int64]bool

type rejectedKey struct {
	Source int64
	Path   string
	Offset int64
	SHA    mail.SHA
}

func newChanges() *changes {
	table := func() touched { return touched{set{}, set{}} }
	return &changes{
		Entries: table(), Threads: table(), Addresses: table(), People: table(),
		Place: set{}, Uses: set{}, Ties: map[[2]int64]bool{}, Batches: set{},
	}
}

func (t touched) row(id int64, fresh bool) {
	if fresh {
		t.New[id] = true
	} else {
		t.Changed[id] = true
	}
}

// MarshalJSON writes the numbers in order, each as the difference from the one
// before, which compresses to little.
func (s set) MarshalJSON() ([]byte, error) {
	ids := s.sorted()
	for i := len(ids) - 1; i > 0; i-- {
		ids[i] -= ids[i-1]
	}
	return json.Marshal(ids)
}

// UnmarshalJSON adds the numbers that MarshalJSON wrote.
func (s *set) UnmarshalJSON(text []byte) error {
	var steps []int64
	if err := json.Unmarshal(text, &steps); err != nil {
		return err
	}
	if *s == nil {
		*s = set{}
	}
	id := int64(0)
	for _, step := range steps {
		id += step
		(*s)[id] = true
	}
	return nil
}

func (s set) sorted() []int64 { return slices.Sorted(maps.Keys(s)) }

// stored is changes as they are kept.
type stored struct {
	Entries, Threads, Addresses, People touched
	Place, Uses, Batches                set
	Ties                                map[int64]set // by sender
	Gone                                store.Gone
	Rejected                            []rejectedKey
}

func (c *changes) stored() stored {
	s := stored{
		Entries: c.Entries, Threads: c.Threads, Addresses: c.Addresses, People: c.People,
		Place: c.Place, Uses: c.Uses, Batches: c.Batches, Gone: c.Gone, Rejected: c.Rejected, Ties: map[int64]set{},
	}
	for tie := range c.Ties {
		if s.Ties[tie[0]] == nil {
			s.Ties[tie[0]] = set{}
		}
		s.Ties[tie[0]][tie[1]] = true
	}
	return s
}

// none says whether nothing changed.
func (c *changes) none() bool {
	n := len(c.Place) + len(c.Uses) + len(c.Ties) + len(c.Batches) + len(c.Rejected)
	for _, t := range []touched{c.Entries, c.Threads, c.Addresses, c.People} {
		n += len(t.New) + len(t.Changed)
	}
	g := c.Gone
	return n+len(g.Messages)+len(g.Threads)+len(g.People)+len(g.Addresses)+len(g.Batches) == 0
}

// merge adds what a later round changed. A thing is new when the first round
// that touched it made it; its later rounds need not be told.
func (c *changes) merge(data []byte) error {
	plain, err := decoder.DecodeAll(data, nil)
	if err != nil {
		return err
	}
	s := c.stored()
	s.Gone, s.Rejected = store.Gone{}, nil
	if err := json.Unmarshal(plain, &s); err != nil {
		return err
	}
	for from, tos := range s.Ties {
		for to := range tos {
			c.Ties[[2]int64{from, to}] = true
		}
	}
	c.Rejected = append(c.Rejected, s.Rejected...)
	c.Gone.Messages = append(c.Gone.Messages, s.Gone.Messages...)
	c.Gone.Threads = append(c.Gone.Threads, s.Gone.Threads...)
	c.Gone.People = append(c.Gone.People, s.Gone.People...)
	c.Gone.Addresses = append(c.Gone.Addresses, s.Gone.Addresses...)
	c.Gone.Batches = append(c.Gone.Batches, s.Gone.Batches...)
	return nil
}

// record keeps what the round changed under a new revision; a round that
// changed nothing of the graph leaves no trace.
func (r *Round) record() error {
	if r.changed.none() {
		return nil
	}
	text, err := json.Marshal(r.changed.stored())
	if err != nil {
		return err
	}
	token := make([]byte, 8)
	_, _ = rand.Read(token) // never fails
	return r.l.exec(r.ctx, `INSERT INTO change(token, at, data) VALUES(?, ?, ?)`,
		hex.EncodeToString(token), time.Now().UnixMilli(), encoder.EncodeAll(text, nil))
}

// point returns the state of the ledger.
func (v *view) point() (store.Point, error) {
	var p store.Point
	err := v.query(func(scan func(...any) error) error { return scan(&p.Revision, &p.Token, &p.At) },
		`SELECT revision, token, at FROM change ORDER BY revision DESC LIMIT 1`)
	return p, err
}

// since merges what changed after a point in this ledger's past.
func (v *view) since(p store.Point) (*changes, error) {
	if p.Revision != 0 {
		n, err := v.number(`SELECT count(*) FROM change WHERE revision = ? AND token = ?`, p.Revision, p.Token)
		if err != nil {
			return nil, err
		}
		if n == 0 {
			return nil, ErrDiverged
		}
	}
	c := newChanges()
	err := v.query(func(scan func(...any) error) error {
		var data []byte
		if err := scan(&data); err != nil {
			return err
		}
		return c.merge(data)
	}, `SELECT data FROM change WHERE revision > ? ORDER BY revision`, p.Revision)
	return c, err
}
