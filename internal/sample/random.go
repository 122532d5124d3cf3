package sample

import (
	"math/bits"
	"sort"
)

// random is SplitMix64 (Steele, Lea, Flood 2014). It is written out here, and
// everything drawn from it is integer arithmetic, so that a release is the
// same bytes on every host and with every version of Go; the standard library
// promises neither for its draws, nor floating point across processors.
type random struct{ state uint64 }

// newRandom returns the generator of one stream of a seed. Streams with
// different names are independent, so one part of a release can be made
// without the parts before it.
func newRandom(seed uint64, stream ...uint64) *random {
	r := &random{state: seed}
	for _, s := range stream {
		r.state = r.next() ^ s*0x9E3779B97F4A7C15
	}
	return r
}

func (r *random) next() uint64 {
	r.state += 0x9E3779B97F4A7C15
	z := r.state
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return z ^ z>>31
}

// below returns a number in [0, n); n must be positive.
func (r *random) below(n int) int {
	high, _ := bits.Mul64(r.next(), uint64(n))
	return int(high)
}

// between returns a number in [low, high].
func (r *random) between(low, high int) int { return low + r.below(high-low+1) }

// chance is true in rate of 10,000 cases.
func (r *random) chance(rate int) bool { return r.below(10_000) < rate }

// pick returns one item of list, each as likely.
func pick[T any](r *random, list []T) T { return list[r.below(len(list))] }

// weights are cumulative; weights[i] minus weights[i-1] is the weight of i.
type weights []int

func newWeights(each ...int) weights {
	w := make(weights, len(each))
	total := 0
	for i, e := range each {
		total += e
		w[i] = total
	}
	return w
}

// zipf gives n ranks the weights of 1/(rank+shift), the shape that words and
// correspondents have.
func zipf(n, shift int) weights {
	w := make(weights, n)
	total := 0
	for i := range w {
		total += 100_000_000 / (i + shift)
		w[i] = total
	}
	return w
}

// weighted returns an index of w.
func (r *random) weighted(w weights) int {
	return sort.SearchInts(w, r.below(w[len(w)-1])+1)
}
