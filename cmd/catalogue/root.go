package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// version is set by the Makefile from git.
var version = "dev"

// cli is the process as a verb sees it. Verbs never touch os.Stdout or the
// environment themselves, so that tests can run them in process.
type cli struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	getenv         func(string) string

	data      string   // --data or CATALOGUE_DATA
	catalogue string   // --catalogue or CATALOGUE
	keys      []string // --catalogue-key; CATALOGUE_KEY where it is empty
	stale     bool     // --stale
	unproven  sync.Once
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
		fmt.Fprintln(c.stderr, "catalogue:", safeText(err.Error()))
	}
	return exitCode(err)
}

func newRootCommand(c *cli) *cobra.Command {
	root := &cobra.Command{
		Use:   "catalogue",
		Short: "Publish a catalogue of Co-op Cloud recipes, and deploy apps from it",
		Long: `catalogue crawls recipe repositories, lints them, reads their versions from git
tags and publishes the result as JSON and web pages. Its app verbs deploy a
recipe from that catalogue to a Docker Swarm.

Exit status: 0 done, 1 the thing asked for failed, 2 wrong usage, 3 refused by
the environment. The app verbs add 4 (failed and not fully back, or out of time)
and 5 (locked by someone else).`,
		Example: `  catalogue serve --source gitea:https://git.coopcloud.tech/coop-cloud
  catalogue crawl --source dir:./recipes --out ./site
  catalogue verify ./site --catalogue-key catalogue.pub
  catalogue recipe bump ./recipes/whoami --dry-run
  catalogue app new whoami --domain whoami.example.com
  catalogue app deploy whoami.example.com`,
		Version:       version,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.PersistentFlags().StringVar(&c.data, "data", "", "data folder (default $CATALOGUE_DATA, else $XDG_DATA_HOME/catalogue)")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usagef("%w\nSee '%s --help'", err, cmd.CommandPath())
	})
	root.AddCommand(
		newCrawlCommand(c),
		newServeCommand(c),
		newVerifyCommand(c),
		newKeyCommand(c),
		newRecipeCommand(c),
		newAppCommand(c),
		newServerCommand(c),
		newTagsCommand(c),
	)
	exactUsage(root)
	return root
}

// exactUsage turns cobra's own argument errors into usage errors, for the
// command and all below it.
func exactUsage(cmd *cobra.Command) {
	if check := cmd.Args; check != nil {
		cmd.Args = func(cmd *cobra.Command, args []string) error {
			if err := check(cmd, args); err != nil {
				return usagef("%s: %w\nSee '%s --help'", cmd.CommandPath(), err, cmd.CommandPath())
			}
			return nil
		}
	}
	for _, sub := range cmd.Commands() {
		exactUsage(sub)
	}
}

// dataDir is the folder that holds mirrors, the database and the catalogue
// last built.
func (c *cli) dataDir() (string, error) {
	for _, dir := range []string{c.data, c.getenv("CATALOGUE_DATA")} {
		if dir != "" {
			return filepath.Abs(dir)
		}
	}
	if dir := c.getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "catalogue"), nil
	}
	home := c.getenv("HOME")
	if home == "" {
		return "", refusedf("no data folder: neither --data, CATALOGUE_DATA, XDG_DATA_HOME nor HOME is set")
	}
	return filepath.Join(home, ".local", "share", "catalogue"), nil
}

// terminal reports whether w is a terminal, and whether it may be coloured.
func (c *cli) terminal(w io.Writer) (tty, colour bool) {
	file, ok := w.(*os.File)
	tty = ok && term.IsTerminal(int(file.Fd()))
	return tty, tty && c.getenv("NO_COLOR") == "" && c.getenv("TERM") != "dumb"
}
