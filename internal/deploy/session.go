package deploy

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"coopcloud.tech/catalogue/internal/deploy/release"
)

// session is work on one stack under its lock.
type session struct {
	*Deployer
	lock    *release.Lock
	records []release.Record // newest first
}

// locked takes the stack's lock, does the work, and gives the lock back. The
// work's context ends when the lock is lost.
func (d *Deployer) locked(ctx context.Context, app, stack, why string, wait time.Duration, work func(context.Context, *session) error) error {
	store := d.store(stack)
	lock, working, err := store.Take(ctx, release.Claim{
		Who: d.who(), Why: why, TTL: d.LockTTL, Wait: wait,
		Waiting: func(h release.Holder) { d.tell("waiting for %s", h) },
	})
	switch {
	case errors.Is(err, release.ErrLocked):
		return &outcome{ErrLocked, fmt.Errorf("%w\nTry again later, or wait with --lock-wait 10m. Where nobody is at work any more: catalogue app lock break %s", err, app)}
	case err != nil:
		return refused(err)
	}
	// A lock that cannot be given back is stale after its time.
	defer func() { _ = lock.Release(ctx) }()
	if lock.Stolen != nil {
		d.tell("took over from %s, which did not end its work", lock.Stolen)
	}
	s := &session{Deployer: d, lock: lock}
	var warnings []string
	if s.records, warnings, err = store.List(working); err != nil {
		return refused(err)
	}
	for _, warning := range warnings {
		d.tell("%s", warning)
	}
	return work(working, s)
}

// tell reports what concerns the stack as a whole.
func (d *Deployer) tell(format string, args ...any) {
	if d.Progress != nil {
		d.Progress(Event{Time: time.Now(), Phase: LockPhase, Detail: fmt.Sprintf(format, args...)})
	}
}

// apply does what the plan says, and writes down how it went.
func (s *session) apply(ctx context.Context, plan *Plan, o Options) error {
	before, err := s.refresh(ctx, plan)
	if err != nil {
		return refused(err)
	}
	a := newApplier(s.Deployer, plan)
	a.fence, a.session, a.options = s.lock.Fence, s, o
	if a.goal, err = s.settle(ctx, plan, before); err != nil {
		return refused(err)
	}
	if a.record, err = s.newRecord(plan); err == nil {
		err = s.lock.Add(ctx, a.record)
	}
	if err != nil {
		return refused(err)
	}
	err = a.run(ctx, before)
	s.end(ctx, a, err)
	return err
}

// refresh observes again, now that nobody else of us writes. A swarm that moved
// since the plan was made is not what the plan was made for.
func (s *session) refresh(ctx context.Context, plan *Plan) (before look, err error) {
	var now *swarmState
	group, asking := errgroup.WithContext(ctx)
	group.Go(func() (err error) { now, err = s.Swarm.Observe(asking, plan.Stack, plan.configs()); return err })
	group.Go(func() (err error) { before, err = takeLook(asking, s.Swarm, plan.Stack); return err })
	if err := group.Wait(); err != nil {
		return before, err
	}
	return before, plan.rebase(now)
}

// end writes down how a release ended. It does so after Ctrl-C as well.
func (s *session) end(ctx context.Context, a *applier, cause error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), endTimeout)
	defer cancel()
	err := s.lock.Finish(ctx, a.record, a.result, brief(cause))
	if err != nil && !errors.Is(err, release.ErrLost) {
		s.tell("how release %d ended could not be recorded: %v", a.record.Number, err)
	}
}

const endTimeout = 20 * time.Second

// brief is an error for a record: without the lines that an app logged.
func brief(err error) string {
	var failures Failures
	if err == nil || !errors.As(err, &failures) {
		return errorText(err)
	}
	failures = slices.Clone(failures)
	for i := range failures {
		failures[i].Logs = nil
	}
	return failures.Error()
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return printable(err.Error())
}
