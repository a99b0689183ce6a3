package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"coopcloud.tech/catalogue/internal/lint"
	"coopcloud.tech/catalogue/internal/lint/baseline"
	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/stack"
)

// target is one PATH and what became of it.
type target struct {
	path  string // as typed
	dir   string // the recipe's folder, or the file's
	file  string // the file's name; "" for a recipe
	shown string // dir, as findings show it
	env   stack.Env
	place place

	fsys    fs.FS
	close   func() error
	project project
	before  *lint.Input        // what an editor had judged last; nil without one
	past    map[string]bool    // fingerprints of what --since leaves out; nil without it
	release string             // what --since last-tag stands for
	known   *baseline.Baseline // nil without one

	unread error // why nothing of it could be read
	verdict
	fixes fixes
}

// verdict is what was found in a target.
type verdict struct {
	result lint.Result
	all    []lint.Finding // before --since and the baseline
	grade  *lint.Quality  // nil for a file
	hidden hidden
}

// findTargets tells recipes from files. What two PATHs name is judged once. A PATH that
// cannot be read stays in the list, as a finding.
func findTargets(c *cli, envFile string, paths []string) ([]*target, error) {
	env, err := fileEnv(c, envFile)
	if err != nil {
		return nil, err
	}
	var targets []*target
	seen := map[string]bool{}
	for _, path := range paths {
		t := findTarget(path)
		id := filepath.Join(t.real(), t.file)
		if seen[id] {
			t.shut()
			continue
		}
		seen[id] = true
		t.env = env
		if t.unread == nil && t.file == "" && envFile != "" {
			return nil, usagef("--env-file is for a PATH that is a file; %s is a recipe, which is judged with its own .env.sample", path)
		}
		targets = append(targets, t)
	}
	return targets, nil
}

func findTarget(path string) *target {
	t := &target{path: path, dir: path, shown: filepath.Clean(path)}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		t.unread = fmt.Errorf("%s: no such file or folder; PATH is a recipe's folder or a compose file", path)
	case err != nil:
		t.unread = err
	case !info.IsDir():
		t.splitFile()
	}
	if t.unread == nil {
		t.open()
	}
	return t
}

// splitFile makes the file's folder the tree. The user named the file, so a
// symlink there is followed; none inside a recipe is.
func (t *target) splitFile() {
	path, err := filepath.EvalSymlinks(t.path)
	if err != nil {
		t.unread = err
		return
	}
	t.dir, t.file = filepath.Dir(path), filepath.Base(path)
	t.shown = t.dir
}

func (t *target) open() {
	t.fsys, t.close, t.unread = recipe.OpenDir(t.dir)
	if t.unread == nil {
		t.place = locate(t.dir)
	}
}

func closeAll(targets []*target) {
	for _, t := range targets {
		t.shut()
	}
}

func (t *target) shut() {
	if t.close != nil {
		_ = t.close() // it was only read
	}
}

// judge reads the target and applies its project's rules.
func (t *target) judge() {
	if t.unread == nil {
		t.verdict, t.unread = t.lint(t.fsys, t.project.rules, t.place.facts(t.place.tags))
	}
	if t.unread != nil {
		t.result = lint.Unreadable(t.unread, t.file)
		return
	}
	t.all = t.result.Findings
	t.result.Findings, t.hidden = t.show(t.all)
}

// lint applies the rules to the target with its files as they are in fsys.
func (t *target) lint(fsys fs.FS, rules []*lint.Rule, facts lint.Facts) (verdict, error) {
	in, err := t.input(fsys, facts)
	if err != nil {
		return verdict{}, fmt.Errorf("%s: %w", t.path, err)
	}
	in.Settings = t.project.settings
	v := verdict{result: lint.Apply(in, rules)}
	if t.file == "" {
		grade := lint.Grade(in)
		v.grade = &grade
	}
	return v, nil
}

func (t *target) input(fsys fs.FS, facts lint.Facts) (*lint.Input, error) {
	if t.file != "" {
		if _, err := recipe.ReadFile(fsys, t.file); err != nil {
			return nil, err
		}
		return lint.NewFileInput(fsys, t.file, t.env), nil
	}
	r, err := recipe.ReadAgain(fsys, t.name(), t.seen())
	if err == nil && len(r.Compose) == 0 && r.EnvSample == nil && r.AbraSh == nil && r.Readme == nil {
		err = errNoRecipe
	}
	if err != nil {
		return nil, err
	}
	return lint.NewInputAfter(t.before, r, facts), nil
}

// seen is the recipe as it was judged before; nil where it was not.
func (t *target) seen() *recipe.Recipe {
	if t.before == nil {
		return nil
	}
	return t.before.Recipe
}

var errNoRecipe = errors.New("no compose.yml here, nor any other part of a recipe")

// name is the recipe's; no rule depends on it.
func (t *target) name() string {
	abs, err := filepath.Abs(t.dir)
	if name := filepath.Base(abs); err == nil && recipe.ValidName(name) == nil {
		return name
	}
	return "recipe"
}
