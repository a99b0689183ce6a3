package convert

import (
	"fmt"
	"slices"
	"strings"
)

// dependsOn maps the full name of each service to those that it depends on.
// Docker drops depends_on unread, so recipes that work may hold anything: what
// names no service, or goes round in a circle, orders nothing and is warned of.
func (c *converter) dependsOn() (graph map[string][]string, warnings []string) {
	graph = map[string][]string{}
	for _, s := range c.Services {
		for _, key := range s.DependsOn {
			if c.Service(key) == nil {
				warnings = append(warnings, c.dependsWarning(s.Key, "service %s: depends_on names %q, which is no service of this stack; it orders nothing", s.Key, key))
				continue
			}
			graph[s.Key] = append(graph[s.Key], key)
		}
	}
	for _, circle := range circles(graph) {
		warnings = append(warnings, c.dependsWarning(circle[0], "depends_on goes round in a circle (%s); it orders nothing there", strings.Join(circle, ", ")))
		for _, key := range circle {
			graph[key] = slices.DeleteFunc(graph[key], func(other string) bool { return slices.Contains(circle, other) })
		}
	}
	return c.fullNames(graph), warnings
}

func (c *converter) dependsWarning(key, format string, args ...any) string {
	span := c.Span("services", key, "depends_on")
	return fmt.Sprintf("%s:%d: ", span.File, span.Line) + fmt.Sprintf(format, args...)
}

func (c *converter) fullNames(graph map[string][]string) map[string][]string {
	full := map[string][]string{}
	for key, others := range graph {
		var names []string
		for _, other := range others {
			names = append(names, c.scope(other, ""))
		}
		slices.Sort(names)
		if len(names) > 0 {
			full[c.scope(key, "")] = slices.Compact(names)
		}
	}
	return full
}

// circles are the groups of keys that reach each other (Tarjan's strongly
// connected components), and keys that name themselves; sorted.
func circles(graph map[string][]string) [][]string {
	t := &tarjan{graph: graph, index: map[string]int{}, low: map[string]int{}, open: map[string]bool{}}
	keys := make([]string, 0, len(graph))
	for key := range graph {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		if t.index[key] == 0 {
			t.visit(key)
		}
	}
	slices.SortFunc(t.found, slices.Compare)
	return t.found
}

type tarjan struct {
	graph      map[string][]string
	index, low map[string]int // from 1; 0 is not visited
	open       map[string]bool
	stack      []string
	found      [][]string
}

func (t *tarjan) visit(key string) {
	t.index[key] = len(t.index) + 1
	t.low[key] = t.index[key]
	t.stack, t.open[key] = append(t.stack, key), true
	for _, other := range t.graph[key] {
		if t.index[other] == 0 {
			t.visit(other)
			t.low[key] = min(t.low[key], t.low[other])
		} else if t.open[other] {
			t.low[key] = min(t.low[key], t.index[other])
		}
	}
	if t.low[key] == t.index[key] {
		t.close(key)
	}
}

// close takes the group that began with key off the stack.
func (t *tarjan) close(key string) {
	start := slices.Index(t.stack, key)
	group := slices.Clone(t.stack[start:])
	t.stack = t.stack[:start]
	for _, member := range group {
		t.open[member] = false
	}
	if len(group) > 1 || slices.Contains(t.graph[key], key) {
		slices.Sort(group)
		t.found = append(t.found, group)
	}
}
