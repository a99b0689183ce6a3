package report

import "coopcloud.tech/catalogue/internal/lint"

// sarifFixes are the repairs whose edits can be placed. The first is the best.
func sarifFixes(r Recipe, lines *sources, f lint.Finding) []sarifFix {
	var fixes []sarifFix
	for _, repair := range f.Repairs {
		changes, ok := r.changes(lines, repair.Edits)
		if !ok {
			continue
		}
		title := repair.Title
		if !repair.Safe {
			title += " (may change what is deployed)"
		}
		fixes = append(fixes, sarifFix{sarifText(Printable(title)), byArtifact(changes)})
	}
	return fixes
}

// byArtifact gathers the edits of each file, in their order.
func byArtifact(changes []change) []sarifChange {
	var out []sarifChange
	index := map[string]int{}
	for _, c := range changes {
		at, known := index[c.path]
		if !known {
			at = len(out)
			index[c.path] = at
			out = append(out, sarifChange{Artifact: artifact(c.path)})
		}
		out[at].Replacements = append(out[at].Replacements, sarifReplacement{
			sarifRegion{c.start.line, c.start.column, c.end.line, c.end.column}, sarifContent{c.text},
		})
	}
	return out
}
