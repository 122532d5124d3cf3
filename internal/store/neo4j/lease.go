package neo4j

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"time"

	"skein/internal/store"
)

// leaseTime is how long a holder that gives no sign of life keeps the lease.
var leaseTime = 30 * time.Second // shorter in tests

// lease is the right to write the graph. All its times are those of the
// database, so that the clocks of the hosts need not agree.
type lease struct {
	token string // "" when not held
	lost  atomic.Bool
	stop  context.CancelFunc // ends the heartbeat
	ended chan struct{}
}

// errTaken says that the lease went to another holder.
var errTaken = fmt.Errorf("%w: another run took over, for this one gave no sign of life", store.ErrBusy)

// lockLease finds the lease and locks it, so that what is read next is what
// stands until the transaction ends.
const lockLease = `MATCH (l:SkeinLease {name: 'lease'}) SET l.name = 'lease' WITH l `

// takeLease takes the lease when nobody has it, and keeps it alive.
func (p *Publisher) takeLease(ctx context.Context) error {
	token := rand.Text()
	nothing := pointState(store.Point{})
	nothing["state"] = stateNothing
	var held bool
	var holder, since string
	err := p.db.run(ctx, func(values []any) {
		held, holder, since = truth(values[0]), text(values[1]), text(values[2])
	}, `MERGE (l:SkeinLease {name: 'lease'}) SET l.name = 'lease'
		MERGE (s:Skein {name: 'skein'}) ON CREATE SET s.model = $model, s.versions = $versions, s += $state
		WITH l, datetime.realtime() AS now
		WITH l, now, coalesce(l.until <= now, true) OR l.token = $token AS free
		FOREACH (_ IN CASE WHEN free THEN [1] ELSE [] END |
			SET l.token = $token, l.holder = $holder, l.since = now, l.until = now + duration({milliseconds: $time}))
		RETURN free, l.holder, toString(datetime.truncate('second', l.since))`, map[string]any{
		"token": token, "holder": holderName(), "time": leaseTime.Milliseconds(),
		"model": modelVersion, "versions": p.versions, "state": nothing,
	})
	if err != nil {
		return err
	}
	if !held {
		return fmt.Errorf("%w: another run (%s) is publishing to it, since %s", store.ErrBusy, holder, since)
	}
	p.lease.token = token
	p.keepLease(ctx)
	return nil
}

// holderName tells people whose lease it is.
func holderName() string {
	host, err := os.Hostname()
	if err != nil {
		host = "a host without a name"
	}
	return fmt.Sprintf("%s, process %d", host, os.Getpid())
}

// keepLease renews the lease until it is released.
func (p *Publisher) keepLease(ctx context.Context) {
	ctx, p.lease.stop = context.WithCancel(context.WithoutCancel(ctx))
	p.lease.ended = make(chan struct{})
	go func() {
		defer close(p.lease.ended)
		for {
			select {
			case <-ctx.Done():
				return
			case <-time.After(leaseTime / 3):
			}
			// An error is no end: the database may be back before the lease runs
			// out, and every transaction sees to it that it is still ours.
			if ours, err := p.renewLease(ctx); err == nil && !ours {
				p.lease.lost.Store(true)
				return
			}
		}
	}()
}

func (p *Publisher) renewLease(ctx context.Context) (ours bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, leaseTime)
	defer cancel()
	err = p.db.run(ctx, func([]any) { ours = true },
		lockLease+`WHERE l.token = $token SET l.until = datetime.realtime() + duration({milliseconds: $time}) RETURN true`,
		map[string]any{"token": p.lease.token, "time": leaseTime.Milliseconds()})
	return ours, err
}

// fence lets a transaction end well only while the lease is ours, and sets
// properties of the state with it. The lease is locked until the transaction
// ended, so nobody takes it over between.
func (w *writing) fence(state map[string]any) error {
	if w.p.beforeFence != nil {
		if err := w.p.beforeFence(); err != nil {
			return err
		}
	}
	n, err := w.number(lockLease+`WHERE l.token = $token SET l.until = datetime.realtime() + duration({milliseconds: $time})
		WITH l MATCH (s:Skein {name: 'skein'}) SET s += $state RETURN count(s)`,
		map[string]any{"token": w.p.lease.token, "time": leaseTime.Milliseconds(), "state": state})
	if err == nil && n != 1 {
		err = errTaken
	}
	return err
}

// taken says whether another holder took the lease, as far as is known.
func (p *Publisher) taken(ctx context.Context) bool {
	if !p.lease.lost.Load() {
		ours := false
		err := p.db.run(ctx, func(values []any) { ours = text(values[0]) == p.lease.token },
			`MATCH (l:SkeinLease {name: 'lease'}) RETURN l.token`, nil)
		p.lease.lost.Store(err == nil && !ours)
	}
	return p.lease.lost.Load()
}

// releaseLease gives the lease back, unless another holder has it.
func (p *Publisher) releaseLease() error {
	if p.lease.token == "" {
		return nil
	}
	p.lease.stop()
	<-p.lease.ended
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	err := p.db.run(ctx, nil, lockLease+`WHERE l.token = $token SET l = {name: 'lease'}`, map[string]any{"token": p.lease.token})
	if errors.Is(err, context.DeadlineExceeded) {
		err = fmt.Errorf("%w: the lease could not be given back; it runs out by itself", store.ErrUnavailable)
	}
	return err
}
