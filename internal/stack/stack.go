// Package stack turns a recipe, a choice of overlays and an env into the stack
// that Docker Swarm will see: merged, interpolated, typed.
//
// It is the one place that knows the swarm dialect of compose (schema v3.13 of
// `docker stack deploy`, not compose-spec). Linter, catalogue and deploy engine
// all stand on it, so that they cannot disagree. It never stops at the first
// fault: each becomes a Diagnostic that says what Docker does and what our
// engine does.
//
// Each file goes through the steps that Docker's loader takes: its YAML becomes
// a tree of values with positions (tree.go), ${…} is replaced (interpolate.go),
// the tree is held against the dialect (dialect*.go, validate.go) and decoded
// to types (decode*.go). Then the files are merged type by type (merge*.go), and
// the whole is checked for what only conversion or the engine would refuse
// (check*.go).
package stack

import (
	"cmp"
	"slices"
	"strings"

	"coopcloud.tech/catalogue/internal/recipe"
)

// Stack is the app as Swarm will see it. Slices are sorted by Key.
type Stack struct {
	Name        string // STACK_NAME
	Files       []string
	Services    []*Service
	Networks    []*Network
	Volumes     []*Volume
	Secrets     []*Object
	Configs     []*Object
	Diagnostics []Diagnostic

	spans layers
}

// Service returns the service named key, or nil.
func (s *Stack) Service(key string) *Service {
	for _, service := range s.Services {
		if service.Key == key {
			return service
		}
	}
	return nil
}

// Refused returns the diagnostics whose Engine effect is Refuse.
func (s *Stack) Refused() []Diagnostic {
	var refused []Diagnostic
	for _, d := range s.Diagnostics {
		if d.Engine == Refuse {
			refused = append(refused, d)
		}
	}
	return refused
}

// sortDiagnostics puts them in the order of the files, top to bottom.
func (s *Stack) sortDiagnostics() {
	order := map[string]int{}
	for i, file := range s.Files {
		order[file] = i
	}
	slices.SortStableFunc(s.Diagnostics, func(a, b Diagnostic) int {
		return cmp.Or(
			cmp.Compare(order[a.Span.File], order[b.Span.File]),
			cmp.Compare(a.Span.Line, b.Span.Line),
			cmp.Compare(a.Span.Column, b.Span.Column),
		)
	})
}

// Span returns where the value at the canonical dotted path was last written; a path with no
// position of its own takes its nearest parent's. List entries go by their index
// in the Stack's slices.
func (s *Stack) Span(path ...string) recipe.Span {
	return s.spans.at(strings.Join(path, "."))
}

// Version is the value of service app's deploy label coop-cloud.<STACK_NAME>.version, by exact
// key, and where it stands; "" where there is none.
func (s *Stack) Version() (string, recipe.Span) {
	app := s.Service("app")
	if app == nil {
		return "", recipe.Span{}
	}
	key := "coop-cloud." + s.Name + ".version"
	version, ok := app.Deploy.Labels[key]
	if !ok {
		return "", recipe.Span{}
	}
	return version, s.Span("services", "app", "deploy", "labels", key)
}
