package stack

import (
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"coopcloud.tech/catalogue/internal/recipe"
)

// versionVariable finds the variable that holds the version. Its name always
// starts with SECRET_; that it ends in _VERSION is only a habit.
var (
	versionVariable = regexp.MustCompile(`\$\{?(SECRET_[A-Za-z0-9_]+)`)
	plainVersion    = regexp.MustCompile(`^v[0-9]+$`)
)

// rawName is name: of the secret as written, from the last file that has it.
func rawName(r *recipe.Recipe, files []string, key string) string {
	for _, path := range slices.Backward(files) {
		i := slices.IndexFunc(r.Compose, func(c *recipe.ComposeFile) bool { return c.Path == path })
		if i < 0 {
			continue
		}
		object := lookup(r.Compose[i].Root, "secrets", key)
		for _, node := range []*yaml.Node{lookup(object, "name"), lookup(object, "external", "name")} {
			if node != nil && node.Kind == yaml.ScalarNode {
				return node.Value
			}
		}
	}
	return ""
}

// lookup walks down mappings, through aliases and merge keys; package recipe
// has seen to it that they end.
func lookup(node *yaml.Node, path ...string) *yaml.Node {
	switch {
	case node == nil:
		return nil
	case node.Kind == yaml.AliasNode:
		return lookup(node.Alias, path...)
	case len(path) == 0:
		return node
	case node.Kind == yaml.SequenceNode: // of <<: [*first, *second]
		return first(node.Content, path)
	}
	return lookup(child(node, path[0]), path[1:]...)
}

func first(nodes []*yaml.Node, path []string) *yaml.Node {
	for _, n := range nodes {
		if found := lookup(n, path...); found != nil {
			return found
		}
	}
	return nil
}

func child(node *yaml.Node, key string) *yaml.Node {
	var merged *yaml.Node
	for i := 0; node.Kind == yaml.MappingNode && i+1 < len(node.Content); i += 2 {
		switch node.Content[i].Value {
		case key:
			return node.Content[i+1]
		case "<<":
			merged = lookup(node.Content[i+1], key)
		}
	}
	return merged
}

// secretVariable is the last SECRET_ variable of the raw name.
func secretVariable(raw string) string {
	found := versionVariable.FindAllStringSubmatch(raw, -1)
	if len(found) == 0 {
		return ""
	}
	return found[len(found)-1][1]
}

// splitName cuts the swarm name into short name and version. The version is what
// stands where the raw name has its variable; without one, a last part like
// v1.
func splitName(stackName, name, raw string) (short, version string) {
	short = strings.TrimPrefix(name, stackName+"_")
	before := literalBefore(raw)
	if i := strings.LastIndex(short, before); before != "" && i >= 0 {
		return strings.Trim(short[:i]+before, "_"), short[i+len(before):]
	}
	i := strings.LastIndex(short, "_")
	if i >= 0 && (secretVariable(raw) != "" || plainVersion.MatchString(short[i+1:])) {
		return short[:i], short[i+1:]
	}
	return short, ""
}

// literalBefore is the plain text that stands directly before the variable,
// such as _db_password_.
func literalBefore(raw string) string {
	at := versionVariable.FindAllStringIndex(raw, -1)
	if len(at) == 0 {
		return ""
	}
	before := raw[:at[len(at)-1][0]]
	return before[strings.LastIndexAny(before, "}$")+1:]
}
