package recipe

import (
	"fmt"

	"go.yaml.in/yaml/v4"
)

// extent is what a node would be with every alias expanded.
type extent struct{ nodes, size, depth int }

// measure reports why root is too large to be walked with its aliases expanded,
// and where it becomes so; "" where it is fine. Every anchor is measured once, so
// that a YAML bomb costs no more than its source.
func measure(root *yaml.Node) (reason string, at *yaml.Node) {
	m := measurer{known: map[*yaml.Node]extent{}}
	m.extent(root, 0)
	return m.reason, m.at
}

type measurer struct {
	known  map[*yaml.Node]extent // of anchored nodes; the zero extent while one is open
	reason string
	at     *yaml.Node
}

// extent measures n, which stands depth levels deep in the source.
func (m *measurer) extent(n *yaml.Node, depth int) extent {
	if m.reason != "" {
		return extent{}
	}
	if n.Kind == yaml.AliasNode {
		return m.alias(n)
	}
	if n.Anchor != "" {
		m.known[n] = extent{}
	}
	e := m.contents(n, depth)
	if n.Anchor != "" {
		m.known[n] = e
	}
	m.check(e, depth, n)
	return e
}

// alias is the extent of the node that n stands for.
func (m *measurer) alias(n *yaml.Node) extent {
	e, ok := m.known[n.Alias]
	if !ok || e.nodes == 0 {
		m.reason, m.at = fmt.Sprintf("the alias *%s stands inside its own anchor", n.Value), n
	}
	return e
}

// contents is the extent of n with its children.
func (m *measurer) contents(n *yaml.Node, depth int) extent {
	e := extent{nodes: 1, size: len(n.Value), depth: 1}
	if depth > maxYAMLDepth {
		m.check(e, depth, n)
		return e
	}
	for _, child := range n.Content {
		c := m.extent(child, depth+1)
		e.nodes += c.nodes
		e.size += c.size
		e.depth = max(e.depth, c.depth+1)
		// Checked at once: the sums of a bomb would overflow an int.
		m.check(e, depth, child)
	}
	return e
}

func (m *measurer) check(e extent, depth int, at *yaml.Node) {
	switch {
	case m.reason != "":
	case e.nodes > maxNodes:
		m.reason, m.at = fmt.Sprintf("with its aliases expanded the file has more than %d nodes", maxNodes), at
	case e.size > maxYAMLSize:
		m.reason, m.at = fmt.Sprintf("with its aliases expanded the file has more than %d bytes of values", maxYAMLSize), at
	case depth+e.depth > maxYAMLDepth:
		m.reason, m.at = fmt.Sprintf("the file is nested deeper than %d levels", maxYAMLDepth), at
	}
}

// checkKeys reports the keys that stand twice in one mapping; Docker refuses such
// a file.
func (f *ComposeFile) checkKeys(n *yaml.Node) {
	if n.Kind == yaml.MappingNode {
		first := make(map[string]*yaml.Node, len(n.Content)/2)
		for i := 0; i+1 < len(n.Content); i += 2 {
			f.checkKey(first, n.Content[i])
		}
	}
	for _, child := range n.Content {
		f.checkKeys(child)
	}
}

func (f *ComposeFile) checkKey(first map[string]*yaml.Node, key *yaml.Node) {
	if key.Kind != yaml.ScalarNode {
		return
	}
	before, ok := first[key.Value]
	if !ok {
		first[key.Value] = key
		return
	}
	span := f.Span(before)
	f.fault(CodeYAMLDuplicate, f.Span(key), fmt.Sprintf(
		"the key %q is already set at line %d, column %d; keep one of the two", key.Value, span.Line, span.Column))
}
