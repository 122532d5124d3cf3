package thread

// sets is union-find over small integers. It lives inside one pure call over
// a closure, so nothing ever has to be taken apart.
type sets struct{ parent []int }

func newSets(n int) *sets {
	s := &sets{make([]int, n)}
	for i := range s.parent {
		s.parent[i] = i
	}
	return s
}

func (s *sets) find(i int) int {
	for s.parent[i] != i {
		s.parent[i] = s.parent[s.parent[i]]
		i = s.parent[i]
	}
	return i
}

// union makes the lesser root the root of both.
func (s *sets) union(a, b int) {
	a, b = s.find(a), s.find(b)
	s.parent[max(a, b)] = min(a, b)
}

// all returns the members of every set, ascending, sets by least member.
func (s *sets) all() [][]int {
	at := make([]int, len(s.parent))
	var groups [][]int
	for i := range s.parent {
		root := s.find(i)
		if root == i {
			at[i] = len(groups)
			groups = append(groups, nil)
		}
		groups[at[root]] = append(groups[at[root]], i)
	}
	return groups
}
