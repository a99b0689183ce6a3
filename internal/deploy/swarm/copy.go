package swarm

import (
	"context"
	"io"
	"io/fs"
	"path"

	"github.com/docker/docker/api/types/container"
)

// maxLinks bounds how many links a path in a container is followed through.
const maxLinks = 16

// Stat describes a path in a container of this engine, links followed:
// ErrNotFound where there is none. real is where the links lead.
func (c *Client) Stat(ctx context.Context, containerID, name string) (mode fs.FileMode, real string, err error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	for range maxLinks {
		stat, err := c.api.ContainerStatPath(ctx, containerID, name)
		if err != nil {
			return 0, name, classify(err)
		}
		if stat.Mode&fs.ModeSymlink == 0 {
			return stat.Mode, name, nil
		}
		target := stat.LinkTarget
		if !path.IsAbs(target) {
			target = path.Join(path.Dir(name), target)
		}
		name = target
	}
	return 0, name, &kindError{ErrInvalid, fs.ErrInvalid}
}

// CopyFrom reads a path of a container as a tar stream, whose first entry is the
// path's last element. Close it.
func (c *Client) CopyFrom(ctx context.Context, containerID, name string) (io.ReadCloser, error) {
	stream, _, err := c.api.CopyFromContainer(ctx, containerID, name)
	return stream, classify(err)
}

// CopyTo unpacks a tar stream in a folder of a container. What it makes belongs to
// the user that the container runs as.
func (c *Client) CopyTo(ctx context.Context, containerID, folder string, archive io.Reader) error {
	return classify(c.api.CopyToContainer(ctx, containerID, folder, archive, container.CopyToContainerOptions{CopyUIDGID: true}))
}
