package swarm

import (
	"context"
	"fmt"
	"time"

	"github.com/docker/docker/api/types/filters"
	"github.com/docker/docker/api/types/swarm"
)

// LabeledConfigs lists the configs that have the label with that value, with
// their bytes.
func (c *Client) LabeledConfigs(ctx context.Context, label, value string) ([]swarm.Config, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	configs, err := c.api.ConfigList(ctx, swarm.ConfigListOptions{Filters: filters.NewArgs(filters.Arg("label", label+"="+value))})
	return configs, classify(err)
}

// Config reads one config, by its ID or its name.
func (c *Client) Config(ctx context.Context, idOrName string) (swarm.Config, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	config, _, err := c.api.ConfigInspectWithRaw(ctx, idOrName)
	return config, classify(err)
}

// Now is what the manager's clock says. Times of the swarm's objects are held
// against it: the operator's clock may be another.
func (c *Client) Now(ctx context.Context) (time.Time, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	info, err := c.api.Info(ctx)
	if err != nil {
		return time.Time{}, classify(err)
	}
	now, err := time.Parse(time.RFC3339Nano, info.SystemTime)
	if err != nil {
		return now, fmt.Errorf("the engine's clock: %w", err)
	}
	return now, nil
}
