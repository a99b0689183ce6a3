package oracle

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"coopcloud.tech/catalogue/internal/lint"
	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/stack"
)

// The corpus is what we have seen. TestMutations holds the linter against
// Docker's loader for files that nobody wrote: real ones with one change each,
// which depend on the seed alone. What Docker refuses has an error on the changed
// line, too.
func TestMutations(t *testing.T) {
	root, paths := corpus(t)
	rnd := random(t)
	agreed, total := map[string]int{}, map[string]int{}
	for range rounds(600, 25000) {
		c, data := chosen(t, rnd, root, paths)
		m, ok := mutate(rnd, data)
		if !ok {
			continue
		}
		clean := verdict(c) == nil
		c.Files = []string{"mutant.yml"}
		write(t, c, c.Files[0], m.data)
		docker := verdict(c)
		class := m.kind + " accepted"
		if docker != nil {
			class = m.kind + " refused"
		}
		total[class]++
		if fault := disagreement(c, docker, clean, m); fault == "" || isKnown(m) {
			agreed[class]++
		} else {
			t.Errorf("%s: %s: docker: %v; %s", c.Dir[len(root):], m, docker, fault)
		}
	}
	for _, class := range slices.Sorted(maps.Keys(total)) {
		t.Logf("%-20s %6d of %6d", class, agreed[class], total[class])
	}
}

// The same for merges of two or three files, by what the stack says.
func TestMutatedMerges(t *testing.T) {
	root, paths := corpus(t)
	rnd := random(t)
	for range rounds(200, 5000) {
		c, data := chosen(t, rnd, root, paths)
		c.Files = nil
		var changes []mutant
		for i := range 2 + rnd.IntN(2) {
			text := data
			if m, ok := mutate(rnd, data); ok && rnd.IntN(2) == 0 {
				text, changes = m.data, append(changes, m)
			}
			c.Files = append(c.Files, fmt.Sprintf("mutant%d.yml", i))
			write(t, c, c.Files[i], text)
		}
		docker, ours := verdict(c), refusalOf(t, c)
		if (docker == nil) != (ours == "") && !slices.ContainsFunc(changes, isKnown) {
			t.Errorf("%s: %v: docker: %v; we: %q", c.Dir[len(root):], changes, docker, ours)
		}
	}
}

// known are changes that we judge otherwise, and mean to.
var known = regexp.MustCompile(
	`→ (~|null|&a|!!binary YQ==)\)$|: null: x\)$` + // where `<<` brings such a key, YAML drops or decodes it
		`|networks: \{"<<":|→ a[ /]b\)$` + // a network whose name fits no pattern is not checked at all
		`|^rename \(version →  ` + // Docker reads no further than the first key, and deploys nothing
		`|env_file: \["/`) // a file of the operator's machine: Docker alone knows whether it is there

func isKnown(m mutant) bool { return known.MatchString(m.String()) }

func rounds(some, many int) int {
	if os.Getenv("CATALOGUE_SOAK") != "" {
		return many
	}
	return some
}

// random is repeatable; MUTATION_SEED chooses other changes.
func random(t *testing.T) *rand.Rand {
	t.Helper()
	seed := uint64(1)
	if given := os.Getenv("MUTATION_SEED"); given != "" {
		var err error
		if seed, err = strconv.ParseUint(given, 10, 64); err != nil {
			t.Fatal("MUTATION_SEED: ", err)
		}
	}
	return rand.New(rand.NewPCG(seed, 0))
}

// chosen is a file of the corpus with a value for every variable.
func chosen(t *testing.T, rnd *rand.Rand, root string, paths []string) (Case, []byte) {
	t.Helper()
	c := caseOf(root, pick(rnd, paths))
	data, err := os.ReadFile(filepath.Join(c.Dir, c.Files[0]))
	if err != nil {
		t.Fatal(err)
	}
	c.Env = withValues(t, c)
	return c, data
}

func write(t *testing.T, c Case, name string, data []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(c.Dir, name), data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// verdict is that of the loader, which may panic; env files that are missing are
// made.
func verdict(c Case) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("docker panics: %v", p)
		}
	}()
	_, err = Load(c)
	for provideEnv(c, err) {
		_, err = Load(c)
	}
	if err != nil && strings.HasPrefix(err.Error(), "invalid image reference") {
		return nil
	}
	return err
}

// disagreement is what the linter says wrongly or does not say of a lone file.
// clean is whether Docker took it before the change.
func disagreement(c Case, docker error, clean bool, m mutant) string {
	var said strings.Builder
	here := false
	for _, f := range lint.Run(lint.NewFileInput(os.DirFS(c.Dir), c.Files[0], stack.Env{Vars: c.Env})).Findings {
		outcome := lint.Find(f.Rule).Docker
		if f.Severity != lint.Error || outcome != lint.Refuses && (docker == nil || outcome != lint.Fails) {
			continue
		}
		fmt.Fprintf(&said, "\n  %d: %s %s", f.Span.Line, f.Rule, f.Message)
		here = here || covers(f, m)
	}
	located := clean && m.first > 0 && m.kind != "insert" && m.kind != "duplicate" && !strings.HasPrefix(fmt.Sprint(docker), "yaml: ")
	switch {
	case docker == nil && said.Len() > 0:
		return "we refuse" + said.String()
	case docker != nil && said.Len() == 0:
		return "we do not refuse"
	case docker != nil && located && !here:
		return fmt.Sprintf("nothing on lines %d to %d%s", m.first, m.last, said.String())
	}
	return ""
}

func covers(f lint.Finding, m mutant) bool {
	in := func(s recipe.Span) bool { return s.Line >= m.first && s.Line <= m.last }
	return in(f.Span) || slices.ContainsFunc(f.Related, func(r lint.Related) bool { return in(r.Span) })
}

// refusalOf is the first reason for which we say that Docker's loader refuses.
func refusalOf(t *testing.T, c Case) string {
	t.Helper()
	fsys, closeDir, err := recipe.OpenDir(c.Dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = closeDir() }()
	for _, d := range load(c, fsys).Diagnostics {
		if d.Docker == stack.Refuse && !d.Late {
			return fmt.Sprintf("%s:%d: %s", d.Span.File, d.Span.Line, d.Message)
		}
	}
	return ""
}
