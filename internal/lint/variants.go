package lint

import (
	"runtime"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sync/errgroup"

	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/stack"
)

// Variant is the recipe with one choice of overlays.
type Variant struct {
	Name  string // "compose.yml", "compose.yml + compose.smtp.yml", "all overlays"
	Files []string
	Stack *stack.Stack
}

const (
	baseFile    = "compose.yml"
	allOverlays = "all overlays"
)

// Bounds of what a hostile recipe can ask for; bonfire has 20 variants of 20 KiB.
// An overlay beyond is judged with all others only.
const (
	maxVariants    = 100
	maxVariantSize = 2 << 20 // bytes of compose files, all variants together
	maxFiles       = 1000    // files that one COMPOSE_FILE names
)

// variants loads the choices of overlays that a maintainer has in mind, each
// once, all together last. Never every combination: 18 overlays have 262,144.
func variants(r *recipe.Recipe, cache *stack.Cache, env stack.Env, set []string) []Variant {
	all := Variant{Name: allOverlays, Files: with(set, paths(r)...)}
	if len(all.Files) <= 2 {
		all.Name = variantName(all.Files)
	}
	var chosen []Variant
	for _, files := range affordable(r, choices(r, set)) {
		seen := slices.ContainsFunc(chosen, func(v Variant) bool { return slices.Equal(v.Files, files) })
		if !seen && !slices.Equal(files, all.Files) {
			chosen = append(chosen, Variant{Name: variantName(files), Files: files})
		}
	}
	chosen = append(chosen, all)
	load(chosen, cache, env, newCommented(r, env, set))
	return chosen
}

// choices are the base, the set of .env.sample, the sets of its commented
// COMPOSE_FILE lines, and that set plus each overlay that no line names.
func choices(r *recipe.Recipe, set []string) [][]string {
	choices := append([][]string{{baseFile}, set}, commentedSets(r, set)...)
	named := slices.Concat(choices...)
	for _, path := range paths(r) {
		if !slices.Contains(named, path) {
			choices = append(choices, with(set, path))
		}
	}
	return choices
}

// affordable keeps the choices within the bounds: the base and the set always.
func affordable(r *recipe.Recipe, choices [][]string) [][]string {
	size := map[string]int{}
	for _, file := range r.Compose {
		size[file.Path] = len(file.Data)
	}
	total := 0
	for i, files := range choices {
		for _, file := range files {
			total += size[file]
		}
		if i >= 2 && (total > maxVariantSize || i >= maxVariants) {
			return choices[:i]
		}
	}
	return choices
}

// load fills the variants side by side: they are most of the work of a run.
func load(variants []Variant, cache *stack.Cache, env stack.Env, commented commented) {
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i := range variants {
		group.Go(func() error {
			v := &variants[i]
			v.Stack = cache.Load(commented.with(env, v.Files), v.Files)
			return nil
		})
	}
	_ = group.Wait() // loading cannot fail: faults are diagnostics
}

// commentedSets evaluates each commented COMPOSE_FILE line of .env.sample as
// if it alone were uncommented.
func commentedSets(r *recipe.Recipe, set []string) [][]string {
	if r.EnvSample == nil {
		return nil
	}
	var sets [][]string
	for _, v := range r.EnvSample.Commented() {
		if v.Key == "COMPOSE_FILE" {
			line := recipe.ParseEnv(r.EnvSample.Path, assignment(v))
			vars, _ := line.Expand(map[string]string{"COMPOSE_FILE": strings.Join(set, ":")})
			sets = append(sets, fileSet(stack.Env{Vars: vars}))
			if len(sets) == maxVariants {
				break
			}
		}
	}
	return sets
}

func paths(r *recipe.Recipe) []string {
	out := make([]string, len(r.Compose))
	for i, file := range r.Compose {
		out[i] = file.Path
	}
	return out
}

// fileSet is what COMPOSE_FILE names, each file once.
func fileSet(env stack.Env) []string {
	files := env.Files()
	return with(nil, files[:min(len(files), maxFiles)]...)
}

// with appends the files that are not in the set yet.
func with(set []string, files ...string) []string {
	out := slices.Clone(set)
	for _, file := range files {
		if !slices.Contains(out, file) {
			out = append(out, file)
		}
	}
	return out
}

func variantName(files []string) string {
	if len(files) > 4 {
		return strings.Join(files[:3], " + ") + " + " + strconv.Itoa(len(files)-3) + " more"
	}
	return strings.Join(files, " + ")
}
