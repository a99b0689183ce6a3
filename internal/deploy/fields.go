package deploy

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/docker/docker/api/types/swarm"
)

// fields is a service's spec taken apart, path by path. Two specs that mean the
// same to the engine have equal fields: order counts only where the engine
// heeds it.
type fields map[string]string

// listKeys says which lists are sets, and what tells their members apart.
var listKeys = map[string]func(member map[string]any) string{
	"TaskTemplate.ContainerSpec.Mounts":  member("Target"),
	"TaskTemplate.ContainerSpec.Secrets": file("SecretName"),
	"TaskTemplate.ContainerSpec.Configs": file("ConfigName"),
	"TaskTemplate.ContainerSpec.Ulimits": member("Name"),
	"TaskTemplate.Networks":              member("Target"),
	"EndpointSpec.Ports":                 member("PublishedPort", "TargetPort", "Protocol", "PublishMode"),
}

// sets are lists of words in which order does not count.
var sets = map[string]bool{
	"TaskTemplate.ContainerSpec.CapabilityAdd":  true,
	"TaskTemplate.ContainerSpec.CapabilityDrop": true,
	"TaskTemplate.Placement.Constraints":        true,
	"TaskTemplate.Networks.*.Aliases":           true,
}

const envPath = "TaskTemplate.ContainerSpec.Env"

func fieldsOf(spec swarm.ServiceSpec, networkName func(id string) string) fields {
	data, err := json.Marshal(normal(spec, networkName))
	var tree any
	if err == nil {
		err = json.Unmarshal(data, &tree)
	}
	if err != nil {
		panic("deploy: a service spec does not survive JSON: " + err.Error())
	}
	all := fields{}
	all.add("", "", tree)
	return all
}

// add takes a value apart. path names it; kind is the same path with * for the
// members of keyed lists. Empty values are left out: the engine drops them.
func (f fields) add(path, kind string, value any) {
	switch value := value.(type) {
	case nil:
	case map[string]any:
		for key, member := range value {
			f.add(join(path, key), join(kind, key), member)
		}
	case []any:
		f.addList(path, kind, value)
	case string:
		if value != "" || strings.Contains(path, "Labels.") {
			f[path] = value
		}
	default:
		data, _ := json.Marshal(value)
		f[path] = string(data)
	}
}

func (f fields) addList(path, kind string, list []any) {
	for i, value := range list {
		word, isWord := value.(string)
		object, _ := value.(map[string]any)
		switch key := listKeys[kind]; {
		case isWord && kind == envPath:
			f.addEnv(path, word)
		case isWord && sets[kind]:
			f[join(path, word)] = word
		case object != nil && key != nil:
			f.add(join(path, key(object)), kind+".*", value)
		default:
			f.add(fmt.Sprintf("%s.%d", path, i), kind+".*", value)
		}
	}
}

// addEnv tells KEY= from a bare KEY.
func (f fields) addEnv(path, entry string) {
	key, value, assigned := strings.Cut(entry, "=")
	if !assigned {
		key += " (bare)"
	}
	f[join(path, key)] = value
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// member tells list members apart by their values of the keys.
func member(keys ...string) func(map[string]any) string {
	return func(object map[string]any) string {
		words := make([]string, len(keys))
		for i, key := range keys {
			words[i] = fmt.Sprint(object[key])
		}
		return strings.Join(words, "/")
	}
}

// file tells references to secrets and configs apart by where they appear.
func file(name string) func(map[string]any) string {
	return func(object map[string]any) string {
		if file, ok := object["File"].(map[string]any); ok {
			return fmt.Sprint(file["Name"])
		}
		return fmt.Sprint(object[name])
	}
}

// differing lists the paths of the fields that differ, sorted.
func differing(from, to fields) []string {
	paths := maps.Clone(from)
	maps.Copy(paths, to)
	maps.DeleteFunc(paths, func(path, _ string) bool {
		old, had := from[path]
		now, has := to[path]
		return had == has && old == now
	})
	return slices.Sorted(maps.Keys(paths))
}

// changes lists the fields that differ, sorted.
func changes(from, to fields) []Change {
	var list []Change
	for _, path := range differing(from, to) {
		old, had := from[path]
		now, has := to[path]
		list = append(list, newChange(path, old, had, now, has))
	}
	return list
}

func newChange(path, old string, had bool, now string, has bool) Change {
	change := Change{Field: fieldName(path)}
	if secretive(path, old, now) {
		old, now = hidden, hidden
	}
	if had {
		change.From = &old
	}
	if has {
		change.To = &now
	}
	return change
}

// shorter is the engine's path and what people call it.
var shorter = []struct{ path, name string }{
	{"TaskTemplate.ContainerSpec.Image", "image"},
	{"TaskTemplate.ContainerSpec.Env.", "env "},
	{"TaskTemplate.ContainerSpec.Labels.", "container label "},
	{"TaskTemplate.ContainerSpec.Mounts.", "mount "},
	{"TaskTemplate.ContainerSpec.Secrets.", "secret "},
	{"TaskTemplate.ContainerSpec.Configs.", "config "},
	{"TaskTemplate.ContainerSpec.", ""},
	{"TaskTemplate.Networks.", "network "},
	{"TaskTemplate.", ""},
	{"EndpointSpec.Ports.", "port "},
	{"Labels.", "label "},
	{"Mode.Replicated.Replicas", "replicas"},
}

func fieldName(path string) string {
	path = strings.TrimSuffix(strings.TrimSuffix(path, ".ConfigName"), ".SecretName")
	for _, short := range shorter {
		if rest, ok := strings.CutPrefix(path, short.path); ok {
			return short.name + rest
		}
	}
	return path
}
