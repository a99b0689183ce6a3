package main

import (
	"io"

	"github.com/spf13/cobra"

	"coopcloud.tech/catalogue/internal/lint"
)

func newExplainCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:       "explain RULE",
		Short:     "Print a rule's page: what, why, how to fix it, a bad and a good example",
		Example:   "  recipe-lint explain R009\n  recipe-lint explain app-service",
		ValidArgs: lint.Names(),
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usagef("%s takes one rule, a code or a name; got %d\nSee '%s --help'", cmd.CommandPath(), len(args), cmd.CommandPath())
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			rule, err := findRule(args[0])
			if err != nil {
				return usagef("%w", err)
			}
			_, err = io.WriteString(c.stdout, rule.Page())
			return err
		},
	}
}
