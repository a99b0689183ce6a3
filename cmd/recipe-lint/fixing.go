package main

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"path"
	"slices"

	"coopcloud.tech/catalogue/internal/edit"
	"coopcloud.tech/catalogue/internal/lint"
	"coopcloud.tech/catalogue/internal/lint/config"
	"coopcloud.tech/catalogue/internal/lint/fix"
	"coopcloud.tech/catalogue/internal/lint/report"
)

// fixes are what became of a target's repairs.
type fixes struct {
	fixed   int
	undone  []fix.Undone
	changes []edit.Change
}

// fixAll repairs all targets, or none: where one file may not be written the others
// stay as they are. With --diff nothing is written.
func fixAll(ctx context.Context, targets []*target, flags lintFlags) error {
	if err := overlap(targets); err != nil {
		return err
	}
	if err := eachTarget(ctx, targets, func(t *target) error { t.fix(flags); return nil }); err != nil || flags.diff {
		return err
	}
	folders := make([]edit.Folder, len(targets))
	for i, t := range targets {
		folders[i] = edit.Folder{Dir: t.dir, Changes: t.fixes.changes}
	}
	if err := edit.Write(folders...); err != nil {
		return fmt.Errorf("cannot fix %w (--diff prints the fixes as a patch)", err)
	}
	return nil
}

// overlap refuses a recipe and one of its files side by side: each would be repaired
// as if the other were not.
func overlap(targets []*target) error {
	recipes := map[string]string{}
	for _, t := range targets {
		if t.file == "" {
			recipes[t.real()] = t.path
		}
	}
	for _, t := range targets {
		if recipe, both := recipes[t.real()]; both && t.file != "" {
			return usagef("%s is a file of %s, which is fixed as a whole; name one of them", t.path, recipe)
		}
	}
	return nil
}

// fix repairs the target in memory. Every rule judges what a repair does, but only
// findings that would be shown are repaired.
func (t *target) fix(flags lintFlags) {
	if t.unread != nil {
		return
	}
	facts := t.place.facts(t.place.tags)
	outcome, err := fix.Run(fix.Job{
		FS: t.fsys,
		Judge: func(fsys fs.FS) (lint.Result, error) {
			v, err := t.lint(fsys, lint.Rules(), facts)
			return v.result, err
		},
		Wanted: t.wanted,
		Unsafe: flags.unsafeFixes,
	})
	if err != nil {
		t.unread = err // judge says so
		return
	}
	t.fixes = fixes{fixed: len(outcome.Fixed), undone: outcome.Undone, changes: outcome.Changes()}
}

func (t *target) wanted(findings []lint.Finding) []lint.Finding {
	shown, _ := t.show(findings)
	return slices.DeleteFunc(slices.Clone(shown), func(f lint.Finding) bool {
		return !slices.ContainsFunc(t.project.rules, func(r *lint.Rule) bool { return r.Code == f.Rule })
	})
}

// writePatch prints what the fixes would change, with paths relative to the
// repository's root, where `git apply` takes them. Only a terminal gets it escaped:
// a patch must hold the bytes themselves.
func (c *cli) writePatch(targets []*target, failLevel string) error {
	roots := rootPaths(targets)
	changes := 0
	for i, t := range targets {
		for _, change := range t.fixes.changes {
			patch := edit.Diff(path.Join(roots[i], change.File), change)
			if isTerminal(c.stdout) {
				patch = printable(patch)
			}
			if _, err := c.stdout.Write(patch); err != nil {
				return fmt.Errorf("print the patch: %w", err)
			}
			changes++
		}
	}
	if changes > 0 && failLevel != config.Never {
		return &exitError{code: exitFindings}
	}
	return exitOf(targets, nil, config.Never) // 3 where nothing could be read
}

func printable(patch []byte) []byte {
	var out bytes.Buffer
	for line := range bytes.Lines(patch) {
		out.WriteString(report.Printable(string(bytes.TrimSuffix(line, []byte("\n")))) + "\n")
	}
	return out.Bytes()
}
