package swarm

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"github.com/docker/docker/api/types/swarm"
	"github.com/docker/docker/client"
	"github.com/docker/go-connections/tlsconfig"
)

const (
	connectTimeout = 30 * time.Second
	// callTimeout bounds one request: an engine that hangs must not hang us.
	callTimeout = time.Minute
)

// Client is a connection to one engine of a swarm.
type Client struct {
	server    string
	api       *client.Client
	tunnel    *tunnel // nil but for ssh servers
	host      string  // where it listens, ssh:// included
	configDir string  // where registry credentials are
	getenv    func(string) string
}

// Connect reaches the engine that server names (see Locate) and settles on an
// API version. It fails with ErrUnreachable. Close the client after use.
func Connect(ctx context.Context, server string, getenv func(string) string) (*Client, error) {
	endpoint, err := Locate(server, getenv)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	c := &Client{server: server, configDir: configDir(getenv), getenv: getenv}
	if err := c.open(ctx, endpoint); err != nil {
		c.Close()
		return nil, &kindError{ErrUnreachable, fmt.Errorf("server %s (%s): %w", redacted(server), redacted(endpoint.Host), err)}
	}
	return c, nil
}

// redacted hides a password that does not belong into a URL.
func redacted(host string) string {
	if u, err := url.Parse(host); err == nil {
		return u.Redacted()
	}
	return host
}

func (c *Client) open(ctx context.Context, endpoint Endpoint) error {
	var err error
	c.host = endpoint.Host
	if strings.HasPrefix(endpoint.Host, "ssh://") {
		if c.tunnel, err = openTunnel(ctx, endpoint.Host); err != nil {
			return err
		}
		endpoint = Endpoint{Host: "unix://" + c.tunnel.socket}
	}
	if c.api, err = newAPI(endpoint); err != nil {
		return err
	}
	ping, err := c.api.Ping(ctx)
	if err == nil {
		// Now: left to the first call, it would race with the others.
		c.api.NegotiateAPIVersionPing(ping)
	}
	if err != nil && c.tunnel != nil {
		// The forwarded socket is there, whatever stands at its other end.
		return fmt.Errorf("ssh works, but no engine answers at its other end; may the account use the socket? %w\n%s", err, c.tunnel.lastWords())
	}
	return err
}

// Machine is the name or address of the machine that the engine is on; "" for
// this one.
func (c *Client) Machine() string {
	u, err := url.Parse(c.host)
	if err != nil || u.Scheme == "unix" {
		return ""
	}
	return u.Hostname()
}

func newAPI(endpoint Endpoint) (*client.Client, error) {
	options := []client.Opt{client.WithAPIVersionNegotiation()}
	if endpoint.TLS != "" || endpoint.SkipTLSVerify {
		transport, err := tlsTransport(endpoint)
		if err != nil {
			return nil, err
		}
		options = append(options, client.WithHTTPClient(&http.Client{Transport: transport}))
	}
	// After the HTTP client, whose transport WithHost sets up.
	return client.NewClientWithOpts(append(options, client.WithHost(endpoint.Host))...)
}

func tlsTransport(endpoint Endpoint) (*http.Transport, error) {
	options := tlsconfig.Options{InsecureSkipVerify: endpoint.SkipTLSVerify, ExclusiveRootPools: true, MinVersion: tls.VersionTLS12}
	if endpoint.TLS != "" {
		options.CAFile = filepath.Join(endpoint.TLS, "ca.pem")
		options.CertFile = filepath.Join(endpoint.TLS, "cert.pem")
		options.KeyFile = filepath.Join(endpoint.TLS, "key.pem")
	}
	config, err := tlsconfig.Client(options)
	if err != nil {
		return nil, err
	}
	dialer := &net.Dialer{Timeout: connectTimeout}
	return &http.Transport{TLSClientConfig: config, DialContext: dialer.DialContext}, nil
}

// Close ends the connection, and the tunnel where there is one.
func (c *Client) Close() error {
	var err error
	if c.api != nil {
		err = c.api.Close()
	}
	if c.tunnel != nil {
		err = errors.Join(err, c.tunnel.close())
	}
	return err
}

// CheckManager fails with ErrNotManager where the engine cannot be asked about
// its swarm.
func (c *Client) CheckManager(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	info, err := c.api.Info(ctx)
	switch {
	case err != nil:
		return classify(err)
	case info.Swarm.ControlAvailable:
		return nil
	case info.Swarm.LocalNodeState == swarm.LocalNodeStateInactive:
		return fmt.Errorf("%w: server %s is in no swarm; run there: docker swarm init", ErrNotManager, c.server)
	case info.Swarm.LocalNodeState == swarm.LocalNodeStateLocked:
		return fmt.Errorf("%w: server %s is locked; run there: docker swarm unlock", ErrNotManager, c.server)
	default:
		return fmt.Errorf("%w: server %s is a worker (swarm state %s); use a manager of that swarm", ErrNotManager, c.server, info.Swarm.LocalNodeState)
	}
}
