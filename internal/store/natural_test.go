package store

import (
	"cmp"
	"testing"
)

func TestCompareNatural(t *testing.T) {
	ordered := []string{"", "01", "1", "9", "9a", "10", "a", "a9", "a10", "a10b2", "a10b10", "a99999999999999999999", "a100000000000000000000", "b"}
	for i, a := range ordered {
		for j, b := range ordered {
			got := CompareNatural(a, b)
			if want := cmp.Compare(i, j); got != want {
				t.Errorf("CompareNatural(%q, %q): got %d, want %d", a, b, got, want)
			}
		}
	}
}
