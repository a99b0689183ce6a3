package recipe_test

import (
	"testing"

	"go.yaml.in/yaml/v4"

	"coopcloud.tech/catalogue/internal/recipe"
)

// checkCompose holds what must be true of any file: spans lie in order, and what
// a scalar's span covers reads as that scalar.
func checkCompose(t *testing.T, f *recipe.ComposeFile) {
	t.Helper()
	if f.Root != nil {
		checkNode(t, f, f.Root)
	}
	if f.Root == nil && len(f.Faults) == 0 {
		t.Errorf("%s: broken without a fault", f.Path)
	}
}

func checkNode(t *testing.T, f *recipe.ComposeFile, n *yaml.Node) {
	t.Helper()
	s := f.Span(n)
	if s.EndLine < s.Line || s.EndLine == s.Line && s.EndColumn < s.Column {
		t.Fatalf("%s: %+v ends before it starts", f.Path, s)
	}
	if n.Kind == yaml.ScalarNode {
		checkScalar(t, f, n, s)
	}
	for _, child := range n.Content {
		checkNode(t, f, child)
	}
}

func checkScalar(t *testing.T, f *recipe.ComposeFile, n *yaml.Node, s recipe.Span) {
	t.Helper()
	written := cut(string(f.Data), s)
	if n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		return // needs its surroundings to be read
	}
	var again yaml.Node
	if err := yaml.Unmarshal([]byte(written), &again); err != nil && n.Value != "" {
		t.Fatalf("%s: %+v covers %q, which reads as %v, not %q", f.Path, s, written, err, n.Value)
	}
	if len(again.Content) == 0 {
		if n.Value != "" {
			t.Fatalf("%s: %+v covers nothing of %q", f.Path, s, n.Value)
		}
		return
	}
	if got := again.Content[0].Value; got != n.Value {
		t.Fatalf("%s: %+v covers %q, which reads as %q, not %q", f.Path, s, written, got, n.Value)
	}
}
