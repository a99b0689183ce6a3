package stack

import (
	"fmt"
	"maps"
	"slices"
)

// merger lays one file over those before it by the rules of docker/cli's
// compose/loader. They are not compose-go's: what a later file leaves empty,
// zero or false changes nothing, and top-level objects are replaced whole.
// Where Docker loses or breaks something, this differs: see merge_lost.go.
type merger struct {
	report func(Diagnostic)
	spans  *layers // of all files so far
	later  spans   // of the later file
	owned  map[string]bool
	path   string
}

func (m *merger) merge(into, later *part) {
	for _, key := range sortedKeys(later.services) {
		base := into.services[key]
		if base == nil {
			into.services[key] = later.services[key]
			continue
		}
		if !m.owned[key] {
			m.owned[key] = true
			base = base.clone()
			into.services[key] = base
		}
		m.path = join("services", key)
		m.service(base, later.services[key].clone())
	}
	maps.Copy(into.networks, later.networks)
	maps.Copy(into.volumes, later.volumes)
	maps.Copy(into.secrets, later.secrets)
	maps.Copy(into.configs, later.configs)
}

// over sets dst to src unless src is its type's zero value. Where the later file
// says so in vain, that is reported.
func over[T comparable](m *merger, name string, dst *T, src T) {
	var zero T
	switch {
	case src != zero:
		*dst = src
	case *dst != zero:
		m.inVain(name)
	}
}

// overPointer is over for a value that may be missing; a zero does not replace
// another value.
func overPointer[T comparable](m *merger, name string, dst **T, src *T) {
	var zero T
	switch {
	case src == nil:
	case *dst == nil, *src != zero:
		*dst = src
	case **dst != zero:
		m.inVain(name)
	}
}

// replace sets dst to src where src is said at all, zero included.
func replace[T any](dst **T, src *T) {
	if src != nil {
		*dst = src
	}
}

// inVain reports a later file's value that Docker's merge drops.
func (m *merger) inVain(name string) {
	path := join(m.path, name)
	span, written := m.later[path]
	if !written {
		return
	}
	m.report(Diagnostic{
		Code: CodeMergeIgnored, Span: span, Path: path, Docker: Ignore, Engine: Ignore,
		Message: fmt.Sprintf("%s: an empty, zero or false value does not override what an earlier file says; change it there", name),
	})
}

func (m *merger) list(dst *[]string, src []string) {
	*dst = append(slices.Clip(*dst), src...)
}

// command takes the later command line whole.
func (m *merger) command(name string, dst *[]string, src []string) {
	switch {
	case len(src) > 0:
		*dst = src
	case src != nil && len(*dst) > 0:
		m.inVain(name)
	case *dst == nil:
		*dst = src
	}
}

func overMap[V any](dst *map[string]V, src map[string]V) {
	if *dst == nil {
		*dst = src
		return
	}
	maps.Copy(*dst, src)
}

// environment differs from labels: an empty or missing value keeps the earlier one.
func (m *merger) environment(dst *map[string]*string, src map[string]*string) {
	if *dst == nil {
		*dst = src
		return
	}
	for _, key := range sortedKeys(src) {
		base := (*dst)[key]
		overPointer(m, join("environment", key), &base, src[key])
		(*dst)[key] = base
	}
}

// keyed merges lists whose entries have a key: the later entry replaces the
// earlier one. The order is that of sort.
func keyed[T any](dst *[]T, src []T, key func(T) string, sort func([]T)) {
	if *dst == nil {
		*dst = src
		return
	}
	merged := map[string]T{}
	for _, entry := range slices.Concat(*dst, src) {
		merged[key(entry)] = entry
	}
	*dst = slices.AppendSeq((*dst)[:0:0], maps.Values(merged))
	sort(*dst)
}
