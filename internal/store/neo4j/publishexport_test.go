package neo4j

import (
	"testing"
	"time"
)

// ErrorReason gives tests of package neo4j_test what errors mean.
var ErrorReason = reason

// SetLeaseTime makes leases short while t runs.
func SetLeaseTime(t *testing.T, d time.Duration) {
	before := leaseTime
	leaseTime = d
	t.Cleanup(func() { leaseTime = before })
}

// Pause has p give no sign of life any more, as a process that was stopped.
func (p *Publisher) Pause() {
	p.lease.stop()
	<-p.lease.ended
}

// Observe has observe told every statement.
func (p *Publisher) Observe(observe func(cypher string)) { p.observe = observe }

// BeforeFence has f called behind the statements of every transaction, before
// the lease is checked; its error ends the transaction.
func (p *Publisher) BeforeFence(f func() error) { p.beforeFence = f }

// Committed has f say what became of the answer to every commit.
func (p *Publisher) Committed(f func() error) { p.committed = f }
