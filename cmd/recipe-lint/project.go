package main

import (
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"coopcloud.tech/catalogue/internal/lint"
	"coopcloud.tech/catalogue/internal/lint/config"
)

// project is what the command line and the config together decide for one target.
type project struct {
	rules     []*lint.Rule
	settings  lint.Settings
	failLevel string

	baseline     string // a file; "" for none
	baselineRoot string // the folder that it must not lead out of
}

// projects reads the config of each target; each file once.
type projects struct {
	flags lintFlags
	load  func(path string) ([]byte, error)
	known map[string]*config.Config
}

// of is the target's project. What the command line says goes before the config.
func (p *projects) of(t *target) (project, error) {
	found, err := p.configPath(t)
	if err != nil {
		return project{}, err
	}
	c, err := p.read(found)
	if err != nil {
		return project{}, err
	}
	chosen := project{failLevel: string(lint.Error), baseline: p.flags.baseline}
	for _, level := range []string{c.FailLevel, p.flags.failLevel} {
		if level != "" {
			chosen.failLevel = level
		}
	}
	chosen.baselineRoot = filepath.Dir(absolute(chosen.baseline))
	if chosen.baseline == "" && c.Baseline != "" {
		chosen.baselineRoot = filepath.Dir(absolute(found))
		chosen.baseline = filepath.Join(filepath.Dir(found), filepath.FromSlash(c.Baseline))
	}
	if found != "" {
		dir := t.real()
		chosen.settings = c.Settings(relative(filepath.Dir(absolute(found)), dir), relative(dir, absolute(found)))
	}
	selected := p.flags.selected
	if len(selected) == 0 {
		selected = c.Select
	}
	chosen.rules, err = chooseRules(selected, p.flags.ignored)
	return chosen, err
}

// configPath is --config, or the nearest above the target, up to its repository's
// root; without a repository up to the current folder.
func (p *projects) configPath(t *target) (string, error) {
	if p.flags.config != "" {
		return p.flags.config, nil
	}
	if t.unread != nil {
		return "", nil
	}
	found, err := config.Find(t.real(), t.top())
	if err != nil {
		return "", usagef("%w", err)
	}
	return found, nil
}

func (p *projects) read(path string) (*config.Config, error) {
	if path == "" {
		return &config.Config{}, nil
	}
	if c, known := p.known[path]; known {
		return c, nil
	}
	data, err := p.load(path)
	if err != nil {
		return nil, usagef("config %s: %w", path, err)
	}
	c, err := config.Parse(path, data)
	if err != nil {
		return nil, err
	}
	p.known[path] = c
	return c, nil
}

// shorten shows the config's path as a person in the current folder would type it.
func shorten(err error) error {
	var faults config.Faults
	if !errors.As(err, &faults) {
		return err
	}
	here := resolved(absolute("."))
	faults = slices.Clone(faults)
	for i := range faults {
		if short, err := filepath.Rel(here, faults[i].Span.File); err == nil && !strings.HasPrefix(short, "..") {
			faults[i].Span.File = short
		}
	}
	return fmt.Errorf("bad config\n%w", faults)
}

// real is the target's folder without symlinks: it belongs to the repository that it
// stands in, as git sees it.
func (t *target) real() string { return resolved(absolute(t.dir)) }

func resolved(dir string) string {
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		return real
	}
	return dir // it cannot be read, which is said elsewhere
}

// top is the highest folder in which a config counts for the target.
func (t *target) top() string {
	dir := t.real()
	if t.place.prefix != "" {
		return filepath.Join(dir, strings.Repeat("../", depth(t.place.prefix)))
	}
	if here := resolved(absolute(".")); !strings.HasPrefix(relative(here, dir), "..") {
		return here
	}
	return dir
}

// depth is how many folders the path goes down; "." goes down none.
func depth(prefix string) int {
	if path.Clean(prefix) == "." {
		return 0
	}
	return strings.Count(prefix, "/") + 1
}
