package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"coopcloud.tech/catalogue/internal/lint"
)

// writeSummary says how much was found, and what was not judged and why.
func writeSummary(w io.Writer, r Report) {
	fmt.Fprintf(w, "%s, %s, %s in %s\n",
		plural(r.Count(lint.Error), "error"), plural(r.Count(lint.Warning), "warning"),
		plural(r.Count(lint.Info), "info"), plural(len(r), "recipe"))
	for _, recipe := range r {
		if recipe.Quality != nil {
			fmt.Fprintln(w, quality(recipe, len(r) > 1))
		}
	}
	for _, s := range groupSkipped(r) {
		fmt.Fprintf(w, "skipped %s: %s", strings.Join(s.rules, ", "), Printable(s.reason))
		if s.recipes < len(r) {
			fmt.Fprintf(w, " (%d of %d recipes)", s.recipes, len(r))
		}
		fmt.Fprintln(w)
	}
}

// quality names the recipe where there are several.
func quality(r Recipe, several bool) string {
	line := fmt.Sprintf("quality level %d of %d", r.Quality.Level, len(lint.Levels()))
	if several {
		line = Printable(r.Shown) + ": " + line
	}
	if r.Quality.Next != "" {
		line += fmt.Sprintf("; level %d asks that %s", r.Quality.Level+1, Printable(r.Quality.Next))
	}
	return line
}

func plural(n int, noun string) string {
	if n == 1 || noun == "info" {
		return fmt.Sprintf("%d %s", n, noun)
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

type skippedGroup struct {
	rules   []string
	reason  string
	recipes int
}

// groupSkipped tells each reason once, with the rules and the number of
// recipes that it kept back.
func groupSkipped(r Report) []skippedGroup {
	type cause struct{ rule, reason string }
	count := map[cause]int{}
	var order []cause
	for _, recipe := range r {
		for _, s := range recipe.Result.Skipped {
			c := cause{s.Rule, s.Reason}
			if count[c] == 0 {
				order = append(order, c)
			}
			count[c]++
		}
	}
	slices.SortStableFunc(order, func(a, b cause) int { return strings.Compare(a.rule, b.rule) })
	var groups []skippedGroup
	for _, c := range order {
		at := slices.IndexFunc(groups, func(g skippedGroup) bool { return g.reason == c.reason && g.recipes == count[c] })
		if at < 0 {
			at = len(groups)
			groups = append(groups, skippedGroup{reason: c.reason, recipes: count[c]})
		}
		groups[at].rules = append(groups[at].rules, c.rule)
	}
	return groups
}
