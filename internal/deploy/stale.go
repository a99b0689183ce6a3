package deploy

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/docker/docker/api/types/swarm"
)

// errStale: the plan was made for another state of the swarm.
var errStale = errors.New("after the plan was made; run the deploy again")

// rebase moves the plan onto a newer state, where what the plan has to do with is
// still the same. Versions move without a change: the orchestrator raises them
// while it works.
func (p *Plan) rebase(now *swarmState) error {
	if err := p.sameServices(now); err != nil {
		return err
	}
	for i := range p.Actions {
		if err := p.Actions[i].rebase(p.observed, now); err != nil {
			return err
		}
	}
	p.observed = now
	return nil
}

func (p *Plan) sameServices(now *swarmState) error {
	seen := map[string]bool{}
	for _, service := range now.Services {
		seen[service.ID] = true
		switch old := p.service(service.ID); {
		case old == nil:
			return fmt.Errorf("service %s: someone made it %w", service.Spec.Name, errStale)
		case !reflect.DeepEqual(service.Spec, old.Spec):
			return fmt.Errorf("service %s: someone changed it %w", service.Spec.Name, errStale)
		}
	}
	for _, service := range p.observed.Services {
		if !seen[service.ID] {
			return fmt.Errorf("service %s: someone removed it %w", service.Spec.Name, errStale)
		}
	}
	return nil
}

// rebase takes over the object's version of now.
func (a *Action) rebase(old, now *swarmState) error {
	was, is := find(old, a.object()), find(now, a.object())
	switch {
	case was.id == "" && is.id != "":
		return fmt.Errorf("%s %s: someone made it %w", a.Kind, a.Name, errStale)
	case was.id != "" && is.id == "":
		return fmt.Errorf("%s %s: someone removed it %w", a.Kind, a.Name, errStale)
	case was.id != is.id, !reflect.DeepEqual(was.labels, is.labels):
		return fmt.Errorf("%s %s: someone changed it %w", a.Kind, a.Name, errStale)
	}
	a.Index = is.version.Index
	return nil
}

// found is one object of a swarm; without an ID where there is none.
type found struct {
	id      string
	version swarm.Version
	labels  map[string]string
}

func find(state *swarmState, o object) found {
	have := decider{have: state}
	switch o.kind {
	case NetworkKind:
		n, _ := swarmNetwork(state.Networks, o.name)
		return found{id: n.ID}
	case SecretKind:
		s, _ := have.secret(o.name)
		return found{s.ID, s.Version, s.Spec.Labels}
	case ConfigKind:
		c, _ := have.config(o.name)
		return found{c.ID, c.Version, c.Spec.Labels}
	}
	if s := have.service(o.name); s != nil {
		return found{s.ID, s.Version, s.Spec.Labels}
	}
	return found{}
}
