package swarm

import (
	"context"

	"github.com/docker/docker/api/types/network"
	"github.com/docker/docker/api/types/swarm"
)

// CreateNetwork creates a network and returns its ID.
func (c *Client) CreateNetwork(ctx context.Context, name string, options network.CreateOptions) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	created, err := c.api.NetworkCreate(ctx, name, options)
	return created.ID, classify(err)
}

// RemoveNetwork removes a network; ErrInUse while tasks hold on to it.
func (c *Client) RemoveNetwork(ctx context.Context, id string) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	return classify(c.api.NetworkRemove(ctx, id))
}

// CreateSecret creates a secret and returns its ID.
func (c *Client) CreateSecret(ctx context.Context, spec swarm.SecretSpec) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	created, err := c.api.SecretCreate(ctx, spec)
	return created.ID, classify(err)
}

// UpdateSecret changes a secret's labels; the engine changes nothing else.
func (c *Client) UpdateSecret(ctx context.Context, id string, version swarm.Version, spec swarm.SecretSpec) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	return classify(c.api.SecretUpdate(ctx, id, version, spec))
}

// RemoveSecret removes a secret; ErrInUse while a service's spec names it.
func (c *Client) RemoveSecret(ctx context.Context, id string) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	return classify(c.api.SecretRemove(ctx, id))
}

// CreateConfig creates a config and returns its ID.
func (c *Client) CreateConfig(ctx context.Context, spec swarm.ConfigSpec) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	created, err := c.api.ConfigCreate(ctx, spec)
	return created.ID, classify(err)
}

// UpdateConfig changes a config's labels; the engine changes nothing else.
func (c *Client) UpdateConfig(ctx context.Context, id string, version swarm.Version, spec swarm.ConfigSpec) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	return classify(c.api.ConfigUpdate(ctx, id, version, spec))
}

// RemoveConfig removes a config; ErrInUse while a service's spec names it.
func (c *Client) RemoveConfig(ctx context.Context, id string) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	return classify(c.api.ConfigRemove(ctx, id))
}

// CreateService creates a service and returns its ID. auth is the registry
// credential from Credential, or "".
func (c *Client) CreateService(ctx context.Context, spec swarm.ServiceSpec, auth string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	created, err := c.api.ServiceCreate(ctx, spec, swarm.ServiceCreateOptions{EncodedRegistryAuth: auth})
	return created.ID, classify(err)
}

// UpdateService replaces a service's spec; ErrOutOfSequence where its version
// is another one by now. Without auth the engine keeps the credential it has.
func (c *Client) UpdateService(ctx context.Context, id string, version swarm.Version, spec swarm.ServiceSpec, auth string) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	options := swarm.ServiceUpdateOptions{EncodedRegistryAuth: auth}
	if auth == "" {
		options.RegistryAuthFrom = swarm.RegistryAuthFromSpec
	}
	_, err := c.api.ServiceUpdate(ctx, id, version, spec, options)
	return classify(err)
}

// RemoveService removes a service; its tasks end some time later.
func (c *Client) RemoveService(ctx context.Context, id string) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	return classify(c.api.ServiceRemove(ctx, id))
}

// Service reads one service, raw.
func (c *Client) Service(ctx context.Context, id string) (swarm.Service, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	service, _, err := c.api.ServiceInspectWithRaw(ctx, id, swarm.ServiceInspectOptions{})
	return service, classify(err)
}
