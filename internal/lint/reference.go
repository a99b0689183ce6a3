package lint

import (
	"fmt"
	"strings"
)

// Page is the rule's reference page in Markdown: docs/rules/CODE.md and what
// `explain` prints.
func (r *Rule) Page() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s %s\n\n", r.Code, r.Name)
	if r.Check == nil {
		fmt.Fprintf(&b, "%s\n\n%s\n", r.What, r.Why)
		return b.String()
	}
	fmt.Fprintf(&b, "%s\n\nSeverity: %s. Confidence: %s.", r.What, r.Severity, r.Confidence)
	if r.Docker != "" {
		fmt.Fprintf(&b, " docker stack deploy: %s.", r.Docker)
	}
	if needs := r.needed(); needs != "" {
		fmt.Fprintf(&b, " Needs: %s.", needs)
	}
	if t := r.Threshold; t != nil {
		fmt.Fprintf(&b, " Threshold: %d %s; .recipe-lint.yml may set another.", t.Default, t.Unit)
	}
	fmt.Fprintf(&b, "\n\n## Why\n\n%s\n\n## How to fix it\n\n%s\n", r.Why, r.Fix)
	b.WriteString("\n## Bad\n\n" + r.Bad.markdown() + "\n## Good\n\n" + r.Good.markdown())
	return b.String()
}

func (r *Rule) needed() string {
	names := make([]string, len(r.Needs))
	for i, need := range r.Needs {
		names[i] = string(need)
	}
	return strings.Join(names, ", ")
}

func (e Example) markdown() string {
	var blocks []string
	for _, file := range e {
		blocks = append(blocks, fmt.Sprintf("`%s`:\n\n```%s\n%s```\n", file.Name, language(file.Name), file.Text))
	}
	return strings.Join(blocks, "\n")
}

func language(name string) string {
	switch {
	case strings.HasSuffix(name, ".yml"):
		return "yaml"
	case strings.HasSuffix(name, ".sh"), strings.HasPrefix(name, "git "):
		return "sh"
	case strings.HasSuffix(name, ".md"):
		return "markdown"
	}
	return ""
}

// Index is the list of all rules in Markdown: docs/rules.md.
func Index() string {
	var b strings.Builder
	b.WriteString(indexHead)
	for _, r := range Rules() {
		severity := string(r.Severity)
		if r.Check == nil {
			severity = "–"
		}
		fmt.Fprintf(&b, "| [%s](rules/%s.md) | %s | %s | %s |\n", r.Code, r.Code, r.Name, severity, r.What)
	}
	b.WriteString(candidatesTable())
	return b.String()
}

const indexHead = `# Rules

Written by ` + "`make generate`" + ` from the rules themselves; ` + "`recipe-lint explain CODE`" + ` prints the same pages.

Rules that Co-op Cloud numbers keep their numbers, R001 to R016; ours start at R101. A rule that cannot judge,
because there is no .env.sample, no git tag, no network, is reported as skipped, never as passed.

| Rule | Name | Severity | What |
|---|---|---|---|
`

// Pages are all generated files by their path below docs/.
func Pages() map[string]string {
	pages := map[string]string{"rules.md": Index()}
	for _, r := range Rules() {
		pages["rules/"+r.Code+".md"] = r.Page()
	}
	return pages
}
