package neo4j

import "testing"

// DumpRows lets dumps read so few nodes with one statement, until t ends.
func DumpRows(t *testing.T, rows int) {
	t.Helper()
	before := dumpRows
	t.Cleanup(func() { dumpRows = before })
	dumpRows = rows
}
