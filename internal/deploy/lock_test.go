package deploy_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/docker/docker/api/types/swarm"

	"coopcloud.tech/catalogue/internal/deploy"
	"coopcloud.tech/catalogue/internal/deploy/release"
)

func TestOnlyOneClientAtATime(t *testing.T) {
	r := newRig(t, "")
	r.image("tiny:1")
	r.Who = "ada@laptop"
	other := *r.Deployer
	other.Who = "bob@desk"
	other.Progress = nil
	started, goOn := make(chan struct{}), make(chan struct{})
	hold := sync.OnceFunc(func() { close(started); <-goOn })
	r.Progress = func(e deploy.Event) {
		if e.Phase == deploy.ApplyPhase {
			hold()
		}
	}
	first := make(chan error, 1)
	go func() { first <- r.deploy(at("1.0.0+1", compose(quick)), deploy.Options{}) }()
	<-started

	second := func(o deploy.Options) error {
		plan, err := other.Plan(t.Context(), r.want(at("1.1.0+1", compose(quick))), deploy.Options{Offline: true})
		if err != nil {
			return err
		}
		return other.Apply(t.Context(), plan, o)
	}
	err := second(deploy.Options{})
	if !errors.Is(err, deploy.ErrLocked) || !strings.Contains(err.Error(), "held by ada@laptop (deploy 1.0.0+1, since ") {
		t.Errorf("%v, want ErrLocked with the holder's name", err)
	}
	waiting := make(chan struct{})
	other.Progress = func(e deploy.Event) {
		if strings.HasPrefix(e.Detail, "waiting for ada@laptop") {
			close(waiting)
		}
	}
	waited := make(chan error, 1)
	go func() { waited <- second(deploy.Options{LockWait: 10 * time.Minute}) }()
	<-waiting
	close(goOn)
	if err := <-first; err != nil {
		t.Fatal(err)
	}
	// Its plan was for an empty stack: who waited must not overwrite what was done
	// meanwhile.
	if err := <-waited; !errors.Is(err, deploy.ErrRefused) || !strings.Contains(err.Error(), "after the plan was made") {
		t.Errorf("%v, want ErrRefused for a stale plan", err)
	}
	r.wantHistory("deploy converged 1.0.0+1")
}

func (r *rig) want(source deploy.Source) *deploy.Desired {
	r.t.Helper()
	want, err := deploy.Prepare(r.app, source)
	if err != nil {
		r.t.Fatal(err)
	}
	return want
}

// Whoever holds the lock reads it before every write: once it is broken, not one
// write follows.
func TestHolderOfABrokenLockStops(t *testing.T) {
	r := newRig(t, "")
	r.image("tiny:1")
	stop := sync.OnceFunc(func() {
		if err := r.BreakLock(t.Context(), r.app); err != nil {
			t.Error(err)
		}
	})
	r.Progress = func(e deploy.Event) {
		r.note(e)
		if e.Kind == deploy.NetworkKind {
			stop() // the network's own write has passed the fence
		}
	}
	err := r.deploy(at("1.0.0+1", compose(quick)), deploy.Options{})
	if !errors.Is(err, deploy.ErrUnclear) || !strings.Contains(err.Error(), "the lock is lost: someone has broken it") || !strings.Contains(err.Error(), "nothing was put back") {
		t.Fatalf("%v, want ErrUnclear for a lost lock", err)
	}
	if services := r.services(); len(services) != 0 {
		t.Errorf("it went on: %v", services)
	}
	r.wantHistory("deploy pending 1.0.0+1")
	r.Progress = r.note
	r.mustDeploy(at("1.0.0+1", compose(quick)))
	r.wantHistory("deploy interrupted 1.0.0+1", "deploy converged 1.0.0+1")
}

// A lock that its holder does not renew is taken over, and not before.
func TestStaleLockIsTaken(t *testing.T) {
	r := newRig(t, "")
	r.image("tiny:1")
	lock := swarm.ConfigSpec{
		Annotations: swarm.Annotations{Name: r.stack + ".lock", Labels: map[string]string{
			release.LabelStack: r.stack, "tech.coopcloud.lock": "t0ken", "tech.coopcloud.lock.who": "eve@cellar",
			"tech.coopcloud.lock.why": "deploy 0.9", "tech.coopcloud.lock.ttl": "3600000",
		}},
		Data: []byte("lock\n"),
	}
	if _, err := r.engine.API.ConfigCreate(t.Context(), lock); err != nil {
		t.Fatal(err)
	}
	err := r.deploy(at("1.0.0+1", compose(quick)), deploy.Options{})
	if !errors.Is(err, deploy.ErrLocked) || !strings.Contains(err.Error(), "held by eve@cellar (deploy 0.9") {
		t.Fatalf("%v, want ErrLocked", err)
	}
	held, _, err := r.engine.API.ConfigInspectWithRaw(t.Context(), lock.Name)
	if err != nil {
		t.Fatal(err)
	}
	lock.Labels["tech.coopcloud.lock.ttl"] = "1"
	if err := r.engine.API.ConfigUpdate(t.Context(), held.ID, held.Version, lock); err != nil {
		t.Fatal(err)
	}
	if err := r.deploy(at("1.0.0+1", compose(quick)), deploy.Options{LockWait: time.Minute}); err != nil {
		t.Fatal(err)
	}
	if !r.heard("took over from eve@cellar") {
		t.Error("nobody was told whose lock was taken")
	}
}

func (r *rig) heard(detail string) bool {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return slices.ContainsFunc(r.events, func(e deploy.Event) bool { return strings.Contains(e.Detail, detail) })
}

func TestInterruptIsRecordedAndTheLockGivenBack(t *testing.T) {
	r := newRig(t, "")
	r.image("tiny:1")
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	r.Progress = func(e deploy.Event) {
		if e.Phase == deploy.WaitPhase {
			interrupt()
		}
	}
	plan, err := r.plan(at("1.0.0+1", compose(quick)), deploy.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Apply(ctx, plan, deploy.Options{}); !errors.Is(err, deploy.ErrUnclear) {
		t.Fatalf("%v, want ErrUnclear", err)
	}
	r.wantHistory("deploy interrupted 1.0.0+1")
	if holder, err := r.LockHolder(t.Context(), r.app); err != nil || holder != nil {
		t.Errorf("the lock is held by %v (%v)", holder, err)
	}
}
