package deploy

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/docker/docker/api/types/swarm"
)

// Estate is what is left of an app that is not deployed.
type Estate struct {
	App      string   `json:"app"`
	Server   string   `json:"server"`
	Stack    string   `json:"stack"`
	Path     string   `json:"path"`    // of the env file
	Secrets  []string `json:"secrets"` // names in the swarm
	Releases int      `json:"releases"`
	// Objects are what an undeploy would have removed: configs, networks.
	Objects []string     `json:"objects"`
	Volumes []Volume     `json:"volumes"`
	Unasked []NodeSilent `json:"unasked"` // nodes that may have more volumes
	// Similar are secrets that start with the stack's name and that the env says
	// nothing of. They stay: they may be another app's.
	Similar []string `json:"similar"`

	leftover *Removal
	secrets  []SecretVersion
}

// Estate finds what an app has left. It fails with ErrRefused where the app is
// deployed.
func (d *Deployer) Estate(ctx context.Context, app *App) (*Estate, error) {
	leftover, err := d.PlanRemoval(ctx, app)
	if err != nil {
		return nil, err
	}
	if len(leftover.Services) > 0 {
		return nil, refused(fmt.Errorf("app %s is deployed; stop it first: catalogue app undeploy %[1]s", app.Domain))
	}
	e := &Estate{App: app.Domain, Server: app.Server, Stack: app.StackName(), Path: app.Path, leftover: leftover}
	e.Objects = slices.Concat([]string{}, leftover.Secrets, leftover.Configs, leftover.Networks)
	records, err := d.Releases(ctx, e.Stack)
	if err != nil {
		return nil, refused(err)
	}
	e.Releases = len(records)
	volumes, err := d.Volumes(ctx, app)
	if err != nil {
		return nil, err
	}
	e.Volumes, e.Unasked = volumes.Volumes, volumes.Unasked
	secrets, err := d.Swarm.Secrets(ctx)
	if err != nil {
		return nil, refused(err)
	}
	e.sort(app, secrets)
	return e, nil
}

// sort tells the app's own secrets from those that are named alike.
func (e *Estate) sort(app *App, secrets []swarm.Secret) {
	e.Secrets, e.Similar = []string{}, []string{}
	for _, s := range secrets {
		name := s.Spec.Name
		switch {
		case slices.Contains(e.leftover.Secrets, name), !strings.HasPrefix(name, e.Stack+"_"):
		case ownsSecret(app, e.Stack, name):
			e.Secrets = append(e.Secrets, name)
			e.secrets = append(e.secrets, SecretVersion{Swarm: name, id: s.ID})
		default:
			e.Similar = append(e.Similar, name)
		}
	}
}

// ownsSecret reports whether a name is that of a secret, in any version, that the
// app's env gives a version to. Names differ from variables in case.
func ownsSecret(app *App, stack, name string) bool {
	for _, v := range app.Env.Vars() {
		short, isSecret := strings.CutPrefix(v.Key, "SECRET_")
		short, isVersion := strings.CutSuffix(short, "_VERSION")
		if !isSecret || !isVersion {
			continue
		}
		version, ok := strings.CutPrefix(strings.ToLower(name), strings.ToLower(stack+"_"+short)+"_")
		if ok && version != "" && (version == strings.ToLower(v.Value) || !strings.Contains(version, "_")) {
			return true
		}
	}
	return false
}

// Discard removes what is left of an app, with the volumes where data is true. wait is how long
// to wait while someone else is at work on the stack.
func (d *Deployer) Discard(ctx context.Context, e *Estate, data bool, wait time.Duration) error {
	if err := d.Remove(ctx, e.leftover, wait); err != nil {
		return err
	}
	return d.locked(ctx, e.App, e.Stack, "remove", wait, func(ctx context.Context, s *session) error {
		if err := s.discard(ctx, e, data); err != nil {
			return &outcome{ErrUnclear, fmt.Errorf("%w\nThe app is only partly removed; run the remove again", err)}
		}
		return nil
	})
}

func (s *session) discard(ctx context.Context, e *Estate, data bool) error {
	services, err := s.Swarm.Services(ctx, e.Stack)
	if err != nil {
		return err
	}
	if len(services) > 0 {
		return errors.New("someone has deployed it meanwhile")
	}
	if data {
		if _, err := s.RemoveVolumes(ctx, e.Volumes); err != nil {
			return err
		}
	}
	if err := s.lock.Fence(ctx); err != nil {
		return err
	}
	if _, err := s.RemoveSecrets(ctx, e.secrets); err != nil {
		return err
	}
	if err := s.lock.Forget(ctx, s.records); err != nil {
		return err
	}
	// Last: without it, what failed could not be done again.
	if err := os.Remove(e.Path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}
