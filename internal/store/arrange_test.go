package store

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"skein/internal/mail"
)

// node makes a node whose hash begins with the letters of name.
func node(name string, parent int, sent ...int64) Node {
	n := Node{Parent: parent}
	copy(n.Hash[:], name)
	if len(sent) > 0 {
		n.Sent = &sent[0]
	}
	return n
}

// outline writes steps as names indented by depth.
func outline(nodes []Node, steps []Step) string {
	var lines []string
	for _, s := range steps {
		name := strings.TrimRight(string(nodes[s.Node].Hash[:]), "\x00")
		lines = append(lines, strings.Repeat(" ", s.Depth)+name)
	}
	return strings.Join(lines, "\n")
}

func TestArrange(t *testing.T) {
	tests := []struct {
		name  string
		nodes []Node
		want  string
	}{
		{"nothing", nil, ""},
		{"one", []Node{node("a", -1, 5)}, "a"},
		{"replies follow their parent", []Node{
			node("a", -1, 1), node("b", 0, 2), node("c", 0, 4), node("d", 1, 3), node("e", 1, 9),
		}, "a\n b\n  d\n  e\n c"},
		{"a parent may be later and further on", []Node{
			node("b", 1, 1), node("a", -1, 7), node("c", 0, 3),
		}, "a\n b\n  c"},
		{"siblings by date, then hash", []Node{
			node("r", -1, 1), node("c", 0, 5), node("b", 0, 5), node("a", 0, 6),
		}, "r\n b\n c\n a"},
		{"undated last, by hash", []Node{
			node("r", -1, 1), node("b", 0), node("a", 0), node("z", 0, 9),
		}, "r\n z\n a\n b"},
		{"roots by date, undated last", []Node{
			node("a", -1), node("b", -1, 2), node("c", -1, 1),
		}, "c\nb\na"},
		{"missing takes the earliest date below", []Node{
			node("m", -1), node("n", 0), node("a", 1, 3), node("b", 1, 8), node("c", -1, 4), node("d", -1, 2),
		}, "d\nm\n n\n  a\n  b\nc"},
		{"a date of its own wins over those below", []Node{
			node("a", -1, 5), node("b", 0, 1), node("c", -1, 3),
		}, "c\na\n b"},
		{"missing above a mail is dated by that mail, not by what answers it", []Node{
			node("m", -1), node("a", 0, 5), node("b", 1, 1), node("c", -1, 3),
		}, "c\nm\n a\n  b"},
		{"missing with nothing dated below is last", []Node{
			node("m", -1), node("a", 0), node("z", -1, 1),
		}, "z\nm\n a"},
		{"before the epoch", []Node{
			node("r", -1, -10), node("a", 0, 0), node("b", 0, -5), node("c", 0, -1<<62),
		}, "r\n c\n b\n a"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := outline(test.nodes, Arrange(test.nodes)); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

// TestArrangeProperties checks random forests: every node once, depths and
// parents right, siblings in order, and nothing of it by the order of nodes.
func TestArrangeProperties(t *testing.T) {
	for seed := range uint64(300) {
		dice := rand.New(rand.NewPCG(seed, 1))
		nodes := forest(dice, 1+dice.IntN(40))
		steps := Arrange(nodes)
		checkSteps(t, nodes, steps)
		shuffled, at := shuffle(dice, nodes)
		for n, s := range Arrange(shuffled) {
			if got := (Step{at[s.Node], s.Depth}); got != steps[n] {
				t.Fatalf("seed %d: after shuffling, step %d is %v, want %v", seed, n, got, steps[n])
			}
		}
	}
}

// forest makes nodes with parents among those before, few dates, and some
// without any.
func forest(dice *rand.Rand, size int) []Node {
	nodes := make([]Node, size)
	for i := range nodes {
		nodes[i] = Node{Hash: mail.HashOf(fmt.Sprint(i)), Parent: dice.IntN(i+1) - 1}
		if sent := dice.Int64N(9) - 2; sent > -2 {
			nodes[i].Sent = &sent
		}
	}
	return nodes
}

// shuffle returns nodes in another order, and where each was before.
func shuffle(dice *rand.Rand, nodes []Node) ([]Node, []int) {
	at := dice.Perm(len(nodes))
	shuffled := make([]Node, len(nodes))
	for to, from := range at {
		shuffled[to] = nodes[from]
		if p := nodes[from].Parent; p >= 0 {
			shuffled[to].Parent = slices.Index(at, p)
		}
	}
	return shuffled, at
}

func checkSteps(t *testing.T, nodes []Node, steps []Step) {
	t.Helper()
	place := make([]int, len(nodes))
	for i := range place {
		place[i] = -1
	}
	var path []int // from the root to the last step
	for n, s := range steps {
		if place[s.Node] >= 0 {
			t.Fatalf("node %d comes twice", s.Node)
		}
		place[s.Node] = n
		if s.Depth > len(path) {
			t.Fatalf("step %d: got depth %d after %d, want at most one more", n, s.Depth, len(path)-1)
		}
		path = append(path[:s.Depth], s.Node)
		want := -1
		if s.Depth > 0 {
			want = path[s.Depth-1]
		}
		if got := nodes[s.Node].Parent; got != want {
			t.Fatalf("step %d: node %d stands below %d, want %d", n, s.Node, want, got)
		}
	}
	if len(steps) != len(nodes) {
		t.Fatalf("got %d steps, want %d", len(steps), len(nodes))
	}
	checkSiblings(t, nodes, place)
}

func checkSiblings(t *testing.T, nodes []Node, place []int) {
	t.Helper()
	for a := range nodes {
		for b := range nodes {
			if a == b || nodes[a].Parent != nodes[b].Parent {
				continue
			}
			x, y := dateOf(nodes, a), dateOf(nodes, b)
			before := x < y || x == y && string(nodes[a].Hash[:]) < string(nodes[b].Hash[:])
			if before != (place[a] < place[b]) {
				t.Fatalf("siblings %d (date %d) and %d (date %d) stand at %d and %d", a, x, b, y, place[a], place[b])
			}
		}
	}
}

// dateOf is the date by which a node stands, found the long way; parents come
// before their children in a forest.
func dateOf(nodes []Node, at int) int64 {
	if nodes[at].Sent != nil {
		return *nodes[at].Sent
	}
	least := int64(1<<63 - 1)
	for i, n := range nodes {
		if n.Parent == at {
			least = min(least, dateOf(nodes, i))
		}
	}
	return least
}

// TestArrangeDeep arranges a chain far deeper than a stack of calls should be.
func TestArrangeDeep(t *testing.T) {
	const depth = 200_000
	nodes := make([]Node, depth)
	for i := range nodes {
		nodes[i] = Node{Hash: mail.HashOf(fmt.Sprint(i)), Parent: i - 1}
	}
	steps := Arrange(nodes)
	if got, want := steps[depth-1], (Step{depth - 1, depth - 1}); got != want {
		t.Errorf("last step: got %v, want %v", got, want)
	}
}
