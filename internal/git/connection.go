package git

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp/capability"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp/sideband"
	"github.com/go-git/go-git/v5/plumbing/transport"
)

const (
	maxAdvert  = 16 << 20 // bytes of the server's list of refs, of any kind
	maxRefName = 1 << 10  // bytes
)

// session is one conversation of git's pack protocol, over HTTP or ssh.
type session interface {
	AdvertisedReferencesContext(context.Context) (*packp.AdvRefs, error)
	UploadPack(context.Context, *packp.UploadPackRequest) (*packp.UploadPackResponse, error)
	Close() error
}

// connection asks a server for refs and objects, within limits. It drives go-git's
// protocol code itself: Remote.Fetch takes its transport from a global registry, asks
// twice where once is enough, and inflates packs without a bound.
type connection struct {
	session session
	limits  Limits
	budget  *budget
	able    *capability.List
}

func connect(ctx context.Context, remote Remote) (*connection, error) {
	u, err := parseRemote(remote)
	if err != nil {
		return nil, err
	}
	c := &connection{limits: remote.Limits, budget: &budget{left: remote.Limits.Bytes}}
	if u.Scheme == "ssh" {
		c.session, err = dialSSH(ctx, u, c.budget)
	} else {
		c.session, err = newHTTPSession(u, remote, c.budget)
	}
	if err != nil {
		return nil, c.explain(ctx, err)
	}
	return c, nil
}

func parseRemote(remote Remote) (*url.URL, error) {
	u, err := url.Parse(remote.URL)
	if err != nil || u.Host == "" {
		return nil, fmt.Errorf("%w: expected https://HOST/PATH or ssh://USER@HOST/PATH", ErrRefused)
	}
	switch {
	case u.Scheme == "https":
	case (u.Scheme == "http" || u.Scheme == "ssh") && remote.Trusted:
	case u.Scheme == "http" || u.Scheme == "ssh":
		return nil, fmt.Errorf("%w: %s:// is allowed only in URLs that the operator wrote; expected https://", ErrRefused, u.Scheme)
	default:
		return nil, fmt.Errorf("%w: %s:// is not supported; expected https:// or ssh://", ErrRefused, u.Scheme)
	}
	if u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("%w: a repository's URL has no ? or # part", ErrRefused)
	}
	return u, nil
}

func (c *connection) close() { _ = c.session.Close() }

// refs asks for the server's branches, tags and HEAD.
func (c *connection) refs(ctx context.Context) (refs, error) {
	advert, err := c.session.AdvertisedReferencesContext(ctx)
	if errors.Is(err, transport.ErrEmptyRemoteRepository) {
		return refs{head: "ref: " + unknownHead.String()}, nil
	}
	if err != nil {
		return refs{}, c.explain(ctx, err)
	}
	if formats := advert.Capabilities.Get("object-format"); len(formats) > 0 && formats[0] != "sha1" {
		return refs{}, fmt.Errorf("the repository uses %s objects; only sha1 is supported", remoteError{errors.New(formats[0])})
	}
	c.able = advert.Capabilities
	now := refs{byName: wantedRefs(advert), head: wantedHead(advert), peeled: advert.Peeled}
	if len(now.byName) > c.limits.Refs {
		return refs{}, fmt.Errorf("%w: %d branches and tags, at most %d are mirrored", ErrTooLarge, len(now.byName), c.limits.Refs)
	}
	return now, nil
}

// fetch asks for one pack that holds wants and what they need, and stores it in packDir.
func (c *connection) fetch(ctx context.Context, wants, haves []plumbing.Hash, packDir string) error {
	request := packp.NewUploadPackRequestFromCapabilities(c.able)
	if c.able.Supports(capability.NoProgress) {
		if err := request.Capabilities.Set(capability.NoProgress); err != nil {
			return err
		}
	}
	request.Wants, request.Haves = slices.Clone(wants), slices.Clone(haves)
	response, err := c.session.UploadPack(ctx, request)
	if err != nil {
		return c.explain(ctx, err)
	}
	defer response.Close()
	if err := addPack(ctx, packDir, demultiplex(request, response)); err != nil {
		return c.explain(ctx, err)
	}
	return nil
}

func demultiplex(request *packp.UploadPackRequest, response io.Reader) io.Reader {
	switch {
	case request.Capabilities.Supports(capability.Sideband64k):
		return sideband.NewDemuxer(sideband.Sideband64k, response)
	case request.Capabilities.Supports(capability.Sideband):
		return sideband.NewDemuxer(sideband.Sideband, response)
	default:
		return response
	}
}

// explain names the real cause, which go-git's layers lose on the way.
func (c *connection) explain(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case c.budget.failure != nil:
		return c.budget.failure
	case c.budget.spent:
		return fmt.Errorf("%w: the server sent more than %d bytes", ErrTooLarge, c.limits.Bytes)
	case errors.Is(err, transport.ErrRepositoryNotFound):
		return fmt.Errorf("%w: %w", ErrNotFound, remoteError{err})
	case errors.Is(err, transport.ErrEmptyUploadPackRequest):
		return errors.New("the server broke off before it sent any objects")
	default:
		return remoteError{err}
	}
}
