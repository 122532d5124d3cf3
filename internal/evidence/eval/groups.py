"""Holds together what belongs together."""


class Groups:
    """Disjoint sets of whatever can be a key."""

    def __init__(self):
        self.leader = {}

    def find(self, i):
        """Returns what stands for the set that i is in."""
        while self.leader.setdefault(i, i) != i:
            i = self.leader[i]
        return i

    def join(self, a, b):
        self.leader[self.find(a)] = self.find(b)
