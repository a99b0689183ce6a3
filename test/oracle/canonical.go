package oracle

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
)

// Canonical turns specs into plain JSON values that compare by meaning: what
// the engine reads alike is written alike.
func Canonical(specs any) (any, error) {
	data, err := json.Marshal(specs)
	if err != nil {
		return nil, err
	}
	var tree any
	if err := json.Unmarshal(data, &tree); err != nil {
		return nil, err
	}
	return prune(tree, ""), nil
}

// prune drops nulls and empty values, which the API leaves out or in by
// chance of the Go types, and spells out the engine's default of a port. An
// empty object under Mode or Runtime is a choice and stays.
func prune(value any, key string) any {
	switch v := value.(type) {
	case map[string]any:
		spellOut(v, key)
		for k, child := range v {
			if child = prune(child, k); empty(child) && !(key == "Mode" || k == "Runtime") {
				delete(v, k)
			} else {
				v[k] = child
			}
		}
	case []any:
		for i := range v {
			v[i] = prune(v[i], key)
		}
	}
	return value
}

func spellOut(object map[string]any, key string) {
	if key != "Ports" {
		return
	}
	for field, def := range map[string]string{"Protocol": "tcp", "PublishMode": "ingress"} {
		if object[field] == nil {
			object[field] = def
		}
	}
}

func empty(value any) bool {
	switch v := value.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case bool:
		return !v
	case map[string]any:
		return len(v) == 0
	case []any:
		return len(v) == 0
	}
	return false
}

// Difference is one place where the two conversions part.
type Difference struct {
	Path         []string
	Docker, Ours any // nil: not there
}

func (d Difference) String() string {
	docker, ours := d.Unique()
	a, _ := json.Marshal(docker)
	b, _ := json.Marshal(ours)
	return fmt.Sprintf("%v: docker %s, ours %s", d.Path, a, b)
}

// Unique is what each side alone has. Lists that differ only in their order
// come back whole.
func (d Difference) Unique() (docker, ours any) {
	a, okA := d.Docker.([]any)
	b, okB := d.Ours.([]any)
	onlyA, onlyB := without(a, b), without(b, a)
	if !okA || !okB || len(onlyA)+len(onlyB) == 0 {
		return d.Docker, d.Ours
	}
	return onlyA, onlyB
}

func without(list, other []any) []any {
	return slices.DeleteFunc(slices.Clone(list), func(item any) bool {
		return slices.ContainsFunc(other, func(o any) bool { return reflect.DeepEqual(o, item) })
	})
}

// Diff compares canonical values. Items of lists compare by what names them.
func Diff(docker, ours any) []Difference { return diff(nil, docker, ours) }

func diff(path []string, docker, ours any) []Difference {
	if reflect.DeepEqual(docker, ours) {
		return nil
	}
	a, b := children(docker), children(ours)
	if a == nil || b == nil {
		return []Difference{{slices.Clone(path), docker, ours}}
	}
	var all []Difference
	for _, key := range slices.Sorted(maps.Keys(merged(a, b))) {
		all = append(all, diff(append(path, key), a[key], b[key])...)
	}
	if len(all) == 0 { // the same items in another order
		return []Difference{{slices.Clone(path), docker, ours}}
	}
	return all
}

// children are the parts of a composite value, nil for others. A list of
// plain values counts as one value.
func children(value any) map[string]any {
	switch v := value.(type) {
	case map[string]any:
		return v
	case []any:
		parts := map[string]any{}
		for i, item := range v {
			object, ok := item.(map[string]any)
			if !ok {
				return nil
			}
			parts[itemKey(object, i)] = item
		}
		return parts
	}
	return nil
}

func itemKey(object map[string]any, i int) string {
	file, _ := object["File"].(map[string]any) // of a secret or config reference
	for _, name := range []any{object["Name"], object["Target"], file["Name"]} {
		if name, ok := name.(string); ok {
			return name
		}
	}
	if object["TargetPort"] != nil {
		return fmt.Sprint(object["PublishedPort"], object["TargetPort"], object["Protocol"])
	}
	return strconv.Itoa(i)
}

func merged[V any](a, b map[string]V) map[string]V {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}
