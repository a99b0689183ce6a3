package deploy

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/docker/docker/api/types/swarm"

	"coopcloud.tech/catalogue/internal/deploy/secret"
	engine "coopcloud.tech/catalogue/internal/deploy/swarm"
)

// SecretState is one secret of an app and whether the swarm has it.
type SecretState struct {
	Name     string     `json:"name"` // what operators type
	Version  string     `json:"version"`
	Swarm    string     `json:"swarm_name"`
	Length   int        `json:"length,omitempty"`
	Charset  []string   `json:"charset,omitempty"`
	Generate bool       `json:"generate"`
	Created  bool       `json:"created"`
	Since    *time.Time `json:"since,omitempty"`
}

// Generated is a secret that was just made. Its value is shown once: Swarm
// cannot give it back.
type Generated struct {
	Secret secret.Secret
	Value  secret.Value
}

// SecretStates lists the app's external secrets.
func (d *Deployer) SecretStates(ctx context.Context, want *Desired) ([]SecretState, error) {
	existing, err := d.existingSecrets(ctx)
	if err != nil {
		return nil, err
	}
	states := []SecretState{}
	for _, s := range want.Secrets {
		state := SecretState{
			Name: s.Short, Version: s.Version, Swarm: s.Name,
			Length: s.Length, Charset: s.Charset, Generate: s.Generate,
		}
		if found, ok := existing[s.Name]; ok {
			state.Created, state.Since = true, &found.CreatedAt
		}
		states = append(states, state)
	}
	return states, nil
}

func (d *Deployer) existingSecrets(ctx context.Context) (map[string]swarm.Secret, error) {
	if err := d.Swarm.CheckManager(ctx); err != nil {
		return nil, refused(err)
	}
	list, err := d.Swarm.Secrets(ctx)
	if err != nil {
		return nil, refused(err)
	}
	existing := map[string]swarm.Secret{}
	for _, s := range list {
		existing[s.Spec.Name] = s
	}
	return existing, nil
}

// Missing returns those of the app's secrets that can be generated and are not
// in the swarm.
func (d *Deployer) Missing(ctx context.Context, want *Desired) ([]secret.Secret, error) {
	existing, err := d.existingSecrets(ctx)
	if err != nil {
		return nil, err
	}
	var missing []secret.Secret
	for _, s := range want.Secrets {
		if _, found := existing[s.Name]; !found && s.Generate {
			missing = append(missing, s)
		}
	}
	return missing, nil
}

// Generate makes values for the secrets and puts them into the swarm. What was
// made before an error is returned with it: it must not get lost.
func (d *Deployer) Generate(ctx context.Context, secrets []secret.Secret) ([]Generated, error) {
	var made []Generated
	for _, s := range secrets {
		value, err := secret.Generate(s)
		if err == nil {
			err = d.Insert(ctx, s.Name, value)
		}
		if err != nil {
			return made, err
		}
		made = append(made, Generated{s, value})
	}
	return made, nil
}

// Insert puts a value into the swarm under the full name. It carries no label
// of the stack, so that removing the stack leaves it.
func (d *Deployer) Insert(ctx context.Context, name string, value secret.Value) error {
	spec := swarm.SecretSpec{Annotations: swarm.Annotations{Name: name}, Data: value.Bytes()}
	_, err := d.Swarm.CreateSecret(ctx, spec)
	if errors.Is(err, engine.ErrConflict) {
		return refused(fmt.Errorf("secret %s exists already, and Swarm cannot change it; use another version", name))
	}
	if engine.Refused(err) {
		return refused(fmt.Errorf("secret %s: %w", name, err))
	}
	if err != nil {
		return fmt.Errorf("secret %s: %w", name, err)
	}
	return nil
}
