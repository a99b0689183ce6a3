// Package config reads .recipe-lint.yml: what a project decides about rules.
package config

import (
	"fmt"
	"path"
	"strings"

	"coopcloud.tech/catalogue/internal/lint"
	"coopcloud.tech/catalogue/internal/recipe"
)

// Name of the file, in the recipe's folder or above it.
const Name = ".recipe-lint.yml"

// Never as the fail level lets every finding pass.
const Never = "never"

// Config is one file. The zero value decides nothing.
type Config struct {
	Select     []string // codes; empty for all
	Ignore     []Entry
	Severity   map[string]lint.Severity // by code
	Thresholds map[string]int           // by code
	FailLevel  string                   // "" where nothing is said
	Baseline   string                   // slash-separated, relative to the config's folder; "" for none
}

// Entry hides the findings of a rule.
type Entry struct {
	Rule   string // code
	Path   string // glob of files, relative to the config's folder; "" for all
	Reason string
	Span   recipe.Span
}

// FailLevels lists what a fail level may be.
func FailLevels() []string {
	var levels []string
	for _, severity := range lint.Severities() {
		levels = append(levels, string(severity))
	}
	return append(levels, Never)
}

// Settings are the config's for the recipe in the folder, which is given relative
// to the config's; where tells where the config stands, seen from that folder.
func (c *Config) Settings(folder, where string) lint.Settings {
	s := lint.Settings{Severity: c.Severity, Thresholds: c.Thresholds}
	for _, entry := range c.Ignore {
		ignore := lint.Ignore{Rule: entry.Rule, Reason: entry.Reason, Span: entry.Span, Judged: folder == "."}
		ignore.Span.File = where
		if entry.Path != "" {
			ignore.Match = func(file string) bool { return match(entry.Path, path.Join(folder, file)) }
		}
		s.Ignores = append(s.Ignores, ignore)
	}
	return s
}

// Fault is one thing that is wrong with a config.
type Fault struct {
	Span    recipe.Span
	Message string
}

// Faults are all that is wrong with a config, as an error of one line each.
type Faults []Fault

func (f Faults) Error() string {
	lines := make([]string, len(f))
	for i, fault := range f {
		lines[i] = fmt.Sprintf("%s:%d:%d: %s", fault.Span.File, max(fault.Span.Line, 1), max(fault.Span.Column, 1), fault.Message)
	}
	return strings.Join(lines, "\n")
}
