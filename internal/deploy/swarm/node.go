package swarm

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"

	"github.com/docker/docker/api/types/swarm"
)

// Containers, volumes and commands in them belong to an engine, not to the
// swarm: only the engine of the node where they are can be asked.

// NodeID is the ID, in its swarm, of the node that this engine is.
func (c *Client) NodeID(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	info, err := c.api.Info(ctx)
	return info.Swarm.NodeID, classify(err)
}

// Node reaches the engine of a node of this swarm: this one, or the Docker
// context or the ssh host of the node's hostname, or ssh to its address,
// whichever proves to be that node. It fails with ErrUnreachable. Call done
// after use.
func (c *Client) Node(ctx context.Context, node swarm.Node) (on *Client, done func(), err error) {
	own, err := c.NodeID(ctx)
	if err != nil {
		return nil, nil, err
	}
	if own == node.ID {
		return c, func() {}, nil
	}
	var tried []error
	for _, endpoint := range nodeEndpoints(node, c.user(), c.getenv) {
		if on, err := c.try(ctx, node, endpoint); err == nil {
			return on, func() { on.Close() }, nil
		} else if ctx.Err() != nil {
			return nil, nil, ctx.Err()
		} else {
			tried = append(tried, fmt.Errorf("%s: %w", redacted(endpoint.Host), err))
		}
	}
	return nil, nil, &kindError{ErrUnreachable, fmt.Errorf(
		"node %s (address %s) cannot be reached, and only its own engine can do this; "+
			"make a context of its name: docker context create %[1]s --docker host=ssh://USER@ADDRESS, or an entry for Host %[1]s in ~/.ssh/config\n%[3]w",
		node.Description.Hostname, nodeAddress(node), errors.Join(tried...))}
}

// try connects, and makes sure that it is the right node.
func (c *Client) try(ctx context.Context, node swarm.Node, endpoint Endpoint) (*Client, error) {
	ctx, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	on := &Client{server: node.Description.Hostname, configDir: c.configDir, getenv: c.getenv}
	err := on.open(ctx, endpoint)
	if err == nil {
		err = on.mustBe(ctx, node.ID)
	}
	if err != nil {
		return nil, errors.Join(err, on.Close())
	}
	return on, nil
}

func (c *Client) mustBe(ctx context.Context, id string) error {
	found, err := c.NodeID(ctx)
	if err == nil && found != id {
		return fmt.Errorf("another engine answers there: its node is %s, not %s", cmp.Or(found, "in no swarm"), id)
	}
	return err
}

// user is the account that this engine is reached with by ssh, "" elsewhere.
func (c *Client) user() string {
	u, err := url.Parse(c.host)
	if err != nil || u.Scheme != "ssh" {
		return ""
	}
	return u.User.Username()
}

// nodeEndpoints lists where the engine of a node may be, the likeliest first.
func nodeEndpoints(node swarm.Node, user string, getenv func(string) string) []Endpoint {
	var list []Endpoint
	at := ""
	if user != "" {
		at = url.User(user).String() + "@"
	}
	name := node.Description.Hostname
	if endpoint, err := findContext(configDir(getenv), name); err == nil {
		list = append(list, endpoint)
	}
	if sshHost.MatchString(name) {
		list = append(list, Endpoint{Host: "ssh://" + at + name})
	}
	if ip := net.ParseIP(nodeAddress(node)); ip != nil && !ip.IsUnspecified() && !ip.IsLoopback() {
		host := ip.String()
		if strings.Contains(host, ":") {
			host = "[" + host + "]"
		}
		list = append(list, Endpoint{Host: "ssh://" + at + host})
	}
	return list
}

// nodeAddress is the node's own address; a manager may know itself as 0.0.0.0.
func nodeAddress(node swarm.Node) string {
	ip := net.ParseIP(node.Status.Addr)
	if node.ManagerStatus != nil && (ip == nil || ip.IsUnspecified()) {
		if host, _, err := net.SplitHostPort(node.ManagerStatus.Addr); err == nil {
			return host
		}
	}
	return node.Status.Addr
}
