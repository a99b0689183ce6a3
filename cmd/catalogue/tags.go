package main

import "github.com/spf13/cobra"

func newTagsCommand(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "tags",
		Short: "Judge image tags: which newer ones there are, and what they mean",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newTagsCheckCommand(c), newTagsCompareCommand(c))
	return cmd
}
