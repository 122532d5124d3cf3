package neo4j_test

import (
	"testing"

	"skein/internal/store"
	"skein/internal/store/neo4j/neo4jtest"
	"skein/internal/store/storetest"
)

// TestContract publishes in small rounds, so that most of what a release holds
// is changed where it stands.
func TestContract(t *testing.T) {
	storetest.RunFew(t, func(t *testing.T, releases []storetest.Release) store.Reader {
		return neo4jtest.Load(t, neo4jtest.Database(t), releases, 3)
	})
}
