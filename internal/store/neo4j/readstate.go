package neo4j

import (
	"cmp"
	"context"
	"fmt"

	"skein/internal/store"
)

// Point returns the state of the ledger that is published.
func (r *Reader) Point(ctx context.Context) (store.Point, error) {
	var at store.Point
	err := r.look(ctx, func(v *view) error {
		var err error
		at, err = v.point()
		return err
	})
	return at, err
}

// point reads what is published, and refuses what cannot be read: nothing, a
// graph that is being filled, or one of another version.
func (v *view) point() (store.Point, error) {
	found := state{empty: true}
	err := v.query(func(values []any) error {
		found = readState(values)
		return nil
	}, stateRow, nil)
	switch {
	case err != nil:
		return store.Point{}, err
	case found.empty || found.nothing:
		err = fmt.Errorf("%w: nothing is published there: publish a ledger with `ingest publish` first", store.ErrNotFound)
	case found.partial:
		err = fmt.Errorf("%w: it is being filled by `ingest publish`", store.ErrUnavailable)
	default:
		err = found.check(cmp.Or(v.r.versions, found.versions)) // a reader of no versions takes any
	}
	return found.point, err
}
