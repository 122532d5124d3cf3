//go:build !failpoint

package ingest

// afterCommit does nothing. Built with the tag "failpoint" it kills the
// process behind a commit, to test that nothing is lost.
func afterCommit() error { return nil }

// atPublish does nothing. With the tag it kills the process before and behind
// a publication, and before each piece of a whole graph.
func atPublish() error { return nil }
