package neo4j

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	bolt "github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"skein/internal/query"
)

// ErrForeign says that a database holds nodes that are not ours.
var ErrForeign = errors.New("the database holds something else")

// state reads the state of the graph. A database that holds nodes and no state
// gives ErrForeign.
func (d *database) state(ctx context.Context) (state, error) {
	found := state{empty: true}
	err := d.run(ctx, func(values []any) { found = readState(values) }, stateRow, nil)
	if err != nil || !found.empty {
		return found, err
	}
	var foreign bool
	err = d.run(ctx, func(values []any) { foreign = truth(values[0]) },
		`RETURN EXISTS { MATCH (n) WHERE NOT n:Skein|SkeinLease }`, nil)
	if foreign {
		err = fmt.Errorf("%w: database %s has nodes that Skein did not make; name an empty database, or empty this one", ErrForeign, d.name)
	}
	return found, err
}

// define makes the constraints or indexes that are not there, and waits until
// all can be used. They are looked for first, for the statement that makes one
// would wait for the end of whatever another run writes.
func (d *database) define(ctx context.Context, statements []string) error {
	there := map[string]bool{}
	// The index of a constraint has its name.
	err := d.run(ctx, func(values []any) { there[text(values[0])] = true }, `SHOW INDEXES YIELD name RETURN name`, nil)
	if err != nil {
		return err
	}
	for _, statement := range statements {
		if there[definedName(statement)] {
			continue
		}
		if err := d.run(ctx, nil, statement, nil); err != nil {
			return err
		}
	}
	return d.run(ctx, nil, `CALL db.awaitIndexes(600)`, nil)
}

// dropOldSearch takes out a full-text index that another version of the model
// made.
func (d *database) dropOldSearch(ctx context.Context) error {
	var there []string
	err := d.run(ctx, func(values []any) { there = texts(values[0]) },
		`SHOW INDEXES YIELD name, properties WHERE name = 'skein_search' RETURN properties`, nil)
	lacks := func(f query.Field) bool { return !slices.Contains(there, fields[f]) }
	if err != nil || there == nil || !slices.ContainsFunc(anywhere, lacks) {
		return err
	}
	return d.run(ctx, nil, `DROP INDEX skein_search IF EXISTS`, nil)
}

// Defined names the constraints and indexes of a published graph.
func Defined() []string {
	names := []string{definedName(searchIndex)}
	for _, statement := range append(slices.Clone(constraints), indexes...) {
		names = append(names, definedName(statement))
	}
	return names
}

// definedName is the name in "CREATE … name IF NOT EXISTS …".
func definedName(statement string) string {
	before, _, _ := strings.Cut(statement, " IF NOT EXISTS")
	return before[strings.LastIndexByte(before, ' ')+1:]
}

// run runs a statement in a transaction of its own, again when it did not come
// through, and calls row with each row.
func (d *database) run(ctx context.Context, row func(values []any), cypher string, params map[string]any) error {
	return d.persist(ctx, func() error {
		session := d.session(ctx)
		defer session.Close(context.WithoutCancel(ctx))
		result, err := session.Run(ctx, cypher, params)
		if err != nil {
			return err
		}
		var record *bolt.Record
		for result.NextRecord(ctx, &record) {
			if row != nil {
				row(record.Values)
			}
		}
		return result.Err()
	})
}

func (d *database) session(ctx context.Context) bolt.SessionWithContext {
	return d.driver.NewSession(ctx, bolt.SessionConfig{DatabaseName: d.name, AccessMode: bolt.AccessModeWrite})
}
