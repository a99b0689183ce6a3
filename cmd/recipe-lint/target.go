package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"coopcloud.tech/catalogue/internal/lint"
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

	fsys   fs.FS
	close  func() error
	unread error // why nothing of it could be read
	result lint.Result
	grade  *lint.Quality // nil for a file
}

// findTargets tells recipes from files. A PATH that cannot be read stays in the
// list, as a finding.
func findTargets(c *cli, o options, paths []string) ([]*target, error) {
	env, err := fileEnv(c, o.envFile)
	if err != nil {
		return nil, err
	}
	targets := make([]*target, len(paths))
	for i, path := range paths {
		t := findTarget(path)
		t.env = env
		if t.unread == nil && t.file == "" && o.envFile != "" {
			return nil, usagef("--env-file is for a PATH that is a file; %s is a recipe, which is judged with its own .env.sample", path)
		}
		targets[i] = t
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
		if t.close != nil {
			_ = t.close() // it was only read
		}
	}
}

// judge reads the target and applies the rules.
func (t *target) judge(rules []*lint.Rule) {
	switch {
	case t.unread != nil:
	case t.file != "":
		t.judgeFile(rules)
	default:
		t.judgeRecipe(rules)
	}
	if t.unread != nil {
		t.result = lint.Unreadable(t.unread, rules)
	}
}

func (t *target) judgeFile(rules []*lint.Rule) {
	if _, err := recipe.ReadFile(t.fsys, t.file); err != nil {
		t.unread = fmt.Errorf("%s: %w", t.path, err)
		return
	}
	t.result = lint.Apply(lint.NewFileInput(t.fsys, t.file, t.env), rules)
}

func (t *target) judgeRecipe(rules []*lint.Rule) {
	r, err := recipe.Read(t.fsys, t.name())
	if err != nil {
		t.unread = fmt.Errorf("%s: %w", t.path, err)
		return
	}
	if len(r.Compose) == 0 && r.EnvSample == nil && r.AbraSh == nil && r.Readme == nil {
		t.unread = fmt.Errorf("%s: no compose.yml here, nor any other part of a recipe", t.path)
		return
	}
	in := lint.NewInput(r, t.place.facts(t.place.tags))
	t.result = lint.Apply(in, rules)
	grade := lint.Grade(in)
	t.grade = &grade
}

// name is the recipe's; no rule depends on it.
func (t *target) name() string {
	abs, err := filepath.Abs(t.dir)
	if name := filepath.Base(abs); err == nil && recipe.ValidName(name) == nil {
		return name
	}
	return "recipe"
}
