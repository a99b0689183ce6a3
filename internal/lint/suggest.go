package lint

import (
	"cmp"
	"slices"
	"strings"
)

// Nearest is the known word that a misspelt one most likely stands for; in any
// case of letters.
func Nearest(word string, known []string) string {
	word = strings.ToLower(word[:min(len(word), 100)])
	return slices.MinFunc(known, func(a, b string) int {
		return cmp.Compare(distance(word, strings.ToLower(a)), distance(word, strings.ToLower(b)))
	})
}

// Names are the codes and names of all rules.
func Names() []string { return namesOfRules(Rules()) }

func namesOfRules(rules []*Rule) []string {
	var names []string
	for _, rule := range rules {
		names = append(names, rule.Code, rule.Name)
	}
	return names
}

// distance is Levenshtein's: how many bytes to insert, drop or change.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
