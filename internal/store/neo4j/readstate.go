package neo4j

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"skein/internal/store"
)

// point reads what is published, and refuses what cannot be read: a graph that
// is being filled, or one of another version.
func (v *view) point() (store.Point, error) {
	var at store.Point
	err := fmt.Errorf("%w: nothing is published there: publish a ledger with `ingest publish` first", store.ErrNotFound)
	failed := v.query(func(values []any) error {
		at = store.Point{Revision: number(values[3]), Token: text(values[4]), At: number(values[5])}
		err = v.r.readable(number(values[0]), text(values[1]), text(values[2]))
		return nil
	}, `MATCH (s:Skein {name: 'skein'}) RETURN s.model, s.versions, s.state, s.revision, s.token, s.at`, nil)
	if failed != nil {
		return store.Point{}, failed
	}
	return at, err
}

// readable says whether a graph of that model, those versions of the stages
// and that state can be read.
func (r *Reader) readable(model int64, versions, state string) error {
	switch {
	case state == stateFilling:
		return fmt.Errorf("%w: it is being filled by `ingest publish`", store.ErrUnavailable)
	case model != modelVersion:
		return fmt.Errorf("%w: the graph has version %d, this program version %d: run `ingest publish --replace`",
			store.ErrVersion, model, modelVersion)
	case r.versions != "" && versions != r.versions:
		return fmt.Errorf("%w: the graph was made by %s, this program has %s: run `ingest rebuild`, then `ingest publish --replace`",
			store.ErrVersion, versions, r.versions)
	}
	return nil
}

// stateFilling is the state of a graph that is not whole.
const stateFilling = "filling"

// versionsText writes the versions of stages in the order of their names, as
// the graph keeps them: "parse 1, thread 1".
func versionsText(versions map[string]int) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(versions)) {
		parts = append(parts, fmt.Sprintf("%s %d", name, versions[name]))
	}
	return strings.Join(parts, ", ")
}
