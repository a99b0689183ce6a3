package lint

import (
	"fmt"
	"slices"
	"strings"

	"coopcloud.tech/catalogue/internal/recipe"
)

// Quality is how far a recipe has come, from 0 to 9. Each level demands all
// that the levels below it demand.
type Quality struct {
	Level int
	Next  string // what the next level needs; "" at the highest
}

// Level is one step of quality.
type Level struct {
	Number  int
	Name    string // "No errors"
	Demands string // what it asks for, as a clause: "no rule finds an error"
	Rules   string // that it judges by, for the documentation
	open    func(g grading) []string
}

// Levels lists them from 1; a recipe that lacks the first has level 0.
func Levels() []Level {
	return []Level{
		{1, "Readable", "compose.yml is there and every file of the recipe can be read", "R101", unread},
		{2, "Deployable", "Docker takes the recipe with every choice of overlays", "errors of R101 to R159", findingsOf(Error, dialectRule)},
		{3, "A recipe", "no rule of Co-op Cloud's own finds an error", "errors of R001 to R016", findingsOf(Error, coopCloudRule)},
		{4, "No errors", "no rule finds an error", "errors of all", findingsOf(Error, anyRule)},
		{5, "As written", "Docker ignores nothing and changes nothing", "warnings of R101 to R159", findingsOf(Warning, dialectRule)},
		{6, "Made to run", "health is checked, images stay what they were, updates can be undone", "warnings of R002 to R004 and R160 to R189", findingsOf(Warning, operationRule)},
		{7, "No warnings", "no rule finds a warning", "warnings of all", findingsOf(Warning, anyRule)},
		{8, "Safe to rely on", "the README's metadata says Healthcheck: Yes, and Backups: Yes or N/A", "", unclaimed},
		{9, "Tested", "the README's metadata says Tests: 1 or more", "", untested},
	}
}

// Grade judges the recipe's own files by every rule, whichever a run selects and
// whatever its config says, so that a maintainer and the catalogue see the same
// level. Rules that need git tags or the network do not count: they depend on
// the clone. Nor do findings that are suppressed in the recipe, with a reason.
func Grade(in *Input) Quality {
	if in.Recipe == nil {
		return Quality{Next: "a whole recipe, not a single file"}
	}
	plain := in
	if !in.Settings.none() {
		plain = &Input{}
		*plain = *in
		plain.Settings, plain.checked = Settings{}, nil
	}
	var rules []*Rule
	for _, rule := range Rules() {
		if !slices.ContainsFunc(rule.Needs, Need.outside) {
			rules = append(rules, rule)
		}
	}
	g := grading{in: plain, findings: Apply(plain, rules).Findings}
	return g.quality()
}

// none says whether nothing is decided.
func (s Settings) none() bool { return len(s.Severity)+len(s.Thresholds)+len(s.Ignores) == 0 }

// outside says whether the need is met by more than the recipe's files.
func (n Need) outside() bool {
	return !slices.Contains([]Need{NeedsRecipe, NeedsCompose, NeedsDomain}, n)
}

type grading struct {
	in       *Input
	findings []Finding
}

// quality is the last level before the first that something stands in the way of.
func (g grading) quality() Quality {
	for _, level := range Levels() {
		if open := level.open(g); len(open) > 0 {
			return Quality{Level: level.Number - 1, Next: fmt.Sprintf("%s; open: %s", level.Demands, someOf(open))}
		}
	}
	return Quality{Level: len(Levels())}
}

func unread(g grading) []string {
	if g.in.compose(baseFile) == nil {
		return []string{baseFile}
	}
	return findingsOf(Error, func(code string) bool { return code == unreadablePart.Code || code == abraShSyntax.Code })(g)
}

// findingsOf lists the rules of the family with findings of that severity or graver,
// and how many.
func findingsOf(limit Severity, family func(code string) bool) func(grading) []string {
	return func(g grading) []string {
		count := map[string]int{}
		var codes []string
		for _, f := range g.findings {
			if !f.Severity.AtLeast(limit) || !family(f.Rule) {
				continue
			}
			if count[f.Rule]++; count[f.Rule] == 1 {
				codes = append(codes, f.Rule)
			}
		}
		slices.Sort(codes)
		for i, code := range codes {
			if n := count[code]; n > 1 {
				codes[i] = fmt.Sprintf("%s (%d)", code, n)
			}
		}
		return codes
	}
}

// Families of rules; all codes have the form R009, so that they sort as numbers.
func anyRule(string) bool            { return true }
func coopCloudRule(code string) bool { return code <= "R016" }
func dialectRule(code string) bool   { return code >= "R101" && code <= "R159" }

func operationRule(code string) bool {
	return code >= "R002" && code <= "R004" || code >= "R160" && code <= "R189"
}

func unclaimed(g grading) []string {
	var open []string
	metadata := g.metadata()
	if !says(metadata.Healthcheck, "yes") {
		open = append(open, "Healthcheck")
	}
	if !says(metadata.Backups, "yes") && !says(metadata.Backups, "n/a") {
		open = append(open, "Backups")
	}
	return open
}

func untested(g grading) []string {
	value := g.metadata().Tests.Value
	if value != "" && value[0] >= '1' && value[0] <= '9' || says(g.metadata().Tests, "yes") {
		return nil
	}
	return []string{"Tests"}
}

func (g grading) metadata() recipe.Metadata {
	if g.in.Recipe.Readme == nil {
		return recipe.Metadata{}
	}
	return g.in.Recipe.Readme.Metadata
}

// says takes what follows the word as a remark: "Yes, nightly".
func says(field recipe.Field, word string) bool {
	return len(field.Value) >= len(word) && strings.EqualFold(field.Value[:len(word)], word)
}

func someOf(names []string) string {
	const most = 5
	if len(names) > most {
		names = append(names[:most:most], fmt.Sprintf("%d more", len(names)-most))
	}
	return strings.Join(names, ", ")
}

// QualityPage is docs/quality.md.
func QualityPage() string {
	var b strings.Builder
	b.WriteString(qualityHead)
	for _, level := range Levels() {
		fmt.Fprintf(&b, "| %d | %s | %s | %s |\n", level.Number, level.Name, level.Demands, level.Rules)
	}
	b.WriteString(qualityTail)
	return b.String()
}

const qualityHead = `# Quality level

Every recipe has a level from 0 to 9. ` + "`recipe-lint`" + ` prints it in its summary together with what the next level
needs, writes it to ` + "`--format json`" + ` (` + "`recipes[].quality`" + ` and ` + "`.next`" + `), and the catalogue shows it.

A level demands all that the levels below it demand. The first demand that is not met ends the count.

| Level | Name | Demands that | Looks at |
|---|---|---|---|
| 0 | Not readable | | |
`

const qualityTail = `
What counts:

- Every rule, whichever of them a run selects or ignores, at the severity that the rule itself has. A baseline, ` + "`--since`" + `
  and ` + "`.recipe-lint.yml`" + ` change what is reported, not the level: a maintainer and the catalogue see the same number.
- Rules that need git tags or the network do not count: the level would depend on the clone.
- What is suppressed in the recipe itself, with a reason, does not count. The reason stands there for everybody to read.
- Infos do not count. They are advice.
- What the README claims is believed as far as no rule refutes it: a refuted claim is a warning, and those end at level 6.
`
