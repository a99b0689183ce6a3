package stack

import (
	"fmt"
	"math"
	"strconv"

	"coopcloud.tech/catalogue/internal/recipe"
	"go.yaml.in/yaml/v4"
)

// tree builds the value of one document. Its size with every alias resolved is
// bounded by recipe.ParseCompose.
type tree struct {
	file   *recipe.ComposeFile
	report func(Diagnostic)
}

// build copies node n into a value. path is canonical; via is the use that an
// alias or a merge key on the way stands for.
func (t *tree) build(n *yaml.Node, path string, via recipe.Span) *value {
	if n.Kind == yaml.AliasNode {
		if via == (recipe.Span{}) {
			via = t.file.Span(n)
		}
		return t.build(n.Alias, path, via)
	}
	v := &value{span: t.file.Span(n), via: via}
	t.checkTag(n, v.span, path)
	switch n.Kind {
	case yaml.MappingNode:
		v.kind = mapping
		t.fill(v, n, path)
	case yaml.SequenceNode:
		v.kind = list
		for i, item := range n.Content {
			v.list = append(v.list, t.build(item, join(path, strconv.Itoa(i)), via))
		}
	default:
		t.scalar(v, n, path)
	}
	return v
}

func (t *tree) scalar(v *value, n *yaml.Node, path string) {
	v.kind, v.data = resolve(n)
	v.source = n.Value
	t.checkTagged(n, v, path)
	if f, ok := v.data.(float64); ok && (math.IsNaN(f) || math.IsInf(f, 0)) {
		v.faults = append(v.faults, Diagnostic{
			Code: CodeInvalidValue, Span: v.span, Via: v.via, Path: path, Docker: Refuse, Engine: Accept,
			Message: fmt.Sprintf("%s is a number without end to YAML, which Docker cannot read; quote it", n.Value),
		})
		v.kind, v.data = text, n.Value
	}
}

// fill adds the keys of mapping n, then those that its merge keys bring. Of a
// key that stands twice the first counts; recipe.ParseCompose reports it.
func (t *tree) fill(v *value, n *yaml.Node, path string) {
	seen := make(map[string]bool, len(n.Content)/2)
	var merges []*yaml.Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, item := n.Content[i], n.Content[i+1]
		name, ok := t.key(v, key, path)
		if !ok || seen[name] {
			continue
		}
		seen[name] = true
		if key.ShortTag() == "!!merge" {
			merges = append(merges, key, item)
			continue
		}
		v.entries = append(v.entries, t.entry(name, key, item, path, v.via))
	}
	for i := 0; i < len(merges); i += 2 {
		t.merge(v, seen, merges[i], merges[i+1], path)
	}
}

// entry builds the value of one key. A mapping or list is shown by its key.
func (t *tree) entry(name string, key, item *yaml.Node, path string, via recipe.Span) entry {
	v := t.build(item, join(path, name), via)
	e := entry{key: name, span: t.file.Span(key), value: v}
	switch {
	case item.Kind == yaml.AliasNode && via == (recipe.Span{}):
		v.via = e.span
	case item.Kind != yaml.AliasNode && v.kind&(mapping|list|null) != 0:
		v.span = e.span
	}
	return e
}

// merge adds the keys of `<<: *anchor` or `<<: [*a, *b]` that v does not have.
func (t *tree) merge(v *value, seen map[string]bool, key, item *yaml.Node, path string) {
	via := v.via
	if via == (recipe.Span{}) {
		via = t.file.Span(key)
	}
	parts := []*yaml.Node{item}
	if resolved := unalias(item); resolved.Kind == yaml.SequenceNode {
		parts = resolved.Content
	}
	for _, part := range parts {
		part = unalias(part)
		if part.Kind != yaml.MappingNode {
			t.report(Diagnostic{
				Code: CodeWrongType, Span: t.file.Span(key), Path: path, Docker: Refuse, Engine: Refuse,
				Message: "a merge key takes a mapping or a list of mappings, such as <<: *anchor",
			})
			continue
		}
		// Keys that are no strings are text here: YAML reads them into v's keys.
		for _, e := range t.build(part, path, via).entries {
			if !seen[e.key] {
				seen[e.key] = true
				v.entries = append(v.entries, e)
			}
		}
	}
}

func unalias(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias // never an alias itself
	}
	return n
}

// key is the text of a key of v. Where Docker's schema reads v, it takes only
// keys that YAML resolves to strings.
func (t *tree) key(v *value, n *yaml.Node, path string) (string, bool) {
	n = unalias(n)
	tag := n.ShortTag()
	if n.Kind == yaml.ScalarNode && (tag == "!!str" || tag == "!!merge") {
		return n.Value, true
	}
	d := Diagnostic{
		Code: CodeNonStringKey, Span: t.file.Span(n), Path: path, Docker: Refuse, Engine: Accept,
		Message: fmt.Sprintf("the key %q is no string to YAML; quote it", n.Value),
	}
	if n.Kind != yaml.ScalarNode {
		d.Engine, d.Message = Refuse, "a key must be a plain string"
		t.report(d)
		return "", false
	}
	v.faults = append(v.faults, d)
	return n.Value, true
}

// checkTag reports the tags of compose-spec, which Docker drops.
func (t *tree) checkTag(n *yaml.Node, span recipe.Span, path string) {
	if n.Style&yaml.TaggedStyle == 0 || len(n.Tag) < 2 || n.Tag[:2] == "!!" || n.Tag[0] != '!' {
		return
	}
	t.report(Diagnostic{
		Code: CodeYAMLTag, Span: span, Path: path, Docker: Ignore, Engine: Ignore,
		Message: fmt.Sprintf("the tag %s means nothing to docker stack deploy; remove it, and what it should reset", n.Tag),
	})
}

// checkTagged reports a scalar that is not of the type that its tag claims.
func (t *tree) checkTagged(n *yaml.Node, v *value, path string) {
	if n.Style&yaml.TaggedStyle == 0 || n.Decode(new(any)) == nil {
		return
	}
	t.report(Diagnostic{
		Code: CodeInvalidValue, Span: v.span, Via: v.via, Path: path, Docker: Refuse, Engine: Refuse,
		Message: fmt.Sprintf("%q is no %s; remove the tag", clip(n.Value), n.ShortTag()),
	})
}

// maxPath keeps a file of long keys from multiplying itself through its paths.
const maxPath = 1024

// join adds a key to a canonical path.
func join(path, key string) string {
	switch {
	case len(path)+len(key) > maxPath:
		return path
	case path == "":
		return key
	}
	return path + "." + key
}
