package storetest

import (
	"testing"

	"skein/internal/store"
)

func TestRun(t *testing.T) {
	Run(t, func(t *testing.T, releases []Release) store.Reader { return NewReference(releases) })
}
