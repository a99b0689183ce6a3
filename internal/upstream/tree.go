package upstream

import (
	"archive/tar"
	"math"
	"path"
	"strings"
)

// tree is an image's root file system as far as programs go: the names of executable
// files and of links, and the folders on the way to them.
type tree struct {
	root  *node
	layer int // the one that is being applied
	cost  int // bytes that its nodes take, about
}

type node struct {
	kind     kind
	layer    int
	target   string // of a link
	children map[string]*node
}

type kind int

const (
	folder kind = iota
	program
	link
)

const (
	maxCost  = 64 << 20 // bytes of names that are kept of one image
	nodeCost = 128      // bytes of a node without its name
	maxPath  = 4096     // bytes, PATH_MAX of Linux
	maxLinks = 40       // that one path may lead through, as in Linux
)

const (
	errCost  beyond = "its layers hold more programs, links and folders than are kept"
	errPath  beyond = "its layers hold a path that is longer than Linux allows"
	errCycle beyond = "its layers hold a file below links that lead in a circle"
)

func newTree() *tree { return &tree{root: &node{}} }

// A layer removes what lower ones hold with files of these names (OCI image spec,
// layer.md, Whiteouts).
const (
	whiteout   = ".wh."
	opaque     = ".wh..wh..opq"
	aufsPrefix = ".wh..wh."
)

// apply does what unpacking the entry over the tree would do. As the engine does, it
// follows the links of lower layers on the way, but replaces one in the last place.
func (t *tree) apply(h *tar.Header) error {
	name := path.Clean("/" + h.Name)
	if len(name) > maxPath || len(h.Linkname) > maxPath {
		return errPath
	}
	dir, base := path.Split(name)
	if base == "" {
		return nil
	}
	parent, err := t.makeFolder(dir)
	switch {
	case err != nil:
		return err
	case base == opaque:
		for child := range parent.children {
			t.hide(parent, child)
		}
	case strings.HasPrefix(base, aufsPrefix): // of no meaning but to AUFS
	case strings.HasPrefix(base, whiteout):
		t.hide(parent, base[len(whiteout):])
	default:
		return t.unpack(parent, base, h)
	}
	return nil
}

func (t *tree) unpack(parent *node, name string, h *tar.Header) error {
	old := parent.children[name]
	switch h.Typeflag {
	case tar.TypeDir:
		if old == nil || old.kind == folder {
			return nil // it is made when something is put there
		}
		return t.put(parent, name, node{kind: folder})
	case tar.TypeSymlink:
		return t.put(parent, name, node{kind: link, target: h.Linkname})
	case tar.TypeLink:
		dir, base := path.Split(path.Clean("/" + h.Linkname))
		if source := t.walk(dir).children[base]; source != nil && source.kind != folder {
			return t.put(parent, name, node{kind: source.kind, target: source.target})
		}
	}
	if isFile(h) && h.Mode&0o111 != 0 {
		return t.put(parent, name, node{kind: program})
	}
	delete(parent.children, name)
	return nil
}

func isFile(h *tar.Header) bool {
	return h.Typeflag == tar.TypeReg || h.Typeflag == tar.TypeLink || h.Typeflag == tar.TypeGNUSparse
}

func (t *tree) put(parent *node, name string, n node) error {
	t.cost += nodeCost + len(name) + len(n.target)
	if t.cost > maxCost {
		return errCost
	}
	if parent.children == nil {
		parent.children = map[string]*node{}
	}
	n.layer = t.layer
	parent.children[name] = &n
	return nil
}

// hide removes what lower layers hold under the name: wherever a whiteout stands in its
// layer, what that layer brings itself stays.
func (t *tree) hide(parent *node, name string) {
	n := parent.children[name]
	if n == nil {
		return
	}
	for child := range n.children {
		t.hide(n, child)
	}
	if n.layer < t.layer && len(n.children) == 0 {
		delete(parent.children, name)
	}
}

// makeFolder walks to a folder and makes what is missing, also where a link leads.
func (t *tree) makeFolder(dir string) (*node, error) {
	w := walker{at: []*node{t.root}, rest: parts(dir), own: math.MaxInt}
	for {
		switch name := w.step(); {
		case w.links > maxLinks:
			return nil, errCycle
		case name == "":
			return w.here(), nil
		default:
			if err := t.put(w.here(), name, node{kind: folder}); err != nil {
				return nil, err
			}
			w.enter(w.here().children[name])
		}
	}
}

// walk is where a path leads: a folder, a program, or the last link on the way if that
// leads out of the image, such as to a volume. Where nothing is, it is a node of no
// kind.
func (t *tree) walk(name string) *node {
	w := walker{at: []*node{t.root}, rest: parts(name), own: math.MaxInt}
	missing := w.step()
	found := w.here().children[missing]
	switch {
	case missing == "" && w.links <= maxLinks:
		return w.here()
	case found != nil && len(w.rest) == 0:
		return found
	case w.links > maxLinks || len(w.rest) >= w.own:
		return w.link
	}
	return nowhere
}

var nowhere = &node{kind: -1}

// walker goes down a path, through links.
type walker struct {
	at    []*node  // the folders that lead here
	rest  []string // that is still to go
	own   int      // how much of that is of the path itself, not of a link
	link  *node    // the last that was followed
	links int
}

func parts(name string) []string { return strings.Split(name, "/") }

func (w *walker) here() *node   { return w.at[len(w.at)-1] }
func (w *walker) enter(n *node) { w.at = append(w.at, n) }

// step goes on until a name is no folder here, which it returns; "" at the end, or after
// too many links.
func (w *walker) step() string {
	for len(w.rest) > 0 {
		name := w.rest[0]
		w.rest = w.rest[1:]
		n := w.here().children[name]
		switch {
		case name == "" || name == ".":
		case name == "..":
			w.at = w.at[:max(len(w.at)-1, 1)]
		case n == nil || n.kind == program:
			return name
		case n.kind == folder:
			w.enter(n)
		default:
			if w.follow(n); w.links > maxLinks {
				return ""
			}
		}
	}
	return ""
}

func (w *walker) follow(n *node) {
	w.links++
	w.link = n
	w.own = min(w.own, len(w.rest))
	if strings.HasPrefix(n.target, "/") {
		w.at = w.at[:1]
	}
	w.rest = append(parts(n.target), w.rest...)
}
