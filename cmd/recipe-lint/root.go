package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"coopcloud.tech/catalogue/internal/lint/report"
)

// version is set by the Makefile from git, else by main.
var version = "dev"

// cli is the process as the commands see it, so that tests can run them in
// process.
type cli struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	getenv         func(string) string
}

// run executes one command line and returns its exit code.
func run(ctx context.Context, c *cli, args []string) int {
	root := newRootCommand(c)
	root.SetArgs(args)
	root.SetIn(c.stdin)
	root.SetOut(c.stdout)
	root.SetErr(c.stderr)
	err := root.ExecuteContext(ctx)
	if err != nil && err.Error() != "" {
		c.complain(err)
	}
	return exitCode(err)
}

// complain shows an error; each of its lines is escaped.
func (c *cli) complain(err error) {
	for i, line := range strings.Split(err.Error(), "\n") {
		if i == 0 {
			line = "recipe-lint: " + line
		}
		fmt.Fprintln(c.stderr, report.Printable(line))
	}
}

func newRootCommand(c *cli) *cobra.Command {
	var flags lintFlags
	root := &cobra.Command{
		Use:   "recipe-lint [flags] [PATH…]",
		Short: "Say what Docker Swarm will really do with a Co-op Cloud recipe",
		Long: `recipe-lint judges recipes: base, overlays, .env.sample, abra.sh, README and git
tags together. PATH is a recipe's folder (default: the current one); a PATH that
is a compose file is judged alone, by what docker stack deploy does with it.

Exit status: 0 nothing at or above the fail level, 1 findings, 2 wrong usage or
config, 3 nothing could be read.`,
		Example: `  recipe-lint
  recipe-lint --fail-level warning recipes/*
  recipe-lint --format json --output text=lint.txt .
  recipe-lint --ignore R001,secret-name .
  recipe-lint --diff --unsafe-fixes
  recipe-lint --fix
  recipe-lint --since last-tag
  recipe-lint --env-file app.env compose.yml
  recipe-lint explain R009`,
		Version:       version,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			return lintPaths(cmd.Context(), c, flags, args)
		},
	}
	flags.register(root)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usagef("%w\nSee '%s --help'", err, cmd.CommandPath())
	})
	root.AddCommand(newRulesCommand(c), newExplainCommand(c), newLSPCommand(c))
	return root
}

// colour reports whether w is a terminal that wants colour.
func (c *cli) colour(w io.Writer) bool {
	return isTerminal(w) && c.getenv("NO_COLOR") == "" && c.getenv("TERM") != "dumb"
}

func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}
