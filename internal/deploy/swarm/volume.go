package swarm

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/docker/docker/api/types/volume"
)

// Volumes lists the volumes of a stack that are on this engine's node.
func (c *Client) Volumes(ctx context.Context, stack string) ([]*volume.Volume, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	list, err := c.api.VolumeList(ctx, volume.ListOptions{Filters: ofStack(stack)})
	slices.SortFunc(list.Volumes, func(a, b *volume.Volume) int { return cmp.Compare(a.Name, b.Name) })
	return list.Volumes, classify(err)
}

// RemoveVolume removes a volume, and what it holds, from this engine's node;
// ErrInUse while a container holds on to it, running or not.
func (c *Client) RemoveVolume(ctx context.Context, name string) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	err := c.api.VolumeRemove(ctx, name, false)
	if err != nil && strings.Contains(err.Error(), "volume is in use") {
		return &kindError{ErrInUse, err}
	}
	return classify(err)
}
