package lint_test

import (
	"fmt"
	"strings"
	"testing"

	"coopcloud.tech/catalogue/internal/lint"
)

func manyOverlays(n int, base string) lint.Example {
	files := lint.Example{{Name: "compose.yml", Text: base + "services:\n  app:\n    image: nginx:1.27.3\n"}}
	for i := range n {
		files = append(files, lint.File{
			Name: fmt.Sprintf("compose.%d.yml", i),
			Text: fmt.Sprintf("services:\n  s%d:\n    image: nginx\n", i),
		})
	}
	return files
}

// More overlays than are loaded one by one are still all judged.
func TestManyOverlays(t *testing.T) {
	result := lint.Apply(inputOf(t, manyOverlays(300, "")), []*lint.Rule{lint.Find("R003")})
	if len(result.Findings) != 300 {
		t.Errorf("%d findings, want one for each of the 300 overlays", len(result.Findings))
	}
}

// The work of a run is bounded by bytes, not by overlays times bytes.
func TestLargeVariants(t *testing.T) {
	in := inputOf(t, manyOverlays(60, strings.Repeat("# "+strings.Repeat("x", 98)+"\n", 5_000)))
	size := len(in.Variants) * 500_000 // the base is in each
	if last := in.Variants[len(in.Variants)-1]; size > 4<<20 || last.Name != "all overlays" || len(last.Files) != 61 {
		t.Errorf("%d variants of together %d bytes, the last %s with %d files", len(in.Variants), size, last.Name, len(last.Files))
	}
}

func TestVariants(t *testing.T) {
	tests := []struct {
		name, sample string
		overlays     []string
		want         []string
	}{
		{"base only", "", nil, []string{"compose.yml"}},
		{"one overlay", "", []string{"compose.a.yml"}, []string{"compose.yml", "compose.yml + compose.a.yml"}},
		{"free overlays", "", []string{"compose.a.yml", "compose.b.yml"}, []string{
			"compose.yml", "compose.yml + compose.a.yml", "compose.yml + compose.b.yml", "all overlays",
		}},
		{"a set and one more", "COMPOSE_FILE=compose.yml\nCOMPOSE_FILE=\"$COMPOSE_FILE:compose.b.yml\"\n", []string{"compose.a.yml", "compose.b.yml"}, []string{
			"compose.yml", "compose.yml + compose.b.yml", "all overlays",
		}},
		{"commented lines replace", "#COMPOSE_FILE=compose.yml:compose.a.yml:compose.b.yml\n", []string{"compose.a.yml", "compose.b.yml", "compose.c.yml"}, []string{
			"compose.yml", "compose.yml + compose.a.yml + compose.b.yml", "compose.yml + compose.c.yml", "all overlays",
		}},
		{"commented lines extend", "COMPOSE_FILE=compose.yml:compose.a.yml\n# COMPOSE_FILE=\"$COMPOSE_FILE:compose.b.yml\"\n", []string{"compose.a.yml", "compose.b.yml", "compose.c.yml"}, []string{
			"compose.yml", "compose.yml + compose.a.yml", "compose.yml + compose.a.yml + compose.b.yml",
			"compose.yml + compose.a.yml + compose.c.yml", "all overlays",
		}},
		{"twice the same file", "COMPOSE_FILE=compose.yml:compose.yml\n", nil, []string{"compose.yml"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			files := lint.Example{{Name: "compose.yml", Text: "services: {}\n"}, {Name: ".env.sample", Text: test.sample}}
			for _, overlay := range test.overlays {
				files = append(files, lint.File{Name: overlay, Text: "services: {}\n"})
			}
			var got []string
			for _, v := range inputOf(t, files).Variants {
				got = append(got, v.Name)
			}
			if strings.Join(got, "\n") != strings.Join(test.want, "\n") {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
}
