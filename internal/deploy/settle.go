package deploy

import (
	"context"
	"fmt"
	"time"

	"coopcloud.tech/catalogue/internal/deploy/convert"
	"coopcloud.tech/catalogue/internal/deploy/release"
)

// goal is what a failed deploy goes back to. Without specs it is the stack as it
// was observed.
type goal struct {
	specs *convert.Specs // may be of no services: then nothing is to stay but volumes
	name  string
}

// settle brings the records up to date before our own work: those of killed
// clients end, and what another tool did is recorded. It returns where a failure
// of our work leads back to.
func (s *session) settle(ctx context.Context, plan *Plan, before look) (goal, error) {
	if err := s.endKilled(ctx); err != nil {
		return goal{}, err
	}
	current := release.Current(s.records)
	runs := newRunning(plan, before)
	switch {
	case current == nil && len(runs.services) == 0:
		return goal{}, nil
	case current != nil && !current.Worked() && runs.healthy() && runs.matches(current):
		s.tell("release %d (%s) has come up since", current.Number, current.Result)
		return goal{}, s.lock.Finish(ctx, current, release.Converged, "")
	case current == nil, (current.Worked() || current.Result == release.TimedOut) && !runs.matches(current):
		return goal{}, s.recordExternal(ctx, plan, runs)
	case current.Worked():
		return goal{}, nil
	}
	return s.goalBefore(current), nil
}

// endKilled ends the records of clients that did not: as the lock is ours, none
// of them is at work any more.
func (s *session) endKilled(ctx context.Context) error {
	for i := range s.records {
		record := &s.records[i]
		if record.Result != release.Pending {
			continue
		}
		s.tell("release %d (%s %s) by %s was interrupted; going on from there", record.Number, record.Kind, record.Version, record.Who)
		if err := s.lock.Finish(ctx, record, release.Interrupted, "its client ended without a word"); err != nil {
			return err
		}
	}
	return nil
}

// goalBefore is the last release that worked before one that did not. Where there
// never was one, that is the empty stack.
func (s *session) goalBefore(current *release.Record) goal {
	for _, record := range s.records {
		if record.Number < current.Number && record.Stands() && record.Worked() {
			return goal{record.Specs.Wanted(record.Stack), fmt.Sprintf("release %d (%s)", record.Number, record.Version)}
		}
	}
	if oldest := s.records[len(s.records)-1]; oldest.Number > 1 {
		return goal{} // what was before is not known any more
	}
	return goal{&convert.Specs{Stack: current.Stack}, "what it was before its first deploy"}
}

// recordExternal records what runs, and was not deployed by us.
func (s *session) recordExternal(ctx context.Context, plan *Plan, runs running) error {
	record := runs.record(plan)
	record.Kind, record.Result, record.Client = release.External, release.Found, s.Client
	if !runs.healthy() {
		record.Error = "not every service was up when it was found"
	}
	if err := s.add(ctx, &record); err != nil {
		return err
	}
	s.tell("what runs was changed by another tool; recorded as release %d", record.Number)
	return nil
}

// add writes a record that is complete.
func (s *session) add(ctx context.Context, record *release.Record) error {
	if err := s.lock.Add(ctx, record); err != nil {
		return err
	}
	s.records = append([]release.Record{*record}, s.records...)
	return nil
}

// newRecord is the record of what the plan is about to do.
func (s *session) newRecord(plan *Plan) (*release.Record, error) {
	shown, err := planJSON(plan)
	return &release.Record{
		Kind: plan.releaseKind(), App: plan.App, Recipe: plan.Recipe, Version: plan.Version, Commit: plan.Commit, Chaos: plan.Chaos,
		Who: s.who(), Client: s.Client, Started: time.Now().UTC().Truncate(time.Second),
		Env: plan.env, Plan: shown, Specs: plan.specs(),
	}, err
}
