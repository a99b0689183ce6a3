package main

import (
	"fmt"
	"slices"
	"strings"

	"coopcloud.tech/catalogue/internal/lint"
)

// chooseRules applies --select, then --ignore.
func chooseRules(selected, ignored []string) ([]*lint.Rule, error) {
	rules := lint.Rules()
	if len(selected) > 0 {
		only, err := findRules("--select", selected)
		if err != nil {
			return nil, err
		}
		rules = slices.DeleteFunc(rules, func(r *lint.Rule) bool { return !slices.Contains(only, r.Code) })
	}
	without, err := findRules("--ignore", ignored)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(rules, func(r *lint.Rule) bool { return slices.Contains(without, r.Code) }), nil
}

// findRules returns the codes of the rules that are named.
func findRules(flag string, names []string) ([]string, error) {
	var codes []string
	for _, name := range names {
		rule, err := findRule(name)
		if err != nil {
			return nil, usagef("%s: %w", flag, err)
		}
		codes = append(codes, rule.Code)
	}
	return codes, nil
}

// findRule takes codes in any case, and names.
func findRule(name string) (*lint.Rule, error) {
	name = strings.TrimSpace(name)
	for _, spelling := range []string{name, strings.ToUpper(name), strings.ToLower(name)} {
		if rule := lint.Find(spelling); rule != nil {
			return rule, nil
		}
	}
	return nil, fmt.Errorf("unknown rule %q; did you mean %s? 'recipe-lint rules' lists them all", name, nearest(name, ruleNames()))
}

// ruleNames are all codes and names.
func ruleNames() []string {
	var names []string
	for _, rule := range lint.Rules() {
		names = append(names, rule.Code, rule.Name)
	}
	return names
}

func nearest(word string, known []string) string {
	word = strings.ToLower(word)
	return slices.MinFunc(known, func(a, b string) int {
		return distance(word, strings.ToLower(a)) - distance(word, strings.ToLower(b))
	})
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
