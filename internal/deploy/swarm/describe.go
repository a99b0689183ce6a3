package swarm

import (
	"context"
	"errors"
	"io/fs"

	"github.com/docker/docker/api/types"
)

// About is what an engine says of itself.
type About struct {
	Name    string `json:"name"` // hostname of its node
	Version string `json:"version"`
	API     string `json:"api"` // version that client and engine agreed on
	System  string `json:"system"`
	Manager bool   `json:"manager"`
	State   string `json:"state"` // of its node in the swarm
	Host    string `json:"host"`  // where it was reached
}

// About asks the engine about itself.
func (c *Client) About(ctx context.Context) (About, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	info, err := c.api.Info(ctx)
	return About{
		Name: info.Name, Version: info.ServerVersion, API: c.api.ClientVersion(), System: info.OperatingSystem + " " + info.Architecture,
		Manager: info.Swarm.ControlAvailable, State: string(info.Swarm.LocalNodeState), Host: redacted(c.host),
	}, classify(err)
}

// Usage is how many bytes an engine's disk holds, by what they are for.
type Usage struct {
	Images     int64 `json:"images"`
	Containers int64 `json:"containers"`
	Volumes    int64 `json:"volumes"`
}

// Usage adds up what lies on the disk of the engine's own node. It takes long
// where there is much.
func (c *Client) Usage(ctx context.Context) (Usage, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	found, err := c.api.DiskUsage(ctx, types.DiskUsageOptions{})
	if err != nil {
		return Usage{}, classify(err)
	}
	usage := Usage{Images: found.LayersSize}
	for _, container := range found.Containers {
		usage.Containers += container.SizeRw
	}
	for _, volume := range found.Volumes {
		if volume.UsageData != nil && volume.UsageData.Size > 0 {
			usage.Volumes += volume.UsageData.Size
		}
	}
	return usage, nil
}

// HasContext reports whether the docker command has a context of that name.
func HasContext(name string, getenv func(string) string) (bool, error) {
	_, err := findContext(configDir(getenv), name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}
