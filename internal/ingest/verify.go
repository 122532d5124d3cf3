package ingest

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"

	"skein/internal/mail"
	"skein/internal/mailbox"
	"skein/internal/parse"
	"skein/internal/store"
	"skein/internal/store/sqlite"
)

// Verification tells what was read again, and what is not as it was loaded.
type Verification struct {
	Sources  []*VerifiedSource `json:"sources"` // by batch, then by path
	Failures []Failure         `json:"failures"`
}

// VerifiedSource is what became of the items of one source.
type VerifiedSource struct {
	Collection string `json:"collection"`
	Batch      string `json:"batch"`
	Path       string `json:"path"`
	State      State  `json:"state"`
	Kept       Tally  `json:"kept"`            // originals in the ledger
	Files      *Tally `json:"files,omitempty"` // the same items in the files; nil when these were not asked for
	missing    bool   // nothing of it was met
}

// State is what a verification comes to for a source.
type State string

// The states. The worst is told.
const (
	Confirmed State = "confirmed" // all that was read is as it was loaded
	Changed   State = "changed"   // the files hold something else
	Missing   State = "missing"   // it is in the ledger, and not below the paths
	Damaged   State = "damaged"   // what the ledger keeps is not as it was kept
)

func (s *VerifiedSource) state() State {
	switch {
	case s.Kept.Failed > 0:
		return Damaged
	case s.missing:
		return Missing
	case s.Files != nil && s.Files.Failed > 0:
		return Changed
	}
	return Confirmed
}

// Tally counts items that are as they were, and those that are not.
type Tally struct {
	Confirmed int `json:"confirmed"`
	Failed    int `json:"failed"`
}

// Failure is one thing that is not as it was loaded.
type Failure struct {
	Where      string `json:"where"` // ledger or file
	Collection string `json:"collection"`
	Batch      string `json:"batch"`
	Source     string `json:"source"`
	Path       string `json:"path"`
	Part       string `json:"part,omitempty"`
	Offset     int64  `json:"offset"` // bytes
	Reason     string `json:"reason"`
}

// Error is a sentence.
func (f Failure) Error() string {
	part := ""
	if f.Part != "" {
		part = " part " + f.Part
	}
	return fmt.Sprintf("%s, batch %s: %s%s at byte %d: %s", f.Where, f.Batch, f.Path, part, f.Offset, f.Reason)
}

// Verify reads the originals that the ledger keeps again, those of o.Batch or
// of all batches where it is "", and compares the SHA-256 of every item and
// what it says with what is kept. Where o names paths, it also reads the files
// below them as a load with the same options would, and compares every item and
// every file of many mails. told is called now and then with how many items
// were read.
func Verify(ctx context.Context, o Options, told func(items int)) (*Verification, error) {
	o = o.withDefaults()
	r, err := sqlite.OpenReader(ctx, o.Ledger, Stages())
	if err != nil {
		return nil, err
	}
	defer r.Close()
	v := &verifying{
		o: o, ctx: ctx, ledger: r, told: told, sources: map[sqlite.SourceName]*VerifiedSource{},
		meant: map[[2]string]bool{}, failures: []Failure{},
	}
	sources, err := r.Sources(ctx, o.Collection, o.Batch)
	if err != nil {
		return nil, err
	}
	if len(sources) == 0 && o.Batch != "" {
		return nil, fmt.Errorf("%w: collection %s has no batch %q; `ingest status` lists batches and their collections", store.ErrNotFound, o.Collection, o.Batch)
	}
	for _, name := range sources {
		v.source(name)
	}
	if err := v.kept(); err != nil {
		return nil, err
	}
	for _, path := range o.Paths {
		if err := v.path(path); err != nil {
			return nil, err
		}
	}
	v.absent()
	return v.result(), ctx.Err()
}

// absent tells of sources that were not met below the paths, of every batch
// that these were meant to hold or did hold something of.
func (v *verifying) absent() {
	for _, s := range v.sources {
		if s.Files == nil && v.meant[[2]string{s.Collection, s.Batch}] {
			s.Files, s.missing = &Tally{Failed: s.Kept.Confirmed + s.Kept.Failed}, true
			v.fail(Failure{
				Where: "file", Collection: s.Collection, Batch: s.Batch, Source: s.Path, Path: s.Path,
				Reason: "is in the ledger, and not below the paths that were given",
			})
		}
	}
}

