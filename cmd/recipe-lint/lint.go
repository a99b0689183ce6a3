package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"coopcloud.tech/catalogue/internal/lint"
	"coopcloud.tech/catalogue/internal/lint/report"
)

// lintPaths judges every PATH, writes the reports and says with which code to
// exit.
func lintPaths(ctx context.Context, c *cli, flags lintFlags, paths []string) error {
	o, err := flags.parse()
	if err != nil {
		return err
	}
	if len(paths) == 0 {
		paths = []string{"."}
	}
	targets, err := findTargets(c, o, paths)
	if err != nil {
		return err
	}
	defer closeAll(targets)
	if err := judgeAll(ctx, targets, o.rules); err != nil {
		return err
	}
	found := reportOf(targets)
	if err := c.writeReports(found, o); err != nil {
		return err
	}
	return verdict(targets, found, o.failLevel)
}

// judgeAll runs the rules over all targets, as many at a time as there are
// processors.
func judgeAll(ctx context.Context, targets []*target, rules []*lint.Rule) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for _, t := range targets {
		group.Go(func() error {
			if err := ctx.Err(); err != nil {
				return fmt.Errorf("interrupted before %s was judged", t.path)
			}
			t.judge(rules)
			return nil
		})
	}
	return group.Wait()
}

func reportOf(targets []*target) report.Report {
	roots := rootPaths(targets)
	found := make(report.Report, len(targets))
	for i, t := range targets {
		found[i] = report.Recipe{Root: roots[i], Shown: t.shown, FS: t.fsys, Result: t.result, Quality: t.grade}
	}
	return found
}

// verdict is the exit code as an error. What could not be read is a finding as
// long as something could; only else is it an exit code of its own.
func verdict(targets []*target, found report.Report, failLevel string) error {
	unread := slices.DeleteFunc(slices.Clone(targets), func(t *target) bool { return t.unread == nil })
	if len(unread) == len(targets) {
		var causes []error
		for _, t := range unread {
			causes = append(causes, t.unread)
		}
		return &exitError{exitUnread, errors.Join(causes...)}
	}
	for _, severity := range lint.Severities() {
		if failLevel != never && severity.AtLeast(lint.Severity(failLevel)) && found.Count(severity) > 0 {
			return &exitError{code: exitFindings}
		}
	}
	return nil
}
