package lint

import (
	"fmt"
	"slices"
	"strings"

	"coopcloud.tech/catalogue/internal/recipe"
)

var releaseNoteMissing = Rule{
	Code: "R199", Name: "release-note-missing",
	Severity: Info, Confidence: Medium,
	What: "The version in the making has no release note.",
	Why: "Operators see release/<version> before they upgrade: new secrets, settings to change, downtime. Maintainers disagree on what a major version is, " +
		"so the note is the only place where an operator learns that an upgrade needs hands.",
	Fix: "Write release/next, which the release renames, or release/VERSION.",
	Bad: releasedExample(File{"compose.yml", versionExample("2.0.0+1.28.0")}),
	Good: releasedExample(File{"compose.yml", versionExample("2.0.0+1.28.0")},
		File{"release/2.0.0+1.28.0", "Generate the new secret admin_token first.\n"}),
	Needs: []Need{NeedsCompose, NeedsPrevious},
	Check: eachVariant(checkReleaseNote),
}

func checkReleaseNote(in *Input, v *Variant) []Finding {
	label, span := v.Stack.Version()
	version, released := parseVersion(label), parseVersion(in.Facts.Previous.Version)
	if version == nil || released == nil || !version.GreaterThan(released) {
		return nil
	}
	if slices.ContainsFunc(in.Recipe.Notes, func(n recipe.Note) bool {
		return (n.Version == label || n.Version == "next") && strings.TrimSpace(n.Text) != ""
	}) {
		return nil
	}
	return []Finding{{
		Message:  fmt.Sprintf("version %s has no release note, release/%s or release/next", label, label),
		Span:     span,
		Evidence: "release/" + label,
	}}
}
