package release

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/docker/docker/api/types/swarm"

	engine "coopcloud.tech/catalogue/internal/deploy/swarm"
)

// Add writes a new record under the next number; List has to come first. The
// record's stack and number are set; an empty result becomes Pending.
func (l *Lock) Add(ctx context.Context, record *Record) error {
	record.Stack, record.Number = l.store.stack, l.store.last+1
	if record.Result == "" {
		record.Result = Pending
	}
	if err := l.Fence(ctx); err != nil {
		return err
	}
	if err := l.create(ctx, record); err != nil {
		return fmt.Errorf("the release could not be recorded: %w", err)
	}
	l.store.last = record.Number
	return nil
}

func (l *Lock) create(ctx context.Context, record *Record) error {
	data, err := encode(*record)
	if err != nil {
		return err
	}
	record.id, err = l.store.swarm.CreateConfig(ctx, swarm.ConfigSpec{
		Annotations: swarm.Annotations{Name: recordName(record.Stack, record.Number), Labels: l.store.labels(record.labels())},
		Data:        data,
	})
	return err
}

func (r *Record) labels() map[string]string {
	labels := map[string]string{labelRelease: strconv.Itoa(r.Number), labelResult: string(r.Result)}
	if !r.Finished.IsZero() {
		labels[labelFinished] = r.Finished.UTC().Format(time.RFC3339)
	}
	if r.Error != "" {
		labels[labelError] = r.Error
	}
	return labels
}

// Finish says in the record how the release ended. message is cut to a line; it
// must not hold what an app logged.
func (l *Lock) Finish(ctx context.Context, record *Record, result Result, message string) error {
	if err := l.Fence(ctx); err != nil {
		return err
	}
	config, err := l.store.swarm.Config(ctx, record.id)
	if err != nil {
		return err
	}
	record.Result, record.Error, record.Finished = result, oneLine(message), time.Now()
	spec := config.Spec
	spec.Labels = l.store.labels(record.labels())
	return l.store.swarm.UpdateConfig(ctx, config.ID, config.Version, spec)
}

// keep is how many records stay.
const keep = 10

// Prune removes the oldest records, but for the last one that worked, and
// returns those that stay.
func (l *Lock) Prune(ctx context.Context, records []Record) (kept []Record, err error) {
	good := LastGood(records)
	for i, record := range records {
		if i < keep || good != nil && record.Number == good.Number {
			kept = append(kept, record)
			continue
		}
		err = errors.Join(err, l.remove(ctx, record))
	}
	return kept, err
}

// Forget removes all records.
func (l *Lock) Forget(ctx context.Context, records []Record) error {
	for _, record := range records {
		if err := l.remove(ctx, record); err != nil {
			return err
		}
	}
	return nil
}

func (l *Lock) remove(ctx context.Context, record Record) error {
	if err := l.Fence(ctx); err != nil {
		return err
	}
	err := l.store.swarm.RemoveConfig(ctx, record.id)
	if errors.Is(err, engine.ErrNotFound) {
		return nil
	}
	return err
}
