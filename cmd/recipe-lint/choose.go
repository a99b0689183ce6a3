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

// findRule takes codes and names, in any case.
func findRule(name string) (*lint.Rule, error) {
	name = strings.TrimSpace(name)
	if rule := lint.Find(name); rule != nil {
		return rule, nil
	}
	return nil, fmt.Errorf("unknown rule %q; did you mean %s? 'recipe-lint rules' lists them all", name, lint.Nearest(name, lint.Names()))
}
