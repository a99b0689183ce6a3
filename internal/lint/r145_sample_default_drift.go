package lint

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"coopcloud.tech/catalogue/internal/recipe"
)

var sampleDefaultDrift = Rule{
	Code: "R145", Name: "sample-default-drift",
	Severity: Info, Confidence: Medium,
	What: "A comment in .env.sample names another default than the compose files have.",
	Why: "Operators leave a variable alone when they are content with its default. Where the comment is out of date they get something else, " +
		"and find out on the running app.",
	Fix:   "Write the same default in both places.",
	Bad:   app("    environment:\n      WORKERS: ${WORKERS:-4}\n").and(File{".env.sample", "TYPE=site\n# how many workers run, default: 2\n#WORKERS=8\n"}),
	Good:  app("    environment:\n      WORKERS: ${WORKERS:-4}\n").and(File{".env.sample", "TYPE=site\n# how many workers run, default: 4\n#WORKERS=8\n"}),
	Needs: []Need{NeedsCompose},
	Check: checkSampleDrift,
}

// plainDefault is a default with nothing but text in it.
var plainDefault = regexp.MustCompile(`\$\{([A-Za-z_][A-Za-z0-9_]*):?-([^${}]+)\}`)

// claimedDefault is what a comment says. Values alone are no claim: commented
// lines often show an alternative.
var claimedDefault = regexp.MustCompile("(?i)\\bdefaults?[ \t]*(?::|=|[ \t]is\\b|[ \t]to\\b)[ \t]*[\"'`]?([^\\s\"'`,;()]+)")

func checkSampleDrift(in *Input) []Finding {
	if in.Recipe.EnvSample == nil {
		return nil
	}
	defaults := in.defaults()
	lines := newSource(nil, in.Recipe.EnvSample.Bytes()).lines
	var found []Finding
	for _, v := range slices.Concat(in.Recipe.EnvSample.Vars(), in.Recipe.EnvSample.Commented()) {
		claimed, known := claimOf(v, lines), defaults[v.Key]
		if claimed == "" || known == nil || known.values[claimed] {
			continue
		}
		found = append(found, Finding{
			Message:  fmt.Sprintf("the comment says that %s defaults to %q; the compose files say %q", v.Key, claimed, known.first),
			Span:     v.Span,
			Related:  []Related{{known.span, "the default"}},
			Evidence: v.Key,
		})
	}
	return found
}

// claimOf is the default that the comment behind the variable names, or the one
// on the line above.
func claimOf(v recipe.EnvVar, lines []string) string {
	above := ""
	if at := v.Span.Line - 2; at >= 0 && at < len(lines) && strings.HasPrefix(lines[at], "#") {
		above = lines[at]
	}
	for _, comment := range []string{v.Comment, above} {
		if m := claimedDefault.FindStringSubmatch(comment); m != nil {
			return strings.TrimRight(m[1], ".")
		}
	}
	return ""
}

// fallback are the defaults of one variable, and where the first is.
type fallback struct {
	values map[string]bool
	first  string
	span   recipe.Span
}

func (in *Input) defaults() map[string]*fallback {
	found := map[string]*fallback{}
	for _, name := range paths(in.Recipe) {
		e, ok := in.edit(name)
		if !ok {
			continue
		}
		for _, m := range plainDefault.FindAllStringSubmatchIndex(e.data, -1) {
			key, value := e.data[m[2]:m[3]], e.data[m[4]:m[5]]
			if found[key] == nil {
				found[key] = &fallback{values: map[string]bool{}, first: value, span: e.spanOf(m[0], m[1])}
			}
			found[key].values[value] = true
		}
	}
	return found
}
