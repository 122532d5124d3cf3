package store

import (
	"bytes"
	"cmp"
	"slices"

	"skein/internal/mail"
)

// Node is an entry of a thread as far as its reading order needs it.
type Node struct {
	Hash   mail.Hash
	Parent int // index into the thread's nodes; -1 for a root
	Sent   *int64
}

// Step is one line of a thread in reading order.
type Step struct {
	Node  int // index into the nodes given
	Depth int
}

// Arrange puts the nodes of one thread in reading order: each entry is
// followed by its replies, roots and siblings by (date, hash), undated last;
// what has no date, a missing message above all, takes the earliest by which
// its replies stand. It keeps its own stack,
// for the tree's shape comes from strangers, and needs no memory of where it
// was, for threads hold no loops.
func Arrange(nodes []Node) []Step {
	children := make([][]int, len(nodes))
	var roots []int
	for i, n := range nodes {
		if n.Parent < 0 {
			roots = append(roots, i)
		} else {
			children[n.Parent] = append(children[n.Parent], i)
		}
	}
	dates := earliest(nodes, roots, children)
	byDate := func(a, b int) int {
		return cmp.Or(cmp.Compare(dates[a], dates[b]), bytes.Compare(nodes[a].Hash[:], nodes[b].Hash[:]))
	}
	slices.SortFunc(roots, byDate)
	steps := make([]Step, 0, len(nodes))
	var stack []Step
	push := func(siblings []int, depth int) {
		for _, i := range slices.Backward(siblings) {
			stack = append(stack, Step{i, depth})
		}
	}
	push(roots, 0)
	for len(stack) > 0 {
		s := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		steps = append(steps, s)
		slices.SortFunc(children[s.Node], byDate)
		push(children[s.Node], s.Depth+1)
	}
	return steps
}

// earliest gives every node its own date, or else the earliest below it.
func earliest(nodes []Node, roots []int, children [][]int) []int64 {
	const undated = int64(1<<63 - 1)
	order := slices.Clone(roots)
	for at := 0; at < len(order); at++ {
		order = append(order, children[order[at]]...)
	}
	dates := make([]int64, len(nodes))
	below := make([]int64, len(nodes))
	for i := range below {
		below[i] = undated
	}
	for _, i := range slices.Backward(order) {
		dates[i] = below[i]
		if nodes[i].Sent != nil {
			dates[i] = *nodes[i].Sent
		}
		if p := nodes[i].Parent; p >= 0 {
			below[p] = min(below[p], dates[i])
		}
	}
	return dates
}
