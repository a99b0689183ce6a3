package report

import (
	"io"

	"coopcloud.tech/catalogue/internal/lint"
)

// gitlabIssue is one entry of a code quality report:
// https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
type gitlabIssue struct {
	Type        string         `json:"type"`
	Description string         `json:"description"`
	CheckName   string         `json:"check_name"`
	Fingerprint string         `json:"fingerprint"`
	Severity    string         `json:"severity"`
	Location    gitlabLocation `json:"location"`
}

type gitlabLocation struct {
	Path  string      `json:"path"`
	Lines gitlabLines `json:"lines"`
}

type gitlabLines struct {
	Begin int `json:"begin"`
	End   int `json:"end"`
}

// GitLab writes a code quality report.
func GitLab(w io.Writer, r Report, _ Options) error {
	issues := []gitlabIssue{}
	for _, recipe := range r {
		for _, f := range recipe.Result.Findings {
			span := place(f)
			issues = append(issues, gitlabIssue{
				Type: "issue", Description: f.Rule + " " + message(f), CheckName: f.Name,
				Fingerprint: recipe.fingerprint(f), Severity: gitlabSeverity(f.Severity),
				Location: gitlabLocation{recipe.rootPath(f), gitlabLines{span.Line, span.EndLine}},
			})
		}
	}
	return encode(w, issues)
}

func gitlabSeverity(s lint.Severity) string {
	switch s {
	case lint.Error:
		return "critical"
	case lint.Warning:
		return "minor"
	}
	return "info"
}
