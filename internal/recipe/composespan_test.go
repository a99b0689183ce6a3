package recipe_test

import (
	"testing"

	"go.yaml.in/yaml/v4"

	"coopcloud.tech/catalogue/internal/recipe"
)

// checkCompose holds what must be true of any file: it is read or there is a
// fault, spans lie in order, and what a scalar's span covers reads as that scalar.
func checkCompose(t *testing.T, f *recipe.ComposeFile) {
	t.Helper()
	if f.Root == nil && len(f.Faults) == 0 {
		t.Errorf("%s: broken without a fault", f.Path)
	}
	if f.Root != nil && len(f.Data) < 100_000 {
		checkNode(t, f, f.Root)
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
	last := s
	last.EndLine, last.EndColumn = s.Line, s.Column
	for _, child := range n.Content {
		checkNode(t, f, child)
		next := f.Span(child)
		if behind(last.EndLine, last.EndColumn, next.Line, next.Column) || behind(next.EndLine, next.EndColumn, s.EndLine, s.EndColumn) {
			t.Fatalf("%s: %+v lies across %+v, or ends behind what holds it, %+v", f.Path, next, last, s)
		}
		last = next
	}
}

// behind says whether the first place is behind the second.
func behind(line, column, line2, column2 int) bool {
	return line > line2 || line == line2 && column > column2
}

func checkScalar(t *testing.T, f *recipe.ComposeFile, n *yaml.Node, s recipe.Span) {
	t.Helper()
	if n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		return // needs its surroundings to be read
	}
	written := cut(string(f.Data), s)
	var again yaml.Node
	err := yaml.Unmarshal([]byte(written), &again)
	got := ""
	if len(again.Content) > 0 {
		got = again.Content[0].Value
	}
	if got != n.Value {
		t.Fatalf("%s: %+v covers %q, which reads as %q, not %q (%v)", f.Path, s, written, got, n.Value, err)
	}
}
