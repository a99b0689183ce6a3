//go:build !race

// The race detector makes sync.Pool forget at random, and regexp keeps its machines
// there: what is allocated tells nothing then. `make check` runs this test.

package lint_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"coopcloud.tech/catalogue/internal/lint"
)

// What a hostile recipe costs grows as the recipe does. Bytes allocated tell it
// without a clock: a step that is done again for each finding shows as four times
// as many for twice the recipe.
func TestCostIsLinear(t *testing.T) {
	const head = "version: \"3.8\"\nservices:\n  app:\n    image: nginx:1.27.3\n"
	shapes := map[string]func(n int) lint.Example{
		"services": func(n int) lint.Example {
			return lint.Example{{Name: "compose.yml", Text: head + lines(n, "  s%[1]d:\n    image: nginx:1.27.3\n    environment:\n      A: ${A%[1]d}\n")}}
		},
		"services that only an overlay has": func(n int) lint.Example {
			return lint.Example{
				{Name: "compose.yml", Text: head + lines(n, "  s%d: {image: nginx:1.27.3}\n")},
				{Name: "compose.a.yml", Text: "version: \"3.8\"\nservices:\n" + lines(n, "  t%d: {tty: true}\n")},
			}
		},
		"one line": func(n int) lint.Example {
			return lint.Example{{Name: "compose.yml", Text: "version: \"3.8\"\nservices: {" + lines(n, "s%d: {image: nginx, environment: {A: $B-c}}, ") + "}\n"}}
		},
		"labels": func(n int) lint.Example {
			return lint.Example{{Name: "compose.yml", Text: head + "    deploy:\n      labels:\n        - traefik.enable=true\n" +
				lines(n, "        - traefik.http.routers.r%[1]d.middlewares=m%[1]d\n")}}
		},
		"suppressions": func(n int) lint.Example {
			return lint.Example{{Name: "compose.yml", Text: head + lines(n, "  # recipe-lint: ignore=R002 x\n  s%d:\n    image: nginx:1.27.3\n")}}
		},
		"variables": func(n int) lint.Example {
			return lint.Example{
				{Name: "compose.yml", Text: head + "    environment:\n" + lines(n, "      A%[1]d: ${B%[1]d:-x}\n")},
				{Name: ".env.sample", Text: lines(n, "B%[1]d=y\n#C%[1]d=z\n")},
			}
		},
		"variables of a release": func(n int) lint.Example {
			files := lint.Example{
				{Name: "compose.yml", Text: head + "    environment:\n" + lines(n, "      A%[1]d: ${B%[1]d}\n")},
				{Name: ".env.sample", Text: lines(n, "B%[1]d=y\n")},
				{Name: "git tag", Text: "git tag -a 1.0.0+1.27.3\n"},
			}
			return append(files, lint.File{Name: "previous/compose.yml", Text: files[0].Text}, lint.File{Name: "previous/.env.sample", Text: files[1].Text})
		},
		"versions in .env.sample": func(n int) lint.Example {
			return lint.Example{
				{Name: "compose.yml", Text: head + "    configs:\n" + lines(n, "      - source: c%[1]d\n        target: /c%[1]d\n") +
					"configs:\n" + lines(n, "  c%[1]d:\n    name: ${STACK_NAME}_c%[1]d_${C%[1]d_VERSION}\n    file: c\n")},
				{Name: "c", Text: "x\n"},
				{Name: "abra.sh", Text: "export D_VERSION=v1\n"},
				{Name: ".env.sample", Text: lines(n, "C%d_VERSION=v1\n")},
			}
		},
		"unused networks": func(n int) lint.Example {
			return lint.Example{{Name: "compose.yml", Text: head + "networks:\n" + lines(n, "  n%d:\n")}}
		},
	}
	for name, shape := range shapes {
		t.Run(name, func(t *testing.T) {
			const n = 100
			less, more := allocated(t, shape(2*n))-allocated(t, shape(n)), allocated(t, shape(4*n))-allocated(t, shape(2*n))
			if ratio := float64(more) / float64(less); ratio > 2.7 {
				t.Errorf("%d more cost %d bytes, and %d more %d: %.1f times as much; expected twice", n, less, 2*n, more, ratio)
			}
		})
	}
}

func lines(n int, format string) string {
	var out strings.Builder
	for i := range n {
		fmt.Fprintf(&out, format, i)
	}
	return out.String()
}

func allocated(t *testing.T, files lint.Example) uint64 {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	lint.Run(inputOf(t, files))
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}
