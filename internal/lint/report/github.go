package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"coopcloud.tech/catalogue/internal/lint"
	"coopcloud.tech/catalogue/internal/recipe"
)

// GitHub writes workflow commands, which GitHub Actions shows at the lines of a
// change: ::error file=…,line=…::message. GitHub shows the first ten errors and
// the first ten warnings of a step.
func GitHub(w io.Writer, r Report, _ Options) error {
	out := bufio.NewWriter(w)
	for _, recipe := range r {
		for _, f := range recipe.Result.Findings {
			fmt.Fprintf(out, "::%s file=%s,%s,title=%s::%s\n", githubLevel(f.Severity), githubProperty(recipe.rootPath(f)),
				githubRange(place(f)), githubProperty(f.Rule+" "+f.Name), githubData(message(f)+"\n"+Printable(f.Fix)))
		}
	}
	return out.Flush()
}

func githubLevel(s lint.Severity) string {
	if s == lint.Info {
		return "notice"
	}
	return string(s)
}

// githubRange leaves columns out of a span over several lines: GitHub drops
// annotations that have both.
func githubRange(span recipe.Span) string {
	if span.EndLine > span.Line {
		return fmt.Sprintf("line=%d,endLine=%d", span.Line, span.EndLine)
	}
	return fmt.Sprintf("line=%d,col=%d,endLine=%d,endColumn=%d", span.Line, span.Column, span.EndLine, span.EndColumn)
}

// githubData and githubProperty escape as GitHub's own toolkit does:
// https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts
func githubData(s string) string { return githubMarks.Replace(s) }

func githubProperty(s string) string { return githubPropertyMarks.Replace(Printable(s)) }

var (
	githubMarks         = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	githubPropertyMarks = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)
