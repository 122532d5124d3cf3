package neo4j

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"skein/internal/store"
)

// state is what a graph says of itself.
type state struct {
	empty    bool // it says nothing, for there is nothing
	model    int64
	versions string // of the stages
	point    store.Point
	nothing  bool // a lease was taken, but nothing was ever published
	partial  bool // it is being filled, or a Fill did not end
}

// What the node :Skein says in its property state: nothing was published, the
// graph is whole, or it is not.
const (
	stateNothing = "nothing"
	stateReady   = "ready"
	stateFilling = "filling"
)

// stateRow reads the state; no row when there is none.
const stateRow = `MATCH (s:Skein {name: 'skein'}) RETURN s.model, s.versions, s.state, s.revision, s.token, s.at`

func readState(values []any) state {
	return state{
		model: number(values[0]), versions: text(values[1]), nothing: text(values[2]) == stateNothing, partial: text(values[2]) == stateFilling,
		point: store.Point{Revision: number(values[3]), Token: text(values[4]), At: number(values[5])},
	}
}

// pointState is what the node says of a graph that is whole at p.
func pointState(p store.Point) map[string]any {
	return map[string]any{"state": stateReady, "revision": p.Revision, "token": p.Token, "at": p.At}
}

// check refuses a graph that another model or other versions of the stages
// have made.
func (s state) check(versions string) error {
	switch {
	case s.empty:
		return nil
	case s.model != modelVersion:
		return fmt.Errorf("%w: the graph has model %d, this program writes %d; `ingest publish --replace` writes it anew",
			store.ErrVersion, s.model, modelVersion)
	case s.versions != versions:
		return fmt.Errorf("%w: the graph was made by %s, this program has %s; `ingest publish --replace` writes it anew, "+
			"behind `ingest rebuild` where the ledger is as old", store.ErrVersion, s.versions, versions)
	}
	return nil
}

// versionsText writes the versions of stages in the order of their names, as
// the graph keeps them: "parse 1, thread 1".
func versionsText(versions map[string]int) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(versions)) {
		parts = append(parts, fmt.Sprintf("%s %d", name, versions[name]))
	}
	return strings.Join(parts, ", ")
}
