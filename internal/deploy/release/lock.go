package release

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/docker/docker/api/types/swarm"

	engine "coopcloud.tech/catalogue/internal/deploy/swarm"
)

var (
	// ErrLocked: someone else is at work on the stack. The text says who.
	ErrLocked = errors.New("locked by someone else")
	// ErrLost: someone took the lock away, and nothing more may be written.
	ErrLost = errors.New("the lock is lost")
)

// DefaultTTL is how long a lock lives that its holder no longer renews.
const DefaultTTL = 30 * time.Second

// Holder says who holds a lock.
type Holder struct {
	Who   string    `json:"who"` // user@host
	Why   string    `json:"why"` // what is being done
	Since time.Time `json:"since"`
	// Stale: it was not renewed in time. The holder was killed, or lost its way to
	// the swarm; the next one takes the lock.
	Stale bool `json:"stale"`
}

func (h Holder) String() string {
	return fmt.Sprintf("%s (%s, since %s)", h.Who, h.Why, h.Since.Local().Format("2006-01-02 15:04:05"))
}

// Lock is held by one client at a time. All that it says stands in labels of one
// config: to create it is to take it, since names are unique; each change goes
// by the version index, so that of two who try only one succeeds.
type Lock struct {
	// Stolen is the holder that the lock was taken from, who did not end its work;
	// nil where it was free.
	Stolen *Holder

	store *Store
	id    string
	token string
	ttl   time.Duration

	stop  context.CancelFunc // of the renewals
	ended chan struct{}      // closed when there is no more of them
}

// Fence reads the lock again, and fails with ErrLost where it is no longer ours.
// It is asked before every single write: a client that was paused does not know
// what happened meanwhile.
func (l *Lock) Fence(ctx context.Context) error {
	_, err := l.read(ctx)
	return err
}

func (l *Lock) read(ctx context.Context) (swarm.Config, error) {
	config, err := l.store.swarm.Config(ctx, l.id)
	switch {
	case errors.Is(err, engine.ErrNotFound):
		return config, fmt.Errorf("%w: someone has broken it", ErrLost)
	case err != nil:
		return config, err
	case config.Spec.Labels[labelLock] != l.token:
		return config, fmt.Errorf("%w: %s has taken it", ErrLost, holder(config))
	case config.Spec.Labels[labelReleased] != "":
		return config, fmt.Errorf("%w: someone has broken it", ErrLost)
	}
	return config, nil
}

func holder(config swarm.Config) Holder {
	labels := config.Spec.Labels
	// A lock that somebody wrote by hand may lack it.
	since, err := time.Parse(time.RFC3339, labels[labelSince])
	if err != nil {
		since = config.CreatedAt
	}
	return Holder{Who: oneLine(labels[labelWho]), Why: oneLine(labels[labelWhy]), Since: since}
}

func isLock(config swarm.Config) bool {
	return config.Spec.Labels[labelLock] != "" && !foreign(config)
}

// change sends new labels under the version index that it reads first. A version
// that moved while the lock is still ours is an answer of ours that got lost.
func (l *Lock) change(ctx context.Context, set func(labels map[string]string)) error {
	err := engine.ErrOutOfSequence
	for try := 0; errors.Is(err, engine.ErrOutOfSequence) && try < maxTries; try++ {
		var config swarm.Config
		if config, err = l.read(ctx); err != nil {
			return err
		}
		set(config.Spec.Labels)
		err = l.store.swarm.UpdateConfig(ctx, l.id, config.Version, config.Spec)
	}
	return err
}

const maxTries = 3

// beat renews the lock until the context ends, and calls lost when it is gone. It
// ends no renewal halfway: the engine might do it later.
func (l *Lock) beat(ctx context.Context, lost context.CancelCauseFunc) {
	defer close(l.ended)
	tick := time.NewTicker(l.ttl / 4)
	defer tick.Stop()
	for n := 1; ; n++ {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		// Any other error may pass: the lock lives until its time is over.
		err := l.renew(ctx, n)
		if errors.Is(err, ErrLost) {
			lost(err)
			return
		}
	}
}

func (l *Lock) renew(ctx context.Context, n int) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), l.ttl/2)
	defer cancel()
	return l.change(ctx, func(labels map[string]string) { labels[labelBeat] = strconv.Itoa(n) })
}

// Release gives the lock back. It marks it first: only then is it sure that what
// is removed is still ours.
func (l *Lock) Release(ctx context.Context) error {
	l.stop()
	<-l.ended
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), releaseTimeout)
	defer cancel()
	err := l.change(ctx, func(labels map[string]string) { labels[labelReleased] = "true" })
	if err == nil {
		err = l.store.swarm.RemoveConfig(ctx, l.id)
	}
	if errors.Is(err, ErrLost) || errors.Is(err, engine.ErrNotFound) {
		return nil // whoever took it has it now
	}
	return err
}

const releaseTimeout = 20 * time.Second

func newToken() string { return rand.Text() }
