//go:build !failpoint

package ingest

// afterCommit does nothing. Built with the tag "failpoint" it kills the
// process behind a commit, to test that nothing is lost.
func afterCommit() error { return nil }
