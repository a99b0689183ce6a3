package main

import (
	"encoding/json"
	"fmt"
	"io"
	"path"
	"strings"
	"text/tabwriter"

	"coopcloud.tech/catalogue/internal/bump"
	"coopcloud.tech/catalogue/internal/edit"
)

// bumped is what --json prints.
type bumped struct {
	Recipe string `json:"recipe"`
	bump.Report
	Written bool   `json:"written"`
	Commit  string `json:"commit"` // "" without one
	Tag     string `json:"tag"`
}

func (v *recipeBump) report(b bumped) error {
	if v.json {
		return json.NewEncoder(v.stdout).Encode(b)
	}
	return v.summary(v.stdout, b)
}

// summary is the report for people.
func (v *recipeBump) summary(w io.Writer, b bumped) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	row(table, "SERVICE", "IMAGE", "NOW", "NOTE")
	for _, s := range b.Services {
		now, note := string(s.Status), s.Reason
		if s.Status == bump.Raised {
			now = bump.TagOf(s.New)
			note = string(s.Step)
			if s.Reason != "" {
				note += "; " + s.Reason
			}
		}
		row(table, s.Service, s.Old, now, strings.ReplaceAll(note, "\n", "; "))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, line := range after(b) {
		fmt.Fprintln(w, safeText(line))
	}
	for _, warning := range b.Warnings {
		fmt.Fprintln(v.stderr, "warning:", safeText(warning))
	}
	return nil
}

// after says what follows from the images.
func after(b bumped) []string {
	var lines []string
	if b.Version != nil {
		lines = append(lines, fmt.Sprintf("version: %s, was %s", b.Version.New, b.Version.Old))
	}
	for _, c := range b.Configs {
		lines = append(lines, fmt.Sprintf("config %s: %s is %s, was %s", c.Config, c.Variable, c.New, c.Old))
	}
	switch {
	case len(b.Files) == 0:
		lines = append(lines, "nothing to change")
	case b.Written:
		lines = append(lines, "changed: "+strings.Join(b.Files, ", "))
	}
	if b.Commit != "" {
		lines = append(lines, "committed: "+b.Commit)
	}
	if b.Tag != "" {
		lines = append(lines, "tagged: "+b.Tag+"; publish it with git push --follow-tags")
	}
	return lines
}

// printPatch prints the changes with paths relative to the repository's root, where
// `git apply` takes them. Only a terminal gets them escaped: a patch must hold the
// bytes themselves.
func (v *recipeBump) printPatch(f *recipeFolder, changes []edit.Change) error {
	tty, _ := v.terminal(v.stdout)
	for _, c := range changes {
		patch := string(edit.Diff(path.Join(f.prefix, c.File), c))
		if tty {
			patch = safeText(patch)
		}
		if _, err := io.WriteString(v.stdout, patch); err != nil {
			return fmt.Errorf("print the patch: %w", err)
		}
	}
	return nil
}
