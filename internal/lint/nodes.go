package lint

import (
	"slices"

	"go.yaml.in/yaml/v4"

	"coopcloud.tech/catalogue/internal/recipe"
)

// compose is the compose file at the path; nil where it is missing or broken.
func (in *Input) compose(path string) *recipe.ComposeFile {
	if file := in.files[path]; file != nil && file.Root != nil {
		return file
	}
	return nil
}

// keySpan is where the first file of the variant that has the path writes its
// last key: what is missing below a key is shown at the key that stays when
// overlays are added. Where no file has it, the nearest parent's key.
func (in *Input) keySpan(v *Variant, path ...string) recipe.Span {
	for ; len(path) > 0; path = path[:len(path)-1] {
		if span := in.writtenKey(v, path...); span.Line > 0 {
			return span
		}
	}
	return recipe.Span{File: v.Files[0]}
}

// writtenKey is where the first file of the variant that has the path writes its last
// key; no line where none does, or a merge key brings it.
func (in *Input) writtenKey(v *Variant, path ...string) recipe.Span {
	for _, name := range v.Files {
		file := in.compose(name)
		if file == nil {
			continue
		}
		if key, _ := in.sources[name].lookup(path...); key != nil {
			return file.Span(key)
		}
	}
	return recipe.Span{}
}

// raw is the text at the path as written, before interpolation: the last file
// of the variant that has it wins, as in a merge.
func (in *Input) raw(v *Variant, path ...string) string {
	for _, name := range slices.Backward(v.Files) {
		file := in.compose(name)
		if file == nil {
			continue
		}
		if _, value := in.sources[name].lookup(path...); value != nil && value.Kind == yaml.ScalarNode {
			return value.Value
		}
	}
	return ""
}

// resolved is the node that an alias stands for.
func resolved(node *yaml.Node) *yaml.Node {
	if node != nil && node.Kind == yaml.AliasNode {
		return node.Alias
	}
	return node
}

// inherits says whether a merge key brings the mapping the key: written there it would
// hide all that is inherited below it.
func inherits(mapping *yaml.Node, name string) bool {
	_, merged := child(mapping, "<<")
	return merged != nil && gives(merged, name)
}

func gives(merged *yaml.Node, name string) bool {
	switch merged.Kind {
	case yaml.AliasNode:
		return gives(merged.Alias, name)
	case yaml.SequenceNode:
		return slices.ContainsFunc(merged.Content, func(n *yaml.Node) bool { return gives(n, name) })
	}
	key, _ := child(merged, name)
	return key != nil || inherits(merged, name)
}

func child(mapping *yaml.Node, name string) (key, value *yaml.Node) {
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == name {
			return mapping.Content[i], mapping.Content[i+1]
		}
	}
	return nil, nil
}
