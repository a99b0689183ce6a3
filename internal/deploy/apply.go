package deploy

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"time"

	"github.com/docker/docker/api/types/swarm"

	"coopcloud.tech/catalogue/internal/deploy/release"
	engine "coopcloud.tech/catalogue/internal/deploy/swarm"
)

// applier carries out a plan and remembers what it did.
type applier struct {
	*Deployer
	plan *Plan

	// fence is asked before every single write: an error means that somebody else
	// holds the stack by now, and that nothing more may be written. nil: no lock.
	fence   func(context.Context) error
	session *session // nil: no lock is held, for there is nothing to write
	options Options
	goal    goal            // what a failure leads back to
	record  *release.Record // of this work
	result  release.Result  // how it ended

	mutex sync.Mutex
	ids   map[Kind]map[string]string // name → ID of what exists by now
	done  []Action                   // writes that happened, in order
	mine  map[object]bool            // what was changed, or may have been: an answer can get lost
}

// object names one object of the swarm.
type object struct {
	kind Kind
	name string
}

func (a Action) object() object { return object{a.Kind, a.Name} }

func newApplier(d *Deployer, plan *Plan) *applier {
	a := &applier{Deployer: d, plan: plan, result: release.Failed, mine: map[object]bool{}, ids: map[Kind]map[string]string{
		NetworkKind: {}, SecretKind: {}, ConfigKind: {}, ServiceKind: {},
	}}
	for _, n := range plan.observed.Networks {
		// Predefined networks are the engine's own: it knows them by name.
		if n.Scope == "swarm" {
			a.ids[NetworkKind][n.Name] = n.ID
		}
	}
	for _, s := range plan.observed.Secrets {
		a.ids[SecretKind][s.Spec.Name] = s.ID
	}
	for _, c := range plan.observed.Configs {
		a.ids[ConfigKind][c.Spec.Name] = c.ID
	}
	return a
}

func (a *applier) one(ctx context.Context, action Action) error {
	if err := a.guard(ctx); err != nil {
		return err
	}
	a.emit(Event{Phase: ApplyPhase, Kind: action.Kind, Name: action.Name, Op: action.Op})
	id, err := a.send(ctx, action)
	a.mutex.Lock()
	defer a.mutex.Unlock()
	// A replacement is two writes, of which the first may have happened.
	a.mine[action.object()] = err == nil || action.Op == Replace || !engine.Refused(err)
	if err != nil {
		return fmt.Errorf("%s %s %s: %w", action.Op, action.Kind, action.Name, err)
	}
	a.ids[action.Kind][action.Name] = id
	a.done = append(a.done, action)
	return nil
}

// guard asks the fence whether a write may still happen.
func (a *applier) guard(ctx context.Context) error {
	if a.fence == nil {
		return nil
	}
	return a.fence(ctx)
}

// service is an observed service by ID; nil where there is none.
func (p *Plan) service(id string) *swarm.Service {
	for i := range p.observed.Services {
		if p.observed.Services[i].ID == id {
			return &p.observed.Services[i]
		}
	}
	return nil
}

func (a *applier) send(ctx context.Context, action Action) (id string, err error) {
	version := swarm.Version{Index: action.Index}
	switch {
	case action.network != nil:
		return a.Swarm.CreateNetwork(ctx, action.Name, action.network.CreateOptions)
	case action.secret != nil && action.Op == Create:
		return a.Swarm.CreateSecret(ctx, *action.secret)
	case action.secret != nil:
		labels := *action.secret
		labels.Data = nil // the engine changes labels only
		return action.ID, a.Swarm.UpdateSecret(ctx, action.ID, version, labels)
	case action.config != nil && action.Op == Create:
		return a.Swarm.CreateConfig(ctx, *action.config)
	case action.config != nil:
		return action.ID, a.Swarm.UpdateConfig(ctx, action.ID, version, *action.config)
	case action.service != nil:
		return a.sendService(ctx, action)
	}
	return "", errors.New("the plan says nothing to send")
}

func (a *applier) sendService(ctx context.Context, action Action) (id string, err error) {
	spec, err := a.resolved(*action.service)
	if err != nil {
		return "", err
	}
	auth := a.plan.auth(spec)
	switch action.Op {
	case Replace:
		if err := a.Swarm.RemoveService(ctx, action.ID); err != nil {
			return "", err
		}
		if err := a.guard(ctx); err != nil {
			return "", err
		}
		fallthrough
	case Create:
		return a.Swarm.CreateService(ctx, spec, auth)
	default:
		return action.ID, a.update(ctx, a.plan.service(action.ID), spec, auth)
	}
}

// maxRetries bounds how often an update is sent again: the orchestrator itself
// raises a service's version while it works.
const maxRetries = 10

// update replaces the spec of a service that has not changed since it was
// observed. A version that moved while the spec stayed is no change.
func (a *applier) update(ctx context.Context, observed *swarm.Service, spec swarm.ServiceSpec, auth string) error {
	version := observed.Version
	for range maxRetries {
		err := a.Swarm.UpdateService(ctx, observed.ID, version, spec, auth)
		if !errors.Is(err, engine.ErrOutOfSequence) {
			return err
		}
		now, err := a.Swarm.Service(ctx, observed.ID)
		if err != nil {
			return err
		}
		if !reflect.DeepEqual(now.Spec, observed.Spec) {
			return fmt.Errorf("%w: someone changed it after the plan was made; run the deploy again", engine.ErrOutOfSequence)
		}
		version = now.Version
		if err := a.guard(ctx); err != nil {
			return err
		}
	}
	return engine.ErrOutOfSequence
}

// resolved returns the spec with IDs in place of names.
func (a *applier) resolved(spec swarm.ServiceSpec) (swarm.ServiceSpec, error) {
	spec = clone(spec)
	a.mutex.Lock()
	defer a.mutex.Unlock()
	for i := range spec.TaskTemplate.Networks {
		network := &spec.TaskTemplate.Networks[i]
		if id, ok := a.ids[NetworkKind][network.Target]; ok {
			network.Target = id
		}
	}
	container := spec.TaskTemplate.ContainerSpec
	for _, ref := range container.Secrets {
		if ref.SecretID = a.ids[SecretKind][ref.SecretName]; ref.SecretID == "" {
			return spec, fmt.Errorf("secret %s does not exist", ref.SecretName)
		}
	}
	for _, ref := range container.Configs {
		if ref.ConfigID = a.ids[ConfigKind][ref.ConfigName]; ref.ConfigID == "" {
			return spec, fmt.Errorf("config %s does not exist", ref.ConfigName)
		}
		if ref.Runtime != nil && container.Privileges != nil && container.Privileges.CredentialSpec != nil {
			container.Privileges.CredentialSpec.Config = ref.ConfigID
		}
	}
	return spec, nil
}

// emit reports an event, one at a time.
func (a *applier) emit(e Event) {
	if a.Progress == nil {
		return
	}
	a.mutex.Lock()
	defer a.mutex.Unlock()
	e.Time = time.Now()
	a.Progress(e)
}
