package stack

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// part is what one file says, or several merged.
type part struct {
	services map[string]*Service
	networks map[string]*Network
	volumes  map[string]*Volume
	secrets  map[string]*Object
	configs  map[string]*Object
}

// into moves the part into s, sorted.
func (p *part) into(s *Stack) {
	s.Services = sorted(p.services)
	s.Networks = sorted(p.networks)
	s.Volumes = sorted(p.volumes)
	s.Secrets = sorted(p.secrets)
	s.Configs = sorted(p.configs)
}

func sorted[T any](m map[string]*T) []*T {
	keys := sortedKeys(m)
	values := make([]*T, len(keys))
	for i, key := range keys {
		values[i] = m[key]
	}
	return values
}

func sortedKeys[T any](m map[string]T) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, cmp.Compare)
	return keys
}

// decoder turns the validated tree of one file into types, and notes where
// everything stands.
type decoder struct{ *reader }

func (d *decoder) file(root *value) *part {
	d.index(root, "")
	return &part{
		services: section(root, "services", d.service),
		networks: section(root, "networks", d.network),
		volumes:  section(root, "volumes", d.volume),
		secrets:  section(root, "secrets", d.secret),
		configs:  section(root, "configs", d.config),
	}
}

// section decodes one top-level mapping.
func section[T any](root *value, name string, decode func(key string, v *value, path string) *T) map[string]*T {
	decoded := map[string]*T{}
	if v := root.get(name); v != nil {
		for _, e := range v.entries {
			decoded[e.key] = decode(e.key, e.value, join(name, e.key))
		}
	}
	return decoded
}

// index notes the position of every key. Lists are left to those who know what
// their entries are merged by.
func (d *decoder) index(v *value, path string) {
	d.spans[path] = v.span
	for _, e := range v.entries {
		d.index(e.value, join(path, e.key))
	}
}

// texts decodes a string or a list of strings; nil where nothing is said.
func (d *decoder) texts(v *value, path string) []string {
	switch {
	case v == nil || v.kind&(null|mapping) != 0:
		return nil
	case v.kind != list:
		d.spans[join(path, v.str())] = v.span
		return []string{v.str()}
	}
	all := make([]string, 0, len(v.list))
	for _, item := range v.list {
		d.spans[join(path, item.str())] = item.span
		all = append(all, item.str())
	}
	return all
}

// pairs decodes a mapping or a list of KEY=value. A bare KEY has a nil value.
func (d *decoder) pairs(v *value, path string) map[string]*string {
	if v == nil {
		return nil
	}
	pairs := map[string]*string{}
	for _, e := range v.entries {
		pairs[e.key] = nil
		if e.value.kind != null {
			pairs[e.key] = new(e.value.str())
		}
	}
	for _, item := range v.items() {
		key, val, ok := strings.Cut(item.str(), "=")
		d.spans[join(path, key)] = item.span
		pairs[key] = nil
		if ok {
			pairs[key] = new(val)
		}
	}
	return pairs
}

// mapping decodes pairs whose bare keys are empty.
func (d *decoder) mapping(v *value, path string) map[string]string {
	pairs := d.pairs(v, path)
	if pairs == nil {
		return nil
	}
	filled := make(map[string]string, len(pairs))
	for key, val := range pairs {
		filled[key] = ""
		if val != nil {
			filled[key] = *val
		}
	}
	return filled
}

// flag decodes a boolean; false where nothing is said.
func flag(v *value) bool { return v != nil && v.data == true }

// whole decodes an integer.
func whole(v *value) (int64, bool) {
	if v == nil {
		return 0, false
	}
	switch n := v.data.(type) {
	case int:
		return int64(n), true
	case uint64:
		return int64(min(n, 1<<63-1)), true
	case float64:
		return int64(n), true
	}
	return 0, false
}

// count decodes a number that is not below zero; nil where nothing is said.
func count(v *value) *uint64 {
	n, ok := whole(v)
	if !ok || n < 0 {
		return nil
	}
	return new(uint64(n))
}

// short decodes a small number that is not below zero; 0 where nothing is said.
func short(v *value) uint32 {
	n, _ := whole(v)
	if n < 0 || n > 1<<32-1 {
		return 0
	}
	return uint32(n)
}

// lapse decodes a duration; nil where nothing is said.
func lapse(v *value) *time.Duration {
	if v == nil {
		return nil
	}
	length, err := time.ParseDuration(v.str())
	if err != nil {
		return nil
	}
	return &length
}
