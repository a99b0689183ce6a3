package lint

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v4"

	"coopcloud.tech/catalogue/internal/stack"
)

// unused is the check for entries of a top-level section that no service of any
// variant uses: an overlay may use what the base file defines.
func unused(section string) func(*Input) []Finding {
	return func(in *Input) []Finding {
		used := map[string]bool{}
		for i := range in.Variants {
			if in.refuses(&in.Variants[i], "services") {
				return nil // what cannot be read may use anything
			}
			for _, s := range in.Variants[i].Stack.Services {
				for _, key := range uses(s, section) {
					used[key] = true
				}
			}
		}
		var found []Finding
		for _, path := range paths(in.Recipe) {
			found = append(found, in.unusedIn(path, section, used)...)
		}
		return found
	}
}

// refuses says whether a whole part of the variant could not be read.
func (in *Input) refuses(v *Variant, part string) bool {
	for _, d := range v.Stack.Diagnostics {
		if d.Docker == stack.Refuse && d.Engine == stack.Refuse && (d.Path == "" || d.Path == part || strings.HasPrefix(d.Path, part+".") && !d.Late) {
			return true
		}
	}
	return false
}

// uses lists the keys of a section that the service names.
func uses(s *stack.Service, section string) []string {
	var keys []string
	switch section {
	case "networks":
		for _, n := range s.Networks {
			keys = append(keys, n.Key)
		}
		if len(s.Networks) == 0 {
			keys = append(keys, "default")
		}
	case "volumes":
		for _, m := range s.Volumes {
			keys = append(keys, m.Source)
		}
	case "secrets":
		for _, ref := range s.Secrets {
			keys = append(keys, ref.Source)
		}
	case "configs":
		for _, ref := range s.Configs {
			keys = append(keys, ref.Source)
		}
		if s.CredentialSpec != nil {
			keys = append(keys, s.CredentialSpec.Config)
		}
	}
	return keys
}

// made says whether Docker creates the entry of the section though no service uses it:
// it does so with configs and secrets, but with no network nor volume.
func made(section string, entry *yaml.Node) bool {
	_, external := child(entry, "external")
	return (section == "configs" || section == "secrets") &&
		(external == nil || external.Kind != yaml.MappingNode && external.Value != "true")
}

func (in *Input) unusedIn(path, section string, used map[string]bool) []Finding {
	file := in.compose(path)
	if file == nil {
		return nil
	}
	_, entries := in.sources[path].lookup(section)
	if entries == nil {
		return nil
	}
	var found []Finding
	for i := 0; i+1 < len(entries.Content); i += 2 {
		key := entries.Content[i]
		if used[key.Value] || key.Value == "<<" || strings.HasPrefix(key.Value, "x-") {
			continue
		}
		span := file.Span(key)
		found = append(found, Finding{
			Message:  fmt.Sprintf("no service uses the %s %s", strings.TrimSuffix(section, "s"), key.Value),
			Span:     span,
			Evidence: section + "." + key.Value,
			Repairs:  in.removeKey("Remove "+key.Value, !made(section, entries.Content[i+1]), span),
		})
	}
	return found
}
