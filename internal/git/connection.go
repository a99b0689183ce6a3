package git

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/url"
	"slices"
	"strings"

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
	now := refs{byName: wantedRefs(advert), head: wantedHead(advert)}
	if len(now.byName) > c.limits.Refs {
		return refs{}, fmt.Errorf("%w: %d branches and tags, at most %d are mirrored", ErrTooLarge, len(now.byName), c.limits.Refs)
	}
	return now, nil
}

// wantedRefs picks branches and tags, and drops names that git forbids, as git does.
func wantedRefs(advert *packp.AdvRefs) map[string]plumbing.Hash {
	wanted := map[string]plumbing.Hash{}
	for name, hash := range advert.References {
		ref := plumbing.ReferenceName(name)
		if (ref.IsBranch() || ref.IsTag()) && validRef(ref) && !hash.IsZero() {
			wanted[name] = hash
		}
	}
	return wanted
}

func validRef(name plumbing.ReferenceName) bool {
	return len(name) <= maxRefName && name.Validate() == nil && name.IsSafe()
}

// wantedHead is the content of the mirror's HEAD. Servers name its branch in a
// capability (git 1.8.4.3); before that it was guessed from the hash.
func wantedHead(advert *packp.AdvRefs) string {
	for _, symref := range advert.Capabilities.Get(capability.SymRef) {
		name, target, _ := strings.Cut(symref, ":")
		branch := plumbing.ReferenceName(target)
		if name == "HEAD" && branch.IsBranch() && validRef(branch) {
			return "ref: " + target
		}
	}
	if advert.Head == nil || advert.Head.IsZero() {
		return "ref: " + unknownHead.String()
	}
	for _, branch := range []string{"refs/heads/main", "refs/heads/master"} {
		if advert.References[branch] == *advert.Head {
			return "ref: " + branch
		}
	}
	return advert.Head.String()
}

// hashes lists each object that the refs name once.
func (r refs) hashes() iter.Seq[plumbing.Hash] {
	return func(yield func(plumbing.Hash) bool) {
		seen := map[plumbing.Hash]bool{}
		if plumbing.IsHash(r.head) {
			seen[plumbing.NewHash(r.head)] = true
		}
		for _, hash := range r.byName {
			seen[hash] = true
		}
		for hash := range seen {
			if !yield(hash) {
				return
			}
		}
	}
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

// budget bounds what is read from a server over one Mirror.
type budget struct {
	left    int64
	spent   bool
	failure error // why a request failed
}

var errSpent = errors.New("the byte budget is spent")

// reader takes what is read from r out of the budget, and at most most bytes of it.
func (b *budget) reader(r io.Reader, most int64) io.Reader { return &budgetReader{r, b, most} }

type budgetReader struct {
	io.Reader
	budget *budget
	most   int64
}

func (r *budgetReader) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	r.budget.left -= int64(n)
	r.most -= int64(n)
	if r.budget.left < 0 || r.most < 0 {
		r.budget.spent = true
		return 0, errSpent
	}
	return n, err
}
