package main

import (
	"fmt"

	"github.com/spf13/pflag"

	"coopcloud.tech/catalogue/internal/deploy"
	"coopcloud.tech/catalogue/internal/lint"
)

// checks says which checks come before the first write of a deploy.
type checks struct{ noLint, noDomain, requireDigest bool }

func (k *checks) flags(flags *pflag.FlagSet) {
	flags.BoolVar(&k.noLint, "no-lint", false, "deploy in spite of errors that the linter finds in the recipe")
	flags.BoolVar(&k.noDomain, "no-domain-checks", false, "do not look up the app's domains")
	flags.BoolVar(&k.requireDigest, "require-digest", false, "refuse images whose digest is not known")
}

// fill puts the checks into the options, and what the linter says of the recipe
// as the app deploys it: errors of Co-op Cloud's own rules refuse, others warn.
func (k *checks) fill(want *deploy.Desired, o *deploy.Options) {
	o.SkipDomain, o.RequireDigest = k.noDomain, k.requireDigest
	if k.noLint {
		return
	}
	input := lint.NewAppInput(want.Recipe, lint.Facts{}, want.Env, want.Stack)
	var others []deploy.LintError
	for _, finding := range lint.Run(input).Findings {
		switch one := lintError(finding); {
		case finding.Severity != lint.Error:
		case finding.Rule <= lastCoopCloudRule:
			o.Lint = append(o.Lint, one)
		default:
			others = append(others, one)
		}
	}
	want.Warnings = append(want.Warnings, lintWarnings(others)...)
}

// lastCoopCloudRule is the last number that Co-op Cloud gave: abra refuses to
// deploy a recipe with errors of those rules.
const lastCoopCloudRule = "R016"

func lintError(f lint.Finding) deploy.LintError {
	where := f.Span.File
	if f.Span.Line > 0 {
		where = fmt.Sprintf("%s:%d", where, f.Span.Line)
	}
	return deploy.LintError{Rule: f.Rule, Where: where, Message: f.Message}
}

// shownLint is how many errors of other rules a plan repeats.
const shownLint = 5

func lintWarnings(errors []deploy.LintError) []string {
	var lines []string
	for i, e := range errors {
		if i == shownLint {
			return append(lines, fmt.Sprintf("the linter finds %d more errors: run recipe-lint on the recipe", len(errors)-i))
		}
		lines = append(lines, e.String())
	}
	return lines
}
