package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"coopcloud.tech/catalogue/internal/lint"
	"coopcloud.tech/catalogue/internal/lint/baseline"
	"coopcloud.tech/catalogue/internal/lint/config"
	"coopcloud.tech/catalogue/internal/lint/report"
)

// lintPaths judges every PATH, fixes what it shall fix, writes the reports and says
// with which code to exit.
func lintPaths(ctx context.Context, c *cli, flags lintFlags, paths []string) error {
	o, err := flags.parse()
	if err != nil {
		return err
	}
	if len(paths) == 0 {
		paths = []string{"."}
	}
	targets, err := findTargets(c, flags.envFile, paths)
	if err != nil {
		return err
	}
	defer closeAll(targets)
	if err := prepare(targets, flags); err != nil {
		return err
	}
	if flags.online {
		if err := c.goOnline(ctx, flags.onlineFlags, targets); err != nil {
			return err
		}
	}
	if flags.since != "" {
		if err := compare(targets, flags.since); err != nil {
			return err
		}
	}
	if flags.fixing() {
		if err := fixAll(ctx, targets, flags); err != nil {
			return err
		}
		ctx = context.WithoutCancel(ctx) // what was changed is told
	}
	if err := eachTarget(ctx, targets, func(t *target) error { t.judge(); return nil }); err != nil {
		return err
	}
	if err := writeBaseline(targets, flags.writeBaseline); err != nil {
		return err
	}
	return c.tell(targets, flags, o)
}

// tell writes the patch or the reports, and the notes.
func (c *cli) tell(targets []*target, flags lintFlags, o options) error {
	found := reportOf(targets)
	o.failLevel = failLevel(targets)
	defer c.writeNotes(targets, flags)
	if flags.diff {
		if err := c.writeFiles(found, o); err != nil {
			return err
		}
		return c.writePatch(targets, o.failLevel)
	}
	if err := c.writeReports(found, o); err != nil {
		return err
	}
	return exitOf(targets, found, o.failLevel)
}

// prepare fills in each target's project and baseline.
func prepare(targets []*target, flags lintFlags) error {
	projects := projects{flags: flags, load: config.ReadFile, known: map[string]*config.Config{}}
	baselines := baselines{written: flags.writeBaseline, known: map[string]*baseline.Baseline{}}
	for _, t := range targets {
		var err error
		if t.project, err = projects.of(t); err != nil {
			return usagef("%w", shorten(err))
		}
		if t.known, err = baselines.of(t); err != nil {
			return err
		}
	}
	return nil
}

// compare fills in what each target had at the revision.
func compare(targets []*target, revision string) error {
	for _, t := range targets {
		if t.unread != nil {
			continue
		}
		var err error
		if t.past, err = t.since(revision); err != nil {
			return err
		}
	}
	return nil
}

// eachTarget does something with all targets, as many at a time as there are
// processors.
func eachTarget(ctx context.Context, targets []*target, do func(*target) error) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for _, t := range targets {
		group.Go(func() error {
			if err := ctx.Err(); err != nil {
				return fmt.Errorf("interrupted before %s was judged", t.path)
			}
			return do(t)
		})
	}
	return group.Wait()
}

// failLevel is the strictest of the targets' projects.
func failLevel(targets []*target) string {
	levels := append([]string{config.Never}, config.FailLevels()...) // the last is never, too, and is not reached
	strictest := 0
	for _, t := range targets {
		strictest = max(strictest, slices.Index(levels, t.project.failLevel))
	}
	return levels[strictest]
}

func reportOf(targets []*target) report.Report {
	roots := rootPaths(targets)
	found := make(report.Report, len(targets))
	for i, t := range targets {
		found[i] = report.Recipe{Root: roots[i], Shown: t.shown, FS: t.fsys, Result: t.result, Quality: t.grade}
	}
	return found
}

// exitOf is the exit code as an error. What could not be read is a finding as
// long as something could; only else is it an exit code of its own.
func exitOf(targets []*target, found report.Report, failLevel string) error {
	unread := slices.DeleteFunc(slices.Clone(targets), func(t *target) bool { return t.unread == nil })
	if len(unread) == len(targets) {
		var causes []error
		for _, t := range unread {
			causes = append(causes, t.unread)
		}
		return &exitError{exitUnread, errors.Join(causes...)}
	}
	for _, severity := range lint.Severities() {
		if failLevel != config.Never && severity.AtLeast(lint.Severity(failLevel)) && found.Count(severity) > 0 {
			return &exitError{code: exitFindings}
		}
	}
	return nil
}
