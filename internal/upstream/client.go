// Package upstream asks image registries: whether an image is there, which digest its
// tag names, where it runs and how it wants to be run. References come from recipes and
// answers from registries, so both are taken for hostile: where a request may go, its
// time and its size are bounded, and no question is asked twice while its answer holds.
package upstream

import (
	"context"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// How long answers hold.
const (
	TagExpiry      = 6 * time.Hour
	NotFoundExpiry = time.Hour
)

const callTimeout = 2 * time.Minute // for all requests of one call, waits included

var errLate = fmt.Errorf("no answer in %s", callTimeout)

// Options of a Client. The zero value asks with the credentials of docker login and
// keeps nothing.
type Options struct {
	CacheDir  string           // "" keeps no answers
	Anonymous bool             // without the credentials of docker login
	Offline   bool             // answer from the cache alone, however old it is
	Private   []string         // registries, as HOST or HOST:PORT, that may have a private address; a loopback one may lack TLS
	UserAgent string           // "" is the library's own
	Now       func() time.Time // nil is time.Now
}

// Client asks registries. It is safe for use by several goroutines.
type Client struct {
	cache    Cache
	offline  bool
	keys     *keychain
	sessions *sessions
	images   flights[Image]
	listings flights[Listing]
	bodies   flights[[]byte]
	memory   memory
}

// New makes a client. It reads nothing and asks nobody yet.
func New(o Options) *Client { return newClient(o, newGuard(o.Private)) }

func newClient(o Options, network http.RoundTripper) *Client {
	if o.Now == nil {
		o.Now = time.Now
	}
	keys := &keychain{anonymous: o.Anonymous, failures: map[string]error{}}
	asks := &greeter{
		next: &polite{next: network, now: o.Now, hosts: map[string]*host{}},
		now:  o.Now, known: map[string]greeting{},
	}
	return &Client{
		cache:   Cache{Dir: o.CacheDir, Now: o.Now},
		offline: o.Offline,
		keys:    keys,
		sessions: &sessions{
			transport: transport.NewUserAgent(asks, o.UserAgent), keys: keys, now: o.Now, open: map[string]*session{},
		},
	}
}

// Image asks what a reference names: a HEAD, which counts against no quota. It fails
// with ErrNotFound where the registry says that it has no such image; any other error
// says that it could not be asked.
func (c *Client) Image(ctx context.Context, reference string) (Image, error) {
	r, err := parse(reference)
	if err != nil {
		return Image{}, err
	}
	image, err := c.images.do(ctx, r.full, func(ctx context.Context) (Image, error) {
		if image, err, known := c.known(r); known {
			return image, err
		}
		return c.askImage(ctx, r)
	})
	if err != nil && ctx.Err() != nil {
		err = fmt.Errorf("%s: %w", r.remote.Context().RegistryStr(), context.Cause(ctx))
	}
	return image, err
}

func (c *Client) askImage(ctx context.Context, r ref) (Image, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, callTimeout, errLate)
	defer cancel()
	desc, err := c.manifest(ctx, r)
	if err != nil {
		err = c.explain(ctx, r, err)
		if errors.Is(err, ErrNotFound) {
			c.cache.Put(r.full, answer{Missing: true})
		}
		return Image{}, err
	}
	image := Image{r.repository, r.tag, desc.Digest.String(), string(desc.MediaType), c.cache.now()}
	c.cache.Put(r.full, answer{Image: image})
	return image, nil
}

// answer is what the cache keeps of a reference.
type answer struct {
	Missing bool  `json:"missing"`
	Image   Image `json:"image"`
}

// known looks into the cache. What a digest names cannot change.
func (c *Client) known(r ref) (image Image, err error, known bool) {
	var a answer
	at, found := c.cache.Get(r.full, &a)
	age, expiry := c.cache.now().Sub(at), TagExpiry
	switch {
	case a.Missing:
		expiry = NotFoundExpiry
	case r.tag == "":
		expiry = Forever
	}
	switch {
	case !found && c.offline:
		return image, fmt.Errorf("%s: %w, and not asked before", r.full, ErrOffline), true
	case !found, age >= expiry && !c.offline:
		return image, nil, false
	case a.Missing:
		return image, fmt.Errorf("%s: %w", r.full, ErrNotFound), true
	}
	return a.Image, nil, true
}

// manifest asks with HEAD, and with GET where the answer says too little: HEAD has no
// body to say what is missing, and some registries do not serve it, or without digest.
func (c *Client) manifest(ctx context.Context, r ref) (v1.Descriptor, error) {
	s, err := c.sessions.to(ctx, r.remote.Context())
	if err != nil {
		return v1.Descriptor{}, err
	}
	desc, err := s.puller.Head(ctx, r.remote)
	if err == nil {
		return checked(*desc)
	}
	if !saysTooLittle(err) {
		return v1.Descriptor{}, err
	}
	full, err := s.puller.Get(ctx, r.remote)
	if err != nil {
		return v1.Descriptor{}, err
	}
	return checked(full.Descriptor)
}

func saysTooLittle(err error) bool {
	var failed *url.Error
	var answer *transport.Error
	if errors.As(err, &failed) {
		return false
	}
	if !errors.As(err, &answer) {
		return true
	}
	switch answer.StatusCode {
	case http.StatusBadRequest, http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusNotImplemented:
		return answer.Request != nil && answer.Request.Method == http.MethodHead
	}
	return false
}

func checked(desc v1.Descriptor) (v1.Descriptor, error) {
	kind, _, err := mime.ParseMediaType(string(desc.MediaType))
	if err != nil || !isManifest(types.MediaType(kind)) {
		return desc, fmt.Errorf("its type is %q", clip(string(desc.MediaType)))
	}
	desc.MediaType = types.MediaType(kind)
	return desc, nil
}
