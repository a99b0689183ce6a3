package upstream

import (
	"fmt"

	"github.com/distribution/reference"
	"github.com/google/go-containerregistry/pkg/name"
)

// ref is a reference as the engine reads it, by the names that the client
// library uses.
type ref struct {
	full       string // docker.io/library/nginx:1.27
	repository string // docker.io/library/nginx
	tag        string // "" where there is a digest
	remote     name.Reference
}

// parse reads a reference by the engine's grammar. The library's own differs:
// to it, localhost/app is an image of Docker Hub. A digest wins over a tag, as it
// does when the engine pulls.
func parse(text string) (ref, error) {
	named, err := reference.ParseDockerRef(text)
	if err != nil {
		return ref{}, fmt.Errorf("image %q: %w; expected [REGISTRY/]NAME[:TAG]", clip(text), err)
	}
	registry, err := name.NewRegistry(reference.Domain(named))
	if err != nil {
		return ref{}, fmt.Errorf("image %q: the registry's name is wrong; expected HOST or HOST:PORT", clip(text))
	}
	repository := registry.Repo(reference.Path(named))
	r := ref{full: named.String(), repository: named.Name()}
	if digested, ok := named.(reference.Digested); ok {
		r.remote = repository.Digest(digested.Digest().String())
		return r, nil
	}
	if tagged, ok := named.(reference.Tagged); ok {
		r.tag = tagged.Tag()
	}
	r.remote = repository.Tag(r.tag)
	return r, nil
}

// pin is a reference by its tag, with the digest that it holds the tag to.
type pin struct {
	ref
	digest string // "" where it has none
}

// parsePin reads a reference whose tag counts also beside a digest: the engine pulls the
// digest, but the tag says which version it was.
func parsePin(text string) (pin, error) {
	named, err := reference.ParseNormalizedNamed(text)
	digested, isDigested := named.(reference.Digested)
	tagged, isTagged := named.(reference.Tagged)
	if err != nil || !isDigested || !isTagged {
		r, err := parse(text)
		p := pin{ref: r}
		if err == nil && isDigested {
			p.digest = digested.Digest().String()
		}
		return p, err
	}
	r, err := parse(named.Name() + ":" + tagged.Tag())
	return pin{r, digested.Digest().String()}, err
}

// FullName is the reference with all that it leaves out: nginx is
// docker.io/library/nginx:latest. It fails where the text is none.
func FullName(reference string) (string, error) {
	p, err := parsePin(reference)
	if p.digest != "" && p.tag != "" {
		p.full += "@" + p.digest
	}
	return p.full, err
}

// Repository is a reference without tag and digest, and with all that it leaves out:
// docker.io/library/nginx. It fails where the text is none.
func Repository(reference string) (string, error) {
	r, err := parse(reference)
	return r.repository, err
}

// pinned is the image by its digest.
func (i Image) pinned() (ref, error) { return parse(i.Repository + "@" + i.Digest) }