type verifying struct {
	o        Options
	ctx      context.Context // of the one call it serves
	ledger   *sqlite.Reader
	told     func(int)
	items    int
	sources  map[sqlite.SourceName]*VerifiedSource
	meant    map[[2]string]bool // collections and batches that the paths stand for
	failures []Failure
}

func (v *verifying) source(name sqlite.SourceName) *VerifiedSource {
	if v.sources[name] == nil {
		v.sources[name] = &VerifiedSource{Collection: name.Collection, Batch: name.Batch, Path: name.Path}
	}
	return v.sources[name]
}

func (v *verifying) fail(f Failure) { v.failures = append(v.failures, f) }

func (v *verifying) read() {
	if v.items++; v.items%1000 == 0 {
		v.told(v.items)
	}
}

// kept checks what the ledger keeps.
func (v *verifying) kept() error {
	var last mail.SHA // copies of one content follow each other
	var unlike error
	for one, err := range v.ledger.Verify(v.ctx, v.o.Collection, v.o.Batch) {
		if err != nil {
			return err
		}
		v.read()
		if err = one.Err; err == nil && one.Item.Stored != nil {
			if one.Item.SHA != last {
				last, unlike = one.Item.SHA, sameFacts(&one.Item)
			}
			err = unlike
		}
		s := v.source(one.Source)
		if err == nil {
			s.Kept.Confirmed++
			continue
		}
		s.Kept.Failed++
		v.fail(Failure{
			"ledger", s.Collection, s.Batch, s.Path, one.Item.Path, one.Item.Part, one.Item.Offset,
			fmt.Sprintf("the mail of SHA-256 %s: %v", one.Item.SHA, err),
		})
	}
	return nil
}

// sameFacts reads a kept mail anew. Its error says that what is kept of it is
// something else.
func sameFacts(kept *store.Item) error {
	read, err := parse.Message(kept.Raw)
	if err != nil {
		return err
	}
	read.Within(len(kept.Raw)) // it may add to the facts
	again := store.Item{Facts: read.Facts, Text: read.Text}
	if err := again.Seal(); err != nil {
		return err
	}
	if again.TextSHA != kept.TextSHA || !bytes.Equal(again.Stored, kept.Stored) {
		return errors.New("what the ledger has read of it is not what its bytes say")
	}
	return nil
}

// path checks the sources below one path, which stands for its batch, or for
// those of the manifest, even when nothing of them is there any more.
func (v *verifying) path(arg string) error {
	before := v.items
	for _, b := range v.o.batches(arg, ".") {
		v.meant[[2]string{b.Collection, b.Name}] = true
	}
	own := ledgerFiles(arg, v.o.Ledger)
	for source, err := range mailbox.Walk(v.ctx, arg, v.o.Mailbox) {
		if err != nil {
			if v.ctx.Err() != nil {
				return v.ctx.Err()
			}
			v.unread(arg, err.Error())
			continue
		}
		if err := v.files(arg, source, own); err != nil {
			return err
		}
	}
	if v.items == before && !v.expected() {
		v.unread(arg, "nothing is there, and the ledger holds nothing that was")
	}
	return nil
}

// unread tells of a path itself.
func (v *verifying) unread(arg, reason string) {
	v.fail(Failure{Where: "file", Collection: v.o.Collection, Batch: v.o.batch(arg, ".").Name, Path: arg, Reason: reason})
}

// expected says whether the ledger holds a source of what the paths stand for.
func (v *verifying) expected() bool {
	for _, s := range v.sources {
		if v.meant[[2]string{s.Collection, s.Batch}] {
			return true
		}
	}
	return false
}

// awaited are the items of a source in one batch that were not met yet.
type awaited struct {
	source *VerifiedSource
	items  map[sqlite.Origin][]mail.SHA
	file   sqlite.File
}

