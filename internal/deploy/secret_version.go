package deploy

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/docker/docker/api/types/swarm"

	"coopcloud.tech/catalogue/internal/deploy/secret"
	engine "coopcloud.tech/catalogue/internal/deploy/swarm"
)

// SecretVersion is one version of an app's secret that the swarm holds.
type SecretVersion struct {
	Name    string   `json:"name"`
	Version string   `json:"version"`
	Swarm   string   `json:"swarm_name"`
	UsedBy  []string `json:"used_by"` // services that mount it
	KeptBy  []string `json:"kept_by"` // what could no longer be rolled back to

	id string
}

// SecretVersions lists the versions of these secrets that the swarm holds.
func (d *Deployer) SecretVersions(ctx context.Context, want *Desired, of []secret.Secret) ([]SecretVersion, error) {
	existing, err := d.existingSecrets(ctx)
	if err != nil {
		return nil, err
	}
	uses, err := d.secretUses(ctx, want.Specs.Stack)
	if err != nil {
		return nil, refused(err)
	}
	list := []SecretVersion{}
	for name, found := range existing {
		for _, s := range of {
			if version, ok := versionOf(s, name, want.Secrets); ok {
				list = append(list, SecretVersion{
					Name: s.Short, Version: version, Swarm: name, id: found.ID,
					UsedBy: uses.now[name], KeptBy: uses.before[name],
				})
			}
		}
	}
	slices.SortFunc(list, func(a, b SecretVersion) int { return strings.Compare(a.Swarm, b.Swarm) })
	return list, nil
}

// versionOf is the version of a secret that a name in the swarm stands for. What
// is another secret's name in full is none: db_v1 and db_admin_v1 start alike.
func versionOf(s secret.Secret, name string, all []secret.Secret) (version string, ok bool) {
	if s.Version == "" {
		return "", name == s.Name
	}
	version, ok = strings.CutPrefix(name, s.NameFor(""))
	if !ok || version == "" || strings.Contains(version, "_") && version != s.Version {
		return "", false
	}
	other := slices.ContainsFunc(all, func(o secret.Secret) bool { return o.Name == name && o.Name != s.Name })
	return version, !other
}

// secretUses tells by name who refers to a secret: services now, and what they
// could be put back to.
type secretUses struct{ now, before map[string][]string }

func (d *Deployer) secretUses(ctx context.Context, stack string) (secretUses, error) {
	uses := secretUses{map[string][]string{}, map[string][]string{}}
	services, err := d.Swarm.Services(ctx, stack)
	if err != nil {
		return uses, err
	}
	for _, service := range services {
		note(uses.now, service.Spec, "service "+service.Spec.Name)
		if service.PreviousSpec != nil {
			note(uses.before, *service.PreviousSpec, "the spec before of service "+service.Spec.Name)
		}
	}
	records, err := d.Releases(ctx, stack)
	for _, record := range records {
		for _, spec := range record.Specs.Services {
			note(uses.before, spec, "release "+strconv.Itoa(record.Number))
		}
	}
	return uses, err
}

func note(uses map[string][]string, spec swarm.ServiceSpec, who string) {
	container := spec.TaskTemplate.ContainerSpec
	if container == nil {
		return
	}
	for _, ref := range container.Secrets {
		if !slices.Contains(uses[ref.SecretName], who) {
			uses[ref.SecretName] = append(uses[ref.SecretName], who)
		}
	}
}

// CheckSecretRemoval fails with ErrRefused where one of them is used, or, without
// force, where a kept release refers to it.
func CheckSecretRemoval(list []SecretVersion, force bool) error {
	var errs []error
	for _, s := range list {
		switch {
		case len(s.UsedBy) > 0:
			errs = append(errs, fmt.Errorf("secret %s is used by %s", s.Swarm, strings.Join(s.UsedBy, ", ")))
		case len(s.KeptBy) > 0 && !force:
			errs = append(errs, fmt.Errorf("secret %s is needed to go back to %s; --force removes it all the same", s.Swarm, strings.Join(s.KeptBy, ", ")))
		}
	}
	if len(errs) > 0 {
		return refused(errors.Join(errs...))
	}
	return nil
}

// RemoveSecrets removes them from the swarm, which cannot give them back. The
// names of those that are gone come back with an error too.
func (d *Deployer) RemoveSecrets(ctx context.Context, list []SecretVersion) (removed []string, err error) {
	for _, s := range list {
		err := d.Swarm.RemoveSecret(ctx, s.id)
		if err != nil && !errors.Is(err, engine.ErrNotFound) {
			err = fmt.Errorf("secret %s: %w", s.Swarm, err)
			if len(removed) == 0 && engine.Refused(err) {
				return nil, refused(err)
			}
			return removed, &outcome{ErrUnclear, err}
		}
		removed = append(removed, s.Swarm)
	}
	return removed, nil
}

// lastNumber splits a version such as v12.
var lastNumber = regexp.MustCompile(`^(.*?)([0-9]{1,9})$`)

// NextVersion is the version that follows the app's own, and every other of that
// secret that the swarm holds.
func NextVersion(current string, held []SecretVersion) string {
	prefix, highest := current, 1
	if parts := lastNumber.FindStringSubmatch(current); parts != nil {
		prefix = parts[1]
		highest, _ = strconv.Atoi(parts[2])
	}
	for _, s := range held {
		if parts := lastNumber.FindStringSubmatch(s.Version); parts != nil && parts[1] == prefix {
			if n, err := strconv.Atoi(parts[2]); err == nil {
				highest = max(highest, n)
			}
		}
	}
	return prefix + strconv.Itoa(highest+1)
}
