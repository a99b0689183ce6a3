package stack

import (
	"fmt"
	"slices"
)

// suggest names the known key that is nearest to a misspelt one.
func suggest(key string, known fields) string {
	if len(key) > 40 {
		return ""
	}
	best, distance := "", 3
	for name := range known {
		if len(name) > len(key)+2 || len(key) > len(name)+2 {
			continue
		}
		d := editDistance(key, name)
		if d < distance || d == distance && best != "" && name < best {
			best, distance = name, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(" (did you mean %q?)", best)
}

// editDistance is Levenshtein's, in bytes.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := diagonal
			if a[i-1] != b[j-1] {
				cost++
			}
			diagonal = row[j]
			row[j] = slices.Min([]int{row[j] + 1, row[j-1] + 1, cost})
		}
	}
	return row[len(b)]
}
