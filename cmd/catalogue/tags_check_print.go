package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/docker/go-units"

	"coopcloud.tech/catalogue/internal/upstream"
)

// checkedImage is one line of --json.
type checkedImage struct {
	Image string `json:"image"`
	upstream.Verdict
	Digest    string    `json:"digest,omitempty"`
	CheckedAt time.Time `json:"checked_at,omitzero"`
	Error     string    `json:"error,omitempty"`
}

func (v *tagsCheck) print(images []string, checks []upstream.Check) error {
	if v.json {
		return v.printJSON(images, checks)
	}
	table := tabwriter.NewWriter(v.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "IMAGE\tVERDICT\tNEWEST\tNOTE")
	for i, check := range checks {
		row(table, images[i], string(check.Verdict.Step), check.Verdict.Newest, v.note(check))
	}
	return table.Flush()
}

func (v *tagsCheck) printJSON(images []string, checks []upstream.Check) error {
	out := json.NewEncoder(v.stdout)
	for i, check := range checks {
		line := checkedImage{Image: images[i], Verdict: check.Verdict, Digest: check.Image.Digest, CheckedAt: check.CheckedAt}
		if check.Err != nil {
			line.Error = check.Err.Error()
		}
		if err := out.Encode(line); err != nil {
			return err
		}
	}
	return nil
}

// note is what else a person wants to know of a check.
func (v *tagsCheck) note(check upstream.Check) string {
	notes := verdictNotes(check.Verdict)
	if check.Err != nil && check.Err.Error() != check.Verdict.Reason {
		notes = append(notes, fmt.Sprintf("could not be asked: %v", check.Err))
	}
	if errors.Is(check.Err, upstream.ErrRefused) {
		notes = append(notes, "--private-registry allows it")
	}
	if v.offline && !check.CheckedAt.IsZero() {
		notes = append(notes, fmt.Sprintf("as of %s ago", units.HumanDuration(time.Since(check.CheckedAt))))
	}
	return strings.ReplaceAll(strings.Join(notes, "; "), "\n", "; ")
}

// verdictNotes are the reason of a verdict, the steps that are smaller than it, and what is
// held.
func verdictNotes(verdict upstream.Verdict) (notes []string) {
	if verdict.Reason != "" {
		notes = append(notes, verdict.Reason)
	}
	for _, step := range []struct{ name, tag string }{{"patch", verdict.Steps.Patch}, {"minor", verdict.Steps.Minor}, {"major", verdict.Steps.Major}} {
		if step.tag != "" && step.tag != verdict.Newest {
			notes = append(notes, step.name+" "+step.tag)
		}
	}
	if len(verdict.Held) > 0 {
		notes = append(notes, "held: "+strings.Join(verdict.Held, ", "))
	}
	return notes
}
