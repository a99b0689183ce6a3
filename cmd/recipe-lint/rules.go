package main

import (
	"encoding/json"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"coopcloud.tech/catalogue/internal/lint"
)

func newRulesCommand(c *cli) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "rules",
		Short:   "List every rule",
		Example: "  recipe-lint rules\n  recipe-lint rules --json",
		Args:    noArgs,
		RunE: func(*cobra.Command, []string) error {
			if asJSON {
				return c.rulesJSON()
			}
			return c.rulesText()
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the rules with all their texts as JSON")
	return cmd
}

func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usagef("%s takes no arguments; got %q\nSee '%s --help'", cmd.CommandPath(), args, cmd.CommandPath())
	}
	return nil
}

func (c *cli) rulesText() error {
	table := tabwriter.NewWriter(c.stdout, 0, 0, 2, ' ', 0)
	for _, rule := range lint.Rules() {
		severity := string(rule.Severity)
		if rule.Check == nil {
			severity = "reserved"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", rule.Code, rule.Name, severity, rule.What)
	}
	return table.Flush()
}

type jsonRule struct {
	Code       string          `json:"code"`
	Name       string          `json:"name"`
	Reserved   bool            `json:"reserved"`
	Severity   lint.Severity   `json:"severity"`
	Confidence lint.Confidence `json:"confidence"`
	What       string          `json:"what"`
	Why        string          `json:"why"`
	Fix        string          `json:"fix"`
	Needs      []lint.Need     `json:"needs"`
	Bad        []jsonFile      `json:"bad"`
	Good       []jsonFile      `json:"good"`
}

type jsonFile struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

func (c *cli) rulesJSON() error {
	rules := []jsonRule{}
	for _, r := range lint.Rules() {
		rules = append(rules, jsonRule{
			Code: r.Code, Name: r.Name, Reserved: r.Check == nil, Severity: r.Severity, Confidence: r.Confidence,
			What: r.What, Why: r.Why, Fix: r.Fix, Needs: append([]lint.Need{}, r.Needs...),
			Bad: jsonFiles(r.Bad), Good: jsonFiles(r.Good),
		})
	}
	encoder := json.NewEncoder(c.stdout)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(rules)
}

func jsonFiles(example lint.Example) []jsonFile {
	files := []jsonFile{}
	for _, file := range example {
		files = append(files, jsonFile(file))
	}
	return files
}
