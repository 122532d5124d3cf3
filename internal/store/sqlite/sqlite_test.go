package sqlite_test

import (
	"testing"

	"skein/internal/store"
	"skein/internal/store/sqlite/sqlitetest"
	"skein/internal/store/storetest"
)

func TestContract(t *testing.T) {
	storetest.Run(t, func(t *testing.T, releases []storetest.Release) store.Reader {
		return sqlitetest.Load(t, releases, 3)
	})
}