// files checks the items of one source, in whichever batches they are.
func (v *verifying) files(arg string, s mailbox.Source, own map[string]bool) error {
	open := map[string]*awaited{} // by batch
	for item, err := range s.Items(v.ctx, nil) {
		if err != nil {
			if v.ctx.Err() != nil {
				return v.ctx.Err()
			}
			v.fail(Failure{Where: "file", Collection: v.o.Collection, Source: s.Path, Path: s.Path, Reason: err.Error()})
			continue
		}
		if own[item.Path] {
			continue
		}
		a, err := v.await(v.o.batch(arg, item.Path), s, open)
		if err != nil {
			return err
		}
		v.read()
		a.met(v, item)
	}
	if len(open) == 0 && s.Fingerprint != 0 { // a file without items
		if _, err := v.await(v.o.batch(arg, s.Path), s, open); err != nil {
			return err
		}
	}
	for _, a := range open {
		if err := v.ended(a, s); err != nil {
			return err
		}
	}
	return nil
}

// await returns what the ledger has of a source in a batch.
func (v *verifying) await(b store.Batch, s mailbox.Source, open map[string]*awaited) (*awaited, error) {
	if a := open[b.Name]; a != nil {
		return a, nil
	}
	a := &awaited{source: v.source(sqlite.SourceName{Collection: b.Collection, Batch: b.Name, Path: s.Path})}
	a.source.Files = &Tally{}
	v.meant[[2]string{b.Collection, b.Name}] = true
	var err error
	a.items, a.file, err = v.ledger.SourceItems(v.ctx, mail.BatchHash(b.Collection, b.Name), s.Path)
	open[b.Name] = a
	return a, err
}

// met takes an item of the file off what is awaited.
func (a *awaited) met(v *verifying, item mailbox.Item) {
	at := sqlite.Origin{Path: item.Path, Offset: item.Offset}
	sha := mail.SHA(sha256.Sum256(item.Raw))
	known := a.items[at]
	if i := slices.Index(known, sha); i >= 0 {
		if known = slices.Delete(known, i, i+1); len(known) == 0 {
			delete(a.items, at)
		} else {
			a.items[at] = known
		}
		a.source.Files.Confirmed++
		return
	}
	reason := "is not in the ledger"
	if len(known) > 0 {
		reason = fmt.Sprintf("has the SHA-256 %s, and had %s when it was loaded", sha, known[0])
		delete(a.items, at)
	}
	a.failed(v, at, reason)
}

func (a *awaited) failed(v *verifying, at sqlite.Origin, reason string) {
	a.source.Files.Failed++
	v.fail(Failure{
		Where: "file", Collection: a.source.Collection, Batch: a.source.Batch, Source: a.source.Path,
		Path: at.Path, Offset: at.Offset, Reason: reason,
	})
}

// ended tells what was not met, and compares the file as a whole.
func (v *verifying) ended(a *awaited, s mailbox.Source) error {
	for at, shas := range a.items {
		for range shas {
			a.failed(v, at, "is in the ledger, and not there any more")
		}
	}
	if a.file.SHA == (mail.SHA{}) {
		return nil
	}
	_, sha, err := s.Sum(v.ctx)
	if v.ctx.Err() != nil {
		return v.ctx.Err()
	}
	whole := sqlite.Origin{Path: s.Path}
	switch {
	case err != nil:
		a.failed(v, whole, err.Error())
	case sha != a.file.SHA:
		a.failed(v, whole, fmt.Sprintf("the file has the SHA-256 %s, and had %s when it was loaded", mail.SHA(sha), a.file.SHA))
	}
	return nil
}

// result puts everything in order.
func (v *verifying) result() *Verification {
	result := &Verification{Sources: []*VerifiedSource{}, Failures: v.failures}
	for _, s := range v.sources {
		s.State = s.state()
		result.Sources = append(result.Sources, s)
	}
	slices.SortFunc(result.Sources, func(a, b *VerifiedSource) int {
		return cmp.Or(cmp.Compare(a.Collection, b.Collection), store.CompareNatural(a.Batch, b.Batch), cmp.Compare(a.Path, b.Path))
	})
	slices.SortStableFunc(result.Failures, func(a, b Failure) int {
		return cmp.Or(-cmp.Compare(a.Where, b.Where), cmp.Compare(a.Collection, b.Collection), store.CompareNatural(a.Batch, b.Batch),
			cmp.Compare(a.Source, b.Source), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Offset, b.Offset), cmp.Compare(a.Part, b.Part))
	})
	return result
}
