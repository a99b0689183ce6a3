package main

import (
	"bytes"
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
	fixed  int
	files  []string
	undone []fix.Undone
	patch  []edit.Change
}

// fix repairs the target. Every rule judges what a repair does, but only findings
// that would be shown are repaired.
func (t *target) fix(flags lintFlags) error {
	if t.unread != nil {
		return nil
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
		return nil
	}
	t.fixes = fixes{fixed: len(outcome.Fixed), files: outcome.Changed(), undone: outcome.Undone}
	if flags.diff {
		t.fixes.patch = outcome.Changes()
		return nil
	}
	return outcome.Write(t.dir)
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
		for _, change := range t.fixes.patch {
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
