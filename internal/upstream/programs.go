package upstream

import (
	"cmp"
	"context"
	"errors"
	"path"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// Programs are those that an image holds: executable files and links.
type Programs struct {
	Shell string   `json:"shell"` // that CMD-SHELL starts
	Found []string `json:"found"` // names that PATH leads to, and of the paths asked for those that are there
}

const (
	layersTimeout = 5 * time.Minute    // for all layers of an image
	beyondExpiry  = 7 * 24 * time.Hour // another version of this program may read more
	maxFound      = 256 << 10          // bytes of names
	maxName       = 255                // bytes, NAME_MAX of Linux
	maxFolders    = 100                // in PATH
)

const errFound beyond = "its PATH leads to more programs than are listed"

// Programs reads the image's layers, as a stream: that costs as much as a pull, so what
// is found is kept for ever, and only a path that was not asked for before is a reason
// to read them again. It holds up to 64 MiB of names until it returns. It fails where
// the layers are larger than what is read, and with ErrNotFound where the image does
// not run on the platform.
func (c *Client) Programs(ctx context.Context, image Image, platform Platform, paths []string) (Programs, error) {
	r, err := image.pinned()
	if err != nil {
		return Programs{}, err
	}
	what := "programs on " + platform.String()
	question := what + " of " + r.full
	var known inventory
	at, _ := c.cache.Get(question, &known)
	if known.Beyond != "" && (c.offline || c.cache.now().Sub(at) < beyondExpiry) {
		return Programs{}, c.explain(ctx, r, known.Beyond)
	}
	if known.answers(paths) {
		return known.Programs, nil
	}
	asked := merge(known.Asked, paths)
	found := inventory{Asked: asked}
	err = c.read(ctx, r, what, layersTimeout, func(ctx context.Context, desc *remote.Descriptor) error {
		on, err := c.imageOn(ctx, image, desc, platform)
		if err == nil {
			found.Programs, err = c.programsOf(ctx, r, on, asked)
		}
		return err
	})
	if err == nil || errors.As(err, &found.Beyond) {
		c.cache.Put(question, found)
	}
	return found.Programs, err
}

// inventory is what the cache keeps of an image's programs.
type inventory struct {
	Asked    []string `json:"asked"` // paths
	Programs Programs `json:"programs"`
	Beyond   beyond   `json:"beyond"` // why the layers are not read; "" where they were
}

func (i inventory) answers(paths []string) bool {
	return i.Programs.Found != nil && len(merge(i.Asked, paths)) == len(i.Asked)
}

func merge(some, others []string) []string {
	all := slices.Concat(some, others)
	slices.Sort(all)
	return slices.Compact(all)
}

func (c *Client) programsOf(ctx context.Context, r ref, image v1.Image, paths []string) (Programs, error) {
	manifest, err := image.Manifest()
	if err != nil {
		return Programs{}, err
	}
	if err := checkSize(manifest.Layers); err != nil {
		return Programs{}, err
	}
	file, err := image.ConfigFile()
	if err != nil {
		return Programs{}, err
	}
	u := unpacker{tree: newTree()}
	for _, layer := range manifest.Layers {
		if err := c.unpack(ctx, &u, r, layer.Digest); err != nil {
			return Programs{}, err
		}
	}
	return list(u.tree, file.Config, paths)
}

// unpack asks the registry alone: a layer that names other places is read from none.
func (c *Client) unpack(ctx context.Context, u *unpacker, r ref, digest v1.Hash) error {
	s, err := c.sessions.to(ctx, r.remote.Context())
	if err != nil {
		return err
	}
	layer, err := s.puller.Layer(withBodyLimit(ctx, maxPacked), r.remote.Context().Digest(digest.String()))
	if err != nil {
		return err
	}
	packed, err := layer.Compressed()
	if err != nil {
		return err
	}
	defer packed.Close()
	return u.layer(ctx, packed)
}

// What the engine does where an image does not say.
const (
	defaultPath  = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
	defaultShell = "/bin/sh"
)

func list(t *tree, config v1.Config, paths []string) (Programs, error) {
	p := Programs{Shell: defaultShell, Found: []string{}}
	if len(config.Shell) > 0 {
		p.Shell = config.Shell[0]
	}
	folders := strings.Split(pathOf(config.Env), ":")
	for _, dir := range folders[:min(len(folders), maxFolders)] {
		if path.IsAbs(dir) {
			p.Found = append(p.Found, t.walk(dir).programs()...)
		}
	}
	for _, file := range append([]string{p.Shell}, paths...) {
		if path.IsAbs(file) && t.walk(file).starts() {
			p.Found = append(p.Found, file)
		}
	}
	slices.Sort(p.Found)
	p.Found = slices.Compact(p.Found)
	if size := len(strings.Join(p.Found, "")); size > maxFound || len(p.Shell) > maxPath {
		return Programs{}, errFound
	}
	return p, nil
}

func pathOf(env []string) string {
	found := ""
	for _, variable := range env {
		if value, ok := strings.CutPrefix(variable, "PATH="); ok {
			found = value
		}
	}
	return cmp.Or(found, defaultPath)
}

// starts says whether the node can be started. A link that leads to what is not in the
// image counts: a volume may bring it.
func (n *node) starts() bool { return n.kind == program || n.kind == link }

// programs are the names in a folder that could be asked for.
func (n *node) programs() []string {
	var names []string
	for name, child := range n.children {
		if child.starts() && len(name) <= maxName && utf8.ValidString(name) && !strings.ContainsFunc(name, unicode.IsControl) {
			names = append(names, name)
		}
	}
	return names
}
