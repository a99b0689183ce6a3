package lint

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"coopcloud.tech/catalogue/internal/recipe"
)

var composeVersion = Rule{
	Code: "R001", Name: "compose-version",
	Severity: Warning, Confidence: High,
	What: `A compose file does not say version: "3.8".`,
	Why: `Docker merges only files that say the same version: a base file with "3.8" and an overlay without one fail ` +
		`with "version mismatched between two composefiles", without a line. Co-op Cloud has settled on "3.8".`,
	Fix: `Put version: "3.8" at the top of every compose file.`,
	Bad: Example{
		{"compose.yml", "services:\n  app:\n    image: nginx:1.27.3\n"},
	},
	Good: Example{
		{"compose.yml", "version: \"3.8\"\nservices:\n  app:\n    image: nginx:1.27.3\n"},
	},
	Needs: []Need{NeedsCompose},
	Check: checkComposeVersion,
}

func checkComposeVersion(in *Input) []Finding {
	var found, missing []Finding
	files := 0
	for _, file := range in.Recipe.Compose {
		if file.Root == nil {
			continue
		}
		files++
		if in.versionRefused(file.Path) { // R117, R118
			continue
		}
		_, written := in.sources[file.Path].lookup("version")
		switch value := resolved(written); {
		case value == nil:
			missing = append(missing, Finding{
				Message:  fmt.Sprintf(`%s says no version; expected version: "3.8"`, file.Path),
				Span:     recipe.Span{File: file.Path},
				Evidence: "version",
			})
		case value.Kind != yaml.ScalarNode || value.Value != "3.8":
			found = append(found, Finding{
				Message:  fmt.Sprintf(`version is %q; expected "3.8"`, value.Value),
				Span:     file.Span(written),
				Evidence: "version=" + value.Value,
			})
		}
	}
	if len(missing) != files || files == 0 || !in.ignoresVersion(missing[0]) && slices.ContainsFunc(missing, in.ignoresVersion) {
		return append(found, missing...)
	}
	missing[0].Repairs = in.writeVersions(missing)
	if files > 1 { // consistent, so it merges: say it once
		missing = missing[:1]
		missing[0].Message = `no compose file says a version; expected version: "3.8" in each`
	}
	return append(found, missing...)
}

// ignoresVersion says whether a missing version is suppressed in its file: where that is
// another than the one that speaks for all, each file has to speak for itself.
func (in *Input) ignoresVersion(f Finding) bool {
	f.Rule, f.Name = "R001", "compose-version"
	_, ignored := in.hidden(in.suppressions(), f)
	return ignored
}

// writeVersions is the repair that lets all files say the version: files that
// differ do not merge. What a file has that is newer, R119 tells.
func (in *Input) writeVersions(missing []Finding) []Repair {
	repair := Repair{Title: `Write version: "3.8"`, Safe: true}
	for _, f := range missing {
		e, ok := in.edit(f.Span.File)
		if !ok || len(e.file.Root.Content) == 0 || e.file.Root.Style&yaml.FlowStyle != 0 {
			return nil
		}
		first := e.start(e.file.Root.Content[0])
		at := e.lineStart(first)
		if first != at || first != e.start(e.file.Root) { // indented keys; or a tag, an anchor or a ? before the first
			return nil
		}
		at = e.headComment(at)
		repair.Edits = append(repair.Edits, e.replace(at, at, "version: \"3.8\"\n\n"))
	}
	return []Repair{repair}
}

// headComment moves at, a line's start, to that of the comment right above it.
func (e editor) headComment(at int) int {
	for at > 0 {
		above := e.lineStart(at - 1)
		if above == at || !strings.HasPrefix(e.data[above:at], "#") {
			break
		}
		at = above
	}
	return at
}
