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

// Claim is what Take needs to know.
type Claim struct {
	Who, Why string
	TTL      time.Duration // 0: DefaultTTL
	Wait     time.Duration // how long to wait for whoever holds it
	Waiting  func(Holder)  // called once where there is someone to wait for; may be nil
}

// Take takes the lock, or fails with ErrLocked. The returned context ends with
// the cause ErrLost when the lock is gone. A lock that was not renewed in time is
// taken from its holder.
func (s *Store) Take(ctx context.Context, c Claim) (*Lock, context.Context, error) {
	if c.TTL <= 0 {
		c.TTL = DefaultTTL
	}
	tick := time.NewTicker(min(time.Second, c.TTL/4))
	defer tick.Stop()
	told := false
	for end := time.Now().Add(c.Wait); ; {
		lock, held, err := s.try(ctx, c)
		switch {
		case lock != nil:
			return lock, lock.start(ctx), nil
		case err != nil:
			return nil, nil, err
		case held != nil && !time.Now().Before(end):
			return nil, nil, fmt.Errorf("%w: stack %s is held by %s", ErrLocked, s.stack, held)
		case held != nil && !told && c.Waiting != nil:
			told = true
			c.Waiting(*held)
		}
		select {
		case <-ctx.Done():
			return nil, nil, ctx.Err()
		case <-tick.C:
		}
	}
}

// start keeps the lock alive. The context that it returns has what the given one
// has.
func (l *Lock) start(ctx context.Context) context.Context {
	// Ctrl-C ends the work, and putting things back goes on under the lock.
	beating, stop := context.WithCancel(context.WithoutCancel(ctx))
	working, lost := context.WithCancelCause(ctx)
	l.stop, l.ended = stop, make(chan struct{})
	go l.beat(beating, lost)
	return working
}

// try takes the lock if it is free or stale. It returns neither a lock nor an
// error where it is held, or where someone else was quicker.
func (s *Store) try(ctx context.Context, c Claim) (*Lock, *Holder, error) {
	lock := &Lock{store: s, token: newToken(), ttl: c.TTL}
	spec := swarm.ConfigSpec{
		Annotations: swarm.Annotations{Name: lockName(s.stack), Labels: lock.claim(c)},
		Data:        []byte("lock\n"), // Swarm stores no empty config
	}
	id, err := s.swarm.CreateConfig(ctx, spec)
	if err == nil {
		lock.id = id
		return lock, nil, nil
	}
	if !errors.Is(err, engine.ErrConflict) {
		return nil, nil, err
	}
	config, held, err := s.inspect(ctx, c.TTL)
	switch {
	case errors.Is(err, engine.ErrNotFound):
		return nil, nil, nil // released just now
	case err != nil:
		return nil, nil, err
	case config.Spec.Labels[labelReleased] != "":
		return nil, nil, s.clear(ctx, config)
	case !held.Stale:
		return nil, held, nil
	}
	lock.id, lock.Stolen = config.ID, held
	config.Spec.Labels = lock.claim(c)
	err = s.swarm.UpdateConfig(ctx, config.ID, config.Version, config.Spec)
	if errors.Is(err, engine.ErrOutOfSequence) || errors.Is(err, engine.ErrNotFound) {
		return nil, nil, nil // renewed, or stolen, just now
	}
	if err != nil {
		return nil, nil, err
	}
	return lock, nil, nil
}

func (l *Lock) claim(c Claim) map[string]string {
	return l.store.labels(map[string]string{
		labelLock: l.token, labelWho: oneLine(c.Who), labelWhy: oneLine(c.Why),
		labelSince: time.Now().UTC().Format(time.RFC3339), labelTTL: strconv.FormatInt(c.TTL.Milliseconds(), 10),
	})
}

// inspect reads the lock. Age is told by the manager's clock, for those of two
// operators may differ, and the limit is the holder's own.
func (s *Store) inspect(ctx context.Context, ttl time.Duration) (swarm.Config, *Holder, error) {
	config, err := s.swarm.Config(ctx, lockName(s.stack))
	if err != nil {
		return config, nil, err
	}
	if !isLock(config) {
		return config, nil, fmt.Errorf("config %s is no lock, and nothing but a lock may have this name; remove it: docker config rm %[1]s", config.Spec.Name)
	}
	now, err := s.swarm.Now(ctx)
	if err != nil {
		return config, nil, err
	}
	if own, err := strconv.ParseInt(config.Spec.Labels[labelTTL], 10, 64); err == nil && own > 0 && own <= maxTTL.Milliseconds() {
		ttl = time.Duration(own) * time.Millisecond
	}
	held := holder(config)
	held.Stale = now.Sub(config.UpdatedAt) > ttl
	return config, &held, nil
}

const maxTTL = time.Hour

// clear removes a lock whose holder ended between giving it back and removing it.
func (s *Store) clear(ctx context.Context, config swarm.Config) error {
	err := s.swarm.RemoveConfig(ctx, config.ID)
	if errors.Is(err, engine.ErrNotFound) {
		return nil
	}
	return err
}

// Held returns who holds the lock; nil where nobody does.
func (s *Store) Held(ctx context.Context) (*Holder, error) {
	config, held, err := s.inspect(ctx, DefaultTTL)
	if errors.Is(err, engine.ErrNotFound) || err == nil && config.Spec.Labels[labelReleased] != "" {
		return nil, nil
	}
	return held, err
}

// AwaitFree waits until nobody holds the lock, or the time is over, so that a plan
// is made for what the holder leaves. waiting is called once.
func (s *Store) AwaitFree(ctx context.Context, wait time.Duration, waiting func(Holder)) error {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	told := false
	for end := time.Now().Add(wait); time.Now().Before(end); {
		held, err := s.Held(ctx)
		if err != nil || held == nil || held.Stale {
			return err
		}
		if !told {
			waiting(*held)
			told = true
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
	return nil
}

// Break takes the lock away from whoever holds it, and returns who that was; nil
// where nobody did. The holder notices before its next write, and stops.
func (s *Store) Break(ctx context.Context) (*Holder, error) {
	config, held, err := s.inspect(ctx, DefaultTTL)
	switch {
	case errors.Is(err, engine.ErrNotFound):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return held, s.clear(ctx, config)
}
