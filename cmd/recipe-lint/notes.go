package main

import (
	"fmt"
	"path/filepath"

	"coopcloud.tech/catalogue/internal/lint"
	"coopcloud.tech/catalogue/internal/lint/report"
)

// writeNotes says on stderr what the report does not show, and why: so that no
// format has to, and no hidden finding is forgotten.
func (c *cli) writeNotes(targets []*target, flags lintFlags) {
	c.noteFixes(targets, flags)
	var suppressed int
	var sum hidden
	for _, t := range targets {
		suppressed += len(t.result.Suppressed)
		sum.old += t.hidden.old
		sum.known += t.hidden.known
		sum.stale += t.hidden.stale
	}
	c.note(suppressed, "suppressed, with a reason")
	switch {
	case flags.writeBaseline != "":
		c.note(sum.known, "written to "+flags.writeBaseline)
	default:
		c.note(sum.known, "known from the baseline")
	}
	if sum.stale > 0 {
		c.say("%s no finding any more; --write-baseline drops them",
			counted(sum.stale, "entry of the baseline matches", "entries of the baseline match"))
	}
	c.note(sum.old, "not new since "+sinceWhat(targets, flags.since))
}

// sinceWhat names the release that last-tag stands for, where there is but one.
func sinceWhat(targets []*target, revision string) string {
	if len(targets) == 1 && targets[0].release != "" {
		return revision + ", " + targets[0].release
	}
	return revision
}

// noteFixes says what was repaired, what was taken back, and what could be repaired.
func (c *cli) noteFixes(targets []*target, flags lintFlags) {
	fixed, files := 0, 0
	safe, unsafe := 0, 0
	for _, t := range targets {
		fixed += t.fixes.fixed
		files += len(t.fixes.changes)
		for _, u := range t.fixes.undone {
			c.say("%s:%d: %s: not fixed by %q: %s", filepath.Join(t.shown, filepath.FromSlash(u.Finding.Span.File)), max(u.Finding.Span.Line, 1), u.Finding.Rule, u.Title, u.Why)
		}
		for _, f := range t.result.Findings {
			switch {
			case repairable(f, true):
				safe++
			case repairable(f, false):
				unsafe++
			}
		}
	}
	switch {
	case flags.diff && fixed > 0:
		c.say("would fix %s in %s", counted(fixed, "finding", "findings"), counted(files, "file", "files"))
	case flags.diff:
		c.say("nothing to fix")
	case flags.fixing():
		c.say("fixed %s in %s", counted(fixed, "finding", "findings"), counted(files, "file", "files"))
	}
	if !flags.fixing() {
		c.note(safe, "fixable with --fix")
	}
	if !flags.unsafeFixes {
		c.note(unsafe, "fixable with --unsafe-fixes, which may change what is deployed")
	}
}

func repairable(f lint.Finding, safe bool) bool {
	for _, r := range f.Repairs {
		if r.Safe == safe {
			return true
		}
	}
	return false
}

// note counts findings; none are not worth a word.
func (c *cli) note(n int, what string) {
	if n > 0 {
		c.say("%s %s", counted(n, "finding", "findings"), what)
	}
}

func (c *cli) say(format string, args ...any) {
	fmt.Fprintln(c.stderr, report.Printable("recipe-lint: "+fmt.Sprintf(format, args...)))
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
